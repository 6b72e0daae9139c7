# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of lib.sh, and those that are drawn
#
# What the parts of torture.sh have in common.  To be sourced after lib.sh, with
# $TORTURE_DIR, $TORTURE_SEED and $TORTURE_SHORT, which torture.sh sets.
#
# A part makes attempts, which it numbers from 1: "begin_attempt NUMBER || continue", the
# attack itself, and then held or lost, once.  report_attempts is the last thing it does.

torture_dir=${TORTURE_DIR:-}
torture_short=${TORTURE_SHORT:-}
torture_number=0
torture_part=${lib_name%.sh}

# need_torture: for who starts a part by hand.
need_torture() {
	[ -d "$torture_dir" ] || fail 2 "a part is run by scripts/torture.sh $torture_part"
	: >"$torture_dir/.attempts"
}

# cannot TEXT...: this machine is not one where the part could be tried.
cannot() {
	fail 77 "$@"
}

# count FULL SHORT: prints which of both it is.
count() {
	if [ -n "$torture_short" ]; then
		echo "$2"
	else
		echo "$1"
	fi
}

# begin_attempt NUMBER: what is drawn from here on depends on the seed and this NUMBER alone;
# returns 1 where TORTURE_ONLY wants another one.
begin_attempt() {
	torture_number=$1
	torture_random=$(((${TORTURE_SEED:-1} * 7919 + torture_number * 104729) % 2147483646 + 1))
	draw torture_drawn 2
	draw torture_drawn 2
	[ "${TORTURE_ONLY:-$torture_number}" -eq "$torture_number" ]
}

# draw VARIABLE N: sets VARIABLE to a number from 0 to N - 1.
draw() {
	# As minstd_rand() of C++: no awk has the same random numbers as another one.
	torture_random=$((torture_random * 48271 % 2147483647))
	eval "$1=\$((torture_random % $2))"
}

# draw_word VARIABLE WORD...: sets VARIABLE to one of these.
draw_word() {
	draw_into=$1
	shift
	draw torture_drawn $#
	shift "$torture_drawn"
	eval "$draw_into=\$1"
}

# held ATTACK, lost ATTACK TEXT...: how the attempt ended.
held() {
	printf '%s\t1\n' "$1" >>"$torture_dir/.attempts"
}

lost() {
	printf '%s\t0\n' "$1" >>"$torture_dir/.attempts"
	lost_attack=$1
	shift
	warn "attempt $torture_number, $lost_attack: $*; to see it again:" \
		"TORTURE_ONLY=$torture_number scripts/torture.sh" \
		"${torture_short:+--short }--seed=${TORTURE_SEED:-1} $torture_part"
}

# report_attempts: the lines that torture.sh makes its table of.
report_attempts() {
	awk -F '\t' '
	!($1 in attempts) { name[++n] = $1 }
	{
		attempts[$1]++
		held[$1] += $2
	}
	END {
		for (i = 1; i <= n; i++)
			printf "%s\t%d\t%d\n", name[i], attempts[name[i]], held[name[i]]
	}' "$torture_dir/.attempts"
}
