# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Folders for what is not kept.  To be sourced after lib.sh.  The script removes its own on
# the way out; what one has left that was killed, the next one removes that makes a folder
# in the same place, and vmabench does (bench/base/scratch.c), and both do so of each
# other.
#
# In each is a file, .vmabench-run, with a line "BOOT MACHINE NAME": the boot and the
# machine that it was made in, and the name of the folder.  It is locked as long as there
# is a process that the script has started, or the script.  So a folder is of a dead run,
# and not of a live one, nor a copy, nor of another machine that shares the file system,
# if it is ours, has that file, the file says so, and the lock is to be had.

scratch_mark=.vmabench-run
scratch_fd=7

# scratch_origin: sets scratch_here to "BOOT MACHINE", and scratch_pids to where a pid means
# a process: the boot and the namespace.
scratch_origin() {
	read -r scratch_boot </proc/sys/kernel/random/boot_id || scratch_boot=-
	read -r scratch_machine </etc/machine-id || scratch_machine=-
	scratch_here="$scratch_boot ${scratch_machine:--}"
	scratch_pids=$(readlink /proc/self/ns/pid) || scratch_pids=
	scratch_pids=${scratch_pids#*[} scratch_pids=${scratch_boot%%-*}.${scratch_pids%]}
} 2>/dev/null

# is_dead_scratch FOLDER: is it certain?  What it is and whose is asked for in one look:
# between two, another user could have put something else there.
is_dead_scratch() {
	[ -O "$1" ] && [ -n "$(find "$1" -prune -type d -user "$(id -u)")" ] &&
		[ -f "$1/$scratch_mark" ] && [ ! -L "$1/$scratch_mark" ] || return 1
	read -r scratch_boot scratch_machine scratch_name <"$1/$scratch_mark" || return 1
	[ "$scratch_name" = "${1##*/}" ] || return 1
	# An earlier boot is one of this machine, and not of another.
	[ "$scratch_boot" = "${scratch_here% *}" ] ||
		{ [ "$scratch_machine" != - ] && [ "$scratch_machine" = "${scratch_here#* }" ]; }
}

# is_begun_scratch FOLDER: was the script killed before it could say whose it is?  The name
# says so, for it has the boot, the namespace of pids, and the pid in it.  A process that
# nobody has waited for yet has ended.
is_begun_scratch() {
	scratch_pid=${1%-*}
	! grep -qs '^State:[[:blank:]]*[^XZ[:blank:]]' "/proc/${scratch_pid##*.}/status" &&
		[ ! -L "$1" ] && [ -O "$1" ] && [ ! -s "$1/$scratch_mark" ]
}

# sweep_scratch FOLDER: removes what is in it of runs that were killed.
sweep_scratch() {
	for scratch_found in "$1"/vmabench-*/$scratch_mark "$1"/.*-*/$scratch_mark; do
		scratch_found=${scratch_found%/*}
		is_dead_scratch "$scratch_found" || continue
		(
			flock -n 4 && chmod -R u+rwX "$scratch_found" && rm -rf "$scratch_found"
		) 4<"$scratch_found/$scratch_mark" || :
	done 2>/dev/null
	for scratch_found in "$1"/vmabench-"$scratch_pids".[0-9]*-?????? \
		"$1"/.[a-z]*-"$scratch_pids".[0-9]*-??????; do
		! is_begun_scratch "$scratch_found" ||
			rm -f "$scratch_found/$scratch_mark"
		! is_begun_scratch "$scratch_found" || rmdir "$scratch_found" || :
	done 2>/dev/null
}

# take_scratch MIB [FOLDER NAME]: makes a folder, FOLDER/.NAME-RUN-XXXXXX or one for
# temporary files, and sets scratch to its name; exits with 1, and says why, where none can
# be made, or has less room than that.  A script may have three of them.
take_scratch() {
	scratch_origin
	scratch_in=${2:-${TMPDIR:-/tmp}}
	sweep_scratch "$scratch_in"
	scratch_made=$(LC_ALL=C mktemp -d "$scratch_in/${3:+.}${3:-vmabench}-$scratch_pids.$$-XXXXXX" 2>&1) ||
		fail 1 "no folder can be made in $scratch_in: ${scratch_made##*: }$([ $# -gt 1 ] ||
			echo "; set TMPDIR to one that can be written")"
	[ "$(free_mib "$scratch_made")" -ge "$1" ] || {
		rmdir "$scratch_made"
		fail 1 "$scratch_in has less than $1 MiB of free space: make some," \
			"or set TMPDIR to another folder"
	}
	# Not before it is locked, it says whose it is.
	eval "exec $scratch_fd>>\"\$scratch_made/\$scratch_mark\""
	! flock -n "$scratch_fd" 2>/dev/null ||
		echo "$scratch_here ${scratch_made##*/}" >"$scratch_made/$scratch_mark"
	scratch_fd=$((scratch_fd - 1))
	scratch=$scratch_made
}

# drop_scratch FOLDER: removes it, which was the last one that was made.
drop_scratch() {
	rm -rf "$1"
	scratch_fd=$((scratch_fd + 1))
	eval "exec $scratch_fd>&-"
}

# keep_scratch FOLDER: is kept, where it was moved to; whoever is killed before leaves a mark
# in it, which means nothing there.
keep_scratch() {
	rm -f "$1/$scratch_mark"
}
