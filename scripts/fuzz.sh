#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: fuzz.sh [--keep | --once] [TARGET...]
#
# Feed what reads files of others with inputs that libFuzzer makes up.  A TARGET
# is a bench/tests/fuzz_TARGET.c: record (the reader of records), import (what
# other tools have written), policy (what a gate lets through) and guest (what a
# guest leaves behind); all of them, one after the other, where none is named.
#
# It begins with the inputs in bench/tests/fuzz/TARGET, which make test runs, too.
# What is new is kept in FOLDER/TARGET/corpus, and what breaks the target in
# FOLDER/TARGET/found.  With --keep the inputs in bench/tests/fuzz/TARGET are
# made anew, but for those that have names: the smallest of all that there are
# which see more.  With --once nothing is made up: the inputs that are kept are
# run, each once.
#
# Environment:
#   FUZZ_SECONDS  seconds for each target (60)
#   FUZZ_SEED     number that libFuzzer makes inputs up from; 0: another one each
#                 time (0)
#   FOLDER        where to work (build/fuzz/work)
#   KEEP_BYTES    most bytes of an input that is kept (1024)
#   KEEP_INPUTS   most inputs that are kept of a target, besides those with
#                 names (100)
#
# Exit status: 0 nothing was found, 1 something was, 2 usage, 3 there is no clang
# with libFuzzer.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

cd "$root"
folder=${FOLDER:-build/fuzz/work}
seconds=${FUZZ_SECONDS:-60}
seed=${FUZZ_SEED:-0}
keep_bytes=${KEEP_BYTES:-1024}
keep_inputs=${KEEP_INPUTS:-100}
keep='' once=''
case ${1-} in
--keep)	keep=1 && shift ;;
--once)	once=1 && shift ;;
esac
no_options "$@"
number FUZZ_SECONDS "$seconds"
[ "$seed" = 0 ] || number FUZZ_SEED "$seed"
number KEEP_BYTES "$keep_bytes"
number KEEP_INPUTS "$keep_inputs"
targets=$(find bench/tests -name "fuzz_*.c" | sed "s,.*/fuzz_,,; s,\.c$,," | sort)
for target; do
	# shellcheck disable=SC2086 # words
	among target "$target" $targets
done
# shellcheck disable=SC2086 # words
[ $# -gt 0 ] || set -- $targets

echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
	${FUZZ_CC:-clang} -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null || {
	fail 3 "no clang with libFuzzer (packages clang and" \
		"libclang-rt-14-dev)"
}
for target; do
	make -s -f bench/Makefile "build/fuzz/$target"
done

# seeds_of_record RECORD PREFIX: a file for each scenario, without header and trailer.
seeds_of_record() {
	prefix=$2 awk '
		{ sub(/\r$/, "") }
		/"type":"(header|trailer)"/ { next }
		{
			name = "other"
			if (match($0, /"scenario":"[a-z0-9_]+"/))
				name = substr($0, RSTART + 12, RLENGTH - 13)
			file = ENVIRON["prefix"] name
			if (!(file in seen))
				printf "+" >file
			seen[file]
			print >file
		}' "$1"
}

# seeds TARGET FOLDER: what is made up for it, besides what is kept.
seeds() {
	case $1 in
	record)
		for record in "stock wide" "noretry wide" "metal wide"; do
			name=${record% wide}
			# shellcheck disable=SC2086 # words
			sh bench/tests/make_fixture.sh $record >"$2.$name"
			seeds_of_record "$2.$name" "$2/$name-"
		done
		head -n 1 "$2.stock" >"$2/whole"
		echo '{"type":"trailer","lines":1}' >>"$2/whole" ;;
	import)
		# The first byte is the number of the format.
		n=0
		for format in $(build/vmadiff names SOURCE); do
			for file in bench/tests/data/foreign/*"${format%%-*}"*; do
				[ ! -f "$file" ] || {
					printf '%b' "\\0$(printf %o "$n")"
					head -c 8000 "$file"
				} >"$2/$format-${file##*/}"
			done
			n=$((n + 1))
		done ;;
	policy)
		cp results/reference/policy.ini "$2/reference" ;;
	esac
}

# What an input may take, in seconds.
limit_s=10

# run TARGET FOLDER OPTION...: the fuzzer; the log is for a reader, the input that breaks
# something goes to a file.
run() {
	run_target=$1 run_in=$2
	shift 2
	dict=bench/tests/fuzz/$run_target.dict
	[ ! -f "$dict" ] || set -- "-dict=$dict" "$@"
	# Names and temporary files are not those of this shell.
	"build/fuzz/$run_target" -max_len=16384 "-timeout=$limit_s" -rss_limit_mb=1024 \
		"-artifact_prefix=$run_in/found/" "$@" >>"$run_in/log" 2>&1
}

# made_up FOLDER: the inputs in it that nobody has given a name to.
made_up() {
	find "$1" -type f -regextype posix-extended -regex '.*/[0-9a-f]{16,40}'
}

# keep_smallest TARGET FOLDER: into the repository.
keep_smallest() {
	kept=bench/tests/fuzz/$1
	rm -rf "$2/small" "$2/merged"
	mkdir -p "$2/small"
	cp -R "$kept" "$2/merged"
	made_up "$2/merged" | xargs rm -f
	find "$2/corpus" "$2/seeds" "$kept" -type f -size "-$((keep_bytes + 1))c" |
		while read -r input; do
			cp "$input" "$2/small/$(sha256sum <"$input" | cut -c 1-16)"
		done
	run "$1" "$2" -merge=1 "$2/merged" "$2/small"
	made_up "$kept" | xargs rm -f
	# What sees most is taken first by libFuzzer, the smallest of it.
	made_up "$2/merged" | while read -r input; do
		echo "$(wc -c <"$input") $input"
	done | sort -n | head -n "$keep_inputs" | while read -r _ input; do
		cp "$input" "$kept/$(sha256sum <"$input" | cut -c 1-16)"
	done
	tell "$1: $(find "$kept" -type f | wc -l) inputs are kept"
}

# feed TARGET FOLDER SECONDS: what is kept and made up, or what is kept alone.
feed() {
	set -- "$1" "$2" "$3" "bench/tests/fuzz/$1"
	if [ -n "$once" ]; then
		run "$1" "$2" -runs=0 -print_final_stats=1 "$4"
	else
		seeds "$1" "$2/seeds"
		run "$1" "$2" "-max_total_time=$3" "-seed=$seed" -print_final_stats=1 \
			"$2/corpus" "$2/seeds" "$4"
	fi
}

# Where others have the CPU, the clock that libFuzzer looks at goes on.
late_max=5

# is_late TARGET FOLDER: was it the machine that took the time of the input which has just
# ended the fuzzer?  It was if the input alone takes less, in one of a few tries.  It is kept
# in FOLDER/late, and of many of them none is excused: what is slow only after other inputs
# comes back.
is_late() {
	set -- "$1" "$2" "$2"/found/*
	[ $# -eq 3 ] && [ "$fed" -eq 70 ] && [ "$nr_late" -lt "$late_max" ] || return 1
	case ${3##*/} in
	timeout-*) ;;
	*)	return 1 ;;
	esac
	for _ in 1 2 3; do
		! timeout "$limit_s" "build/fuzz/$1" "$3" >/dev/null 2>&1 || {
			mkdir -p "$2/late"
			mv -f "$3" "$2/late/"
			nr_late=$((nr_late + 1))
			return 0
		}
	done
	return 1
}

# feed_all TARGET FOLDER: for as long as was said; sets $nr_late.
feed_all() {
	: >"$2/log"
	find "$2/found" -name 'slow-unit-*' -delete
	end_s=$(($(date +%s) + seconds))
	left_s=$seconds
	nr_late=0
	while :; do
		fed=0
		feed "$1" "$2" "$left_s" || fed=$?
		find "$2/found" -name 'slow-unit-*' -delete
		[ "$fed" -ne 0 ] || return 0
		is_late "$1" "$2" || return 1
		left_s=$((end_s - $(date +%s)))
		[ "$left_s" -gt 0 ] || [ -n "$once" ] || return 0
		[ "$seed" = 0 ] || seed=$((seed + 1))
	done
}

found=0
for target; do
	in=$folder/$target
	mkdir -p "$in/corpus" "$in/found" "$in/seeds" "bench/tests/fuzz/$target"
	if ! feed_all "$target" "$in"; then
		grep -avE '^#[0-9]|^MS: |^stat::' "$in/log" | tail -n 40 >&2
		warn "$target: the input is in $in/found"
		found=1
		continue
	fi
	awk -v in_time="${once:- in $seconds s}" -v target="$target" -v late="$nr_late" '
		/^stat::number_of_executed_units/ { n += $2 }
		/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
		END {
			print "fuzz.sh: " target ": " n " inputs" (in_time == 1 ? "" : in_time) \
				", " cov " branches seen, nothing found" \
				(late > 0 ? ", " late " late: the machine was busy" : "")
		}' "$in/log"
	[ -z "$keep" ] || keep_smallest "$target" "$in"
done
exit "$found"
