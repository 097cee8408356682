# make run: install, then run the whole job on the embedded sample. make test: install, then run the tests.
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet --quiet

.PHONY: run test lint clean

run: .venv/installed
	@.venv/bin/badgewire run

test: .venv/installed-test
	@.venv/bin/python -m pytest --numprocesses 2 --dist loadscope --no-loadscope-reorder

lint: .venv/installed-test
	@.venv/bin/ruff check . && .venv/bin/ruff format --check . && .venv/bin/mypy && .venv/bin/lint-imports

.venv/installed: constraints.txt
.venv/installed-test: constraints-test.txt
.venv/installed .venv/installed-test: pyproject.toml | .venv/bin/python
	@echo "Installing into .venv, once; a minute or two" >&2
	@$(PIP) install --require-hashes --no-deps --requirement $(filter %.txt,$^)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Badgewire needs Python 3.11 or newer, for example: make $(MAKECMDGOALS) PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv

clean:
	rm -rf .venv .badgewire
