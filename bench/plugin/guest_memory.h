/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of the guest, read from within QEMU without help of either.
 *
 * For each instruction that QEMU translates it gives out where that lies in its own
 * process. The kernel's text is linked to an address that is its physical one and a
 * constant, so one instruction of it says where in QEMU physical address 0 is. (-M pc
 * has all of its RAM in one piece, up to the hole for PCI at 3 GiB.)
 *
 * Virtual addresses are walked as the CPU does. The root of the kernel's page tables is
 * found by what it does: it maps an instruction to where that was seen, and the start of
 * the direct map to physical memory. Where the direct map and the array of struct page
 * begin depends on the number of levels alone: the guest boots with nokaslr.
 */
#ifndef VMABENCH_PLUGIN_GUEST_MEMORY_H
#define VMABENCH_PLUGIN_GUEST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define PAGE_SHIFT 12
#define PAGE_BYTES (1ull << PAGE_SHIFT)
#define TABLE_ENTRIES 512
/* What a kernel without KASLR is linked to, Documentation/arch/x86/x86_64/mm.rst. */
#define KERNEL_IMAGE 0xffffffff80000000ull
#define KERNEL_IMAGE_BYTES (1ull << 30)

#define ENTRY_PRESENT 1ull
#define ENTRY_HUGE (1ull << 7)
#define ENTRY_ADDRESS 0x000ffffffffff000ull

/**
 * struct paging - where the kernel has its maps
 * @levels: of page tables
 * @direct: virtual address of physical address 0
 * @vmemmap: virtual address of the struct page of it
 */
struct paging {
	unsigned int levels;
	uint64_t direct, vmemmap;
};

static const struct paging pagings[] = {
	{ 4, 0xffff888000000000ull, 0xffffea0000000000ull },
	{ 5, 0xff11000000000000ull, 0xffd4000000000000ull },
};

/**
 * struct guest_memory - RAM of the guest, and the tables of its kernel
 * @ram: where physical address 0 is in this process, NULL if that is not known
 * @bytes: of RAM
 * @paging: how the kernel uses it, NULL if that is not known
 * @root: physical address of the kernel's uppermost table
 */
struct guest_memory {
	const unsigned char *ram;
	uint64_t bytes;
	const struct paging *paging;
	uint64_t root;
};

/** guest_u64 - read 8 bytes at a physical address; false where there is no RAM */
static inline bool guest_u64(const struct guest_memory *m, uint64_t phys,
			     uint64_t *value)
{
	if (!m->ram || phys >= m->bytes || m->bytes - phys < sizeof(*value))
		return false;
	memcpy(value, m->ram + phys, sizeof(*value));
	return true;
}

/* An address in 4 levels has 48 bits with their sign, in 5 levels 57. */
static inline bool is_canonical(const struct paging *paging, uint64_t vaddr)
{
	unsigned int unused = 64 - (PAGE_SHIFT + 9 * paging->levels);

	return (uint64_t)((int64_t)(vaddr << unused) >> unused) == vaddr;
}

/**
 * guest_walk - translate a virtual address as the kernel's own tables do
 * @m: guest
 * @vaddr: address
 * @phys: gets the physical one
 *
 * Return: false if it is not mapped to RAM.
 */
static inline bool guest_walk(const struct guest_memory *m, uint64_t vaddr,
			      uint64_t *phys)
{
	uint64_t table = m->root, entry, offset;

	if (!m->paging || !is_canonical(m->paging, vaddr))
		return false;
	for (unsigned int level = m->paging->levels; level; level--) {
		unsigned int shift = PAGE_SHIFT + 9 * (level - 1);

		if (!guest_u64(m,
			       table + 8 * (vaddr >> shift & (TABLE_ENTRIES - 1)),
			       &entry) ||
		    !(entry & ENTRY_PRESENT))
			return false;
		table = entry & ENTRY_ADDRESS;
		offset = vaddr & ((1ull << shift) - 1);
		if (level == 1 || (level < 4 && entry & ENTRY_HUGE)) {
			*phys = (table & ~((1ull << shift) - 1)) | offset;
			return *phys < m->bytes;
		}
	}
	return false;
}

/** guest_phys - the same, without a walk where it takes none */
static inline bool guest_phys(const struct guest_memory *m, uint64_t vaddr,
			      uint64_t *phys)
{
	if (!m->paging)
		return false;
	*phys = vaddr - m->paging->direct;
	return *phys < m->bytes || guest_walk(m, vaddr, phys);
}

/** guest_read - read 8 bytes at a virtual address of the kernel */
static inline bool guest_read(const struct guest_memory *m, uint64_t vaddr,
			      uint64_t *value)
{
	uint64_t phys;

	/* Only what is aligned lies in one page, and all that is asked for is. */
	return !(vaddr & 7) && guest_phys(m, vaddr, &phys) &&
	       guest_u64(m, phys, value);
}

/**
 * guest_string - read a short text of the kernel
 * @m: guest
 * @vaddr: where it begins
 * @text: gets it
 * @room: of @text
 *
 * Return: false if it is not a text of graphic characters that fits.
 */
static inline bool guest_string(const struct guest_memory *m, uint64_t vaddr,
				char *text, size_t room)
{
	for (size_t i = 0; i < room; i++) {
		uint64_t phys;

		if (!guest_phys(m, vaddr + i, &phys))
			return false;
		text[i] = (char)m->ram[phys];
		if (!text[i])
			return i > 0;
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	}
	return false;
}

/* The tables of the kernel itself, not those that it had while it started. */
static inline bool is_root(struct guest_memory *m, uint64_t insn_phys)
{
	const struct paging *p = m->paging;
	uint64_t phys;

	return guest_walk(m, KERNEL_IMAGE + insn_phys, &phys) &&
	       phys == insn_phys && guest_walk(m, p->direct + m->root, &phys) &&
	       phys == m->root &&
	       guest_walk(m, p->vmemmap + (m->root >> PAGE_SHIFT) * 64, &phys);
}

/* In the kernel's image, behind the text. */
static inline bool find_root(struct guest_memory *m, uint64_t insn_phys)
{
	uint64_t end = m->bytes < KERNEL_IMAGE_BYTES ? m->bytes
						     : KERNEL_IMAGE_BYTES;

	for (m->root = insn_phys & ~(PAGE_BYTES - 1); m->root < end;
	     m->root += PAGE_BYTES)
		for (size_t i = 0; i < sizeof(pagings) / sizeof(*pagings); i++) {
			m->paging = &pagings[i];
			if (is_root(m, insn_phys))
				return true;
		}
	m->paging = NULL;
	return false;
}

/**
 * guest_find - find RAM and tables by an instruction of the kernel
 * @m: guest, with @m->bytes
 * @vaddr: of the instruction
 * @haddr: where QEMU says that it is, or NULL
 * @code: its bytes
 * @size: number of them
 *
 * Return: NULL, or what could not be found.
 */
static inline const char *guest_find(struct guest_memory *m, uint64_t vaddr,
				     const void *haddr, const void *code,
				     size_t size)
{
	uint64_t phys = vaddr - KERNEL_IMAGE;
	const unsigned char *ram;

	if (!haddr)
		return "QEMU does not say where the guest's memory is";
	if (phys >= m->bytes || m->bytes - phys < size)
		return "the kernel's text is not where it was linked to";
	ram = (const unsigned char *)haddr - phys;
	/* Fails where anything in between is not mapped, and else does nothing. */
	if ((uintptr_t)ram & (PAGE_BYTES - 1) ||
	    msync((void *)(uintptr_t)ram, m->bytes, MS_ASYNC) ||
	    memcmp(haddr, code, size))
		return "the guest's memory is not in one piece in QEMU";
	m->ram = ram;
	if (find_root(m, phys))
		return NULL;
	m->ram = NULL;
	return "the kernel's page tables were not found";
}

#endif
