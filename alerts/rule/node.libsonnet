// Nodes: drains that hang, ghosts, and nodes that came back and are of no use.
function(config)
  local query = (import '../query.libsonnet')(config);
  local text = (import '../text.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  local resource = query.resource;

  local nodes(resources, inner) = query.each(query.node, resources, inner);
  local cordoned = query.joined(query.node, [resource.kubernetesNodes], query.metric('node_cordoned') + ' == 1');
  local served = query.joined(
    query.node, [resource.instanceManagers], query.metric('instance_manager_state', 'state="running"')
  );

  local drain = [
    resource.volumes,
    resource.replicas,
    resource.instanceManagers,
    resource.disruptionBudgets,
    resource.kubernetesNodes,
  ];
  local stands = nodes(drain, query.metric('node_drain_verdict', query.oneOf('verdict', ['blocked', 'unsafe'])));
  local blockers = text.labels(['node'], 'node_drain_blockers', 'reason');
  local check = '`longhorn-cr-exporter drain-check {{ $labels.node }}` names the objects.';

  local rule(alert, tier, expr, summary, description) =
    stamp(alert, tier, query.node, expr, summary, description, 'nodeDrain', ['node']);

  rule(
    'LonghornNodeDrainBlocked',
    'cordoned',
    // Without a running instance manager there is nothing left to drain.
    query.lines([
      stands,
      'and %s (longhorn_cr:node_cordoned_age_seconds > %d)' % [
        query.on(query.node),
        config.alerts.LonghornNodeDrainBlocked.cordoned.cordonedSeconds,
      ],
      'and ' + served,
    ]),
    'A cordoned node cannot be drained, and that does not pass by itself.',
    'Node {{ $labels.node }} has been cordoned for 10 minutes, and its drain hangs, or would do harm: ' + blockers + '. '
    + check + ' Clear what holds it; force nothing.',
  )
  + rule(
    'LonghornNodeDrainBlocked',
    'open',
    query.lines([stands, 'unless ' + cordoned]),
    'A node could not be drained now, and that does not pass by itself.',
    'A drain of node {{ $labels.node }} would hang, or do harm: ' + blockers + '. ' + check + ' Clear that before its turn.',
  )
  + rule(
    'LonghornNodeGhost',
    'ghost',
    query.lines([
      nodes(
        [resource.longhornNodes, resource.kubernetesNodes], query.metric('node_kubernetes_node_present') + ' == 0'
      ),
      'or',
      nodes([resource.replicas, resource.kubernetesNodes], query.lines([
        query.metric('replica_node_missing') + ' == 1',
        'unless %s %s' % [query.onSame('replica'), query.metric('replica_failed_timestamp_seconds')],
      ])),
    ]),
    'Longhorn still counts on a node that Kubernetes no longer has.',
    'Kubernetes node {{ $labels.node }} is gone, and Longhorn still has a node of that name, or replicas there that it takes '
    + 'for healthy. While it does, no other node that holds a replica of those volumes can be drained. Bring the node '
    + 'back, or remove what is left of it.',
  )
  + rule(
    'LonghornNodeUnusable',
    'unusable',
    query.lines([
      nodes([resource.kubernetesNodes, resource.longhornNodes], query.metric('node_kubernetes_ready') + ' == 1'),
      'and %s %s' % [query.on(query.node), query.parens(query.lines([
        nodes([resource.longhornNodes], query.metric('node_disk_condition', 'condition="Ready"') + ' == 0'),
        'or',
        query.parens(query.lines([
          nodes([resource.longhornNodes], query.metric('node_allow_scheduling')),
          'unless ' + cordoned,
          'unless ' + served,
        ])),
      ]))],
    ]),
    'A node is Ready, and Longhorn cannot use it.',
    'Node {{ $labels.node }} is Ready, and for 5 minutes a disk of it has not been, or no instance manager has run on it. '
    + 'Disks not Ready: ' + text.labels(['node'], 'node_disk_condition', 'disk', 'condition="Ready"', ' == 0', 'none')
    + '. Its replicas stay failed and none can be placed there. See its disks, its conditions and its instance managers.',
  )
