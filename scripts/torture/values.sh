#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: values.sh, which torture.sh runs
#
# Gives each variable that a script names under "Environment", and each that a
# target of make takes, values that are meant to break something: commands for
# the shell, make, awk, sed and gnuplot, lines, quotes, commas, blanks, options,
# percent signs, backslashes, patterns, thousands of characters, bytes that are
# no text, control characters, devices, numbers out of range.  The scripts run
# in a copy of the suite that boots and installs nothing, in namespaces in which
# everything else is read-only and there is no network.
#
# It held if no command of the value was run, nothing was changed but what the
# value names and what the script writes to anyway, and the script ended in
# time, with a status that its help names, without a message of the shell's,
# awk's, sed's or grep's own, and without a control character for the terminal.
#
# Environment:
#   TORTURE_VALUES  values for each variable of a script; each target of make gets
#                   five times as many in all of its own at a time (1)
#
# Exit status: 0 tried, held or not; 77 where there are no such namespaces.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/torture/lib.sh
. "$root/scripts/torture/lib.sh"
# shellcheck source=scripts/torture/values/world.sh
. "$root/scripts/torture/values/world.sh"
# shellcheck source=scripts/torture/values/draw.sh
. "$root/scripts/torture/values/draw.sh"
# shellcheck source=scripts/torture/values/commands.sh
. "$root/scripts/torture/values/commands.sh"

# Above what a script takes for whatever it does, on a machine with other work.
limit_s=60

no_options "$@"
[ $# -eq 0 ] || usage
need_torture
build=$(cd "${B:-$root/build}" && pwd)

# Nothing but what this part needs is in the environment, nothing can be changed but its
# folder, no process outlives it, and no other machine is reached.
confined() {
	mount --bind "$torture_dir" "$torture_dir" && {
		sed 's/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) .*/\1/' /proc/self/mountinfo |
			while read -r at; do
				at=$(printf %b "$at")
				[ "$at" = "$torture_dir" ] ||
					mount -o remount,bind,ro "$at" 2>/dev/null || :
			done
		[ ! -w "$root" ]
	}
}
if [ -z "${TORTURE_CONFINED:-}" ]; then
	unshare --mount --pid --net --fork --kill-child --mount-proc true 2>/dev/null ||
		cannot "needs root, and mount, pid and network namespaces"
	exec env -i PATH="$PATH" TERM=dumb B="$build" TORTURE_CONFINED=1 \
		TORTURE_DIR="$torture_dir" TORTURE_SEED="${TORTURE_SEED:-1}" \
		TORTURE_SHORT="$torture_short" \
		TORTURE_VALUES="${TORTURE_VALUES:-}" ${TORTURE_ONLY:+TORTURE_ONLY="$TORTURE_ONLY"} \
		unshare --mount --propagation private --pid --net --fork --kill-child \
		--mount-proc "$root/scripts/torture/values.sh"
fi
confined || cannot "the file systems cannot be made read-only"
unset B

# of FILE-OR-TARGET: its variables, but for what is a command by custom.
of() {
	"$root/scripts/variables.sh" --list "$1" | grep -vxE 'AR|CC|CFLAGS|CXX|LD|LDFLAGS|MAKE' || :
}

# clean: what the last attempt left goes away.
clean() {
	rm -rf "$world/tmp" "$world/out"
	mkdir "$world/tmp" "$world/out"
	git -C "$suite" clean -fdxq -e /build
	touch -d '2 seconds ago' "$world/stamp"
	rm -f "$world/executed"
}

# stays: files that nobody has a reason to change, whoever is given what.  Beside mine/file a
# value may name others.
stays() {
	find "$suite/scripts" "$suite/Makefile" "$suite/plots" "$suite/kernel-patches" \
		"$suite/results/reference" "$world/mine/file" "$world/home" "$world/records" \
		"$world/bin" "$suite/mine" -type f -printf '%p %s %T@ %C@\n' | cksum
}

# statuses SCRIPT: those that its help names, and 0 to 4.
statuses() {
	echo 0 1 2 3 4
	sed -n '/^# Usage/,/^$/{/Exit status/,$p}' "$1" | grep -oE '[0-9]+' || :
}

# wrong STATUS STATUSES: prints what did not hold of the run whose words are in $world/said.
wrong() {
	[ ! -e "$world/executed" ] || echo "a command of the value was run"
	case $1 in
	124 | 137) echo "it did not end within $limit_s s" ;;
	*)	case " $(echo "$2" | tr '\n' ' ') " in
		*" $1 "*) ;;
		*)	echo "exit status $1" ;;
		esac ;;
	esac
	! LC_ALL=C tr -d '\n\t' <"$world/said" | LC_ALL=C grep -q '[[:cntrl:]]' ||
		echo "a control character in its messages"
	# Somewhere else is where nothing can be written, if the value does not say so itself.
	elsewhere='Read-only file system'
	[ "${value#/}" = "$value" ] || elsewhere='gnuplot> '
	LC_ALL=C grep -aE -m 1 "$complaints|$elsewhere" "$world/said" | cut -c 1-160 | cat -v
	[ "$(stays)" = "$stays" ] || echo "files were changed that are none of its business"
}
complaints='^[^ ]+: [0-9]+: .*([Ss]yntax error|not found|Illegal|arithmetic|[Bb]ad |not set|unexpected|too long)'
complaints="$complaints|^(m|g)?awk: |^sed: -e|^grep: |^[a-z]+: (invalid|unrecognized|unknown) option"
complaints="$complaints|Segmentation fault|Argument list too long|gnuplot> "

# run NAME=VALUE SCRIPT: as it is called.
run() (
	cd "$suite"
	ulimit -f 16777216
	given=$1
	script=$2
	set --
	settings "$script" >"$world/words"
	while read -r word; do
		set -- "$@" "$word"
	done <"$world/words"
	set -- "$@" "$given" timeout -k 5 "$limit_s" "scripts/$script.sh"
	arguments "$script" >"$world/words"
	while read -r word; do
		set -- "$@" "$word"
	done <"$world/words"
	exec env "$@"
)

# attack NAME SCRIPT: one value.
attack() {
	name=$1
	script=$2
	draw_value
	clean
	# Half of those that could be folders are there.
	made=
	draw made 2
	[ "$made" -eq 0 ] || (cd "$suite" && mkdir -p -- "$value") 2>/dev/null || :
	status=0
	run "$name=$value" "$script" >"$world/said" 2>&1 </dev/null || status=$?
	found=$(wrong $status "$(statuses "$root/scripts/$script.sh")" | paste -s -d ';')
	if [ -z "$found" ]; then
		held "values: scripts"
		return
	fi
	lost "values: scripts" "$name=$(printf %s "$value" | cut -c 1-200 | cat -v)" \
		"scripts/$script.sh: $found"
	stays=$(stays)
}

# attack_make TARGET: all that it takes, in an environment or typed, is one value.  What make
# says of it is make's own.
attack_make() {
	target=$1
	draw_value
	way=
	draw way 2
	rm -f "$world/executed"
	set --
	for name in $(of "$target"); do
		set -- "$@" "$name=$value"
	done
	status=0
	(
		cd "$world/stubs"
		if [ "$way" -eq 0 ]; then
			exec timeout "$limit_s" env "$@" make "$target"
		else
			exec timeout "$limit_s" make "$target" "$@"
		fi
	) >"$world/said" 2>&1 </dev/null || status=$?
	found=
	[ ! -e "$world/executed" ] || found="a command of the value was run"
	case $status in
	0 | 2)	;;
	*)	found="$found exit status $status" ;;
	esac
	[ -z "$found" ] || {
		lost "values: make" "make $target with all of its variables" \
			"$(printf %s "$value" | cut -c 1-200 | cat -v): $found"
		return
	}
	held "values: make"
}

make_world "$torture_dir/world"
stays=$(stays)
each=${TORTURE_VALUES:-1}
number TORTURE_VALUES "$each"
# Of the short form, each seed has others of them.
share=$(count 1 20)
number=0
for script in "$root"/scripts/*.sh; do
	[ -x "$script" ] || continue
	for name in $(of "$script"); do
		value_nr=0
		while [ $value_nr -lt "$each" ]; do
			value_nr=$((value_nr + 1))
			number=$((number + 1))
			[ $(((number + ${TORTURE_SEED:-1}) % share)) -eq 0 ] || continue
			begin_attempt "$number" || continue
			attack "$name" "$(basename "$script" .sh)"
		done
	done
done
for target in $(sed -n 's/^\([a-z][a-z -]*\):.*/\1/p' "$root/Makefile" | tr ' ' '\n' | sort -u); do
	value_nr=0
	while [ $value_nr -lt "$((5 * each))" ]; do
		value_nr=$((value_nr + 1))
		number=$((number + 1))
		[ $(((number + ${TORTURE_SEED:-1}) % share)) -eq 0 ] || continue
		begin_attempt "$number" || continue
		attack_make "$target"
	done
done
report_attempts
