// Instance managers that do not run. One whose node has another for the same data engine is left over from an upgrade.
function(config)
  local query = (import '../query.libsonnet')(config);
  local stamp = (import '../stamp.libsonnet')(config);
  local resource = query.resource;
  local sameManager = query.onSame('instance_manager');
  local state(matcher) = query.metric('instance_manager_state', matcher);
  local cordoned(value) = 'and %s (%s == %d)' % [sameManager, query.metric('instance_manager_on_cordoned_node'), value];

  local known = [resource.instanceManagers, resource.kubernetesNodes];
  local down(resources, conditions) = query.lines([
    query.each(query.instanceManager, known + resources, query.lines([state('state!="running"')] + conditions)),
    'unless ' + query.joined(['node', 'data_engine'], [resource.instanceManagers], state('state="running"')),
  ]);

  local rule(tier, expr, summary, description, reason) = stamp(
    'LonghornInstanceManagerDown', tier, query.instanceManager, expr, summary, description, 'nodeDrain', ['node'], reason
  );

  // A node whose drain took nothing that an attached volume misses may stay as it is.
  local missed = query.lines([
    down([resource.volumes, resource.replicas], [
      cordoned(1),
      'and %s (%s > 0)' % [sameManager, query.metric('instance_manager_needed_replicas')],
    ]),
    'and %s longhorn_cr:node_missed_replicas' % query.on(['node']),
  ]);
  local who = 'Instance manager {{ $labels.instance_manager }} on node {{ $labels.node }} ';

  rule(
    'cordonedNodeLately',
    missed,
    'An instance manager on a cordoned node is down, and attached volumes miss the replicas there.',
    who + 'does not run, and cannot start while the node is cordoned: attached volumes lack the replicas there. In a drain '
    + 'that is so for some minutes. Do not cordon another node before this one is back.',
    'cordoned_node',
  )
  + rule(
    'cordonedNode',
    missed,
    'An instance manager on a cordoned node has been down for long, and attached volumes miss the replicas there.',
    who + 'has not run for 10 minutes, and cannot start while the node is cordoned: attached volumes lack the replicas '
    + 'there, and Longhorn now tries to replace them. Finish the work on the node and uncordon it before you cordon '
    + 'another one.',
    'cordoned_node',
  )
  + rule(
    'openNode',
    query.lines([
      down([], [cordoned(0)]),
      'and ' + query.joined(['node'], [resource.kubernetesNodes], query.metric('node_kubernetes_ready') + ' == 1'),
    ]),
    'An instance manager does not start although its node is Ready.',
    who + 'has not run for 10 minutes, although the node '
    + 'is Ready and not cordoned: no {{ $labels.data_engine }} volume can use the node. See its pod and its events.',
    'open_node',
  )
