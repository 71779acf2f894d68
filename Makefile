# `make demo` and `make test` set everything up first: they need git, make and Python 3.11, no more.
# Network is used only to reach the Python package registry, and only while something is not installed yet.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON_VERSION := 3.11
ifeq ($(origin PYTHON),undefined)
PYTHON := $(shell for name in python$(PYTHON_VERSION) python3 python; do \
	path=$$(command -v $$name) || continue; \
	$$path -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] != "$(PYTHON_VERSION)")' 2>/dev/null && echo $$path && break; \
	done)
endif
ifeq ($(origin UV),undefined)
UV := $(shell test -x .uv/bin/uv && echo .uv/bin/uv || command -v uv || echo .uv/bin/uv)
endif

VENV := .venv
BIN := $(VENV)/bin
SPARK_VENV := .venv-spark
SOURCES := pipeline expectations benchmarks tests
# A night in a test may take 3 GB.
TEST_PROCESSES ?= 4

# Nothing here reports usage to anybody.
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Compiled once at install, imports take half the time on every run after it.
export UV_COMPILE_BYTECODE := 1
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR := $(CURDIR)/.uv/cache
endif

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: $(VENV)/.runtime ## Set up, then run the whole job on the sample pulls
	@$(BIN)/roamledger demo

.PHONY: dev
dev: $(VENV)/.dev ## Set up, then serve the Dagster UI on http://localhost:3000
	@mkdir -p .dagster && cp dagster.yaml .dagster/dagster.yaml
	@DAGSTER_HOME=$(CURDIR)/.dagster $(BIN)/dagster dev -m pipeline.definitions

.PHONY: test
test: lint ## Set up, then lint, check types and run every test
	$(BIN)/pytest --numprocesses auto --maxprocesses $(TEST_PROCESSES) --dist loadfile

.PHONY: lint
lint: $(VENV)/.dev ## Check style and types, change nothing
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/ty check
	$(BIN)/sqlfluff lint --disable-progress-bar --processes 0 dbt_project/models dbt_project/tests dbt_project/analyses

.PHONY: docs-rules
docs-rules: $(VENV)/.dev ## Write the catalogue of rules into docs/rules.md from the seeds
	$(BIN)/python -m pipeline.rules.documented

.PHONY: bench
bench: $(VENV)/.dev ## Measure the speed and write docs/benchmarks.md (COUNTS="100000 1000000", BENCH=--marginal)
	$(BIN)/python -m benchmarks.run $(COUNTS) $(BENCH)

.PHONY: bench-pull
bench-pull: $(VENV)/.dev ## Measure pulling over loopback and write docs/benchmarks-pulling.md
	$(BIN)/python -m benchmarks.pulling $(BENCH)

.PHONY: spark-smoke
spark-smoke: java $(SPARK_VENV)/.installed ## Prove that Spark prices like DuckDB (needs Java 17; takes minutes)
	$(SPARK_VENV)/bin/python -m pytest tests/spark

.PHONY: format
format: $(VENV)/.dev ## Mend what the linters can mend by themselves
	$(BIN)/ruff check --fix $(SOURCES)
	$(BIN)/ruff format $(SOURCES)
	$(BIN)/sqlfluff fix --disable-progress-bar --processes 0 dbt_project/models dbt_project/tests dbt_project/analyses

.PHONY: setup
setup: $(VENV)/.dev ## Install everything, run nothing

# Locks name versions and hashes, never a host: whatever registry pip and uv are set to serves them.
COMPILE := pip compile --universal --python-version $(PYTHON_VERSION) --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --quiet $(LOCK_OPTIONS)

.PHONY: lock
lock: $(UV) ## Lock the dependencies again (make lock LOCK_OPTIONS=--upgrade takes the newest)
	$(UV) $(COMPILE) requirements/bootstrap.in -o requirements/bootstrap.txt
	$(UV) $(COMPILE) requirements/old-client.in -o requirements/old-client.txt
	$(UV) $(COMPILE) requirements/ocpi-server.in -o requirements/ocpi-server.txt
	$(UV) $(COMPILE) --extra dev --extra test pyproject.toml requirements/build.in -o requirements/dev.txt
	$(UV) $(COMPILE) -c requirements/dev.txt pyproject.toml requirements/build.in -o requirements/runtime.txt
	$(UV) $(COMPILE) -c requirements/dev.txt pyproject.toml requirements/build.in requirements/spark.in -o requirements/spark.txt

.PHONY: clean
clean: ## Remove what can be made again; landing, ledger and configuration stay
	rm -rf $(VENV) $(SPARK_VENV) .uv .dagster .pytest_cache .ruff_cache data/demo dbt_project/target dbt_project/logs
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +

# --- set-up: a stamp a step, so that a second call takes no time ---

.PHONY: python
python:
	@test -n "$(PYTHON)" || { \
		echo "Roamledger runs on Python $(PYTHON_VERSION) and no such interpreter was found; install it, or name it: make PYTHON=/path/to/python$(PYTHON_VERSION) ..." >&2; \
		exit 1; }

.uv/bin/uv: requirements/bootstrap.txt | python
	@echo "Fetching uv into .uv"
	@$(PYTHON) -m venv --clear .uv >/dev/null || { \
		echo "This Python cannot make virtual environments; install its venv module (Debian: python3-venv) or uv, then run make again." >&2; \
		exit 1; }
	@.uv/bin/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt
	@touch $@

$(VENV)/.created: | python $(UV)
	@$(UV) venv --quiet --clear --python $(PYTHON) $(VENV)
	@touch $@

# The packages are installed in place: the checkout is the installation.
INSTALL_PROJECT := $(UV) pip install --quiet --no-deps --no-build-isolation --editable .

$(VENV)/.runtime: requirements/runtime.txt pyproject.toml $(VENV)/.created
	@echo "Installing what the pipeline needs into $(VENV)"
	@$(UV) pip install --quiet --require-hashes -r requirements/runtime.txt
	@$(INSTALL_PROJECT)
	@touch $@

$(VENV)/.dev: requirements/dev.txt pyproject.toml $(VENV)/.created
	@echo "Installing what the pipeline and its tests need into $(VENV)"
	@$(UV) pip install --quiet --require-hashes -r requirements/dev.txt
	@$(INSTALL_PROJECT)
	@touch $@ $(VENV)/.runtime

.PHONY: java
java:
	@version=$$("$${JAVA_HOME:+$$JAVA_HOME/bin/}java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p'); \
	test "$${version:-0}" -ge 17 || { \
		echo "Spark runs on Java 17 or newer and no such Java was found; install it (Debian: openjdk-17-jre-headless), or name it: make JAVA_HOME=/path/to/jdk spark-smoke" >&2; \
		exit 1; }

# A second engine, with everything a night needs beside it: the test builds on both.
$(SPARK_VENV)/.installed: export VIRTUAL_ENV := $(CURDIR)/$(SPARK_VENV)
$(SPARK_VENV)/.installed: requirements/spark.txt pyproject.toml | python $(UV)
	@echo "Installing Spark and what the pipeline needs into $(SPARK_VENV)"
	@$(UV) venv --quiet --clear --python $(PYTHON) $(SPARK_VENV)
	@$(UV) pip install --quiet --require-hashes -r requirements/spark.txt
	@$(INSTALL_PROJECT)
	@touch $@
