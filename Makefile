# Everything that a newcomer needs, by name. `make run` and `make test` set up what they need themselves.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PORT ?= 8000
.DEFAULT_GOAL := help
# Where it is set, every start of a process would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help run test monkey test-browser test-processes test-services lint bench mutants fix screenshots docs

help: ## This list
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

$(VENV)/run.stamp: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.12 run"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/dev.stamp: requirements.txt requirements-dev.txt
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/run.stamp

run: $(VENV)/run.stamp ## Web, worker and beat together, with the demo ward when the database is empty (PORT=8000)
	@PORT=$(PORT) $(PY) manage.py ward

test: $(VENV)/dev.stamp lint ## Lint and all tests that need neither a browser nor servers
	$(PY) -m pytest -q -n 2 -m "not browser and not processes"

test-processes: $(VENV)/dev.stamp ## Real web, worker and beat processes on the embedded database and broker (PROCESSES="not faults")
	$(PY) -m pytest -q -m "processes$(if $(PROCESSES), and ($(PROCESSES)))"

monkey: $(VENV)/dev.stamp ## Kill web, worker and beat at random while the ward moves; prove the alerts (SECONDS=60 SEED=7)
	$(PY) -m tests.processes.monkey --seconds $(or $(SECONDS),60) $(if $(SEED),--seed $(SEED))

test-browser: $(VENV)/dev.stamp ## Nurses, oncologist and auditor in a real Chromium (CHROMIUM=/usr/bin/chromium, BROWSER="not long")
	$(PY) -m pytest -q -m "browser$(if $(BROWSER), and ($(BROWSER)))"

test-services: $(VENV)/dev.stamp ## The same tests on PostgreSQL and Redis (SERVICES_DATABASE_URL, SERVICES_BROKER_URL)
	$(PY) -m tests.services

lint: $(VENV)/dev.stamp ## Style, import layers, forgotten migrations, stale generated pages
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/lint-imports --no-cache
	$(PY) manage.py check
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) manage.py rule_pages --check

fix: $(VENV)/dev.stamp ## Format, and mend what ruff can mend
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/dev.stamp ## Ratios to a floor measured in the same run
	$(PY) -m tests.benchmarks
	$(PY) -m tests.benchmarks.rules
	$(PY) -m tests.benchmarks.alerts

mutants: $(VENV)/dev.stamp ## Change the rules one place at a time; 95 % must be noticed (MUTANTS=momentary for one file)
	$(PY) -m tests.mutants $(MUTANTS)

screenshots: $(VENV)/dev.stamp ## Take the README's pictures anew
	$(PY) -m tests.browser.screenshots
