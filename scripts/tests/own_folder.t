#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Sessions that begin in the same second, or after the clock was set back: each has a
# folder of its own, and what is there already stays what it is.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
root=$PWD
# shellcheck source=scripts/lib.sh
. scripts/lib.sh
# shellcheck source=scripts/own-folder.sh
. scripts/own-folder.sh

build=$PWD/${B:-build}
QUIET=1
export QUIET

# --- scripts
n=0
while [ $n -lt 20 ]; do
	n=$((n + 1))
	# Some have what others want next.
	if [ $((n % 2)) -eq 0 ]; then
		set -- "$tmp/many/a" "$tmp/many/b"
	else
		set -- "$tmp/many/b" "$tmp/many/a"
	fi
	own_folder session "$@" >"$tmp/name.$n" 2>"$tmp/err.$n" &
done
wait
is 'twenty at a time: twenty names' "$(cat "$tmp"/name.* | sort -u | wc -l)" 20
for side in a b; do
	is "  and twenty folders, in $side" "$(cat "$tmp"/name.* | sort | paste -s -d ' ')" \
		"$(find "$tmp/many/$side" -mindepth 1 -printf '%f\n' | sort | paste -s -d ' ')"
done
is '  of which nothing was said' "$(cat "$tmp"/err.*)" ''

mkdir -p "$tmp/some/b"
ln -s nowhere "$tmp/some/b/session"
is 'what one of them has is taken in all' "$(own_folder session "$tmp/some/a" "$tmp/some/b")" \
	session+
is '  and nothing is left of the try' "$(ls "$tmp/some/a")" session+
: >"$tmp/file"
try own_folder session "$tmp/file"
is 'where none can be made: an error' "$status" 1
says '  and it says why' 'File exists'
try own_folder session+x/y "$tmp/some/a"
is 'nor can that: an error' "$status" 1
says '  and it says why' 'No such file or directory'

mkdir "$tmp/new" "$tmp/there"
echo mine >"$tmp/there/file"
echo new >"$tmp/new/file"
is 'a folder that is moved to where one is: beside it' \
	"$(keep_folder "$tmp/new" "$tmp/there")" "$tmp/there+"
is '  which is what it was' "$(cat "$tmp/there/file" "$tmp/there+/file")" 'mine
new'

# --- vmabench bench: sessions of the next minute are there already
place=$tmp/results/$("$build/vmabench" where)
now=$(date +%s)
n=0
while [ $n -lt 60 ]; do
	session=$place/$(date -u -d "@$((now + n))" +%Y%m%d-%H%M%S)
	mkdir -p "$session"
	echo mine >"$session/boot-00.jsonl"
	n=$((n + 1))
done
for n in 1 2; do
	"$build/vmabench" bench -s 1 --batches 1 --dir "$tmp" --results "$tmp/results" nop \
		>"$tmp/path.$n" 2>"$tmp/err.$n" &
done
wait
is 'two benches of a second: two records' "$(sort -u "$tmp"/path.* | wc -l)" 2
for n in 1 2; do
	ok '  one is a record' "$build/vmadiff" check "$(cat "$tmp/path.$n")"
done
is '  what was there is what it was' \
	"$(cat "$place"/*[0-9]/boot-00.jsonl | sort | uniq -c | tr -d ' ')" 60mine
is '  nothing else is there' "$(find "$tmp/results" -type f | wc -l)" 62

# One that is ended leaves no folder.
"$build/vmabench" bench -s 300 --dir "$tmp" --results "$tmp/ended" >/dev/null 2>&1 &
pid=$!
has_session() {
	[ -n "$(find "$tmp/ended" -mindepth 3 -name '2*')" ]
}
ok 'a session that is begun has a folder' within 60 has_session
kill "$pid"
wait "$pid"
ok '  one that is ended has none' not has_session

finish
