# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-cluster.sh
#
# Of test-cluster.sh: Slurm.

# state INDEX: of a task of $job.
state() {
	squeue -h -r -t all -j "$job" -o '%K %t' | sed -n "s/^$1 //p"
}

# task_is INDEX STATE
task_is() {
	[ "$(state "$1")" = "$2" ]
}

# node_of INDEX
node_of() {
	squeue -h -r -t all -j "$job" -o '%K %N' | sed -n "s/^$1 //p"
}

# submit OPTION...: an array whose tasks say where they begin and end, in $dir; they end
# when there is $dir/go.  Sets job.
submit() {
	rm -rf "$dir"
	mkdir "$dir"
	cat >"$dir/job" <<-EOT
	#!/bin/sh
	echo "\$SLURMD_NODENAME \${SLURM_RESTART_COUNT:-0}" >>"$dir/begin.\$SLURM_ARRAY_TASK_ID"
	ls "$dir"/begin.* | wc -l >>"$dir/begun"
	until [ -e "$dir/go" ]; do sleep 0.3; done
	sleep 1
	echo "\$SLURMD_NODENAME \$TMPDIR" >>"$dir/end.\$SLURM_ARRAY_TASK_ID"
	EOT
	job=$(sbatch --parsable --output="$dir/out.%a" "$@" "$dir/job")
}

# ended COUNT: so many tasks have said so.
ended() {
	[ "$(find "$dir" -name 'end.*' | wc -l)" -ge "$1" ]
}

# running COUNT: and no other ones.
running() {
	[ "$(squeue -h -r -t R -j "$job" | wc -l)" -eq "$1" ]
}

# took COMMAND...: likewise try; how many seconds it took is in $took.
took() {
	took=$(date +%s)
	try "$@"
	took=$(($(date +%s) - took))
}

# array: three at a time, of eight; one node loses power under its task.
array() {
	submit --array=1-8%3 --requeue --open-mode=append
	collector=$(sbatch --parsable --dependency="afterany:$job" --output="$dir/collected" \
		--wrap 'echo collected')
	ok 'an array of eight, three at a time: three run' in_time 60 running 3
	is '  and no more than that' "$(squeue -h -r -t PD -j "$job" | wc -l)" 5
	ok '  on a node each' [ "$(squeue -h -r -t R -j "$job" -o %N | sort -u | wc -l)" -eq 3 ]
	is '  what collects waits' "$(squeue -h -j "$collector" -o '%t %r')" 'PD Dependency'
	dead=$(node_of 2)
	ok 'the node of the second task loses power' kill_node "$dead"
	is '  nothing runs there' "$(runs_here "$dead")" ''
	killed=$(date +%s)
	: >"$dir/go"
	ok '  the other seven end, on the other nodes' in_time 120 ended 7
	ok '  the node is down' in_time 120 node_is "$dead" 'down\*\?'
	echo "# $(($(date +%s) - killed)) s after it died" >&2
	ok '  the task is run again, on another node' in_time 120 ended 8
	echo "# it ended $(($(date +%s) - killed)) s after the node died" >&2
	is '  which it knows' "$(cut -d ' ' -f 2 "$dir/begin.2" | paste -s -d ' ')" '0 1'
	ok '  not on the dead one' [ "$(cut -d ' ' -f 1 "$dir/end.2")" != "$dead" ]
	ok '  each has a folder of the node for what it needs' \
		grep -qx "n[1-3] $ground/n[1-3]/tmp" "$dir/end.1"
	ok '  then it is collected' in_time 60 grep -q collected "$dir/collected"
	ok '  and the node is there again' restart_node "$dead"
}

# not_again: a task that is not to be begun anew.
not_again() {
	submit --array=1-2 --no-requeue
	collector=$(sbatch --parsable --dependency="afterany:$job" --output="$dir/collected" \
		--wrap 'echo collected')
	ok '--no-requeue: both run' in_time 60 running 2
	dead=$(node_of 1)
	kill_node "$dead"
	: >"$dir/go"
	ok '  the one of a dead node has failed with it' in_time 120 task_is 1 NF
	ok '  the other one has not' in_time 30 task_is 2 CD
	ok '  it is collected all the same' in_time 60 grep -q collected "$dir/collected"
	restart_node "$dead"
}

# runs_on NODE: any of a job.
runs_on() {
	runs_here "$1" | grep -qvx "$(pid_of "$1")"
}

cancel() {
	submit --array=1-6%3
	ok 'three of six run' in_time 60 running 3
	on=$(node_of 1)
	ok '  there is a process of it' runs_on "$on"
	scancel "$job"
	ok '  cancelled: none runs' in_time 30 running 0
	is '  none waits' "$(squeue -h -r -j "$job" -t PD | wc -l)" 0
	ok '  nor has it a process' in_time 30 eval '! runs_on "$on"'
}

# refused NAME TEXT OPTION...
refused() {
	refused_name=$1
	refused_text=$2
	shift 2
	took sbatch --parsable "$@" --wrap true
	ok "$refused_name: refused" [ "$status" -ne 0 ]
	says '  and why' "$refused_text"
	ok '  at once' [ "$took" -lt 20 ]
}

# waits NAME REASON OPTION...: accepted, and never run.
waits() {
	waits_name=$1
	waits_reason=$2
	shift 2
	try sbatch --parsable "$@" --wrap true
	is "$waits_name: accepted" "$status" 0
	job=$(cat "$tmp/out")
	ok '  and does not run' in_time 60 job_waits "$waits_reason"
	scancel "$job"
}

# job_waits REASON
job_waits() {
	squeue -h -j "$job" -o '%t %r' | grep -qx "PD $1"
}

settings() {
	refused 'a partition that there is not' 'invalid partition specified: nix' --partition=nix
	refused 'too much memory' 'Requested node configuration is not available' --mem=99G
	refused 'a feature that no node has' 'Invalid feature specification' --constraint=nix
	refused 'no time' 'Invalid --time specification' --time=nonsense
	refused 'too many tasks' 'Invalid job array specification' --array=1-1001
	waits 'a time above the maximum' 'PartitionTimeLimit' --time=120
	waits 'too many CPUs' 'PartitionConfig' --cpus-per-task=99
}

absent() {
	kill_node slurmctld
	took sbatch --parsable --wrap true
	is 'no slurmctld: refused' "$status" 1
	says '  and why' 'Unable to contact slurm controller'
	ok "  in seconds" [ "$took" -lt 40 ]
	ok '  then it is there' restart_node slurmctld
	ok '  with its nodes' in_time 60 nodes_are idle 3
	kill_node munged
	took timeout 300 sbatch --parsable --wrap true
	is 'no munged: refused' "$status" 1
	says '  and why' 'Munge encode failed'
	echo "# after $took s" >&2
	ok '  then it is there' restart_node munged
	ok '  with its nodes' in_time 120 nodes_are idle 3
	took env SLURM_CONF="$dir/none" timeout 300 sbatch --parsable --wrap true
	is 'no slurm.conf: refused' "$status" 1
	echo "# after $took s" >&2
}

part_slurm() {
	dir=$tmp/job
	why=$(no_cluster)
	[ -z "$why" ] || {
		skip_test 'Slurm' "$why"
		return 0
	}
	if ! start_cluster "$tmp/ground" 3; then
		ok 'a cluster starts' false
		return 0
	fi
	ok 'three nodes are there' nodes_are idle 3
	array
	not_again
	cancel
	settings
	absent
	stop_ground
}
