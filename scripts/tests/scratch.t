#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What runs that were killed have left is removed by the next one, and nothing else is.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

mkdir "$tmp/place"
root=$PWD
cat >"$tmp/run.sh" <<'EOS'
#!/bin/sh
# Usage: run.sh FOLDER [NAME]: says where it works, and does so until it has read a line.

set -eu
root=$1
. "$root/scripts/lib.sh"
. "$root/scripts/scratch.sh"
shift
TMPDIR=$1
export TMPDIR
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT
exit_on_signals
if [ $# -eq 1 ]; then
	take_scratch 1
	work=$scratch
else
	take_scratch 1 "$1" "$2"
	work=$scratch
fi
echo text >"$work/file"
mkdir -m 500 "$work/closed"
helper=none
[ -z "${HELP:-}" ] || {
	sleep 100 8>&- 9>&- &
	helper=$!
}
echo "$work" >&9
echo "$helper" >&9
read -r _ <&8 || :
EOS
mkfifo "$tmp/said" "$tmp/go"
exec 8<>"$tmp/go" 9<>"$tmp/said"

# begin ARGUMENT...: its pid is in $pid, its folder in $work.
begin() {
	sh "$tmp/run.sh" "$root" "$tmp/place" "$@" &
	pid=$!
	read -r work <&9
	read -r helper <&9
}

# leave ARGUMENT...: begin, and kill it.
leave() {
	begin "$@"
	kill -9 $pid
	wait $pid 2>/dev/null
}

leave
dead=$work
ok 'one that is killed leaves its folder' [ -f "$dead/file" ]
begin
ok 'the next one removes that' [ ! -e "$dead" ]
living=$work living_pid=$pid
begin
ok 'but not that of one that lives' [ -f "$living/file" ]
echo >&8
echo >&8
wait $pid $living_pid
is 'who ends leaves nothing' "$(ls -A "$tmp/place")" ''

leave report
dead=$work
case ${dead##*/} in
.report-*) ok 'beside what it will be renamed to, it has a name that is not shown' true ;;
*)	ok 'beside what it will be renamed to, it has a name that is not shown' false ;;
esac
begin report
ok 'that is removed as well' [ ! -e "$dead" ]
echo >&8
wait $pid

HELP=1
export HELP
leave
HELP=
dead=$work left_helper=$helper
begin
ok 'while a process that it has started lives, it stays' [ -f "$dead/file" ]
echo >&8
wait $pid
kill "$left_helper"
within 60 sh -c "! kill -0 $left_helper"
begin
ok 'and then it goes' [ ! -e "$dead" ]
echo >&8
wait $pid

# What is not certain.
leave
cp -a "$work" "$tmp/place/vmabench-copied"
mv "$work" "$tmp/place/vmabench-moved"
mkdir "$tmp/place/vmabench-mine" "$tmp/place/.report-mine" "$tmp/kept"
: >"$tmp/place/vmabench-mine/.vmabench-run"
cp -a "$tmp/place/vmabench-moved" "$tmp/kept/vmabench-linked"
sed -i 's/[^ ]*$/vmabench-linked/' "$tmp/kept/vmabench-linked/.vmabench-run"
ln -s "$tmp/kept/vmabench-linked" "$tmp/place/vmabench-linked"
cp -a "$tmp/place/vmabench-moved" "$tmp/place/vmabench-elsewhere"
echo "another-boot another-machine vmabench-elsewhere" \
	>"$tmp/place/vmabench-elsewhere/.vmabench-run"
find "$tmp/place" -maxdepth 1 | sort >"$tmp/before"
begin
find "$tmp/place" -maxdepth 1 ! -path "$work" | sort >"$tmp/after"
ok 'copied, moved, made by hand, linked, of another machine: it stays' \
	cmp "$tmp/before" "$tmp/after"
ok 'and what a link leads to does' [ -f "$tmp/kept/vmabench-linked/file" ]
echo >&8
wait $pid

if [ -r /etc/machine-id ] && [ -s /etc/machine-id ]; then
	echo "another-boot $(cat /etc/machine-id) vmabench-elsewhere" \
		>"$tmp/place/vmabench-elsewhere/.vmabench-run"
	begin
	ok 'of this machine, before it was rebooted: it goes' \
		[ ! -e "$tmp/place/vmabench-elsewhere" ]
	echo >&8
	wait $pid
else
	skip_test 'of this machine, before it was rebooted: it goes' 'no /etc/machine-id'
fi

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	leave
	dead=$work
	chown -R 65534 "$dead"
	begin
	ok 'that of another user stays' [ -f "$dead/file" ]
	echo >&8
	wait $pid
else
	skip_test 'that of another user stays' 'not root'
fi

# One that was killed before it could say whose the folder is.
dead=$(sh -c 'echo $$')
here=$(cut -d - -f 1 /proc/sys/kernel/random/boot_id).$(readlink /proc/self/ns/pid | tr -dc 0-9)
cd "$tmp/place" || exit 1
mkdir "vmabench-$here.$dead-aaaaaa" ".report-$here.$dead-bbbbbb" \
	"vmabench-$here.$dead-cccccc" "vmabench-$here.$$-dddddd" \
	"vmabench-0$here.$dead-eeeeee" "vmabench-${here}0.$dead-gggggg" ".my-$dead-photos"
: >".report-$here.$dead-bbbbbb/.vmabench-run"
echo mine >"vmabench-$here.$dead-cccccc/file"
ln -s "vmabench-$here.$$-dddddd" "vmabench-$here.$dead-ffffff"
begin
ok 'a folder without a word, of a pid that is gone, goes' [ ! -e "vmabench-$here.$dead-aaaaaa" ]
ok '  and one whose word was not written' [ ! -e ".report-$here.$dead-bbbbbb" ]
ok '  not if something is in it' [ -e "vmabench-$here.$dead-cccccc/file" ]
ok '  nor that of one who is there' [ -d "vmabench-$here.$$-dddddd" ]
ok '  nor one of another boot' [ -d "vmabench-0$here.$dead-eeeeee" ]
ok '  nor of another namespace' [ -d "vmabench-${here}0.$dead-gggggg" ]
ok '  nor one of another name' [ -d ".my-$dead-photos" ]
ok '  nor a link' [ -L "vmabench-$here.$dead-ffffff" ]
echo >&8
wait $pid

finish
