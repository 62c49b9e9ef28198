# The front of the product: each target is one thing a person wants. `make` alone lists them.
.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory
# French names are printed whatever the terminal's locale is.
export PYTHONUTF8 := 1
# Containers often forbid it: each of some hundred processes of a run would then compile the whole program for itself.
unexport PYTHONDONTWRITEBYTECODE

PORT ?= 8000
PYTEST_ARGS ?= -n 3 --dist worksteal
# small: a hundred thousand appointments; national: beside it a million; growth: parts of the product by themselves.
SCALE ?= small
BENCH_ARGS ?=
# 1: django-appointment beside it, installed from PyPI by requirements/peers.txt into an environment of its own.
PEERS ?=
FAULTS_ARGS ?=
HOSTILE_REQUESTS ?= 10000
HOSTILE_SEED ?= 20261130
TORTURE_ARGS ?=
FAILOVER_ARGS ?=
SLOW_LOG_ARGS ?=
# bookworm: Debian 12; trixie: Debian 13.
SUITE ?= bookworm
# Files of published advisories, brought by hand (docs/operations.md, "Known weaknesses").
DATA ?=

python := .venv/bin/python
node := sh scripts/node.sh
biome := $(node) node_modules/@biomejs/biome/bin/biome
embedded := $(python) -m carehub.tools.embedded run
templates := find templates -name '*.html' -print0 | xargs -0 -r
catalogues := $(patsubst %.po,%.mo,$(wildcard carehub/locale/*/LC_MESSAGES/django.po))
# Reading the code needs the settings, and the settings a database address; nothing connects to this one.
unconnected := CAREHUB_ENV=test DATABASE_URL_OWNER=postgresql:///unused DATABASE_URL_OWNER_PRISON=postgresql:///unused

# `catalogues` depends on the files that exist; it may have nothing to do.
.PHONY: help demo demo-reset manage test tests browser check looks style types bench faults hostile torture failover slow-log purge-bench screenshots schema keep-version bundle test-install lock sbom advisories messages fmt clean demo-environment dev-environment catalogues

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

demo: demo-environment ## serve the three doors, courier and nightly work on invented data, ports 8000 to 8002 (PORT=)
	@exec $(embedded) --home .carehub -- $(python) manage.py demo --port $(PORT)

demo-reset: demo-environment ## the same, from empty databases
	@exec $(embedded) --home .carehub --fresh -- $(python) manage.py demo --port $(PORT)

manage: demo-environment ## a management command on the demo's database: make manage DO="demo_code NAME"
	@exec $(embedded) --home .carehub --join -- $(python) manage.py $(DO)

# Checks need one core for a minute and wait for nothing, as the browser waits for no Python package: beside each other.
test: ## all checks and all tests, against a PostgreSQL of their own (PYTEST_ARGS= narrows)
	@$(MAKE) --jobs=3 style types tests

browser:
	@$(if $(findstring not browser,$(PYTEST_ARGS)),:,sh scripts/browser.sh)

tests: dev-environment browser
	@$(node) --test --test-reporter=dot tests/front/*.test.js
	@# What pytest makes of the tests is kept: once here, and not once by each worker.
	@test -d tests/__pycache__ || $(unconnected) $(python) -m pytest --collect-only -qq >/dev/null
	@CAREHUB_ENV=test exec $(embedded) --home :temp: -- $(python) -m pytest $(PYTEST_ARGS)

check: style types ## style, types, who imports whom, templates, style sheets and scripts, migrations

types: dev-environment
	$(unconnected) $(python) -m mypy access appointments carehub manage.py

style: dev-environment
	$(python) -m ruff check .
	$(python) -m ruff format --check .
	.venv/bin/lint-imports --no-logo
	$(templates) .venv/bin/djade --target-version 5.2 --check
	$(templates) .venv/bin/djangofmt --check
	$(templates) .venv/bin/djangofmt check
	$(biome) check --error-on-warnings
	$(unconnected) $(python) -W ignore manage.py makemigrations --check --dry-run

looks: dev-environment ## write down anew what the main pages look like (tests/looks/references), after a change that is meant
	@sh scripts/browser.sh
	@CAREHUB_ENV=test CAREHUB_KEEP_LOOKS=1 exec $(embedded) --home :temp: -- $(python) -m pytest -n 0 tests/looks

bench: dev-environment ## measure pages, polls, bookings and plans on generated establishments (SCALE=small|national|growth, PEERS=1)
	@CAREHUB_ENV=test exec $(embedded) --home :temp: -- $(python) manage.py bench --scale $(SCALE) $(if $(PEERS),--peers .carehub/peers) $(BENCH_ARGS)

faults: dev-environment ## break the courier and its databases on purpose, and count what is lost (FAULTS_ARGS=)
	@CAREHUB_ENV=test exec $(embedded) --home .carehub/faults --fresh -- $(python) manage.py courier_faults --home .carehub/faults $(FAULTS_ARGS)

hostile: dev-environment ## send thousands of hostile requests to each door (HOSTILE_REQUESTS=, HOSTILE_SEED=)
	@CAREHUB_ENV=test HOSTILE_REQUESTS=$(HOSTILE_REQUESTS) HOSTILE_SEED=$(HOSTILE_SEED) \
	    exec $(embedded) --home :temp: -- $(python) -m pytest -p no:randomly -s tests/torture/hostile.py

torture: dev-environment ## kill, cut, fill and misdate everything under load, and count what is lost (TORTURE_ARGS=)
	@sh scripts/torture.sh $(python) $(TORTURE_ARGS)
	@$(MAKE) hostile

failover: dev-environment ## kill a primary under load, promote its replica, and count what is lost (FAILOVER_ARGS=)
	@exec $(python) -m carehub.tools.failover $(FAILOVER_ARGS)

slow-log: dev-environment ## measure how many lines of the access log a slow disk takes (SLOW_LOG_ARGS=)
	@exec $(python) -m carehub.tools.slow_log $(SLOW_LOG_ARGS)

purge-bench: dev-environment ## measure what a purge costs those who book meanwhile, and a year of purges
	@CAREHUB_ENV=test exec $(embedded) --home .carehub/purge-bench --fresh -- $(python) manage.py purge_bench

screenshots: dev-environment ## take the pictures of the French guides again, at a demonstration of its own (PORT=)
	@exec $(embedded) --home .carehub/screenshots --fresh -- sh scripts/screenshots.sh $(python) .carehub/screenshots $(PORT)

schema: dev-environment ## write schema.sql of both databases again (appointments/wall/), after a change of a rule or a model
	@CAREHUB_ENV=test exec $(embedded) --home :temp: -- $(python) manage.py wall --write

keep-version: dev-environment ## keep two small databases of this version, which a test migrates from then on; when it is tagged
	@sh scripts/keep_version.sh $(python)

bundle: dev-environment ## make dist/carehub-VERSION.tar.gz, which installs on Debian with the network cut
	@sh scripts/bundle.sh $(python)

test-install: bundle ## run docs/installation.md, and the commands of operations.md and backup.md, as written in a clean Debian of its own (root, debootstrap; minutes; SUITE=bookworm|trixie)
	@CAREHUB_ENV=test CAREHUB_TEST_INSTALL=1 CAREHUB_TEST_SUITE=$(SUITE) exec $(embedded) --home :temp: -- $(python) -m pytest -n 0 -x -s tests/installation

lock: dev-environment ## compile the lock files again, with the newest versions that pyproject.toml allows
	@sh scripts/lock.sh .venv/bin/uv

sbom: dev-environment ## say what an installation is made of, with licences, into sbom/ (needs no network)
	@sh scripts/sbom.sh

advisories: dev-environment ## compare the lock files with advisories brought as files: make advisories DATA="PyPI.zip npm.zip"
	@$(unconnected) $(python) -W ignore manage.py advisories --locked $(DATA)

messages: dev-environment ## collect the texts to translate into the French catalogue (needs no gettext)
	@sh scripts/messages.sh $(python)

fmt: dev-environment ## put code, templates, style sheets and scripts into the house's form
	$(python) -m ruff check --fix --exit-zero .
	$(python) -m ruff format .
	-$(templates) .venv/bin/djangofmt check --fix
	$(templates) .venv/bin/djangofmt
	$(templates) .venv/bin/djade --target-version 5.2
	$(templates) .venv/bin/djangofmt # once more: djade names the ends of blocks, which lengthens lines
	$(biome) check --write

clean: ## remove what make made, except the demo's data
	rm -rf .venv node_modules .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov sbom build dist
	find carehub/locale -name '*.mo' -delete

demo-environment:
	@sh scripts/venv.sh demo
	@sh scripts/npm.sh demo
	@$(MAKE) catalogues

dev-environment:
	@sh scripts/venv.sh dev
	@sh scripts/npm.sh dev
	@$(MAKE) catalogues

catalogues: $(catalogues)
	@:

# Babel compiles without the gettext programs, which a plain machine has not got.
%.mo: %.po
	@.venv/bin/pybabel --quiet compile --input-file $< --output-file $@
