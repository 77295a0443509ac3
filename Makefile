# Targets for people and for CI. Everything is set up in .venv from locked, hashed requirements.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Byte-identical builds do not depend on these, and the tests show it; they keep logs comparable.
export PYTHONUTF8 = 1
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: help setup demo test check lint types docs exports train bench clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

setup: $(STAMP) ## make the virtual environment with everything locked

$(STAMP): requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "kg needs Python 3.11 to 3.13; try: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) (a few minutes the first time) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

demo: $(STAMP) ## build a graph from the samples, show where things are, ask a question
	@$(BIN)/kg build examples -o build/demo --title "kg samples"
	@echo
	@echo "Who says that which hardware is how fast? In SPARQL:"
	@$(BIN)/kg query build/demo examples/questions/how-fast.rq
	@echo
	@echo "Page:    build/demo/graph.html   (open it in a browser, no network needed)"
	@echo "Turtle:  build/demo/graph.ttl"
	@echo "More:    $(BIN)/kg --help"

test: $(STAMP) ## run every test (what a machine lacks is skipped with a reason)
	@$(BIN)/python -m pytest

check: $(STAMP) lint types test ## all that must pass before a change goes in

lint: $(STAMP) ## style and import layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check kg tests benchmarks training
	@$(BIN)/lint-imports

types: $(STAMP) ## mypy --strict
	@$(BIN)/mypy

exports: $(STAMP) ## rebuild exports/ from the samples (and the seeds, where they are)
	@$(BIN)/python -m benchmarks.make_exports

bench: $(STAMP) ## speed and memory of the walk, per stage
	@$(BIN)/python -m benchmarks.walk

train: .venv-train/.installed ## train the language model again from the corpora
	@.venv-train/bin/python -m training all --corpora $(or $(CORPORA),../shared/corpora)

.venv-train/.installed: training/requirements.txt
	@test -x .venv-train/bin/python || $(PYTHON) -m venv .venv-train
	@.venv-train/bin/python -m pip install --quiet --requirement training/requirements.txt
	@touch $@

clean: ## remove what the targets made, not the environment
	@rm -rf build dist .mypy_cache .ruff_cache .import_linter_cache .hypothesis
