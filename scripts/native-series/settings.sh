# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of native-series.sh
#
# Of native-series.sh: what its environment says, and whether this machine can do it.

# As vmabench has it.
last_layout=1000000

# take_settings STAGES: $layouts, $seconds and $seed, for so many of them.
take_settings() {
	layouts=$((128 / $1))
	[ $layouts -le 32 ] || layouts=32
	[ $layouts -ge 12 ] || layouts=12
	layouts=${NATIVE_LAYOUTS:-$layouts}
	number NATIVE_LAYOUTS "$layouts"
	seed=${SEED:-1}
	number SEED "$seed"
	[ $((seed + layouts - 1)) -le $last_layout ] ||
		fail 2 "SEED=$seed, NATIVE_LAYOUTS=$layouts: the last layout would be" \
			"$((seed + layouts - 1)), and there are $last_layout"
	[ -z "${NATIVE_LAYOUTS:-}" ] || check_room "$1"
	seconds=${NATIVE_SECONDS:-$(((layouts * $1 * 15 + 15) / 16))}
	number NATIVE_SECONDS "$seconds"
	case ${CPU:-} in
	*[!0-9]*) fail 2 "CPU: '$CPU' is not the number of a CPU" ;;
	esac
}

# check_room STAGES: for the layouts that were asked for, those that are linked included.
check_room() {
	needed=$((layouts * $1 * layout_mib))
	cache=$("$root/scripts/kernel.sh" cache)
	parent=$cache
	while [ ! -d "$parent" ]; do
		parent=$(dirname "$parent")
	done
	linked=$(du -sm "$cache/um-layouts" 2>/dev/null | cut -f 1)
	room=$(($(free_mib "$parent") + ${linked:-0}))
	[ "$needed" -le "$room" ] ||
		fail 2 "NATIVE_LAYOUTS=$layouts: of $1 stages these take $needed MiB, and $cache has" \
			"room for $room MiB (VMABENCH_CACHE)"
}

# not_here REASON: who asked for it in a file says it.
not_here() {
	[ -z "${NATIVE_REASON:-}" ] || {
		echo "$1" >"$NATIVE_REASON"
		exit 1
	}
	die "time is not measured: $1." \
		"The exact tier needs no such thing: \"make series\" counts instructions"
}

# probe OPTION...: vmabench native --probe with what is the same for all boots; its status.
# What it prints is in $tmp/memory, what it says in $tmp/said.  Options that are wrong are
# named as they are here.
probe() {
	probed=0
	# shellcheck disable=SC2086 # one word a scenario
	in_child "$build/vmabench" native --probe --reason "$tmp/reason" "$@" \
		${CPU:+--cpu "$CPU"} ${EVENTS:+--events "$EVENTS"} \
		--set "${SET:-primary}" ${SCENARIOS:-} \
		>"$tmp/memory" 2>"$tmp/said" || probed=$?
	case $probed in
	2)	fail 2 "$(sed -e '/^Try /,$d' -e 's/^[^:]*: //' -e 's/^--cpu/CPU/' \
			-e 's/^--events/EVENTS/' -e 's/^--set/SET/' "$tmp/said")" ;;
	129 | 130 | 143)
		cat "$tmp/said" >&2
		exit $probed ;;
	esac
	return $probed
}

# need_probe OPTION...: not_here() where it fails.  What is known in a line is said in one,
# and not twice.
need_probe() {
	probe "$@" && return
	[ "$(wc -l <"$tmp/said")" -eq 1 ] || cat "$tmp/said" >&2
	[ $probed -ne 1 ] || tail -n 1 "$tmp/said" >"$tmp/reason"
	[ -s "$tmp/reason" ] || echo "vmabench ended with status $probed" >"$tmp/reason"
	not_here "$(cat "$tmp/reason")"
}
