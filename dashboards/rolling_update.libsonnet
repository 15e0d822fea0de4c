// Longhorn / Rolling update: may I go on with the next node, and which volume comes first?
local colour = import 'library/colour.libsonnet';
local column = import 'library/column.libsonnet';
local grid = import 'library/grid.libsonnet';
local panel = import 'library/panel.libsonnet';
local target = import 'library/target.libsonnet';

function(config)
  local link = (import 'library/link.libsonnet')(config);
  local query = (import 'library/query.libsonnet')(config);
  local answer = (import 'library/answer.libsonnet')(config);
  local table = (import 'library/table.libsonnet')(config);
  local resource = query.resource;

  local stageAge(stage) =
    query.recorded('longhorn_cr:volume_deadlock_stage_age_seconds', 'stage="%s"' % stage);
  local waiting = query.recorded('longhorn_cr:volume_attach_pending_age_seconds');
  local cordoned = query.recorded('longhorn_cr:node_cordoned_age_seconds');
  local counted(inner) = query.counted('count(%s)' % inner);

  local stages = ['deadlocked', 'latent', 'armed', 'exposed', 'unschedulable'];
  local letter(index) = std.char(std.codepoint('A') + index);
  local stageCount(index) = target.now(counted(stageAge(stages[index])), stages[index], letter(index));
  local stageColour(stage) = panel.ofName(stage, {
    thresholds: { mode: 'absolute', steps: panel.thresholds(colour.plain, [[1, colour.stage[stage].colour]]) },
  });

  // Of several clusters that are shown at once, each says which it is.
  local inCluster = if config.clusterLabel == '' then '' else ' {{%s}}' % config.clusterLabel;

  local first = [
    panel.stat(
      'May I go on with the next node?',
      |||
        Stop while a volume is deadlocked, latent or armed. Else the nodes, up to three, that may be drained next: safe,
        or degrading, which lets volumes lack a replica until the node is back. A node counts that is Ready and not
        cordoned. "Cannot tell" where no exporter has contact with the cluster.
      |||,
      [target.now(answer.next, '{{answer}}' + inCluster)],
      9,
      5,
      mappings=answer.mappings,
      noValue='Cannot tell',
      textMode='name',
      whole=true,
    ),
    panel.stat(
      'Which volume first?',
      |||
        The volume to see to before all others: deadlocked, latent, armed, waited for by a workload for over 5 minutes,
        exposed, or lacking most replicas; of several the one for which it has been so longest.
      |||,
      [target.now(answer.volume, '{{volume}}' + inCluster)],
      7,
      5,
      mappings=answer.volumeMappings,
      noValue='Cannot tell',
      textMode='value_and_name',
      links=[link.volumeOfSeries],
    ),
    panel.stat(
      'Version and gate',
      |||
        Longhorn's version, and what it does about the condition Scheduled of a detached volume: latched means that the
        deadlock exists in this version, fixed and open that it does not.
      |||,
      [target.now(
        query.state(
          ['version', 'deadlock_gate'],
          [resource.settings],
          'longhorn_info',
          'deadlock_gate',
          colour.gate,
        ),
        '{{version}}' + inCluster,
      )],
      4,
      5,
      mappings=colour.mapping(colour.gate),
      noValue='Cannot tell',
      textMode='value_and_name',
    ),
    panel.stat(
      'Degraded availability',
      |||
        The setting allow-volume-creation-with-degraded-availability: while it is allowed, a detached volume is let go
        again, and no deadlock can begin.
      |||,
      [target.now(
        'min (%s)' % query.each([], [resource.settings], query.metric('degraded_availability_allowed'))
      )],
      4,
      5,
      mappings=colour.flag('allowed', 'not allowed', colour.good, colour.notice),
      noValue='Cannot tell',
    ),
  ];

  local second = [
    panel.stat(
      'Volumes per stage',
      'How many volumes are in each stage of the deadlock; unschedulable ones were never placed and heal by themselves.',
      [stageCount(index) for index in std.range(0, std.length(stages) - 1)],
      10,
      textMode='value_and_name',
      overrides=[stageColour(stage) for stage in stages],
      noValue='Cannot tell',
    ),
    panel.stat(
      'Attaches pending',
      'Volumes that a workload waits for.',
      [target.now(counted(waiting))],
      4,
      steps=panel.thresholds(colour.plain, [[1, colour.notice]]),
      noValue='Cannot tell',
    ),
    panel.stat(
      'Oldest wait',
      'For how long the workload that has waited longest waits. Longhorn itself needs up to 2 minutes; 5 are too many.',
      [target.now('max(%s)' % waiting)],
      3,
      unit='s',
      decimals=1,
      steps=panel.thresholds(colour.plain, [[120, colour.notice], [300, colour.critical]]),
    ),
    panel.stat(
      'Nodes cordoned',
      'Longhorn nodes whose Kubernetes node is cordoned.',
      [target.now(counted(cordoned))],
      4,
      steps=panel.thresholds(colour.plain, [[1, colour.cordon], [2, colour.warning]]),
      noValue='Cannot tell',
    ),
    panel.stat(
      'Contact',
      |||
        For how long an exporter has heard nothing of one of its resources, the longest of all; bookmarks arrive about
        once a minute. What is older than 2 minutes is left out of every panel here.
      |||,
      [target.now('max (%s)' % query.contactAge([]))],
      3,
      unit='s',
      steps=panel.thresholds(colour.good, [[120, colour.critical]]),
      noValue='none',
      links=[link.exporter],
    ),
  ];

  local stageTimeline = panel.timeline(
    'Stages by volume',
    'The stage each volume was in; a gap is none. Bands across are cordons.',
    [target.range(query.stages(['volume']), '{{volume}}')],
    14,
    9,
    mappings=colour.mapping(colour.stage),
    links=[link.volumeOfSeries],
    noValue='No volume was known to be in a stage',
  );
  local missing = query.recorded('longhorn_cr:replicas_missing');
  local redundancy = panel.graph(
    'Redundancy deficit and rebuilding',
    'Usable replicas that are missing, in all volumes, detached ones too; and replicas that are being rebuilt.',
    [
      target.range('sum (%s)' % missing, 'missing', 'A'),
      target.range(query.lines([
        'sum (%s)' % query.recorded('longhorn_cr:replicas_rebuilding'),
        'or',
        'sum (0 * %s)' % missing,
      ]), 'rebuilding', 'B'),
    ],
    10,
    9,
    defaults={ decimals: 0 },
    overrides=[
      panel.ofName('missing', panel.fixed(colour.warning)),
      panel.ofName('rebuilding', panel.fixed(colour.busy)),
    ],
  );

  local alerts = table(
    'Alerts',
    "What fires now. An alert's name leads to what to do.",
    { A: answer.alerts, B: answer.alertAges },
    [
      column.state('A', 'Severity', colour.mapping(colour.severity), 100),
      column.label('alertname', 'Alert', 300, links=[link.runbook('Alert')]),
      column.age('B', 'For', width=100),
      column.label('reason', 'Reason', 220),
      column.label('volume', 'Volume', 240, links=[link.volume('Volume')]),
      column.label('node', 'Node', 120, links=[link.node('Node')]),
      column.label('namespace', 'Namespace'),
    ],
    ['-Severity', 'Alert', '-For'],
    24,
    7,
    hidden=['severity'],
    nothing='No alert fires',
  );

  (import 'library/dashboard.libsonnet')(config)(
    'rollingUpdate',
    |||
      The first look during a rolling update of nodes: whether to go on with the next one, what draining each would come
      to, and which volumes are on their way into Longhorn's rolling-update deadlock.
    |||,
    [
      grid.row('Can I go on?', [first, second]),
      grid.row('Nodes', [[(import 'library/node_table.libsonnet')(config)(9)]]),
      grid.row('Volumes', [[(import 'library/volume_table.libsonnet')(config)(8)]]),
      grid.row('How it came to this', [[stageTimeline, redundancy]]),
      grid.row('Alerts', [[alerts]]),
    ],
  )
