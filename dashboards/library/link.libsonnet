// Links between the dashboards, which keep the time range and the variables, and to the runbooks.
local kept = '${datasource:queryparam}%s&${__url_time_range}';

function(config)
  local keep = kept % if config.clusterLabel == '' then '' else '&${cluster:queryparam}';
  local to(title, url) = { title: title, url: url };
  {
    // From a cell of a table, by the value of its column `field`.
    volume(field='volume'): to(
      'Volume ${__data.fields.%s}' % field,
      '/d/%s?var-volume=${__data.fields.%s:percentencode}&%s' % [config.dashboards.volume, field, keep],
    ),
    node(field='node'): to(
      'Drain of ${__data.fields.%s}' % field,
      '/d/%s?var-node=${__data.fields.%s:percentencode}&%s' % [config.dashboards.nodeDrain, field, keep],
    ),
    runbook(field='alertname'): to('What to do', config.runbookURLPattern % ('${__data.fields.%s}' % field)),

    // From a panel as a whole.
    exporter: to('Is what I see true?', '/d/%s?%s' % [config.dashboards.exporter, keep]),
    volumeOfSeries: to(
      'Volume ${__field.labels.volume}',
      '/d/%s?var-volume=${__field.labels.volume:percentencode}&%s' % [config.dashboards.volume, keep],
    ),
    nodeOfSeries: to(
      'Drain of ${__field.labels.node}',
      '/d/%s?var-node=${__field.labels.node:percentencode}&%s' % [config.dashboards.nodeDrain, keep],
    ),

    // At the top of every dashboard.
    top: [
      self.page(config.dashboardTitles[name], '/d/' + config.dashboards[name], kept=true)
      for name in ['rollingUpdate', 'volume', 'nodeDrain', 'exporter']
    ] + [self.page('Runbooks', config.runbookURLPattern % 'README')],

    page(title, url, kept=false): {
      type: 'link',
      title: title,
      url: url,
      icon: if kept then 'dashboard' else 'doc',
      tooltip: '',
      tags: [],
      asDropdown: false,
      includeVars: kept,
      keepTime: kept,
      targetBlank: !kept,
    },
  }
