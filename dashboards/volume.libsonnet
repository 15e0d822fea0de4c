// Longhorn / Volume: what one volume went through, and why it cannot attach.
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
  local volumes = [resource.volumes, resource.replicas];
  local own = 'volume="$volume"';
  local row = panel.ofQuery;
  local ofVolume(name, matcher=own) = query.each([], volumes, query.metric(name, matcher));
  local stage = query.stages([], own);
  local replica = (import 'library/replica.libsonnet')(config, own);

  local state = query.state([], [resource.volumes], 'volume_state', 'state', colour.volume, own);
  local robustness = query.state([], [resource.volumes], 'volume_robustness', 'robustness', colour.robustness, own);
  local scheduled = query.each([], [resource.volumes], query.metric('volume_condition', own + ',condition="Scheduled"'));
  local ready = ofVolume('volume_ready_for_workloads');
  local engine = query.state([], [resource.engines], 'engine_state', 'state', colour.process, own);

  local stageMapping = colour.mapping(colour.stage { none: colour.noStage });
  local noStage = query.either([stage, '0 * ' + query.parens(ofVolume('volume_desired_replicas'))]);
  local scheduledMapping = colour.flag('True', 'False', colour.good, colour.warning);
  local readyMapping = colour.flag('ready', 'not ready', colour.good, colour.critical);

  local now = [
    panel.stat(
      'Stage',
      'How far the volume is on its way into the deadlock.',
      [target.now(noStage)],
      4,
      mappings=stageMapping,
      noValue='Cannot tell',
      whole=true,
    ),
    panel.stat(
      'Ready for workloads',
      'Whether Longhorn would let a workload attach the volume: its own ready, for the running version.',
      [target.now(ready)],
      4,
      mappings=readyMapping,
      noValue='Cannot tell',
    ),
    panel.stat(
      'State',
      "The volume's state.",
      [target.now(state)],
      4,
      mappings=colour.mapping(colour.volume),
      noValue='Cannot tell',
    ),
    panel.stat(
      'Usable replicas',
      'Replicas that a workload could use now, and how many the volume wants.',
      [
        target.now(ofVolume('volume_usable_replicas'), 'usable', 'A'),
        target.now(ofVolume('volume_desired_replicas'), 'wanted', 'B'),
      ],
      4,
      textMode='value_and_name',
      overrides=[panel.ofName('usable', {
        thresholds: { mode: 'absolute', steps: panel.thresholds(colour.critical, [[1, colour.warning], [2, colour.good]]) },
      })],
      noValue='Cannot tell',
    ),
    panel.stat(
      'Places',
      'Nodes and zones that the usable replicas are on, and nodes that could take one more replica now.',
      [
        target.now(ofVolume('volume_replica_nodes'), 'nodes', 'A'),
        target.now(ofVolume('volume_replica_zones'), 'zones', 'B'),
        target.now(ofVolume('volume_replacement_nodes'), 'could take one more', 'C'),
      ],
      8,
      textMode='value_and_name',
      overrides=[panel.ofName('could take one more', {
        thresholds: { mode: 'absolute', steps: panel.thresholds(colour.warning, [[1, colour.good]]) },
      })],
      noValue='Cannot tell',
    ),
  ];

  local pending =
    'max %s (%s)' % [query.by(['volume']), query.recorded('longhorn_cr:volume_attach_pending_age_seconds', own)];
  local attach = table(
    'Why it cannot attach',
    'The workload that waits for the volume: on which node, for how long, and what is in its way. Empty where none waits.',
    {
      A: pending,
      B: query.each(
        ['volume', 'node', 'cause'],
        [resource.volumes, resource.attachments],
        query.metric('volume_attach_blocked', own)
      ),
      C: query.lines([
        query.oneOfEach(['volume'], query.each(
          ['volume', 'reason'],
          [resource.volumes],
          query.metric('volume_condition_reason', own + ',condition="Scheduled"')
        )),
        'and %s %s' % [query.on(['volume']), pending],
      ]),
    },
    [
      column.label('cause', 'Because of', 200, mappings=colour.words(word.causes)),
      column.age('A', 'Waits for', panel.thresholds(colour.plain, [[120, colour.notice], [300, colour.critical]]), 95),
      column.label('node', 'On node', 100, links=[link.node('On node')]),
      column.label('reason', "The condition's reason"),
    ],
    ['-Waits for'],
    12,
    5,
    hidden=['volume'],
    nothing='No workload is known to wait',
  );

  local ages = panel.stat(
    'For how long',
    'How long the stage has lasted, the engine is stopped, and the condition Scheduled is what it is.',
    [
      target.now(
        'max (%s)' % query.recorded('longhorn_cr:volume_deadlock_stage_age_seconds', own),
        'stage',
        'A',
      ),
      target.now(
        query.each([], [resource.engines], query.metric('engine_stopped_age_seconds', own)),
        'engine stopped',
        'B',
      ),
      target.now(
        'time() - ' + query.each([], [resource.volumes], query.metric(
          'volume_condition_last_transition_timestamp_seconds', own + ',condition="Scheduled"'
        )),
        'Scheduled unchanged',
        'C',
      ),
    ],
    12,
    5,
    unit='s',
    decimals=1,
    textMode='value_and_name',
    noValue='none',
  );

  local states = panel.timeline(
    'The volume, its condition and its engine',
    |||
      Latched is what it looks like when Scheduled is False while the volume is detached, and it is not ready.
      Robustness is unknown on every detached volume.
    |||,
    [
      target.range(noStage, 'stage', 'A'),
      target.range(state, 'state', 'B'),
      target.range(robustness, 'robustness', 'C'),
      target.range(scheduled, 'Scheduled', 'D'),
      target.range(ready, 'ready', 'E'),
      target.range(engine, 'engine', 'F'),
    ],
    24,
    8,
    overrides=[
      row('A', { mappings: stageMapping }),
      row('B', { mappings: colour.mapping(colour.volume) }),
      row('C', { mappings: colour.mapping(colour.robustness) }),
      row('D', { mappings: scheduledMapping }),
      row('E', { mappings: readyMapping }),
      row('F', { mappings: colour.mapping(colour.process) }),
    ],
    showLegend=false,
  );

  local replicas = panel.timeline(
    'Each replica',
    'What became of each replica, and where it is. Failed: Longhorn has given it up. Node gone: nobody marks it failed.',
    [target.range(replica.states(['replica', 'node']), '{{node}}  {{replica}}')],
    24,
    8,
    mappings=replica.mappings,
  );

  local counts = panel.stacked(
    'Replicas by state against wanted',
    'Replica objects of the volume by state, stacked, and how many it wants.',
    [
      target.range(query.each(['state'], volumes, query.metric('volume_replicas', own)), '{{state}}', 'A'),
      target.range(ofVolume('volume_desired_replicas'), 'wanted', 'B'),
    ],
    9,
    8,
    defaults={ decimals: 0 },
    overrides=[panel.ofName(name, panel.fixed(colour.replicas[name])) for name in std.objectFieldsAll(colour.replicas)] + [
      panel.ofName('wanted', panel.fixed(colour.plain) {
        'custom.stacking': { mode: 'none', group: 'A' },
        'custom.fillOpacity': 0,
        'custom.lineStyle': { fill: 'dash', dash: [8, 6] },
      }),
    ],
  );

  (import 'library/dashboard.libsonnet')(config)(
    'volume',
    'One volume: what it went through, why it cannot attach, where its replicas are and when the failed ones go.',
    [
      grid.row('Now', [now, [attach, ages]]),
      grid.row('How it came to this', [[states], [replicas]]),
      grid.row('Replicas', [[counts, replica.table(15, 8)]]),
    ],
    about=[variable.volume],
    staged=own,
  )
