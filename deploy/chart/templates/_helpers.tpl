{{- define "exporter.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* Room is left for the number of a shard and for what an object's name ends with. */ -}}
{{- define "exporter.fullname" -}}
{{- $name := include "exporter.name" . -}}
{{- $both := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $both .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- /* What Deployments, Services and budgets select by: never anything that a value changes during a release's life. */ -}}
{{- define "exporter.selectorLabels" -}}
app.kubernetes.io/name: {{ include "exporter.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: exporter
{{- end -}}

{{- define "exporter.labels" -}}
{{- $own := dict
  "app.kubernetes.io/name" (include "exporter.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" (.Chart.AppVersion | replace "+" "_")
  "app.kubernetes.io/part-of" "longhorn-cr-exporter"
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_")
-}}
{{- mergeOverwrite (deepCopy .Values.commonLabels) $own | toYaml -}}
{{- end -}}

{{- define "exporter.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "exporter.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "exporter.image" -}}
{{- with .Values.image -}}
{{- with .registry }}{{ . }}/{{ end -}}
{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ default $.Chart.AppVersion .tag }}{{ end -}}
{{- end -}}
{{- end -}}

{{- define "exporter.priorityClassName" -}}
{{- if .Values.priorityClassName -}}
{{- .Values.priorityClassName -}}
{{- else if .Values.priorityClass.create -}}
{{- /* A PriorityClass keeps its value for life, so that another value is another class. */ -}}
{{- include "exporter.fullname" . }}-{{ int64 .Values.priorityClass.value -}}
{{- end -}}
{{- end -}}

{{- /* The name of a shard's objects: that of shard 0 stays when there are more. Takes (list CONTEXT NUMBER). */ -}}
{{- define "exporter.shardName" -}}
{{- $number := int (index . 1) -}}
{{- include "exporter.fullname" (index . 0) }}{{ if $number }}-{{ $number }}{{ end -}}
{{- end -}}

{{- define "exporter.shardSelectorLabels" -}}
{{ include "exporter.selectorLabels" (index . 0) }}
longhorn-cr-exporter/shard: {{ index . 1 | toString | quote }}
{{- end -}}

{{- /* What a ServiceMonitor's and a PodMonitor's endpoint have in common. Takes the monitor's values. */ -}}
{{- define "exporter.endpoint" -}}
port: http
path: /metrics
interval: {{ .interval }}
scrapeTimeout: {{ .scrapeTimeout }}
{{- with .relabelings }}
relabelings: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .metricRelabelings }}
metricRelabelings: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* Metadata of an object that may stand in another namespace, with labels of its own. Takes (list CONTEXT VALUES). */ -}}
{{- define "exporter.metadata" -}}
{{- $context := index . 0 -}}
{{- $values := index . 1 -}}
namespace: {{ default $context.Release.Namespace $values.namespace }}
labels:
  {{- mergeOverwrite (deepCopy $values.labels) (include "exporter.labels" $context | fromYaml) | toYaml | nindent 2 }}
{{- with $values.annotations }}
annotations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
