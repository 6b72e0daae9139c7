#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# record/format.h is the one place that knows schema, tiers, passes and metrics: no
# other file compares with the name of one, or has a version of its own.

set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/scripts/tests/tap.sh"
cd "$here/bench"

# names TABLE: the names in a table of format.c
names() {
	sed -n "/ $1\[NR_/,/^};/p" record/format.c | grep -o '"[a-z0-9_]*"' | sed -n "${2:-1~1}p"
}
{
	sed -n 's/^	\[METRIC_[A-Z0-9_]*\] = { \("[a-z0-9_]*"\),.*/\1/p' record/format.c
	names tiers
	names pass_names
} | sort -u >"$tmp/names"
ok 'the tables are found' [ "$(grep -cE '"(insns|latency|exact|metal|counts|pmu)"' "$tmp/names")" -eq 6 ]

# "shape" is a kind of line, "time" and "exact" are fields as well.
common='"(shape|time|exact)"'
grep -vE "$common" "$tmp/names" | paste -s -d '|' >"$tmp/rare"
# compared FOLDER...: where a name is compared with
compared() {
	grep -rnE "(cmp|is_one_of)\([^;]*($(cat "$tmp/rare"))" --include='*.[ch]' "$@" || :
	grep -rnE "cmp\([^;]*(metric|pass|tier)[^;]*$common" --include='*.[ch]' "$@" || :
}
compared base record/[!f]* stats system instruments vmabench vmadiff symbols >"$tmp/found"
ok 'no name is compared with' test ! -s "$tmp/found"
cp "$tmp/found" "$tmp/out"
mkdir "$tmp/planted"
echo 'if (!strcmp(row->metric, "latency"))' >"$tmp/planted/a.c"
echo 'if (strcmp(rec->tier, "exact"))' >"$tmp/planted/b.c"
is 'and where one was, it would be found' "$(compared "$tmp/planted" | wc -l)" 2

grep -rnE '"vmabench-record"|RECORD_(MAJOR|MINOR) [0-9]' --include='*.[ch]' . |
	grep -v '^./tests/' >"$tmp/out" || :
is 'the schema is written down once' "$(cut -d : -f 1 "$tmp/out" | sort -u)" ./record/format.h
ok 'its version is that of results/README.md' grep -qF \
	"\"vmabench-record\",\"major\":$(sed -n 's/^#define RECORD_MAJOR //p' record/format.h),\"minor\":$(sed -n 's/^#define RECORD_MINOR //p' record/format.h)}" \
	"$here/results/README.md"

finish
