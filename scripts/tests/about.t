#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a series is about: read, refused by line, and taken along by records.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
vmabench=${B:-build}/vmabench
vmadiff=${B:-build}/vmadiff

for file in kernel-patches/*/about; do
	ok "$file is right" "$vmabench" exact --about "$file" --needs-module hook_none
	base=${file%/about}
	named=$(awk '$1 == "base" || $1 == "retry" { print $2 }' "$file")
	for stage in $named; do
		ok "$file: there is a stage $stage" sh -c \
			"[ $stage = stock ] || grep -qE '^$stage\.patch( apart)?\$' $base/series"
	done
	ok "$file: all stages say when they retry" [ \
		"$(awk '$1 == "retry"' "$file" | wc -l)" -eq \
		"$(grep -c '^[^#]*\.patch' "$base/series" | awk '{ print $1 + 1 }')" ]
	# What the patches are called is said twice: here, and in the patches.
	is "$file: the patches are called what they call themselves" \
		"$(awk '$1 == "patch" { $1 = ""; print }' "$file")" \
		"$(sed -n 's/^\([^# ]*\)\.patch.*/\1/p' "$base/series" | while read -r stage; do
			echo " $stage $(sed -n 's/^Subject: \[PATCH\] //p' "$base/$stage.patch")"
		done)"
done

# refused TEXT LINE...: a file of these lines
refused() {
	text=$1
	shift
	printf '%s\n' "$@" >"$tmp/about"
	try "$vmabench" exact --about "$tmp/about" --needs-module nop
	is "$*: a usage error" "$status" 2
	says "  that says where and what" "about:$#: $text"
}
refused 'no such scenario' 'title a' 'headline no_such_thing mmap'
refused 'the scenario has no such operation' 'headline nop mremap'
refused 'headline wants a scenario and an operation' 'headline nop'
refused 'headline wants a scenario and an operation' 'headline nop nop nop'
refused 'a kernel retries a merge early, late, none or unknown' 'retry stock soon'
refused 'retry wants a stage' 'retry stock'
refused 'it is there twice' '# of' 'title a' 'title b'
refused 'it says nothing' 'title   # a'
refused 'no such scenario' 'scenario no_such_thing a'
refused 'it says nothing' 'scenario nop'
refused 'it is there twice' 'scenario nop a' 'scenario nop b'
refused 'it wants a stage' 'stage'
refused 'it wants a stage' 'patch a/b c'
refused 'it says nothing' 'stage stock'
refused 'it is there twice' 'stage stock a' 'patch stock b' 'stage stock c'
refused 'the keys are' 'headlines nop nop'
refused 'the line is too long' "title $(printf '%0500d' 0)"
refused 'a control character' "$(printf 'title \033[1m')"
refused 'it is longer than 255 bytes' "title $(printf '%0256d' 0)"
refused 'it is there twice' 'retry stock early' 'retry stock late'
for hidden in '\0342\0200\0256' '\0342\0200\0213' '\0357\0273\0277' '\0302\0205' '\t'; do
	refused 'a character that is not to be seen' "$(printf 'title a%bb' "$hidden")"
done
refused 'it is no UTF-8' "$(printf 'title \377')"
try "$vmabench" exact --about "$tmp/none" --needs-module nop
is 'no such file: a usage error' "$status" 2
try "$vmabench" exact --about "$tmp" --needs-module nop
is 'a folder: a usage error' "$status" 2
says '  that says so' 'it is a folder'
printf 'title a\0b\n' >"$tmp/about"
try "$vmabench" exact --about "$tmp/about" --needs-module nop
is 'a NUL: a usage error' "$status" 2
says '  that says so' 'about:1: a NUL byte'

# A record of the cache says what is asked for now, and not what it said then.
bench/tests/make_fixture.sh deferred >"$tmp/kept.jsonl"
printf '%s\n' 'title   my series  # says its author' 'link https://example.org/#1' \
	'headline secretmem_append mmap' 'scenario nop calls nothing' 'patch b   of b' \
	'stage a  as it is' 'patch a   of a' >"$tmp/about"
"$vmabench" exact --about "$tmp/about" --stage new --image "$tmp" --kept "$tmp/kept.jsonl" \
	-o "$tmp/new.jsonl" 2>"$tmp/err"
ok 'it is in the header' grep -q '"stage":"new",.*"series":{"title":"my series","link":"https://example.org/#1","headline":\[{"scenario":"secretmem_append","op":"mmap"}\],"scenarios":\[{"scenario":"nop","text":"calls nothing"}\],"stages":\[{"stage":"b","patch":"of b"},{"stage":"a","text":"as it is","patch":"of a"}\]}' \
	"$tmp/new.jsonl"
ok 'and can be read' "$vmadiff" check "$tmp/new.jsonl"
for wrong in 's/"stages":\[/"stages":7,"x":[/' 's/"stage":"b"/"stage":"B"/' \
	's/"scenarios":\[/"scenarios":{},"x":[/' 's/"text":"as it is"/"text":7/'; do
	sed "$wrong" "$tmp/new.jsonl" >"$tmp/wrong.jsonl"
	try "$vmadiff" check "$tmp/wrong.jsonl"
	is "refused: $wrong" "$status" 4
done
"$vmabench" exact --stage new --image "$tmp" --kept "$tmp/new.jsonl" -o "$tmp/other.jsonl" \
	2>"$tmp/err"
ok 'without the option it is not' sh -c "! grep -q my.series $tmp/other.jsonl"

finish
