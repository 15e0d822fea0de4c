// Turns what a rule file says of an alert into a rule: everything that each alert must carry is put on it here.
local namespaces(config) = {
  claim: '{{ with $labels.pvc_namespace }}{{ . }}{{ else }}%s{{ end }}' % config.longhornNamespace,
  longhorn: config.longhornNamespace,
};

local variables(config, names) =
  local clusterLabel = config.clusterLabel;
  local own = std.join('&', ['var-%s={{ urlquery $labels.%s }}' % [name, name] for name in names]);
  local of_cluster = '{{ with $labels.%s }}%svar-cluster={{ urlquery . }}{{ end }}' % [clusterLabel, if own == '' then '' else '&'];
  own + if clusterLabel == '' then '' else of_cluster;

local dashboardURL(config, dashboard, names) =
  local query = variables(config, names);
  local separator = if std.findSubstr('?', config.dashboardURLPattern) == [] then '?' else '&';
  config.dashboardURLPattern % config.dashboards[dashboard] + if query == '' then '' else separator + query;

local inCluster(config) =
  if config.clusterLabel == '' then '' else '{{ with $labels.%s }} Cluster: {{ . }}.{{ end }}' % config.clusterLabel;

function(config)
  local query = (import 'query.libsonnet')(config);

  // alert:       the alert's name, a key of _config.alerts
  // tier:        its tier there: severity, for, keepFiringFor, thresholds
  // about:       the labels that say what the alert is about (query.libsonnet)
  // expr:        PromQL with one row for each such thing
  // reason:      tells tiers of one severity apart, as a label; '' where there is only one
  // namespace:   claim (the volume's) or longhorn
  // held:        whether it stays while no exporter sees; not for what is said of the exporters themselves
  // summary:     one line without templates
  // description: what, why, what next, with the names
  // dashboard:   a key of _config.dashboards
  // variables:   labels handed on to the dashboard
  function(alert, tier, about, expr, summary, description, dashboard, variables=[], reason='', namespace='longhorn', held=true)
    local setting = config.alerts[alert][tier];
    local known = std.join(',', ['severity="%s"' % setting.severity] + if reason == '' then [] else ['reason="%s"' % reason]);
    if !config.alerts[alert].enabled || !std.get(setting, 'enabled', true) then [] else [{
      alert: alert,
      expr: query.lines([expr] + if held then ['or', query.held(about, alert, known)] else []),
      [if std.get(setting, 'for', '0s') != '0s' then 'for']: setting['for'],
      [if std.get(setting, 'keepFiringFor', '0s') != '0s' then 'keep_firing_for']: setting.keepFiringFor,
      labels: {
        severity: setting.severity,
        namespace: namespaces(config)[namespace],
        [if reason != '' then 'reason']: reason,
      },
      annotations: {
        summary: summary,
        description: description + inCluster(config),
        runbook_url: config.runbookURLPattern % alert,
        dashboard_url: dashboardURL(config, dashboard, variables),
      },
    }]
