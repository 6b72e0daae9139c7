#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever command puts files into a folder that is named replaces there what an earlier
# run wrote, and nothing else: neither a file of somebody's, nor one of ours that he has
# changed. Where there is one, nothing is written at all. TAP.
# shellcheck disable=SC2086 # arguments are words
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

for stage in deferred noretry hook; do
	sh "$fixture" $stage >$stage.jsonl
done
"$fixture" session results/f1c7f1c7/aaa/20260101-120000 aaa boots=3 blocks=1
for side in 0 1; do
	"$fixture" session side$side aaaa01 boots=8 blocks=2 side=$side
done
mkdir copied
cp deferred.jsonl noretry.jsonl copied
printf '%s\n' 'deferred deferred.jsonl' 'noretry noretry.jsonl' >copied/stages
pair='deferred=deferred.jsonl noretry=noretry.jsonl'
other='deferred=deferred.jsonl hook=hook.jsonl'

# sums: of all files that are there, but for those which say what they are.
sums() {
	find "$1" -type f ! -name .vmabench.sums -exec sha256sum {} + | sort -k 2
}

# guards FILE COMMAND...: a FILE of somebody's in the folder into, which -o names, stays,
# and is the only one there.
guards() {
	name=$1
	shift
	rm -rf into
	mkdir -p "into/$(dirname "$name")"
	echo mine >"into/$name"
	run 2 "$1, where there is a $name" "$@"
	says "into/$name: it is there"
	is '  it stays' "$(cat "into/$name")" mine
	is '  nothing is beside it' "$(find into -type f)" "into/$name"
}

guards summary.json series -o into $pair
guards report.md series -o into $pair
guards plots/insns.dat series -o into $pair
guards plots/insns.dat compare --stages -o into $pair
guards plots/latency.dat show -o into results/f1c7f1c7/aaa/20260101-120000/boot-00.jsonl
guards report.html report -o into $pair
guards reproduce.sh report -o into $pair
guards range.md range -o into copied
guards plots/steps-secretmem_append-mmap-insns.dat range -o into copied
guards aa.json aa -o into side0 side1
guards plots/history-secretmem_append-mmap-latency.dat \
	history -o into secretmem_append latency results

rm -rf into
mkdir -p into/1/copied
echo mine >into/1/copied/stages
run 2 'strip, where there is a file of a name of a copy' strip -o into copied
says 'into/1/copied/stages: it is there'
is '  it stays' "$(cat into/1/copied/stages)" mine

# --- what we wrote
written() {
	rm -rf into
	"$vmadiff" series -o into $pair >said 2>&1
}
again() {
	run "$1" "$2" series -o into $other
}
written
echo notes >into/notes.txt
sums into >before
again 0 'what an earlier run wrote is replaced'
ok '  by the new' grep -q hook into/summary.json
is '  what else is there stays' "$(cat into/notes.txt)" notes
ok '  the folder says what was written' sh -c 'cd into && grep -v "  notes.txt$" .vmabench.sums |
	sha256sum -c 2>/dev/null | grep -q "^report.md: OK$"'
run 0 'by others, too' compare --stages -o into $pair
run 0 'and the same again' series -o into $pair
sums into >after
is '  is what it was' "$(grep -vxFf after before)" ''

for name in summary.json report.md plots/insns.dat; do
	written
	echo 'a note' >>into/$name
	sums into >before
	again 2 "one that somebody has changed: $name"
	says "into/$name: it is there, and nothing says that an earlier run wrote it as it is: move it"
	sums into >after
	ok '  nothing was written' cmp -s before after
	mv into/$name mine
	again 0 '  and once it is moved, all is'
done
written
chmod a-w into/report.md
again 2 'one that somebody has protected'
chmod u+w into/report.md
again 0 '  and no longer'
written
mv into/report.md mine
ln -s "$PWD/mine" into/report.md
again 2 'a link in the place of one'
says 'into/report.md: it is there, and is no file'
ok '  stays one' [ -L into/report.md ]

# A run may end anywhere between two files: of each, old and new are ours.
written
cp into/report.md old
again 0 'a run of which'
cp old into/report.md
again 0 '  one file was not yet written when it was killed'
ok '  the next one writes' grep -q hook into/report.md

# Nothing is ours because a list says so that nobody wrote.
mkdir -p other
echo mine >other/report.md
(cd other && sha256sum report.md >SHA256SUMS)
run 2 'a list of sums of somebody says nothing' series -o other $pair
finish
