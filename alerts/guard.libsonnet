// What the exporters can see: recorded first in the alerts' own group, so that every alert knows it at once.
//
// - A resource with which an exporter has had no contact for a while is stale: no alert is made of what it says.
// - A shard that no exporter sees is blind. What fires there is held for a while, unless the thing is seen elsewhere:
//   a page does not resolve because the exporter restarts or the API server is away, nor is it sent twice. What is
//   pending outlives a short gap. Nothing that is new fires while nobody sees.
function(config)
  local query = (import 'query.libsonnet')(config);
  local resource = query.resource;

  local required = [resource.volumes, resource.replicas];
  local core = required + [
    resource.engines,
    resource.instanceManagers,
    resource.longhornNodes,
    resource.kubernetesNodes,
    resource.attachments,
  ];
  local lost(matcher='') =
    'max_over_time(%s) == 0' % query.metric('exporter_resource_up', matcher, '[%s]' % config.staleAfter);

  // The targets that have read the cluster, and where.
  local synced = query.lines([
    query.metric('exporter_shard_info'),
    'and %s %s' % [
      query.onTarget,
      query.metric('exporter_last_sync_timestamp_seconds', query.oneOf('resource', [resource.volumes])),
    ],
  ]);
  local byShard = query.by(['shard']);
  local sawWithin(duration) = 'group %s (last_over_time(longhorn_cr:exporter_sees[%s]))' % [byShard, duration];
  local mayStay(alertstate, inner) = 'label_replace(%s, "alertstate", "%s", "", "")' % [query.parens(inner), alertstate];

  local names = [name for name in std.objectFields(config.alerts) if !std.startsWith(name, 'LonghornExporter')];
  local active(matcher, seenBy, metric) = query.lines([
    'ALERTS{%s,%s}' % [query.oneOf('alertname', names), matcher],
    'and %s longhorn_cr:exporter_blind' % query.on(['alertstate']),
    'unless ' + query.joined(seenBy, core, query.metric(metric)),
  ]);

  [
    {
      // What was forbidden from the start is no matter of staleness: the exporter does without.
      record: 'longhorn_cr:exporter_resource_stale',
      expr: 'group %s %s' % [query.by(['job', 'instance', 'resource']), query.parens(query.lines([
        lost(query.oneOf('resource', required)),
        'or',
        lost(),
        'and %s %s' % [query.onSame('resource'), query.metric('exporter_last_sync_timestamp_seconds')],
      ]))],
    },
    {
      record: 'longhorn_cr:exporter_sees',
      expr: 'group %s %s' % [byShard, query.parens(query.fresh(core, synced))],
    },
    {
      record: 'longhorn_cr:exporter_blind',
      expr: query.lines([
        mayStay('firing', query.lines([sawWithin(config.holdFor), 'unless longhorn_cr:exporter_sees'])),
        'or',
        // What is merely stale has had its time of grace; this is for an exporter that restarts.
        mayStay('pending', query.lines([
          sawWithin(config.staleAfter),
          'unless longhorn_cr:exporter_sees',
          'unless %s %s' % [query.on(['shard']), query.parens(synced)],
        ])),
      ]),
    },
    {
      // Its value is 0: what the alert's own was is not known any more.
      record: 'longhorn_cr:alert_held',
      expr: '0 * ' + query.parens(query.lines([
        active('volume!=""', ['volume'], 'volume_desired_replicas'),
        'or',
        active('volume="",node!=""', ['node'], 'node_kubernetes_node_present'),
        'or',
        active('volume="",node=""', [], 'longhorn_info'),
      ])),
    },
  ]
