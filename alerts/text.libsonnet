// Pieces of descriptions: who, and what else is known of it at the moment the alert is evaluated.
//
// What changes while an alert lasts (counts, causes, nodes) is looked up for the text and stays out of the labels.
function(config) {
  local text = self,

  volume: 'Volume ' + text.named,
  named: '{{ $labels.volume }}{{ with $labels.pvc }} (claim {{ $labels.pvc_namespace }}/{{ . }}){{ end }}',

  // Matchers that pick the alert's own object in its own cluster: printf's format and its arguments.
  local own(labels) = {
    local clustered = (if config.clusterLabel == '' then [] else [config.clusterLabel]) + labels,
    format: std.join(',', ['%s=%%q' % label for label in clustered]),
    arguments: std.join(' ', ['$labels.' + label for label in clustered]),
  },

  // The result of a query, where there is any. `inner` sees each row as `.`.
  rows(labels, metric, inner, matcher='', compared='', otherwise=''):
    local matchers = own(labels);
    local extra = if matcher == '' then '' else ',' + matcher;
    '{{ with printf `longhorn_cr_%s{%s%s}%s` %s | query }}%s{{ else }}%s{{ end }}'
    % [metric, matchers.format, extra, compared, matchers.arguments, inner, otherwise],

  number(labels, metric):
    text.rows(labels, metric, '{{ . | first | value }}', otherwise='unknown'),

  label(labels, metric, label, matcher='', otherwise='unknown'):
    text.rows(labels, metric, '{{ . | first | label "%s" }}' % label, matcher, otherwise=otherwise),

  // Every distinct value of a label, in order, with a comma between them.
  labels(labels, metric, label, matcher='', compared='', otherwise='unknown'):
    local each = '{{ range $i, $row := sortByLabel "%s" . }}{{ if $i }}, {{ end }}{{ .Labels.%s }}{{ end }}' % [label, label];
    text.rows(labels, metric, each, matcher, compared, otherwise),

  // "usable replicas: 1, wanted: 3"
  replicas:
    'usable replicas: ' + text.number(['volume'], 'volume_usable_replicas')
    + ', wanted: ' + text.number(['volume'], 'volume_desired_replicas'),
}
