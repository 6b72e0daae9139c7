/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Machines whose cores are of several kinds: Intel's cpu_core and cpu_atom, arm64's
 * big.LITTLE. Each kind has a PMU of its own, whose events count on its CPUs alone.
 */
#ifndef VMABENCH_CORE_PMU_H
#define VMABENCH_CORE_PMU_H

/* For tests: what to put before /sys. */
#define CORE_PMU_ROOT_ENV "VMABENCH_PMU_ROOT"

#define CORE_PMUS_MAX 8

/**
 * struct core_pmu - a kind of core
 * @name: of its PMU in sysfs
 * @type: of its PMU, for perf_event_open
 * @cpus: list of them
 */
struct core_pmu {
	char name[32];
	unsigned int type;
	char cpus[1024];
};

void core_pmus_read(const char *root);
const struct core_pmu *core_pmus(unsigned int *nr);
const struct core_pmu *core_pmu_of(int cpu);
const struct core_pmu *core_pmu_named(const char *name);
const struct core_pmu *core_pmu_typed(unsigned int type);

#endif
