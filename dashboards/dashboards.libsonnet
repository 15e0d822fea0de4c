// The four dashboards, by the name of their file: that is their uid.
(import 'config.libsonnet') {
  local config = self._config,
  local dashboards = [
    (import 'rolling_update.libsonnet')(config),
    (import 'volume.libsonnet')(config),
    (import 'node_drain.libsonnet')(config),
    (import 'exporter.libsonnet')(config),
  ],
  grafanaDashboards+:: { [dashboard.uid + '.json']: dashboard for dashboard in dashboards },
}
