// The mixin: prometheusAlerts and prometheusRules, configured by _config (alerts/config.libsonnet).
(import 'alerts/config.libsonnet')
+ (import 'alerts/alerts.libsonnet')
