# Thin: each target is one script or one CMake preset. `make help` lists them.

export CCACHE_NOHASHDIR := 1
export CCACHE_BASEDIR := $(CURDIR)
JOBS ?= $(shell nproc)
DATA ?= data
ARGS ?=
SECS ?= 10

.PHONY: help run build test bench profile format lint asan tsan soak fuzz clean

help: ## Lists the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: build ## Builds the gateway and starts it, with its data in ./data (ARGS="--port 8080" for flags)
	@exec build/release/tollgate --data-dir $(DATA) $(ARGS)

build: ## Builds the release binary: build/release/tollgate
	@scripts/install-deps build
	@scripts/build release tollgate

test: ## Checks format and layers, builds, runs every test, and closes with a count
	@scripts/install-deps build test
	@JOBS=$(JOBS) scripts/test

bench: ## Measures the gateway beside nginx (ARGS="--quick" or ARGS="--only chat32" for less)
	@scripts/install-deps build bench
	@scripts/build release tollgate bench
	@bench/run $(ARGS)

profile: ## Counts anew what runs often, for the release build's layout
	@scripts/install-deps build test bench
	@scripts/profile

format: ## Formats the C++ sources
	@scripts/install-deps build test
	@scripts/format

lint: ## Runs clang-tidy on what changed since the last commit on the main branch (ARGS="--all" for everything)
	@scripts/install-deps build test
	@scripts/lint $(ARGS)

asan: ## Runs the unit tests under the address and undefined-behaviour sanitizers
	@scripts/install-deps build test
	@scripts/sanitize asan

tsan: ## Runs the tests of net, http, ledger and relay under the thread sanitizer
	@scripts/install-deps build test
	@scripts/sanitize tsan

soak: SECS := 120
soak: ## Runs mixed traffic against the real binary under both sanitizers (SECS=120 for as long each)
	@scripts/install-deps build test
	@scripts/soak asan $(SECS)
	@scripts/soak tsan $(SECS)

fuzz: ## Runs every fuzz target for a while (SECS=10)
	@scripts/install-deps build test
	@scripts/fuzz $(SECS)

clean: ## Removes build/
	rm -rf build
