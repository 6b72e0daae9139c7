/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How host and guest of the exact tier talk: by port I/O only.
 *
 * Every access is synchronous, so nothing in the guest depends on how fast the
 * host is: no interrupt, no buffer, no driver, and the same instructions in
 * every run. The console is for the kernel alone.
 */
#ifndef VMABENCH_GUEST_IO_H
#define VMABENCH_GUEST_IO_H

/* isa-debugcon: what is written here lands in a file, as records */
#define GUEST_PORT_RECORDS 0xe9

/* pvpanic: stops the machine at this very instruction, for the snapshot */
#define GUEST_PORT_PAUSE 0x505
#define GUEST_PAUSE_BIT 1

/*
 * How long the guest waits for the clock, which may have jumped to the next timer
 * while the machine was stopped: longer than a tick (HZ=100). The guest reports
 * "away_insns", how far it jumped, and "stop_insns", how long it waited.
 */
#define GUEST_STOP_INSNS 12000000ul

/*
 * The machine stops at a multiple of this count, and a scenario starts at one of the
 * other: what the kernel does on ticks then falls on the same instruction, whatever
 * the program did on the way.
 */
#define GUEST_STOP_ROUND_INSNS (1ul << 30)
#define GUEST_START_ROUND_INSNS (1ul << 25)

/* isa-debug-exit: ends QEMU with status (value << 1) | 1 */
#define GUEST_PORT_EXIT 0xf4
#define GUEST_EXIT_STATUS 1 /* of value 0 */

/* fw_cfg: not part of a snapshot, so each run can be told something else */
#define GUEST_PORT_FW_SELECT 0x510
#define GUEST_PORT_FW_DATA 0x511
#define GUEST_FW_FILE_DIR 0x19
#define GUEST_FW_COMMAND "opt/vmabench/command"

/* In the command, in place of a pass: over layouts, in one order and in the other. */
#define GUEST_LAYOUTS "layouts"
#define GUEST_LAYOUTS_REVERSED "layouts-reversed"

/*
 * In the kernel's command line, and so in init's environment: this boot is not for
 * a snapshot. It runs "vmabench bench", and this is where the record then is.
 */
#define GUEST_ENV_BENCH "VMABENCH_BENCH"
#define GUEST_RECORD "/tmp/boot.jsonl"

/*
 * In the unused bytes of the ELF header of /init: the copy of the program that the
 * initramfs has is marked, no other is. Being process 1 says nothing: so is the
 * command of a container. Nor do arguments and environment, which anybody can give.
 */
#define GUEST_MARK "vmabnch"

/* The modules in the initramfs. */
#define GUEST_MODULE "vmabench_hook.ko"
#define GUEST_TREE "vmabench_tree.ko"
#define GUEST_DRIVER "vmabench_native.ko"

#endif
