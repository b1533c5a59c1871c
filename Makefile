# Needs a POSIX shell, make and Python 3.11 or newer; everything else is installed into .venv, once per lock.

PORT ?= 8000
WORKERS ?= auto
ARGS =
BENCH =
JSON =

BIN = .venv/bin
EXTRACT = -F pyproject.toml --add-location=file --sort-output
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header

# Compiled code is kept, whatever the surroundings say: hundreds of processes of the tests would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test bench lint format catalogues lock clean

run: .venv/.package
	@$(BIN)/registry serve --demo --port $(PORT)

test: .venv/.package .venv/.dev
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(ARGS)

bench: .venv/.package .venv/.dev
	@$(BIN)/python -m tests.benchmarks $(if $(JSON),--json) $(BENCH)

lint: .venv/.package .venv/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

format: .venv/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Collects the messages of sources and templates into the catalogues, for translators.
catalogues: .venv/.package
	$(BIN)/pybabel -q extract $(EXTRACT) -o .venv/messages.pot .
	$(BIN)/pybabel -q update --init-missing -l vi --no-fuzzy-matching --ignore-pot-creation-date -i .venv/messages.pot -d registry/translations

# Chooses versions anew (needs uv and npm); the locks hold names, versions and hashes, no addresses.
lock:
	$(COMPILE) --upgrade pyproject.toml requirements.in -o requirements.txt >/dev/null
	$(COMPILE) --upgrade -c requirements.txt pyproject.toml requirements.in requirements-dev.in -o requirements-dev.txt >/dev/null
	$(COMPILE) --upgrade requirements-node.in -o requirements-node.txt >/dev/null
	npm install --package-lock-only
	python3 .build/plain_lock.py

clean:
	rm -rf .venv .cache .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .schemathesis
	rm -rf build dist registry/web/static/vendor
	rm -f registry/translations/*/LC_MESSAGES/*.mo

.venv/.python: .build/python
	@python=$$(PYTHON="$(PYTHON)" .build/python) && "$$python" -m venv .venv
	@touch $@

.venv/.runtime: .venv/.python requirements.txt
	@echo "installing what requirements.txt names" >&2
	@.build/install requirements.txt >&2
	@touch $@

.venv/.dev: .venv/.runtime requirements-dev.txt
	@echo "installing what requirements-dev.txt names" >&2
	@.build/install requirements-dev.txt >&2
	@touch $@

.venv/.package: .venv/.runtime pyproject.toml package.json package-lock.json .npmrc .build/hook.py \
		$(wildcard registry/translations/*/LC_MESSAGES/*.po)
	@command -v npm >/dev/null 2>&1 || .build/install requirements-node.txt >&2
	@$(BIN)/python .build/hook.py
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e . >&2
	@touch $@
