// Queries in the dashboards' own terms, on top of what the rules are made of (alerts/query.libsonnet).
//
// Every selector holds to $cluster, and every query aggregates away pods and instances, and what stale exporters say.
function(config)
  local label = config.clusterLabel;
  local inCluster = if label == '' then '' else '%s=~"$cluster"' % label;
  local join(matchers) = std.join(',', [matcher for matcher in matchers if matcher != '']);
  local rules = (import '../../alerts/query.libsonnet')(config {
    exporterSelector: join([config.exporterSelector, inCluster]),
  });

  rules {
    local query = self,

    // A selector of a series that a rule has recorded, or of one that is not the exporter's own.
    recorded(name, matcher=''):
      local matchers = join([inCluster, matcher]);
      name + if matchers == '' then '' else '{%s}' % matchers,

    // One row for each thing, whose value is the code (colour.libsonnet) of the state it is in, the worst of several.
    // `select` gives the series that have a value of `label`; what they are worth does not matter.
    coded(labels, states, select):
      'max %s %s' % [query.by(labels), query.parens(query.codes(states, select))],

    codes(states, select): query.either([
      '0 * %s + %d' % [select(value), states[value].code]
      for value in std.objectFields(states)
    ]),

    // Series of the first expression that name what a series of the other names. Prometheus makes less of a fleet when
    // this is done before all else.
    among(inner, labels, wanted): query.lines([inner, 'and %s %s' % [query.on(labels), wanted]]),

    // The codes of a state that the exporter tells, one row each; `narrow` makes of a selector what is wanted of it.
    state(labels, resources, metric, label, states, matcher='', narrow=function(selector) selector):
      local select(value) = narrow(query.metric(metric, join([matcher, '%s="%s"' % [label, value]])));
      query.each(labels, resources, query.parens(query.codes(states, select))),

    // The codes of the stages that volumes are in.
    stages(labels, matcher=''):
      local select(stage) = query.recorded(
        'longhorn_cr:volume_deadlock_stage_age_seconds',
        join([matcher, 'stage="%s"' % stage])
      );
      query.coded(labels, (import 'colour.libsonnet').stage, select),

    // Rows of the first expression, and of the next where those before have none with the same labels.
    either(parts): query.lines([parts[0]] + std.flatMap(function(part) ['or', part], parts[1:])),

    // One row of a group, with its labels.
    oneOfEach(labels, inner): 'topk %s (1, %s)' % [query.by(labels), inner],

    // A sum that is 0, not absent, where there is nothing to sum up but a cluster is seen.
    counted(inner): query.lines(['sum (%s)' % inner, 'or', 'sum (0 * %s)' % query.parens(query.seen)]),
    seen: query.each([], [query.resource.volumes, query.resource.kubernetesNodes], query.metric('longhorn_info')),

    // Ready, not Ready or gone, as a code.
    kubernetes(labels, matcher=''):
      local kubernetes = (import 'colour.libsonnet').kubernetes;
      query.each(labels, [query.resource.longhornNodes, query.resource.kubernetesNodes], query.parens(query.either([
        '0 * (%s == 1) + %d' % [query.metric('node_kubernetes_ready', matcher), kubernetes.ready.code],
        '0 * (%s == 0) + %d' % [query.metric('node_kubernetes_ready', matcher), kubernetes.notReady.code],
        '0 * (%s == 0) + %d' % [query.metric('node_kubernetes_node_present', matcher), kubernetes.gone.code],
      ]))),

    // Seconds without a word from the API server, by resource: the best of a shard's exporters, the worst of the shards.
    contactAge(labels, matcher=''):
      'time() - min %s %s' % [query.by(labels), query.parens('max %s %s' % [
        query.by(['shard'] + [label for label in ['resource'] + labels if label != 'shard']),
        query.parens(query.lines([
          query.metric('exporter_last_event_timestamp_seconds', matcher),
          '* %s group_left (shard) %s' % [query.onTarget, query.metric('exporter_shard_info', matcher)],
        ])),
      ])],
  }
