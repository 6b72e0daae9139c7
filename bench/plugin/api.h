/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the versions of QEMU's plugin interface do in different ways: counters that
 * translated code adds to, the bytes of an instruction, interrupts and exceptions.
 *
 * One CPU only: a scoreboard has an entry a vCPU, and the first is all that there is.
 */
#ifndef VMABENCH_PLUGIN_API_H
#define VMABENCH_PLUGIN_API_H

#include <stdlib.h>
#include <string.h>

#include "qemu-plugin.h"

#if PLUGIN_API >= 2
static struct qemu_plugin_scoreboard *api_scoreboard;
#endif
static char *api_counters;

/**
 * api_counters_new - make memory that translated code can add to; once
 * @size: in bytes
 *
 * Return: false if there is none.
 */
static inline bool api_counters_new(size_t size)
{
#if PLUGIN_API >= 2
	api_scoreboard = qemu_plugin_scoreboard_new(size);
	return api_scoreboard;
#else
	api_counters = calloc(1, size);
	return api_counters;
#endif
}

/**
 * api_counters_find - where that memory is, zeroed at first
 *
 * QEMU knows from the first translation on, and moves it when it makes room for more
 * vCPUs than 16.
 */
static inline void *api_counters_find(void)
{
#if PLUGIN_API >= 2
	api_counters = qemu_plugin_scoreboard_find(api_scoreboard, 0);
#endif
	return api_counters;
}

#if PLUGIN_API >= 2
static inline qemu_plugin_u64 api_entry(const uint64_t *counter)
{
	return (qemu_plugin_u64){ api_scoreboard,
				  (size_t)((const char *)counter - api_counters) };
}
#endif

/** api_count_block - add @n to @counter whenever the block is executed */
static inline void api_count_block(struct qemu_plugin_tb *tb, uint64_t *counter,
				   uint64_t n)
{
#if PLUGIN_API >= 2
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb,
							  QEMU_PLUGIN_INLINE_ADD_U64,
							  api_entry(counter), n);
#else
	qemu_plugin_register_vcpu_tb_exec_inline(tb, QEMU_PLUGIN_INLINE_ADD_U64,
						 counter, n);
#endif
}

/** api_count_insn - add 1 to @counter whenever the instruction is executed */
static inline void api_count_insn(struct qemu_plugin_insn *insn, uint64_t *counter)
{
#if PLUGIN_API >= 2
	qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn,
							    QEMU_PLUGIN_INLINE_ADD_U64,
							    api_entry(counter),
							    1);
#else
	qemu_plugin_register_vcpu_insn_exec_inline(insn,
						   QEMU_PLUGIN_INLINE_ADD_U64,
						   counter, 1);
#endif
}

/**
 * api_insn_bytes - the bytes of an instruction
 * @insn: instruction
 * @bytes: gets them, zeroes behind them
 * @room: of @bytes
 *
 * Return: how many there are.
 */
static inline size_t api_insn_bytes(const struct qemu_plugin_insn *insn,
				    uint8_t *bytes, size_t room)
{
	size_t n = qemu_plugin_insn_size(insn);

	if (n > room)
		n = room;
	memset(bytes, 0, room);
#if PLUGIN_API >= 3
	return qemu_plugin_insn_data(insn, bytes, n);
#else
	memcpy(bytes, qemu_plugin_insn_data(insn), n);
	return n;
#endif
}

/* Called at an interrupt, or else an exception: QEMU says where the CPU goes. */
typedef void (*api_discontinuity_t)(bool is_interrupt, uint64_t to);

#if PLUGIN_API >= 3
static api_discontinuity_t api_discontinuity;

#if PLUGIN_API >= 7
static void api_on_discon(unsigned int vcpu, enum qemu_plugin_discon_type type,
			  uint64_t from, uint64_t to, void *udata)
{
#else
static void api_on_discon(qemu_plugin_id_t id, unsigned int vcpu,
			  enum qemu_plugin_discon_type type, uint64_t from,
			  uint64_t to)
{
#endif
	api_discontinuity(type == QEMU_PLUGIN_DISCON_INTERRUPT, to);
}
#endif

/** api_follow - have @cb called at every interrupt and exception; can QEMU do so? */
static inline bool api_follow(qemu_plugin_id_t id, api_discontinuity_t cb)
{
#if PLUGIN_API >= 3
	const enum qemu_plugin_discon_type both = QEMU_PLUGIN_DISCON_INTERRUPT |
						  QEMU_PLUGIN_DISCON_EXCEPTION;

	if (!qemu_plugin_register_vcpu_discon_cb)
		return false;
	api_discontinuity = cb;
#if PLUGIN_API >= 7
	qemu_plugin_register_vcpu_discon_cb(id, both, api_on_discon, NULL);
#else
	qemu_plugin_register_vcpu_discon_cb(id, both, api_on_discon);
#endif
	return true;
#else
	return false;
#endif
}

/* The callbacks whose arguments have changed. */
static void on_translate(struct qemu_plugin_tb *tb);
static void on_exit_qemu(void);

#if PLUGIN_API >= 7
static void api_on_translate(struct qemu_plugin_tb *tb, void *udata)
{
	on_translate(tb);
}

static void api_on_exit(void *udata)
{
	on_exit_qemu();
}
#else
static void api_on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	on_translate(tb);
}

static void api_on_exit(qemu_plugin_id_t id, void *udata)
{
	on_exit_qemu();
}
#endif

/** api_begin - have on_translate() and on_exit_qemu() called */
static inline void api_begin(qemu_plugin_id_t id)
{
#if PLUGIN_API >= 7
	qemu_plugin_register_vcpu_tb_trans_cb(id, api_on_translate, NULL);
#else
	qemu_plugin_register_vcpu_tb_trans_cb(id, api_on_translate);
#endif
	qemu_plugin_register_atexit_cb(id, api_on_exit, NULL);
}

#endif
