#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The cluster that make test-cluster is run on: two nodes of Slurm start, run an array of
# two, and are gone with the script; so they are where it is killed.  And the folder that
# all who start an sshd share.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/test-cluster/cluster.sh
. "$root/scripts/test-cluster/cluster.sh"

if [ "$(id -u)" -eq 0 ]; then
	privsep=$tmp/sshd
	sleep 600 &
	other=$!
	hold_privsep $$
	hold_privsep $other
	drop_privsep $$
	ok "sshd's folder: there for as long as another test has it" [ -d "$privsep" ]
	hold_privsep $$
	kill -s KILL $other
	wait $other 2>/dev/null
	drop_privsep $$
	ok '  removed with the last one, though another was killed' [ ! -e "$privsep" ]
	mkdir "$privsep"
	hold_privsep $$
	drop_privsep $$
	ok "  not removed if it is the system's" [ -d "$privsep" ]
else
	skip_test "sshd's folder" 'it is for root'
fi

why=$(no_cluster)
[ -z "$why" ] || {
	skip_test 'a cluster' "$why"
	finish
	exit
}
trap 'stop_ground; rm -rf "$tmp"' EXIT
exit_on_signals

# nothing_runs FOLDER: no process of what was there, nor the folder.
nothing_runs() {
	[ ! -e "$1" ] && ! grep -qzsF "VMABENCH_GROUND=$1/" /proc/[0-9]*/environ &&
		! find /proc/[0-9]*/fd -lname "$1/*" 2>/dev/null | grep -q .
}

# ended COUNT: tasks, by the lines they have written.
ended() {
	[ "$(cat "$tmp"/node.* | wc -l)" -eq "$1" ]
}

here=$tmp/ground
ok 'two nodes start' start_cluster "$here" 2
# shellcheck disable=SC2016 # the task's
id=$(sbatch --parsable --array=1-2 --output=/dev/null \
	--wrap 'echo "$SLURMD_NODENAME $TMPDIR" >'"$tmp"'/node.$SLURM_ARRAY_TASK_ID')
ok '  and take an array' [ -n "$id" ]
ok '  each of two tasks is run' in_time 60 ended 2
ok '  on a node, with a folder of its own' grep -qx "n[12] $here/n[12]/tmp" "$tmp/node.2"
stop_ground
ok '  stopped: nothing is left' in_time 20 nothing_runs "$here"

cat >"$tmp/killed.sh" <<EOF
root=$root
. "\$root/scripts/lib.sh"
. "\$root/scripts/test-cluster/cluster.sh"
trap stop_ground EXIT
exit_on_signals
start_cluster "$here" 1 || exit
sbatch --parsable --output=/dev/null --wrap 'echo >$tmp/runs; sleep 600'
while :; do sleep 0.3; done
EOF
sh "$tmp/killed.sh" >"$tmp/out" 2>"$tmp/err" </dev/null &
pid=$!
ok 'a job runs on a cluster of another script' in_time 60 [ -e "$tmp/runs" ]
kill -s KILL $pid
wait $pid 2>/dev/null
ok '  which is killed: nothing is left' in_time 60 nothing_runs "$here"

finish
