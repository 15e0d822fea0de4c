// One colour for each meaning, and one text and number for each state, everywhere.
//
// The numbers are what the queries make of states (query.libsonnet): the higher, the more urgent, so that tables sort
// by them and the worst of several wins. Colours are names of Grafana's palette: it picks the shade for each theme.
local colour = {
  good: 'green',
  notice: 'yellow',
  warning: 'orange',
  severe: 'light-red',
  critical: 'dark-red',
  busy: 'light-blue',
  idle: 'blue',
  cordon: 'purple',
  unknown: '#8e8e99',
  none: 'transparent',
  plain: 'text',
};

local state(text, tint, code) = { text: text, colour: tint, code: code };

// What a code reads as; `of` gives the states' texts by the values of their label.
local mapping(states) = [{
  type: 'value',
  options: {
    [std.toString(states[value].code)]: {
      text: states[value].text,
      color: states[value].colour,
      index: states[value].code,
    }
    for value in std.objectFields(states)
  },
}];

colour {
  mapping: mapping,

  // Mappings of a yes or no.
  flag(yes, no, yesColour, noColour):: mapping({
    no: state(no, noColour, 0),
    yes: state(yes, yesColour, 1),
  }),

  // Mappings of label values to words, for columns that show them as they are.
  words(texts):: [{
    type: 'value',
    options: { [value]: { text: texts[value], index: 0 } for value in std.objectFields(texts) },
  }],

  stage:: {
    unschedulable: state('unschedulable', colour.idle, 1),
    exposed: state('exposed', colour.notice, 2),
    armed: state('armed', colour.warning, 3),
    latent: state('latent', colour.severe, 4),
    deadlocked: state('deadlocked', colour.critical, 5),
  },
  noStage:: state('none', colour.good, 0),

  verdict:: {
    safe: state('safe', colour.good, 0),
    degrading: state('degrading', colour.notice, 1),
    blocked: state('blocked', colour.warning, 2),
    unsafe: state('unsafe', colour.critical, 3),
  },

  volume:: {
    attached: state('attached', colour.good, 0),
    detached: state('detached', colour.idle, 1),
    creating: state('creating', colour.busy, 2),
    attaching: state('attaching', colour.busy, 3),
    detaching: state('detaching', colour.busy, 4),
    deleting: state('deleting', colour.busy, 5),
    other: state('other', colour.unknown, 6),
  },

  robustness:: {
    healthy: state('healthy', colour.good, 0),
    unknown: state('unknown', colour.unknown, 1),
    other: state('other', colour.unknown, 2),
    degraded: state('degraded', colour.notice, 3),
    faulted: state('faulted', colour.critical, 4),
  },

  // Engines and replicas; instance managers have fewer.
  local process = {
    running: state('running', colour.good, 0),
    starting: state('starting', colour.busy, 1),
    stopping: state('stopping', colour.busy, 2),
    stopped: state('stopped', colour.idle, 3),
    suspended: state('suspended', colour.idle, 4),
    terminated: state('terminated', colour.idle, 5),
    unknown: state('unknown', colour.unknown, 6),
    other: state('other', colour.unknown, 7),
    'error': state('error', colour.critical, 8),
  },
  process:: process,
  manager:: {
    [value]: process[value]
    for value in ['running', 'starting', 'stopped', 'unknown', 'other', 'error']
  },
  // What befalls a replica beyond its process.
  replicaFailed:: state('failed', colour.severe, 9),
  replicaLost:: state('node gone', colour.critical, 10),

  gate:: {
    fixed: state('fixed', colour.good, 0),
    open: state('open', colour.good, 1),
    unknown: state('unknown', colour.unknown, 2),
    latched: state('latched', colour.warning, 3),
  },

  severity:: {
    info: state('info', colour.idle, 1),
    warning: state('warning', colour.warning, 2),
    critical: state('critical', colour.critical, 3),
  },

  kubernetes:: {
    ready: state('Ready', colour.good, 0),
    notReady: state('not Ready', colour.warning, 1),
    gone: state('gone', colour.critical, 2),
  },

  // States of replicas in counts.
  replicas:: {
    healthy: colour.good,
    rebuilding: colour.busy,
    stopped: colour.idle,
    unscheduled: colour.warning,
    failed: colour.severe,
    inactive: colour.unknown,
  },
}
