# Two commands for a start: `make demo` shows the service, `make test` runs every check.
# What is needed: Python 3.11 or later, make and git.

PYTHON ?= python3
PORT ?= 8000
DEMO_DIR ?= instance
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --constraint constraints.txt

.PHONY: demo test bench train format constraints translations

demo: .venv/run
	@DEMO_DIR=$(DEMO_DIR) $(BIN)/survey demo --port $(PORT)

test: .venv/test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses 3

bench: .venv/test
	$(BIN)/python -m benchmarks

# Learns the sentiment weights anew, then writes what they reach into docs/comments.md.
DATA ?= ../shared/data
train: .venv/test
	$(BIN)/python -m training.sentiment $(DATA)
	$(BIN)/python -m training.evaluation $(DATA)

format: .venv/test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# Welsh, and what else is to come: after a change of words, run this, translate what is new, run it again.
WORDS := survey/translations
translations: .venv/test
	$(BIN)/pybabel -q extract -F babel.cfg --no-location --no-wrap --sort-output -o $(WORDS)/messages.pot .
	$(BIN)/pybabel -q update --no-wrap --ignore-pot-creation-date --no-fuzzy-matching -i $(WORDS)/messages.pot -d $(WORDS)
	$(BIN)/pybabel -q compile -d $(WORDS)
	rm $(WORDS)/messages.pot

# Newer versions of everything, tried by `make test` before they are committed.
constraints: .venv/test
	$(BIN)/python -m pip install --quiet --upgrade --upgrade-strategy eager --editable '.[test,redis,training]'
	$(BIN)/python -m pip freeze --exclude-editable > constraints.txt

.venv/run: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable '.[pack]'
	touch $@

.venv/test: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(PIP) --editable '.[test,redis,training]'
	touch $@ .venv/run
