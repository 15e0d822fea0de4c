// Everything that a user of the mixin may want to change. Override it: (import 'mixin.libsonnet') + { _config+:: … }.
{
  _config+:: {
    // Matchers added to every selector of the exporter's metrics, e.g. 'job="longhorn-cr-exporter"'. The names are
    // unique as they are, so that rules need none.
    exporterSelector: '',

    // The label that tells clusters apart where one Prometheus holds several. It may be missing from all series.
    clusterLabel: 'cluster',

    // Longhorn's own namespace: alerts that concern no claim carry it.
    longhornNamespace: 'longhorn-system',

    // Where the runbooks and the dashboards are; %s becomes the alert's name, and the dashboard's uid.
    runbookURLPattern: 'https://example.com/longhorn-cr-exporter/docs/runbooks/%s.md',
    dashboardURLPattern: 'https://grafana.example.com/d/%s',
    dashboards: {
      rollingUpdate: 'longhorn-rolling-update',
      volume: 'longhorn-volume',
      nodeDrain: 'longhorn-node-drain',
      exporter: 'longhorn-cr-exporter',
    },

    // How often the rules are evaluated. The deadlock is paged within 90 s with 15 s scrapes and this.
    evaluationInterval: '30s',

    // What was known this long ago still counts as known: a shorter gap changes nothing.
    staleAfter: '2m',
    // What fires when the exporter loses its sight, or goes, is held for this long, unless it is seen to be over.
    holdFor: '15m',

    // Per alert: enabled, and per tier severity, for, keepFiringFor and thresholds. A tier goes with enabled: false.
    // Durations are Prometheus'; thresholds with a unit in their name are numbers.
    alerts: {
      LonghornVolumeDeadlock: {
        enabled: true,
        // A pod that is moved while it waits leaves a moment without a wish to attach: still one page.
        deadlocked: { severity: 'critical', 'for': '30s', keepFiringFor: '1m', selfHealSeconds: 120 },
        armed: { severity: 'warning', 'for': '1m', keepFiringFor: '1m' },
        exposed: { severity: 'info', 'for': '1m' },
      },
      LonghornVolumeAttachStuck: {
        enabled: true,
        // Of a move to another node 12 minutes have been seen; a rebooting node is given what Longhorn gives it.
        blocked: {
          severity: 'critical',
          'for': '5m',
          keepFiringFor: '1m',
          nodeNotReadySeconds: 300,
          attachedElsewhereSeconds: 600,
        },
        // CSI may take 5 minutes to try again once nothing is in the way.
        inProgress: { severity: 'warning', 'for': '5m', keepFiringFor: '1m', settleSeconds: 120 },
        slow: { severity: 'info', 'for': '5m' },
      },
      LonghornVolumeUnschedulable: {
        enabled: true,
        unschedulable: { severity: 'warning', 'for': '10m' },
      },
      LonghornVolumeRedundancyLow: {
        enabled: true,
        lastReplicaOnCordonedNode: { severity: 'critical', 'for': '2m' },
        faulted: { severity: 'critical', 'for': '2m' },
        // Longhorn itself waits 10 minutes for a node to come back before it replaces replicas.
        noUsableReplica: { severity: 'critical', 'for': '10m' },
        deficit: { severity: 'warning', 'for': '30m' },
      },
      LonghornRebuildStalled: {
        enabled: true,
        stalled: { severity: 'warning', 'for': '15m' },
      },
      LonghornEngineStopped: {
        enabled: true,
        stopped: { severity: 'warning', 'for': '5m' },
      },
      LonghornReplicaDeletionImminent: {
        enabled: true,
        imminent: { severity: 'warning', 'for': '1m', withinSeconds: 600 },
      },
      LonghornInstanceManagerDown: {
        enabled: true,
        // In every ordinary drain it is so for some minutes: a warning after 2 comes in each healthy rolling update that
        // was recorded, after 5 in most, after 10 in none. After 10 Longhorn itself gives the replicas up and replaces them.
        cordonedNodeLately: { severity: 'info', 'for': '2m' },
        cordonedNode: { severity: 'warning', 'for': '10m' },
        openNode: { severity: 'warning', 'for': '10m' },
      },
      LonghornNodeDrainBlocked: {
        enabled: true,
        cordoned: { severity: 'warning', 'for': '1m', cordonedSeconds: 540 },
        open: { severity: 'info', 'for': '10m' },
      },
      LonghornNodeGhost: {
        enabled: true,
        ghost: { severity: 'warning', 'for': '15m' },
      },
      LonghornNodeUnusable: {
        enabled: true,
        unusable: { severity: 'warning', 'for': '5m' },
      },
      LonghornFalseRedundancy: {
        enabled: true,
        sharedNode: { severity: 'info', 'for': '10m' },
      },
      LonghornReplicaLeak: {
        enabled: true,
        leak: { severity: 'warning', 'for': '1h' },
      },
      LonghornVersionAffected: {
        enabled: true,
        affected: { severity: 'info', 'for': '5m' },
      },
      LonghornSettingLeftBehind: {
        enabled: true,
        rebuildLimit: { severity: 'info', 'for': '1d' },
      },
      LonghornExporterDown: {
        enabled: true,
        down: { severity: 'critical', 'for': '5m', rememberedFor: '1d' },
      },
      LonghornExporterStale: {
        enabled: true,
        // Together 5 minutes without contact. A minute without an event is usual: the bookmarks come so often.
        stale: { severity: 'critical', 'for': '3m', silentSeconds: 120 },
      },
      LonghornExporterResourceUnavailable: {
        enabled: true,
        unavailable: { severity: 'warning', 'for': '10m' },
      },
      LonghornExporterNoVolumes: {
        enabled: true,
        noVolumes: { severity: 'warning', 'for': '15m' },
      },
    },
  },
}
