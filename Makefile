# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
DEMO := build/churn

.PHONY: demo test unit lint corpus clean

# Converts an example notebook, installs the package into an environment of its own, tests and runs it.
demo: .venv/.installed
	$(BIN)/nb2prod convert example_notebooks/churn.ipynb --output $(DEMO) --name churn
	$(PYTHON) -m venv build/venv
	build/venv/bin/python -m pip install --quiet --disable-pip-version-check "./$(DEMO)[test]"
	cd $(DEMO) && ../venv/bin/python -m pytest -q tests
	cd example_notebooks && ../build/venv/bin/churn run --quiet

# Everything: style, types, layers, then all tests.
test: lint
	$(BIN)/python -m pytest -n 2 --dist loadfile -q -m "not slow and not corpus_reference"

# The inner loop.
unit: .venv/.installed
	$(BIN)/python -m pytest -q tests/unit

lint: .venv/.installed .venv-lint/.installed
	$(BIN)/ruff check nb2prod
	$(BIN)/ruff format --check nb2prod
	$(BIN)/mypy nb2prod
	.venv-lint/bin/lint-imports

corpus: .venv/.installed
	$(BIN)/python -m pytest -n 2 -q tests/corpus -m corpus

.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[test]"
	touch $@

.venv-lint/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-lint
	.venv-lint/bin/python -m pip install --quiet --disable-pip-version-check -e ".[lint]"
	touch $@

clean:
	rm -rf .venv .venv-lint build
