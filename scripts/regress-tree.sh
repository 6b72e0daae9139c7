#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: regress-tree.sh    gate each commit of a range of a tree of one's own
#
# Builds, boots and measures the commits of a range in the exact tier, and holds
# each against the one before it, by a policy.  A line for each says
#
#   NAME COMMIT ("SUBJECT"): base, good, REGRESSED or NOT JUDGED
#
# followed by what the gate has against it, what moved most first.  A commit that
# does not build or boot is not judged, and the next one is held against the last
# that was measured, which is said.  "make regress TREE=" comes here.
#
# Nothing is kept but what is in the cache; make series shows the same commits
# side by side.
#
# Environment:
#   TREE, RANGE, SERIES, BASE   which commits: tree-series.sh --help
#   FIRST_AND_LAST=1  only the last commit, against the base
#   POLICY            policy (results/reference/tree-policy.ini); vmadiff(1) has
#                     the format
#   SET               set of scenarios: primary, extended or mm (primary)
#   LUCK              file that make luck has written, or 0 for none (what is kept
#                     of the last commit, if it was varied)
#   JOBS              guests and compilations at a time (all CPUs)
#   QUIET=1           no progress
#   and what kernel.sh knows
#
# Exit status: that of the worst commit: 0 good, 1 regressed, 3 nothing could be
# told of it, 4 not built, not booted, or not comparable; 2 usage; 5 the tool
# failed.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/luck/kept.sh
. "$root/scripts/luck/kept.sh"
build=${B:-$root/build}
policy=${POLICY:-$root/results/reference/tree-policy.ini}
set=${SET:-primary}
jobs=${JOBS:-$(nproc)}
die_status=5

[ $# -eq 0 ] || misuse "there is no '$1'"
known_set SET "$set"
# Before an hour of building.
{ [ -f "$policy" ] && [ -r "$policy" ]; } || fail 2 "POLICY: cannot read $policy"

check_luck

take_scratch 1
tmp=$scratch
trap 'end_child; rm -rf "$tmp"' EXIT
exit_on_signals

status=0
nr=0
good=0
: >"$tmp/regressed"
: >"$tmp/unjudged"

# not_judged STATUS NAME REASON
not_judged() {
	[ "$1" -le "$status" ] || status=$1
	echo "  $2: $3" >>"$tmp/unjudged"
}

# worst: the row that moved most, and how, from what the gate printed.
worst() {
	sed -n '/^fail /,$p' "$tmp/gate" | awk '
		NR == 1 { row = $NF; next }
		!/^    / { exit }
		{ sub(/^ */, ""); text = text " " $0 }
		END { sub(/; max_.*/, "", text); print row ":" text }'
}

# reasons: what the gate has against a commit.
reasons() {
	sed -n '/^NOT-COMPARABLE: \|^allowed /p
		/^\(data\|fail\|unsure\) \[/,/^rule /{
			/^rule /!p
		}' "$tmp/gate" | sed 's/^/  /; s/: --junit and --ktap have all$//'
}

# judge NAME COMMIT: the measured commit against the last measured one.
judge() {
	against=
	[ "$last" = "$parent" ] || against=" against $last"
	rc=0
	in_child "$build/vmadiff" gate ${luck:+--luck "$luck"} "$policy" "$tmp/$last.jsonl" \
		"$tmp/$1.jsonl" >"$tmp/gate" || rc=$?
	case $rc in
	0)	good=$((good + 1))
		echo "$1 $2: good$against" ;;
	1)	[ "$status" -ge 1 ] || status=1
		echo "$1 $2: REGRESSED$against"
		echo "  $1, most in $(worst)" >>"$tmp/regressed" ;;
	2)	exit 2 ;;
	3)	echo "$1 $2: NOT JUDGED$against: nothing can be told"
		not_judged 3 "$1" "no row passed, none failed" ;;
	4)	echo "$1 $2: NOT JUDGED$against: not comparable, or not the same twice"
		not_judged 4 "$1" "not comparable, or not the same twice" ;;
	*)	die "vmadiff gate failed ($rc) on $1" ;;
	esac
	[ $rc -eq 0 ] || reasons
}

# start NAME COMMIT: what the next one is held against.
start() {
	echo "$1 $2: base"
	[ -z "$parent" ] ||
		not_judged 4 "$1" "no commit before it was measured"
	# A policy that names no rows is told now, not after the next kernel.
	rc=0
	in_child "$build/vmadiff" gate "$policy" "$tmp/$1.jsonl" \
		"$tmp/$1.jsonl" >"$tmp/gate" || rc=$?
	[ $rc -ne 2 ] || exit 2
}

"$root/scripts/exact.sh" --probe
! "$build/vmabench" exact --needs-module --set "$set" || export MODULE=1
in_child "$root/scripts/tree-series.sh" >"$tmp/stages" || {
	rc=$?
	case $rc in
	2) exit 2 ;;
	3) ;;
	1) die "the kernels could not be built" ;;
	*) exit $rc ;;
	esac
}

# Of the commit that make luck varies, which is the last one.
# shellcheck disable=SC2046 # one word or none
luck=$(luck_of "$(awk '$2 != "BUILD-FAILED" { last = $1 "=" $2 } END { print last }' \
	"$tmp/stages")" $(luck_set "$set"))

parent=
last=
while read -r name image commit <&3; do
	[ -z "$parent" ] || nr=$((nr + 1))
	case $image in
	BUILD-FAILED)
		echo "$name ${commit%%'"): '*}\"): NOT JUDGED: does not build"
		not_judged 4 "$name" "does not build: ${commit#*'"): '}" ;;
	*)
		rc=0
		# With the options of series.sh, so that its records will do.
		in_child "$root/scripts/exact.sh" "$name=$image" \
			"$tmp/$name.jsonl" --set "$set" --seed 1 \
			--reason "$tmp/$name.reason" --commit "$commit" \
			--stacks secretmem_append -j "$jobs" || rc=$?
		case $rc in
		0 | 3) ;;
		1) die "$name could not be measured" ;;
		*) exit $rc ;;
		esac
		if [ ! -f "$tmp/$name.jsonl" ]; then
			echo "$name $commit: NOT JUDGED: does not boot"
			not_judged 4 "$name" "does not boot: $(
				cat "$tmp/$name.reason" 2>/dev/null || :)"
		elif [ -z "$last" ]; then
			start "$name" "$commit"
			last=$name
		else
			judge "$name" "$commit"
			last=$name
		fi ;;
	esac
	parent=$name
done 3<"$tmp/stages"

echo
echo "$nr commit$([ $nr -eq 1 ] || echo s):" \
	"$good good, $(wc -l <"$tmp/regressed") regressed," \
	"$((nr - good - $(wc -l <"$tmp/regressed"))) not judged"
[ ! -s "$tmp/regressed" ] || {
	echo "regressed:"
	cat "$tmp/regressed"
}
[ ! -s "$tmp/unjudged" ] || {
	echo "not judged:"
	cat "$tmp/unjudged"
}
case $status in
0) echo "regress: PASS" ;;
1) echo "regress: REGRESSED" ;;
3) echo "regress: CANNOT BE TOLD" ;;
*) echo "regress: NOT ALL COULD BE JUDGED" ;;
esac
[ "$status" -eq 0 ] || exit "$status"
