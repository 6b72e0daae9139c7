#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Print a made-up record for tests. Its numbers were never measured: they have
# the shape of real ones so that tables and pictures can be developed.
#
# usage: make_fixture.sh STAGE [wide]	stock, deferred, hook, secretmem or noretry
#	 make_fixture.sh metal [wide]	latencies instead of instructions
#	 make_fixture.sh session DIR KERNEL [NAME=VALUE...]
#
# "wide" adds the extended set: adjacent mappings, other VMAs, several callers,
# what refused calls leave behind, and a finding.
#
# With ABOUT=1 in the environment, the record says what its series is about. With
# WITH_LINES=1 it has cache lines: of __mmap_region, three more are read from the hook on,
# and two more written. With WITH_HELD=1 it says what is in flight after each batch: a VMA
# with its lock and a maple node for each that is allocated for nothing.
#
# A session is DIR/boot-NN.jsonl of a kernel whose build id is KERNEL, with noise
# that is the same each time:
#
#   boots=12 blocks=4  boots, spread evenly over blocks
#   side=0             0 or 1: which of two kernels that take turns
#   seed=1             of the noise
#   boot_sd=0.004      standard deviation between boots, as a part of the value
#   batch_sd=0.01      and between batches of a boot
#   drift=0.01         what each block is slower than the one before
#   change=1           factor on the time of secretmem_append mmap
#   factor=1           on all times
#   tail=1             factor on the slow 2.5 % of memfd_append mmap
#   count=             stores of memfd_append mmap, instead of 1
#   wobble=0           1: a count that differs between boots
#   shift=0            boots whose batches shift half way through
#   shift_by=0.1       by how much, as a part of the value
#   day=2026-01-01     on which it is measured, kernels by turns
#   governor=performance, host=f1c7f1c7
#   layouts=0          of the native tier, with boots of so many layouts by turns
#   first=1            number of the first of these
#   set_of_layouts=0123456789abcdef  kernels that they were drawn for; none in an older record
#   layout_sd=0.02     what a layout adds, the same in all kernels, as a part of the value
set -eu

stage=${1:?usage: make_fixture.sh STAGE | metal [wide] | session DIR KERNEL}

# record [NAME=VALUE...]: one, with these variables of awk
record() {
	for setting in "$@"; do
		shift
		set -- "$@" -v "$setting"
	done
	awk -v about="${ABOUT:-}" -v touches="${WITH_LINES:-}" \
		-v holds="${WITH_HELD:-}" "$@" '
function emit(line) { print line; lines++ }

function headline(name) {
	return "{\"scenario\":\"" name "\",\"op\":\"mmap\"}"
}

function row(op, metric, unit, pass, better, exact, ops, batches, more) {
	emit("{\"type\":\"row\",\"scenario\":\"" scenario "\",\"version\":\"f1\"," \
	     "\"op\":\"" op "\",\"metric\":\"" metric "\",\"unit\":\"" unit "\"," \
	     "\"pass\":\"" pass "\",\"better\":\"" better "\",\"exact\":" exact "," \
	     "\"ops\":" ops ",\"batches\":[" batches "]" more swept() "}")
}

# What lines of the extended set have besides.
function swept() {
	return (set ? ",\"set\":\"" set "\"" : "") \
	       (params ? ",\"params\":{" params "}" : "")
}

function counts(op, stores, vma, node, vmas) {
	if (session && scenario == "memfd_append" && op == "mmap") {
		stores = count != "" ? count : stores
		node += wobble * (nr % 3) / 64
	}
	row(op, "maple_stores", "stores/op", "counts", "lower", "true", 64, stores * 64)
	row(op, "vma_allocs", "allocs/op", "counts", "lower", "true", 64, vma * 64)
	row(op, "node_allocs", "allocs/op", "counts", "lower", "true", 64, node * 64)
	row(op, "vmas", "VMAs", "shape", "neither", "true", 1, vmas)
	if (holds)
		held(op, vma, node)
}

function held(op, vma, node) {
	row(op, "held_objects", "objects/op", "counts", "lower", "true", 64,
	    (2 * vma + node) * 64)
	row(op, "held_bytes", "bytes/op", "counts", "lower", "true", 64,
	    (184 * vma + 256 * node) * 64)
	row(op, "held_after_bytes", "bytes/op", "counts", "lower", "true", 64, 0)
}

function add(name, insns, calls) {
	if (!insns)
		return
	list = list (list ? "," : "") sprintf("[\"%s\",%d,%d,%d,%d%s]", name,
		insns, calls, insns / 4, insns / 5,
		touches ? touch(calls, name == "__mmap_region" && hook ? 64 : 0, insns) : "")
	spent += insns
}

# Lines that a function reads, writes and executes, and its pages.
function touch(calls, desc, insns) {
	touched["lines_read"] += 2 * calls + 3 * desc
	touched["lines_written"] += calls + 2 * desc
	touched["lines_code"] += 64 * int(insns / 1024)
	touched["pages"] += calls
	return sprintf(",%d,%d,%d,%d", 2 * calls + 3 * desc, calls + 2 * desc,
		       64 * int(insns / 1024), calls)
}

function functions(op, region, class) {
	emit("{\"type\":\"functions\",\"scenario\":\"" scenario "\",\"version\":\"f1\"," \
	     "\"op\":\"" op "\",\"region\":\"" region "\",\"class\":\"" class "\"," \
	     "\"ops\":64,\"functions\":[" list "]}")
	if (touches && region == "op" && class == "task")
		for (metric_ in touched)
			row(op, metric_, metric_ == "pages" ? "pages/op" : "lines/op",
			    "insns", "lower", "true", 64, touched[metric_])
	split("", touched)
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

# Park and Miller: below 2^53 in every awk.
function uniform() {
	state = (state * 16807) % 2147483647
	return state / 2147483647
}

function normal(sum_, i_) {
	for (i_ = 0; i_ < 12; i_++)
		sum_ += uniform()
	return sum_ - 6
}

# What one boot measures: batches in time, and 400 000 samples.
function noisy_latency(op, value, batches_, i_, slow_, off_) {
	value *= factor * (1 + drift * block) * exp(boot_sd * normal()) * of_layout
	if (scenario == "secretmem_append" && op == "mmap")
		value *= change
	slow_ = scenario == "memfd_append" && op == "mmap" ? 3 * tail : 3
	for (i_ = 0; i_ < 40; i_++) {
		off_ = nr < shift && i_ >= 20 && scenario == "anon_append"
		batches_ = batches_ (i_ ? "," : "") sprintf("%d",
			64 * value * (1 + batch_sd * normal()) * (1 + shift_by * off_))
	}
	row(op, "latency", "ns/op", "time", "lower", "false", 64, batches_,
	    sprintf(",\"hist\":[[%d,10000],[%d,300000],[%d,80000],[%d,9000],[%d,1000]]",
		    value * .9, value, value * 1.2, value * slow_, value * 20))
}

# 20000 samples with a tail: enough for p99, not for p99.9.
function latency(op, value) {
	if (session) {
		noisy_latency(op, value)
		return
	}
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
	     "\"ops\":64" (adjacent ? ",\"adjacent\":" adjacent : "") swept() "}")
}

# 200 adjacent mappings: one VMA below that stage, one each from it on.
function adjoin(name, at, merged) {
	scenario = name
	adjacent = 200
	merged = (metal ? n_stages : level) < at
	measure("mmap", merged ? 3300 : 4900, 0, 1, !merged, merged ? 0 : 1.5,
		merged ? 1 : 200, merged ? "merged" : "fragmented")
	adjacent = 0
}

function populate(name, cost, sizes_, i_, n_) {
	n_ = split("100 1000 10000 50000", sizes_)
	for (i_ = 1; i_ <= n_; i_++) {
		scenario = name "_p" sizes_[i_]
		params = "\"population\":" sizes_[i_]
		measure("mmap", cost + int(90 * log(sizes_[i_])), 0, 1, 0, 0, 1, "merged")
	}
	params = ""
}

# Callers at the same time: threads queue for one lock, processes do not.
function storm(kind, i_) {
	for (i_ = 1; i_ <= 8; i_ *= 2) {
		scenario = "storm_" kind "_" i_
		params = "\"" kind "\":" i_
		row("pair", "throughput", "ops/s", "time", "higher", "false", 1,
		    int(rate(kind, i_)) "," int(rate(kind, i_) * 1.01))
		row("mmap", "lock_waits", "waits/op", "counts", "lower", "false", 64,
		    kind == "threads" ? 30 * (i_ - 1) : 0)
		latency("mmap", 900 * (kind == "threads" ? i_ : 1 + i_ / 20))
	}
	params = ""
}

function rate(kind, callers) {
	return kind == "threads" ? 800000 / callers ^ .2 : 780000 * callers ^ .9
}

function leave_behind(kib) {
	scenario = "secretmem_fail_commit"
	row("mmap", "left_vmas", "VMAs/op", "counts", "lower", "true", 4, 0)
	row("mmap", "left_committed", "KiB/op", "counts", "lower", "true", 4, kib * 4)
	row("mmap", "left_files", "files/op", "counts", "lower", "true", 4, -2)
	emit("{\"type\":\"shape\",\"scenario\":\"" scenario "\",\"op\":\"mmap\"," \
	     "\"vmas_before\":0,\"vmas_after\":0,\"outcome\":\"failed:EINVAL\",\"ops\":4}")
	if (kib)
		emit("{\"type\":\"finding\",\"scenario\":\"" scenario "\",\"op\":\"mmap\"," \
		     "\"name\":\"commit-accounting-leak\",\"text\":\"" kib * 4 " KiB of " \
		     "Committed_AS are left behind by 4 operations: when the hook of the " \
		     "file fails, mmap() does not undo the charge for private writable memory\"}")
}

function extend(list_, i_, n_) {
	set = "extended"
	n_ = split("ext4_dax_append xfs_dax_append erofs_dax_append devdax_append", list_)
	for (i_ = 1; i_ <= n_; i_++)
		adjoin(list_[i_], 5)
	if (level == 1)
		emit("{\"type\":\"skip\",\"scenario\":\"orangefs_append\",\"op\":null," \
		     "\"reason\":\"no /dev/pvfs2-req\"}")
	else
		adjoin("orangefs_append", 5)
	adjoin("usb_read_append", 2)
	adjoin("usb_write_append", 0)
	adjoin("hugetlb_append", 0)
	adjoin("tmpfs_append", 9)
	adjoin("zero_private_append", 9)
	populate("anon_append", 3300)
	populate("memfd_append", 3150)
	populate("secretmem_append", level < 4 ? 6000 : 3180)
	leave_behind(metal || level >= 3 ? 1024 : 0)
	if (metal) {
		storm("threads")
		storm("processes")
	}
	set = ""
}

BEGIN {
	session = stage == "session"
	metal = session || stage == "metal"
	of_layout = 1
	if (layouts) {
		layout = first + nr % layouts
		block = layout
		drift = 0
		state = (layout * 15485863 + 1) % 2147483647
		for (i = 0; i < 20; i++)
			uniform()
		of_layout = exp(layout_sd * normal())
	}
	state = (seed * 7919 + (2 * nr + side) * 104729 + 1) % 2147483647
	for (i = 0; i < 20; i++)
		uniform()
	n_stages = split("stock deferred hook secretmem noretry", names)
	for (i = 1; i <= n_stages; i++)
		if (names[i] == stage)
			level = i
	if (!metal && !level) {
		print "make_fixture.sh: no such stage: " stage > "/dev/stderr"
		exit 2
	}
	emit("{\"type\":\"header\",\"schema\":{\"name\":\"vmabench-record\",\"major\":1," \
	     "\"minor\":" (touches ? 10 : !layouts ? 2 : set_of_layouts == "" ? 7 : 8) "},\"tier\":\"" \
	     (layouts ? "native" : metal ? "metal" : "exact") "\"," \
	     "\"stage\":" (metal ? "null" : "\"" stage "\"") "," \
	     (!about || metal ? "" : "\"series\":{\"base\":\"deferred\",\"headline\":[" \
		headline("secretmem_append") "," headline("memfd_append") "," \
		headline("anon_append") "]},") \
	     "\"kernel\":{\"release\":\"6.12.0-fixture\",\"version\":\"made up\"," \
	     "\"build_id\":\"" (session ? kernel : level "123456789abcdef") "\",\"cmdline\":\"\"," \
	     "\"config_sha256\":null}," \
	     (session ? "\"env\":{\"host\":\"" host "\",\"cpu\":\"max\"}," \
			"\"info\":{\"governor\":\"" governor "\",\"loadavg\":\"" nr "\"," \
			"\"time\":\"" day "T" (layouts ? sprintf("00:%02d:%02d", nr / 30, 2 * (nr % 30) + (nr + side) % 2) : \
				sprintf("%02d:00:00", 2 * nr + side)) "Z\"}," \
		      : "\"env\":{\"qemu\":\"fixture\",\"qemu_args\":\"-fixture\",\"cpu\":\"max\"}," \
			"\"info\":{},") \
	     "\"suite\":{\"version\":\"fixture\",\"compiler\":\"none\"}," \
	     "\"boot\":{\"index\":" (nr + 0) ",\"block\":" (block + 0) ",\"order\":" (2 * nr + side) "," \
	     (layouts ? "\"layout\":" layout "," : "") \
	     (layouts && set_of_layouts != "" ? "\"layout_set\":\"" set_of_layouts "\"," : "") \
	     "\"seed\":1,\"boot_id\":" (session ? "\"" kernel "-" seed "-" nr "\"" : "null") "}}")

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
	if (wide)
		extend()
	if (metal)
		emit("{\"type\":\"skip\",\"scenario\":\"dax_append\",\"op\":null," \
		     "\"reason\":\"no DAX device\"}")
	printf "{\"type\":\"trailer\",\"lines\":%d}\n", lines
}'
}

case $stage in
session)
	dir=${2:?"session DIR KERNEL"} kernel=${3:?"session DIR KERNEL"}
	shift 3
	boots=12 blocks=4
	for setting in "$@"; do
		case $setting in
		boots=*) boots=${setting#*=} ;;
		blocks=*) blocks=${setting#*=} ;;
		esac
	done
	mkdir -p "$dir"
	nr=0
	while [ $nr -lt "$boots" ]; do
		record stage=session wide= kernel="$kernel" nr=$nr \
			block=$((nr * blocks / boots)) side=0 seed=1 \
			boot_sd=0.004 batch_sd=0.01 drift=0.01 change=1 factor=1 \
			tail=1 count= wobble=0 shift=0 shift_by=0.1 \
			day=2026-01-01 governor=performance host=f1c7f1c7 \
			layouts=0 first=1 layout_sd=0.02 \
			set_of_layouts=0123456789abcdef "$@" \
			>"$dir/boot-$(printf %02d $nr).jsonl"
		nr=$((nr + 1))
	done ;;
*)
	record stage="$stage" wide="${2:-}" ;;
esac
