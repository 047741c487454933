# Needs Python >= 3.11 with venv, and nothing else. `make` lists what there is.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST_ARGS ?=
WORKERS ?= 2
EXAMPLES := examples/pet_dna examples/service_client
# what `counterfoil demo` takes, such as ARGS="--port 9000" or ARGS=--reset
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test matrix lint format types layers docs messages migrations wheel check bench fuzz client lock clean

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

demo: $(VENV)/.server ## run the whole thing on this machine, with a small shop in it
	@exec $(BIN)/counterfoil demo $(ARGS)

test: $(VENV)/.test ## run the tests, on PostgreSQL (DATABASE_URL, or its own)
	$(BIN)/pytest -n $(WORKERS) $(PYTEST_ARGS)

matrix: $(VENV)/.matrix ## run the tests at both ends of what is supported
	$(BIN)/nox -- $(PYTEST_ARGS)

lint: $(VENV)/.check ## look for mistakes and for formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/.check ## put the formatting right
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

types: $(VENV)/.check ## check the types
	$(BIN)/mypy
	for one in $(EXAMPLES); do (cd $$one && PYTHONPATH=. $(abspath $(BIN))/mypy) || exit 1; done

layers: $(VENV)/.check ## check that imports go down
	$(BIN)/lint-imports

docs: $(VENV)/.docs ## build the documentation into docs/_build
	$(BIN)/sphinx-build -W --keep-going -b html docs docs/_build/html

messages: $(VENV)/.test ## collect what is to be translated into the catalogues, and compile them
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m tools.messages

migrations: $(VENV)/.test ## check that no migration is missing
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python -m django makemigrations --check --dry-run

wheel: $(VENV)/.build ## build the wheel and try it in an empty directory
	rm -rf build dist
	$(BIN)/python -m build --wheel --outdir dist .
	$(BIN)/python .ci/smoke.py dist/*.whl

check: lint types layers migrations test docs ## everything above

bench: $(VENV)/.server ## measure (takes a while; keep the machine quiet)
	$(BIN)/python -m bench

fuzz: $(VENV)/.test ## call a served instance with what nobody would think of (FUZZ_SECONDS=600)
	$(BIN)/python -m tests.fuzz

client: $(VENV)/.test ## make the typed Python client of the API, in build/client
	@mkdir -p build
	$(BIN)/openapi-python-client generate --path docs/reference/openapi.json \
		--config tools/client.yml --meta uv --output-path build/client --overwrite

lock: ## pin today's versions of everything for CI, in requirements/ci.txt
	$(PYTHON) .ci/lock.py

clean: ## remove what was built, but not the demo's data
	rm -rf $(VENV) build dist docs/_build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Each stamp is one set of dependencies, and is renewed when pyproject.toml changes.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Counterfoil needs Python 3.11 or later; say which: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv is missing (Debian, Ubuntu: apt install python3-venv)." >&2; exit 1; }
	@$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/.server: pyproject.toml | $(VENV)/.python
	@echo "Installing Counterfoil into $(VENV), once; this takes a minute."
	@$(BIN)/pip install --quiet --editable '.[server]'
	@touch $@

$(VENV)/.test: pyproject.toml $(VENV)/.server
	@$(BIN)/pip install --quiet --group test
	@touch $@

$(VENV)/.check: pyproject.toml $(VENV)/.test
	@$(BIN)/pip install --quiet --group check
	@touch $@

$(VENV)/.build: pyproject.toml | $(VENV)/.python
	@$(BIN)/pip install --quiet --group build
	@touch $@

$(VENV)/.matrix: pyproject.toml | $(VENV)/.python
	@$(BIN)/pip install --quiet --group matrix
	@touch $@

$(VENV)/.docs: pyproject.toml $(VENV)/.server
	@$(BIN)/pip install --quiet --group docs
	@touch $@
