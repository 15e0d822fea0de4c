// Volumes that cannot be attached, or will not be.
function(config)
  local query = (import '../query.libsonnet')(config);
  local text = (import '../text.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  local resource = query.resource;

  // Where VolumeAttachments are forbidden the exporter asks the volumes' own account of their pods.
  local known = [resource.volumes, resource.replicas, resource.attachments];
  local nodes = [resource.longhornNodes, resource.kubernetesNodes];

  local volumes(resources, inner) = query.each(query.volume, resources, inner);
  local stage(stages) = query.metric('volume_deadlock_stage', query.oneOf('stage', stages));
  local blocked(causes) = query.metric('volume_attach_blocked', query.oneOf('cause', causes));
  local waitsFor(seconds) =
    'and %s (longhorn_cr:volume_attach_pending_age_seconds > %d)' % [query.on(['volume']), seconds];

  local rule(alert, tier, expr, summary, description) =
    stamp(alert, tier, query.volume, expr, summary, description, 'volume', ['volume'], namespace='claim');

  local node = text.label(['volume'], 'volume_attach_pending_timestamp_seconds', 'node');
  local cause = text.label(['volume'], 'volume_attach_blocked', 'cause');
  local waits = 'A pod has waited for volume ' + text.named + ' for more than 5 minutes (node: ' + node + ')';

  local deadlock = config.alerts.LonghornVolumeDeadlock;
  local stuck = config.alerts.LonghornVolumeAttachStuck;

  rule(
    'LonghornVolumeDeadlock',
    'deadlocked',
    // With degraded availability allowed Longhorn clears a young one at its next sync.
    query.lines([
      volumes(known, stage(['deadlocked'])),
      'unless %s %s' % [query.on(['volume']), query.parens(query.lines([
        'longhorn_cr:volume_deadlock_stage_age_seconds{stage="deadlocked"} < %d' % deadlock.deadlocked.selfHealSeconds,
        'and ' + query.joined([], [resource.settings], query.metric('degraded_availability_allowed') + ' == 1'),
      ]))],
    ]),
    'A volume is deadlocked: its workload will wait for ever.',
    text.volume + ' is detached, a pod waits for it (node: ' + node + '), and Longhorn refuses every attach because its '
    + 'condition Scheduled is False and stays so while it is detached (' + text.replicas + '). It does not heal, and '
    + 'uncordoning nodes does not help. Set allow-volume-creation-with-degraded-availability to true until it is '
    + 'attached, and drain no further node.',
  )
  + rule(
    'LonghornVolumeDeadlock',
    'armed',
    volumes(known, stage(['armed', 'latent'])),
    'A volume is about to deadlock: once it is detached it cannot be attached again.',
    text.volume + ' could not get a replacement for a replica, its condition Scheduled is False, and it stays so once the '
    + 'volume is detached: the next pod would wait for ever. Do not drain its node nor restart its workload (if it is '
    + 'detached already, do not start one); bring back the nodes of its replicas, or set '
    + 'allow-volume-creation-with-degraded-availability to true for as long as the update lasts.',
  )
  + rule(
    'LonghornVolumeDeadlock',
    'exposed',
    volumes(known + nodes, stage(['exposed'])),
    'A volume lacks a replica and no node can take one: the next attempt arms the deadlock.',
    text.volume + ' lacks a replica, and no node could take another. When Longhorn next tries to replace it, the '
    + "volume's condition Scheduled becomes False, and the deadlock is armed. Bring a cordoned node back, or add one that "
    + 'fits, before the next node is drained.',
  )
  + rule(
    'LonghornVolumeAttachStuck',
    'blocked',
    volumes(known + nodes + [resource.instanceManagers], query.parens(query.lines([
      blocked([
        'unschedulable',
        'instance_manager_not_running',
        'leaked_engine_record',
        'engine_image_missing',
        'faulted',
      ]),
      'or',
      query.parens(query.lines([blocked(['node_not_ready']), waitsFor(stuck.blocked.nodeNotReadySeconds)])),
      'or',
      query.parens(query.lines([blocked(['attached_elsewhere']), waitsFor(stuck.blocked.attachedElsewhereSeconds)])),
    ]))),
    'A workload waits for a volume that cannot be attached.',
    waits + ', and it is not attached. Cause: ' + cause + '. The runbook says for each cause what to do.',
  )
  + rule(
    'LonghornVolumeAttachStuck',
    'inProgress',
    // CSI comes back late once nothing is in the way any more.
    volumes(known, query.lines([
      blocked(['in_progress']),
      'unless %s (time() - %s < %d)' % [
        query.onSame('volume'),
        query.metric('volume_condition_last_transition_timestamp_seconds', 'condition="Scheduled"'),
        stuck.inProgress.settleSeconds,
      ],
    ])),
    'An attach takes unusually long.',
    waits + ', it is not attached, and nothing that this exporter knows is in the way. See the events of the pod, and the '
    + "logs of the csi-attacher and of Longhorn's manager on that node.",
  )
  + rule(
    'LonghornVolumeAttachStuck',
    'slow',
    volumes(known, blocked(['restoring', 'cloning', 'migrating'])),
    'A workload waits for a volume that is being restored, cloned or migrated.',
    waits + ': it is busy (' + cause + '). That takes its time and ends by itself; look at it if nothing moves.',
  )
  + rule(
    'LonghornVolumeUnschedulable',
    'unschedulable',
    volumes(known, stage(['unschedulable'])),
    'A volume was never fully placed: Longhorn finds no room for one of its replicas.',
    text.volume + ' has a replica without a node (reason: '
    + text.label(['volume'], 'volume_condition_reason', 'reason', 'condition="Scheduled"', 'none given')
    + ') and cannot be attached until each has one. It is not the deadlock: Longhorn tries again every 30 s. Make room: a '
    + 'node, a disk, space, or a tag that it asks for.',
  )
