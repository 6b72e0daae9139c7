# SPDX-License-Identifier: GPL-2.0-or-later
#
# The work is done by bench/Makefile (programs) and scripts/ (everything
# else); "make help" says what there is.

STAGES ?= deferred noretry
BENCH_SECONDS ?= 60

PROGRAMS = $(MAKE) -f bench/Makefile

all: programs
	@echo "Built in build/.  Next: make series, or make help."

help:
	@echo "make              the programs, in build/"
	@echo "make series       compare kernels of a patch series in QEMU"
	@echo "                    STAGES='$(STAGES)', or STAGES=all"
	@echo "make bench        measure the running kernel"
	@echo "                    BENCH_SECONDS=$(BENCH_SECONDS)"
	@echo "make test         unit tests, script tests, one booted guest"
	@echo "make check        formatting, static analysis, sanitizers"
	@echo "make format       format the C sources"
	@echo "make clean        remove what was built here"
	@echo "make distclean    and the cache with kernel tree and images"
	@echo "Environment: VMABENCH_CACHE, KERNEL_BASE, JOBS, KEEP_TREE, QUIET;"
	@echo "scripts/kernel.sh --help explains them."

programs:
	@scripts/deps.sh build
	@$(PROGRAMS) programs

series:
	@scripts/deps.sh series
	@$(PROGRAMS) programs
	@scripts/series.sh $(STAGES)

bench: programs
	@BENCH_SECONDS=$(BENCH_SECONDS) scripts/bench.sh

test:
	@scripts/deps.sh test
	@$(PROGRAMS) programs tests
	@scripts/test.sh

check:
	@scripts/deps.sh check
	@scripts/check.sh

format:
	clang-format -i $$(find bench -name '*.[ch]')

clean:
	rm -rf build

distclean: clean
	scripts/kernel.sh purge

.PHONY: all help programs series bench test check format clean distclean
