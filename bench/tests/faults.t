#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What failed, is missing or cannot be told: the answer, the letter, the paragraph of a
# patch and what b4 is told all say it, in one way, and none claims more than there is.
# TAP.
#
# shellcheck disable=SC2086,SC2016 # pairs of records are several words; code of sh
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# compared STATUS NAME ARGUMENT...: a line each of the answer, the letter and its patches
compared() {
	want=$1 name=$2
	shift 2
	run "$want" "$name" series "$@"
	tr '\n' ' ' <out | tr -s ' ' >answer
	"$vmadiff" letter "$@" >out 2>/dev/null
	ok '  at most 25 lines' [ "$(wc -l <out)" -le 25 ]
	ok '  no two blank lines' sh -c '! sed -n "/^$/{N;/^\n$/p;}" out | grep -q .'
	tr '\n' ' ' <out | tr -s ' ' >letter
	"$vmadiff" letter --per-patch "$@" 2>/dev/null | tr '\n' ' ' | tr -s ' ' >patches
}
# has FILE... -- REGEX...: each of the files holds each of the regular expressions
has() {
	files=
	while [ "$1" != -- ]; do
		files="$files $1"
		shift
	done
	shift
	for regex; do
		for file in $files; do
			ok "  $file: $regex" grep -qE -- "$regex" $file
		done
	done
}
lacks() {
	ok "  $1 has not: $2" sh -c '! grep -qE -- "$2" "$1"' sh "$1" "$2"
}
# failing REASON <RECORD: file_apart failed instead of being measured
failing() {
	awk -v reason="$1" '/"scenario":"file_apart"/ {
		if (!said++)
			printf "{\"type\":\"failure\",\"scenario\":\"file_apart\",\"version\":\"f1\",\"op\":null,\"reason\":\"%s\"}\n", reason
		next
	} { print }' | renumber
}
# another <RECORD: measured on another machine
another() {
	sed '1s/"cpu":"[^"]*"/"cpu":"another"/'
}

for stage in deferred hook noretry; do
	ABOUT=1 "$fixture" $stage >$stage.jsonl
done
pair='deferred=deferred.jsonl noretry=noretry.jsonl'

# --- rows of one side
grep -v '"scenario":"file_apart"' noretry.jsonl | renumber >gone.jsonl
compared 0 'rows that a side lacks' deferred=deferred.jsonl noretry=gone.jsonl
has answer letter -- '14 of 147 rows have no number on a side'
has answer -- 'on a side \(file_apart\)'
lacks answer 'every row has a verdict'

# --- metrics of one side
awk '/"metric":"(maple_stores|vmas)"/ { next }
	/"type":"row"/ && !said++ {
		for (i = 0; i < 2; i++)
			printf "{\"type\":\"skip\",\"scenario\":\"file_apart\",\"op\":null,\"reason\":\"%s unavailable: why\"}\n", i ? "vmas" : "maple_stores"
	} { print }' noretry.jsonl | renumber >metrics.jsonl
compared 0 'metrics that a side lacks' deferred=deferred.jsonl noretry=metrics.jsonl
has answer -- '2 metrics were unavailable \(maple_stores in noretry, vmas in noretry\)'
has letter -- 'not measured: maple_stores, vmas'

# --- failures
failing 'saw 3 VMAs' <deferred.jsonl >fails_d.jsonl
failing 'saw 3 VMAs' <noretry.jsonl >fails_n.jsonl
compared 3 'a scenario that fails on both sides' deferred=fails_d.jsonl noretry=fails_n.jsonl
has answer letter -- 'Failed: 1 scenario failed \(file_apart\): saw 3 VMAs[.]'
has patches -- 'Failed: 1 scenario failed \(file_apart\)[.]'
sed 's/"stage":"[a-z]*"/"stage":"noretry"/' fails_d.jsonl >same.jsonl
compared 3 'one, and nothing else changed' deferred=fails_d.jsonl noretry=same.jsonl
has patches -- 'It changes nothing that was measured: .* Failed: 1 scenario failed \(file_apart\)[.]'
echo garbage >garbage.jsonl
compared 4 'a record that cannot be read' deferred=deferred.jsonl hook=garbage.jsonl noretry=noretry.jsonl
has answer letter -- 'Failed: 1 record is refused, of hook: garbage[.]jsonl:1: not JSON'
has patches -- '- hook: a record is refused: garbage[.]jsonl:1: not JSON'
another <noretry.jsonl >another.jsonl
compared 4 'two machines' deferred=deferred.jsonl noretry=another.jsonl
has answer letter -- 'Failed: deferred and noretry are NOT-COMPARABLE, 1 key that had to match does not: cpu: "max" in deferred, "another" in noretry[.]'
lacks letter '0 of 0'

# --- times
session() {
	session_stage=$1 session_kernel=$2
	shift 2
	rm -rf made
	"$fixture" session made "$session_kernel" boots=24 blocks=12 "$@"
	as_native made "$session_stage" "native/$session_stage"
}
session deferred aaaa111122223333 side=0
session noretry bbbb111122223333 side=1 factor=1.2
compared 0 'all of it takes longer' --times native $pair
number=$(sed -n 's/.*times are longer (\([a-z_]* [a-z]*\) \([+][0-9]* ns \[[^]]*\]\).*/at most by \2 (\1)/p' answer)
ok "  and the letter agrees: $number" grep -qF -- "${number:-none}" letter
mkdir apart
cp -r native/deferred apart/deferred
mkdir apart/noretry
for boot in native/noretry/*; do
	another <"$boot" >"apart/noretry/${boot##*/}"
done
compared 4 'times of two machines' --times apart $pair
has answer letter -- 'Failed: native tier: deferred and noretry are NOT-COMPARABLE, 1 key'
has answer -- 'Unknown: how times changed[.]'
lacks answer 'no time was measured'
mkdir part
cp -r native/deferred part/deferred
mkdir part/noretry
for boot in native/noretry/*; do
	grep -v '"secretmem_append"' "$boot" | renumber >"part/noretry/${boot##*/}"
done
compared 0 'no time of what it is about' --times part $pair
has letter -- 'stores; native tier: [0-9.]+ ns in deferred, not timed in noretry; of 19 others' \
	'10 of 105 timed rows have no number on a side'

# --- boots of a machine
"$fixture" session base aaaa side=0 boots=12 blocks=4
"$fixture" session tail bbbb side=1 boots=12 blocks=4 tail=2
compared 0 'single calls take longer' base=base new=tail
has answer letter patches -- '[0-9]+ quantiles? of single calls (is|are) longer'
lacks answer 'Cost: nothing'
"$fixture" session one aaaa side=0 boots=1 blocks=1
"$fixture" session other bbbb side=1 boots=1 blocks=1
compared 0 'one boot a side' base=one new=other
has answer -- 'Gain: nothing that was measured and can be told got better[.]'

# --- other seeds
mkdir seed-2 seed-3
for seed in 2 3; do
	sed "1s/\"seed\":1/\"seed\":$seed/" deferred.jsonl >seed-$seed/deferred.jsonl
done
sed '1s/"seed":1/"seed":2/' fails_n.jsonl >seed-2/noretry.jsonl
echo garbage >seed-3/noretry.jsonl
compared 4 'seeds that fail' --seed seed-2 --seed seed-3 $pair
has answer letter -- 'seed 2: in noretry 1 scenario failed \(file_apart\): saw 3 VMAs' \
	'seed 3: 1 record is refused, of noretry: noretry[.]jsonl:1: not JSON'
has answer -- 'Gain: it cannot be told whether an operation that the series is about got better[.]'
lacks letter 'Stores are of'	# there is no room for them

# --- a patch that is better in one thing and worse in what it is about
compared 0 'the other way round' noretry=noretry.jsonl deferred=deferred.jsonl
has patches -- ' Better: memfd_append mmap -0[.]2%'

# --- what b4 is told
about='"series":{"stages":[{"stage":"deferred"},{"stage":"hook","patch":"mm: add a hook"},{"stage":"noretry","patch":"mm: do not retry"}]},'
for stage in deferred noretry; do
	"$fixture" $stage | sed "1s|\"kernel\":{|$about&|" >about_$stage.jsonl
	failing 'saw 3 VMAs' <about_$stage.jsonl >about_fails_$stage.jsonl
done
# patch SUBJECT ARGUMENT...: what is said of it
patch() {
	printf 'Subject: [PATCH 1/2] %s\n\n' "$1" >mail
	shift
	"$vmadiff" patch "$@" <mail >out 2>err
}
patch 'mm: add a hook' deferred=about_deferred.jsonl \
	"hook=BUILD-FAILED mm/vma.c:1: $(printf '\t')error" noretry=about_noretry.jsonl
ok 'a patch that does not build fails' grep -qx 'ERROR: hook: BUILD-FAILED mm/vma.c:1:  error' out
patch 'mm: add a hook' deferred=about_deferred.jsonl hook=garbage.jsonl noretry=about_noretry.jsonl
ok 'so does one whose record cannot be read' grep -q '^ERROR: hook: garbage' out
patch 'mm: do not retry' deferred=about_fails_deferred.jsonl noretry=about_fails_noretry.jsonl
ok 'a scenario that fails is a warning' grep -qx \
	'noretry against deferred: 1 scenario failed (file_apart)' out

finish
