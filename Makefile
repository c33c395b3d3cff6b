# Everything is built into .venv and target/; both can be deleted at any time.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Python targets have a suite of their own.
SUITE   := $(filter-out scenarios/python scenarios/service,$(wildcard scenarios/*))
LIBRARY := target/release/liblatprobe_reference.so
RUST   := Cargo.toml Cargo.lock $(shell find native targets -name '*.rs' -o -name '*.c' -o -name '*.h' -o -name Cargo.toml)
FEED   ?=
CARGO_FLAGS := --release --locked

# Tests start hundreds of processes, which would compile every module anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help build bench bench-self bench-python bench-import bench-history bench-stats bench-service bench-soak soak nightly test fuzz lint \
	format clean prerequisites

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

bench: build ## Measure the reference suite and gate it; FEED=recording for your own feed
	@$(BIN)/latprobe run $(SUITE) $(if $(FEED),--feed '$(FEED)')

bench-self: build ## Measure what latprobe itself costs, beside its peers; JSON=1 for JSON
	@cargo build $(CARGO_FLAGS) --quiet -p latprobe-self-cost -p latprobe-peers
	@$(BIN)/python -m benches.self_cost $(if $(JSON),--json)

bench-python: build ## Measure Python targets, and what calling one costs beside its peers; JSON=1
	@$(BIN)/python -m pip install --quiet --group bench-python
	@$(BIN)/latprobe run scenarios/python scenarios/service $(if $(JSON),--json)
	@$(BIN)/python -m benches.python $(if $(JSON),--json)

bench-history: build ## Measure histories, dashboards, and changes found beside peers; RUNS=1000 for fewer, NOISE=folder
	@$(BIN)/python -m benches.history $(if $(JSON),--json) $(if $(RUNS),--runs $(RUNS)) \
		$(if $(NOISE),--noise '$(NOISE)')

bench-import: build ## Measure imports beside a bare loop; BYTES=10000000000 for a larger source, JSON=1
	@$(BIN)/python -m benches.import_speed $(if $(JSON),--json) $(if $(BYTES),--source-bytes $(BYTES))

bench-stats: build ## Measure how right verdicts are, beside peers; TRIALS=200 for all of it, ONLY=ab, JSON=1
	@cargo build $(CARGO_FLAGS) --quiet -p latprobe-peers
	@$(BIN)/python -m benches.stats $(if $(JSON),--json) $(if $(TRIALS),--trials $(TRIALS)) \
		$(foreach section,$(ONLY),--only $(section))

bench-service: build ## Measure what each fault of the market-making service costs; FEED=recording, JSON=1
	@$(BIN)/python -m benches.service $(if $(JSON),--json) $(if $(FEED),--feed '$(FEED)')

bench-soak: build ## Measure leaks found, clean targets accused and what kills lose, in soaks; TRIALS=3 KILLS=5 for fewer, JSON=1
	@$(BIN)/python -m benches.soak $(if $(JSON),--json) $(if $(TRIALS),--trials $(TRIALS)) \
		$(if $(KILLS),--kills $(KILLS))

soak: build ## Soak the reference engine for a minute, and hold it to its budgets; DURATION=10m, FEED=folder
	@$(BIN)/latprobe soak scenarios/engine/itch50-after.toml --duration $(or $(DURATION),1m) \
		--interval $(or $(INTERVAL),1s) --rate $(or $(RATE),100k/s) $(if $(FEED),--feed '$(FEED)')

nightly: ## Soak it for eight hours in intervals of ten seconds; DURATION=24h, RATE=1M/s
	@$(MAKE) --no-print-directory soak DURATION=$(or $(DURATION),8h) INTERVAL=10s

test: build ## Run all tests
	@cargo test --profile tests --locked --quiet --workspace $(foreach it,python peers,--exclude latprobe-$(it))
	@$(BIN)/pytest --numprocesses 2 --dist loadscope

fuzz: build ## Hand mutated recordings to whatever reads them; SECONDS=10 for each target
	@$(BIN)/python -m pip install --quiet --group fuzz
	@$(BIN)/python -m tests.fuzz.run $(if $(SECONDS),--seconds $(SECONDS))

lint: build ## Check style and types; warnings are errors
	@cargo fmt --check
	@cargo clippy $(CARGO_FLAGS) --quiet --workspace --all-targets -- -D warnings
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/python -m mypy.stubtest latprobe._core

format: build ## Rewrite the sources in the project's style
	@cargo fmt
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

build: $(VENV)/.installed $(LIBRARY) ## Set up .venv, the native module and the reference targets

clean: ## Delete everything that was built
	rm -rf $(VENV) target

prerequisites:
	@sh tools/prerequisites.sh $(PYTHON)

$(VENV)/.dependencies: pyproject.toml | prerequisites
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1' 'maturin>=1.9,<2'
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

$(VENV)/.installed: $(VENV)/.dependencies $(RUST)
	@VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin develop $(CARGO_FLAGS) --quiet > /dev/null
	@touch $@

$(LIBRARY): $(RUST) | prerequisites
	@cargo build $(CARGO_FLAGS) --quiet -p latprobe-reference
	@touch $@
