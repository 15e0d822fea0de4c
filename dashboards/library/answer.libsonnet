// The two answers that an operator comes for, in words: the next node, and the first volume. And what fires.
local colour = import 'colour.libsonnet';

function(config)
  local query = (import 'query.libsonnet')(config);
  local resource = query.resource;
  local nodes = [resource.longhornNodes, resource.kubernetesNodes];
  local volumes = [resource.volumes, resource.replicas];

  local stageAge(stage) =
    query.recorded('longhorn_cr:volume_deadlock_stage_age_seconds', 'stage="%s"' % stage);
  local perCluster = query.by([]);
  local named(inner, text, label) =
    'label_replace(\n  %s,\n  "answer", "%s", "%s", "(.*)"\n)' % [std.strReplace(inner, '\n', '\n  '), text, label];

  // The first that has a row for the cluster.
  local firstOf(parts) = query.lines(
    [parts[0]] + std.flatMap(function(part) ['or ' + query.on([]), part], parts[1:])
  );
  local oldest(inner, code) = '0 * topk %s (1, %s) + %d' % [perCluster, inner, code];
  local longest(stage) = oldest('max %s (%s)' % [query.by(['volume']), stageAge(stage)], colour.stage[stage].code);

  local able(verdict) = query.lines([
    query.any(['node'], nodes, query.metric('node_drain_verdict', 'verdict="%s"' % verdict)),
    'unless %s' % query.joined(['node'], [resource.kubernetesNodes], query.metric('node_cordoned') + ' == 1'),
    'and %s' % query.joined(['node'], [resource.kubernetesNodes], query.metric('node_kubernetes_ready') + ' == 1'),
  ]);
  local upToThree(verdict) =
    '0 * topk %s (3, %s) + %d' % [perCluster, query.parens(able(verdict)), colour.verdict[verdict].code];
  local verdicts = query.any([], nodes, query.metric('node_drain_verdict'));

  local ofAlert = ['alertname', 'severity', 'namespace', 'reason', 'volume', 'node'];
  local none = 2;
  local waits = 6;
  local lacks = 7;
  local calm = 0;
  local severities = query.codes(
    colour.severity,
    function(severity) query.recorded(
      'ALERTS', 'alertname=~"Longhorn.+",alertstate="firing",severity="%s"' % severity
    ),
  );

  {
    // Rows whose label `answer` is the answer, one for each node that may be drained; one of another kind a cluster.
    next: firstOf([
      named(longest('deadlocked'), 'Stop: $1 is deadlocked', 'volume'),
      named(longest('latent'), 'Stop: $1 is latched', 'volume'),
      named(longest('armed'), 'Wait: $1 is armed', 'volume'),
      named(upToThree('safe'), 'Go on: $1', 'node'),
      named(upToThree('degrading'), 'Go on: $1, degrading', 'node'),
      named('0 * %s + %d' % [verdicts, none], 'Wait: no node may be drained', 'node'),
    ]),
    mappings: colour.mapping(
      colour.stage { unschedulable:: null, exposed:: null } + {
        safe: colour.verdict.safe,
        degrading: colour.verdict.degrading,
        none: { text: 'no node', colour: colour.warning, code: none },
      }
    ),

    // The volume to see to first, what is the matter as a code; 0 where nothing is.
    volume: firstOf([
      longest('deadlocked'),
      longest('latent'),
      longest('armed'),
      oldest(
        'max %s (%s) > 300' % [query.by(['volume']), query.recorded('longhorn_cr:volume_attach_pending_age_seconds')],
        waits
      ),
      longest('exposed'),
      oldest(
        'max %s (%s)' % [query.by(['volume']), query.recorded('longhorn_cr:volume_redundancy_deficit')],
        lacks
      ),
      'label_replace(\n  %s,\n  "volume", "No volume", "", ""\n)' % std.strReplace(
        query.each([], volumes, '0 * ' + query.metric('volume_desired_replicas')), '\n', '\n  '
      ),
    ]),
    volumeMappings: colour.mapping(
      colour.stage {
        unschedulable:: null,
        waits: { text: 'waited for', colour: colour.critical, code: waits },
        lacks: { text: 'lacks replicas', colour: colour.notice, code: lacks },
        calm: { text: 'all is well', colour: colour.good, code: calm },
      }
    ),

    // For how long, from when the condition began to hold.
    alertAges: 'time() - min %s %s' % [query.by(ofAlert), query.parens(query.lines([
      query.recorded('ALERTS_FOR_STATE', 'alertname=~"Longhorn.+"'),
      'and ignoring (alertstate) ' + query.recorded('ALERTS', 'alertname=~"Longhorn.+",alertstate="firing"'),
    ]))],

    // What fires, by the code of its severity, without the labels of pods.
    alerts: 'max %s %s' % [
      query.by(ofAlert),
      query.parens(severities),
    ],
  }
