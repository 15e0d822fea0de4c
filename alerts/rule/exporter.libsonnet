// The exporter itself: while it does not see, no other alert here means anything, and these silence them.
function(config)
  local query = (import '../query.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  // A division into shards is known by their number: a page says whether all is dark, or a part.
  local shard = ['shard', 'total_shards'];

  // A row for each shard, of the best among its replicas.
  local best(inner) = 'max %s %s' % [query.by(shard), query.parens(inner)];
  local ofShard(inner) = query.lines([
    inner,
    '* %s group_left (shard, total_shards) %s' % [query.onTarget, query.metric('exporter_shard_info')],
  ]);

  local rule(alert, tier, about, expr, summary, description) =
    stamp(alert, tier, about, expr, summary, description, 'exporter', held=false);

  rule(
    'LonghornExporterDown',
    'down',
    [],
    query.lines([
      'absent(%s)' % query.metric('exporter_build_info'),
      'or',
      // A shard is missing while others of the same division are there.
      'group %s %s' % [query.by(shard), query.parens(query.lines([
        'max_over_time(%s)' % query.metric(
          'exporter_shard_info', range='[%s]' % config.alerts.LonghornExporterDown.down.rememberedFor
        ),
        'and %s %s' % [query.on(['total_shards']), query.metric('exporter_shard_info')],
        'unless %s %s' % [query.on(shard), query.metric('exporter_shard_info')],
      ]))],
    ]),
    'No longhorn-cr-exporter is scraped: nobody watches the volumes.',
    'Prometheus has had no metrics of longhorn-cr-exporter{{ with $labels.shard }} (shard {{ . }}){{ end }} for 5 minutes: no '
    + 'deadlock is seen, before or after. See whether its pods run, and whether Prometheus scrapes them. Drain no node '
    + 'meanwhile without `longhorn-cr-exporter drain-check`.',
  )
  + rule(
    'LonghornExporterStale',
    'stale',
    shard,
    query.lines([
      'time() - ' + best(ofShard(query.metric('exporter_last_event_timestamp_seconds')))
      + ' > %d' % config.alerts.LonghornExporterStale.stale.silentSeconds,
      'or',
      query.parens(query.lines([
        best(ofShard(query.metric('exporter_resource_up'))) + ' == 0',
        'unless %s %s' % [query.on(shard), best(ofShard(query.metric('exporter_last_event_timestamp_seconds')))],
        // It has been scraped as long as one that has lost its contact has been silent.
        'and %s %s' % [query.on(shard), query.metric(
          'exporter_shard_info', range=' offset %ds' % config.alerts.LonghornExporterStale.stale.silentSeconds
        )],
      ])),
    ]),
    'longhorn-cr-exporter runs, and has no contact with the API server.',
    'longhorn-cr-exporter{{ with $labels.shard }} (shard {{ . }}){{ end }} has heard nothing from the API server for 5 minutes: '
    + 'what it shows is old, and nothing new is alerted on. See its log, its permissions and the API server. Drain no '
    + 'node meanwhile.',
  )
  + rule(
    'LonghornExporterResourceUnavailable',
    'unavailable',
    shard + ['resource'],
    'max %s %s == 0' % [query.by(shard + ['resource']), query.parens(ofShard(query.metric('exporter_resource_up')))],
    'longhorn-cr-exporter cannot read one of the resources it needs.',
    'longhorn-cr-exporter{{ with $labels.shard }} (shard {{ . }}){{ end }} has not been able to watch {{ $labels.resource }} for '
    + '10 minutes: what depends on it is missing or old. Most often a permission is missing.',
  )
  + rule(
    'LonghornExporterNoVolumes',
    'noVolumes',
    [],
    query.lines([
      'sum %s %s == 0' % [
        query.by([]),
        query.parens(best(ofShard(query.metric('exporter_objects', 'resource="volumes.longhorn.io"')))),
      ],
      'and %s (%s == 1)' % [query.on([]), query.metric('exporter_resource_up', 'resource="volumes.longhorn.io"')],
    ]),
    'longhorn-cr-exporter sees no volume at all.',
    'longhorn-cr-exporter reads volumes.longhorn.io, and finds none in its namespace. Either Longhorn is in another one '
    + '(--namespace), or this cluster really has no volume: then disable this alert.',
  )
