# teachgraph: `make lab` opens the tour, `make test` runs every check. Both do all they
# need in .venv, and little when nothing has changed.

VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1

# Two test processes where there are two cores; `make test WORKERS=0` for one.
WORKERS ?= $(shell [ "$$(getconf _NPROCESSORS_ONLN)" -gt 1 ] && echo 2 || echo 0)
TESTS ?= tests
LABEXTENSION := $(VENV)/share/jupyter/labextensions/teachgraph
BUILT := teachgraph/labextension/package.json

.PHONY: lab test checks quick lint python-tests extension-tests extension docs bench gates \
	peers clean

lab: $(VENV)/.lab extension
	@tools/open-lab notebooks/00_tour.ipynb

# The system's packages first: make looks for npm once, when it starts.
test:
	@tools/system-packages
	@$(MAKE) --no-print-directory checks

checks: lint extension-tests python-tests

# What to run before every commit: no browser, nothing slow.
quick: lint
	pytest -n $(WORKERS) -m "not slow and not browser" $(TESTS)

lint: $(VENV)/.test
	ruff check
	ruff format --check
	pyright

python-tests: $(VENV)/.test extension
	pytest -n $(WORKERS) $(TESTS)

docs: $(VENV)/.docs
	sphinx-build -W --keep-going -b html docs docs/_build/html
	@echo "The pages are in docs/_build/html/index.html"

# ---------------------------------------------------------------- environments

$(BIN)/python:
	@tools/make-venv $(VENV)

$(VENV)/.lab: pyproject.toml hatch_build.py | $(BIN)/python
	pip install --quiet --editable '.[notebooks]'
	@tools/quiet-lab $(VENV)
	@touch $@

$(VENV)/.test: pyproject.toml hatch_build.py | $(BIN)/python
	pip install --quiet --editable '.[test]'
	@tools/quiet-lab $(VENV)
	@touch $@ $(VENV)/.lab

$(VENV)/.docs: pyproject.toml | $(BIN)/python
	pip install --quiet --editable '.[docs]'
	@touch $@

# ------------------------------------------------------------------- extension

ifneq ($(wildcard extension/package.json),)
EXTENSION_SOURCES := $(shell find extension -name node_modules -prune -o -type f -print)
NPM_STAMP := extension/node_modules/.package-lock.json

ifneq ($(shell command -v npm 2>/dev/null),)
extension: $(BUILT) | $(BIN)/python
	@tools/link-extension $(LABEXTENSION)
else
extension:
	@echo "no npm: JupyterLab will show graphs as static pictures and text"
endif

$(NPM_STAMP): extension/package.json $(wildcard extension/package-lock.json)
	cd extension && npm ci
	@touch $@

$(BUILT): $(NPM_STAMP) $(EXTENSION_SOURCES)
	cd extension && npm run build
	@touch $@

extension-tests: $(BUILT)
	cd extension && npm run check && npm run format:check && npm test
else
extension extension-tests:
	@echo "no extension/ in this tree"
endif

# ------------------------------------------------------------------ benchmarks

PEERS := benchmarks/.peers
BENCH := $(BIN)/python benchmarks/compare.py

peers: $(PEERS)/.done

$(PEERS)/.done:
	@tools/make-venv $(PEERS)
	$(PEERS)/bin/pip install --quiet torch==2.13.0
	$(PEERS)/bin/pip install --quiet --requirement benchmarks/peers.txt
	@touch $@

bench: $(VENV)/.test
	$(BENCH) --groups import,steady,first

gates: $(VENV)/.test
	$(BENCH) --gates
	$(BIN)/python benchmarks/debugging.py --gates

clean:
	rm -rf $(VENV) $(PEERS) benchmarks/.cache docs/_build docs/_pages dist
	rm -rf extension/node_modules teachgraph/labextension teachgraph/view/static
