#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a script runs in the background ends when the script is killed: programs, stages that
# are measured at a time, and a bench, which also leaves the machine as it was.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

setpriv --pdeathsig TERM true 2>/dev/null || {
	echo '1..0 # SKIP no setpriv that can tie a process to another one'
	exit
}

project=$PWD
PIDS=$tmp/pids
export PIDS
mkfifo "$PIDS"
exec 9<>"$PIDS"

# is_gone PID...
is_gone() {
	for gone; do
		! kill -0 "$gone" || return 1
	done
}

# What says its pid, and then goes on for long; and a script that runs it.
cat >"$tmp/long" <<'EOS'
#!/bin/sh
echo $$ >"$PIDS"
exec sleep 1000
EOS
cat >"$tmp/shell" <<'EOS'
#!/bin/sh
# Usage: shell LONG

set -eu
root=$PWD
. scripts/lib.sh
know_shell
case $2 in
shell)	tied "$1" & ;;
subshell) ( know_shell; tied "$1" & echo $! >/dev/null; wait ) ;;
dead)	lib_pid=1
	tied true & ;;
esac
wait $!
EOS
chmod +x "$tmp/long" "$tmp/shell"

sh "$tmp/shell" "$tmp/long" shell &
pid=$!
read -r long <&9
kill -9 $pid
wait $pid 2>/dev/null
ok 'a program in the background ends with its shell' within 60 is_gone "$long"

setsid sh "$tmp/shell" "$tmp/long" subshell &
pid=$!
read -r long <&9
read -r _ _ _ subshell _ <"/proc/$long/stat"
kill -9 "$subshell"
wait $pid 2>/dev/null
ok 'and with a subshell' within 60 is_gone "$long"

try sh "$tmp/shell" "$tmp/long" dead
is 'one whose shell has ended by then does not begin' "$status" 143

# series.sh: measure() of measure.sh, with an exact.sh that goes on for long.
mkdir -p "$tmp/suite/scripts" "$tmp/session"
ln -s "$project/scripts/lib.sh" "$project/scripts/trust.sh" "$tmp/suite/scripts"
cp "$tmp/long" "$tmp/suite/scripts/exact.sh"
cat >"$tmp/series" <<'EOS'
#!/bin/sh
# Usage: series SUITE PROJECT SESSION

set -eu
root=$1 project=$2 session=$3 jobs=2 set=primary scratch=$3 tree='' flame='' scenarios=''
failed=
QUIET=1
. "$root/scripts/lib.sh"
. "$project/scripts/progress.sh"
. "$project/scripts/series/measure.sh"
field() { echo "$1"; }
measure "$session" 1 one two
EOS
sh "$tmp/series" "$tmp/suite" "$project" "$tmp/session" &
pid=$!
read -r one <&9
read -r two <&9
kill -9 $pid
wait $pid 2>/dev/null
ok 'stages that are measured end with the series' within 60 is_gone "$one" "$two"

# bench.sh: quiet, with a vmabench that goes on for long.
mkdir -p "$tmp/build"
cp "$tmp/long" "$tmp/build/vmabench"
unset TMPDIR
for signal in TERM KILL; do
	new_tree
	contents >"$tmp/before"
	env B="$tmp/build" RESULTS="$tmp/results" QUIETEN=1 scripts/bench.sh \
		>"$tmp/out" 2>"$tmp/err" &
	pid=$!
	read -r long <&9
	kill -s $signal $pid
	ended=0
	wait $pid 2>/dev/null || ended=$?
	[ $signal != TERM ] || is 'bench: the status says SIGTERM' $ended 143
	ok "bench, SIG$signal: what measures ends" within 60 is_gone "$long"
	ok "bench, SIG$signal: everything is as it was" within 60 is_restored
done
B=$tmp/build RESULTS=$tmp/results scripts/bench.sh >"$tmp/out" 2>"$tmp/err" &
pid=$!
read -r long <&9
is 'the next one removes what was left in the results' \
	"$(find "$tmp/results" -name '.bench-*' | wc -l)" 1
kill $pid
wait $pid 2>/dev/null
is 'and leaves nothing' "$(ls -A "$tmp/results")" ''

finish
