#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: profile.sh SCENARIO
#	 profile.sh --diff BASE NEW
#
# Where in the kernel does a scenario spend its time?  Runs it over and over
# under perf, and keeps a list of functions, a flame graph and what it takes to
# read the profile after the next reboot in
#
#   RESULTS/<host>/<kernel>/profile-<scenario>-<time>/
#     header.txt report.txt flame.svg folded perf.data kallsyms symbols/
#
# --diff compares two such directories, of two kernels: diff.txt (perf diff) and
# diff.svg go to RESULTS/profile-diff-<scenario>-<time>/.
#
# Environment:
#   PROFILE_SECONDS  how long to record (10)
#   PROFILE_CPU      CPU to run on (the last one)
#   BENCH_DIR        folder for regular files (the results folder)
#   RESULTS          results folder (results)
#   PERF             perf (perf)
#
# Exit status: 0 done, 1 not, 2 usage, 3 the scenario failed or is not possible
# here, 4 the profiles cannot be compared.

set -eu

export LC_ALL=C.UTF-8

root=$(cd "$(dirname "$0")/.." && pwd)
vmabench=${B:-$root/build}/vmabench
results=${RESULTS:-$root/results}
perf=${PERF:-perf}
seconds=${PROFILE_SECONDS:-10}
work=
child=

# Samples a second, where the kernel allows as many.  Not a divisor of HZ.
frequency=1999

die()
{
	status=$1
	shift
	echo "profile.sh: $*" >&2
	exit "$status"
}

usage()
{
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0"
}

undo()
{
	if [ -n "$child" ]; then
		kill "$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	fi
	[ -z "$work" ] || rm -rf "$work"
}
trap undo EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# start_in DIR: $work, beside what it will be renamed to.
start_in()
{
	mkdir -p "$1" 2>/dev/null || :
	work=$(mktemp -d "$1/.profile.XXXXXX") ||
		die 1 "cannot write to $1: set RESULTS"
	chmod 755 "$work"
}

# finish_as DIR
finish_as()
{
	[ ! -e "$1" ] || die 1 "$1 is there already"
	mv "$work" "$1"
	work=
}

# said FILE: the first line of perf's errors, which says most.
said()
{
	grep -vE '^[[:space:]]*(Error:)?[[:space:]]*$' "$1" | head -n 1
}

check_perf()
{
	command -v "$perf" >/dev/null ||
		die 1 "no $perf here (Debian: linux-perf)"
	perf_version=$("$perf" --version 2>&1) ||
		die 1 "$perf does not run on kernel $(uname -r): $perf_version"
}

# Where it can be that profiling the kernel fails for want of permission: what
# vmabench knows of it.
permissions()
{
	"$vmabench" events perf::CPU-CLOCK 2>/dev/null |
		sed -n 's/^1 not to be counted here: /; /p'
}

# A list of addresses says nothing.
check_symbols()
{
	be_root='be root'
	[ "$(id -u)" -ne 0 ] ||
		be_root='be root of the host, or in a container with --cap-add=SYSLOG'
	awk '$1 !~ /^0+$/ { seen = 1; exit } END { exit !seen }' \
		/proc/kallsyms 2>/dev/null ||
		die 1 "/proc/kallsyms hides the addresses of symbols:" \
			"$be_root, or set kernel.kptr_restrict to 0 (it is" \
			"$(cat /proc/sys/kernel/kptr_restrict 2>/dev/null ||
				echo unknown))" \
			"and kernel.perf_event_paranoid to 1"
}

samples_in()
{
	"$perf" report --stats -i "$1" 2>/dev/null |
		awk '$1 == "SAMPLE" { n = $3; exit } END { print n + 0 }'
}

# The ring buffer's losses and those of the event overlap: the larger one.
lost_in()
{
	{
		"$perf" script --show-lost-events -i "$1" -F comm 2>/dev/null |
			awk '/PERF_RECORD_LOST lost/ { n += $NF }
				END { print n + 0 }'
		"$perf" report --stdio -i "$1" --percent-limit 100 2>/dev/null |
			sed -n 's/^# Total Lost Samples: //p'
	} | sort -n | tail -n 1
}

# choose_event: $event, and in $why_not what became of cycles.  An event that
# can be opened may still never count, or be another one that perf takes
# instead: only samples tell.
choose_event()
{
	why_not=
	for event in cycles:k cpu-clock:k; do
		# Keeps the kernel busy for some 0.1 s.
		if ! "$perf" record -q -F "$frequency" -e "$event" \
			-o "$work/trial" -- dd if=/dev/zero of=/dev/null bs=1 \
			count=200000 status=none >"$work/log" 2>&1; then
			problem=$(said "$work/log")
		elif got=$("$perf" evlist -i "$work/trial" | head -n 1) &&
			[ "$got" != "$event" ]; then
			problem="perf took $got instead, there is no PMU"
		elif [ "$(samples_in "$work/trial")" -eq 0 ]; then
			problem='it opens, but never counts'
		else
			rm -f "$work/trial" "$work/trial.old"
			return 0
		fi
		why_not="$why_not${why_not:+; }$event: $problem"
	done
	die 1 "perf cannot sample the kernel: $why_not$(permissions)"
}

# fold: "frame;frame;... count" of what perf script prints.
fold()
{
	awk '
	function flush_chain() {
		if (chain != "")
			count[chain]++
		chain = ""
	}
	NF == 0 { flush_chain(); next }
	/^[[:space:]]/ { chain = $2 (chain == "" ? "" : ";" chain) }
	END {
		flush_chain()
		for (c in count)
			print c, count[c]
	}' | sort
}

profile()
{
	scenario=$1
	case $seconds in
	'' | 0 | *[!0-9]*) die 2 "PROFILE_SECONDS: '$seconds' is not a number above 0" ;;
	esac
	[ -x "$vmabench" ] || die 1 "no $vmabench: run make"
	check_perf
	place=$results/$("$vmabench" where)
	set -- --dir "${BENCH_DIR:-$results}" -- "$scenario"
	[ -z "${PROFILE_CPU:-}" ] || set -- --cpu "$PROFILE_CPU" "$@"

	# Is it one, and does it run here?
	"$vmabench" repeat --seconds 1 "$@" || exit $?
	start_in "$place"

	most=$(cat /proc/sys/kernel/perf_event_max_sample_rate 2>/dev/null) ||
		most=$frequency
	[ "$most" -ge "$frequency" ] || frequency=$most
	choose_event
	check_symbols

	set -- "$perf" --buildid-dir "$work/symbols" record -q -F "$frequency" \
		-e "$event" -g --kernel-callchains -o "$work/perf.data" -- \
		"$vmabench" repeat --seconds "$seconds" "$@"
	recorded=$*
	started=$(date -u +%Y%m%d-%H%M%S)
	[ "${QUIET:-0}" = 1 ] ||
		echo "profile.sh: recording $scenario for $seconds s" >&2
	# In the background, so that a signal ends it at once.
	"$@" >"$work/log" 2>&1 </dev/null &
	child=$!
	status=0
	wait "$child" || status=$?
	child=
	[ "$status" -eq 0 ] || {
		cat "$work/log" >&2
		die 1 "perf record failed with status $status"
	}
	rm -f "$work/log"
	samples=$(samples_in "$work/perf.data")
	[ "$samples" -gt 0 ] ||
		die 1 "no samples: $scenario spends no time in the kernel"

	# perf keeps the symbols of what was hit, by build id, if there is one.
	ln "$work/symbols/[kernel.kallsyms]"/*/kallsyms "$work/kallsyms" \
		2>/dev/null || (umask 077 && cat /proc/kallsyms >"$work/kallsyms")
	chmod 600 "$work/kallsyms"
	[ ! -d "$work/symbols" ] || chmod 700 "$work/symbols"

	set -- --buildid-dir "$work/symbols" report -i "$work/perf.data" \
		--stdio --no-children --no-inline -g none \
		-F overhead,sample,symbol
	{
		echo "scenario: $scenario"
		echo "host: $(basename "$(dirname "$place")")"
		echo "kernel: $(basename "$place")"
		echo "time: $started"
		echo "event: $event${why_not:+ ($why_not)}"
		echo "frequency: $frequency a second"
		echo "seconds: $seconds"
		echo "samples: $samples"
		echo "lost samples: $(lost_in "$work/perf.data")"
		echo "perf: $perf_version"
		echo "vmabench: $("$vmabench" --version)"
		echo "recorded by: $recorded"
		echo "listed by: $perf $*"
	} | sed "s|$work/||g" >"$work/header.txt"
	{
		sed 's/^/# /' "$work/header.txt"
		echo '#'
		"$perf" "$@" 2>"$work/log"
	} >"$work/report.txt" || die 1 "perf report: $(said "$work/log")"
	"$perf" --buildid-dir "$work/symbols" script -i "$work/perf.data" \
		--no-inline -F comm,ip,sym 2>"$work/log" | fold >"$work/folded"
	[ -s "$work/folded" ] || die 1 "perf script: $(said "$work/log")"
	rm -f "$work/log"
	"$root/scripts/flame.sh" "$work/flame.svg" --folded "$work/folded" \
		samples "$scenario on $(basename "$place"), $event, by call chain" ||
		echo "profile.sh: no flame graph" >&2

	directory=$place/profile-$scenario-$started
	finish_as "$directory"
	grep -v '^#' "$directory/report.txt" | grep . | head -n 20
	echo
	sed -n '/^event\|^samples\|^lost/p' "$directory/header.txt"
	echo "Profile:  $directory"
}

# header_of DIR KEY
header_of()
{
	sed -n "s/^$2: //p" "$1/header.txt"
}

# same KEY: of both profiles, or they are not comparable.
same()
{
	of_base=$(header_of "$base" "$1")
	of_new=$(header_of "$new" "$1")
	[ "${of_base%% *}" = "${of_new%% *}" ] ||
		die 4 "not comparable: $1 is $of_base in $base, $of_new in $new"
}

difference()
{
	base=${1%/}
	new=${2%/}
	for side in "$base" "$new"; do
		for file in header.txt perf.data folded; do
			[ -r "$side/$file" ] ||
				die 4 "$side is no profile: cannot read $side/$file"
		done
	done
	check_perf
	same scenario
	same host
	same event
	scenario=$(header_of "$new" scenario)
	start_in "$results"

	# The symbols of both kernels, neither of which need be running.
	mkdir "$work/symbols"
	for side in "$base" "$new"; do
		[ ! -d "$side/symbols" ] || cp -R "$side/symbols/." "$work/symbols"
	done
	{
		echo "# base: $base: $(header_of "$base" kernel)," \
			"$(header_of "$base" samples) samples"
		echo "# new:  $new: $(header_of "$new" kernel)," \
			"$(header_of "$new" samples) samples"
		echo "# event: $(header_of "$new" event)"
		echo "# Shares of the samples, not cost: an operation that got" \
			"cheaper makes all else a larger share."
		echo '#'
		"$perf" --buildid-dir "$work/symbols" diff -s symbol \
			"$base/perf.data" "$new/perf.data" 2>"$work/log"
	} >"$work/diff.txt" || die 1 "perf diff: $(said "$work/log")"
	rm -rf "$work/log" "$work/symbols"

	# As shares as well: the profiles need not be equally long.
	awk '
	FNR == 1 { file++ }
	{ count[file, $1] = $2; total[file] += $2; chains[$1] }
	END {
		for (c in chains)
			printf "%s %.0f %.0f\n", c,
				1e6 * count[1, c] / total[1],
				1e6 * count[2, c] / total[2]
	}' "$base/folded" "$new/folded" | sort >"$work/folded"
	"$root/scripts/flame.sh" "$work/diff.svg" --folded "$work/folded" \
		'millionths of the samples' \
		"$scenario, $(header_of "$base" kernel) to $(header_of "$new" kernel)" ||
		echo "profile.sh: no flame graph" >&2
	directory=$results/profile-diff-$scenario-$(date -u +%Y%m%d-%H%M%S)
	finish_as "$directory"
	head -n 30 "$directory/diff.txt"
	echo "Difference: $directory"
}

case ${1:-} in
--help)
	usage ;;
--diff)
	if [ $# -ne 3 ] || [ -z "$2" ] || [ -z "$3" ]; then
		usage >&2
		die 2 "--diff takes two directories of profiles" \
			"(make profile-diff BASE=DIR NEW=DIR)"
	fi
	difference "$2" "$3" ;;
'' | -*)
	usage >&2
	die 2 "which scenario?  'vmabench list' names them" ;;
*)
	[ $# -eq 1 ] || die 2 "one scenario at a time"
	profile "$1" ;;
esac
