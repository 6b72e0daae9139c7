#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck disable=SC2154 # what is drawn
#
# Usage: disks.sh
#
# A part of torture.sh: disks that have less room than vmabench bench, series.sh,
# report.sh, publish.sh and plot.sh take, or fewer files, or are read-only; for
# the results, or for temporary files.  How much less is drawn.  It holds if
#
#   - the exit status is not 0, and what is said names the place and the reason,
#     and not a kernel that did not boot, nor a file that is not there; a report
#     may also be written, and say which pictures it does not have;
#   - no file with a name of its own is cut short, nothing else is left, and what
#     was there before is what it was.
#
# The disks are in memory, in a mount namespace.  The series, which the short form
# does not have, is counted in guests of kernels that are in the cache already.
#
# Environment:
#   VMABENCH_CACHE  where kernels are, see kernel.sh
#
# Exit status: 0 it could be tried, 2 usage, 77 it cannot be tried here.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/torture/lib.sh
. "$root/scripts/torture/lib.sh"
# shellcheck source=scripts/torture/results.sh
. "$root/scripts/torture/results.sh"

no_options "$@"
[ $# -eq 0 ] || usage
if [ -z "${TORTURE_DISKS:-}" ]; then
	need_torture
	as=
	[ "$(id -u)" -eq 0 ] || as=--map-root-user
	# shellcheck disable=SC2086 # none or one
	unshare $as --mount --propagation private mount -t tmpfs none "$torture_dir" 2>/dev/null ||
		cannot "no disk can be mounted here, not even in a namespace of one's own"
	# shellcheck disable=SC2086 # none or one
	TORTURE_DISKS=1 exec unshare $as --mount --propagation private "$0"
fi
build=$root/${B:-build}
[ -x "$build/vmadiff" ] || cannot "nothing is built: run make"
exit_on_signals
cd "$root"
QUIET=1
VMADIFF=$build/vmadiff
VMABENCH=$build/vmabench
export QUIET VMADIFF VMABENCH
unset SESSION REPORT ARCHIVE SCENARIOS SET TREE RANGE SERIES STYLE BUNDLE KEEP LOOK SEEDS
disk=$torture_dir/disk
other=$torture_dir/other
mkdir "$disk"

# used KIND: KiB or files of the disk that are in use.
used() {
	case $1 in
	files)	df -Pi "$disk" ;;
	*)	df -Pk "$disk" ;;
	esac | awk 'NR == 2 { print $3 }'
}

# new_disk TARGET: an empty one with room enough, and in it what the target finds.
new_disk() {
	umount "$disk" 2>/dev/null || :
	chmod -R u+rwX "$other" 2>/dev/null || :
	rm -rf "$other"
	mkdir "$other"
	mount -t tmpfs -o size=512m,nr_inodes=100000 none "$disk"
	echo mine >"$disk/mine"
	"make_$1"
	sums "$disk" ! -path './results/reports/*' >"$torture_dir/had"
}

# leave KIND AMOUNT: no more room than that.
leave() {
	case $1 in
	room)	mount -o "remount,size=$(($(used room) + $2))k" "$disk" ;;
	files)	mount -o "remount,nr_inodes=$(($(used files) + $2))" "$disk" ;;
	read-only) mount -o remount,ro "$disk" ;;
	esac
}

# Of each target: make_TARGET makes what it finds; run_TARGET becomes it.

make_bench() { :; }
run_bench() {
	exec "$build/vmabench" bench -s 1 --batches 2 --dir "$other" -o "$disk/new/x.jsonl" nop
}

make_session() { :; }
run_session() {
	exec "$build/vmabench" bench -s 1 --batches 2 --dir "$other" --results "$disk/results" nop
}

make_report() { make_results "$disk/results"; }
run_report() {
	GNUPLOT=$gnuplot RESULTS=$disk/results exec scripts/report.sh "$disk/results/session"
}

make_publish() { make_results "$disk/results"; }
run_publish() {
	GNUPLOT=$gnuplot RESULTS=$disk/results exec scripts/publish.sh "$disk/results/session"
}

make_plots() {
	make_results "$disk/results"
	in=$disk/results/session
	"$build/vmadiff" series -o "$in" "deferred=$in/deferred.jsonl" \
		"noretry=$in/noretry.jsonl" >/dev/null 2>&1 || [ $? -eq 3 ]
	find "$in/plots" -name '*.dat' | LC_ALL=C sort | tail -n +3 | xargs rm
}
run_plots() {
	exec scripts/plot.sh "$disk/results/session"
}

# What was counted once is kept, and no guest is booted for its results.
make_series() {
	[ -d "$torture_dir/cache" ] || make_cache "$torture_dir/cache"
	mkdir "$disk/results"
}
run_series() {
	quick_series
	# shellcheck disable=SC2086 # words
	GNUPLOT=/nonexistent RESULTS=$disk/results VMABENCH_CACHE=$torture_dir/cache \
		exec scripts/series.sh $series_stages
}

# Its guests are on the disk, and its results are not.
make_guests() { make_series; }
run_guests() {
	quick_series
	# shellcheck disable=SC2086 # words
	GNUPLOT=/nonexistent RESULTS=$other VMABENCH_CACHE=$torture_dir/cache REMEASURE=1 \
		TMPDIR=$disk exec scripts/series.sh $series_stages
}

# can TARGET
can() {
	case $1 in
	series | guests) are_cached ;;
	plots)	command -v gnuplot >/dev/null ;;
	esac
}

# need_of TARGET KIND: prints how much the target takes of a disk with room enough, as far as
# one who looks often sees it.
need_of() {
	need_file=$torture_dir/$1.$2.need
	[ -f "$need_file" ] || {
		new_disk "$1"
		for need_kind in room files; do
			used $need_kind >"$torture_dir/$need_kind.before"
			cp "$torture_dir/$need_kind.before" "$torture_dir/$need_kind.most"
		done
		begin_child "run_$1" >"$torture_dir/out" 2>"$torture_dir/err"
		while kill -0 "$child" 2>/dev/null; do
			look_again
		done
		wait_child || {
			warn "$1 fails where there is room: $(tail -n 3 "$torture_dir/err" | paste -s -d ' ')"
			exit 1
		}
		look_again
		names >"$torture_dir/$1.names"
		for need_kind in room files; do
			echo $(($(cat "$torture_dir/$need_kind.most") - \
				$(cat "$torture_dir/$need_kind.before"))) \
				>"$torture_dir/$1.$need_kind.need"
		done
	}
	cat "$need_file"
}

# names: of what is on the disk; a session has another one each time.
names() {
	(cd "$disk" && find .) | sed 's/[0-9]\{8\}-[0-9]\{6\}/SESSION/' | LC_ALL=C sort
}

look_again() {
	for look_kind in room files; do
		look=$(used $look_kind)
		[ "$look" -le "$(cat "$torture_dir/$look_kind.most")" ] ||
			echo "$look" >"$torture_dir/$look_kind.most"
	done
	sleep 0.05
}

# says_missing: there is a new report, and it says which pictures it does not have.
says_missing() {
	case $1 in
	report)	[ -f "$disk/results/reports/session/plots/missing.txt" ] ;;
	publish) tar -tJf "$disk/results/reports/session.tar.xz" 2>/dev/null |
			grep -q '/plots/missing.txt$' ;;
	*)	false ;;
	esac
}

# wrong KIND TARGET: prints what did not hold, or nothing.
wrong() {
	[ "$status" -ne 0 ] || says_missing "$2" || echo "its exit status is 0"
	[ "$status" -ne 124 ] || echo "it does not end"
	case $1 in
	read-only) why='Read-only file system' ;;
	*)	why='No space left on device|no room left|MiB of free space' ;;
	esac
	grep -Eq "$why" "$torture_dir/err" || echo "it does not say why"
	grep -qF "$disk" "$torture_dir/err" || echo "it does not say where"
	! grep -Ei 'did not boot|does not boot|BOOT-FAILED|No such file|not found|Segmentation' \
		"$torture_dir/err" || echo "which it is not"
	bad=$(partial "$disk")
	[ -z "$bad" ] || echo "cut short is $bad"
	still "$disk" "$torture_dir/had" || echo "what was there is another"
	[ ! -d "$disk/results/reports" ] || says_missing "$2" || {
		sums "$disk/results/reports" | cmp -s - "$torture_dir/reports" ||
			echo "the report that was there is another"
	}
	left=$(find "$disk" -mindepth 1 -name '.*' ! -name .vmabench.sums)
	[ -z "$left" ] || echo "it leaves $left"
}

# attempt TARGET KIND
attempt() {
	amount=0
	[ "$2" = read-only ] || {
		need=$(need_of "$1" "$2")
		draw amount $((need > 0 ? need : 1))
	}
	tried=
	while [ -z "$tried" ] || { [ "$status" -eq 0 ] && [ "$amount" -gt 0 ] &&
			names | cmp -s - "$torture_dir/$1.names"; }; do
		# It had room enough: half of it.
		[ -z "$tried" ] || amount=$((amount / 2))
		tried=1
		try_once "$@"
	done
	bad=$(wrong "$2" "$1" | paste -s -d ';')
	if [ -z "$bad" ]; then
		held "disks: $2, $1"
	else
		lost "disks: $2, $1" "with $amount left of $2: $bad; it says:" \
			"$(tail -n 4 "$torture_dir/err")"
	fi
}

# try_once TARGET KIND: with $amount.
try_once() {
	new_disk "$1"
	[ ! -d "$disk/results/reports" ] || sums "$disk/results/reports" >"$torture_dir/reports"
	leave "$2" "$amount"
	status=0
	begin_child "run_$1" >"$torture_dir/out" 2>"$torture_dir/err"
	tries=3000
	while kill -0 "$child" 2>/dev/null && [ $tries -gt 0 ]; do
		sleep 0.1
		tries=$((tries - 1))
	done
	if [ $tries -gt 0 ]; then
		wait_child || status=$?
	else
		end_child
		status=124
	fi
	# A record that found no room is kept elsewhere, which is said.
	grep -o '/[^ ]*/vmabench-[0-9]*[.]jsonl' "$torture_dir/err" | while read -r elsewhere; do
		rm -f "$elsewhere"
	done
}

gnuplot=gnuplot
[ -z "$torture_short" ] || gnuplot=/nonexistent
set -- bench session report publish plots
[ -n "$torture_short" ] || set -- "$@" series guests
n=0
while [ $n -lt "$(count 30 5)" ]; do
	n=$((n + 1))
	target=$1
	shift
	set -- "$@" "$target"
	begin_attempt $n || continue
	can "$target" || continue
	draw_word lack room room files read-only
	attempt "$target" "$lack"
done
report_attempts
