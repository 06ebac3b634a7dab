# `make` alone says what can be done.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard app/translations/*/LC_MESSAGES/*.po))
ASSET_SOURCES := build.mjs $(wildcard app/static/css/*.css app/static/css/*/*.css app/static/js/*.js app/static/js/*/*.js)
# Requirements for tests hold those for running: one install serves both. Where they are in, or are asked for by a goal
# of this call, installing those for running on top would take them away again.
RUNNING := $(if $(wildcard .venv/.development)$(filter-out run demo clean,$(MAKECMDGOALS)),.venv/.development,.venv/.runtime)
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock"
PYTEST := $(BIN)/python -m pytest -q
# Two at a time on two cores; a file stays whole, since its tests may share what they start.
TOGETHER := -n 2 --dist loadfile

.PHONY: help install run demo test check fix lock bench screenshots migration clean

help: ## Say what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1|/' | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

install: .venv/.development app/static/dist/desk.js $(CATALOGUES) ## Build .venv with all that development needs
	@sh scripts/system_packages.sh test

run: $(RUNNING) app/static/dist/desk.js $(CATALOGUES) ## Start Tresse on this machine (http://127.0.0.1:8000)
	@exec $(BIN)/python -m flask --app wsgi serve --show

demo: $(RUNNING) app/static/dist/desk.js $(CATALOGUES) ## Put the demonstration study in the database
	@$(BIN)/python -m flask --app wsgi demo

test: install check ## Run every test, on SQLite and on PostgreSQL, then the journeys in chromium
	$(PYTEST) $(TOGETHER) -m "not browser" --database sqlite
	$(PYTEST) $(TOGETHER) -m "not browser" --database postgresql
	$(PYTEST) $(TOGETHER) -m browser

check: .venv/.development ## Check style, types and dead code
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/djlint app --lint --quiet
	$(BIN)/vulture
	$(BIN)/deptry .

fix: .venv/.development ## Mend what the style checker can mend
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: .venv/.bootstrap ## Choose versions again and write them with their hashes
	$(COMPILE) --upgrade pyproject.toml -o requirements.txt
	$(COMPILE) --upgrade pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	echo uv | $(COMPILE) --upgrade - -o requirements-bootstrap.txt

bench: .venv/.development app/static/dist/desk.js $(CATALOGUES) ## Measure speed and memory, each figure with its n
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

screenshots: install ## Take the pictures of the README
	@PYTHONPATH=. $(BIN)/python scripts/screenshots.py

migration: .venv/.development ## Write the next migration from the models: make migration NAME="add colours"
	@test -n "$(NAME)" || { echo 'Say what it does: make migration NAME="add colours"'; exit 2; }
	@$(BIN)/python -m flask --app wsgi database migration "$(NAME)"
	@$(BIN)/ruff format -q migrations

clean: ## Remove what was built; keep data
	rm -rf .venv node_modules app/static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	rm -f app/translations/*/LC_MESSAGES/*.mo
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/.bootstrap: requirements-bootstrap.txt
	@sh scripts/system_packages.sh run
	@test -x $(BIN)/python || "$$(sh scripts/find_python.sh)" -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-bootstrap.txt
	@touch $@

.venv/.runtime: requirements.txt .venv/.bootstrap
	@echo "Installing what Tresse needs (about 400 MB, some minutes the first time)…"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt requirements-bootstrap.txt
	@touch $@

.venv/.development: requirements-dev.txt .venv/.bootstrap
	@echo "Installing what Tresse and its tests need…"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements-dev.txt requirements-bootstrap.txt
	@touch $@

node_modules/.installed: package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@

app/static/dist/desk.js: node_modules/.installed $(ASSET_SOURCES)
	@node build.mjs
	@touch $@

%.mo: %.po | $(RUNNING)
	@$(BIN)/pybabel --quiet compile -i $< -o $@
