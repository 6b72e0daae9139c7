# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of range.sh
#
# Of range.sh: cells are given to machines, by one of three engines, which have
#
#   check_ENGINE         is it there, and does it take what it is told?
#   check_nodes_ENGINE   do its machines find the session, and have the same tools?
#   run_ENGINE           runs the cells that $tmp/todo names, each twice at most

check_engine() {
	"check_$on"
}

check_nodes() {
	case $on in
	local)	;;
	*)	"check_nodes_$on" ;;
	esac
}

# same_node NODE FILE: exits with 2 where what a machine has is not what this one has.
same_node() {
	! differs "$2" || fail 2 "$1 has another ${differs_in:-answer} than this machine: $differs;" \
		"nothing was built.  Leave it out, or make them alike"
}

# run_cells: those without an answer; with $waits, until there are answers.
run_cells() {
	unanswered >"$tmp/todo"
	[ ! -e "$range/cancelled" ] || fail 4 "it was cancelled; to go on:" \
		"$self resume $(quoted "$session")"
	if [ ! -s "$tmp/todo" ]; then
		say "every cell has an answer"
		[ -n "$waits" ] || cmd_collect
		return
	fi
	at_work=1
	"run_$on"
	at_work=
	case $on,$waits in
	slurm,)	return ;;
	esac
	rm -f "$range/owner"
	took_range=
	[ -n "$waits" ] || cmd_collect
}

# is_owned: is there a script at work that hands them out?
is_owned() {
	[ -f "$range/owner" ] || return 1
	read -r host pid <"$range/owner"
	[ "$host" = "$(uname -n)" ] || return 0
	[ -r "/proc/$pid/cmdline" ] && tr '\0' ' ' <"/proc/$pid/cmdline" | grep -q 'range\.sh'
}

# take_range: we are the one that hands out the cells, from before machines are asked.
take_range() {
	! is_owned || is_at_work
	rm -f "$range/owner"
	owner_new=$(mktemp "$range/.new-XXXXXX")
	echo "$(uname -n) $$" >"$owner_new"
	chmod 644 "$owner_new"
	took_range=1
	ln "$owner_new" "$range/owner" 2>/dev/null || took_range=
	rm -f "$owner_new"
	[ -n "$took_range" ] || {
		is_owned || die "cannot write to $range"
		is_at_work
	}
}

is_at_work() {
	fail 2 "it is at work (process $pid on $host); to end it: $self cancel $(quoted "$session")"
}

cmd_resume() {
	on=$(plan on)
	slots=$(plan slots)
	store=$(plan store)
	take_range
	[ "$on" != slurm ] || ! slurm_at_work || fail 2 "its jobs are at work, or wait; to end" \
		"them: $self cancel $(quoted "$session")"
	check_engine
	if [ -f "$range/node" ]; then
		: >"$store/.plan-$(plan nonce)"
	else
		# It was killed while it was planned.
		write_node
	fi
	unanswered | while read -r one; do
		rm -f "$range/$one.tries" "$range/$one.end"
	done
	rm -f "$range/cancelled"
	check_nodes
	run_cells
}

cmd_cancel() {
	if [ -z "$(unanswered)" ]; then
		say "there is nothing to cancel: every cell has an answer"
		return
	fi
	: >"$range/cancelled"
	[ "$(plan on)" != slurm ] || cancel_slurm
	# What runs looks for the file every two seconds.
	seconds=0
	while [ -n "$(running)" ] && [ $seconds -lt 15 ]; do
		sleep 1
		seconds=$((seconds + 1))
	done
	running | while read -r one; do
		rm -f "$range/$one.tries"
	done
	# Of a machine that is gone nobody knows whether it is at work; here one sees that.
	! is_owned || [ "$host" = "$(uname -n)" ] || rm -f "$range/owner"
	list_stages cancelled
	tell "cancelled; $(names | wc -l) cells, $(unanswered | wc -l) of them without an answer"
	tell "to go on: $self resume $(quoted "$session")"
}

# running: the cells that were begun and have not ended.
running() {
	names | while read -r one; do
		[ "$(cell_end "$one")" != begun ] || echo "$one"
	done
}
