#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: kvm-series.sh STAGES
#
# Measures the time of stages in guests under KVM: many short boots of each, in
# randomized blocks, compared as boots on metal are.  STAGES is a file with a line
# "NAME IMAGE [COMMIT]" for each, as series.sh makes it ("make series TIER=kvm").
#
# Whether KVM works is found out by booting the first of them, with a limit of
# 20 s.  The answer is kept in the cache, for this host, this QEMU.
#
# Records are of the tier kvm, which is compared with no other, and are kept in
# RESULTS/kvm/<host>/<stage>/<session>/.  What was measured stays if this is
# interrupted.
#
# Environment:
#   BLOCKS    (4)           RUNS  boots of each stage, in a block (3)
#   SECONDS_A_BOOT  measured in a boot, about (10)
#   SEED      of the order (1)
#   SET, SCENARIOS, RESULTS as in series.sh
#   KVM_PROBE=again  boot once more to see whether KVM works
#   VMABENCH_KVM_ACCEL=tcg  for tests: emulate.  Such records are of the tier tcg
#             and say nothing of time
#   ALL=1     print all tables as well, before the answer
#   QUIET=1   no progress
#
# Exit status: 0 done, 1 failed, or KVM does not work, 2 usage, 3 a boot or a
# scenario failed (the rest was measured and is reported).

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/own-folder.sh
. "$root/scripts/own-folder.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/series/closing.sh
. "$root/scripts/series/closing.sh"
# shellcheck source=scripts/series/boots.sh
. "$root/scripts/series/boots.sh"
build=${B:-$root/build}
results=${RESULTS:-$root/results}
blocks=${BLOCKS:-4}
runs=${RUNS:-3}
seconds=${SECONDS_A_BOOT:-10}
seed=${SEED:-1}

no_options "$@"
[ $# -eq 1 ] || usage
list=$1
number BLOCKS "$blocks"
number RUNS "$runs"
number SECONDS_A_BOOT "$seconds"
number SEED "$seed"

take_scratch 1
tmp=$scratch
session=

# leave: folders of stages that were not booted go.
leave() {
	end_child
	[ -z "$session" ] || rmdir "$results/kvm/$host"/*/"$session" 2>/dev/null || :
	rm -rf "$tmp"
}
trap leave EXIT
exit_on_signals

# image NAME: where its image is.
image() {
	"$root/scripts/kernel.sh" path "$(awk -v name="$1" \
		'$1 == name { print $2 }' "$list")"
}

awk '$2 != "BUILD-FAILED" { print $1 }' "$list" >"$tmp/names"
[ "$(wc -l <"$tmp/names")" -gt 1 ] ||
	fail 3 "fewer than two kernels to measure"

first=$(head -n 1 "$tmp/names")

# Does KVM work?  "works DATE" or "fails DATE", and what was said.
identity=$("$build/vmabench" kvm --identify)
host=${identity%% *}
cache=$("$root/scripts/kernel.sh" cache)
answer=$cache/kvm/$(echo "$identity" | sha256sum | cut -c 1-16)
if [ "${KVM_PROBE:-}" = again ] || [ ! -s "$answer" ]; then
	say "trying whether KVM works"
	status=0
	in_child "$build/vmabench" kvm --probe --stage "$first" \
		--image "$(image "$first")" 2>"$tmp/said" || status=$?
	case $status in
	0)	word=works ;;
	3)	word=fails ;;
	*)	cat "$tmp/said" >&2
		exit 1 ;;
	esac
	mkdir -p "$cache/kvm"
	{
		echo "$word $(date -u +%F)"
		echo "$identity"
		cat "$tmp/said"
	} >"$tmp/answer"
	cp "$tmp/answer" "$answer.$$"
	mv "$answer.$$" "$answer"
fi
read -r word date <"$answer"
[ "$word" = works ] || {
	sed 1,2d "$answer" >&2
	cat >&2 <<-EOT
	kvm-series.sh: KVM does not work here: found out by booting, $date,
	  host and QEMU: $identity
	  KVM_PROBE=again tries once more.  The exact tier needs no KVM:
	  "make series" counts instructions of the same kernels.
	EOT
	exit 1
}

"$root/scripts/quiet.sh" recover || :

set --
while read -r stage; do
	make_trusted RESULTS "$results/kvm/$host/$stage"
	set -- "$@" "$results/kvm/$host/$stage"
done <"$tmp/names"
session=$(own_folder "$(date -u +%Y%m%d-%H%M%S)" "$@")
failed=0
# Of stages, not of images of a tree.
about=${ABOUT:-}
[ -n "$about" ] || grep -q '^[^ ]* /' "$list" || about=$("$root/scripts/kernel.sh" about)
order=0
# shellcheck disable=SC2046 # names are words
"$root/scripts/blocks.sh" "$seed" "$blocks" "$runs" $(cat "$tmp/names") \
	>"$tmp/plan"
all=$(wc -l <"$tmp/plan")
begin=$(date +%s)
while read -r block stage; do
	left=
	[ "$order" -eq 0 ] ||
		left=", about $((($(date +%s) - begin) * (all - order) / order)) s left"
	draw_line "kvm tier: boot $((order + 1)) of $all, $stage$left"
	dir=$results/kvm/$host/$stage/$session
	image=$(image "$stage")
	spec=$(awk -v name="$stage" '$1 == name { print $2 }' "$list")
	commit=$(awk -v name="$stage" '$1 == name' "$list" | cut -d ' ' -sf 3-)
	module=$("$root/scripts/kernel.sh" module "$spec") || module=
	driver=${module:+$(dirname "$module")/vmabench_native.ko}
	# Not every kernel and machine has it.
	[ -f "$driver" ] || driver=
	status=0
	# shellcheck disable=SC2086 # one word a scenario
	in_child "$build/vmabench" kvm --stage "$stage" --image "$image" \
		${module:+--module "$module"} ${driver:+--driver "$driver"} \
		--retry "$("$root/scripts/kernel.sh" retry "$spec")" \
		${about:+--about "$about"} \
		${commit:+--commit "$commit"} --set "${SET:-primary}" \
		--seconds "$seconds" --seed "$((seed * 1000 + order))" \
		--index "$order" --block "$block" --order "$order" \
		-o "$dir/boot-$(printf %02d "$order").jsonl" \
		${SCENARIOS:-} || status=$?
	case $status in
	0) ;;
	3)	failed=3
		[ -f "$dir/boot-$(printf %02d "$order").jsonl" ] ||
			warn "boot $order, $stage, failed" ;;
	*)	die "measuring $stage failed ($status)" ;;
	esac
	order=$((order + 1))
done <"$tmp/plan"
clear_line

set --
while read -r stage image commit; do
	dir=$results/kvm/$host/$stage/$session
	if [ "$image" = BUILD-FAILED ]; then
		set -- "$@" "$stage=BUILD-FAILED $commit"
	elif [ -z "$(find "$dir" -name 'boot-*.jsonl')" ]; then
		set -- "$@" "$stage=BOOT-FAILED${commit:+ $commit}"
	else
		set -- "$@" "$stage=$dir"
	fi
done <"$list"
tell_boots "$results/kvm/$host/*/$session/" "$@"
case $status in
0) ;;
3) failed=3 ;;
*) exit 1 ;;
esac
[ $failed -eq 0 ] || fail 3 "there were failures"
