#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is no file is refused wherever one is read: a FIFO is not waited for, and a
# device is not opened. Names are cut between characters, and what a terminal would act
# upon is not printed.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"

vmabench=$here/${B:-build}/vmabench
for stage in deferred noretry; do
	sh "$fixture" "$stage" >"$stage.jsonl"
done
mkfifo fifo
mkdir folder
ln -s /dev/zero zero
ln -s fifo link
printf '[r]\nrows = */*/insns\nmax_increase = 1\n' >policy.ini
stages='deferred=deferred.jsonl noretry=noretry.jsonl'

# refused STATUS NAME WHAT COMMAND...: at once, and it is said why
refused() {
	wanted=$1 name=$2 what=$3
	shift 3
	try timeout -k 1 60 "$@"
	is "$name" "$status" "$wanted"
	says "$what"
}

for thing in fifo zero link; do
	why='a FIFO, a device or a socket'
	refused 4 "a record: $thing" "$why" "$vmadiff" check $thing
	refused 4 "one to compare: $thing" "$why" "$vmadiff" compare deferred.jsonl $thing
	refused 2 "a policy: $thing" "$why" "$vmadiff" gate $thing deferred.jsonl noretry.jsonl
	# shellcheck disable=SC2086 # words
	refused 4 "luck: $thing" "$why" "$vmadiff" series --luck $thing $stages
	refused 4 "a file of another tool: $thing" "$why" "$vmadiff" import hyperfine $thing
	refused 4 "a letter: $thing" "$why" "$vmadiff" lint $thing
	ln -s $thing $thing.jsonl
	refused 4 "a record to strip: $thing" "$why" "$vmadiff" strip -o folder $thing.jsonl
	mkdir "session-$thing"
	ln -s "../$thing" "session-$thing/stages"
	refused 4 "a session whose stages are none: $thing" "$why" \
		"$vmadiff" series "session-$thing"
	mkdir "boots-$thing"
	ln -s "../$thing" "boots-$thing/boot-00.jsonl"
	refused 4 "a boot of a folder: $thing" "$why" "$vmadiff" compare "boots-$thing" "boots-$thing"
	refused 2 "what a series is about: $thing" "$why" \
		"$vmabench" exact --about $thing --stage x --image folder -o none.jsonl
	refused 1 "a kept record: $thing" "$why" \
		"$vmabench" exact --kept $thing --stage x --image folder -o none.jsonl
	mkdir "image-$thing"
	ln -s "../$thing" "image-$thing/vmlinux"
	refused 1 "an image: $thing" "$why" \
		"$here/${B:-build}/vmabench-symbols" "image-$thing/vmlinux"
done
why='it is a folder'
refused 2 'a policy: a folder' "$why" "$vmadiff" gate folder deferred.jsonl noretry.jsonl
refused 4 'a file of another tool: a folder' "$why" "$vmadiff" import hyperfine folder

# A picture that is none is not on the page.
mkdir pictures
mkfifo pictures/x.svg
# shellcheck disable=SC2086 # words
try timeout -k 1 60 "$vmadiff" report -o report --pictures pictures $stages
is 'a picture: a FIFO' "$status" 0

# A pipe that is given is read, as from "perf stat ... |".
printf '{"results":[{"command":"x","times":[1.5],"exit_codes":[0]}]}' |
	"$vmadiff" import hyperfine /dev/stdin >piped
ok 'a pipe of our own is read' grep -q '"type":"row"' piped

# --- names

# plain: nothing in out and err that a terminal would act upon, and all is UTF-8
plain() {
	ok "$1: nothing but text" sh -c \
		'! cat out err | LC_ALL=C grep -qP "[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]"'
	ok "$1: whole characters" sh -c 'cat out err | iconv -f UTF-8 -t UTF-8 >/dev/null'
}
wide=$(printf '\344\270\255%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 \
	23 24 25 26 27 28 29 30 31)
for text in "$wide" "a$wide" "ab$wide"; do
	printf '{"results":[{"command":"%s","times":[-1],"exit_codes":[0]}]}' "$text" >wide.json
	run 4 'a long name' import hyperfine wide.json
	plain 'a long name'
done
evil=$(printf 'evil\033]0;x\007\302\233.jsonl')
cp deferred.jsonl "$evil"
for command in check show "compare noretry.jsonl" "gate policy.ini noretry.jsonl" lint \
	"import perf-stat"; do
	# shellcheck disable=SC2086 # words
	try "$vmadiff" $command "$evil"
	plain "$command"
done
mkdir "$(printf 'dir\033[2J')"
cp deferred.jsonl "$(printf 'dir\033[2J')/boot-00.jsonl"
try "$vmadiff" compare noretry.jsonl "$(printf 'dir\033[2J')"
plain 'a folder'
try "$vmadiff" compare noretry.jsonl "$(printf 'no\nvmadiff: all is well\r')"
plain 'one that is not there'
says '^vmadiff: no<U+000A>vmadiff: all is well<U+000D>: No such file or directory'
try "$vmadiff" "$(printf 'sh\033[2Jow')" deferred.jsonl
plain 'a command'
try "$vmadiff" show "--$(printf '\033[2J')" deferred.jsonl
plain 'an option'
try "$vmabench" exact --about "$evil" --stage x --image folder -o none.jsonl
plain 'a line of what a series is about'
# Nor has a message a second line, whatever it quotes.
forged=$(printf 'x\nforged: all is well\r\nforged')
one_line() {
	try "$@"
	ok "$(basename "$1") $2 $3: a message is one line" \
		sh -c 'grep -q "x<U+000A>forged: all is well<U+000D><U+000A>forged" err &&
			! cat out err | tr "\r" "\n" | grep -q "^forged"'
}
# shellcheck disable=SC2086 # words
{
	one_line "$vmadiff" check "$forged"
	one_line "$vmadiff" series --luck "$forged" $stages
	one_line "$vmadiff" compare --width "$forged" deferred.jsonl noretry.jsonl
	one_line "$vmadiff" gate "$forged" deferred.jsonl noretry.jsonl
	one_line "$vmadiff" show --"$forged" deferred.jsonl
	one_line "$vmadiff" series -o "$forged/x" $stages
}
one_line "$vmabench" bench --seconds "$forged" nop
one_line "$vmabench" bench --set "$forged"
one_line "$vmabench" bench --cpu "$forged" nop
one_line "$vmabench" bench "$forged"
one_line "$vmabench" repeat nop "$forged"
one_line "$vmabench" exact --about "$forged" --stage x --image folder -o none.jsonl
one_line "$vmabench" exact --kept "$forged" --stage x --image folder -o none.jsonl
mkdir -p "$forged"
one_line "$vmabench" bench -s 1 -o "$forged" nop
# shellcheck disable=SC2016 # it is text
try "$vmabench" bench --seconds '$(...)' nop
is 'what is no number: exit status 2' "$status" 2
says "^vmabench bench: --seconds takes a number from 1 to 86400, and '\$(...)' is none$"
printf '{"\033[2J": 1}' >luck.json
# shellcheck disable=SC2086 # words
try "$vmadiff" series --luck luck.json $stages
plain 'luck that is no JSON'

finish
