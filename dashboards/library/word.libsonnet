// Words for label values that are shown as they come, in the order of their urgency.
{
  // What holds a drain up: the later, the worse.
  blockers:: [
    ['running_engine', 'an engine runs'],
    ['manual_attachment', 'attached by hand'],
    ['orphan_engine_record', 'orphaned engine record'],
    ['instance_manager_not_running', 'instance manager not running'],
    ['eviction_without_target', 'eviction without a target'],
    ['replica_on_missing_node', 'replica on a node that is gone'],
    ['last_replica', 'a last replica'],
    ['would_lose_last_usable_replica', 'would lose a last usable replica'],
    ['would_deadlock', 'would deadlock a volume'],
  ],
  blockerCodes:: { [$.blockers[index][0]]: { code: index } for index in std.range(0, std.length($.blockers) - 1) },
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
