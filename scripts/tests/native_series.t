#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# native-series.sh: its plan, boots that fail, and hosts where nothing boots, on a
# vmabench that boots nothing, and a kernel.sh that builds nothing. TAP.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
: "${B:=$root/build}"
B=$(cd "$B" && pwd)
# shellcheck source=scripts/tests/native_suite.sh
. "$here/native_suite.sh"

run SEED=5
is 'it boots: exit 0' "$status" 0
is 'each layout of each stage, once at least' \
	"$(cut -d ' ' -f 1-4 "$tmp/boots" | sort -u | wc -l)" 8
ok '  with the seed in the block and the layout' grep -q '^8 8 new /layouts/8/new ' \
	"$tmp/boots"
ok '  both stages of a block side by side' sh -c \
	"cut -d ' ' -f 1 '$tmp/boots' | head -n 8 | uniq -c | awk '\$1 != 2 { exit 1 }'"
is 'the first boot knows no reference' "$(head -n 1 "$tmp/boots" | cut -d ' ' -f 5)" none
is 'all have the memory that was found to do' \
	"$(cut -d ' ' -f 6 "$tmp/boots" | sort -u)" 48
is 'the third one the least of two' "$(sed -n 3p "$tmp/boots" | cut -d ' ' -f 5)" 1999
ok 'the answer is of the native tier, and of layouts' grep -qF \
	'new against base: timed, native tier, in 4 layouts a side.' "$tmp/out"
ok '  it says where the records are, and what to type next' sh -c \
	"grep -q '^Records:  .*/native/' '$tmp/out' && grep -q '^Next:     RESULTS=[^ ]* scripts/report.sh ' '$tmp/out'"
is '  and there are no tables' "$(grep -c '^latency' "$tmp/out")" 0
is 'records are kept by host, stage and session' \
	"$(find "$RESULTS/native/abc" -name 'boot-*.jsonl' | wc -l | tr -d ' ')" \
	"$(wc -l <"$tmp/boots" | tr -d ' ')"
run ALL=1
ok 'with ALL=1 the comparison is of the native tier' grep -q '^native tier' "$tmp/out"
ok '  the answer is after it' grep -q '^Unknown: ' "$tmp/out"
ok '  which are pairs, as they were linked together' sh -c \
	"tr '\n' ' ' <'$tmp/out' | grep -q 'layouts of base and new are pairs'"
is 'layouts are what is compared' \
	"$(grep -c ' boots of 4 layouts$' "$tmp/out")" 2
run NATIVE_DIR="$tmp/elsewhere"
is 'records elsewhere: exit 0' "$status" 0
is '  by stage' "$(cd "$tmp/elsewhere" && echo */boot-0000.jsonl */boot-0001.jsonl | tr ' ' '\n' |
	grep -c '^base/\|^new/')" 2
ok '  whoever wants them there compares them' [ ! -s "$tmp/out" ]
run NATIVE_LAYOUTS=1
ok 'one layout a side: it says why nothing can be told' sh -c \
	"tr -s '\n ' '  ' <'$tmp/out' | grep -q 'INCONCLUSIVE.*: one layout of a kernel: what differs may be where'"
ok '  whatever differs' sh -c "grep -q INCONCLUSIVE '$tmp/out' &&
	! grep -q 'REGRESSED\|IMPROVED\|EQUIVALENT' '$tmp/out'"
echo '6 new' >"$tmp/shared"
run_boots 18 SEED=5
is 'a layout whose rows do not count comes again first, of both' \
	"$(sed -n '9,10p' "$tmp/boots" | cut -d ' ' -f 2-3 | sort | paste -s -d ,)" \
	'6 base,6 new'
is '  and then all of them' \
	"$(sed -n '11,18p' "$tmp/boots" | cut -d ' ' -f 2-3 | sort -u | wc -l | tr -d ' ')" 8
echo none >"$tmp/shared"
echo 3 >"$tmp/bad"
run
is 'a boot that fails: exit 3' "$status" 3
ok '  is named' grep -q 'boot 3, .*, layout [1-4], failed' "$tmp/err"
ok '  the others go on' test "$(wc -l <"$tmp/boots")" -ge 8
: >"$tmp/refuses"
run
is 'nothing boots here: exit 1' "$status" 1
ok '  says so, and why' grep -q 'time is not measured: noexec\. ' "$tmp/err"
run NATIVE_REASON="$tmp/why"
is '  also to a file' "$(cat "$tmp/why")" noexec
: >"$tmp/dies"
run NATIVE_REASON="$tmp/why"
is 'vmabench is killed: exit 1' "$status" 1
is '  which is the reason' "$(cat "$tmp/why")" 'vmabench ended with status 137'
rm "$tmp/dies" "$tmp/refuses"

if setpriv --pdeathsig TERM true 2>/dev/null; then
	: >"$tmp/hangs"
	env B="$tmp/bin" QUIET=1 NATIVE_LAYOUTS=4 NATIVE_SECONDS=1 TMPDIR="$tmp" \
		"$tmp/suite/scripts/native-series.sh" base new >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	ok 'a boot runs' within 20 test -s "$tmp/pid"
	kill -KILL $pid
	wait $pid || :
	ok '  and is ended where the script is killed' within 60 is_ended "$(cat "$tmp/pid")"
	rm "$tmp/hangs"
else
	skip_test 'the script is killed' 'no setpriv that knows --pdeathsig'
fi
echo none >"$tmp/bad"
echo new >"$tmp/panics"
run
is 'a stage that never boots: exit 3' "$status" 3
is '  is booted twice' "$(grep -c ' new ' "$tmp/boots")" 2
ok '  which is said' grep -q 'new is not booted again' "$tmp/err"
ok '  one is left, and is compared with nothing' grep -q \
	'fewer than two kernels were timed' "$tmp/err"
with="NATIVE_DIR=$tmp/dir"
series base new other
is '  of three: exit 3' "$status" 3
is '  each layout of the others, once at least' \
	"$(cut -d ' ' -f 1,3 "$tmp/boots" | sort -u | grep -cv new)" 8
is '  their records are where they were to be' "$(find "$tmp/dir/base" -type f | wc -l)" \
	"$(grep -c ' base ' "$tmp/boots")"
ok '  and are for the caller to compare' test ! -s "$tmp/out"
echo none >"$tmp/panics"
rm -f "$tmp/retries" "$tmp/abouts"
: >"$tmp/about"
printf 's00 abc ("one")\ns01 def ("two & \\1")\n' >"$tmp/list"
with="NATIVE_COMMITS=$tmp/list NATIVE_LAYOUTS=1"
series s00=base s01=dir
is 'commits: exit 0' "$status" 0
is '  the retry of each is that of its image' "$(sort -u "$tmp/retries" | paste -s -d ,)" \
	's00 late,s01 dir'
ok '  records have them' sh -c "sort -u '$tmp/commits' | cmp - '$tmp/list'"
ok '  what the stages are about is not said of them' [ ! -e "$tmp/abouts" ]
run NATIVE_LAYOUTS=1
ok '  but of stages' grep -qx "$tmp/about" "$tmp/abouts"
rm "$tmp/about"
for stages in 2 4 5 20; do
	with="NATIVE_LAYOUTS= NATIVE_SECONDS= PLAN_FILE=$tmp/plan"
	# shellcheck disable=SC2046 # one word a stage
	series $(seq "$stages")
	echo "$stages: $(cat "$tmp/plan")"
done >"$tmp/plans"
is 'layouts of each of 2, 4, 5, 20 stages' "$(paste -s -d , "$tmp/plans")" \
	'2: 1 32,4: 1 32,5: 1 25,20: 1 12'
with=
series base
is 'one stage: exit 2' "$status" 2
series base base
is 'one stage twice: exit 2' "$status" 2
run NATIVE_LAYOUTS=0
is 'no layouts: exit 2' "$status" 2

finish
