#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: fuzz.sh [FOLDER]
#
# Feed the reader of records with inputs that libFuzzer makes up, from parts of
# made-up records.  What is new among them is kept in FOLDER/corpus, and what
# breaks the reader in FOLDER/found; FOLDER is build/fuzz.
#
# Environment: FUZZ_SECONDS (60).
#
# Exit status: 0 nothing was found, 1 something was, 2 usage, 3 there is no clang
# with libFuzzer.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
[ $# -le 1 ] || usage
cd "$root"
folder=${1:-build/fuzz}
seconds=${FUZZ_SECONDS:-60}

# seeds RECORD PREFIX: a file for each scenario, without header and trailer.
seeds() {
	awk -v prefix="$2" '
		{ sub(/\r$/, "") }
		/"type":"(header|trailer)"/ { next }
		{
			name = "other"
			if (match($0, /"scenario":"[a-z0-9_]+"/))
				name = substr($0, RSTART + 12, RLENGTH - 13)
			file = prefix name
			if (!(file in seen))
				printf "+" >file
			seen[file]
			print >file
		}' "$1"
}

echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
	${FUZZ_CC:-clang} -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null || {
	fail 3 "no clang with libFuzzer (packages clang and" \
		"libclang-rt-14-dev)"
}
make -s -f bench/Makefile fuzzers

mkdir -p "$folder/corpus" "$folder/found" "$folder/seeds"
for record in "stock wide" "noretry wide" "metal wide"; do
	name=${record% wide}
	# shellcheck disable=SC2086 # words
	sh bench/tests/make_fixture.sh $record >"$folder/record.$name"
	seeds "$folder/record.$name" "$folder/seeds/$name-"
done
head -n 1 "$folder/record.stock" >"$folder/seeds/whole"
echo '{"type":"trailer","lines":1}' >>"$folder/seeds/whole"

# The input itself goes to a file: the log is for a reader.
rc=0
build/fuzz/record -max_total_time="$seconds" -max_len=16384 -timeout=10 \
	-rss_limit_mb=1024 -dict=bench/tests/fuzz/record.dict \
	-artifact_prefix="$folder/found/" -print_final_stats=1 \
	"$folder/corpus" "$folder/seeds" >"$folder/log" 2>&1 || rc=1
if [ "$rc" -ne 0 ]; then
	grep -avE '^#[0-9]|^MS: |^stat::' "$folder/log" | tail -n 40 >&2
	die "the input is in $folder/found"
fi
awk -v seconds="$seconds" '
	/^stat::number_of_executed_units/ { n = $2 }
	/ cov: / { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
	END {
		print "fuzz.sh: " n " inputs in " seconds " s, " cov \
			" branches of the reader seen, nothing found"
	}' "$folder/log"
