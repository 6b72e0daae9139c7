#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench in containers, made of namespaces here: as process 1, without privileges
# and with all of them, and behind a seccomp filter.  What is refused must be told from
# what would enable it.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/container_box.sh

# Process 1 behaves as any other.

outside() {
	status=0
	"$@" >"$tmp/out-outside" 2>"$tmp/err-outside" </dev/null || status=$?
	status_outside=$status
}

for command in --version list where --help nosuch '' guest-run \
	'bench --seconds=0'; do
	# shellcheck disable=SC2086 # words
	outside "$build/vmabench" $command
	for kind in $kinds; do
		[ "$kind" != plain ] || continue
		# shellcheck disable=SC2086
		try in_box "$kind" "$build/vmabench" $command
		is "$kind, process 1: '$command' ends as elsewhere" \
			"$status" "$status_outside"
		ok "$kind, process 1: '$command' says the same" \
			cmp "$tmp/out" "$tmp/out-outside"
		ok "$kind, process 1: '$command' complains as elsewhere" \
			cmp "$tmp/err" "$tmp/err-outside"
	done
done

# children_of PID
children_of() {
	grep -ls "^PPid:[[:blank:]]*$1\$" /proc/[0-9]*/status |
		sed 's|/proc/\([0-9]*\)/status|\1|'
}

# has_begun PID: of a shell that has called in_box: process 1, which is then $init,
# has started the program, which has started another process.
has_begun() {
	unshare=$(children_of "$1") && init=$(children_of "$unshare") || return 1
	for child in $(children_of "$init"); do
		[ -z "$(children_of "$child")" ] || return 0
	done
	return 1
}

# Of nop alone, bench has enough within a second, in which a busy machine may see nothing.
# What a shell has in the background ignores SIGINT, until bench catches it.
kind=${kinds##* }
init=
for signal in INT:130 TERM:143; do
	in_box "$kind" env --default-signal=INT "$build/vmabench" bench -s 60 \
		--dir "$box" -o "$box/interrupted" >/dev/null 2>&1 &
	pid=$!
	ok "process 1: bench is running" within 60 has_begun $pid
	kill -s "${signal%:*}" "${init:-$pid}"
	status=0
	wait $pid || status=$?
	is "process 1: SIG${signal%:*} ends it" "$status" "${signal#*:}"
	ok 'and there is no record' [ ! -e "$box/interrupted" ]
done
in_box "$kind" "$build/vmabench" repeat -s 60 --dir "$box" nop >/dev/null 2>&1 &
pid=$!
ok "process 1: repeat is running" within 60 has_begun $pid
kill -s TERM "${init:-$pid}"
status=0
wait $pid || status=$?
is 'process 1: SIGTERM ends what has no handler for it' "$status" 143

# An orphan, of a shell that has become vmabench.
no_zombies() {
	for child in $(children_of "$init"); do
		! grep -qs '^State:[[:blank:]]*Z' "/proc/$child/status" || return 1
	done
}

in_box "$kind" sh -c '(sleep 0.2 &); exec "$@"' sh "$build/vmabench" repeat \
	-s 60 --dir "$box" nop >/dev/null 2>&1 &
pid=$!
ok 'process 1: it runs what a shell has started before' within 60 has_begun $pid
sleep 1
ok 'process 1: orphans are reaped' within 10 no_zombies
kill -s TERM "${init:-$pid}"
wait $pid

# What is refused, and what would enable it.

# record_of KIND COMMAND...: $box/record is of three scenarios
record_of() {
	kind=$1
	shift
	rm -f "$box/record"
	try in_box "$kind" "$@" "$build/vmabench" bench -s 1 --dir "$box" \
		--events task-clock -o "$box/record" nop secretmem_append perf_append
	is "$kind${1:+, $1 $2}: what is possible is measured" "$status" 0
	grep -o '"reason":"[^"]*"' "$box/record" >>"$tmp/err"
}

never_says() {
	# shellcheck disable=SC2016 # the other shell's
	ok "$1" sh -c '! grep -F -- "$1" "$2"' sh "$2" "$tmp/err"
}

paranoid=$(cat /proc/sys/kernel/perf_event_paranoid 2>/dev/null) || paranoid=none
for kind in $kinds; do
	record_of "$kind"
	never_says "$kind: root is not told to be root" 'run as root'
	[ "$kind" != privileged ] || continue
	case $paranoid in
	none | -1 | 0 | 1)
		skip_test "$kind: events take more than it has" \
			"kernel.perf_event_paranoid is $paranoid" ;;
	*)	case $kind in
		rootless) cure='do not count: run outside of it' ;;
		plain) cure='give it to the container (--cap-add=PERFMON)' ;;
		esac
		says "$kind: events: what would enable them" \
			"not counted: task-clock: kernel.perf_event_paranoid is $paranoid: "
		says "$kind: events: and the cure is its own" "$cure" ;;
	esac
	case $kind in
	rootless) cure='(rootless container): run outside of it' ;;
	plain) cure='without CAP_SYS_ADMIN: give the container the host' ;;
	esac
	# Of root's user namespace, what is root's is its own.
	if [ -e /sys/kernel/tracing/events ]; then
		skip_test "$kind: tracefs" 'it is mounted here already'
	else
		says "$kind: tracefs: what would enable it" \
			"maple_stores unavailable: no tracefs that can be read"
		says "$kind: tracefs: and the cure is its own" "$cure"
	fi
done

kind=${kinds#* }
kind=${kind%% *}
record_of "$kind" "$build/tests/refuse" EPERM perf_event_open memfd_secret --
says 'seccomp: events' \
	'not counted: task-clock: a seccomp filter forbids perf_event_open'
says 'seccomp: the scenario that needs one' \
	'"reason":"a seccomp filter forbids perf_event_open'
says 'seccomp: secretmem' '"reason":"a seccomp filter forbids memfd_secret'
says 'seccomp: what would enable it' '(--security-opt seccomp=FILE)'
never_says 'seccomp: root is no cure' 'run as root'
record_of "$kind" "$build/tests/refuse" ENOSYS perf_event_open memfd_secret --
says 'seccomp with ENOSYS: events' \
	'not counted: task-clock: a seccomp filter forbids perf_event_open'
says 'seccomp with ENOSYS: secretmem may be forbidden' 'the container a profile'
never_says 'seccomp with ENOSYS: the kernel has perf events' CONFIG_PERF_EVENTS

try unshare --user --map-root-user --mount sh -c \
	'umount -l /proc && exec "$@"' sh "$build/vmabench" bench -s 1 nop
if [ "$status" -eq 1 ] && grep -q '/proc is not there' "$tmp/err"; then
	says 'no /proc: said at once' 'mount -t proc proc /proc'
else
	try unshare --mount sh -c 'mount -t tmpfs none /proc && exec "$@"' sh \
		"$build/vmabench" bench -s 1 nop
	if grep -q '^mount\|^unshare' "$tmp/err"; then
		skip_test 'no /proc' "$(head -n 1 "$tmp/err")"
	else
		says 'no /proc: said at once' 'mount -t proc proc /proc'
	fi
fi

finish
