// The mixin: prometheusAlerts, prometheusRules and grafanaDashboards, configured by _config (alerts/config.libsonnet,
// dashboards/config.libsonnet).
(import 'alerts/config.libsonnet')
+ (import 'alerts/alerts.libsonnet')
+ (import 'dashboards/dashboards.libsonnet')
