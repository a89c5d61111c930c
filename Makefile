# `make` alone explains itself. Needs make, Python 3.11 or newer and a pip registry; everything else it sets up.

PYTHON ?= python3
VENV ?= .venv
# Twice the cores of a small machine: many tests wait for processes rather than compute.
WORKERS ?= 4
KILLS ?= 1000
# Those that do not start are passed over.
OTHERS ?= $(or $(wildcard $(HOME)/.pyenv/versions/3.1[2-9].*/bin/python3),python3.12 python3.13 python3.14)

PIP := $(VENV)/bin/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo install dev test test-long test-others chaos bench bench-size bench-backlog bench-clients bench-soak bench-idle bench-durability \
	bench-fires bench-peers check lint types floors units lock sbom docs format clean

help: ## Explain the targets
	@echo "jobctl: durable background jobs from the command line"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo
	@echo "  PYTHON=$(PYTHON)  VENV=$(VENV)  WORKERS=$(WORKERS)   can be overridden, as in: make test PYTHON=python3.12"

demo: $(VENV)/.installed ## Deploy jobs.example.yaml into .demo/ and watch real runs until all is done
	@$(VENV)/bin/python examples/demo.py $(VENV)/bin/jobctl

install: $(VENV)/.installed ## Install jobctl into .venv
	@echo "jobctl is $(VENV)/bin/jobctl"

dev: $(VENV)/.dev ## Install jobctl and the tools of its developers into .venv

test: $(VENV)/.dev ## Run the whole test suite (sets itself up)
	$(VENV)/bin/pytest -n $(WORKERS) --dist worksteal
	@[ "$$(id -u)" = 0 ] || { echo "and, as root of a user namespace, the tests that mount disks and make containers:" \
		&& unshare --user --map-root-user --mount $(VENV)/bin/pytest -n $(WORKERS) \
		tests/daemon/test_disk.py tests/daemon/test_first_process.py; }

test-long: $(VENV)/.dev ## Run the tests that take too long for `make test`
	$(VENV)/bin/pytest -n $(WORKERS) --dist worksteal -m long

# Python 3.13 warns of connections that tests leave to the end of their process.
test-others: ## Run the unit, store and CLI tests on each newer Python that is installed here
	@for python in $(OTHERS); do \
		version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
		echo "on Python $$version"; \
		$(MAKE) --no-print-directory dev VENV=$(VENV)-$$version PYTHON=$$python \
			&& $(VENV)-$$version/bin/pytest -n $(WORKERS) --dist worksteal -W ignore::ResourceWarning \
			tests/unit tests/store tests/cli || exit 1; \
	done

chaos: $(VENV)/.installed ## Kill at random, KILLS times, and see whether every promise is kept
	$(VENV)/bin/python -m bench.chaos --kills $(KILLS) $(if $(SEED),--seed $(SEED))

bench-fires: $(VENV)/.installed ## Measure how punctual 10,000 schedules are (two minutes; quiet machine)
	$(VENV)/bin/python -m bench.fires

bench: $(VENV)/.installed ## Measure speed beside the limits of this machine (TMPDIR chooses the disk)
	$(VENV)/bin/python -m bench
	$(VENV)/bin/python -m bench.limit

bench-size: $(VENV)/.installed ## Measure beside SIZE finished runs: claims, every reading verb, a prune (10 million; 5 GB)
	$(VENV)/bin/python -m bench.size $(if $(SIZE),--size $(SIZE))

bench-backlog: $(VENV)/.installed ## Measure claims beside 1,000, 100,000 and a million waiting runs (WAITING="1000 20000")
	$(VENV)/bin/python -m bench.backlog $(if $(WAITING),--waiting $(WAITING))

bench-clients: $(VENV)/.installed ## Have fifty processes enqueue without end, SECONDS long: errors, waits, heartbeats (120)
	$(VENV)/bin/python -m bench.clients $(if $(SECONDS),--seconds $(SECONDS))

bench-soak: $(VENV)/.installed ## Run at half load for MINUTES: do memory and latency stay flat (10)
	$(VENV)/bin/python -m bench.soak $(if $(MINUTES),--minutes $(MINUTES))

bench-idle: $(VENV)/.installed ## Count what a daemon with 1,000 schedules and nothing to do writes (SECONDS, 30)
	$(VENV)/bin/python -m bench.idle $(if $(SECONDS),--seconds $(SECONDS))

bench-durability: $(VENV)/.installed ## Measure `?synchronous=normal` beside the durable default
	$(VENV)/bin/python -m bench.durability $(if $(SCALE),--scale $(SCALE))

bench-peers: $(VENV)/.installed ## Measure beside huey, rq, celery, dramatiq, procrastinate, FlexiQ, task-spooler (RUNS, 2000)
	$(VENV)/bin/python -m bench.peers --venv .venv-bench $(if $(RUNS),--runs $(RUNS)) $(foreach peer,$(ONLY),--only $(peer))

check: lint types floors units test ## Everything that CI runs: ruff, mypy, import-linter, systemd-analyze, the suite

lint: $(VENV)/.dev ## Ruff: rules and formatting
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check

types: $(VENV)/.dev ## Mypy, strict
	$(VENV)/bin/mypy

floors: $(VENV)/.dev ## Import-linter: a floor imports only lower floors
	$(VENV)/bin/lint-imports

units: $(VENV)/.installed ## Let systemd judge the units that `jobctl systemd` prints, where there is a systemd
	@deploy/verify-units.sh $(VENV)/bin/jobctl

lock: ## Write requirements.lock anew, with what is newest (uses uv)
	@$(PIP) uv
	@{ head -n 2 requirements.lock; $(VENV)/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		--python-version 3.11 pyproject.toml; } > requirements.lock.new
	@mv requirements.lock.new requirements.lock

sbom: ## Write what an installation is made of: sbom.json, in CycloneDX, from requirements.lock
	@$(PYTHON) deploy/sbom.py > sbom.json
	@echo "sbom.json"

docs: $(VENV)/.installed ## Write anew the docs that follow from the code
	$(VENV)/bin/python docs/generate.py

format: $(VENV)/.dev ## Let ruff mend what it can
	$(VENV)/bin/ruff check --fix
	$(VENV)/bin/ruff format

clean: ## Remove what the targets above made
	rm -rf $(VENV) $(VENV)-3.* .venv-bench .demo .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# The stamps: a second call finds everything in place.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: \`$(PYTHON)\` is not Python 3.11 or newer"; echo "hint: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 2; }
	@$(PYTHON) -m venv $(VENV) \
		|| { rm -rf $(VENV); echo "hint: on Debian and Ubuntu, \`apt install python3-venv\`"; exit 2; }

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml
	@echo "installing jobctl into $(VENV)"
	@$(PIP) --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml
	@echo "installing jobctl and the developer's tools into $(VENV)"
	@$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.installed
