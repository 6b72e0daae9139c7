# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2154 # what eval expands; variables of test-cluster.sh
#
# Of test-cluster.sh: a range of 12 commits of a real kernel, booted, on three nodes of Slurm,
# on this machine, and over ssh to two.

# shellcheck source=scripts/test-cluster/engines.sh
. "$root/scripts/test-cluster/engines.sh"

# What is built in there is 2 GB a machine.
range_folder() {
	cache=$("$root/scripts/kernel.sh" cache)
	need_space "$cache" 20000 || return 1
	dir=$(mktemp -d "$cache/test-trees/range-XXXXXX")
	# The objects are the same everywhere: who compiles one first does so for all.
	mkdir -p "$cache/ccache"
	for engine in local slurm ssh; do
		mkdir -p "$dir/$engine/store"
		ln -s "$cache/ccache" "$dir/$engine/store/ccache"
	done
}

# slurm_range: one node loses power in the middle of a cell, then all is cancelled, and resumed.
slurm_range() {
	export JOBS=1
	range_on slurm submit
	is 'slurm: submitted: exit 0' "$status" 0
	says 'slurm: the estimate names what all include' 's06_add_layout_of: include/linux/mm.h'
	comment "$tmp/err"
	ok 'slurm: three cells end, and n2 is at one' in_time 2400 \
		eval 'has_ended slurm 3 && is_busy n2'
	lost=$(on_node n2)
	kill_node n2
	range_on slurm status
	echo "# n2 has lost power, with $lost; status:"
	comment "$tmp/out"
	ok 'slurm: n2 is known to be down' in_time 120 node_is n2 'down.*'
	ok 'slurm: n2 is there again' restart_node n2
	ok 'slurm: six cells have ended' in_time 2400 has_ended slurm 6
	range_on slurm cancel
	is 'slurm: cancelled: exit 0' "$status" 0
	comment "$tmp/out"
	ok 'slurm: cancelled: no job is left' in_time 60 eval '[ -z "$(squeue -h -o %i)" ]'
	ok "slurm: cancelled: $lost has no answer" [ ! -e "$(range_in slurm)/range/$lost.end" ]
	before=$(cells_ended slurm)
	range_on slurm resume
	is 'slurm: resumed: exit 0' "$status" 0
	says "slurm: resumed: the others are submitted" "$((13 - before)) cells are submitted"
	ok 'slurm: it ends, and is collected' in_time 2400 collected
	whole slurm 13
	unset JOBS
}

part_range() {
	why=$(no_cluster)$(no_sshds)
	[ -z "$why" ] || {
		skip_test 'a range' "$why"
		return 0
	}
	TREE=$("$root/scripts/test-cluster/history.sh") || {
		ok 'a tree of 12 commits' false
		return 0
	}
	export TREE RANGE=main..topic LAYOUTS=0
	export SCENARIOS='nop anon_append file_append secretmem_append'
	range_folder || return 1
	start_cluster "$tmp/ground" 3 && start_sshds "$tmp/ground" 2 || return 1
	slurm_range
	range_on local submit
	is 'local: two kernels fail: exit 3' "$status" 3
	comment "$tmp/err"
	whole local 13
	cp "$tmp/out" "$tmp/table"
	range_on ssh submit
	is 'ssh: two kernels fail: exit 3' "$status" 3
	comment "$tmp/err"
	whole ssh 13
	same_records
	comment "$tmp/table"
	is 'a hole of each kind' "$(grep -oE ' (BUILD|BOOT)-FAILED' "$(range_in local)/stages" |
		paste -s -d ' ')" ' BUILD-FAILED  BOOT-FAILED'
	for moved in s02_do_more_in_do_mm s07_store_each_mappi s11_do_less_in_do_mm; do
		ok "the table has $moved" grep -q "^$moved " "$tmp/table"
	done
	range_on local model
	is 'a model: exit 0' "$status" 0
	ok 'a model: says that it is one' grep -q '^A model, not measured' "$tmp/out"
	comment "$tmp/out"
	range_pictures
	stop_ground
	rm -rf "$dir"
	dir=
}

# range_pictures: kept where who ran this can look at them.
range_pictures() {
	mkdir -p "$root/build/test-cluster"
	cp -r "$(range_in local)/." "$root/build/test-cluster"
	echo "# the session is kept in build/test-cluster"
}
