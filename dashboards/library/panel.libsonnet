// Panels of each kind, with the settings that all of a kind share. Sizes are in columns (24) and rows (38 pixels).
local target = import 'target.libsonnet';

// Thresholds, the lowest first: [colour, [from, colour], …].
local thresholds(base, rest=[]) = [{ color: base, value: null }] + [{ color: step[1], value: step[0] } for step in rest];

local panel(type, title, description, targets, w, h) = {
  type: type,
  title: title,
  description: description,
  datasource: target.datasource,
  targets: targets,
  w:: w,
  h:: h,
};

local legend(placement='bottom', mode='list') = {
  displayMode: mode,
  placement: placement,
  showLegend: true,
  calcs: [],
};

local graph(targets, title, description, w, h, unit, defaults, overrides) =
  panel('timeseries', title, description, targets, w, h) {
    fieldConfig: {
      defaults: {
        unit: unit,
        min: 0,
        color: { mode: 'palette-classic' },
        custom: {
          drawStyle: 'line',
          lineInterpolation: 'stepAfter',
          lineWidth: 2,
          fillOpacity: 10,
          showPoints: 'never',
          spanNulls: false,
        },
      } + defaults,
      overrides: overrides,
    },
    options: {
      legend: legend(),
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  };

{
  new:: panel,
  thresholds:: thresholds,

  // A number, or a state, in large letters.
  //
  // textMode: value, name or value_and_name · whole: whether the colour fills the panel
  stat(title, description, targets, w, h=4, unit='none', steps=null, mappings=[], noValue='none', textMode='value', whole=false, links=[], overrides=[], decimals=0):
    panel('stat', title, description, targets, w, h) {
      fieldConfig: {
        defaults: {
          unit: unit,
          decimals: decimals,
          mappings: mappings,
          noValue: noValue,
          color: { mode: 'thresholds' },
          thresholds: { mode: 'absolute', steps: if steps == null then thresholds('text') else steps },
          links: links,
        },
        overrides: overrides,
      },
      options: {
        colorMode: if whole then 'background_solid' else 'value',
        graphMode: 'none',
        justifyMode: 'auto',
        orientation: 'auto',
        percentChangeColorMode: 'standard',
        reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
        showPercentChange: false,
        textMode: textMode,
        wideLayout: false,
      },
    },

  // States over time, one bar each.
  timeline(title, description, targets, w, h, mappings=[], links=[], overrides=[], showLegend=true, noValue='Nothing is known'):
    panel('state-timeline', title, description, targets, w, h) {
      fieldConfig: {
        defaults: {
          mappings: mappings,
          color: { mode: 'thresholds' },
          thresholds: { mode: 'absolute', steps: thresholds('text') },
          noValue: noValue,
          custom: { fillOpacity: 80, lineWidth: 0 },
          links: links,
        },
        overrides: overrides,
      },
      options: {
        alignValue: 'left',
        mergeValues: true,
        rowHeight: 0.85,
        showValue: 'auto',
        legend: legend() { showLegend: showLegend },
        tooltip: { mode: 'single', sort: 'none' },
      },
    },

  graph(title, description, targets, w, h, unit='none', defaults={}, overrides=[]):
    graph(targets, title, description, w, h, unit, defaults, overrides),

  stacked(title, description, targets, w, h, unit='none', defaults={}, overrides=[]):
    graph(targets, title, description, w, h, unit, defaults, overrides) {
      fieldConfig+: {
        defaults+: { custom+: { fillOpacity: 50, lineWidth: 1, stacking: { mode: 'normal', group: 'A' } } },
      },
    },

  // Settings for the series of one query, or of one name.
  ofQuery(refId, properties): {
    matcher: { id: 'byFrameRefID', options: refId },
    properties: [{ id: id, value: properties[id] } for id in std.objectFields(properties)],
  },
  ofName(name, properties): {
    matcher: { id: 'byName', options: name },
    properties: [{ id: id, value: properties[id] } for id in std.objectFields(properties)],
  },
  fixed(colour): { color: { mode: 'fixed', fixedColor: colour } },
}
