// Longhorn / CR exporter: is what I see true?
local colour = import 'library/colour.libsonnet';
local grid = import 'library/grid.libsonnet';
local panel = import 'library/panel.libsonnet';
local target = import 'library/target.libsonnet';

function(config)
  local query = (import 'library/query.libsonnet')(config);
  local variable = (import 'library/variable.libsonnet')(config);
  local own = 'instance=~"$instance"';
  local metric(name, matcher=own) = query.metric('exporter_' + name, matcher);
  local rate(name, matcher=own) = 'rate(%s)' % query.metric('exporter_' + name, matcher, '[$__rate_interval]');
  local sum(labels, inner) = 'sum %s (%s)' % [query.by(labels), inner];
  local aMinute(inner) = '60 * ' + sum([], inner);
  // Where nothing happens the axis does not end at a hundred.
  local few = { custom+: { axisSoftMax: 5 } };

  // The process metrics of exporters only: every Python program has these names.
  local process(name) = query.recorded('process_' + name, own);
  local exporters(inner) = '%s and %s %s' % [inner, query.onTarget, query.metric('exporter_build_info')];
  local quantile(name, share) =
    'histogram_quantile(%s, sum %s (%s))' % [share, query.by(['instance', 'le']), rate(name + '_bucket')];

  local up = 'min %s (%s)' % [query.by(['instance', 'resource']), metric('resource_up')];
  local upMapping = colour.flag('current', 'not current', colour.good, colour.critical);
  local accepted = own + ',result="success"';
  local failed = own + ',result!="success"';

  local now = [
    panel.stat(
      'Is it true?',
      'Resources that an exporter does not see as they are now: forbidden, missing, failing, or silent for 2 minutes.',
      [target.now(query.either([
        'count (group %s (%s == 0 or %s))' % [
          query.by(['instance', 'resource']),
          metric('resource_up'),
          query.recorded('longhorn_cr:exporter_resource_stale', own),
        ],
        '0 * count (%s)' % metric('build_info'),
      ]))],
      6,
      unit='suffix: not current',
      steps=panel.thresholds(colour.good, [[1, colour.critical]]),
      mappings=[{ type: 'value', options: { '0': { text: 'all is current', color: colour.good, index: 0 } } }],
      noValue='No exporter is seen',
      whole=true,
    ),
    panel.stat(
      'Exporters',
      'How many exporters are scraped, by version.',
      [target.now('count by (version) (%s)' % metric('build_info'), '{{version}}')],
      4,
      textMode='value_and_name',
      noValue='none',
    ),
    panel.stat(
      'Contact',
      'For how long nothing was heard of a resource, the longest of all; bookmarks arrive about once a minute.',
      [target.now('max (%s)' % query.contactAge(['instance'], own))],
      4,
      unit='s',
      steps=panel.thresholds(colour.good, [[120, colour.critical]]),
      noValue='Cannot tell',
    ),
    panel.stat(
      'Objects',
      'Objects held, by all exporters.',
      [target.now('sum (%s)' % metric('objects'))],
      3,
      unit='short',
      noValue='Cannot tell',
    ),
    panel.stat(
      'Series',
      'Series in the last scrape of all exporters.',
      [target.now('sum (%s)' % metric('series'))],
      3,
      unit='short',
      noValue='Cannot tell',
    ),
    panel.stat(
      'Unreadable objects',
      'Objects that could not be read within the time range; they are logged and skipped.',
      [target.now('sum (increase(%s))' % query.metric('exporter_decode_errors_total', own, '[$__range]'))],
      4,
      steps=panel.thresholds(colour.good, [[1, colour.warning]]),
      noValue='Cannot tell',
    ),
  ];

  local resources = panel.timeline(
    'Resources',
    'Whether each resource is seen as it is: its watch is established and current.',
    [target.range(up, '{{resource}}  {{instance}}')],
    14,
    10,
    mappings=upMapping,
  );
  // Eleven names are too many to stand below a graph.
  local aside = { options+: { legend+: { placement: 'right' } } };
  local contact = panel.graph(
    'Contact age',
    'For how long nothing was heard of each resource. From 2 minutes on it counts as stale, and alerts are made of none of it.',
    [target.range(query.contactAge(['resource'], own), '{{resource}}')],
    10,
    10,
    unit='s',
    defaults={
      thresholds: { mode: 'absolute', steps: panel.thresholds(colour.good, [[120, colour.critical]]) },
      // The line that matters is in sight, and what is below it is calm.
      custom+: { thresholdsStyle: { mode: 'dashed' }, axisSoftMax: 150, fillOpacity: 0, lineWidth: 1 },
    },
  ) + aside;

  local calls = panel.graph(
    'Lists and watches',
    'Lists and watches that were accepted. A few watches a minute are normal: the API server ends them itself.',
    [
      target.range(aMinute(rate('list_total', accepted)), 'lists', 'A'),
      target.range(aMinute(rate('watch_total', accepted)), 'watches', 'B'),
    ],
    8,
    8,
    unit='opm',
    defaults=few,
  );
  local errors = panel.graph(
    'Errors',
    'Lists and watches that failed, and objects that could not be read. None is what it should be.',
    [
      target.range(aMinute(rate('list_total', failed)), 'lists', 'A'),
      target.range(aMinute(rate('watch_total', failed)), 'watches', 'B'),
      target.range(aMinute(rate('decode_errors_total')), 'unreadable objects', 'C'),
    ],
    8,
    8,
    unit='opm',
    defaults=few,
  );
  local events = panel.stacked(
    'Watch events',
    'Events by type. Longhorn rewrites its objects often; what changes nothing here costs next to nothing.',
    [target.range(sum(['type'], rate('watch_events_total')), '{{type}}')],
    8,
    8,
    unit='ops',
  );

  local lag = panel.graph(
    'Event lag',
    'Time from the arrival of an event until a scrape can see it: half of them, and 99 of 100, are faster.',
    [
      target.range(quantile('event_lag_seconds', '0.5'), '50 %  {{instance}}', 'A'),
      target.range(quantile('event_lag_seconds', '0.99'), '99 %  {{instance}}', 'B'),
    ],
    8,
    8,
    unit='s',
  );
  local duration = panel.graph(
    'Scrape duration',
    "Time from a scrape's request until its answer was ready: half of them, and 99 of 100, are faster.",
    [
      target.range(quantile('scrape_duration_seconds', '0.5'), '50 %  {{instance}}', 'A'),
      target.range(quantile('scrape_duration_seconds', '0.99'), '99 %  {{instance}}', 'B'),
    ],
    8,
    8,
    unit='s',
  );
  local size = panel.graph(
    'Scrape size',
    "Size of the last scrape's answer, as it was sent.",
    [target.range('max %s (%s)' % [query.by(['instance']), metric('scrape_size_bytes')], '{{instance}}')],
    8,
    8,
    unit='bytes',
  );

  local objects = panel.graph(
    'Objects by resource',
    'Objects held of each resource; of several exporters the one that holds most.',
    [target.range('max %s (%s)' % [query.by(['resource']), metric('objects')], '{{resource}}')],
    8,
    8,
    unit='short',
  ) + aside;
  local memory = panel.graph(
    'Memory',
    'Resident memory of the process.',
    [target.range('max %s (%s)' % [query.by(['instance']), exporters(process('resident_memory_bytes'))], '{{instance}}')],
    8,
    8,
    unit='bytes',
  );
  local cpu = panel.graph(
    'CPU',
    'Processors that the process keeps busy.',
    [target.range(
      'max %s (%s)' % [
        query.by(['instance']),
        exporters('rate(%s[$__rate_interval])' % process('cpu_seconds_total')),
      ],
      '{{instance}}',
    )],
    8,
    8,
    unit='none',
  );

  (import 'library/dashboard.libsonnet')(config)(
    'exporter',
    'The exporter itself: whether it sees the cluster as it is, how fast, and what that costs.',
    [
      grid.row('Is what I see true?', [now, [resources, contact]]),
      grid.row('The API server', [[calls, errors, events]]),
      grid.row('How fast, how large', [[lag, duration, size], [objects, memory, cpu]]),
    ],
    about=[variable.instance],
  )
