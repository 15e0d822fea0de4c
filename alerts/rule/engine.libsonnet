// Engines that do not run although they should, and rebuilds that stand still.
function(config)
  local query = (import '../query.libsonnet')(config);
  local text = (import '../text.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  local resource = query.resource;
  local sameVolume = query.onSame('volume');

  local rule(alert, tier, about, expr, summary, description) =
    stamp(alert, tier, about, expr, summary, description, 'volume', ['volume'], namespace='claim');

  rule(
    'LonghornEngineStopped',
    'stopped',
    query.engine,
    query.each(query.engine, [resource.volumes, resource.engines, resource.attachments], query.lines([
      query.metric('engine_state', 'state="stopped"'),
      'and %s (%s == 1)' % [query.onSame('engine'), query.metric('engine_wanted')],
    ])),
    'An engine that should run is stopped.',
    text.volume + ' is to be attached, and its engine {{ $labels.engine }} has been stopped for more than 5 minutes. See who '
    + "wants the volume (its tickets), and what the log of Longhorn's manager on that node says.",
  )
  + rule(
    'LonghornRebuildStalled',
    'stalled',
    query.volume,
    // A volume that wants more replicas than there are nodes gets one ticket, and that is LonghornVolumeRedundancyLow.
    query.lines([
      query.each(query.volume, [resource.volumes, resource.engines, resource.replicas], query.parens(query.lines([
        query.metric('volume_robustness', 'robustness="degraded"'),
        'and %s %s' % [sameVolume, query.metric('volume_state', 'state="attached"')],
        'unless %s %s' % [sameVolume, query.metric('volume_replicas', 'state="rebuilding"')],
        'or',
        query.metric('volume_rebuild_unadopted_replicas') + ' > 0',
      ]))),
      'unless %s longhorn_cr:volume_wants_more_replicas_than_nodes' % query.on(['volume']),
    ]),
    'A volume is degraded and no replica of it is being rebuilt.',
    text.volume + ' is attached and degraded, and for 15 minutes no replica has been rebuilding, or one runs that its engine '
    + 'does not know. Give Longhorn a node that can take a replica, see that rebuilding is not switched off, and delete a '
    + 'replica that runs and never becomes healthy.',
  )
