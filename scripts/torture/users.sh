#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2034,SC2154 # variables of lib.sh, and of what is sourced
#
# Usage: users.sh
#
# A part of torture.sh: two users, root, who measures, and nobody, who wants root
# to run his programs, to write where he says, or to believe his records:
#
#   - folders that he may change, and links of his, in the place of each folder
#     that a variable, an option or an argument names, and of sessions of
#     metal.sh;
#   - what he swaps for something else while root looks at it;
#   - plans, records and names that metal.sh and kernel.sh are not to take;
#   - pipes and hard links in the place of files;
#   - and the other way round: what root leaves behind is not in nobody's way.
#
# An attack is held if root refuses it for what it is, or does as if it was not
# there; no file of root's was written, no program of nobody's was run, and
# nothing of root's is in a folder of nobody's that was not there before.
#
# They meet in a mount namespace, in folders in memory.
#
# Environment:
#   B  where the programs are (build)
#
# Exit status: 0 it could be tried, 1 not, 2 usage, 77 it cannot be tried on this
# machine.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/torture/lib.sh
. "$root/scripts/torture/lib.sh"

no_options "$@"
[ $# -eq 0 ] || usage
[ -n "${TWO_USERS:-}" ] || need_torture
build=${B:-$root/build}
cd "$root"
# shellcheck source=scripts/tests/two_users.sh
. scripts/tests/two_users.sh
[ -z "$no_users" ] || cannot "there cannot be two users here: $no_users"
[ -x "$build/vmabench" ] || fail 1 "there is no $build/vmabench: run make"

# What the user has set is for other runs.
unset RESULTS REPORT ARCHIVE REFERENCE TREE RANGE SERIES KMOD KERNEL_PATCHES KERNEL_TARBALL \
	KERNEL_BASE ABOUT LUCK POLICY STAGE STAGES SET SCENARIOS TIER QUIET_STATE REMOTE_DIR \
	NATIVE_DIR BENCH_DIR METAL_SYSROOT
export QUIET=1 BENCH_SECONDS=1 TMPDIR=/var/lib
# shellcheck source=scripts/tests/tap.sh
. scripts/tests/tap.sh
# As in tests: what fails is looked at.
set +e
chmod 755 "$tmp"
torture_dir=$tmp
: >"$tmp/.attempts"
tab=$(printf '\t')
meet

# What root says of a folder that others may change.
distrust='belongs to|may write to|may be written by|too many symbolic links|cd to'

# of_root: what there is of root's where nobody keeps his things.
of_root() {
	find "$theirs" -uid 0
}

number=0

# begins [N]: is the next attempt to be made?  In the short form, of N attempts one is.
begins() {
	number=$((number + 1))
	[ -z "$torture_short" ] || [ $(((number + ${TORTURE_SEED:-1}) % ${1:-1})) -eq 0 ] ||
		return 1
	begin_attempt $number || return 1
	root_had=$(of_root)
}

# done_harm: says what is not as it was, and mends it.
done_harm() {
	harm
	[ "$(of_root)" = "$root_had" ] || echo "root wrote to a folder of theirs"
	rm -f "$tmp/ran"
	[ "$(cat "$victim")" = 'of root' ] || echo 'of root' >"$victim"
}

# judge ATTACK WHAT WHY: of what "try" ran; it is to have failed, saying WHY, an expression.
judge() {
	did=$(done_harm | paste -s -d ,)
	said=$(head -n 1 "$tmp/err")
	if [ -n "$did" ]; then
		lost "$1" "$2: $did"
	elif [ "$status" -eq 124 ]; then
		lost "$1" "$2: it was waited for in vain"
	elif [ "$status" -eq 0 ]; then
		lost "$1" "$2: root took it"
	elif ! grep -qE -e "$3" "$tmp/err"; then
		lost "$1" "$2: it failed for another reason: $said"
	else
		held "$1"
	fi
}

# judge_safe ATTACK WHAT: likewise, where root may have done its work.
judge_safe() {
	did=$(done_harm | paste -s -d ,)
	if [ -n "$did" ]; then
		lost "$1" "$2: $did"
	elif [ "$status" -eq 124 ]; then
		lost "$1" "$2: it was waited for in vain"
	else
		held "$1"
	fi
}

# shellcheck source=scripts/torture/users/folders.sh
. "$root/scripts/torture/users/folders.sh"
# shellcheck source=scripts/torture/users/swapped.sh
. "$root/scripts/torture/users/swapped.sh"
# shellcheck source=scripts/torture/users/sessions.sh
. "$root/scripts/torture/users/sessions.sh"
# shellcheck source=scripts/torture/users/files.sh
. "$root/scripts/torture/users/files.sh"
# shellcheck source=scripts/torture/users/nobody.sh
. "$root/scripts/torture/users/nobody.sh"

attack_folders
attack_names
attack_files
attack_swapped
attack_sessions
attack_nobody
report_attempts
