// Volumes with fewer usable replicas than they want, attached or not.
function(config)
  local query = (import '../query.libsonnet')(config);
  local text = (import '../text.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  local resource = query.resource;
  local onVolume = query.on(['volume']);
  local sameVolume = query.onSame('volume');

  local known = [resource.volumes, resource.replicas, resource.kubernetesNodes];
  local volumes(inner) = query.each(query.volume, known, inner);
  local usable = query.metric('volume_usable_replicas');
  local deficit = query.metric('volume_redundancy_deficit') + ' > 0';

  // Volumes with one usable replica that have one that has not failed on a node that is cordoned (1), or is not (0).
  // What leaves the fewest series comes first.
  local lastReplicaOn(cordoned) = query.joined(['volume'], known, query.lines([
    query.metric('replica_state'),
    'and %s (%s == 1)' % [sameVolume, usable],
    'and ' + query.joined(
      ['node'], [resource.kubernetesNodes], '%s == %d' % [query.metric('node_cordoned'), cordoned]
    ),
    'unless %s %s' % [query.onSame('replica'), query.metric('replica_failed_timestamp_seconds')],
  ]));

  local rule(alert, tier, about, expr, summary, description, reason='') =
    stamp(alert, tier, about, expr, summary, description, 'volume', ['volume'], reason, 'claim');
  local low(tier, expr, summary, description, reason='') =
    rule('LonghornVolumeRedundancyLow', tier, query.volume, expr, summary, description, reason);

  low(
    'lastReplicaOnCordonedNode',
    // A rebuild under way on a node that stays is the cure, and keeps this silent.
    query.lines([
      volumes(query.lines([
        usable + ' == 1',
        'and %s (%s > 1)' % [sameVolume, query.metric('volume_desired_replicas')],
      ])),
      'and ' + lastReplicaOn(cordoned=1),
      'unless ' + lastReplicaOn(cordoned=0),
    ]),
    'The last usable replica of a volume is on a cordoned node.',
    text.volume + ' has one usable replica left, and its node is cordoned: draining that node takes the last copy of the '
    + 'data away. Do not drain it; uncordon it until the volume is rebuilt elsewhere.',
    'last_replica_on_cordoned_node',
  )
  + low(
    'faulted',
    volumes(query.lines([
      query.metric('volume_robustness', 'robustness="faulted"'),
      'unless %s (%s > 0)' % [sameVolume, usable],
    ])),
    'A volume is faulted: no replica of it can be used.',
    text.volume + " is faulted: it has no usable replica, and Longhorn's automatic salvage, which takes seconds, has not "
    + 'helped. Bring back the node that holds the last good replica, or salvage that replica; else restore a backup.',
    'faulted',
  )
  + low(
    'noUsableReplica',
    volumes(query.lines([
      usable + ' == 0',
      'and %s %s' % [sameVolume, query.parens(
        'sum without (state) (%s) <= %s group_left () longhorn_cr:volume_lost_replicas' % [
          query.metric('volume_replicas', 'state!="inactive"'),
          onVolume,
        ]
      )],
      'unless %s %s' % [sameVolume, query.metric('volume_robustness', 'robustness="faulted"')],
    ])),
    'No replica of a volume is on a node that is there and Ready.',
    text.volume + ' has no usable replica: all of them failed, or are on nodes that are gone or not Ready, for longer than '
    + 'a reboot takes. Bring those nodes back before anything is deleted; nothing else holds the data.',
    'no_usable_replica',
  )
  + low(
    'deficit',
    // What was never used has lost nothing: none of its replicas was ever healthy.
    volumes(query.lines([
      deficit,
      'unless %s (%s == 0 unless %s longhorn_cr:volume_lost_replicas)' % [sameVolume, usable, onVolume],
    ])),
    'A volume has had fewer usable replicas than it wants for 30 minutes.',
    text.volume + ' lacks {{ with $value }}{{ . }}{{ else }}some{{ end }} of the replicas it wants. While it is detached '
    + 'Longhorn does not replace them, and calls its robustness unknown. Bring back the nodes of the lost ones, or give '
    + 'Longhorn a node for a replacement, and have the volume attached, so that it is rebuilt.',
  )
  + rule(
    'LonghornReplicaDeletionImminent',
    'imminent',
    query.replica,
    query.lines([
      query.parens(query.each(['replica', 'volume', 'node'], known, query.lines([
        '%s < time() + %d' % [
          query.metric('replica_deletion_timestamp_seconds'),
          config.alerts.LonghornReplicaDeletionImminent.imminent.withinSeconds,
        ],
        'unless %s (%s == 1)' % [query.onSame('replica'), query.metric('replica_node_missing')],
        'and %s %s' % [query.onTarget, query.metric('longhorn_info', 'deadlock_gate="latched"')],
      ]))),
      // One row a volume, whatever two exporters say of its claim in between.
      '* %s group_left (pvc, pvc_namespace) topk %s (1, %s)' % [onVolume, query.by(['volume']), volumes(deficit)],
    ]),
    'A failed replica that a volume may still need is about to be deleted.',
    'Replica {{ $labels.replica }} of volume ' + text.named + ' on node {{ $labels.node }} has failed, and Longhorn deletes it '
    + 'within 10 minutes, while the volume lacks usable replicas. Until then its node may come back, and the replica with '
    + 'it. Bring the node back now, or have failed replicas kept while you work: set staleReplicaTimeout to 0.',
  )
  + rule(
    'LonghornFalseRedundancy',
    'sharedNode',
    query.volume,
    volumes(query.metric('volume_replica_nodes') + ' < ' + usable),
    'Replicas of a volume share a node: they are lost together.',
    text.volume + ' has its usable replicas on {{ with $value }}{{ . }}{{ else }}too few{{ end }} nodes, more than one on the '
    + 'same. Let Longhorn balance them (replicaAutoBalance), or add a node, and turn replica-soft-anti-affinity off if it '
    + 'is not meant to be on.',
  )
