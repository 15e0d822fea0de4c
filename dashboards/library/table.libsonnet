// Rows of text and numbers, the most urgent first: what several queries say of one thing, joined.
local column = import 'column.libsonnet';
local panel = import 'panel.libsonnet';
local target = import 'target.libsonnet';

// Makes one row of what the queries say of one thing, with these columns in this order.
//
// The first query has a row for each thing. Grafana calls its value plainly "Value" where no other query has any.
local transformations(columns, refIds) =
  local numbered = std.mapWithIndex(function(index, it) it { index: index }, columns);
  local shown = numbered + [alone { field: 'Value' } for alone in numbered if alone.field == 'Value #' + refIds[0]];
  local fields = [it.field for it in shown];
  local values = ['Value #' + refId for refId in refIds] + ['Value'];
  local unnamed(hidden) = [field for field in ['Time'] + hidden + values if !std.member(fields, field)];
  function(hidden) [
    { id: 'merge', options: {} },
    {
      id: 'organize',
      options: {
        excludeByName: { [field]: true for field in unnamed(hidden) },
        indexByName: { [it.field]: it.index for it in shown },
        renameByName: { [it.field]: it.name for it in shown },
      },
    },
  ];

function(config)
  local clusters = if config.clusterLabel == '' then [] else [column.label(config.clusterLabel, 'Cluster', 100)];

  // queries: by their refId · sort: names of columns, with a "-" before those that go downwards
  // hidden: labels that are not shown · nothing: what is said where there is no row, which may be for want of contact
  function(title, description, queries, columns, sort, w, h, hidden=[], nothing='Nothing is known')
    local refIds = std.objectFields(queries);
    local all = columns + clusters;
    panel.new('table', title, description, [target.rows(queries[refId], refId) for refId in refIds], w, h) {
      fieldConfig: {
        defaults: {
          unit: 'none',
          noValue: nothing,
          custom: { align: 'left', cellOptions: { type: 'auto' }, inspect: false, filterable: false },
          color: { mode: 'thresholds' },
          thresholds: { mode: 'absolute', steps: panel.thresholds('transparent') },
        },
        overrides: [it.override for it in all],
      },
      options: {
        cellHeight: 'sm',
        showHeader: true,
        frameIndex: 0,
        sortBy: [{ displayName: std.lstripChars(name, '-'), desc: std.startsWith(name, '-') } for name in sort],
      },
      transformations: transformations(all, refIds)(hidden),
    }
