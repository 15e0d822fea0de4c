// The table of nodes: the cordoned ones, then by what draining each would come to, the worst first.
local colour = import 'colour.libsonnet';
local column = import 'column.libsonnet';
local panel = import 'panel.libsonnet';
local word = import 'word.libsonnet';

function(config)
  local link = (import 'link.libsonnet')(config);
  local query = (import 'query.libsonnet')(config);
  local table = (import 'table.libsonnet')(config);
  local resource = query.resource;
  local nodes = [resource.longhornNodes, resource.kubernetesNodes];
  local cordoned = query.recorded('longhorn_cr:node_cordoned_age_seconds');

  local verdicts = query.state(['node'], nodes, 'node_drain_verdict', 'verdict', colour.verdict);
  local blockers = query.each(['node', 'reason'], nodes, query.metric('node_drain_blockers'));
  function(h) table(
    'Nodes: cordoned ones, then by what a drain would come to',
    |||
      What draining each node would come to, once it is cordoned and its workloads have left: safe, degrading (volumes
      lack a replica meanwhile), blocked (Longhorn holds the drain up) or unsafe (a volume would be lost or deadlocked).
      A node's name leads to its own dashboard.
    |||,
    {
      A: verdicts,
      B: 'max %s (%s)' % [query.by(['node']), cordoned],
      C: query.kubernetes(['node']),
      D: query.state(
        ['node'],
        [resource.instanceManagers, resource.longhornNodes],
        'instance_manager_state',
        'state',
        colour.manager,
      ),
      E: 'sum %s %s' % [query.by(['node']), query.parens(blockers)],
      F: query.oneOfEach(['node'], query.state(
        ['node', 'reason'],
        nodes,
        'node_drain_blockers',
        'reason',
        word.blockerCodes,
      )),
      G: 'sum %s %s' % [query.by(['node']), query.parens(query.each(
        query.instanceManager,
        [resource.instanceManagers, resource.replicas],
        query.metric('instance_manager_needed_replicas'),
      ))],
    },
    [
      column.label('node', 'Node', 180, links=[link.node('Node')]),
      column.state('A', 'Drain', colour.mapping(colour.verdict), 120),
      column.age('B', 'Cordoned for', panel.thresholds(colour.cordon), 140),
      column.aside('C', 'Kubernetes', colour.mapping(colour.kubernetes), 120),
      column.aside('D', 'Instance manager', colour.mapping(colour.manager), 150),
      column.count('E', 'Blockers', width=90),
      column.label('reason', 'The worst of them', mappings=colour.words(word.blockerTexts)),
      column.count('G', 'Replicas needed here', width=170),
    ],
    ['-Cordoned for', '-Drain', '-Blockers', 'Node'],
    24,
    h,
  )
