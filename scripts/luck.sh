#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: luck.sh
#
# How much of a change is luck?  Builds a kernel again and again, each time with
# a change that means nothing: a function that nothing calls, a variable that
# nothing uses, another alignment, another order of declarations, unlikely()
# around what is unlikely.  Counts the primary set of each, or what is chosen, and
# says by how much each row moved.
#
# That is kept in CACHE/luck by all that it depends on: kernel, config, compiler,
# QEMU and suite.  make series and make regress of the same kernel take it from
# there, and mark changes that are no larger and lie in functions whose code is
# the same (see vmadiff.1).  The changes are made from the source of the kernel,
# so that any will do; what one of them has no place for is left out.
#
# A variant takes as long as it takes to compile a file and to link a kernel.
# Images and records are kept: a second run, or one that goes on after it was
# interrupted, takes less.
#
# Environment:
#   STAGE    kernel to vary, a stage (the last one of the series)
#   TREE     instead of a stage: git repository of a kernel, and
#   RANGE    FROM..TO, of which TO is varied; see tree-series.sh
#   SET      set of scenarios: primary or mm (primary)
#   SCENARIOS  instead of a set, these
#   JOBS     guests and compilations at a time (all CPUs)
#   QUIET=1  no progress
#   and what kernel.sh knows
#
# Exit status: 0 done, 1 failed, 2 usage, 3 some variants do not build, or could
# not be measured (the others were).

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"

# shellcheck source=scripts/luck/variants.sh
. "$root/scripts/luck/variants.sh"
# shellcheck source=scripts/luck/kept.sh
. "$root/scripts/luck/kept.sh"
kernel=$root/scripts/kernel.sh
build=${B:-$root/build}
jobs=${JOBS:-$(nproc)}

[ $# -eq 0 ] || misuse "it takes no arguments; STAGE= or TREE= and RANGE= name a kernel"
[ -z "${STAGE:-}" ] || [ -z "${TREE:-}" ] ||
	fail 2 "STAGE and TREE are two kernels: which one?"
[ -z "${TREE:-}" ] || [ -n "${RANGE:-}" ] ||
	fail 2 "which commit of $TREE? RANGE=FROM..TO, of which TO is varied"
[ -z "${STAGE:-}" ] || "$kernel" check "$STAGE"
among SET "${SET:-primary}" primary mm
rows=${SCENARIOS:-$(luck_set "${SET:-primary}")}

take_scratch 100
tmp=$scratch
trap 'end_child; rm -rf "$tmp"' EXIT
exit_on_signals
mkdir "$tmp/source"
: >"$tmp/series"

# What is judged are rows; layouts of the maple tree would take as long again.
export LAYOUTS=0
"$root/scripts/exact.sh" --probe
# shellcheck disable=SC2086 # words
"$build/vmabench" exact --needs-module $rows && export MODULE=1 || [ $? -eq 1 ] || exit 2

# The kernel that is varied, as exact.sh takes it: STAGE, or NAME=IMAGE.
base=
# What its variants are made of.
source=$tmp/source
variants=$tmp/variants

# stage_base: of a stage, with its source.
stage_base() {
	base=${STAGE:-$("$kernel" series | tail -n 1)}
	in_child "$kernel" build "$base"
	# shellcheck disable=SC2086 # words
	in_child "$kernel" source "$base" "$source" $luck_files
	patches=${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}
	mkdir "$tmp/patches"
	cp "$patches"/* "$tmp/patches"
	chmod u+w "$tmp/patches"/*
	[ "$base" = stock ] || awk -v stage="$base" '
		{ print }
		$1 == stage || $1 == stage ".patch" { exit }' "$patches/series" \
		>"$tmp/series"
	retry=$("$kernel" retry "$base")
}

# stage_variant NAME: builds it, and prints how exact.sh takes it.
stage_variant() {
	cp "$variants/$1.patch" "$tmp/patches"
	{
		cat "$tmp/series"
		echo "$1.patch"
	} >"$tmp/patches/series"
	echo "retry $1 $retry" >>"$tmp/patches/about"
	in_child "$kernel" build "$1" || return 1
	echo "$1"
}

# tree_base: of a commit.
tree_base() {
	in_child "$root/scripts/tree-series.sh" --first-and-last >"$tmp/ends" ||
		[ $? -eq 3 ] || die "the commit could not be built"
	read -r name image commit what <<-EOF
		$(tail -n 1 "$tmp/ends")
	EOF
	[ "$image" != BUILD-FAILED ] || die "$commit $what"
	base=$name=$image
	for file in $luck_files; do
		mkdir -p "$source/$(dirname "$file")"
		git -C "$TREE" show "$commit:$file" >"$source/$file" 2>/dev/null ||
			rm "$source/$file"
	done
	unset RANGE
}

# tree_variant NAME: as stage_variant.
tree_variant() {
	SERIES=$variants/$1.patch BASE=$commit in_child \
		"$root/scripts/tree-series.sh" >"$tmp/ends" || return 1
	tail -n 1 "$tmp/ends" | awk -v name="$1" '{ print name "=" $2 }'
}

# measure STAGE[=IMAGE] RECORD
measure() {
	# shellcheck disable=SC2086 # words
	in_child "$root/scripts/exact.sh" "$1" "$2" -j "$jobs" $rows || [ $? -eq 3 ] || return 1
	[ -f "$2" ]
}

of=stage
[ -z "${TREE:-}" ] || of=tree
${of}_base
make_variants "$source" "$variants"
measure "$base" "$tmp/base.jsonl" || die "${base%%=*} could not be measured"
# shellcheck disable=SC2086 # words
place=$(luck_place "$base" $rows)
[ "$of" = tree ] || export KERNEL_PATCHES="$tmp/patches"

failed=
set --
while read -r name what <&3; do
	say "${name#luck_}: $what"
	if "${of}_variant" "$name" >"$tmp/variant" &&
	   measure "$(cat "$tmp/variant")" "$tmp/$name.jsonl"; then
		set -- "$@" "$name=$tmp/$name.jsonl"
	else
		warn "${name#luck_}: left out: it does not build, or could not be measured"
		failed=1
	fi
done 3<"$variants/variants"
[ $# -gt 0 ] || die "no variant of ${base%%=*} could be measured"

mkdir -p "${place%/*}"
in_child "$build/vmadiff" luck -o "$place" "${base%%=*}=$tmp/base.jsonl" "$@"
say "kept in $place; make series and make regress of this kernel take it from there"
[ -z "$failed" ] || exit 3
