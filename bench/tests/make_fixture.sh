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
	else
		insns(op, cost, deferred)
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
	     "\"minor\":0},\"tier\":\"" (metal ? "metal" : "exact") "\"," \
	     "\"stage\":" (metal ? "null" : "\"" stage "\"") "," \
	     "\"kernel\":{\"release\":\"6.12.0-fixture\",\"version\":\"made up\"," \
	     "\"build_id\":\"" level "123456789abcdef\",\"cmdline\":\"\"," \
	     "\"config_sha256\":null}," \
	     "\"env\":{\"qemu\":\"fixture\",\"qemu_args\":\"-fixture\",\"cpu\":\"max\"}," \
	     "\"info\":{},\"suite\":{\"version\":\"fixture\",\"compiler\":\"none\"}," \
	     "\"boot\":{\"index\":0,\"block\":0,\"order\":0,\"seed\":1,\"boot_id\":null}}")

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
