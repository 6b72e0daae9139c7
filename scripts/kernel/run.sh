# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: make and other programs that run for minutes.  Each is in a session of
# its own, so that all of it can be stopped, and nothing else; its output is in a log.

jobs=${JOBS:-$(nproc)}
case $jobs in
*[!0-9]* | 0*) fail 2 "JOBS is a number above 0, not '$jobs'" ;;
esac
watcher=
place=	# among the kernels that are to be built
um=	# folder of what is added for ARCH=um, where that is built,
kind=	# and what the names of its images, logs and objects begin with

# stop_child: ends the session of $child.
stop_child() {
	[ -n "$child" ] || return 0
	kill -s TERM -- "-$child" 2>/dev/null || :
	wait "$child" 2>/dev/null || :
	tries=0
	while kill -s 0 -- "-$child" 2>/dev/null && [ $tries -lt 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill -s KILL -- "-$child" 2>/dev/null || :
	child=
}

stop_watcher() {
	[ -n "$watcher" ] || return 0
	# A subshell that begins loses the signals that its parent has traps for.
	kill -s KILL "$watcher" 2>/dev/null || :
	wait "$watcher" 2>/dev/null || :
	watcher=
	lib_drawn=1
	clear_line
}

# watch LOG WHAT PID: says every now and then how far LOG has come, for as long
# as this script lives, and ends the make of session PID at its first error: the
# other folders of a kernel would go on for minutes.
watch() {
	seconds=0
	while sleep 1 >/dev/null 2>&1 && [ -e "/proc/$$/exe" ]; do
		seconds=$((seconds + 1))
		if grep -qE '^make.*: \*\*\* .*Error [0-9]' "$1"; then
			kill -s TERM -- "-$3" 2>/dev/null || :
			break
		fi
		draw_line "$2: $seconds s, $(objects "$1") objects$place"
	done
}

# run LOG WHAT COMMAND...: runs COMMAND with its output in LOG, can be interrupted.  The
# watcher's sleep outlives all of it, and gets no lock of who calls: the next cell of a range
# would take that tree for one that somebody builds in.
run() {
	run_log=$1
	run_what=$2
	shift 2
	setsid "$@" >"$run_log" 2>&1 </dev/null &
	child=$!
	watch "$run_log" "$run_what" "$child" 3>&- 8>&- 9>&- &
	watcher=$!
	status=0
	wait "$child" || status=$?
	child=
	stop_watcher
	return $status
}

objects() {
	grep -cE '^  (CC|AS) ' "$1" || :
}

# clean_make LOG WHAT ARGUMENT...: make, with nothing of the caller's environment
# that could reach what is built.
clean_make() {
	make_log=$1
	make_what=$2
	shift 2
	run "$make_log" "$make_what" env -i PATH="$PATH" LC_ALL=C \
		CCACHE_DIR="${VMABENCH_STORE:-$cache}/ccache" CCACHE_MAXSIZE=2G CCACHE_DEPEND=1 \
		CCACHE_BASEDIR="$(dirname "$src")" CCACHE_NOHASHDIR=1 \
		${VMABENCH_STORE:+CCACHE_COMPILERCHECK=content} \
		KBUILD_BUILD_TIMESTAMP="Thu Jan  1 00:00:00 UTC 1970" \
		KBUILD_BUILD_USER=vmabench KBUILD_BUILD_HOST=localhost \
		KBUILD_BUILD_VERSION=1 \
		make -j "$jobs" "$@"
}

# kmake LOG WHAT ARGUMENT...: make in the kernel's tree.
kmake() {
	kmake_log=$1
	kmake_what=$2
	shift 2
	cc=gcc
	# Depend mode: a miss does not run the preprocessor a second time.
	! command -v ccache >/dev/null || cc="ccache gcc"
	[ -z "$um" ] || set -- ARCH=um KBUILD_KCONFIG="$um/Kconfig" \
		KCFLAGS="$(um_flags "$um")" "$@"
	clean_make "$kmake_log" "$kmake_what" -C "$src" O="$obj" CC="$cc" "$@"
}
