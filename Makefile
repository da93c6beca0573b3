# make outlook | test | check | bench | ui | fuzz: each makes its own environment in .venv (uv where present, else venv and pip).

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.PHONY: outlook test check bench ui fuzz lock clean

outlook: $(VENV)/installed
	$(BIN)/corridor outlook
	$(BIN)/corridor explorer -o outlook-CICA-2060/explorer.html

test: $(VENV)/installed-dev
	$(BIN)/pytest -n 2 --dist worksteal

check: $(VENV)/installed-dev
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/ruff format --check src tests benchmarks scripts
	$(BIN)/mypy
	@if [ -d ui/node_modules ]; then cd ui && npx tsc --noEmit && npx vitest run; fi

bench: $(VENV)/installed-dev
	$(BIN)/python -m benchmarks

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Corridor needs Python 3.11 or newer: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
ifdef UV
	uv venv --quiet --python $(PYTHON) $(VENV)
else
	$(PYTHON) -m venv $(VENV)
endif

ifdef UV
install = VIRTUAL_ENV=$(VENV) uv pip install --quiet
else
install = $(BIN)/python -m pip install -qq --disable-pip-version-check
endif

$(VENV)/installed: requirements.lock pyproject.toml | $(BIN)/python
	$(install) --require-hashes -r requirements.lock
	$(install) --no-deps --no-build-isolation -e .
	touch $@

$(VENV)/installed-dev: requirements-dev.lock pyproject.toml | $(BIN)/python
	$(install) --require-hashes -r requirements-dev.lock
	$(install) --no-deps --no-build-isolation -e .
	touch $@ $(VENV)/installed

ui: $(VENV)/installed-dev
	$(BIN)/python scripts/bundle.py
	$(BIN)/python scripts/seal.py

fuzz: $(VENV)/installed-dev
	$(BIN)/python -m tests.fuzz --cases $(or $(CASES),10000)

# Hashes for every Python and system that we support, no download addresses. Needs uv.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --group build --group dev pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
