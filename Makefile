# SPDX-License-Identifier: GPL-2.0-or-later
#
# The work is done by bench/Makefile (programs) and scripts/ (everything
# else); "make help" says what there is.

# "cd" would go elsewhere, and say so where scripts read.
unexport CDPATH

# What is typed after "make" is in the environment of all that is run.  As variables of
# other makefiles it would override those that have the same name there.
MAKEOVERRIDES =

include scripts/literal.mk

# A variable that nothing reads is a typing error, and would be passed over in silence.
ifneq ($(TYPED),)
$(if $(shell scripts/variables.sh $(call text,MAKECMDGOALS) $(call each,TYPED) || \
		echo refused), \
	$(error nothing was built, installed or measured))
endif

# $(call need,NAMES,EXAMPLE): a target does nothing without all of these variables.
need = $(foreach name,$(1),$(if $(strip $($(name))),,$(error \
	make $@ needs $(name)=...; for example: make $@ $(2))))

STAGES ?= deferred noretry
BENCH_SECONDS ?= 60

# As many compilations at a time as there are CPUs, unless make was told.
programs = $(MAKE) --no-print-directory -f bench/Makefile \
	$(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j $(or $(call each,JOBS),$(shell nproc)))

# What has a script end when make is killed, where setpriv can do that.
tied = $(shell setpriv --pdeathsig TERM echo setpriv --pdeathsig TERM 2>/dev/null)

# What is typed is no target.
.DEFAULT:
	@scripts/variables.sh --target $(call quote,$@)

all: programs
	@echo "Built in build/.  Next: make series, or make help."

help:
	@$(MAKE) --no-print-directory $(if $(ALL),.help-all,.help)

# On one screen, what is typed first.
.help:
	@echo "make              build the programs, in build/"
	@echo "make series       compare kernels of a patch series in QEMU: the answer"
	@echo "                    STAGES=all: a column for each patch; ALL=1: all tables"
	@echo "                    SCENARIOS='nop anon_append': these; SET=extended, SET=mm"
	@echo "                    SEEDS='2 3': among other mappings, too"
	@echo "                    TREE=~/linux RANGE=v6.15..topic: your own series;"
	@echo "                    ON=slurm, or ON=ssh HOSTS=file: on many machines"
	@echo "                    TIER=exact: only count; native: only time; kvm: in guests"
	@echo "make report       the page, the letter and the pictures of the last series"
	@echo "make publish      the same as an archive without names of hosts and users"
	@echo "                    BUNDLE=1: and both kernels, for others to boot"
	@echo "make bench        measure the running kernel, for BENCH_SECONDS="$(call text,BENCH_SECONDS)
	@echo "                    QUIETEN=1: governor, turbo, ... under control"
	@echo "                    HOST=user@host, or HOSTS=file: others, over ssh"
	@echo "make profile      where the time of SCENARIO=secretmem_append goes"
	@echo "make metal        boot two kernels in turn on this machine: BASE=... NEW=..."
	@echo "make regress      gate a tree: TREE=~/linux RANGE=v6.15..topic"
	@echo "make test         unit tests, script tests, booted guests"
	@echo "make check        formatting, static analysis, sanitizers"
	@echo "make install      programs, scripts and man pages: PREFIX; make uninstall"
	@echo "make clean        remove build/; make distclean: and the cache of kernels"
	@echo
	@echo "make help ALL=1 has the other targets; man -l scripts/vmabench-series.1 all"
	@echo "that make series takes."

.help-all:
	@echo "make              the programs, in build/"
	@echo "make series       compare kernels of a patch series in QEMU"
	@echo "                    STAGES='"$(call text,STAGES)"', or STAGES=all"
	@echo "                    SET=primary, SET=extended for all of the series, SET=mm"
	@echo "                    TREE=~/linux RANGE=v6.15..topic: your own series;"
	@echo "                    scripts/tree-series.sh --help has more"
	@echo "                    ON=local SLOTS=2, ON=ssh HOSTS=file or ON=slurm: commits"
	@echo "                    on many machines, CLUSTER=file; scripts/range.sh --help"
	@echo "                    TIER=exact counts only, TIER=native times only"
	@echo "                    TIER=kvm: time, in guests, where KVM works"
	@echo "                    ALL=1: print all tables, and not the answer alone"
	@echo "make bench        measure the running kernel"
	@echo "                    BENCH_SECONDS="$(call text,BENCH_SECONDS)", SET as above"
	@echo "                    QUIETEN=1: governor, turbo, interrupts ... under control"
	@echo "                    HOST=user@host, or HOSTS=file: others, over ssh"
	@echo "make profile      where in the kernel a scenario spends its time (perf)"
	@echo "                    SCENARIO=secretmem_append, PROFILE_SECONDS=10"
	@echo "                    STAGE='deferred noretry': of stages of the series, as"
	@echo "                    programs of this machine, and what differs"
	@echo "make profile-diff two such profiles, BASE=DIR NEW=DIR"
	@echo "make metal        boot two kernels in turn on this machine, compare"
	@echo "                    BASE=... NEW=... PLAN=--quick YES=--yes"
	@echo "make test         unit tests, script tests, booted guests"
	@echo "make report       a folder to read and to pass on: SESSION=dir, STYLE=own"
	@echo "make publish      the same as one archive; no names of hosts and users"
	@echo "                    LOOK=1: show what is taken out, and write nothing"
	@echo "                    BUNDLE=1: and both kernels, for others to boot and compare"
	@echo "make example      renew results/example, and what README and manuals quote"
	@echo "                    SESSION=dir, METAL=record of make bench"
	@echo "make install      programs, scripts and man pages: PREFIX, DESTDIR"
	@echo "make uninstall    what make install has put there"
	@echo "make deb          a Debian package; make test-deb: in roots of Debian 12 and 13"
	@echo "                    RELEASES='"$(call text,RELEASES)"'"
	@echo "make test-browser report.html in Chromium (installs it, and axe-core)"
	@echo "make regress      gate the series' last stage against results/reference"
	@echo "                    TREE=~/linux RANGE=v6.15..topic: each commit against"
	@echo "                    the one before; scripts/regress-tree.sh --help"
	@echo "make reference    measure that reference anew"
	@echo "make aa           a kernel against itself: false positives, noise floor"
	@echo "make relation     how far tiers agree: METAL=, NATIVE=, EXACT= records"
	@echo "make luck         by how much rows move where nothing changed; marks what may be"
	@echo "                    STAGE=noretry, or TREE=~/linux RANGE=v6.15..topic"
	@echo "make museum       what the suite catches: regressions that were published, and"
	@echo "                  changes that change nothing; CASES='mseal_walk vma_rename',"
	@echo "                  SET=mm, LUCK=file of make luck, or 0"
	@echo "make control      one VMA more in each process: layout, not code"
	@echo "make selftest     is the gate right?  20 times one instruction, one line more"
	@echo "make selftest-native"
	@echo "                  is the native tier right?  The same kernel, and known delays"
	@echo "                    FORM=long: how often, and which effects it finds (hours)"
	@echo "make faults       what mmap() leaves behind when an allocation fails (long)"
	@echo "                    STAGES='"$(call text,STAGES)"', besides stock"
	@echo "make test-kernel  the kernel's own tests of mmap() on each stage: in user space,"
	@echo "                  in guests, and every scenario on one with KASAN and lockdep"
	@echo "                    STAGES=all PARTS='vma maple guest debug'"
	@echo "make simulate     the statistics against others, on made-up boots"
	@echo "make test-bisect  scripts/bisect.sh on a history of 20 commits (long)"
	@echo "                    K=1 of them at a time"
	@echo "make test-matrix  every scenario on each kernel, and the set mm: all of it twice"
	@echo "                    STAGES='"$(call text,STAGES)"'"
	@echo "make test-tree    TREE= against STAGES=all, to the instruction (long)"
	@echo "make test-new-kernels"
	@echo "                  commits that break in every way, on packaged 7.2 and 7.3"
	@echo "                    KERNELS='7.2 7.3'"
	@echo "make test-cluster Slurm and ssh on this machine, nodes that lose power"
	@echo "                    PARTS='slurm ssh ground'"
	@echo "make test-metal   scripts/metal.sh in a guest that panics, hangs, loses power"
	@echo "                    FORM=short: four boots, one panic"
	@echo "make test-distros series and test in roots of Debian 12 and 13, by root and by"
	@echo "                  an ordinary user (hours)"
	@echo "                    RELEASES='"$(call text,RELEASES)"' USERS='"$(call text,USERS)"'"
	@echo "make torture      attack the suite (kills, full disks): a table of what held"
	@echo "                    FORM=short: a minute; PARTS='kills disks' SEED=2"
	@echo "make fuzz         feed what reads files of others with what libFuzzer makes up"
	@echo "                    FUZZ_SECONDS=60"
	@echo "make speed        how long large sessions take to compare (1.3 GB)"
	@echo "make coverage     which lines the tests run that need no guest: by room, and the"
	@echo "                    ten files with the most that nothing runs"
	@echo "make check        formatting, static analysis, sanitizers"
	@echo "make format       format the C sources"
	@echo "make clean        remove what was built here"
	@echo "make distclean    and the cache with kernel tree and images"
	@echo "Environment: VMABENCH_CACHE, KERNEL_BASE, JOBS, KEEP_TREE, QUIET;"
	@echo "scripts/kernel.sh --help explains them."

programs:
	@scripts/deps.sh build
	@+$(programs) programs

series: series_of = $(if $(TREE)$(RANGE)$(SERIES),--tree,$(call each,STAGES))
series: range_wants = $(if $(filter ssh,$(ON))$(if $(ON),$(filter-out 1,$(SLOTS))),remote)
series:
	@$(if $(range_wants),scripts/deps.sh $(range_wants))
	@scripts/series.sh --check $(series_of)
	@scripts/deps.sh series
	@+$(programs) programs
	@$(tied) scripts/series.sh $(series_of)

# Only from the command line: some shells have a HOST of their own.
ifneq ($(filter HOST HOSTS,$(TYPED)),)
bench: programs
	@scripts/deps.sh remote
	@BENCH_SECONDS=$(call text,BENCH_SECONDS) $(tied) scripts/remote.sh \
		$(if $(HOSTS),--hosts "$$HOSTS","$$HOST")
else
bench: programs
	@scripts/deps.sh bench || echo "make bench: going on without them" >&2
	@BENCH_SECONDS=$(call text,BENCH_SECONDS) $(tied) scripts/bench.sh
endif

profile:
	$(call need,SCENARIO,SCENARIO=secretmem_append)
	@$(if $(STAGE),scripts/kernel.sh check $(call each,STAGE),:)
	@+$(programs) programs
	@scripts/deps.sh profile $(if $(STAGE),series)
	@$(tied) scripts/profile.sh $(call each,SCENARIO)

profile-diff:
	$(call need,BASE NEW,BASE=results/HOST/6.12/profile-x NEW=results/HOST/6.13/profile-x)
	@scripts/deps.sh profile
	@scripts/profile.sh --diff "$$BASE" "$$NEW"

.PHONY: profile profile-diff

report: programs
	@STYLE=$(if $(STYLE),$(call text,STYLE),own) scripts/report.sh $(if $(SESSION),"$$SESSION")

publish: programs
	@$(if $(filter 1,$(BUNDLE)),scripts/deps.sh series)
	@STYLE=$(if $(STYLE),$(call text,STYLE),own) scripts/publish.sh $(if $(SESSION),"$$SESSION")

example:
	@scripts/deps.sh series
	@+$(programs) programs
	@scripts/example.sh $(if $(SESSION),"$$SESSION")

test-browser: programs
	@scripts/deps.sh browser
	@scripts/test-browser.sh

.PHONY: report publish example test-browser

regress:
	@$(if $(TREE)$(RANGE)$(SERIES),:,$(if $(call given,STAGES), \
		scripts/kernel.sh check $(call each,STAGES),:))
	@scripts/deps.sh series
	@+$(programs) programs
	@scripts/regress.sh

reference:
	@scripts/deps.sh series
	@+$(programs) programs
	@scripts/regress.sh --renew

aa:
	@scripts/deps.sh series bench
	@+$(programs) programs
	@scripts/aa.sh

relation:
	$(call need,METAL NATIVE EXACT,METAL=results/HOST/6.12/SESSION \
		NATIVE=results/native/HOST/stock/SESSION EXACT=results/series/latest/stock.jsonl)
	@+$(programs) programs
	@scripts/relation.sh "$$METAL" "$$NATIVE" "$$EXACT"

selftest:
	@scripts/deps.sh series
	@+$(programs) programs
	@scripts/selftest.sh

# What a long one has measured stays, for another one to go on with.
selftest-native:
	@scripts/deps.sh series test
	@+$(programs) programs build/tests/known_delay
	@scripts/selftest-native.sh \
		$(if $(filter long,$(FORM)),320 200 build/selftest-native)

faults:
	@scripts/kernel.sh check $(call each,STAGES)
	@scripts/deps.sh series test
	@scripts/faults.sh stock $(call each,STAGES)

tested = $(if $(call given,STAGES),$(STAGES),all)
test-kernel:
	@$(if $(filter-out all,$(tested)),scripts/kernel.sh check $(call each,tested),:)
	@scripts/deps.sh series test
	@+$(programs) programs
	@STAGES=$(call text,tested) $(tied) scripts/test-kernel.sh $(call each,PARTS)

.PHONY: test-kernel

simulate:
	@scripts/deps.sh series test
	@+$(programs) build/tests/simulate build/tests/simulate_clock \
		build/tests/simulate_verdicts
	@mkdir -p build/simulate
	@build/tests/simulate build/simulate/simulate.dat
	@build/tests/simulate_clock
	@build/tests/simulate_verdicts
	@gnuplot -e "data='build/simulate/simulate.dat'; out='build/simulate/simulate'" \
		plots/simulate.gp
	@echo "Picture: build/simulate/simulate.png"

test-bisect:
	@scripts/deps.sh series check
	@+$(programs) programs
	@scripts/test-bisect.sh

test-matrix:
	@scripts/kernel.sh check $(call each,STAGES)
	@scripts/deps.sh test
	@+$(programs) programs
	@STAGES=$(call text,STAGES) $(tied) prove --verbose scripts/tests/matrix.t :: full

test-tree:
	@scripts/deps.sh series check
	@+$(programs) programs
	@scripts/test-tree.sh

KERNELS ?= 7.2 7.3
test-new-kernels:
	@scripts/deps.sh series check
	@+$(programs) programs
	@prove --verbose scripts/test-new-kernels.sh :: $(call each,KERNELS)
	@prove --verbose scripts/test-new-kernels.sh :: --identical $(call each,KERNELS)

test-cluster:
	@scripts/deps.sh cluster
	@prove --verbose scripts/test-cluster.sh :: $(call each,PARTS)

.PHONY: test-matrix test-tree test-new-kernels test-cluster
metal:
	$(call need,BASE NEW,BASE=6.12.0-1-amd64 NEW=6.13.0-1-amd64 PLAN=--quick YES=--yes \
		(two of /boot; or stages, BASE=stock NEW=noretry; or revisions, with TREE=))
	@scripts/metal.sh check "$$BASE" "$$NEW" $(call each,PLAN)
	@+$(programs) programs
	@scripts/deps.sh metal
	@scripts/metal.sh plan "$$BASE" "$$NEW" $(call each,PLAN)
	@scripts/metal.sh build
	@scripts/metal.sh run $(call each,YES)

FORM ?= full
test-metal:
	@scripts/deps.sh test metal
	@+$(programs) programs
	@scripts/test-metal.sh $(call each,FORM)

.PHONY: metal test-metal

RELEASES ?= bookworm trixie
USERS ?= root user
test-distros:
	@scripts/deps.sh test
	@USERS=$(call text,USERS) prove --verbose scripts/test-distros.sh :: $(call each,RELEASES)

.PHONY: test-distros

test:
	@scripts/deps.sh test
	@+$(programs) programs tests
	@scripts/test.sh

fuzz:
	@scripts/deps.sh test
	@scripts/fuzz.sh

SEED ?= 1
torture:
	@scripts/deps.sh test
	@+$(programs) programs tests
	@$(tied) scripts/torture.sh $(if $(filter short,$(FORM)),--short) \
		--seed=$(call text,SEED) $(call each,PARTS)

.PHONY: torture

speed:
	@scripts/deps.sh build test
	@+$(programs) programs build/tests/gen_session
	@scripts/speed.sh

coverage:
	@scripts/deps.sh test
	@scripts/coverage.sh

check:
	@scripts/deps.sh check
	@scripts/check.sh

format:
	clang-format -i $$(find bench -name '*.[ch]')

PREFIX ?= /usr/local
install uninstall: export PREFIX := $(PREFIX)
install uninstall: export DESTDIR := $(DESTDIR)
install: programs
	@scripts/install.sh

uninstall:
	@scripts/install.sh --remove

deb:
	@scripts/deps.sh build deb
	@scripts/deb.sh

test-deb:
	@scripts/deps.sh test
	@prove --verbose scripts/test-deb.sh :: $(call each,RELEASES)
.PHONY: install uninstall deb test-deb

clean:
	rm -rf build

distclean: clean
	scripts/kernel.sh purge

luck:
	@$(if $(STAGE),scripts/kernel.sh check $(call each,STAGE),:)
	@scripts/deps.sh series
	@+$(programs) programs
	@$(tied) scripts/luck.sh

control:
	@scripts/deps.sh series
	@+$(programs) programs
	@$(tied) scripts/control.sh

museum:
	@scripts/deps.sh series
	@+$(programs) programs
	@$(tied) scripts/museum.sh

.PHONY: luck control museum

.PHONY: all help .help .help-all programs series bench regress reference aa relation selftest \
	selftest-native faults \
	simulate test-bisect test fuzz speed coverage check format clean distclean
