# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of the tests
#
# Of test-cluster.sh and tests/range_cluster.t: the same range on this machine, on Slurm and
# over ssh, each with results, store and scratch folders of its own, in $dir.  To be sourced
# after cluster.sh and tap.sh; TREE and RANGE say which commits.

range_sh=$root/scripts/range.sh

# range_on ENGINE COMMAND...: range.sh, as a user of that engine calls it.
range_on() {
	engine=$1
	shift
	mkdir -p "$dir/$engine/store"
	echo "scratch $dir/$engine/%N" >"$dir/$engine/cluster"
	cat "$dir/more" >>"$dir/$engine/cluster" 2>/dev/null || :
	hosts=
	[ "$engine" != ssh ] || hosts=$ground/hosts
	try env RESULTS="$dir/$engine/results" VMABENCH_STORE="$dir/$engine/store" \
		CLUSTER="$dir/$engine/cluster" ON="$engine" HOSTS="$hosts" "$range_sh" "$@"
}

# range_in ENGINE: the latest of its sessions.
range_in() {
	find "$dir/$1/results/series" -mindepth 1 -maxdepth 1 -name '2*' | LC_ALL=C sort | tail -n 1
}

# cells_ended ENGINE: how many cells have an end.
cells_ended() {
	find "$(range_in "$1")/range" -name '*.end' | wc -l
}

# has_ended ENGINE COUNT: so many at least.
has_ended() {
	[ "$(cells_ended "$1")" -ge "$2" ]
}

# collected: of Slurm, the last collector has written its result.
collected() {
	[ -z "$(squeue -h -o %i)" ] && grep -qs '^Records: ' "$(range_in slurm)/range/collect.log"
}

# on_node NODE: the cell of Slurm that runs there.
on_node() {
	for file in "$(range_in slurm)"/range/*.tries; do
		name=${file##*/}
		name=${name%.tries}
		[ -e "${file%.tries}.end" ] || [ "$(tail -n 1 "$file" | cut -d ' ' -f 1)" != "$1" ] ||
			echo "$name"
	done
}

is_busy() {
	[ -n "$(on_node "$1")" ]
}

# tell FILE: as comments, for who reads what the test has done.
comment() {
	sed 's/^/# /' "$1"
}

# same_records: of all three, to the byte, and the same holes.
same_records() {
	one=$(range_in local)
	for other in slurm ssh; do
		two=$(range_in "$other")
		is "$other: as many records as on this machine" \
			"$(find "$two" -maxdepth 1 -name 's*.jsonl' | wc -l)" \
			"$(find "$one" -maxdepth 1 -name 's*.jsonl' | wc -l)"
		for record in "$one"/s*.jsonl; do
			ok "$other: ${record##*/} is the same to the byte" \
				cmp "$record" "$two/${record##*/}"
		done
		ok "$other: the same stages, and holes" cmp "$one/stages" "$two/stages"
	done
}

# whole ENGINE CELLS: all of them have an answer, and nothing half-written is there.
whole() {
	is "$1: each of $2 cells has an answer" \
		"$(cat "$(range_in "$1")"/range/*.end | grep -cE '^(done|BUILD-FAILED|BOOT-FAILED)')" "$2"
	is "$1: nothing half-written is left" \
		"$(find "$dir/$1/results" "$dir/$1/store" -name '.new-*' | wc -l)" 0
}
