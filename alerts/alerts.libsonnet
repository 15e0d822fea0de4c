// The alerts, one file for each domain, behind the recordings that say what can be seen.
{
  prometheusAlerts+:: {
    groups+: [{
      name: 'longhorn-cr-exporter-alerts',
      interval: $._config.evaluationInterval,
      rules:
        (import 'guard.libsonnet')($._config)
        + (import 'rule/volume.libsonnet')($._config)
        + (import 'rule/redundancy.libsonnet')($._config)
        + (import 'rule/engine.libsonnet')($._config)
        + (import 'rule/instance_manager.libsonnet')($._config)
        + (import 'rule/node.libsonnet')($._config)
        + (import 'rule/hygiene.libsonnet')($._config)
        + (import 'rule/exporter.libsonnet')($._config),
    }],
  },
  prometheusRules+:: {
    groups+: [{
      name: 'longhorn-cr-exporter-rules',
      interval: $._config.evaluationInterval,
      rules: (import 'recording.libsonnet')($._config),
    }],
  },
}
