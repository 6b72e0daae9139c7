#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guard of scripts/quiet.sh on a made-up machine: all of the session that changes
# settings is killed, at each of them; and where systemd runs, of which there is a stand-in,
# the guard is a unit, or, if that does not come to run, a process.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/quiet_machine.sh

# As systemd-run(1) says of a service: it has another parent, session and folder, of the
# environment what it is given, no descriptors but those of a journal, and SIGPIPE ignored.
# One of type "simple" has started when there is a process, one of type "exec" when the
# program runs in it.
cat >"$tmp/bin/systemd-run" <<-'EOF'
	#!/bin/sh
	echo "$*" >>"$UNITS"
	type=simple
	n=$#
	while [ $n -gt 0 ]; do
		case $1 in
		--service-type=*) type=${1#*=} ;;
		--unit)	shift
			n=$((n - 1)) ;;
		--setenv)
			set -- "$@" "$2"
			shift
			n=$((n - 1)) ;;
		--*)	;;
		*)	break ;;
		esac
		shift
		n=$((n - 1))
	done
	while [ $n -gt 0 ]; do
		set -- "$@" "$1"
		shift
		n=$((n - 1))
	done
	case $SYSTEMD in
	*refuses*) exit 1 ;;
	*denies*)	# who may not run the program sees that after fork()
		[ "$type" = simple ]
		exit ;;
	*fails*)
		set -- false ;;
	esac
	cd / && umask 022 && trap "" PIPE
	exec setsid sh -c 'env -i LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@" &' sh "$@" \
		</dev/null >>"$UNITS.journal" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
EOF
chmod +x "$tmp/bin/systemd-run"
UNITS=$tmp/units SYSTEMD=runs
export UNITS SYSTEMD

# machine WITH: a new one, with systemd or without.
machine() {
	new_tree
	[ "$1" = without ] || mkdir -p "$tree/run/systemd/system"
	rm -f "$UNITS" "$UNITS.journal" "$STOP_COUNT"
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

no_guards() {
	[ -z "$(guards)" ]
}

# stopped_at N ARGUMENT...: quiet.sh is at write N, in a session of its own, $pid.
stopped_at() {
	STOP_AT=$1
	export STOP_AT
	shift
	setsid "$quiet" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null &
	pid=$!
	unset STOP_AT
	read -r _ <"$STOPPED"
}

# killed NAME: and now everything is restored.
killed() {
	kill_session $pid
	wait $pid 2>/dev/null
	ok "$1: everything is as it was" within 60 is_restored
}

machine without
contents >"$tmp/before"
with='without with'
[ "$(id -u)" -eq 0 ] || with=without	# systemd is asked by root alone
for systemd in $with; do
	for what in on 'run sleep 100'; do
		for write in 1 5 14; do
			machine "$systemd"
			# shellcheck disable=SC2086 # words
			stopped_at $write $what
			ok "$what, $systemd systemd, write $write: a setting is changed" \
				[ -s "$QUIET_STATE" ]
			killed '  its session is killed'
		done
	done
	ok "$systemd systemd: no guard is left" within 60 no_guards
done

if [ "$(id -u)" -ne 0 ]; then
	skip_test 'a guard that is a unit' 'root is needed'
	finish
	exit
fi

ok 'with systemd the guard is a unit' grep -q -- '--unit vmabench-quiet-[0-9]* ' "$UNITS"
machine with
try "$quiet" run true
is 'nothing is killed: the status is that of the command' "$status" 0
ok '  everything is as it was' is_restored
ok '  the unit ends' within 60 no_guards
ok '  and has said nothing' [ ! -s "$UNITS.journal" ]

# Its folder is another one.
machine with
relative=$(realpath --relative-to=. "$tmp")/run/state
mkdir "$tmp/run"
QUIET_STATE=$relative stopped_at 5 run sleep 100
killed 'the state is named from here'
ok '  its unit does it' grep -q 'these settings are restored' "$UNITS.journal"

for SYSTEMD in refuses denies fails; do
	machine with
	stopped_at 5 run sleep 100
	ok "systemd $SYSTEMD: it was asked" [ -s "$UNITS" ]
	killed '  another guard'
done
SYSTEMD=runs

# The unit of somebody else is not root's.
if command -v setpriv >/dev/null; then
	machine with
	chmod 755 "$tmp"
	: >"$UNITS"
	chmod 666 "$UNITS"
	mkdir "$tmp/run"
	chown -R 65534 "$tree" "$tmp/run"
	try setpriv --reuid=65534 --regid=65534 --clear-groups env TMPDIR="$tmp/run" \
		"$quiet" run --only aslr cat "$tree/proc/sys/kernel/randomize_va_space"
	is 'a mere user' "$(cat "$tmp/out")" 0
	ok '  does not ask systemd' [ ! -s "$UNITS" ]
else
	skip_test 'a mere user' 'no setpriv'
fi

finish
