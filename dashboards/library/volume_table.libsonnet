// The table of volumes at risk: those with a stage, a waiting workload or replicas missing; the most urgent first.
local colour = import 'colour.libsonnet';
local column = import 'column.libsonnet';
local panel = import 'panel.libsonnet';
local word = import 'word.libsonnet';

function(config)
  local link = (import 'link.libsonnet')(config);
  local query = (import 'query.libsonnet')(config);
  local table = (import 'table.libsonnet')(config);
  local resource = query.resource;
  local volumes = [resource.volumes, resource.replicas];
  local attachments = [resource.volumes, resource.attachments];
  local all = query.volume;

  local stageAge = query.recorded('longhorn_cr:volume_deadlock_stage_age_seconds');
  local waiting = query.recorded('longhorn_cr:volume_attach_pending_age_seconds');
  local lacking = query.recorded('longhorn_cr:volume_redundancy_deficit');

  local atRisk = query.parens(query.either([stageAge, waiting, lacking]));
  local risky(name, matcher='') = query.among(query.metric(name, matcher), ['volume'], atRisk);
  local told(name) = query.each(['volume'], volumes, risky(name));

  // Every volume at risk, with the code of its stage, 0 where it has none, and the claim in one word.
  local staged = 'max %s %s' % [query.by(all), query.parens(query.either([
    query.parens(query.stages(all)),
    '0 * ' + waiting,
    '0 * ' + lacking,
  ]))];
  local claimed = 'label_join(%s, "claim", "/", "pvc_namespace", "pvc")' % query.parens(staged);

  local cause = query.oneOfEach(['volume'], query.each(
    ['volume', 'cause'],
    attachments,
    query.metric('volume_attach_blocked')
  ));
  local replicas = 'sum %s %s' % [
    query.by(['volume']),
    query.parens(query.each(['volume', 'state'], volumes, risky('volume_replicas'))),
  ];
  local scheduled = query.each(['volume'], [resource.volumes], risky('volume_condition', 'condition="Scheduled"'));
  local reason = query.oneOfEach(['volume'], query.each(
    ['volume', 'reason'],
    [resource.volumes],
    risky('volume_condition_reason', 'condition="Scheduled"')
  ));

  function(h) table(
    'Volumes at risk, the most urgent first',
    |||
      Volumes that are in a stage of the deadlock, that a workload waits for, or that lack usable replicas.
      Deadlocked: a workload waits and will wait for ever. Latent: the next one will. Armed: the next detach is terminal.
      Exposed: the next replica that Longhorn fails to place arms it. Waits for: how long a workload has waited for it.
      Deletion in: when Longhorn deletes the first failed replica. A volume's name leads to its own dashboard.
    |||,
    {
      A: claimed,
      B: 'max %s (%s)' % [query.by(['volume']), stageAge],
      C: 'max %s (%s)' % [query.by(['volume']), waiting],
      D: cause,
      E: told('volume_desired_replicas'),
      F: told('volume_usable_replicas'),
      G: replicas,
      H: scheduled,
      I: reason,
      J: told('volume_next_replica_deletion_timestamp_seconds') + ' - time()',
    },
    [
      column.state('A', 'Stage', colour.mapping(colour.stage { none: colour.noStage { text: '–', colour: colour.none } }), 95),
      column.label('volume', 'Volume', 150, links=[link.volume('Volume')]),
      column.label('claim', 'Claim', mappings=colour.words({ '/': '–' })),
      column.age('B', 'In stage for', width=95),
      column.age('C', 'Waits for', panel.thresholds(colour.plain, [[120, colour.notice], [300, colour.critical]]), 90),
      column.label('cause', 'Because of', 180, mappings=colour.words(word.causes)),
      column.count('F', 'Usable', panel.thresholds(colour.critical, [[1, colour.warning], [2, colour.plain]]), 75),
      column.count('E', 'Wanted', width=70),
      column.count('G', 'CRs', width=50),
      column.aside('H', 'Scheduled', colour.flag('True', 'False', colour.good, colour.warning), 85),
      column.label('reason', 'Reason', 180),
      column.age('J', 'Deletion in', panel.thresholds(colour.warning, [[600, colour.plain]]), 90),
    ],
    ['-Stage', '-Waits for', 'Usable', 'Volume'],
    24,
    h,
    hidden=['pvc', 'pvc_namespace'],
    nothing='No volume is known to be at risk',
  )
