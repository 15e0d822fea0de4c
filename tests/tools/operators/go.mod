// What the operators' resources look like: their modules hold the CRDs. Nothing is built from them.
module longhorn-cr-exporter.invalid/tests/tools/operators

go 1.26.0

require (
	github.com/grafana/grafana-operator/v5 v5.18.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
)
