# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of profile.sh
#
# Of profile.sh: perf, and whether it can sample this kernel.

# said FILE: the first line of perf's errors, which says most.
said()
{
	grep -vE '^[[:space:]]*(Error:)?[[:space:]]*$' "$1" | head -n 1
}

check_perf()
{
	command -v "$perf" >/dev/null ||
		die "no $perf here (Debian: linux-perf)"
	perf_version=$("$perf" --version 2>&1) ||
		die "$perf does not run on kernel $(uname -r): $perf_version"
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
		die "/proc/kallsyms hides the addresses of symbols:" \
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

# choose_event k|u: $event, of the kernel or of programs, and in $why_not what became of
# cycles.  An event that can be opened may still never count, or be another one that perf
# takes instead: only samples tell.  And $frequency, as the kernel allows it.
choose_event()
{
	why_not=
	most=$(cat /proc/sys/kernel/perf_event_max_sample_rate 2>/dev/null) ||
		most=$frequency
	[ "$most" -ge "$frequency" ] || frequency=$most
	for event in "cycles:$1" "cpu-clock:$1"; do
		# Keeps the kernel, and a program, busy for some 0.1 s.
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
	die "perf cannot sample $([ "$1" = u ] && echo programs || echo the kernel):" \
		"$why_not$(permissions)"
}
