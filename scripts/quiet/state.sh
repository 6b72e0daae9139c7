# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: the state.  What it is of, then a line a file with what was in it:
#
#   boot BOOT-ID, cpu N, by on|run, owner PID START; undo NAME FILE VALUE
#
# Fields have a tab between them.  It is "by run", and has an owner, as long as somebody
# is to restore it; "by on" if it is to stay.

tab=$(printf '\t')
newline='
'

saved_value() {
	[ ! -f "$state" ] || sed -n "s/^$1$tab//p" "$state"
}

boot_id() {
	cat "$sys/proc/sys/kernel/random/boot_id"
}

# What an earlier boot left is not true any more.
forget_stale() {
	[ -f "$state" ] || return 0
	saved_boot=$(saved_value boot) && this_boot=$(boot_id) || return 0
	[ "$saved_boot" != "$this_boot" ] || return 0
	warn "$state is of an earlier boot: nothing to restore"
	[ "$1" = check ] || rm -f "$state" 2>/dev/null || :
}

# trust_state: what is in there is written to settings: by root, only what root put there.
trust_state() {
	[ "$(id -u)" -eq 0 ] || return 0
	for part in "$(dirname "$state")" "$state"; do
		foreign=$(foreign_part own "$part" 0)
		[ -z "$foreign" ] || fail 2 "QUIET_STATE: $foreign, and what is in $state" \
			"would be written to settings by root: name another file"
	done
}

# check_state: lines that it could not have written are somebody else's.
check_state() {
	# Without the lock, it may be gone by now.
	bad=$(cat "$state" 2>/dev/null | sys=$sys awk -F '\t' -v names=" $names " '
		function is_setting(file) {
			return (index(file, ENVIRON["sys"] "/proc/") == 1 ||
				index(file, ENVIRON["sys"] "/sys/") == 1) && file !~ /\/\.\.?(\/|$)/
		}
		$1 ~ /^(boot|cpu|by|owner)$/ && NF == 2 { next }
		$1 == "undo" && NF == 4 && index(names, " " $2 " ") && is_setting($3) { next }
		{
			print NR
			exit
		}')
	[ -z "$bad" ] || die "line $bad of $state is not one that quiet.sh writes: nothing is" \
		"changed; look at it, and remove it"
}

# One at a time; "run" holds it while COMMAND runs.  Nobody else's user may open it, who
# could hold it for ever.  Where somebody restores what another one has left, that is
# waited for; who has just restored it has the lock for a moment more.
lock() {
	# shellcheck disable=SC2174 # the last one of them alone
	mkdir -p -m 755 "$(dirname "$state")" 2>/dev/null || :
	trust_state
	# As a user who may change nothing, there is nothing to save either.
	{ make_lock "$state.lock" && make_lock "$state.alive"; } 2>/dev/null || return 0
	exec 9>>"$state.lock"
	flock -n 9 || { is_left && flock -w 60 9; } || { [ ! -f "$state" ] && flock -w 5 9; } ||
		die "another one is at work, see $state; it restores what it changed"
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

# What the plan is going to overwrite is added to the state, once; returns 1 where a step of
# it fails.
save() {
	awk -F '\t' '$5 == "-" && $3 != "keep"' "$tmp/plan" >"$tmp/new" || return 1
	# Where nothing is changed, what another one has left is not ours to keep.
	[ -s "$tmp/new" ] || { [ -f "$state" ] && [ -n "$locked" ]; } || return 0
	if [ -f "$state" ]; then
		# What nobody could restore, and is to be restored by this one.
		sed "s/^owner$tab.*/owner$tab$owner/" "$state" >"$tmp/state" || return 1
	else
		printf 'boot\t%s\ncpu\t%s\nby\trun\nowner\t%s\n' "$(boot_id)" "$cpu" \
			"$owner" >"$tmp/state"
	fi
	awk -F '\t' 'NR == FNR { if ($1 == "undo") have[$3] = 1; next }
		!($2 in have) { print "undo\t" $1 "\t" $2 "\t" $3 }' \
		"$tmp/state" "$tmp/new" >"$tmp/undo" &&
		cat "$tmp/undo" >>"$tmp/state" || return 1
	cmp -s "$tmp/state" "$state" || keep_state "$tmp/state"
}

# stay: what was set is not restored before "off".
stay() {
	[ -f "$state" ] && [ -n "$locked" ] || return 0
	sed "s/^by$tab.*/by${tab}on/; /^owner$tab/d" "$state" >"$tmp/state"
	keep_state "$tmp/state"
}
