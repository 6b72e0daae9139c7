# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of series.sh
#
# Of series.sh: what is wrong with what it was asked for, as far as that is known before
# anything is built.  Names of scenarios are known when vmabench is.

check_stages() {
	no_options "$@"
	[ $# -gt 0 ] || fail 2 "which stages?  STAGES=all, or some of:" \
		"$("$root/scripts/kernel.sh" list | paste -s -d ' ')"
	twice=$(printf '%s\n' "$@" | sort | uniq -d | head -n 1)
	"$root/scripts/kernel.sh" check "$@" || exit $?
	[ -z "$twice" ] || fail 2 "stage '$twice' is named twice"
	[ $# -gt 1 ] || fail 2 "one stage has nothing to be compared with; for example:" \
		"STAGES='stock $1'"
}

check_seeds() {
	for seed; do
		case $seed in
		1 | 0* | *[!0-9]* | ???????????*)
			fail 2 "SEEDS: '$seed' is not a number above 1" ;;
		esac
	done
	twice=$(printf '%s\n' "$@" | sort | uniq -d | head -n 1)
	[ -z "$twice" ] || fail 2 "SEEDS: $twice is named twice"
}

check_scenarios() {
	[ -x "$build/vmabench" ] || return 0
	known_scenarios "$build/vmabench" "$@"
}

# check_model: the program says itself what is wrong with it.
check_model() {
	[ -n "${MODEL:-}" ] && [ -x "$build/vmabench" ] || return 0
	said=$("$build/vmabench" exact --needs-module --model "$MODEL" nop 2>&1) ||
		[ $? -ne 2 ] ||
		fail 2 "MODEL: $(echo "$said" | sed -n '1s/^vmabench exact: //p')"
}

# check_layouts SCENARIO...: likewise, of those to be measured over layouts.
check_layouts() {
	[ "${LAYOUTS:-0}" != 0 ] && [ -x "$build/vmabench" ] || return 0
	said=$("$build/vmabench" exact --needs-tree --set "$set" \
		--layouts "$LAYOUTS" "$@" 2>&1) ||
		[ $? -ne 2 ] ||
		fail 2 "LAYOUTS: $(echo "$said" |
			sed -n '1s/^vmabench exact: \(--layouts: \)\{0,1\}//p')"
}

# check_results: kernels would be built for minutes before it is seen.
check_results() {
	up=$results/series
	until [ -e "$up" ]; do
		up=$(dirname "$up")
	done
	[ -d "$up" ] && [ -w "$up" ] && [ -x "$up" ] || {
		why=$(LC_ALL=C mktemp -d "$up/.series-XXXXXX" 2>&1) || :
		fail 2 "RESULTS: no folder can be made in $up: ${why##*: }; set RESULTS to one" \
			"that can be written"
	}
}

# check STAGE...: exits with 2 and one line where one of the settings cannot be.
check() {
	[ -z "${ON:-}" ] || [ -n "$tree" ] ||
		fail 2 "ON=$ON is for the commits of a TREE: TREE=~/linux RANGE=v6.15..topic"
	[ -z "${ON:-}" ] || "$root/scripts/range.sh" check || exit $?
	if [ -n "$tree" ]; then
		"$root/scripts/tree-series.sh" --check || exit $?
	else
		check_stages "$@"
	fi
	check_results
	check_luck
	known_set SET "$set"
	among TIER "$tier" exact native kvm
	# shellcheck disable=SC2086 # words
	check_seeds ${SEEDS:-}
	check_model
	# shellcheck disable=SC2086 # words
	check_scenarios $scenarios
	# shellcheck disable=SC2086 # words
	case $tier in
	exact) check_layouts $scenarios ;;
	esac
	case $timed,$tier${ON:+,ON} in
	1,* | ,native) "$root/scripts/native-series.sh" --check "$@" ;;
	esac
}
