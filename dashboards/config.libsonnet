// What a user of the dashboards may want to change. Their uids stand in alerts/config.libsonnet, as alerts link to them.
{
  _config+:: {
    dashboardTitles: {
      rollingUpdate: 'Longhorn / Rolling update',
      volume: 'Longhorn / Volume',
      nodeDrain: 'Longhorn / Node drain',
      exporter: 'Longhorn / CR exporter',
    },
    dashboardTags: ['longhorn', 'longhorn-cr-exporter'],
    dashboardFrom: 'now-3h',
    dashboardRefresh: '30s',
  },
}
