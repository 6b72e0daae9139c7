#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Records that cannot be written, for the folder or for a limit: refused before anything
# is measured, and nothing is left behind.  And a small stack.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
vmabench=$build/vmabench
vmadiff=$build/vmadiff
QUIET=1
export QUIET
out=$tmp/records
mkdir "$out"

# A shell that runs the rest of its arguments under a limit, soft and hard.
files='ulimit -f 20 && exec "$@"'
stack='ulimit -s 64 && exec "$@"'

# refused NAME REASON COMMAND...: at once, for that reason, without a trace.  What is
# measured takes longer than timeout waits.
refused() {
	refused_name=$1 reason=$2
	shift 2
	try timeout 30 "$@"
	is "$refused_name: refused before anything is measured" "$status" 1
	says "$refused_name: the reason" "nothing is measured: $reason"
	ok "$refused_name: nothing is left behind" \
		[ -z "$(find "$out" -mindepth 1 ! -path "$out/kept*")" ]
}

# bench FILE
bench() {
	set -- "$vmabench" bench -s 300 --dir "$tmp" -o "$1" nop
	refused "$name" "$reason" "$@"
}

# Never a device of the machine: root would replace what all use.
mkfifo "$tmp/pipe"
: >"$tmp/file"
ln -s file "$tmp/link"
name='a folder that is a file' reason="the record cannot be written to $tmp/file/x.jsonl: Not a directory"
bench "$tmp/file/x.jsonl"
for name in pipe link; do
	reason="the record cannot be written to $tmp/$name: it is there, and is no file"
	bench "$tmp/$name"
done
ok 'they are what they were' [ -p "$tmp/pipe" -a -L "$tmp/link" -a ! -s "$tmp/file" ]
name='a folder' reason="the record cannot be written to $out: Is a directory"
bench "$out"
name='a record that is there' reason="the record cannot be written to $out/kept: it is there already, and is not replaced: remove it, or name another file"
echo mine >"$out/kept"
for mode in 444 644; do
	chmod $mode "$out/kept"
	bench "$out/kept"
done
is 'it is what it was' "$(cat "$out/kept")" mine
rm -f "$out/kept"
for tier in exact kvm; do
	refused "$tier" "the record cannot be written to $tmp/file/x: Not a directory" \
		"$vmabench" $tier --stage stock --image "$tmp" -o "$tmp/file/x" nop
done

if [ "$(id -u)" -eq 0 ] && setpriv --reuid=65534 --clear-groups test -x "$vmabench"; then
	chmod 755 "$tmp"
	nobody='setpriv --reuid=65534 --clear-groups'
	# shellcheck disable=SC2086 # words
	refused "a folder of root's" \
		"the record cannot be written to $out/none/x.jsonl: Permission denied" \
		$nobody "$vmabench" bench -s 300 --dir /tmp -o "$out/none/x.jsonl" nop
	chmod 1777 "$out"
	: >"$out/kept"
	# shellcheck disable=SC2086
	refused "root's file, as in /tmp" \
		"the record cannot be written to $out/kept: it is there already, and is not replaced" \
		$nobody "$vmabench" bench -s 300 --dir /tmp -o "$out/kept" nop
	rm "$out/kept"
else
	skip_test 'a folder of others' 'not root, or no setpriv, or the program cannot be reached'
fi

refused 'a limit of files' 'files are limited to' \
	sh -c "$files" sh "$vmabench" bench -s 300 --dir "$tmp" -o "$out/x.jsonl" nop
says 'a limit of files: the cure' 'raise the limit (ulimit -f)'

# --- 64 KiB of stack

small() {
	small_name=$1
	shift
	try sh -c "$stack" sh "$@"
	is "a small stack: $small_name" "$status" 0
}

small 'vmabench --version' "$vmabench" --version
small 'vmabench list' "$vmabench" list
small 'vmabench where' "$vmabench" where
small 'vmabench events' "$vmabench" events
small 'vmabench repeat' "$vmabench" repeat -s 1 --dir "$tmp" nop
small 'vmabench bench' "$vmabench" bench -s 2 --dir "$tmp" -o "$out/deep/er/x.jsonl" \
	nop anon_append
ok 'the folders of a record are made' [ -s "$out/deep/er/x.jsonl" ]
record=$out/deep/er/x.jsonl
small 'vmadiff check' "$vmadiff" check "$record"
small 'vmadiff show' "$vmadiff" show "$record"
small 'vmadiff compare' "$vmadiff" compare "$record" "$record"
small 'vmadiff export' "$vmadiff" export --format json "$record"
small 'vmadiff strip' "$vmadiff" strip -o "$tmp" "$record"
small 'vmadiff report' "$vmadiff" report -o "$tmp/report" "$record"

# What turns out not to be writable when all is measured is kept elsewhere.
mkdir "$tmp/elsewhere" "$tmp/gone"
env QUIET=0 TMPDIR="$tmp/elsewhere" "$vmabench" bench -s 2 --dir "$tmp" \
	-o "$tmp/gone/x.jsonl" nop anon_append file_append memfd_append >/dev/null 2>"$tmp/err" &
pid=$!
ok 'it measures' within 60 grep -qF '/4] ' "$tmp/err"
rmdir "$tmp/gone"
true >"$tmp/gone"
wait "$pid"
is 'a folder that is gone when all is measured: exit 1' $? 1
kept=$(sed -n 's/^vmabench: it is in //p' "$tmp/err")
ok '  what was measured is kept elsewhere' "$vmadiff" check "$kept"

# What becomes too large is an error that is told, not a signal.
try sh -c "$files" sh "$vmadiff" strip -o "$tmp/report" "$record"
is 'a copy that becomes too large is an error' "$status" 4
says 'and it is told' 'File too large'
ok 'and nothing is left of it' [ ! -e "$tmp/report/x.jsonl" ]

finish
