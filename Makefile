# Every target works on a bare machine: Python 3.11+, git and make are all that is asked for.
# Paths stay relative, so that a folder with a space in its name is no trouble.
.DEFAULT_GOAL := help
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= auto
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1

.PHONY: help setup fmt lint types layers test test-slow golden schema docs demo check bench release lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-10s %s\n", $$1, $$2}' Makefile

demo: $(VENV)/.runtime ## install, write the sample store's data, forecast it
	$(BIN)/python -m cloudtune sample
	$(BIN)/python -m cloudtune run specs
	@echo 'Read reports/index.md. Next, with data of your own: $(BIN)/cloudtune init --from FILE.csv my-forecasts'

check: lint types layers test ## everything a change must pass: lint, types, layers, tests

setup: $(VENV)/.dev ## make .venv with the development set
	@echo "ready: . $(BIN)/activate"

fmt: $(VENV)/.dev ## format, and mend what ruff can mend
	$(BIN)/python -m ruff check --fix-only .
	$(BIN)/python -m ruff format .

lint: $(VENV)/.dev ## ruff: rules and format
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .

types: $(VENV)/.dev ## mypy, strict
	$(BIN)/python -m mypy

layers: $(VENV)/.dev ## import-linter: data flows one way
	$(BIN)/lint-imports --no-logo

test: $(VENV)/.dev ## the tests, in random order, with branch coverage
	$(BIN)/python -m pytest -n $(WORKERS) --cov --cov-report=term

test-slow: $(VENV)/.slow ## the slow tests: packaging, crashes, statistics over many seeds
	$(BIN)/python -m pytest -n $(WORKERS) -m slow

golden: $(VENV)/.dev ## rewrite the golden files; read the diff before you commit it
	$(BIN)/python -m pytest -n $(WORKERS) -p no:randomly --update-golden

schema: $(VENV)/.runtime ## write the JSON Schemas of the spec language into schema/
	$(BIN)/python -m cloudtune schema --write

docs: $(VENV)/.dev ## check that the docs name every command, field and code, and that links resolve
	$(BIN)/python -m pytest tests/project/test_docs.py tests/project/test_tour.py

bench: $(VENV)/.runtime ## speed and accuracy beside the peers, each in its own environment
	$(BIN)/python -m bench.run
	$(BIN)/python -m bench.charts growth
	$(BIN)/python -m bench.table

release: check test-slow ## build the wheel and the source archive into dist/
	$(BIN)/python -m hatchling build --clean

lock: $(VENV)/.dev ## resolve the lock files anew (asks for uv on the PATH)
	.ci/lock

clean: ## remove what the targets above leave behind, .venv included
	rm -rf $(VENV) .cloudtune .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.* dist

# --- the environment; a stamp makes it rerun only when a lock or the build settings change -------

$(BIN)/python:
	.ci/venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	.ci/install $(VENV) requirements.lock
	@touch $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	.ci/install $(VENV) requirements-dev.lock
	@touch $(VENV)/.runtime $@

$(VENV)/.slow: requirements-slow.lock pyproject.toml | $(BIN)/python
	.ci/install $(VENV) requirements-slow.lock
	@touch $(VENV)/.runtime $(VENV)/.dev $@
