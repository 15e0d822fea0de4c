// What is no incident yet: CRs that pile up, a release that has the deadlock, settings left behind.
function(config)
  local query = (import '../query.libsonnet')(config);
  local text = (import '../text.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  local resource = query.resource;

  stamp(
    'LonghornReplicaLeak',
    'leak',
    query.volume,
    query.each(
      query.volume,
      [resource.volumes, resource.replicas],
      '%s > %s + 2' % [query.metric('volume_replica_surplus'), query.metric('volume_desired_replicas')],
    ),
    'Replica objects of a volume pile up.',
    text.volume + ' has had more than twice the replica objects it wants, and two, for an hour: '
    + '{{ with $value }}{{ . }}{{ else }}several{{ end }} too many. Longhorn makes them and does not clean up. See why they '
    + 'fail before they pile up further.',
    'volume',
    ['volume'],
    namespace='claim',
  )
  + stamp(
    'LonghornVersionAffected',
    'affected',
    ['version'],
    query.each(['version'], [resource.settings], query.lines([
      query.metric('longhorn_info', 'deadlock_gate="latched"'),
      'and %s (%s == 0)' % [query.onTarget, query.metric('degraded_availability_allowed')],
    ])),
    'This release of Longhorn has the rolling-update deadlock, and nothing prevents it.',
    'Longhorn {{ $labels.version }} latches Scheduled=False on detached volumes (longhorn/longhorn #9938), and degraded '
    + 'availability is not allowed: a rolling update may leave volumes that cannot be attached. Upgrade to 1.7.3, 1.8.1 or '
    + 'later; until then set allow-volume-creation-with-degraded-availability to true before each update.',
    'rollingUpdate',
  )
  + stamp(
    'LonghornSettingLeftBehind',
    'rebuildLimit',
    ['setting', 'value'],
    query.each(
      ['setting', 'value'],
      [resource.settings],
      query.metric('setting_info', 'setting="concurrent-replica-rebuild-per-node-limit",value="0"'),
    ),
    'Rebuilding has been switched off for a day.',
    'The setting {{ $labels.setting }} is {{ $labels.value }}: no replica is rebuilt on any node, and every loss stays. If the '
    + 'maintenance that asked for it is over, set it back (the default is 5).',
    'rollingUpdate',
  )
