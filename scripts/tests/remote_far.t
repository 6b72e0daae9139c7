#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# remote.sh: what is left on the other machine by runs that were killed there, all of them
# or but for a guard, and which of that the next run removes.  The other machine is this
# one, for a stand-in of ssh.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

remote=scripts/remote.sh
build=$PWD/${B:-build}
far=$tmp/far
export RESULTS="$tmp/results" REMOTE_DIR="$far" BENCH_SECONDS=1 TMPDIR="$tmp/near"
mkdir "$far" "$TMPDIR" "$tmp/bin" "$tmp/build"
[ -x "$build/vmadiff" ] || {
	skip_test 'the other machine' 'nothing is built'
	finish
	exit
}

# As sshd does it, in a session of its own, which is in $tmp/session; and as ssh says that
# it was killed.
cat >"$tmp/bin/ssh" <<EOF
#!/bin/sh
for command; do :; done
status=0
setsid --wait sh -c 'echo \$\$ >"$tmp/session"; exec sh -c "\$1"' sh "\$command" || status=\$?
[ \$status -le 128 ] || status=255
exit \$status
EOF
# One that measures, without end; or ends without a record.
cat >"$tmp/build/vmabench" <<EOF
#!/bin/sh
[ "\$1" = bench ] || exit 0
[ -e "$tmp/measures" ] || exit 3
echo \$\$ >"$tmp/measures"
exec sleep 600
EOF
chmod +x "$tmp/bin/ssh" "$tmp/build/vmabench"
ln -s "$build/vmadiff" "$tmp/build/vmadiff"

run() {
	try env B="$tmp/build" PATH="$tmp/bin:$PATH" $remote me@there
}

is_empty() {
	[ -z "$(ls -A "$far")" ]
}

# begin: one that measures, in $dir; its session there is $session.
begin() {
	: >"$tmp/measures"
	env B="$tmp/build" PATH="$tmp/bin:$PATH" $remote me@there >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	ok "$1: it measures" within 60 [ -s "$tmp/measures" ]
	session=$(cat "$tmp/session")
	read -r measures <"$tmp/measures"
	rm "$tmp/measures"
	dir=$(dirname "$far"/vmabench.*/pid)
}

# is_over: the program that measured.
is_over() {
	! kill -0 "$measures"
}

# guard: the processes of the guard of $dir, which is another session.
guard() {
	grep -lzsxF "$dir" /proc/[0-9]*/cmdline | while read -r proc; do
		! grep -qzsxF guard "$proc" || basename "${proc%/cmdline}"
	done
}

run
is 'no record: the status there' "$status" 3
ok '  nothing is left there' is_empty

begin 'its session there is killed'
kill_session "$session"
wait $pid
is '  it fails' $? 1
says '  and says so' 'ssh failed, or lost the connection'
ok '  nothing is left there' within 60 is_empty

begin 'so is its shell alone'
kill -s KILL "$session"
ok '  what measures is ended' within 60 is_over
ok '  nothing is left there' within 60 is_empty
wait $pid

begin 'so is what measures alone'
kill -s KILL "$measures"
wait $pid
is '  it fails' $? 1
says '  and says so' 'vmabench was killed there'
ok '  nothing is left there' within 60 is_empty

begin 'so is its guard'
for process in $(guard); do
	kill_session "$process"
done
kill_session "$session"
wait $pid
ok '  that is left there' [ -s "$dir/owner" ]
owner=$(cat "$dir/owner")
run
ok '  the next run removes it' is_empty

# left BOOT MACHINE PROCESSES PID START NAME: what a run has left; "" is as it was.
left() {
	rm -rf "$dir"
	mkdir "$dir"
	{
		# shellcheck disable=SC2086 # words
		set -- "$@" $owner
		echo "${1:-$7} ${2:-$8} ${3:-$9} ${4:-${10}} ${5:-${11}} ${6:-${12}}"
	} >"$dir/owner"
	run
}

# stays NAME
stays() {
	ok "$1: it stays" [ -s "$dir/owner" ]
}

left '' '' '' '' '' ''
ok 'a process that has ended: it is removed' is_empty
left '' '' '' $$ 1 ''
ok 'its number is that of a later one: it is removed' is_empty
left '' '' '' $$ "$(cut -d ' ' -f 22 /proc/$$/stat)" ''
stays 'a process that there is'
left earlier '' 'pid:[1]' '' '' ''
if [ -s /etc/machine-id ]; then
	ok 'of an earlier boot: it is removed' is_empty
else
	stays 'of a machine that is not known'
fi
left another 0123456789abcdef0123456789abcdef '' '' '' ''
stays 'of another machine that shares the folder'
left another - '' '' '' ''
stays 'of a machine without a name'
left '' '' 'pid:[1]' '' '' ''
stays 'of a container of this machine'
left '' '' '' '' '' "$far/vmabench.other"
stays 'a copy'
echo >"$dir/owner"
run
ok 'one that does not say whose it is: it stays' [ -e "$dir/owner" ]
rm -rf "$dir"
mkdir "$tmp/mine"
echo "$owner" >"$tmp/mine/owner"
ln -s "$tmp/mine" "$dir"
run
ok 'a link: what it leads to stays' [ -s "$tmp/mine/owner" ]
if [ "$(id -u)" -eq 0 ]; then
	rm -f "$dir"
	chmod 1777 "$far"
	mkdir "$dir"
	echo "$owner" >"$dir/owner"
	chown -R 65534 "$dir"
	run
	stays "another user's"
	rm -rf "$dir"
	chown 65534 "$far"
	run
	is 'a folder of another user: root does nothing there' "$status" 1
	says '  and says why' 'root works there only where no other user can change what it finds'
else
	skip_test "another user's" 'root is needed'
fi

finish
