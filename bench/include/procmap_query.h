/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VMA by its address, of an open /proc/PID/maps. */
#ifndef VMABENCH_PROCMAP_QUERY_H
#define VMABENCH_PROCMAP_QUERY_H

#include <stdint.h>
#include <sys/ioctl.h>

/* From Linux 6.11 on; the header of a distribution may be older. */
struct procmap_query_v1 {
	uint64_t size;
	uint64_t query_flags;
	uint64_t query_addr;
	uint64_t vma_start;
	uint64_t vma_end;
	uint64_t vma_flags;
	uint64_t vma_page_size;
	uint64_t vma_offset;
	uint64_t inode;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint32_t vma_name_size;
	uint32_t build_id_size;
	uint64_t vma_name_addr;
	uint64_t build_id_addr;
};

#define PROCMAP_QUERY_V1 _IOWR('f', 17, struct procmap_query_v1)
#define COVERING_OR_NEXT_VMA 0x10

#endif
