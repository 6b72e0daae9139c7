#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: metal.sh plan BASE NEW... [OPTION...]   write a session
#        metal.sh check BASE NEW... [OPTION...]  only whether plan would take it
#        metal.sh build [SESSION]                build its kernels, install them
#        metal.sh run [SESSION] --yes [--force] [--boot HOW]
#        metal.sh status [SESSION]
#        metal.sh stop [SESSION]                 boot nothing more
#        metal.sh resume [SESSION] --yes [--force] [--boot HOW]
#        metal.sh undo [SESSION]                 remove all that was added
#
# Compares kernels on this machine: boots each of them many times, in blocks of
# random order, measures, goes on by itself, and ends with the comparison.  BASE
# and NEW are kernels that are installed (a version as in /boot, or a path),
# stages of kernel-patches, or, with TREE=, revisions of a git tree.  SESSION is
# the last one that was planned, unless it is given.  vmabench-metal.8 has the
# rest.
#
# Options of plan:
#   --full          4 blocks with 3 boots of each kernel (the default)
#   --quick         2 blocks with 3 boots of each
#   --blocks N      this many blocks
#   --boots N       this many boots of each kernel in a block
#   --seconds N     time to measure in a boot (60)
#   --set SET       scenarios: primary, extended, which has the primary ones,
#                   too, or mm (primary)
#   --quiet         measure under quiet.sh, which undoes all that it sets
#   --seed N        of the order of boots (from the clock)
#   --name NAME     of the session (from the clock)
#   --config FILE   of kernels to build (that of the running kernel)
#
# Options of run and resume:
#   --yes           the machine may be rebooted
#   --force         even while others are logged in
#   --boot HOW      auto, kexec, grub or systemd-boot (auto: kexec if it works)
#
# Environment:
#   RESULTS         results folder (results; for root, where another user may
#                   change what is in it, /var/lib/vmabench)
#   TREE            git tree of revisions
#   METAL_SYSROOT   where /boot, /etc, /proc, /run, /sys and /var are, for tests
#
# Exit status: 0 done, 1 failed, 2 usage, 3 not all boots could be measured.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/guard.sh
. "$root/scripts/guard.sh"

build=${B:-$root/build}
results=${RESULTS:-$root/results}
# What root boots is no other user's, though the tree be.
[ -n "${RESULTS:-}" ] || [ "$(id -u)" -ne 0 ] || [ -z "$(foreign_part own "$results" 0)" ] ||
	results=/var/lib/vmabench
tree=${TREE:-}
sys=${METAL_SYSROOT:-}
export LC_ALL=C
umask 022

# Of what comes after the plan, where it was said.
yes=
force=
how=auto
operator=${SUDO_USER:-$(id -un)}

# shellcheck source=scripts/metal/trust.sh
. "$root/scripts/metal/trust.sh"
# shellcheck source=scripts/metal/state.sh
. "$root/scripts/metal/state.sh"
# shellcheck source=scripts/metal/plan.sh
. "$root/scripts/metal/plan.sh"
# shellcheck source=scripts/metal/build.sh
. "$root/scripts/metal/build.sh"
# shellcheck source=scripts/metal/loader.sh
. "$root/scripts/metal/loader.sh"
# shellcheck source=scripts/metal/boot.sh
. "$root/scripts/metal/boot.sh"
# shellcheck source=scripts/metal/measure.sh
. "$root/scripts/metal/measure.sh"
# shellcheck source=scripts/metal/guard.sh
. "$root/scripts/metal/guard.sh"

# arguments ARGUMENT...: options of run, and the session.
arguments() {
	session=
	while [ $# -gt 0 ]; do
		case $1 in
		--yes)	yes=1 ;;
		--force) force=1 ;;
		--boot | --user)
			[ $# -gt 1 ] || misuse "$1 needs a value"
			if [ "$1" = --boot ]; then how=$2; else operator=$2; fi
			shift ;;
		-*)	misuse "no option '$1'" ;;
		*)	[ -z "$session" ] || misuse "one session, not also '$1'"
			session=$1 ;;
		esac
		shift
	done
	among --boot "$how" auto kexec grub systemd-boot
	open_session "$session"
}

# Another session that is under way would boot its kernels between ours.
check_no_other() {
	[ -f "$sys$unit" ] || return 0
	other=$(sed -n 's/^# session //p' "$sys$unit")
	[ "$other" != "$dir" ] ||
		die "$name is under way since $(sed -n 's/^# since //p' "$sys$unit")," \
			"by $(sed -n 's/^# by //p' "$sys$unit"); metal.sh stop stops it"
	die "another session is under way since" \
		"$(sed -n 's/^# since //p' "$sys$unit"), by" \
		"$(sed -n 's/^# by //p' "$sys$unit"): $other;" \
		"metal.sh stop $other stops it"
}

# depart WHAT: all that has to be right before the first reboot.
depart() {
	[ -n "$yes" ] || die "this reboots the machine $(left) times:" \
		"say --yes to that"
	[ "$(id -u)" -eq 0 ] || [ -n "$sys" ] || die "only root may do that"
	[ -n "$sys" ] || [ -d /run/systemd/system ] ||
		die "the machine does not run systemd, which starts the" \
			"measurements after a boot"
	check_no_other
	others=$(others)
	[ -z "$others" ] || [ -n "$force" ] ||
		die "other users are logged in: $others; say --force if they" \
			"have been told"
	check_kernels
	check_space || exit 1
	install_programs
	choose_loader
	begin_departure
	log "$1" - 0 "by $operator"
	install_all
	check_entries || exit 1
	go_on
	departed
}

cmd_run() {
	arguments "$@"
	lock run
	! has_event finished || die "$name is finished; $dir/compare.txt"
	! has_event run || die "$name was started before; metal.sh resume goes on"
	depart run
}

cmd_resume() {
	arguments "$@"
	lock resume
	! has_event finished || die "$name is finished; $dir/compare.txt"
	has_event run || die "$name was never started; metal.sh run does that"
	[ -n "$yes" ] || die "this reboots the machine $(left) times:" \
		"say --yes to that"
	check_no_other
	bring_home
	# Whatever was under way when it stopped is no fault of the kernel.
	case $(current) in
	booting* | measuring*)
		current_fields
		# shellcheck disable=SC2031 # current_fields sets it
		log excused "$boot" "$attempt" "stopped" ;;
	esac
	depart resumed
}

# What the unit does at each boot.
cmd_next() {
	arguments "$@"
	yes=1
	lock next
	if has_event finished; then
		uninstall
		return 0
	fi
	check_clock
	bring_home
	arrive
	go_on
}

cmd_stop() {
	arguments "$@"
	grep -qsxF "# session $dir" "$sys$unit" ||
		die "$name is not under way"
	systemctl stop "$(basename "$unit")" || :
	lock stop
	uninstall
	log stopped - 0 "by $operator"
	tell "$name is stopped, $(summary); metal.sh resume goes on"
	! on_the_way || tell "the kernel that runs is one of the session's:" \
		"reboot to leave it"
}

cmd_status() {
	arguments "$@"
	tell "session $dir, $(summary)"
	table
	holder=$(cat "$sys/run/vmabench-metal.lock" 2>/dev/null) || :
	if [ -n "$holder" ] && ! flock -n "$sys/run/vmabench-metal.lock" true; then
		tell "at work: $holder"
	elif [ -f "$sys$unit" ] && grep -qxF "# session $dir" "$sys$unit"; then
		tell "under way since $(sed -n 's/^# since //p' "$sys$unit")"
	fi
	lines | tail -n 5 | sed 's/ \.$//'
	[ ! -f "$dir/compare.txt" ] || tell "comparison: $dir/compare.txt"
}

cmd_undo() {
	arguments "$@"
	lock undo
	uninstall
	remove_kernels
	log undone - 0 "by $operator"
	tell "what $name had added is removed; its results stay in $dir"
}

[ $# -gt 0 ] || usage
command=$1
shift
case $command in
plan)	cmd_plan "$@" ;;
check)	plan_arguments "$@" ;;
build)	cmd_build "$@" ;;
run)	cmd_run "$@" ;;
next)	cmd_next "$@" ;;
guard)	cmd_guard "$@" ;;
status)	cmd_status "$@" ;;
stop)	cmd_stop "$@" ;;
resume)	cmd_resume "$@" ;;
undo)	cmd_undo "$@" ;;
*)	help | sed -n 's/^.*metal\.sh \([a-z]*\) .*/\1/p' |
		no_such command "$command" "--help names them" || exit $? ;;
esac
