#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/quiet.sh on a made-up machine, where its guard is killed as well by SIGKILL, or the
# programs that it runs: what is left then, and who notices.  Kills at moments that are
# drawn are in scripts/torture/kills.sh.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

# guards: those that there are of our made-up machine.
guards() {
	grep -lzsxF "QUIET_STATE=$QUIET_STATE" /proc/[0-9]*/environ | while read -r proc; do
		! grep -qzsxF guard "${proc%environ}cmdline" || basename "${proc%/environ}"
	done
}

new_tree
contents >"$tmp/before"
"$quiet" run true
is 'what is not killed leaves no guard' "$(guards)" ''

# Of what restores, each program in turn is killed whenever it is begun.
for program in sed tac head cat tee; do
	[ -e "$tmp/bin/$program" ] || cat >"$tmp/bin/$program" <<-EOF
	#!/bin/sh
	exec $(command -v $program) "\$@"
	EOF
	cp "$tmp/bin/$program" "$tmp/kept"
	sed '1a kill -9 $$' "$tmp/kept" >"$tmp/killed"
	chmod +x "$tmp/killed"
	new_tree
	"$quiet" on
	mv "$tmp/killed" "$tmp/bin/$program"
	try "$quiet" off
	mv "$tmp/kept" "$tmp/bin/$program"
	ok "off, whose $program is killed: what it has not restored, it does not forget" \
		sh -c "[ -e '$QUIET_STATE' ] || [ $status -eq 0 ]"
	"$quiet" off
	ok '  and the next one restores it' is_restored
done

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
