# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-cluster.sh
#
# Of test-cluster.sh: machines that are reached by ssh, by GNU parallel.

# far COMMAND...: on one machine or the other, one at a time each, what standard input has.
far() {
	PARALLEL_HOME=$tmp/parallel PARALLEL_SSH="ssh $SSH_OPTIONS" \
		parallel --will-cite --sshloginfile "$dir/logins" -j 1 --retries 2 \
		--joblog "$dir/log" "$@"
}

# begun TASK NODE: says so.
begun() {
	grep -qsx "$1 $ground/$2/" "$dir"/begin.*
}

one_dies() {
	cat >"$dir/task" <<-EOT
	#!/bin/sh
	echo "\$1 \$VMABENCH_GROUND" >>"$dir/begin.\$1"
	until [ -e "$dir/go" ]; do sleep 0.3; done
	echo "\$1 \$VMABENCH_GROUND" >>"$dir/end.\$1"
	EOT
	chmod +x "$dir/task"
	seq 6 >"$dir/tasks"
	far "$dir/task {}" <"$dir/tasks" >"$tmp/out" 2>"$tmp/err" &
	far=$!
	ok 'six tasks on two machines: both are at work' in_time 60 \
		eval 'grep -qs h1/ "$dir"/begin.* && grep -qs h2/ "$dir"/begin.*'
	ok '  one loses power' kill_node h2
	is '  nothing runs there' "$(runs_here h2)" ''
	: >"$dir/go"
	status=0
	wait $far || status=$?
	is '  all are done' "$status" 0
	is '  each once' "$(cat "$dir"/end.* | cut -d ' ' -f 1 | sort | paste -s -d ' ')" '1 2 3 4 5 6'
	is '  on the other one' "$(cat "$dir"/end.* | cut -d ' ' -f 2 | sort -u)" "$ground/h1/"
	is '  one was begun twice' "$(cat "$dir"/begin.* | wc -l)" 7
	ok '  the machine is there again' restart_node h2
	# shellcheck disable=SC2086 # words
	is '  and answers' "$(ssh $SSH_OPTIONS h2 echo there)" there
}

part_ssh() {
	dir=$tmp/far
	mkdir -p "$dir" "$tmp/parallel"
	why=$(no_sshds)
	[ -n "$why" ] || command -v parallel >/dev/null || why='no parallel here: scripts/deps.sh cluster'
	[ -z "$why" ] || {
		skip_test 'ssh' "$why"
		return 0
	}
	if ! start_sshds "$tmp/ground" 2; then
		ok "sshd's start" false
		return 0
	fi
	sed 's,^,1/,' "$ground/hosts" >"$dir/logins"
	is 'words arrive as they are' "$(echo "a  * \$HOME 'b' \"c\"" |
		far 'printf "<%s>\n" {}')" "<a  * \$HOME 'b' \"c\">"
	one_dies
	stop_ground
}
