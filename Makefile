# What each target does stands in README.md. ARGS goes through to pytest: make test ARGS="tests/core -k name".
HOST ?= 127.0.0.1
PORT ?= 8000
PYTHON_IN_VENV = .venv/bin/python

.PHONY: setup run test proof bench lint clean

setup:
	@scripts/setup.sh

run: setup
	@exec env INSECURE_HTTP=1 $(PYTHON_IN_VENV) manage.py serve --demo --host "$(HOST)" --port "$(PORT)"

test: setup
	@$(PYTHON_IN_VENV) -m tests.run $(ARGS)

proof: setup
	@$(PYTHON_IN_VENV) -m tests.run --proof $(ARGS)

bench: setup
	@$(PYTHON_IN_VENV) -m tests.bench $(ARGS)

lint:
	@scripts/setup.sh lint
	@$(PYTHON_IN_VENV) -m ruff check .
	@$(PYTHON_IN_VENV) -m ruff format --check .
	@git ls-files -z '*.html' | xargs -0 --no-run-if-empty .venv/bin/djade --check --target-version 5.2

# Removes what setup and the tests made; the data folder stays.
clean:
	rm -rf .venv .hypothesis .ruff_cache .pytest_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
