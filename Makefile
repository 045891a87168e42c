# Every task a person runs. `make` alone lists them.
#
# Set PYTHON to another interpreter (3.11 or later), CISPD_DATA and CISPD_PORT_FRONT to run a second copy beside the first.

SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.installed
ONCE ?=
ORDER ?= -p no:randomly
SERVICE ?= meetings
WHAT ?=
DATA := $(or $(CISPD_DATA),.data)
UV := $(BIN)/uv
LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --quiet

.DEFAULT_GOAL := help

.PHONY: help
help: ## List these targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(READY) ## The whole system with a council year played on it, until Ctrl-C (ONCE=1: check it and end)
	@exec $(BIN)/python -m deploy.local $(if $(ONCE),--once)

.PHONY: test
test: $(READY) ## Every test, on embedded PostgreSQL and Kafka (ORDER= plays them in another order each time)
	$(BIN)/pytest $(ORDER)

.PHONY: test-unit
test-unit: $(READY) ## Rules and shapes only: seconds, no server
	$(BIN)/pytest tests/unit tests/architecture tests/contract

.PHONY: test-integration
test-integration: $(READY) ## Each part on real PostgreSQL and Kafka (TEST_STACK=containers: in containers)
	$(BIN)/pytest tests/integration

.PHONY: test-e2e
test-e2e: $(READY) ## All services together on real Kafka
	$(BIN)/pytest tests/e2e tests/security

.PHONY: test-resilience
test-resilience: $(READY) ## Faults under load on real Kafka and PostgreSQL (RESILIENCE_MINUTES=10, RESILIENCE_SEED=…)
	$(BIN)/pytest tests/resilience -s

.PHONY: test-browser
test-browser: $(READY) ## The main pages in Chromium, with axe
	$(BIN)/pytest tests/browser

.PHONY: check
check: $(READY) ## Formatting, lint, types, import rules, published schemas and their compatibility
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m schemas.publish --check
	$(BIN)/python -m schemas.gate

.PHONY: format
format: $(READY) ## Format the code and fix what can be fixed
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: schemas
schemas: $(READY) ## Write JSON Schemas and the AsyncAPI document from the models
	$(BIN)/python -m schemas.publish

.PHONY: assets
assets: $(READY) ## Vendor htmx and the typefaces with their licences
	$(BIN)/python -m services.chassis.web.vendor

BENCH := .venv-bench
.PHONY: bench
bench: $(BENCH)/.installed ## Ours beside its peers (WHAT="relay consumer" a part, ROUNDS=5, SCALE=0.02 a try, RESUME=1)
	$(BENCH)/bin/python -m benchmarks --rounds $(or $(ROUNDS),5) --scale $(or $(SCALE),1) $(if $(RESUME),--resume) $(WHAT)

$(BENCH)/.installed: benchmarks/requirements.lock
	@PYTHON=$(PYTHON) sh .ci/needs
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	@touch $@

.PHONY: lock
lock: $(READY) ## Resolve Python packages and Kafka's jars again and pin them with their hashes
	$(UV) pip compile $(LOCKING) --upgrade requirements.in -o requirements.lock
	$(UV) pip compile $(LOCKING) --upgrade requirements-dev.in -o requirements-dev.lock
	$(UV) pip compile $(LOCKING) --upgrade benchmarks/requirements.in -o benchmarks/requirements.lock
	$(BIN)/python -m deploy.local.artifacts lock

.PHONY: venv
venv: $(READY) ## The virtual environment, from the hash-pinned lock

.PHONY: clean
clean: ## Remove data, caches of tools and the virtual environments (keeps downloads; rm -r .cache drops them)
	rm -rf $(DATA) $(VENV) $(BENCH) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.PHONY: clean-data
clean-data: ## Remove the local stack's data only
	rm -rf $(DATA)

# Verbs of a service, run beside the local stack with the settings it wrote.
OPERATE = set -a && . $(DATA)/settings/$(SERVICE).env && exec $(BIN)/python -m services.$(SERVICE)

.PHONY: parked
parked: $(READY) ## Records set aside by a service of the running stack (SERVICE=meetings, WHAT="retry 3")
	@$(OPERATE) parked $(WHAT)

.PHONY: rebuild
rebuild: $(READY) ## Build a projection anew beside the live one and swap it in (SERVICE=reporting, WHAT=meetings or --status)
	@$(OPERATE) rebuild $(WHAT)

.PHONY: replay
replay: $(READY) ## Hand facts of the past to a service again (SERVICE=notifications, WHAT="--topic … --key … --dry-run")
	@$(OPERATE) replay $(WHAT)

.PHONY: outbox
outbox: $(READY) ## What a service of the running stack has still to publish (SERVICE=meetings)
	@$(OPERATE) outbox $(WHAT)

.PHONY: due
due: $(READY) ## Timers of a service of the running stack that are late or failing (SERVICE=cases, WHAT="list --failing")
	@$(OPERATE) due $(WHAT)

.PHONY: psql
psql: $(READY) ## A SQL prompt on the running stack, with a service's own rights (SERVICE=meetings)
	@set -a && . $(DATA)/settings/$(SERVICE).env && exec $$($(BIN)/python -m deploy.local.postgres psql) "$$CISPD_DATABASE_URL"

.PHONY: logs
logs: ## Follow the logs of the local stack
	tail -n 20 -F $(DATA)/logs/*.log

$(READY): requirements-dev.lock
	@PYTHON=$(PYTHON) sh .ci/needs
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.lock
	@touch $@
