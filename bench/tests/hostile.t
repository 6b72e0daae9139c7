#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Records whose texts are backquotes, $(...), system(), <script>, ../, marks of
# Markdown and of mails, and a megabyte: no output does anything with them. What
# no text may hold at all (control, bidirectional and hidden characters) the
# reader refuses.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"

"$here/bench/tests/hostile_records.sh" in || exit 1
base=in/deferred.jsonl new=in/noretry.jsonl
stages="deferred=$base noretry=$new"
lrm='\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf'

# nothing DIR_OR_FILE: no control or hidden character reaches what is read
# shellcheck disable=SC2016 # a script
nothing() {
	ok "$1: no control or hidden character" sh -c \
		'! LC_ALL=C grep -rlP "[\x00-\x08\x0b-\x1f\x7f]|$2" "$1"' sh "$1" "$lrm"
}

# small FILE BYTES: a megabyte of text is cut where people read
small() {
	ok "$1: a long text is cut" [ "$(wc -c <"$1")" -lt "$2" ]
}

# --- text
# A column of exact records that are not of one stage is refused nothing here.
for words in "compare $base $new" "compare --all $base $new" \
		"compare --stages $stages" "show $base" "series -o session $stages"; do
	# shellcheck disable=SC2086
	try "$vmadiff" $words
	ok "${words%% *}: comes to an end" [ "$status" -le 4 ]
	cat out err >text
	nothing text
	small text 300000
done
nothing session
small session/report.md 300000
awk '/^```/ { inside = !inside } !inside' session/report.md >outside.md
ok 'Markdown: no element of a record' sh -c '! grep -qE "<(script|img|b)\b" outside.md'
ok 'plots: nothing but names in what gnuplot reads as text' sh -c \
	'! grep -rh "^[^#]" session/plots | grep -q "touch pwned"'

cat >policy.ini <<'EOT'
[default]
insns = 1%
EOT
try "$vmadiff" gate policy.ini "$base" "$new"
cat out err >text
nothing text
small text 300000
for format in json csv markdown junit ktap openmetrics gobench; do
	try "$vmadiff" export -f "$format" "$base" "$new"
	ok "export $format: comes to an end" [ "$status" -le 4 ]
	# The lines of CSV end in \r\n.
	sed 's/\r$//' out >"export.$format"
	nothing "export.$format"
done

# --- letters
for style in own lkp mmtests fastpath; do
	# shellcheck disable=SC2086
	run 0 "letter: $style" letter --style "$style" $stages
	cp out "letter.$style"
	small "letter.$style" 20000
	run 0 "lint finds nothing in it" lint "letter.$style"
done

# --- the report
mkdir pictures
cat >pictures/evil.svg <<'EOT'
<svg xmlns="http://www.w3.org/2000/svg" onload="window.pwned=1"><script>window.pwned=1</script></svg>
EOT
printf '"><script>window.pwned=1</script>\nalt" onerror="window.pwned=1\n' >pictures/evil.txt
# shellcheck disable=SC2086
run 0 'report' report -o report --pictures pictures $stages
nothing report/report.html
nothing report/report.md
nothing report/reproduce.sh
small report/report.html 1500000
# Exactly the page's own script, and no element or handler of a record.
is 'page: one script' "$(grep -o '<script' report/report.html | wc -l)" 1
perl -0pe 's{<(style|script)>.*?</\1>}{}gs' report/report.html >bare.html
# What is between quotes is a value, and no quote of a record ends one.
ok 'page: no handler' sh -c 'sed "s/=\"[^\"]*\"/=/g" bare.html >unquoted.html &&
	! grep -qiE "<[a-z]+[^>]* on[a-z]+ *=" unquoted.html'
ok 'page: no link elsewhere' sh -c \
	'! grep -qiE "(href|src)=\"?(javascript|https?|//)" bare.html'
is 'page: no image but pictures' "$(grep -o '<img' bare.html | wc -l)" \
	"$(grep -o 'src="data:image/svg+xml;base64,' bare.html | wc -l)"
ok 'page: forbids what it does not use' grep -q \
	"Content-Security-Policy content=\"default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'sha256-[A-Za-z0-9+/]*='; script-src 'sha256-[A-Za-z0-9+/]*='\"" \
	report/report.html
for mark in style script; do
	digest=$(perl -MDigest::SHA=sha256_base64 -0777 -ne \
		"print sha256_base64(\$1) if m{<$mark>(.*?)</$mark>}s" report/report.html)=
	ok "page: the digest of its $mark is right" grep -qF \
		"$mark-src 'sha256-$digest'" report/report.html
done
is 'script: a revision is no command' \
	"$(grep -c 'touch pwned' report/reproduce.sh)" 0
ok 'script: is one' sh -n report/reproduce.sh

# --- copies that name nobody keep their texts in their place
mkdir copies
run 0 'strip' strip -o copies "$base" "$new"
run 0 'the copies are records' check copies/deferred.jsonl copies/noretry.jsonl

ok 'nothing was run' [ ! -e pwned ]
ok 'nothing was written elsewhere' [ ! -e ../pwned ]

# --- refused: ANSI sequences, overrides, newlines, what cannot be seen
refuse() {
	sed "s/\"reason\":\"no DAX device\"/\"reason\":\"$2\"/" metal.jsonl >bad.jsonl
	run 4 "$1" check bad.jsonl
	says "$3 character in a string"
	cat out err >text
	nothing text
}
sh "$fixture" metal >metal.jsonl
refuse 'an ANSI sequence' '\\u001b[31mred' control
refuse 'one of C1' '\\u009b31m' control
refuse 'a newline' 'a\\nb' control
refuse 'a bidirectional override' 'ab\\u202egpj.exe' hidden
refuse 'an isolate' 'a\\u2066b' hidden
refuse 'a zero-width space' 'a\\u200bb' hidden
refuse 'a tag' 'a\\udb40\\udc41' hidden
sed 's/"scenario":"nop"/"scenario":"..\/..\/pwned"/' metal.jsonl >bad.jsonl
run 4 'a path as a name' check bad.jsonl
says 'a name is'
name=$(printf 'evil\033[31m\xe2\x80\xae.jsonl')
cp bad.jsonl "$name"
run 4 'a file name that is none' check "$name"
cat out err >text
nothing text

finish
