# make        sets up and opens the chat
# make test   format, lint, types and every test
PYTHON ?= $(shell command -v python3.11 || command -v python3 || echo python3.11)
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: chat setup test bench bench-public clean

chat: setup
	@$(BIN)/pushback chat

setup: $(STAMP)

$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Pushback needs Python 3.11 or newer: 'make PYTHON=python3' names another one." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable . --group dev
	@$(BIN)/python -m compileall -q bot handlers knowledge
	@touch $@

test: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest -n auto --dist loadfile

bench: setup
	$(BIN)/python tests/bench.py
	$(BIN)/python tests/bench_book.py
	$(BIN)/python tests/bench_records.py
	$(BIN)/python tests/bench_pledges.py
	$(BIN)/python tests/bench_broadcasts.py
	$(BIN)/python tests/bench_desk.py
	$(BIN)/python tests/bench_gaps.py

bench-public: setup
	$(BIN)/python tests/bench_public.py "$(DATA)"

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
