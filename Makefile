# Each target works on a machine with git, make and Python 3.11 or newer with venv, and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_OPTIONS := --disable-pip-version-check --quiet
PIP := $(BIN)/python -m pip $(PIP_OPTIONS)
PYWB := .venv-pywb
PYTHON311 ?= python3.11

.DEFAULT_GOAL := help
.PHONY: help sample test test-thorough pywb check lint types bench docs docs-generated examples screenshots lock clean

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1: /p' $(MAKEFILE_LIST) | column -t -s:

sample: $(VENV)/run-time  ## build tables from the bundled sample pages and show them
	$(BIN)/bma sample

test: $(VENV)/development  ## the tests, in about eight minutes
	$(BIN)/python -m pytest

test-thorough: $(VENV)/development  ## the tests with their heavy proofs in full size
	BMA_TEST_PROFILE=thorough $(BIN)/python -m pytest

pywb: $(PYWB)/installed  ## archive software that the tests of archives need, beside (takes Python 3.11)

check: lint types test  ## what must pass before a commit

lint: $(VENV)/development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/development
	$(BIN)/mypy

bench: $(VENV)/development  ## speed and memory, as ratios taken in one run
	$(BIN)/python -m benchmarks.run
	$(BIN)/python -m benchmarks.archive
	$(BIN)/python -m benchmarks.scaling
	$(BIN)/python -m benchmarks.report
	$(BIN)/python -m benchmarks.startup

docs: $(VENV)/development  ## the documentation site, into build/docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --builder html docs build/docs
	@echo "Documentation in build/docs/index.html"

examples: $(VENV)/development  ## run the notebooks in examples/ anew
	$(BIN)/python examples/execute.py

docs-generated: $(VENV)/development  ## write the generated references in docs/ anew
	$(BIN)/python -m normaliser.dictionary
	$(BIN)/python -m audit.reference
	$(BIN)/python -m parsers.issues > docs/issues.md
	$(BIN)/python docs/licences.py > docs/licences.md

screenshots: $(VENV)/development  ## take the pictures in docs/images anew (needs Chromium)
	$(BIN)/python -m docs.screenshots

lock: $(VENV)/development  ## resolve the two lock files anew
	$(BIN)/uv pip compile pyproject.toml --group build $(LOCK_OPTIONS) --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --constraint requirements.lock $(LOCK_OPTIONS) \
	  --output-file requirements-dev.lock
	$(BIN)/uv pip compile --group pywb $(filter-out --universal,$(LOCK_OPTIONS)) --output-file requirements-pywb.lock

LOCK_OPTIONS := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet --upgrade

clean:  ## remove what the targets above made, but no data
	rm -rf $(VENV) $(PYWB) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# The stamps say what is installed. Everything comes hashed from a lock; the package itself is built here.
$(VENV)/run-time: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/development: requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@ $(VENV)/run-time

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

# pywb's old packages come as sources: what builds them comes first, hashed like the rest.
$(PYWB)/installed: requirements-pywb.lock
	@$(PYTHON311) -c "import sys; sys.exit(sys.version_info[:2] != (3, 11))" 2> /dev/null || \
	  { echo "pywb takes Python 3.11, and '$(PYTHON311)' is none: name one with PYTHON311=/path/to/python3.11"; exit 1; }
	$(PYTHON311) -m venv --clear $(PYWB)
	sed -n '/^setuptools==/,/[^\\]$$/p' $< > $(PYWB)/first.lock
	$(PYWB)/bin/python -m pip $(PIP_OPTIONS) install --require-hashes --requirement $(PYWB)/first.lock
	$(PYWB)/bin/python -m pip $(PIP_OPTIONS) install --require-hashes --no-build-isolation \
	  --use-pep517 --requirement $<
	touch $@
