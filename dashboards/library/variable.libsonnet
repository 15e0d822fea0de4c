// The variables at the top of a dashboard: the data source, the cluster, then what the dashboard is about.
local target = import 'target.libsonnet';

local queried(name, label, query, description) = {
  type: 'query',
  name: name,
  label: label,
  description: description,
  datasource: target.datasource,
  query: { query: query, refId: 'variable-' + name },
  definition:: query,
  refresh: 2,
  sort: 7,
  hide: 0,
  multi: false,
  includeAll: false,
  current: {},
  options: [],
};

// Every value, and the lack of one, where nothing is chosen.
local orAll = { includeAll: true, allValue: '.*', current: { text: 'All', value: '$__all', selected: true } };

function(config)
  local query = (import 'query.libsonnet')(config);
  {
    datasource: {
      type: 'datasource',
      name: 'datasource',
      label: 'Data source',
      description: 'The Prometheus that scrapes the exporter.',
      query: 'prometheus',
      regex: '',
      refresh: 1,
      hide: 0,
      multi: false,
      includeAll: false,
      current: {},
      options: [],
    },

    clusters: if config.clusterLabel == '' then [] else [
      queried(
        'cluster',
        'Cluster',
        'label_values(longhorn_cr_longhorn_info, %s)' % config.clusterLabel,
        'The cluster, where one Prometheus holds several.',
      ) + orAll,
    ],

    volume: queried(
      'volume',
      'Volume',
      'label_values(%s, volume)' % query.metric('volume_desired_replicas'),
      'The Longhorn volume.',
    ),

    node: queried(
      'node',
      'Node',
      'label_values(%s, node)' % query.metric('node_cordoned'),
      'The Longhorn node; those that are gone within the time range too.',
    ),

    instance: queried(
      'instance',
      'Instance',
      'label_values(%s, instance)' % query.metric('exporter_build_info'),
      'The exporter, where several run.',
    ) + orAll { multi: true, current: { text: ['All'], value: ['$__all'], selected: true } },
  }
