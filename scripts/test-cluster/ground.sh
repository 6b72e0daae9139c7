# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2120,SC2154 # all of it, or of one; variables of the script
#
# Of cluster.sh: the folder that a cluster of a test is in, the processes that belong to
# it, and how it goes away.  To be sourced after lib.sh.
#
# A process belongs to a node if it is one of the daemons that were started, or has
# VMABENCH_GROUND=FOLDER/NODE/ in its environment, or the log of that node's slurmd open,
# as what slurmd runs a job with has, or is a child of one that does.  Nothing is looked
# for by its name: the machine may have a cluster of its own.
#
# The guard waits for the script itself, and not for a lock as guard.sh has it: what a test
# has under way, as an ssh, is what waits for the cluster.

# shellcheck source=scripts/test-cluster/privsep.sh
. "$root/scripts/test-cluster/privsep.sh"

ground=
guard=

# start_of PID: in clock ticks since the boot; nothing of a process that has ended.
start_of() {
	sed 's/.*) //; /^[XZ]/d' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 20
}

# take_ground FOLDER: makes it, and starts a guard, which removes it and what runs of it
# when we are killed.  A script has one.
take_ground() {
	[ -z "$ground" ] || {
		[ "$1" = "$ground" ] || [ "$(cd "$1" 2>/dev/null && pwd -P)" = "$ground" ] ||
			die "$1: there is a cluster in $ground already"
		return 0
	}
	mkdir -p "$1"
	ground=$(cd "$1" && pwd -P)
	case $ground in
	*[!a-zA-Z0-9_./+-]*)
		die "$ground: programs of a cluster take no such name; set TMPDIR to another folder" ;;
	esac
	# Of a socket's name the kernel takes 107 bytes.
	[ ${#ground} -le 70 ] ||
		die "$ground: too long a name for sockets; set TMPDIR to another folder"
	chmod 700 "$ground"
	: >"$ground/pids"
	setsid "$root/scripts/test-cluster/guard.sh" "$ground" $$ </dev/null >/dev/null 2>&1 \
		4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	guard=$!
	in_time 20 [ -e "$ground/guarded" ] || die "the guard of $ground did not start"
}

# begin NAME COMMAND...: a daemon, or a node's.
begin() {
	begin_name=$1
	shift
	# Those are locks of scripts, for as long as somebody has them.
	env VMABENCH_GROUND="$ground/$begin_name/" "$@" </dev/null >>"$ground/$begin_name.out" 2>&1 \
		4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	echo "$begin_name $! $(start_of $!)" >>"$ground/pids"
}

# pid_of NAME: of the daemon that was started last under it, if it runs.
pid_of() {
	sed -n "s/^$1 //p" "$ground/pids" | tail -n 1 | {
		read -r pid start || exit 0
		[ "$(start_of "$pid")" != "$start" ] || echo "$pid"
	}
}

# runs_here [NAME]: prints the processes of NAME, or of all of the ground.
runs_here() {
	{
		while read -r name pid start; do
			[ "${1:-$name}" = "$name" ] || continue
			[ "$(start_of "$pid")" != "$start" ] || echo "$pid"
		done <"$ground/pids"
		grep -lzsF "VMABENCH_GROUND=$ground/${1:+$1/}" /proc/[0-9]*/environ | cut -d / -f 3
		find /proc/[0-9]*/fd -lname "$ground/${1:-*}/slurmd.log" 2>/dev/null | cut -d / -f 3
		echo
		cat /proc/[0-9]*/stat 2>/dev/null | sed 's/^\([0-9]*\) (.*) \([^ ]*\) \([0-9]*\) .*/\1 \3 \2/'
	} | awk '
		!NF { rest = 1; next }
		!rest { ours[$1] = 1; next }
		$3 !~ /[XZ]/ { parent[$1] = $2 }
		END {
			do {
				more = 0
				for (pid in parent)
					if (!(pid in ours) && parent[pid] in ours)
						more = ours[pid] = 1
			} while (more)
			for (pid in ours)
				if (pid in parent)
					print pid
		}'
}

# end_here [NAME]: as when the machine loses power: nothing says that it has ended.
end_here() {
	end_tries=0
	while end_pids=$(runs_here "$@") && [ -n "$end_pids" ]; do
		# First none of them can see how the others end.
		# shellcheck disable=SC2086 # words
		kill -s STOP $end_pids 2>/dev/null || :
		# shellcheck disable=SC2046 # words
		kill -s KILL $(runs_here "$@") 2>/dev/null || :
		end_tries=$((end_tries + 1))
		[ $end_tries -lt 100 ] || {
			warn "these do not end: $(echo "$end_pids" | tr '\n' ' ')"
			return 1
		}
		sleep 0.05
	done
}

# clear_ground: ends all of it, and removes the folder.
clear_ground() {
	end_here "$@" || :
	[ ! -e "$ground/privsep" ] || drop_privsep "$(cat "$ground/privsep")"
	chmod -R u+rwX "$ground" 2>/dev/null || :
	rm -rf "$ground"
}

# stop_ground: after it there is none, nor a guard.
stop_ground() {
	[ -n "$ground" ] || return 0
	clear_ground
	# It waits in a program, and ends with it.
	[ -z "$guard" ] || session_of "$guard" | xargs -r kill -s KILL 2>/dev/null || :
	wait_daemons
	ground=
	guard=
}

# session_of PID: the processes of the session that it leads.
session_of() {
	cat /proc/[0-9]*/stat 2>/dev/null |
		sed -n "s/^\([0-9]*\) (.*) [^XZ] [0-9]* [0-9]* $1 .*/\1/p"
}

# wait_daemons: so that the shell has nothing to say of them later.
wait_daemons() {
	# shellcheck disable=SC2046 # words
	wait $(jobs -p) 2>/dev/null || :
}

# ground_nice: prints how nice the session is in which this runs: a scheduler that groups
# processes by session has nothing else count between them.
ground_nice() {
	nice_here=$(sed -n 's/.* nice //p' /proc/self/autogroup 2>/dev/null) || :
	echo "${nice_here:-0}"
}

# free_ports COUNT: prints the first of so many in a row that nobody listens on, below
# those that the kernel gives away.
free_ports() {
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v count="$1" -v seed="$(date +%N)$$" '
		function hex(text,    i, n) {
			for (i = 1; i <= length(text); i++)
				n = 16 * n + index("0123456789ABCDEF", substr(text, i, 1)) - 1
			return n
		}
		$2 ~ /:/ { sub(/.*:/, "", $2); used[hex($2)] = 1 }
		END {
			srand(substr(seed, 1, 8))
			do {
				first = 20000 + int(rand() * 12000)
				for (i = 0; i < count && !(first + i in used); i++)
					;
			} while (i < count)
			print first
		}'
}

# in_time SECONDS COMMAND...: becomes true.
in_time() {
	in_time_end=$(($(date +%s) + $1))
	shift
	until "$@" 2>/dev/null; do
		[ "$(date +%s)" -lt "$in_time_end" ] || return 1
		sleep 0.2
	done
}
