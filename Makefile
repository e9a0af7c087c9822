# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# Needed: Python 3.10 or newer with venv (PYTHON=python3.12 names another one), and make; for the tests Node and Chromium.
PYTHON ?= python3
BIN := .venv/bin
PIP := -m pip install -qq --disable-pip-version-check
DEMO := build/churn
UI := $(CURDIR)/.venv-ui/bin
JLPM := PATH="$(CURDIR)/.venv-ui/bin:$$PATH" jlpm
LAB := $(shell find labextension/src labextension/style labextension/schema -type f)

.PHONY: demo test unit lab ui screenshots lint format docs corpus bench profile clean

# Converts an example notebook in an environment that has its libraries, installs the package there, tests and runs it.
demo: .venv/.converter
	$(BIN)/nb2prod check example_notebooks/churn.ipynb
	$(PYTHON) -m venv build/venv
	build/venv/bin/python $(PIP) ipykernel -r example_notebooks/requirements.txt
	$(BIN)/nb2prod convert example_notebooks/churn.ipynb --output $(DEMO) --kernel build/venv/bin/python
	build/venv/bin/python $(PIP) "./$(DEMO)[test]"
	cd $(DEMO) && ../venv/bin/python -m pytest -q -p no:cacheprovider
	cd example_notebooks && ../build/venv/bin/churn run

# Everything that CI runs: style, types and layers, unit tables, whole packages, random programs.
test: lint
	$(BIN)/python -m pytest -q -n 2 --dist worksteal tests/unit tests/golden tests/execution \
		tests/browser tests/server tests/examples tests/properties
	$(MAKE) ui

# The inner loop.
unit: .venv/.installed
	$(BIN)/python -m pytest -q tests/unit

lint: .venv/.installed .venv-lint/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	.venv-lint/bin/lint-imports

format: .venv/.installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The JupyterLab extension, where Node is: checked, built, and tried in Chromium on a real server.
lab: nb2prod/labextension/package.json

ui: lab .venv-ui/.installed .venv-ui-lowest/.installed
	$(JLPM) lint
	$(JLPM) test
	$(UI)/python -m pytest -q -n 2 --dist loadfile tests/ui -m "not benchmark"
	$(UI)/python -m pytest -q -n 2 tests/ui -m lowest --jupyter $(CURDIR)/.venv-ui-lowest/bin/python

screenshots: lab .venv-ui/.installed
	$(UI)/python -m pytest -q -n 2 --dist loadfile tests/ui --screenshots -m "not benchmark" \
		-k "screenshots or roles or convert or elsewhere or install"
	$(UI)/python -m pytest -q -n 2 tests/ui --screenshots --theme dark \
		-k "suggestions_keys or from_the_toolbar"

nb2prod/labextension/package.json: .venv-ui/.installed package.json yarn.lock labextension/package.json $(LAB)
	$(JLPM) install --immutable
	$(JLPM) build:prod

docs: .venv/.installed
	$(BIN)/python docs/diagnostics.py
	$(BIN)/python docs/example.py

# All public notebooks, the slow ones too.
corpus: .venv/.installed
	$(BIN)/python -m pytest -q -n 2 -m corpus tests/corpus

bench: .venv/.installed
	$(BIN)/python -m tests.benchmarks

profile: .venv/.installed
	$(BIN)/python -m tests.benchmarks --profile

.venv/.converter: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python $(PIP) -e .
	touch $@

# rich must not be here: scikit-learn imports it where it finds it, and it draws from `random` as it is
# imported, so that notebook and package would start from different random states.
.venv/.installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python $(PIP) -e ".[test]"
	! $(BIN)/python -c "import rich" 2>/dev/null
	touch $@

.venv-ui/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-ui
	$(UI)/python $(PIP) -e ".[test,ui]"
	touch $@

.venv-ui-lowest/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-ui-lowest
	.venv-ui-lowest/bin/python $(PIP) -e ".[server,ui-lowest]"
	touch $@

# import-linter needs rich, so it has an environment of its own.
.venv-lint/.installed: pyproject.toml
	$(PYTHON) -m venv .venv-lint
	.venv-lint/bin/python $(PIP) -e ".[lint]"
	touch $@

clean:
	rm -rf .venv .venv-lint .venv-ui .venv-ui-lowest build nb2prod/labextension labextension/lib node_modules
