#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Add to a made-up record what operations cost over layouts of the maple tree. These
# numbers were never measured.
#
# usage: add_layouts.sh [NAME=VALUE...] <RECORD
#
#   ops="secretmem_append/mmap memfd_append/mmap"
#   depths="2 3" low=7 high=16    entries of the leaf, from the least to the most
#   behind="0 1"                  is the window behind another VMA?
#   slots=3                       at the start, in the middle, at the end; or so many
#   insns=5600 by_fill=20 by_slot=7	  what an operation costs, and each more of these
#   full=4000 behind_full=5000    more where the leaf is full, and a node splits
#   others=3200                   instead of insns, of all operations but the first
set -eu

set -- ops="secretmem_append/mmap memfd_append/mmap" depths="2 3" low=7 high=16 \
	behind="0 1" slots=3 insns=5600 by_fill=20 by_slot=7 full=4000 \
	behind_full=5000 others=3200 "$@"
for setting in "$@"; do
	shift
	set -- "$@" -v "$setting"
done
awk "$@" '
function layout(op, cost, depth, slot, entries, is_behind, splits, name_) {
	splits = 0
	cost += by_fill * entries + by_slot * slot
	if (entries == high) {
		cost += is_behind ? behind_full : full
		splits = (is_behind ? behind_full : full) > 0
	}
	split(op, name_, "/")
	printf "{\"type\":\"layout\",\"scenario\":\"%s\",\"version\":\"f1\",\"op\":\"%s\",", \
		name_[1], name_[2]
	printf "\"layout\":{\"depth\":%d,\"slot\":%d,\"entries\":%d,\"behind\":%s},", \
		depth, slot, entries, is_behind ? "true" : "false"
	printf "\"ops\":8,\"totals\":{\"insns\":%d,\"maple_stores\":%d,\"node_splits\":%d}}\n", \
		8 * cost, 8 * (1 + splits), splits
	lines++
}

function at_entries(op, cost, depth, entries, is_behind, n_, s_) {
	n_ = slots < entries ? slots : entries
	for (s_ = 0; s_ < n_; s_++)
		layout(op, cost, depth, n_ > 1 ? int(s_ * (entries - 1) / (n_ - 1)) : 0,
		       entries, is_behind)
}

function layouts(o_, d_, b_, e_) {
	split(depths, depth_list, " ")
	split(behind, behind_list, " ")
	nr_ops = split(ops, op_list, " ")
	for (o_ = 1; o_ <= nr_ops; o_++)
		for (d_ in depth_list)
			for (b_ in behind_list)
				for (e_ = low; e_ <= high; e_++)
					at_entries(op_list[o_], o_ == 1 ? insns : others,
						depth_list[d_], e_, behind_list[b_])
}

/"type":"header"/ { sub(/"minor":[0-9]+/, "\"minor\":10") }
/"type":"trailer"/ {
	layouts()
	printf "{\"type\":\"trailer\",\"lines\":%d}\n", lines
	next
}
{ print; lines++ }'
