/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The limits of the cgroup that this process is in. */
#ifndef VMABENCH_CGROUP_H
#define VMABENCH_CGROUP_H

#define CGROUP_PATH_MAX 2304

/**
 * struct cgroup_quota - on CPU time
 * @percent: of one CPU, 0 for none
 * @stat: the file that counts how long tasks were stopped for it
 */
struct cgroup_quota {
	unsigned int percent;
	char stat[CGROUP_PATH_MAX];
};

void cgroup_find_quota(const char *root, struct cgroup_quota *found);
long cgroup_oom_kills(const char *root);

#endif
