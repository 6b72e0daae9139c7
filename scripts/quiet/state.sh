# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: the state.  What it is of, then a line a file with what was in it:
#
#   boot BOOT-ID, cpu N, by on|run; undo NAME FILE VALUE
#
# Fields have a tab between them.

tab=$(printf '\t')

saved_value() {
	[ ! -f "$state" ] || sed -n "s/^$1$tab//p" "$state"
}

boot_id() {
	cat "$sys/proc/sys/kernel/random/boot_id"
}

# What an earlier boot left is not true any more.
forget_stale() {
	[ -f "$state" ] || return 0
	[ "$(saved_value boot)" != "$(boot_id)" ] || return 0
	warn "$state is of an earlier boot: nothing to restore"
	[ "$1" = check ] || rm -f "$state"
}

# One at a time; "run" holds it while COMMAND runs.
lock() {
	# shellcheck disable=SC2174 # the last one of them alone
	mkdir -p -m 755 "$(dirname "$state")" 2>/dev/null || :
	locked=
	# As a user who may change nothing, there is nothing to save either.
	( : >>"$state.lock" ) 2>/dev/null || return 0
	exec 9>>"$state.lock"
	flock -n 9 || die "another one is at work, see $state; it restores what it changed"
	locked=1
}

# keep_state FILE: it becomes the state, whole, before anything depends on it
keep_state() {
	[ -n "$locked" ] || die "cannot save what is set now in $state: nothing was changed"
	{
		cp "$1" "$state.new" &&
		sync "$state.new" &&
		mv "$state.new" "$state"
	} || die "cannot write $state: nothing more is changed"
}

# What the plan is going to overwrite is added to the state, once.
save() {
	awk -F '\t' '$5 == "-" && $3 != "keep"' "$tmp/plan" >"$tmp/new"
	[ -s "$tmp/new" ] || [ -f "$state" ] || return 0
	if [ -f "$state" ]; then
		# What a killed "run" has left, "on" makes its own.
		sed "s/^by${tab}run\$/by$tab$1/" "$state" >"$tmp/state"
	else
		printf 'boot\t%s\ncpu\t%s\nby\t%s\n' "$(boot_id)" "$cpu" "$1" \
			>"$tmp/state"
	fi
	awk -F '\t' 'NR == FNR { if ($1 == "undo") have[$3] = 1; next }
		!($2 in have) { print "undo\t" $1 "\t" $2 "\t" $3 }' \
		"$tmp/state" "$tmp/new" >"$tmp/undo"
	cat "$tmp/undo" >>"$tmp/state"
	cmp -s "$tmp/state" "$state" || keep_state "$tmp/state"
}
