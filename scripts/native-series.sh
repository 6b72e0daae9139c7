#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: native-series.sh STAGE[=DIRECTORY] STAGE[=DIRECTORY]...
#
# Measures the time of stages on this machine, without a reboot and without KVM: each
# is built as a program (ARCH=um), linked in LAYOUTS orders of its functions and data,
# and booted again and again, all stages in turn.  Then compares them.
#
# A layout moves times by more than most patches do, so the layout is the unit of the
# experiment: a block of it, in which what the stages have in common is at the same
# addresses.  When all layouts were booted and there is time left, those are once more of
# which some boot had too little of a core to itself for a row to count; then all are.
# Boots of one layout are repeats, and count once.
#
# Kernels of commits come from tree-series.sh --um, which names the DIRECTORY of each.
# One that fails at its first two boots is not booted again.
#
# Whether such kernels run here is found out by booting one.  Records are of the tier
# native, which is compared with no other, and are kept in
# RESULTS/native/<host>/<stage>/<session>/, or in NATIVE_DIR/<stage>/.  What was measured
# stays if this is interrupted.
#
# Environment:
#   LAYOUTS         of each stage (32; of more than four stages, 128 for all of them,
#                   but 12 of each at least)
#   NATIVE_SECONDS  to measure, about; every layout is booted once at least (15 for 16
#                   layouts: 60 for two stages of 32, which is three boots of each)
#   SEED            of the order, and first of the layouts (1)
#   CPU             to run on (the last one)
#   EVENTS          up to four events to count, see vmabench native --help (cycles and
#                   others of the PMU, where there is one)
#   NATIVE_DIR      folder of the records instead, NATIVE_DIR/STAGE; whoever gives it
#                   compares them
#   NATIVE_REASON   file to write to why such kernels do not run here (none)
#   NATIVE_COMMITS  file with lines "STAGE COMMIT", for the records of those that are
#                   commits (none)
#   SET, SCENARIOS, RESULTS, ABOUT as in series.sh
#   QUIET=1         no progress
#   and what kernel.sh knows
#
# Exit status: 0 done, 1 failed, or such kernels do not run here, 2 usage, 3 a boot or
# a scenario failed (the rest was measured and is reported).

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
build=${B:-$root/build}
results=${RESULTS:-$root/results}
seed=${SEED:-1}

no_options "$@"
[ $# -ge 2 ] || usage
printf '%s\n' "$@" | cut -d = -f 1 | sort | uniq -d | grep -q . &&
	fail 2 "a stage is named twice"
layouts=$((128 / $#))
[ $layouts -le 32 ] || layouts=32
[ $layouts -ge 12 ] || layouts=12
layouts=${LAYOUTS:-$layouts}
number LAYOUTS "$layouts"
seconds=${NATIVE_SECONDS:-$(((layouts * $# * 15 + 15) / 16))}
number NATIVE_SECONDS "$seconds"
number SEED "$seed"
[ -z "${CPU:-}" ] || [ "$CPU" = 0 ] || number CPU "$CPU"

# not_here REASON: who asked for it in a file says it.
not_here() {
	[ -z "${NATIVE_REASON:-}" ] || {
		echo "$1" >"$NATIVE_REASON"
		exit 1
	}
	die "a kernel that is a program does not run here: $1." \
		"The exact tier needs no such thing: \"make series\" counts instructions"
}

[ "$(uname -m)" = x86_64 ] || not_here "it is of x86-64, and this is $(uname -m)"
tmp=$(mktemp -d)
trap 'end_child; rm -rf "$tmp"' EXIT
exit_on_signals

# "SEED STAGE SET FOLDER" of each layout, "STAGE RETRY" of each stage.
in_child "$root/scripts/kernel.sh" native "$seed" $((seed + layouts - 1)) "$@" \
	>"$tmp/layouts" || {
	status=$?
	[ $status -ne 1 ] || not_here "it could not be built (see above)"
	exit $status
}
about=${ABOUT:-}
[ -n "$about" ] || case $* in
*=*)	;;
*)	about=$("$root/scripts/kernel.sh" about) ;;
esac
for stage; do
	echo "${stage%%=*} $("$root/scripts/kernel.sh" retry "${stage#*=}")"
done >"$tmp/stages"
# shellcheck disable=SC2046 # names of stages are words
set -- $(cut -d ' ' -f 1 "$tmp/stages")

# find FILE COLUMN WORD...: of the line that begins with these words.
find() {
	file=$1
	column=$2
	shift 2
	awk -v words="$* " -v column="$column" 'index($0, words) == 1 {
		print $column
		exit
	}' "$tmp/$file"
}

# All boots have as much memory as this one needed.  What is known in a line is said in
# one, and not twice.
status=0
# shellcheck disable=SC2086 # one word a scenario
in_child "$build/vmabench" native --probe --stage "$1" --reason "$tmp/reason" \
	--image "$(find layouts 4 "$seed" "$1")" ${CPU:+--cpu "$CPU"} \
	--set "${SET:-primary}" ${SCENARIOS:-} >"$tmp/memory" 2>"$tmp/said" || status=$?
case $status in
0) ;;
2 | 129 | 130 | 143)
	cat "$tmp/said" >&2
	exit $status ;;
*)	[ "$(wc -l <"$tmp/said")" -eq 1 ] || cat "$tmp/said" >&2
	[ $status -ne 1 ] || tail -n 1 "$tmp/said" >"$tmp/reason"
	not_here "$(cat "$tmp/reason" 2>/dev/null ||
		echo "vmabench ended with status $status")" ;;
esac

host=$("$build/vmabench" where)
host=${host%%/*}
session=$(date -u +%Y%m%d-%H%M%S)
while [ -e "$results/native/$host/$1/$session" ]; do
	session=$session+
done

# folder STAGE: of its records.
folder() {
	if [ -n "${NATIVE_DIR:-}" ]; then
		echo "$NATIVE_DIR/$1"
	else
		echo "$results/native/$host/$1/$session"
	fi
}

for stage; do
	mkdir -p "$(folder "$stage")"
done
failed=0
order=0
begin=$(date +%s)
# is_over: is the time up?  All layouts come once, however long that takes.
is_over() {
	[ "$order" -ge $((layouts * $#)) ] &&
		[ $(($(date +%s) - begin)) -ge "$seconds" ]
}

# The least time so far of what tells a core that is shared or slower.
reference=

# "LAYOUT STAGE" of those that have a boot of which all rows count.
: >"$tmp/alone"

# learn RECORD LAYOUT STAGE
learn() {
	! sed 1q "$1" | grep -q '"scenarios_shared":"0"' || echo "$2 $3" >>"$tmp/alone"
	ticks=$(sed -n '1s/.*"reference_ticks":"\([0-9]*\)".*/\1/p' "$1")
	[ -n "$ticks" ] || return 0
	[ -n "$reference" ] && [ "$reference" -le "$ticks" ] || reference=$ticks
}

# "STAGE" of each boot that failed.
: >"$tmp/failures"

has_records() {
	ls "$(folder "$1")"/boot-*.jsonl >/dev/null 2>&1
}

# is_hopeless STAGE: was it booted twice, and both times in vain?
is_hopeless() {
	[ "$(grep -cxF -e "$1" "$tmp/failures")" -ge 2 ] && ! has_records "$1"
}

# fails LAYOUT STAGE
fails() {
	warn "boot $order, $2, layout $1, failed"
	echo "$2" >>"$tmp/failures"
	! is_hopeless "$2" || warn "$2 is not booted again"
}

# boot LAYOUT STAGE
boot() {
	! is_hopeless "$2" || return 0
	record=$(folder "$2")/boot-$(printf %04d "$order").jsonl
	commit=$(sed -n "s/^$2 //p" "${NATIVE_COMMITS:-/dev/null}")
	status=0
	# shellcheck disable=SC2086 # one word a scenario
	in_child "$build/vmabench" native --stage "$2" \
		--image "$(find layouts 4 "$1" "$2")" \
		--layout "$1" --layout-set "$(find layouts 3 "$1" "$2")" \
		--retry "$(find stages 2 "$2")" \
		${commit:+--commit "$commit"} --memory "$(cat "$tmp/memory")" \
		${about:+--about "$about"} ${CPU:+--cpu "$CPU"} ${EVENTS:+--events "$EVENTS"} \
		${reference:+--reference "$reference"} --set "${SET:-primary}" \
		--seed $((seed * 1000 + order)) \
		--index "$order" --block "$1" --order "$order" -o "$record" \
		${SCENARIOS:-} || status=$?
	case $status in
	0) ;;
	3)	failed=3
		[ -f "$record" ] || fails "$1" "$2" ;;
	*)	die "measuring $2 failed ($status)" ;;
	esac
	[ ! -f "$record" ] || learn "$record" "$1" "$2"
	order=$((order + 1))
}

# lacking PLAN: its blocks of which a stage is not among these; all, if there is none.
lacking() {
	awk -v seed="$seed" '
	FILENAME == ARGV[1] { alone[$1, $2]; next }
	{ line[++nr] = $0; block[nr] = $1 }
	!(($1 + seed, $2) in alone) { lacks[$1]; any = 1 }
	END {
		for (i = 1; i <= nr; i++)
			if (!any || block[i] in lacks)
				print line[i]
	}' "$tmp/alone" "$1"
}

while [ $# -gt 1 ] && ! is_over "$@"; do
	"$root/scripts/blocks.sh" $((seed + order)) "$layouts" 1 "$@" >"$tmp/all"
	lacking "$tmp/all" >"$tmp/plan"
	while read -r block stage; do
		! is_over "$@" || break
		boot $((seed + block)) "$stage"
	done <"$tmp/plan"
	say "$order boots, $(($(date +%s) - begin)) s"
	for stage; do
		shift
		is_hopeless "$stage" || set -- "$@" "$stage"
	done
done

for stage; do
	shift
	! has_records "$stage" || set -- "$@" "$stage"
done
[ $# -gt 1 ] || fail 3 "fewer than two kernels were timed"
[ -z "${NATIVE_DIR:-}" ] || exit "$failed"
base=$1
shift
status=0
for stage; do
	"$build/vmadiff" compare "$(folder "$base")" "$(folder "$stage")" || status=$?
done
echo
records=$(folder '*')/
echo "Records:  ${records#"$PWD"/}"
case $status in
0) ;;
3) failed=3 ;;
*) exit 1 ;;
esac
[ $failed -eq 0 ] || fail 3 "there were failures"
