# Everything runs from its own virtual environment, made by the first command that needs it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
DEMO := out/demo
POLICY := std:shaoxing_2021_51
ROSTER := stdlib_policies/shaoxing_2021_51/example
ARGS ?=

.PHONY: gallery help setup demo test test-slow lint bench check clean

help:
	@echo "make demo       evaluate an example roster and project a budget"
	@echo "make test       the whole suite (ARGS='-k name' for a part)"
	@echo "make test-slow  the tests that take minutes"
	@echo "make lint       ruff, mypy, import rules"
	@echo "make gallery    pictures of every output, for docs/gallery.md (needs chromium, libreoffice, pdftoppm)"
	@echo "make bench      how fast the front end is, and what bad inputs cost"

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt
	@echo "setting up .venv (once, about half a minute) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Huice needs Python 3.11 or newer: make PYTHON=python3.11 …"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch .venv/ready

demo: setup
	@echo; echo "1  a roster in Excel: what are its people entitled to?"; echo
	@$(BIN)/huice eval $(POLICY) --facts $(ROSTER)/roster.xlsx --out $(DEMO)/ledger.xlsx
	@echo; echo "2  the same roster as a folder of CSV gives the same ledger"; echo
	@$(BIN)/huice eval $(POLICY) --facts $(ROSTER)/roster_csv --out $(DEMO)/ledger.csv --json > $(DEMO)/ledger.json
	@$(BIN)/python docs/examples/same_ledger.py $(DEMO)/ledger.xlsx $(DEMO)/ledger.csv
	@echo; echo "3  what will the policy cost the city and each district, 2021 to 2026?"; echo
	@$(BIN)/huice simulate $(POLICY) --by district --draws 256 --out $(DEMO)
	@echo; echo "files:"; ls $(DEMO) | sed 's,^,  $(DEMO)/,'

test: setup
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

test-slow: setup
	@$(BIN)/python -m pytest -m slow -n 2 --dist worksteal $(ARGS)

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: setup
	@$(BIN)/python -m tests.benchmarks.bench_front_end
	@$(BIN)/python -m tests.benchmarks.bench_compile
	@$(BIN)/python -m tests.benchmarks.bench_person
	@$(BIN)/python -m tests.benchmarks.bench_exact
	@$(BIN)/python -m tests.benchmarks.bench_kernels
	@$(BIN)/python -m tests.benchmarks.bench_rosters
	@$(BIN)/python -m tests.benchmarks.bench_watch

gallery: setup
	@$(BIN)/python docs/make_gallery.py

check: lint test

clean:
	rm -rf .venv out dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
