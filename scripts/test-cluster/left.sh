# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-cluster.sh
#
# Of test-cluster.sh: what is left of a cluster.

# other COMMAND...: a script with a cluster of two nodes and a machine in $tmp/other, where
# a job runs, does that.  It is ended, however it ends, with what it may have started.
other() {
	cat >"$tmp/other.sh" <<-EOT
	set -eu
	root=$root
	. "\$root/scripts/lib.sh"
	. "\$root/scripts/test-cluster/cluster.sh"
	trap stop_ground EXIT
	exit_on_signals
	start_cluster "$tmp/other" 1
	start_sshds "$tmp/other" 1
	sbatch --parsable --output=/dev/null --wrap 'sleep 600 & sleep 600'
	in_time 60 eval '[ "\$(squeue -h -t R | wc -l)" -eq 1 ]'
	ssh \$SSH_OPTIONS h1 'sleep 600 & sleep 600' &
	in_time 60 eval '[ "\$(runs_here h1 | wc -l)" -ge 5 ]'
	$*
	EOT
	sh "$tmp/other.sh" >"$tmp/out" 2>"$tmp/err" </dev/null &
	other=$!
}

# is_decided: all of it runs, or will not.
is_decided() {
	[ -e "$tmp/is-up" ] || ! kill -0 "$other"
}

# nothing_runs: of the other cluster.
nothing_runs() {
	[ ! -e "$tmp/other" ] &&
		! grep -qzsF "VMABENCH_GROUND=$tmp/other/" /proc/[0-9]*/environ &&
		! find /proc/[0-9]*/fd -lname "$tmp/other/*" 2>/dev/null | grep -q .
}

# left NAME: there is nothing.
left() {
	ok "$1: the folder is removed, and nothing runs" in_time 60 nothing_runs
}

part_ground() {
	why=$(no_cluster)$(no_sshds)
	[ -z "$why" ] || {
		skip_test 'what is left' "$why"
		return 0
	}
	for how in end fail TERM KILL; do
		rm -f "$tmp/is-up"
		case $how in
		end)	last=: ;;
		fail)	last=false ;;
		*)	last='while :; do sleep 0.3; done' ;;
		esac
		other "echo >'$tmp/is-up'; $last"
		in_time 180 is_decided || :
		ok "$how: a cluster is at work" [ -e "$tmp/is-up" ]
		case $how in
		TERM | KILL)
			kill -s $how $other 2>/dev/null || : ;;
		esac
		wait $other || :
		left "$how"
	done
}
