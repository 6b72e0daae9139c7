#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: torture.sh [--short] [--seed=N] [PART...]
#
# Attacks the suite, and counts what held.  A PART is a scripts/torture/PART.sh,
# whose --help says what it does; all of them, one after the other, where none is
# named.  Nothing of this machine is changed: each part works in folders,
# namespaces and made-up machines of its own.
#
# Ends with a table: each kind of attack, how many were tried, how many held, how
# many did not.  Of each that did not hold there is a sentence on standard error,
# with what to type to see it again.  What cannot be tried on this machine is said
# below the table, and is no success.
#
#   --short   a few attacks of each kind, as make test has them: a minute
#   --seed=N  draw moments, sizes and values from N (1): the same ones again
#
# Environment:
#   FORM          of make torture: full or short (full)
#   SEED          of make torture: as --seed has it
#   PARTS         of make torture: the parts (all)
#   TORTURE_ONLY  number of the one attempt of a part that is to be made, as what
#                 is typed to see it again has it (all)
#   TMPDIR        where the parts work (/tmp)
#   QUIET=1       no progress
#
# Exit status: 0 all of it held, 1 something did not, or a part failed, or nothing
# could be tried, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"

# all_parts: their names, one a line.
all_parts() {
	for script in "$root"/scripts/torture/*.sh; do
		[ ! -x "$script" ] || basename "$script" .sh
	done
}

short=
seed=1
while [ $# -gt 0 ]; do
	case $1 in
	--short) short=1 ;;
	--seed=*) seed=${1#*=} ;;
	-*)	misuse "there is no option '$1'" ;;
	*)	break ;;
	esac
	shift
done
number --seed "$seed"
[ -z "${TORTURE_ONLY:-}" ] || number TORTURE_ONLY "$TORTURE_ONLY"
for part; do
	# shellcheck disable=SC2046 # names are words
	among part "$part" $(all_parts)
done
# shellcheck disable=SC2046 # names are words
[ $# -gt 0 ] || set -- $(all_parts)

scratch=
# A part may leave folders that nobody may write.
# shellcheck disable=SC2317 # the trap reaches it
clean_up() {
	end_child
	[ -z "$scratch" ] || {
		chmod -R u+rwX "$scratch" 2>/dev/null || :
		rm -rf "$scratch"
	}
}
trap clean_up EXIT
exit_on_signals
take_scratch 16

tab=$(printf '\t')
: >"$scratch/skipped"
: >"$scratch/failed"

# is_table FILE: lines "ATTACK<tab>ATTEMPTS<tab>HELD", of which no more held than were made.
is_table() {
	awk -F '\t' '
	NF != 3 || $1 == "" || $2 !~ /^[0-9]+$/ || $3 !~ /^[0-9]+$/ || $3 + 0 > $2 + 0 { bad = 1 }
	END { exit bad }' "$1"
}

# run_part PART: its lines go to $scratch/lines, what it says to the terminal as well.
run_part() {
	mkdir "$scratch/$1"
	: >"$scratch/said"
	begin_child env TORTURE_SEED="$seed" TORTURE_SHORT="$short" \
		TORTURE_DIR="$scratch/$1" "$root/scripts/torture/$1.sh" \
		>"$scratch/part" 2>"$scratch/said"
	# It ends by itself, a bit later, and is not to hold the lock of the folder.
	tail -n +1 -s 0.2 -f --pid="$child" "$scratch/said" >&2 7>&- &
	tail=$!
	part_status=0
	wait_child || part_status=$?
	wait "$tail" || :
	if [ "$part_status" -eq 77 ]; then
		echo "$1$tab$(tail -n 1 "$scratch/said")" >>"$scratch/skipped"
	elif [ "$part_status" -ne 0 ]; then
		echo "$1${tab}exit status $part_status" >>"$scratch/failed"
	elif ! is_table "$scratch/part"; then
		echo "$1${tab}it does not print ATTACK, ATTEMPTS, HELD" >>"$scratch/failed"
	fi
	! is_table "$scratch/part" || cat "$scratch/part" >>"$scratch/lines"
	chmod -R u+rwX "$scratch/$1"
	rm -rf "${scratch:?}/$1"
}

: >"$scratch/lines"
for part; do
	say "$part"
	run_part "$part"
done

# print_table: all lines, and their sum; returns 1 where something was lost, or nothing tried.
print_table() {
	awk -F '\t' '
	function line(name, attempts, held) {
		printf "%-48s %9s %9s %9s\n", name, attempts, held, attempts - held
	}
	BEGIN { printf "%-48s %9s %9s %9s\n", "attack", "attempts", "held", "lost" }
	{
		line($1, $2, $3)
		attempts += $2
		held += $3
	}
	END {
		line("total", attempts + 0, held + 0)
		exit attempts == 0 || held < attempts
	}' "$scratch/lines"
}

status=0
print_table || status=1
while IFS=$tab read -r part why; do
	echo "not tried: $part: $why"
done <"$scratch/skipped"
while IFS=$tab read -r part why; do
	echo "FAILED: $part: $why"
	status=1
done <"$scratch/failed"
exit $status
