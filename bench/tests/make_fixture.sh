#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Print a made-up record for tests. Its numbers were never measured: they have
# the shape of real ones so that tables and pictures can be developed.
#
# usage: make_fixture.sh STAGE	stock, deferred, hook, secretmem or noretry
#	 make_fixture.sh metal	latencies instead of instructions
set -eu

stage=${1:?usage: make_fixture.sh STAGE | metal}

awk -v stage="$stage" '
function emit(line) { print line; lines++ }

function row(op, metric, unit, pass, better, exact, ops, batches, more) {
	emit("{\"type\":\"row\",\"scenario\":\"" scenario "\",\"version\":\"f1\"," \
	     "\"op\":\"" op "\",\"metric\":\"" metric "\",\"unit\":\"" unit "\"," \
	     "\"pass\":\"" pass "\",\"better\":\"" better "\",\"exact\":" exact "," \
	     "\"ops\":" ops ",\"batches\":[" batches "]" more "}")
}

function counts(op, stores, vma, node, vmas) {
	row(op, "maple_stores", "stores/op", "counts", "lower", "true", 64, stores * 64)
	row(op, "vma_allocs", "allocs/op", "counts", "lower", "true", 64, vma * 64)
	row(op, "node_allocs", "allocs/op", "counts", "lower", "true", 64, node * 64)
	row(op, "vmas", "VMAs", "shape", "neither", "true", 1, vmas)
}

function add(name, insns, calls) {
	if (!insns)
		return
	list = list (list ? "," : "") sprintf("[\"%s\",%d,%d,%d,%d]", name,
		insns, calls, insns / 4, insns / 5)
	spent += insns
}

function functions(op, region, class) {
	emit("{\"type\":\"functions\",\"scenario\":\"" scenario "\",\"version\":\"f1\"," \
	     "\"op\":\"" op "\",\"region\":\"" region "\",\"class\":\"" class "\"," \
	     "\"ops\":64,\"functions\":[" list "]}")
	list = ""
	spent = 0
}

# Split the instructions of 64 operations; what is left is __mmap_region itself.
function bill(op, total, deferred, stores, vma, twice) {
	add("entry_SYSCALL_64", 64 * 20, 64)
	if (op == "mmap") {
		add("mas_store_prealloc", 64 * 310 * stores, 64 * stores)
		add("vm_area_alloc", 64 * 250 * vma, 64 * vma)
		add("vm_area_free", 64 * 90 * (vma && twice), 64)
		add("vma_merge_existing_range", 64 * 480 * twice, 64)
		add(level < 3 ? "vma_merge_new_range.isra.0" : "vma_merge_new_range",
		    64 * 205, 64)
		add("call_mmap_prepare", 64 * hook, 64)
		if (scenario ~ /^secretmem/ && level < 4)
			add("secretmem_mmap", 64 * 31, 64)
		# Enough small ones for "other functions".
		for (i_ = 1; i_ <= 20; i_++)
			add("helper_" i_, 64 * (i_ + (twice ? i_ % 6 : 0)), 64)
	}
	add(op == "mmap" ? "__mmap_region" : "do_vmi_munmap", total - spent, 64)
	functions(op, "op", "task")
	add("[user]", 64 * 9, 0)
	functions(op, "op", "user")
	if (deferred) {
		add("rcu_do_batch", 64 * deferred, 3)
		functions(op, "drain", "rcu")
	}
}

function symbols(list_, i_) {
	list_ = "__mmap_region call_mmap_prepare do_vmi_munmap entry_SYSCALL_64 " \
		"mas_store_prealloc rcu_do_batch vm_area_alloc vm_area_free"
	for (i_ = 1; i_ <= 20; i_++)
		list_ = list_ " helper_" i_
	list_ = list_ (level < 3 ? " vma_merge_new_range.isra.0" : " vma_merge_new_range")
	if (level < 4)
		list_ = list_ " secretmem_mmap"
	emit("{\"type\":\"symbols\",\"names\":\"" list_ " vma_merge_existing_range\"}")
}

# Call chains of one operation, for flame graphs.
function stacks(op, twice) {
	emit("{\"type\":\"stacks\",\"scenario\":\"" scenario "\",\"version\":\"f1\"," \
	     "\"op\":\"" op "\",\"ops\":64,\"folded\":[" \
	     "[\"entry_SYSCALL_64\",1280],[\"entry_SYSCALL_64;__mmap_region\",61440]," \
	     (twice ? "[\"entry_SYSCALL_64;__mmap_region;vma_merge_existing_range\",30720]," \
		      "[\"entry_SYSCALL_64;__mmap_region;vma_merge_existing_range;mas_store_prealloc\",19840]," : "") \
	     "[\"entry_SYSCALL_64;__mmap_region;mas_store_prealloc\",19840]]}")
}

function insns(op, value, deferred) {
	row(op, "insns", "insns/op", "insns", "lower", "true", 64, value * 64 + 3)
	row(op, "insns_deferred", "insns/op", "insns", "neither", "true", 64, deferred * 64)
	row(op, "insns_user", "insns/op", "insns", "neither", "true", 64, 64 * 9)
}

# 20000 samples with a tail: enough for p99, not for p99.9.
function latency(op, value) {
	row(op, "latency", "ns/op", "time", "lower", "false", 1000,
	    value * 1000 "," value * 1010 "," value * 990,
	    ",\"hist\":[[" int(value * .9) ",500],[" int(value) ",15000],[" \
	    int(value * 1.2) ",4000],[" int(value * 3) ",450],[" \
	    int(value * 20) ",50]]")
}

function measure(op, cost, deferred, stores, vma, node, vmas, outcome) {
	if (metal)
		latency(op, cost / 4)
	else {
		insns(op, cost, deferred)
		bill(op, cost * 64 + 3, deferred, stores, vma, stores > 1)
		if (scenario == "secretmem_append" && op == "mmap")
			stacks(op, stores > 1)
	}
	counts(op, stores, vma, node, vmas)
	emit("{\"type\":\"shape\",\"scenario\":\"" scenario "\",\"op\":\"" op "\"," \
	     "\"vmas_before\":1,\"vmas_after\":" vmas ",\"outcome\":\"" outcome "\"," \
	     "\"ops\":64}")
}

BEGIN {
	metal = stage == "metal"
	n = split("stock deferred hook secretmem noretry", names)
	for (i = 1; i <= n; i++)
		if (names[i] == stage)
			level = i
	if (!metal && !level) {
		print "make_fixture.sh: no such stage: " stage > "/dev/stderr"
		exit 2
	}
	emit("{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1," \
	     "\"minor\":1},\"tier\":\"" (metal ? "metal" : "exact") "\"," \
	     "\"stage\":" (metal ? "null" : "\"" stage "\"") "," \
	     "\"kernel\":{\"release\":\"6.12.0-fixture\",\"version\":\"made up\"," \
	     "\"build_id\":\"" level "123456789abcdef\",\"cmdline\":\"\"," \
	     "\"config_sha256\":null}," \
	     "\"env\":{\"qemu\":\"fixture\",\"qemu_args\":\"-fixture\",\"cpu\":\"max\"}," \
	     "\"info\":{},\"suite\":{\"version\":\"fixture\",\"compiler\":\"none\"}," \
	     "\"boot\":{\"index\":0,\"block\":0,\"order\":0,\"seed\":1,\"boot_id\":null}}")

	if (!metal)
		symbols()
	hook = level >= 3 ? 18 : 0	# what every mmap pays for the hook
	gone = level >= 5 ? 11 : 0	# and gains without the retry
	n = split("nop secretmem_append secretmem_prepend secretmem_fill " \
		  "secretmem_apart secretmem_fail_free secretmem_fail_fixed " \
		  "memfd_append memfd_apart file_append file_apart anon_append", all)
	for (i = 1; i <= n; i++) {
		scenario = all[i]
		if (scenario == "nop") {
			measure("nop", 42, 0, 0, 0, 0, 1, "none")
			continue
		}
		secretmem = scenario ~ /^secretmem/
		apart = scenario ~ /apart/
		retried = secretmem && !apart && level < 4
		cost = 2900 + 31 * i + hook - gone
		if (scenario ~ /fail/) {
			measure("mmap", cost + (level < 4 ? 900 : 0), 0, scenario ~ /fixed/,
				level < 4, 0, 1, "failed:EINVAL")
			continue
		}
		stores = retried && level > 1 ? 2 : 1
		measure("mmap", cost + apart * 1600 + (retried ? 2100 + 900 * (level > 1) : 0),
			retried * 700, stores, apart || retried, apart ? 0.25 : retried,
			apart ? 65 : 1, apart ? "not-merged" : "merged")
		measure("munmap", 2300 + 17 * i, apart * 650, 1, 0, apart ? 0.25 : 0, 1,
			apart ? "removed" : "shrunk")
	}
	if (metal)
		emit("{\"type\":\"skip\",\"scenario\":\"dax_append\",\"op\":null," \
		     "\"reason\":\"no DAX device\"}")
	printf "{\"type\":\"trailer\",\"lines\":%d}\n", lines
}'
