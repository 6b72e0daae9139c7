# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of profile.sh
#
# Of profile.sh: the profile of a scenario.

# Samples a second, where the kernel allows as many.  Not a divisor of HZ.
frequency=1999

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
	number PROFILE_SECONDS "$seconds"
	[ -x "$vmabench" ] || die "no $vmabench: run make"
	check_perf
	place=$results/$("$vmabench" where)
	set -- --dir "${BENCH_DIR:-$results}" -- "$scenario"
	[ -z "${PROFILE_CPU:-}" ] || set -- --cpu "$PROFILE_CPU" "$@"

	# Is it one, and does it run here?
	"$vmabench" repeat --seconds 1 "$@" || exit $?
	start_in "$place"

	choose_event k
	check_symbols

	set -- "$perf" --buildid-dir "$work/symbols" record -q -F "$frequency" \
		-e "$event" -g --kernel-callchains -o "$work/perf.data" -- \
		"$vmabench" repeat --seconds "$seconds" "$@"
	recorded=$*
	started=$(date -u +%Y%m%d-%H%M%S)
	say "recording $scenario for $seconds s"
	status=0
	in_child "$@" >"$work/log" 2>&1 </dev/null || status=$?
	[ "$status" -eq 0 ] || {
		cat "$work/log" >&2
		die "perf record failed with status $status"
	}
	rm -f "$work/log"
	samples=$(samples_in "$work/perf.data")
	[ "$samples" -gt 0 ] ||
		die "no samples: $scenario spends no time in the kernel"

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
	} | replace "$work/" '' >"$work/header.txt"
	{
		sed 's/^/# /' "$work/header.txt"
		echo '#'
		"$perf" "$@" 2>"$work/log"
	} >"$work/report.txt" || die "perf report: $(said "$work/log")"
	"$perf" --buildid-dir "$work/symbols" script -i "$work/perf.data" \
		--no-inline -F comm,ip,sym 2>"$work/log" | fold >"$work/folded"
	[ -s "$work/folded" ] || die "perf script: $(said "$work/log")"
	rm -f "$work/log"
	"$root/scripts/flame.sh" "$work/flame.svg" --folded "$work/folded" \
		samples "$scenario on $(basename "$place"), $event, by call chain" ||
		warn "no flame graph"

	finish_as "$place/profile-$scenario-$started"
	grep -v '^#' "$directory/report.txt" | grep . | head -n 20
	echo
	sed -n '/^event\|^samples\|^lost/p' "$directory/header.txt"
	echo "Profile:  $directory"
}
