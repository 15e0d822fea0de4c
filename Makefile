# Everything a person or CI does here. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PACKAGE := exporter/longhorn_cr_exporter
RUNTIME := $(VENV)/.runtime
DEVELOPMENT := $(VENV)/.development
BROWSER := $(VENV)/.browser

.PHONY: help
help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-16s %s\n", $$1, $$2}'

$(RUNTIME): requirements/runtime.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is needed (3.11 to 3.13)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/runtime.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(DEVELOPMENT): $(RUNTIME) requirements/development.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/development.txt
	@touch $@

.PHONY: install
install: $(RUNTIME) ## the program in a virtual environment of its own

.PHONY: demo
demo: $(RUNTIME) ## the exporter on a replayed deadlock (ARGS="--speed 60" and the like)
	@exec $(BIN)/longhorn-cr-exporter demo $(ARGS)

.PHONY: demo-stack
demo-stack: $(DEVELOPMENT) ## the demo with a real Prometheus and Alertmanager, and the dashboards: see the page come (ARGS="--speed 30" and the like)
	@exec $(BIN)/python -m stack $(ARGS)

.PHONY: test
test: $(DEVELOPMENT) lint ## every test that needs no cluster binaries
	$(BIN)/pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered $(ARGS)

.PHONY: lint
lint: $(DEVELOPMENT) ## style, types and the direction of imports
	$(BIN)/ruff check exporter tests benchmarks stack alerts dashboards deploy
	$(BIN)/ruff format --check exporter tests benchmarks stack alerts dashboards deploy
	$(BIN)/mypy exporter tests benchmarks stack alerts dashboards deploy
	$(BIN)/lint-imports

.PHONY: format
format: $(DEVELOPMENT) ## put the code into its style
	$(BIN)/ruff check --fix exporter tests benchmarks stack alerts dashboards deploy
	$(BIN)/ruff format exporter tests benchmarks stack alerts dashboards deploy

.PHONY: test-cluster
test-cluster: $(DEVELOPMENT) ## against a real etcd and kube-apiserver (built from source once, then cached)
	$(BIN)/pytest tests/api $(ARGS)

$(BROWSER): $(DEVELOPMENT) requirements/browser.txt tests/browser/package-lock.json
	@command -v npm >/dev/null || { echo "make: npm is needed, for axe-core" >&2; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/browser.txt
	npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund --silent
	@touch $@

.PHONY: test-browser
test-browser: $(BROWSER) ## the status page in Chromium, with axe-core (UPDATE_IMAGES=1 draws docs/images anew)
	tests/browser/chromium
	$(BIN)/pytest tests/browser $(ARGS)

.PHONY: alerts
alerts: $(DEVELOPMENT) ## render the alerts from their jsonnet
	$(BIN)/python alerts/render.py

.PHONY: dashboards
dashboards: $(DEVELOPMENT) ## render the dashboards from their jsonnet
	$(BIN)/python dashboards/render.py

.PHONY: chart
chart: $(DEVELOPMENT) ## fill the chart with rules, dashboards and its README; render the plain manifests from it
	$(BIN)/python -m deploy.render

.PHONY: test-chart
test-chart: $(DEVELOPMENT) ## the chart and the manifests: helm, prometheus-operator's CRDs and a real kube-apiserver
	$(BIN)/pytest tests/chart $(ARGS)

.PHONY: test-rules
test-rules: $(DEVELOPMENT) ## the alerts: promtool, amtool, Alertmanager, jsonnet's tools (built from source once, then cached)
	$(BIN)/pytest tests/rules $(ARGS)

.PHONY: test-dashboards
test-dashboards: $(BROWSER) ## the dashboards: Grafana's types, linter's rules, what each panel shows, and drawn in Chromium (UPDATE_IMAGES=1 as above)
	tests/browser/chromium
	$(BIN)/pytest tests/dashboards $(ARGS)

.PHONY: test-e2e
test-e2e: $(DEVELOPMENT) ## a recorded deadlock through a real Prometheus and Alertmanager to the page, and the demo-stack
	$(BIN)/pytest tests/e2e $(ARGS)

.PHONY: recordings
recordings: $(DEVELOPMENT) ## the recordings of our own making, told anew (tests/making)
	PYTHONPATH=tests $(BIN)/python -m making

.PHONY: alert-quality
alert-quality: $(DEVELOPMENT) ## what the alerts are worth on every recording (RECORDINGS=DIR, OUT=DIR: on others)
	$(BIN)/python -m alerts.quality $(if $(RECORDINGS),--recordings "$(RECORDINGS)") $(if $(OUT),--out "$(OUT)")

.PHONY: test-image
test-image: $(DEVELOPMENT) ## build the image twice, look into it and run the demo from it
	tests/image/run

.PHONY: bench
bench: $(DEVELOPMENT) ## the numbers of docs/performance.md
	$(BIN)/python benchmarks/fleet.py $(ARGS)

.PHONY: bench-smoke
bench-smoke: $(DEVELOPMENT) ## the same on a small fleet: does it still run
	$(BIN)/python benchmarks/fleet.py --volumes 300 --seconds 2 $(ARGS)
	PYTHONPATH=tests:. $(BIN)/python benchmarks/peer.py --volumes 300 --seconds 0.4 --rounds 1 --scrapes 3 --quiet 0.2

.PHONY: bench-rules
bench-rules: $(DEVELOPMENT) ## what the alerts cost Prometheus on the same fleet
	PYTHONPATH=. $(BIN)/python benchmarks/rule_cost.py $(ARGS)

.PHONY: bench-dashboards
bench-dashboards: $(DEVELOPMENT) ## what the dashboards cost Prometheus on the same fleet, with three hours of history
	PYTHONPATH=tests:. $(BIN)/python benchmarks/dashboard_cost.py $(ARGS)

.PHONY: bench-peer
bench-peer: $(DEVELOPMENT) ## the exporter beside kube-state-metrics on the same fleet (built from source once, then cached)
	PYTHONPATH=tests:. $(BIN)/python benchmarks/peer.py $(ARGS)

.PHONY: docs
docs: $(DEVELOPMENT) ## pages that are generated
	$(BIN)/python -m longhorn_cr_exporter.metrics.reference > docs/metrics.md
	$(BIN)/python -m longhorn_cr_exporter.report.schema docs/schema

.PHONY: lock
lock: $(DEVELOPMENT) ## choose newer versions of the dependencies
	requirements/lock

.PHONY: clean
clean: ## remove what was made here
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage dist build
