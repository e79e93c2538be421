# The README's two commands: `make practice` and `make test`; `quick` is a part of the tests, `nightly` has them at length.
PYTHON ?= python3
VENV ?= .venv
WORKERS ?= 3
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
DEV := $(VENV)/.installed-dev
# Of 17,400 modules the tests import fewer than two fifths; Python compiles those when it first needs them.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)
UV := uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

# Compiled modules are kept: the app and hundreds of processes of the tests start with them in half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: practice test quick nightly lint index vectors lock clean

practice: $(STAMP)
	$(BIN)/askwell knowledge rebuild --if-stale
	$(BIN)/askwell ui

test: $(DEV)
	$(PYTEST) -m "not nightly"

quick: $(DEV)
	$(PYTEST) -m "not browser and not slow and not nightly"

nightly: $(DEV)
	$(PYTEST) -m "nightly or hypothesis" --hypothesis-profile nightly

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

index: $(STAMP)
	$(BIN)/askwell knowledge rebuild

# After a change to a text in scenarios/ or knowledge/: the vectors and heads that ship with them.
vectors: $(DEV)
	$(BIN)/python -m evals.vectors
	$(BIN)/python -m evals.turns.heads

# Pins every dependency with its hashes; the locks name no index and agree on every version. Needs uv.
lock:
	$(UV) --extra dev -o requirements-dev.lock
	$(UV) --extra documents --extra setup -c requirements-dev.lock -o requirements.lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Askwell needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $(STAMP)

$(DEV): $(STAMP) requirements-dev.lock
	$(PIP) --require-hashes -r requirements-dev.lock
	touch $(DEV)

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache
