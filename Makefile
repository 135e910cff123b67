# Two commands are enough: `make run` and `make test`. Both set up `.venv` first if needed.

PYTHON    ?=
OUT       ?= results/main
ARGS      ?=
TEST_JOBS ?= 2

SCENARIOS := scenarios/baseline.yaml \
             scenarios/policies/early_investment.yaml \
             scenarios/policies/open_exits.yaml \
             scenarios/policies/closed_exits.yaml

VENV := .venv
PY   := $(VENV)/bin/python
PIP  := $(PY) -m pip --disable-pip-version-check install --quiet --constraint constraints.txt

# The first interpreter that really runs, is new enough and can make environments; versions beyond those
# tested are taken only if there is no other. PYTHON=/path/to/python names one.
USABLE      = import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= $(1))
CANDIDATES := $(PYTHON) python3 python3.13 python3.12 python3.11 python3.14 python
FIND_PYTHON = for newest in '(3, 13)' '(3, 99)'; do for python in $(CANDIDATES); do \
	"$$python" -c "$(call USABLE,$$newest)" >/dev/null 2>&1 && { echo "$$python"; exit 0; }; done; done; exit 1
NO_PYTHON  := No usable Python found: Python 3.11 or newer with its venv module is needed (on Debian and Ubuntu: apt install python3-venv). If it has another name: make PYTHON=/path/to/python ...

PYTHONS    := python3.11 python3.12 python3.13

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv dev run test test-long notebooks bench lint format docs wheel pages clean

help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  OUT=folder names the folder of results; ARGS='...' is passed on to tif, pytest or the benchmark."

run: $(VENV)/run.stamp ## set up, compare the three policies with the baseline, say where the results are (3 to 5 minutes the first time)
	@$(PY) -m simulation compare --scale 0.03 --replace $(SCENARIOS) --out $(OUT) $(ARGS)
	@echo "Results: $(OUT)"

test: $(VENV)/dev.stamp ## set up, run the quick tier of tests
	@$(PY) -m pytest -m "not long" -n $(TEST_JOBS) --dist loadfile -q $(ARGS)

test-long: $(VENV)/dev.stamp ## statistical, theory, soak and recovery tests (up to 2 hours)
	@TIF_EXAMPLES=long $(PY) -m pytest -m long $(ARGS)

notebooks: $(VENV)/dev.stamp ## execute the notebooks from their scripts and write them anew (ARGS=03: only that one)
	@$(PY) -m notebooks $(ARGS)

bench: $(VENV)/dev.stamp ## measure speed and memory against the same rules written as Mesa objects
	@$(PY) -m benchmarks $(ARGS)

lint: $(VENV)/dev.stamp ## ruff and mypy
	@$(PY) -m ruff check .
	@$(PY) -m mypy

format: $(VENV)/dev.stamp ## put imports in order and mend what ruff can mend
	@$(PY) -m ruff check --fix .

docs: $(VENV)/docs.stamp ## build the documents as a site in site/; a warning is an error
	@NO_MKDOCS_2_WARNING=1 $(PY) -m mkdocs build --strict --quiet $(ARGS)
	@echo "Documents: site/index.html"

pages: $(VENV)/run.stamp ## write those pages of docs/ anew that are made from records (levers, ODD+D, matrices...)
	@$(PY) -m simulation.report.documents

wheel: $(VENV)/run.stamp ## build the wheel and try it in empty environments (PYTHONS="python3.11 python3.12")
	@.ci/try_wheel $(PYTHONS)

venv: $(VENV)/run.stamp ## set up .venv with what running needs
dev: $(VENV)/dev.stamp ## set up .venv with what testing and linting need as well

clean: ## remove .venv and the caches; results stay
	rm -rf $(VENV) build dist site .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find simulation tests benchmarks -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

$(VENV)/run.stamp: pyproject.toml constraints.txt
	@if ! $(PY) -m pip --version >/dev/null 2>&1; then \
		python=$$($(FIND_PYTHON)) || { echo "$(NO_PYTHON)" >&2; exit 2; }; \
		echo "Making $(VENV) with $$("$$python" --version)"; \
		"$$python" -m venv --clear $(VENV); \
	fi
	@echo "Installing the project into $(VENV) (a minute or two the first time)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/run.stamp
	@echo "Installing the tools for tests into $(VENV)"
	@$(PIP) --editable '.[dev]'
	@touch $@

$(VENV)/docs.stamp: $(VENV)/run.stamp
	@$(PY) -c 'import mkdocs, material, mkdocstrings' 2>/dev/null || { echo "Installing the tools for documents into $(VENV)"; $(PIP) --editable '.[docs]'; }
	@touch $@
