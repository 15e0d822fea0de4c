// Builds the rules' PromQL: selectors, the guard against stale data, aggregation by what an alert is about, the hold.
//
// Everything that makes an expression indifferent to pods, restarts and replicas of the exporter is here, once.
local resource = {
  volumes: 'volumes.longhorn.io',
  engines: 'engines.longhorn.io',
  replicas: 'replicas.longhorn.io',
  instanceManagers: 'instancemanagers.longhorn.io',
  longhornNodes: 'nodes.longhorn.io',
  settings: 'settings.longhorn.io',
  disruptionBudgets: 'poddisruptionbudgets.policy',
  kubernetesNodes: 'nodes',
  attachments: 'volumeattachments.storage.k8s.io',
};

// Indents all lines but the first by two spaces.
local indented(text) = std.strReplace(text, '\n', '\n  ');

// Nests an expression, on lines of its own.
local parens(inner) = '(\n  %s\n)' % indented(inner);

local lines(parts) = std.join('\n', [std.rstripChars(part, '\n') for part in parts]);

function(config) {
  local query = self,
  local with(cluster, labels) = std.join(', ', std.prune([cluster] + labels)),
  local cluster = if config.clusterLabel == '' then null else config.clusterLabel,

  resource: resource,
  lines: lines,
  parens: parens,

  // Labels that an alert is known by.
  volume: ['volume', 'pvc', 'pvc_namespace'],
  engine: ['engine'] + query.volume,
  replica: ['replica', 'node'] + query.volume,
  instanceManager: ['instance_manager', 'node', 'data_engine'],
  node: ['node'],

  // A clause that joins, or groups, by labels: always within one cluster.
  on(labels): 'on (%s)' % with(cluster, labels),
  by(labels): 'by (%s)' % with(cluster, labels),

  // What one exporter says of one thing.
  onTarget: query.on(['job', 'instance']),
  onSame(label): query.on(['job', 'instance', label]),

  // A matcher for one value, or one of several.
  oneOf(label, values):
    '%s%s"%s"' % [label, if std.length(values) == 1 then '=' else '=~', std.join('|', values)],

  // A selector of one of the exporter's metrics.
  metric(name, matcher='', range=''):
    local matchers = std.join(',', [text for text in [config.exporterSelector, matcher] if text != '']);
    'longhorn_cr_' + name + (if matchers == '' then '' else '{%s}' % matchers) + range,

  // Series without those of exporters to which one of the resources is stale. `inner` binds as `unless` does.
  fresh(resources, inner):
    lines([
      inner,
      'unless %s longhorn_cr:exporter_resource_stale{%s}' % [query.onTarget, query.oneOf('resource', resources)],
    ]),

  // One row for each thing the labels name, whichever exporters tell of it.
  each(labels, resources, inner): 'max %s %s' % [query.by(labels), parens(query.fresh(resources, inner))],

  // The same where only presence matters: what others are joined with.
  any(labels, resources, inner): 'group %s %s' % [query.by(labels), parens(query.fresh(resources, inner))],

  // Joins with what any exporter says that is not stale.
  joined(labels, resources, inner): '%s %s' % [query.on(labels), query.any(labels, resources, inner)],

  // What fires stays while nobody can see whether it is over.
  held(labels, alert, matcher):
    'max %s (longhorn_cr:alert_held{alertname="%s",%s})' % [query.by(labels), alert, matcher],
}
