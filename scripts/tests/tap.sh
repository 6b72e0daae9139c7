# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Test Anything Protocol for the script tests.  To be sourced: makes $tmp,
# removed at exit.

tap_count=0
# A test that is about layouts of the maple tree names the scenarios.
export LAYOUTS="${LAYOUTS:-0}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# try COMMAND...: runs it; its status is in $status, what it says in
# $tmp/out and $tmp/err.
# shellcheck disable=SC2034 # the caller's
try() {
	status=0
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

# ok NAME COMMAND...: a test that passes if COMMAND does.
ok() {
	tap_count=$((tap_count + 1))
	tap_name=$1
	shift
	if "$@" >"$tmp/tap" 2>&1; then
		echo "ok $tap_count - $tap_name"
		return
	fi
	echo "not ok $tap_count - $tap_name"
	# Not among the results, where prove would keep it to itself.
	{
		echo "# failed: $tap_name: $*"
		for tap_file in "$tmp/tap" "$tmp/out" "$tmp/err"; do
			[ ! -s "$tap_file" ] || head -n 100 "$tap_file" | sed 's/^/#   /'
		done
	} >&2
}

# is NAME GOT WANTED
is() {
	ok "$1" [ "$2" = "$3" ]
}

# says NAME TEXT: the last command said TEXT on stderr.
says() {
	ok "$1" grep -qF -- "$2" "$tmp/err"
}

# batches RECORD SCENARIO OP METRIC: what the record has of it, with commas.
batches() {
	sed -n "s/.*\"scenario\":\"$2\",.*\"op\":\"$3\",.*\"metric\":\"$4\",.*\"batches\":\[\([^]]*\)\].*/\1/p" "$1"
}

# within SECONDS COMMAND...: becomes true.
within() {
	tap_tries=$(($1 * 10))
	shift
	until "$@" 2>/dev/null; do
		tap_tries=$((tap_tries - 1))
		[ "$tap_tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

# is_ended PID: it has, even if nobody has waited for it.
is_ended() {
	! kill -0 "$1" 2>/dev/null || grep -q '^State:[[:blank:]]*Z' "/proc/$1/status"
}

# not COMMAND...
not() {
	! "$@"
}

# session SID: the processes of a session, but for those that have ended.
session() {
	# Between the list of names and the reading, some of them end.
	cat /proc/[0-9]*/stat 2>/dev/null |
		sed -n "s/^\([0-9]*\) (.*) [^XZ] [0-9]* [0-9]* $1 .*/\1/p"
}

# kill_session SID: all of it, as where a machine runs out of memory or a login ends.
kill_session() {
	# One that is killed after another must not see the end of that.
	session "$1" | xargs kill -s STOP 2>/dev/null
	while [ -n "$(session "$1")" ]; do
		session "$1" | xargs kill -s KILL 2>/dev/null
	done
}

# skip_test NAME WHY: a test that cannot be made here.
skip_test() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

silent() {
	[ ! -s "$tmp/out" ] && [ ! -s "$tmp/err" ]
}

finish() {
	echo "1..$tap_count"
}

# need_kernels STAGE...: their images are in the cache from here on, or the test ends,
# failed, with what the build said.
need_kernels() {
	scripts/kernel.sh build "$@" 2>"$tmp/build" && return
	sed 's/^/# /' "$tmp/build"
	echo "1..1"
	echo "not ok 1 - the kernels to boot are there"
	exit 1
}
