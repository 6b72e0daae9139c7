#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a series is about is in its records, and nowhere else: of a made-up one about
# mremap(), letter, page, report and pictures are about mremap().

set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/scripts/tests/tap.sh"
vmadiff=${VMADIFF:-$here/build/vmadiff}
fixture=$here/bench/tests/make_fixture.sh

# --- no name of the series that ships with the project
stages=$(sed -n 's/^\([a-z]*\)\.patch$/\1/p' "$here/kernel-patches/6.12/series" |
	grep -v secretmem | paste -s -d '|')
scenarios=$(cd "$here/bench/scenarios" && printf '%s\n' *.c | sed 's/\.c$//' |
	paste -s -d '|')
# names FOLDER...: where a string of the C code is one of them
names() {
	# "deferred" is a class of instructions as well.
	grep -rnE "\"(stock|$stages|$scenarios|secretmem[a-z_]*|mmap|munmap)\"" --include='*.[ch]' \
		"$@" | grep -vE '"(insns_)?deferred"'
}
cd "$here/bench"
is 'neither comparer, reader nor statistics name a stage, a scenario or an operation' \
	"$(names vmadiff record stats)" ''
echo 'const char *x = "memfd_append";' >"$tmp/planted.c"
ok 'and one that did would be found' names "$tmp"
ok 'nor is there a bill from "deferred"' sh -c \
	'! grep -rn "\"deferred\"" vmadiff/compare vmadiff/letter vmadiff/pictures'

# --- a series about mremap()
cd "$tmp"
# other STAGE NAME: a fixture in which mremap() is what the fixture's mmap() is
other() {
	sh "$fixture" "$1" | sed "s/secretmem_append/memfd_mremap_grow/g
		s/secretmem/heap/g; s/_append/_grow/g; s/_apart/_away/g; s/\"mmap\"/\"mremap\"/g
		s/\"munmap\"/\"mprotect\"/g; s/mmap_region/mremap_to/g
		1s/\"stage\":\"[a-z]*\",/\"stage\":\"$2\",${3-}/"
}
about='"series":{"title":"mm: grow \& move <fast>","link":"https:\/\/example.org\/1","base":"plain","headline":[{"scenario":"gone","op":"mremap"},{"scenario":"memfd_mremap_grow","op":"mremap"},{"scenario":"anon_grow","op":"mremap"}]},'
mkdir told untold
for pair in stock:old deferred:plain noretry:new; do
	other "${pair%:*}" "${pair#*:}" >"untold/${pair#*:}.jsonl"
	other "${pair%:*}" "${pair#*:}" "$about" >"told/${pair#*:}.jsonl"
done

# compare FOLDER: a session, and what is published of it
compare() {
	try "$vmadiff" series -o "$1" "old=$1/old.jsonl" "plain=$1/plain.jsonl" \
		"new=$1/new.jsonl"
	cp "$tmp/out" "$1/screen"
	is "$1: it is compared" "$status" 0
	try "$vmadiff" report -o "$1/report" "old=$1/old.jsonl" "plain=$1/plain.jsonl" \
		"new=$1/new.jsonl"
	is "$1: and published" "$status" 0
}
for folder in told untold; do
	compare $folder
	ok "$folder: the screen has the bill of mremap()" grep -q '^memfd_mremap_grow mremap,' \
		$folder/screen
	ok "$folder: the letter begins with it" sh -c "tr '\n' ' ' <$folder/report/cover-letter.txt |
		grep -q 'memfd_mremap_grow mremap takes'"
	ok "$folder: the page as well" grep -q '<p class=lead>new against .*memfd_mremap_grow mremap takes' \
		$folder/report/report.html
	ok "$folder: and opens that scenario" grep -q '<details class=scenario id="s-memfd_mremap_grow" open>' \
		$folder/report/report.html
	ok "$folder: a waterfall is of it" test -s \
		$folder/plots/waterfall-memfd_mremap_grow-mremap.dat
	ok "$folder: the effects are titled by it" grep -q '^# title: new takes .* in memfd_mremap_grow mremap' \
		$folder/plots/effects.dat
	# A name may break after "_": "do_<wbr>mmap" says nothing of mmap.
	sed -i 's/<wbr>//g' $folder/report/report.html
	ok "$folder: nothing is said of mmap() or secretmem" sh -c \
		"! grep -rliE 'secretmem|mmap\(\)|\bmmap\b' $folder/screen $folder/plots \
			$folder/report.md $folder/report/report.html $folder/report/cover-letter.txt"
done
ok 'what it is called is on the page, as text' grep -q \
	'<h1>mm: grow &amp; move &lt;fast&gt;</h1>' told/report/report.html
ok 'with its link' grep -q 'mremap().*old to new: https://example.org/1' told/report/report.html
ok 'and in the report' grep -q '^# mm: grow .*move &lt;fast&gt;$' told/report.md
ok 'bills start from the stage that it was written against' grep -q \
	'^memfd_mremap_grow mremap, plain to new:' told/screen
ok 'from the first, where nobody says which' grep -q \
	'^memfd_mremap_grow mremap, old to new:' untold/screen
ok 'a headline is drawn, however little it changed' test -s told/plots/waterfall-anon_grow-mremap.dat
ok 'what no record has is no headline' test ! -e told/plots/waterfall-gone-mremap.dat
ok 'what is compared is named' grep -q '^# mremap(), old to new$' untold/report.md

# --- what a record may say
refused() {
	other stock old "\"series\":$2," >bad.jsonl
	try "$vmadiff" check bad.jsonl
	is "$1 is refused" "$status" 4
	says '  with the reason' "$3"
}
refused 'a series that is a word' '"x"' '"series" is not an object'
refused 'a title of two lines' '{"title":"a\\nb"}' 'control character in a string'
refused 'headlines that are no list' '{"headline":{}}' '"headline" of "series" is not an array'
refused 'a headline without an operation' '{"headline":[{"scenario":"a"}]}' '"op"'

finish
