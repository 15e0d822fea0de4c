// Words for label values that are shown as they come, in the order of their urgency.
local colour = import 'colour.libsonnet';

{
  // What holds a drain up, and what speaks against it: the later, the worse. Last, its colour over time.
  blockers:: [
    ['running_engine', 'an engine runs', 'light-yellow'],
    ['manual_attachment', 'attached by hand', 'yellow'],
    ['orphan_engine_record', 'orphaned engine record', 'dark-yellow'],
    ['instance_manager_not_running', 'instance manager not running', 'light-orange'],
    ['eviction_without_target', 'eviction without a target', 'orange'],
    ['replica_on_missing_node', 'replica on a node that is gone', 'dark-orange'],
    ['last_replica', 'a last replica', 'light-red'],
    ['would_lose_last_usable_replica', 'would lose a last usable replica', 'red'],
    ['would_deadlock', 'would deadlock a volume', 'dark-red'],
  ],
  blockerCodes:: { [$.blockers[index][0]]: { code: index } for index in std.range(0, std.length($.blockers) - 1) },
  // What each comes to: Longhorn waits, or a volume is harmed.
  blockerEffects:: [{
    type: 'value',
    options: {
      [std.toString($.blockerCodes[blocker[0]].code)]:
        if std.startsWith(blocker[0], 'would_')
        then { text: 'harms a volume', color: colour.critical, index: 1 }
        else { text: 'holds it up', color: colour.warning, index: 0 }
      for blocker in $.blockers
    },
  }],
  blockerTexts:: { [blocker[0]]: blocker[1] for blocker in $.blockers },

  // Why a workload does not get its volume.
  causes:: {
    scheduled_condition: 'Scheduled=False latched',
    unschedulable: 'no place for a replica',
    instance_manager_not_running: 'instance manager not running',
    leaked_engine_record: 'leaked engine record',
    engine_image_missing: 'engine image missing on the node',
    node_not_ready: 'node not Ready',
    faulted: 'faulted: no replica left',
    restoring: 'restoring',
    cloning: 'cloning',
    migrating: 'migrating',
    attached_elsewhere: 'attached elsewhere',
    in_progress: 'in progress',
  },
}
