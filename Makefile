# Every command sets up what it needs: a virtual environment and the pinned wheels, nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV   ?= .venv
PY     := $(VENV)/bin/python
PROMPT ?= 端午节日气氛,赛龙舟
PORT   ?= 8000
# Not from the environment, where some shells keep the machine's name under HOST.
HOST   = 127.0.0.1

.PHONY: help setup demo up test quick check bench openapi configuration messages format clean

help: ## these lines
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(VENV)/.product: requirements.txt requirements-no-deps.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11) and "Python 3.11 is needed: make PYTHON=/path/to/python3.11")'
	test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-no-deps.txt
	@touch $@

$(VENV)/.developer: requirements-dev.txt requirements-dev-no-deps.txt $(VENV)/.product
	$(PY) -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --requirement requirements-dev-no-deps.txt
	@touch $@

setup: $(VENV)/.product ## the virtual environment alone

demo: setup ## one prompt, from the waiting list to a published post, into out/demo
	$(PY) -m demo --prompt '$(subst ','\'',$(PROMPT))'

up: setup ## the server, left running on http://$(HOST):$(PORT); HOST=0.0.0.0 for phones and other machines
	$(PY) manage.py migrate --verbosity 0
	$(PY) manage.py supervise --host '$(HOST)' --port '$(PORT)'

test: $(VENV)/.developer ## all tests: on SQLite, then the races once more on PostgreSQL
	$(PY) -m pytest -q -n 3 --dist loadfile
	$(PY) -m pytest -q -m postgres --postgres

quick: $(VENV)/.developer ## the tests of every day: all but those marked slow
	$(PY) -m pytest -q -n 2 -m "not slow"

check: $(VENV)/.developer ## lint, types, imports, migrations, schema, configuration
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy .
	$(VENV)/bin/lint-imports
	$(PY) manage.py makemigrations --check --dry-run
	$(PY) -m config.messages --check
	$(PY) -m config.openapi --check
	$(PY) -m config.configuration --check
	$(PY) -m config.limits --check
	$(PY) -m config.advisories --check
	$(PY) -m moderation.report --check

bench: $(VENV)/.developer ## every benchmark against its peer, in one run, into out/bench
	$(PY) -m bench

openapi: $(VENV)/.developer ## write docs/openapi.yaml from the code
	$(PY) -m config.openapi

configuration: $(VENV)/.product ## write docs/configuration.md and docs/limits.md from the code
	$(PY) -m config.configuration
	$(PY) -m config.limits

messages: $(VENV)/.developer ## compile the translations
	$(PY) -m config.messages

format: $(VENV)/.developer ## ruff, both hands
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .

clean: ## what commands made, not the virtual environment
	rm -rf var out
