// Longhorn / Node drain: what draining one node would come to, and what is in the way.
local colour = import 'library/colour.libsonnet';
local column = import 'library/column.libsonnet';
local grid = import 'library/grid.libsonnet';
local panel = import 'library/panel.libsonnet';
local target = import 'library/target.libsonnet';
local word = import 'library/word.libsonnet';

function(config)
  local link = (import 'library/link.libsonnet')(config);
  local query = (import 'library/query.libsonnet')(config);
  local variable = (import 'library/variable.libsonnet')(config);
  local table = (import 'library/table.libsonnet')(config);
  local resource = query.resource;
  local nodes = [resource.longhornNodes, resource.kubernetesNodes];
  local own = 'node="$node"';
  local row = panel.ofQuery;
  local ofNode(name) = query.each([], nodes, query.metric(name, own));
  local condition(type) = query.each([], nodes, query.metric('node_condition', '%s,condition="%s"' % [own, type]));

  local verdict = query.state([], nodes, 'node_drain_verdict', 'verdict', colour.verdict, own);
  local cordonAge = 'max (%s)' % query.recorded('longhorn_cr:node_cordoned_age_seconds', own);
  local manager = query.state([], [resource.instanceManagers], 'instance_manager_state', 'state', colour.manager, own);

  local verdictMapping = colour.mapping(colour.verdict);
  local yesMapping = colour.flag('yes', 'no', colour.good, colour.warning);
  local cordonMapping = colour.flag('cordoned', 'no', colour.cordon, colour.good);
  local askedMapping = colour.flag('asked to leave', 'no', colour.warning, colour.good);

  local now = [
    panel.stat(
      'Drain',
      'What draining the node would come to, once it is cordoned and its workloads have left.',
      [target.now(verdict)],
      5,
      mappings=verdictMapping,
      noValue='Cannot tell',
      whole=true,
    ),
    panel.stat(
      'Cordoned for',
      'For how long the Kubernetes node has been cordoned.',
      [target.now(cordonAge)],
      4,
      unit='s',
      decimals=1,
      steps=panel.thresholds(colour.good, [[0, colour.cordon]]),
      noValue='not cordoned',
    ),
    panel.stat(
      'Kubernetes',
      'Whether the Kubernetes node is Ready, not Ready or gone.',
      [target.now(query.kubernetes([], own))],
      4,
      mappings=colour.mapping(colour.kubernetes),
      noValue='Cannot tell',
    ),
    panel.stat(
      'Scheduling',
      'Whether Longhorn may place replicas on the node.',
      [target.now(ofNode('node_allow_scheduling'))],
      3,
      mappings=colour.flag('allowed', 'not allowed', colour.good, colour.notice),
      noValue='Cannot tell',
    ),
    panel.stat(
      'Eviction',
      "Whether the node's replicas are asked to leave.",
      [target.now(ofNode('node_eviction_requested'))],
      4,
      mappings=askedMapping,
      noValue='Cannot tell',
    ),
    panel.stat(
      'Replicas missed',
      'Failed replicas on the node that attached volumes lack.',
      [target.now(query.counted(query.recorded('longhorn_cr:node_missed_replicas', own)))],
      4,
      steps=panel.thresholds(colour.good, [[1, colour.warning]]),
      noValue='Cannot tell',
    ),
  ];

  local reason = query.state(['reason'], nodes, 'node_drain_blockers', 'reason', word.blockerCodes, own);
  local blockers = table(
    'Blockers',
    'What holds a drain of the node up, or should, the worst first. Empty where nothing does.',
    { A: reason, B: query.each(['reason'], nodes, query.metric('node_drain_blockers', own)) },
    [
      column.label('reason', 'Blocker', mappings=colour.words(word.blockerTexts)),
      column.count('B', 'How many', width=90),
      column.state('A', 'Effect', word.blockerEffects, 115),
    ],
    ['-Effect'],
    8,
    8,
    nothing='Nothing is known to be in the way',
  );

  local here = query.any(['volume'], [resource.replicas], query.metric('replica_state', own));
  local alsoHere(inner) = query.among(inner, ['volume'], here);
  local stateHere(metric, label, states) =
    query.state(['volume'], [resource.volumes], metric, label, states, narrow=function(of) query.parens(alsoHere(of)));

  // Replicas elsewhere that would carry on: not failed, on a node that is not cordoned but Ready, which none is that is
  // gone. Of several exporters that share the volumes, one alone tells of nodes.
  local nodeIs(condition) = query.joined(['node'], [resource.kubernetesNodes], query.metric(condition) + ' == 1');
  local elsewhere = query.any(
    ['volume', 'replica'],
    [resource.replicas],
    query.lines([
      alsoHere(query.metric('replica_state', 'node!="$node",state=~"running|stopped"')),
      'unless %s %s' % [query.onSame('replica'), query.metric('replica_failed_timestamp_seconds')],
      'unless ' + nodeIs('node_cordoned'),
      'and ' + nodeIs('node_kubernetes_ready'),
    ]),
  );
  local ofVolume(name) =
    query.each(['volume'], [resource.volumes, resource.replicas], alsoHere(query.metric(name)));
  local replica = (import 'library/replica.libsonnet')(config, own);
  local volumes = table(
    'Replicas here, and what covers for each elsewhere',
    |||
      Volumes with a replica on this node, those without cover first. Cover: replicas elsewhere that have not failed, on a
      node that is Ready and not cordoned. A volume's name leads to its own dashboard.
    |||,
    {
      A: replica.states(['volume']),
      B: query.lines([
        'count %s %s' % [query.by(['volume']), query.parens(elsewhere)],
        'or %s' % query.on(['volume']),
        '0 * ' + here,
      ]),
      C: ofVolume('volume_usable_replicas'),
      D: ofVolume('volume_desired_replicas'),
      E: alsoHere(query.parens(query.stages(['volume']))),
      F: stateHere('volume_state', 'state', colour.volume),
      G: stateHere('volume_robustness', 'robustness', colour.robustness),
    },
    [
      column.label('volume', 'Volume', links=[link.volume('Volume')]),
      column.count('B', 'Cover', panel.thresholds(colour.critical, [[1, colour.good]]), 75),
      column.state('A', 'Replica here', replica.mappings, 105),
      column.count('C', 'Usable', width=80),
      column.count('D', 'Wanted', width=75),
      column.state('E', 'Stage', colour.mapping(colour.stage), 105),
      column.aside('F', 'State', colour.mapping(colour.volume), 95),
      column.aside('G', 'Robustness', colour.mapping(colour.robustness), 95),
    ],
    ['Cover', '-Stage', 'Usable', 'Volume'],
    16,
    8,
  );

  local managers = table(
    'Instance managers',
    |||
      Replicas needed: those here whose loss leaves a volume below what it wants. Leaked: engine records whose engine is
      elsewhere, stopped or gone.
    |||,
    {
      A: query.state(
        ['instance_manager', 'data_engine'],
        [resource.instanceManagers],
        'instance_manager_state',
        'state',
        colour.manager,
        own
      ),
      B: query.each(
        ['instance_manager', 'data_engine'],
        [resource.instanceManagers, resource.replicas],
        query.metric('instance_manager_needed_replicas', own)
      ),
      C: query.each(
        ['instance_manager', 'data_engine'],
        [resource.instanceManagers, resource.engines],
        query.metric('instance_manager_leaked_engines', own)
      ),
    },
    [
      column.label('instance_manager', 'Instance manager'),
      column.label('data_engine', 'Engine', 65),
      column.state('A', 'State', colour.mapping(colour.manager), 90),
      column.count('B', 'Replicas needed', width=125),
      column.count('C', 'Leaked', panel.thresholds(colour.good, [[1, colour.warning]]), 65),
    ],
    ['-State'],
    14,
    6,
  );

  local disks = table(
    'Disks',
    "Longhorn's conditions of each disk of the node, what is not so first.",
    { A: query.each(['disk', 'condition'], nodes, query.metric('node_disk_condition', own)) },
    [
      column.label('disk', 'Disk'),
      column.label('condition', 'Condition', 140),
      column.aside('A', 'Is so', yesMapping, 90),
    ],
    ['Is so', 'Disk'],
    10,
    6,
  );

  local history = panel.timeline(
    'Cordons, readiness and verdict',
    'What the node went through: when it was cordoned, what Kubernetes and Longhorn said of it, and the verdict then.',
    [
      target.range(ofNode('node_cordoned'), 'cordoned', 'A'),
      target.range(query.kubernetes([], own), 'Kubernetes', 'B'),
      target.range(condition('Ready'), 'Longhorn: Ready', 'C'),
      target.range(condition('Schedulable'), 'Longhorn: Schedulable', 'D'),
      target.range(manager, 'instance manager', 'E'),
      target.range(verdict, 'drain', 'F'),
    ],
    14,
    9,
    overrides=[
      row('A', { mappings: cordonMapping }),
      row('B', { mappings: colour.mapping(colour.kubernetes) }),
      row('C', { mappings: yesMapping }),
      row('D', { mappings: yesMapping }),
      row('E', { mappings: colour.mapping(colour.manager) }),
      row('F', { mappings: verdictMapping }),
    ],
    showLegend=false,
  );

  local blockersOverTime = panel.stacked(
    'Blockers over time',
    'What held a drain of the node up, or would have.',
    [target.range(query.each(['reason'], nodes, query.metric('node_drain_blockers', own)), '{{reason}}')],
    10,
    9,
    defaults={ decimals: 0, noValue: 'Nothing was known to be in the way' },
    overrides=[
      panel.ofName(blocker[0], panel.fixed(blocker[2]) { displayName: blocker[1] })
      for blocker in word.blockers
    ],
  );

  (import 'library/dashboard.libsonnet')(config)(
    'nodeDrain',
    'One node: may it be drained, what is in the way, and what covers for each replica on it.',
    [
      grid.row('Now', [now]),
      grid.row('What is in the way', [[blockers, volumes], [managers, disks]]),
      grid.row('How it came to this', [[history, blockersOverTime]]),
    ],
    about=[variable.node],
  )
