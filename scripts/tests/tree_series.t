#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# series.sh on the commits of a tree, with a source that only pretends to be a kernel, and a
# program that needs none to boot.
#
# shellcheck disable=SC2154 # variables of tree_history.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/tree_history.sh
. "$here/tree_history.sh"

# What series.sh runs is here, or where the program under test is.
: "${B:=$root/build}"

export TIER=exact
break_and_mend
state >"$tmp/before"

mkdir "$tmp/bin"
ln -s "$(cd "$B" && pwd)/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
[ "\$1" = exact ] || { echo 'nop '; exit; }
while [ \$# -gt 0 ]; do
	case \$1 in
	--probe) exit 0 ;;
	--needs-module | --needs-tree) exit 1 ;;
	--kept) kept=\$2 ;;
	--reason) reason=\$2 ;;
	--stage) stage=\$2 ;;
	--commit) commit=\$2 ;;
	--about) cp "\$2" $tmp/about ;;
	--seed) seed=\$2 ;;
	--retry) echo "\$stage \$2" >>$tmp/retries ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ ! -e "$tmp/no-boot" ] || [ "\$stage" != s01_use_mmap_prepare ] || {
	echo 'the kernel did not boot: Kernel panic - not syncing: no' >"\$reason"
	exit 3
}
[ ! -e "$tmp/tool-fails" ] || [ "\$stage" != s03_mend_it ] || exit 1
[ -n "\${kept-}" ] || echo "\$stage" >>"$tmp/measured"
commit=\$(echo "\$commit" | sed 's/"/\\\\\\\\"/g')
"$root/bench/tests/make_fixture.sh" stock | sed "1s|\"stock\"|\"\$stage\"|
1s|\"seed\":1,|\"seed\":\$seed,|
1s|\"info\":{|&\"commit\":\"\$commit\"|" >"\$out"
EOT
chmod +x "$tmp/bin/vmabench"
echo plugin >"$tmp/bin/vmabench-insns-1.so"
echo symbols >"$tmp/bin/vmabench-symbols"

# series ARGUMENT...: with what it leaves in $session.
series() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		RANGE="$1" "$root/scripts/series.sh" --tree
	session=$tmp/results/series/latest
}
series whole~1..topic
is 'measured: exit 3, for one failed' "$status" 3
# It is folded where it is long.
unfold() {
	tr -s '\n ' '  ' <"$tmp/out" >"$tmp/unfolded"
}
unfold
ok 'measured: the answer names it first, and why' grep -q \
	'[.] Failed: s02_break_it: BUILD-FAILED .*("mm: break it").*#error.* Gain: ' "$tmp/unfolded"
ok 'measured: and what to type next' sh -c "
	grep -qF 'Next:     RESULTS=$tmp/results make report' '$tmp/out' &&
	grep -q 'Report: .*/report.md, pictures in plots/ beside it' '$tmp/unfolded'"
is 'measured: no line is wider than a terminal, but for a long path' \
	"$(awk 'length > 80 && NF > 3' "$tmp/out")" ''
is 'measured: on a screen, with what follows' \
	"$(($(cat "$tmp/out" "$tmp/err" | wc -l) < 23))" 1
is 'measured: the failure is last' "$(tail -n 1 "$tmp/err")" \
	'series.sh: there were failures: s02_break_it'
if command -v script >/dev/null; then
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 RANGE=whole~1..topic \
		script -qec "stty cols 60; $root/scripts/series.sh --tree" /dev/null
	is '  nor on a narrow one' "$(tr -d '\r' <"$tmp/out" | sed '/^Report:/,$!d; /^series/d' |
		awk 'length > 60 && NF > 3')$(tr -d '\r' <"$tmp/out" |
		sed -n '/^Gain/,/^$/p' | awk 'length > 60')" ''
else
	skip_test '  nor on a narrow one' 'no script(1)'
fi
ok 'measured: the report has the others, with their commits' grep -qF \
	"$(git -C "$TREE" rev-parse --short topic) (\"mm: mend it\")" "$session/report.md"
ok 'measured: so does the report' grep -q 'BUILD-FAILED.*#error' \
	"$session/report.md"
ok 'measured: so does the summary' grep -q '"reason": "BUILD-FAILED' \
	"$session/summary.json"
is 'measured: a record of each kernel that there is' \
	"$(cd "$session" && echo ./*.jsonl)" \
	'./s00_base.jsonl ./s01_use_mmap_prepare.jsonl ./s03_mend_it.jsonl'
is 'measured: with what is known of its retries' \
	"$(sort -u "$tmp/retries" | paste -s -d ' ')" \
	's00_base late s01_use_mmap_prepare none s03_mend_it none'
: >"$tmp/measured"
series whole~1..topic
is 'again: exit 3' "$status" 3
ok 'again: nothing is measured twice' [ ! -s "$tmp/measured" ]
is 'again: another session with all records' \
	"$(cd "$session" && echo ./*.jsonl)" \
	'./s00_base.jsonl ./s01_use_mmap_prepare.jsonl ./s03_mend_it.jsonl'
mv "$cache/records" "$tmp/aside"
: >"$cache/records"
series whole~1..topic
is 'nothing can be kept: measured all the same' "$status" 3
rm "$cache/records"
mkdir "$cache/records"
: >"$tmp/tool-fails"
series whole~1..topic
is 'the tool fails at the last: exit 1' "$status" 1
says 'the tool fails: said where the records are' \
	"the records so far are in $tmp/results/series/"
cut=$(sed -n 's/.* the records so far are in \(.*\)[.] The same command .*/\1/p' "$tmp/err")
is 'the tool fails: the session knows of which stages it was to be' \
	"$(cut -d ' ' -f 1 "$cut/stages" | paste -s -d ' ')" \
	's00_base s01_use_mmap_prepare s02_break_it s03_mend_it'
rm "$tmp/tool-fails"
: >"$tmp/measured"
series whole~1..topic
is 'resumed: only what was missing is measured' \
	"$(paste -s -d ' ' "$tmp/measured")" s03_mend_it
rm -r "$cache/records"
: >"$tmp/no-boot"
series whole~1..topic
is 'one that does not boot: exit 3' "$status" 3
unfold
ok 'one that does not boot: said so' grep -q \
	'Failed: 2 of 4 stages: s01_use_mmap_prepare: BOOT-FAILED .*; s02_break_it: BUILD-FAILED ' \
	"$tmp/unfolded"
ok 'one that does not boot: and why' grep -q \
	'the kernel did not boot: Kernel panic - not syncing: no' "$tmp/unfolded"
series whole~1..whole
is 'fewer than two left: exit 3' "$status" 3
says 'fewer than two left: said' 'fewer than two kernels were measured'
series nowhere..topic
is 'no such commit: exit 2, and no session' "$status" 2
ok 'a session without a record is none' sh -c "
	for dir in '$tmp/results/series'/2*; do
		ls \"\$dir\"/*.jsonl || exit 1
	done"
# An option that the tree lacks is said once, of all of them.
echo CONFIG_NOSUCH=y >>"$tmp/patches/guest.config"
series main..whole
is 'an option that the tree lacks: exit 0' "$status" 0
is 'an option that the tree lacks: the report says so' \
	"$(grep '^- guest.config' "$session/report.md")" \
	'- guest.config: asked for CONFIG_NOSUCH=y; the kernel has: no such option: all kernels'
sed -i /NOSUCH/d "$tmp/patches/guest.config"
# A mailbox: what it is called, and how to do it again. Its commits are in no tree.
git -C "$TREE" format-patch -q --base=main --cover-letter -o "$tmp/set" main..whole
cat >"$tmp/cover" <<'END'
From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
From: A Developer <dev@example.com>
Subject: [PATCH v2 0/3] mm: a series of three,
 in two lines
Message-ID: <cover.1700000000.git.dev@example.com>

It does.
END
cat "$tmp/cover" "$tmp"/set/000[1-3]* >"$tmp/set.mbx"
mailbox() {
	try env -u RANGE B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		"$@" "$root/scripts/series.sh" --tree
}
mailbox SERIES="$tmp/set.mbx" BASE=main SEEDS='2 30'
is 'a mailbox: exit 0' "$status" 0
is 'a mailbox: records have the title and the link of its cover letter' \
	"$(cat "$tmp/about")" "title mm: a series of three, in two lines
link https://lore.kernel.org/r/cover.1700000000.git.dev@example.com/"
ok 'a mailbox: patches are called that, not by an id that nobody has' grep -q \
	'patch 3/3 ("mm/secretmem: use .mmap_prepare")' "$session/report.md"
try env VMADIFF="$tmp/bin/vmadiff" VMABENCH="$tmp/none/vmabench" RESULTS="$tmp/results" \
	REPORT="$tmp/report" "$root/scripts/report.sh" "$session"
is 'a mailbox: report' "$status" 0
ok 'a mailbox: the letter says how to do it again' grep -qxF \
	"  make series TREE=\"\$TREE\" SERIES=\"\$SERIES\" BASE=$(
		git -C "$TREE" rev-parse --short main) SEEDS='2 30'" \
	"$tmp/report/cover-letter-long.txt"
is 'seeds: records of each' "$(cd "$session" && echo seed-*/s03*)" \
	'seed-2/s03_use_mmap_prepare.jsonl seed-30/s03_use_mmap_prepare.jsonl'
for file in report.md report.html cover-letter.txt cover-letter-long.txt; do
	ok "seeds: $file is of all of them" sh -c \
		"tr '\n' ' ' <'$tmp/report/$file' | grep -q 'seeds 1 2 30'"
done
ok 'seeds: and has their records' [ -f "$tmp/report/records/seed-30/s00_base.jsonl" ]
rm -f "$tmp/about"
mailbox SERIES="$tmp/set" BASE=main FIRST_AND_LAST=1 ALL=1
ok 'ALL=1: all tables, and then the answer' sh -c "
	grep -q '^insns: instructions' '$tmp/out' &&
	[ \"\$(grep -n '^insns: ' '$tmp/out' | cut -d : -f 1)\" -lt \
		\"\$(grep -n '^Gain: ' '$tmp/out' | cut -d : -f 1)\" ]"
is 'a folder whose cover letter is not written: exit 0' "$status" 0
is 'a folder whose cover letter is not written: no title' \
	"$(cat "$tmp/about" 2>/dev/null)" ''
try "$tmp/bin/vmadiff" letter --all "s00_base=$session/s00_base.jsonl" \
	"s03_use_mmap_prepare=$session/s03_use_mmap_prepare.jsonl"
ok 'a folder: the ends alone are measured again' grep -q \
	'^  make series TREE=.* SERIES=.* BASE=.* FIRST_AND_LAST=1$' "$tmp/out"
rm "$tmp"/set/0000-*
mailbox SERIES="$tmp/set" BASE=main
is 'a folder without a cover letter: the first patch and how many more' \
	"$(cat "$tmp/about")" 'title mm: Defer the retry, please! and 2 more'
series main..topic~2
try "$tmp/bin/vmadiff" letter --all "s00_base=$session/s00_base.jsonl" \
	"s03_use_mmap_prepare=$session/s03_use_mmap_prepare.jsonl"
ok 'a range: the letter has it' grep -qxF "  make series TREE=\"\$TREE\" RANGE=$(
	git -C "$TREE" rev-parse --short main)..$(
	git -C "$TREE" rev-parse --short topic~2) FIRST_AND_LAST=1" "$tmp/out"
# Whatever cannot be drawn: the records stay, and the report says so.
series_in() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		GNUPLOT=false RANGE="$1" "$root/scripts/series.sh" --tree
}
series_in main..whole
is 'nothing can be drawn: exit 0' "$status" 0
ok 'nothing can be drawn: the records are there' \
	[ -f "$tmp/results/series/latest/s00_base.jsonl" ]
ok 'nothing can be drawn: the report says so' \
	grep -q "^- .*gnuplot" "$tmp/results/series/latest/report.md"
ok 'the tree is untouched after all' untouched

finish
