# Every command of the project, one line each: `make help`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
PYTHON ?= python3.11
UV_VERSION := 0.13.8
# uv from the PATH, else one of our own; only the standard library's venv and pip are needed to get it.
UV := $(shell command -v uv 2>/dev/null || echo .uv/bin/uv)
RUN := .venv/bin/python -m
export RASA_TELEMETRY_ENABLED := false

.PHONY: help setup run train test lint bench evaluate chaos browser

help: ## list these commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready ## install everything that is locked, into .venv

.venv/.ready: uv.lock pyproject.toml
	@command -v $(UV) >/dev/null || { command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed"; exit 1; }; \
	  $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet uv==$(UV_VERSION); }
	$(UV) sync --frozen --python 3.11
	@bash tools/install_libraries.sh
	@touch $@

train: setup ## train the dialogue model if its data changed
	@.venv/bin/bot train

run: train ## serve site, chat and console on http://localhost:8000
	@.venv/bin/bot serve

browser: setup ## install Chromium and the fonts of our scripts, for the browser tests
	@bash tools/install_browser.sh

test: train browser lint ## run every test, on SQLite and PostgreSQL, with a real browser
	$(RUN) pytest

lint: setup ## style, types and the size of files
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	@$(RUN) tools.file_sizes

bench: train ## messages a second through POST /sms on both databases, beside the floor
	$(RUN) tests.bench

SET ?= unseen
evaluate: train ## figures on lines never seen, by language, and a report as a page (SET=development: those we tune on)
	$(RUN) tests.evaluation.evaluate $(SET)

chaos: train ## kill processes under load for ten minutes and check that nothing was lost or doubled
	$(RUN) tests.chaos --minutes 10
