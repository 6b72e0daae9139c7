# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of profile.sh
#
# Of profile.sh: profiles of stages as programs of this machine, as the native tier
# measures them.

# Batches of a boot: some seconds.
native_batches=4000

# boot_native STAGE IMAGE SEED SET NUMBER: a boot of $scenario under perf, added to what
# is in $work of this stage.
boot_native()
{
	own=$work/$1
	set -- "$1" "$perf" record -q -N -F "$frequency" -e "$event" \
		--call-graph dwarf,8192 -o "$own/perf.data" -- \
		"$vmabench" native --stage "$1" --image "$2" --layout "$3" \
		--layout-set "$4" --batches "$native_batches" --timeout 600 \
		--index "$5" --block "$3" --order "$5" \
		${PROFILE_CPU:+--cpu "$PROFILE_CPU"} \
		-o "$own/boots/boot-$(printf %04d "$5").jsonl" "$scenario"
	stage=$1
	shift
	status=0
	in_child "$@" >"$own/log" 2>&1 || status=$?
	[ "$status" -eq 0 ] || {
		cat "$own/log" >&2
		fail "$([ "$status" -eq 3 ] && echo 3 || echo 1)" \
			"profiling $stage failed with status $status"
	}
	set -- "$*" "$own"/boots/*.jsonl
	grep -q '"metric":"latency"' "$2" || fail 3 "$scenario is not profiled:" \
		"$(sed -n 's/.*"reason":"\([^"]*\)".*/\1/p' "$2" | head -n 1)"
	echo "$1" | replace "$work/" '' >"$own/recorded"
	"$perf" script -i "$own/perf.data" --no-inline --comm vmlinux -F comm,ip,sym \
		2>"$own/log" | fold >>"$own/chains"
	lost_in "$own/perf.data" >>"$own/lost"
	rm -f "$own/perf.data"
}

# header_native STAGE RELEASE
header_native()
{
	echo "tier: native"
	echo "scenario: $scenario"
	echo "host: $host"
	echo "kernel: $1 ($2)"
	echo "time: $started"
	echo "event: $event${why_not:+ ($why_not)}"
	echo "frequency: $frequency a second"
	echo "layouts: 1 to $layouts of $stages, set $(head -n 1 "$work/layouts" |
		cut -d ' ' -f 3)"
	echo "boots: $(find "$work/$1/boots" -type f | wc -l)"
	awk '{
		printf "time of a call: %.1f ns, %s%s\n", $2, $1, $3 == "shared" ? \
			" (others ran on the same core, which makes it too long)" : ""
	}' "$work/$1/ops"
	awk -v timed="$timed" '
	{ all += $NF }
	match($0, "(^|;)" timed "(\\.[^;]*)?[; ]") { n += $NF }
	END {
		print "samples: " n + 0
		print "left out: " all - n " samples of booting, warming up, and what" \
			" is done between batches"
	}' "$work/$1/chains"
	echo "lost samples: $(awk '{ n += $1 } END { print n + 0 }' "$work/$1/lost")"
	echo "perf: $perf_version"
	echo "vmabench: $("$vmabench" --version)"
	echo "recorded by: $(cat "$work/$1/recorded")"
}

# finish_native STAGE: the directory of its profile is $directory then.
finish_native()
{
	own=$work/$1
	ops_of "$own/boots" >"$own/ops"
	awk '$2 + 0 <= 0 { exit 1 }' "$own/ops" ||
		die "how long a call of $1 takes is not known: $(paste -s -d , "$own/ops")"
	weigh "$own/ops" "$own/chains" >"$own/folded"
	[ -s "$own/folded" ] ||
		die "no samples in timed calls of $1: perf cannot unwind its stack?"
	release=$(sed -n '1s/.*"release":"\([^"]*\)".*/\1/p' "$own/boots/boot-0000.jsonl")
	header_native "$1" "${release:-unknown}" >"$own/header.txt"
	{
		sed 's/^/# /' "$own/header.txt"
		echo '#'
		report_native "$own/folded"
	} >"$own/report.txt"
	"$root/scripts/flame.sh" "$own/flame.svg" --folded "$own/folded" \
		'ns a call' \
		"$scenario, $1, native tier, $event, by call chain" ||
		warn "no flame graph"
	rm -f "$own/log" "$own/lost" "$own/ops" "$own/recorded" "$own/chains"
	directory=$(keep_folder "$own" \
		"$results/native/$host/$1/profile-$scenario-$started")
}

# profile_native SCENARIO STAGE...: boots of all in turn.
profile_native()
{
	scenario=$1
	shift
	number PROFILE_SECONDS "$seconds"
	number PROFILE_LAYOUTS "$layouts"
	stages=$*
	for program in "$vmabench" "$vmabench_diff"; do
		[ -x "$program" ] || die "no $program: run make"
	done
	known_scenarios "$vmabench" "$scenario"
	check_perf
	host=$("$vmabench" where)
	host=${host%%/*}
	start_in "$results"
	choose_event u
	in_child "$root/scripts/kernel.sh" native 1 "$layouts" "$@" >"$work/layouts"
	for stage; do
		mkdir "$work/$stage" "$work/$stage/boots"
		: >"$work/$stage/chains"
	done
	started=$(date -u +%Y%m%d-%H%M%S)
	say "recording $scenario for $((seconds * $#)) s"
	end=$(($(date +%s) + seconds * $#))
	round=0
	while [ "$round" -eq 0 ] || [ "$(date +%s)" -lt "$end" ]; do
		while read -r seed stage set image; do
			boot_native "$stage" "$image" "$seed" "$set" \
				$((round * layouts + seed - 1)) </dev/null
		done <"$work/layouts"
		round=$((round + 1))
	done
	directories=
	for stage; do
		finish_native "$stage"
		directories="$directories $directory"
		grep -v '^#' "$directory/report.txt" | head -n 20
		echo
		sed -n '/^event\|^samples\|^lost/p' "$directory/header.txt"
		echo "Profile:  $directory"
		echo
	done
	rm -rf "$work"
	work=
}

# say_shared SIDE DIR: whether the time of a call there is of a core that others had, too.
say_shared() {
	! grep -q '^time of a call: .*others ran' "$2/header.txt" ||
		echo "# Others ran on the core that had $1:" \
			"part of the change is theirs; do it again"
}

# difference_native: of the profiles $base and $new, into $work.
difference_native()
{
	by_function "$base/folded" "$new/folded" >"$work/functions"
	{
		echo "# ns a call, in the function itself and with what it calls;" \
			"largest changes first"
		[ "$(header_of "$base" layouts)" = "$(header_of "$new" layouts)" ] ||
			echo "# The layouts are not the same: part of the change is" \
				"where functions are (STAGE='BASE NEW' makes both at once)"
		say_shared base "$base"
		say_shared new "$new"
		awk '{
			change = $5 - $3
			size = change < 0 ? -change : change
			print size, $0
		}' "$work/functions" | sort -k 2,2 -k 1,1nr -k 3,3 | awk '
		$2 != op {
			printf "\n%27s  %27s\n", "itself", "with what it calls"
			printf "%8s %8s %9s  %8s %8s %9s  %s\n", "base", "new", "change",
				"base", "new", "change", $2
			op = $2
		}
		{
			printf "%8.1f %8.1f %+9.1f  %8.1f %8.1f %+9.1f  %s\n", $4, $6,
				$6 - $4, $5, $7, $7 - $5, $3
		}'
	} >>"$work/diff.txt"
	rm "$work/functions"
	awk '
	FNR == 1 { file++ }
	{ ns[file, $1] = $2; chains[$1] }
	END {
		for (c in chains)
			printf "%s %.3f %.3f\n", c, ns[1, c], ns[2, c]
	}' "$base/folded" "$new/folded" | sort >"$work/folded"
}
