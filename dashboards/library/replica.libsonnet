// Replicas one by one: what each is worth, where it is, and when it goes.
local colour = import 'colour.libsonnet';
local column = import 'column.libsonnet';
local panel = import 'panel.libsonnet';

// `own` is the matcher of those that are meant.
function(config, own)
  local link = (import 'link.libsonnet')(config);
  local query = (import 'query.libsonnet')(config);
  local table = (import 'table.libsonnet')(config);
  local resource = query.resource;
  local replicas = [resource.replicas];
  local mappings = colour.mapping(colour.process { failed: colour.replicaFailed, lost: colour.replicaLost });
  local each = ['replica', 'node'];

  // The code of a replica's state; failed, or on a node that is gone, is more than what its process does.
  local states(labels) = query.each(labels, [resource.replicas, resource.kubernetesNodes], query.parens(query.either([
    query.codes(colour.process, function(state) query.metric('replica_state', '%s,state="%s"' % [own, state])),
    '0 * %s + %d' % [query.metric('replica_failed_timestamp_seconds', own), colour.replicaFailed.code],
    '0 * (%s == 1) + %d' % [query.metric('replica_node_missing', own), colour.replicaLost.code],
  ])));
  local told(name) = query.each(each, replicas, query.metric(name, own));
  local there(inner) = query.lines([inner, 'and %s %s' % [
    query.on(['node']),
    query.any(['node'], replicas, query.metric('replica_state', own)),
  ]]);

  {
    states: states,
    mappings: mappings,

    table(w, h): table(
      'Where its replicas are',
      |||
        Every replica, the failed ones first, with the node it is on, and when Longhorn deletes those that failed. A
        node's name leads to its own dashboard.
      |||,
      {
        A: states(each),
        B: 'time() - ' + told('replica_failed_timestamp_seconds'),
        C: told('replica_deletion_timestamp_seconds') + ' - time()',
        D: there(query.kubernetes(['node'])),
        E: there('max %s (%s)' % [query.by(['node']), query.recorded('longhorn_cr:node_cordoned_age_seconds')]),
      },
      [
        column.label('node', 'Node', 90, links=[link.node('Node')]),
        column.label('replica', 'Replica'),
        column.state('A', 'State', mappings, 90),
        column.age('B', 'Failed for', width=90),
        column.age('C', 'Deleted in', panel.thresholds(colour.warning, [[600, colour.plain]]), 90),
        column.aside('D', 'Kubernetes', colour.mapping(colour.kubernetes), 90),
        column.age('E', 'Cordoned for', panel.thresholds(colour.cordon), 105),
      ],
      ['-State', 'Node'],
      w,
      h,
    ),
  }
