#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: quiet_kills.t [KILLS [SEED]]
#
# scripts/quiet.sh on a made-up machine, killed by SIGKILL at moments that are drawn from a
# seed: everything is as it was, with nobody doing anything about it; what is left where
# the guard is killed as well, and who notices.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

kills=${1:-8} seed=${2:-1}

# moments NUMBER SEED: parts of a time, in thousandths.
moments() {
	awk -v n="$1" -v seed="$2" 'BEGIN {
		srand(seed)
		while (n--)
			print int(1000 * rand())
	}'
}

# is_restored: with nobody left who could still write.
is_restored() {
	[ ! -e "$QUIET_STATE" ] && flock -n "$QUIET_STATE.lock" true &&
		restored >"$tmp/after" && cmp -s "$tmp/before" "$tmp/after"
}

# guards: those that there are of our made-up machine.
guards() {
	grep -lzsxF "QUIET_STATE=$QUIET_STATE" /proc/[0-9]*/environ | while read -r proc; do
		! grep -qzsxF guard "${proc%environ}cmdline" || basename "${proc%/environ}"
	done
}

new_tree
contents >"$tmp/before"
before_ms=$(($(date +%s%N) / 1000000))
"$quiet" run sleep 0.2
all_ms=$(($(date +%s%N) / 1000000 - before_ms))
is 'what is not killed leaves no guard' "$(guards)" ''

count=0
for moment in $(moments "$kills" "$seed"); do
	count=$((count + 1))
	new_tree
	# Every second one with all that is in its group, as a session that is killed is.
	group=$((count % 2))
	case $((count % 4)) in
	0)	set -- on ;;
	*)	set -- run sleep 0.2 ;;
	esac
	setsid "$quiet" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	ms=$((all_ms * moment / 1000))
	sleep "$(printf '%d.%03d' $((ms / 1000)) $((ms % 1000)))"
	if [ $group -eq 1 ]; then
		kill -9 "-$pid"
	else
		kill -9 $pid
	fi 2>/dev/null
	wait $pid 2>/dev/null
	# One that had ended by then has left what it is for.
	! grep -qsx 'by	on' "$QUIET_STATE" || "$quiet" off
	ok "kill $count, $1, at $moment of 1000: everything is as it was" within 60 is_restored
done
ok 'none of them has left a guard' within 60 sh -c "[ -z '$(guards)' ]"

# The guard as well.

# left_by_both: "run" and its guard are killed; the settings stay changed.
left_by_both() {
	new_tree
	setsid "$quiet" run sleep 100 >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	within 60 grep -qx 0 "$tree/sys/devices/system/cpu/cpu1/online"
	guards | xargs kill -9
	kill -9 "-$pid"
	wait $pid 2>/dev/null
	within 60 flock -n "$QUIET_STATE.lock" true
}

left_by_both
is 'the guard is killed, too: settings are left' "$(value proc/sys/kernel/randomize_va_space)" 0
try "$quiet" check
says 'check tells it' 'quiet.sh was killed, and has left settings changed'
try "$quiet" run --only none cat "$tree/proc/sys/kernel/randomize_va_space"
says 'who runs something without any settings is told' \
	'quiet.sh was killed, and has left these settings changed: aslr'
is 'after they are restored' "$(cat "$tmp/out")" 2
ok 'all of them' is_restored

left_by_both
try "$quiet" recover
is 'recover restores them' "$status" 0
ok 'all of these, too' is_restored
try "$quiet" recover
is 'recover again has nothing to do' "$status" 0
ok 'and says nothing' silent

left_by_both
put proc/sys/kernel/random/boot_id boot-2
put proc/sys/kernel/randomize_va_space 1
try "$quiet" recover
is 'rebooted meanwhile: nothing is restored' "$(value proc/sys/kernel/randomize_va_space)" 1
ok 'rebooted meanwhile: nothing is left' [ ! -e "$QUIET_STATE" ]

new_tree
"$quiet" on
try "$quiet" recover
is 'what is to stay is not restored by recover' "$(value proc/sys/kernel/randomize_va_space)" 0
"$quiet" off

# The command does not go on in a machine that is not quiet any more.
new_tree
# shellcheck disable=SC2016 # the command's
setsid "$quiet" run sh -c 'echo $$ >"$STOPPED"; exec sleep 100' >"$tmp/out" 2>"$tmp/err" &
pid=$!
read -r command <"$STOPPED"
kill -9 $pid
wait $pid 2>/dev/null
if setpriv --pdeathsig TERM true 2>/dev/null; then
	ok 'the command of one that is killed is ended' within 60 sh -c "! kill -0 $command"
else
	kill "$command"
	skip_test 'the command of one that is killed is ended' 'no setpriv that can do it'
fi
ok 'and everything is as it was' within 60 is_restored

finish
