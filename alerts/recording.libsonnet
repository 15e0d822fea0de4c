// What several alerts, or dashboards, ask: ages from timestamps, and facts that take a join.
function(config)
  local query = (import 'query.libsonnet')(config);
  local resource = query.resource;
  local sameVolume = query.onSame('volume');

  // By the oldest of what two exporters say: one that has just begun to look knows less.
  local age(labels, resources, metric) =
    'time() - min %s %s' % [query.by(labels), query.parens(query.fresh(resources, query.metric(metric)))];
  local count(labels, inner) = 'count %s %s' % [query.by(labels), query.parens(inner)];
  local total(metric, matcher='') = 'sum %s %s' % [
    query.by([]),
    query.parens(query.each(['volume'], [resource.volumes, resource.replicas], query.metric(metric, matcher))),
  ];

  local longhornNodes = [resource.longhornNodes, resource.kubernetesNodes];
  local nodes = count([], query.lines([
    query.any(['node'], longhornNodes, query.metric('node_allow_scheduling')),
    'and ' + query.joined(['node'], longhornNodes, query.metric('node_kubernetes_node_present') + ' == 1'),
  ]));
  local comparedToNodes(metric, comparison) = query.lines([
    query.metric(metric),
    '%s %s group_left () longhorn_cr:nodes' % [comparison, query.on([])],
  ]);

  [
    {
      record: 'longhorn_cr:volume_attach_pending_age_seconds',
      expr: age(query.volume, [resource.volumes, resource.attachments], 'volume_attach_pending_timestamp_seconds'),
    },
    {
      record: 'longhorn_cr:volume_deadlock_stage_age_seconds',
      expr: age(
        query.volume + ['stage'],
        [resource.volumes, resource.replicas],
        'volume_deadlock_stage_since_timestamp_seconds',
      ),
    },
    {
      record: 'longhorn_cr:node_cordoned_age_seconds',
      expr: age(['node'], [resource.kubernetesNodes], 'node_cordoned_timestamp_seconds'),
    },
    {
      // Longhorn's nodes that Kubernetes has.
      record: 'longhorn_cr:nodes',
      expr: nodes,
    },
    {
      // Usable replicas that volumes lack, in all: a graph of it would otherwise read every volume's series.
      record: 'longhorn_cr:replicas_missing',
      expr: total('volume_redundancy_deficit'),
    },
    {
      // Usable replicas that each volume lacks; absent where none is. What joins with it reads those few, not the fleet.
      record: 'longhorn_cr:volume_redundancy_deficit',
      expr: query.each(
        query.volume, [resource.volumes, resource.replicas], query.metric('volume_redundancy_deficit') + ' > 0'
      ),
    },
    {
      // Replicas that are being rebuilt; absent where none is.
      record: 'longhorn_cr:replicas_rebuilding',
      expr: total('volume_replicas', 'state="rebuilding"'),
    },
    {
      // Replicas that failed, or whose node is gone or not Ready; a volume without one is absent.
      record: 'longhorn_cr:volume_lost_replicas',
      expr: count(['volume'], query.any(
        ['volume', 'replica'],
        [resource.replicas, resource.kubernetesNodes],
        query.parens(query.lines([
          query.metric('replica_failed_timestamp_seconds'),
          'or',
          query.metric('replica_node_missing') + ' == 1',
          'or',
          query.metric('replica_state'),
          'and ' + query.joined(['node'], [resource.kubernetesNodes], query.metric('node_kubernetes_ready') + ' == 0'),
        ])),
      )),
    },
    {
      // Failed replicas, by their node, that attached volumes lack.
      record: 'longhorn_cr:node_missed_replicas',
      expr: count(['node'], query.any(
        ['node', 'replica'],
        [resource.volumes, resource.replicas],
        query.lines([
          query.metric('replica_failed_timestamp_seconds'),
          'and %s (%s > 0)' % [sameVolume, query.metric('volume_redundancy_deficit')],
          'and %s %s' % [sameVolume, query.metric('volume_state', 'state="attached"')],
        ]),
      )),
    },
    {
      // Volumes with a replica on every node there is, that want more and may not share one.
      record: 'longhorn_cr:volume_wants_more_replicas_than_nodes',
      expr: query.any(['volume'], [resource.volumes, resource.replicas], query.lines([
        comparedToNodes('volume_desired_replicas', '>'),
        'and %s %s' % [sameVolume, query.parens(comparedToNodes('volume_usable_replicas', '>='))],
        'and %s %s' % [
          query.onTarget,
          query.metric('setting_info', 'setting="replica-soft-anti-affinity",value="false"'),
        ],
      ])),
    },
  ]
