// What every dashboard has: its uid, links, time, variables and annotations.
local colour = import 'colour.libsonnet';
local grid = import 'grid.libsonnet';
local target = import 'target.libsonnet';

local annotation(name, expr, title, tint) = {
  name: name,
  enable: true,
  hide: false,
  iconColor: tint,
  datasource: target.datasource,
  target: { refId: 'Anno', expr: expr, interval: '30s' },
  titleFormat: title,
  textFormat: '',
  tagKeys: '',
  useValueForTime: 'off',
};

function(config)
  local query = (import 'query.libsonnet')(config);
  local link = (import 'link.libsonnet')(config);
  local variable = (import 'variable.libsonnet')(config);

  // Regions: while a node is cordoned, while a volume is in a stage worse than exposed.
  local cordons = annotation(
    'Cordons',
    'max %s (%s)' % [query.by(['node']), query.recorded('longhorn_cr:node_cordoned_age_seconds')],
    '{{node}} cordoned',
    colour.cordon,
  );
  local stages(matcher) = annotation(
    'Stages',
    'max %s (%s)' % [query.by(['volume', 'stage']), query.recorded('longhorn_cr:volume_deadlock_stage_age_seconds', matcher)],
    '{{volume}} {{stage}}',
    colour.severe,
  );

  // What tells of stages by itself is not tinted by them.
  local beside(timelines) = if timelines == [] then {} else { filter: { exclude: true, ids: timelines } };

  // name: a key of _config.dashboards · about: variables after data source and cluster · rows: of grid.row
  function(name, description, rows, about=[], staged='stage=~"armed|latent|deadlocked"')
    local panels = grid.layout(rows);
    local timelines = [each.id for each in panels if each.type == 'state-timeline'];
    {
      uid: config.dashboards[name],
      title: config.dashboardTitles[name],
      description: description,
      tags: config.dashboardTags,
      schemaVersion: 42,
      editable: false,
      graphTooltip: 1,
      refresh: config.dashboardRefresh,
      time: { from: config.dashboardFrom, to: 'now' },
      timezone: 'browser',
      timepicker: {},
      links: link.top,
      templating: { list: [variable.datasource] + variable.clusters + about },
      annotations: { list: [cordons, stages(staged) + beside(timelines)] },
      panels: panels,
    }
