# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of profile.sh
#
# Of profile.sh: profiles of stages as programs of this machine, as the native tier
# measures them.

# The function that the driver times: what is called by it is what is measured, and
# nothing else counts.
timed=time_calls

# Batches of a boot: some seconds.
native_batches=4000

# ops_of DIR: "OP NANOSECONDS" of the boots there.
ops_of()
{
	"$vmabench_diff" export -f csv "$1" | awk -F , '$3 == "latency" { print $2, $11 }'
}

# weigh OPS FOLDED: "operation;frame;... NANOSECONDS", of a call, of the chains in
# FOLDED that lead through $timed; OPS has lines of ops_of.  Samples say what part of the
# time of a call is whose; how long it takes has been measured.  mmap() and munmap() are
# told apart by the function that is called first, other operations are taken together.
weigh()
{
	awk -v timed="$timed" '
	FILENAME == ARGV[1] {
		ops[++nr] = $1
		ns[$1] = $2
		apart = apart || $1 !~ /^(mmap|munmap)$/
		name = name (nr > 1 ? "+" : "") $1
		sum += $2
		next
	}
	FNR == 1 && (apart || nr == 1) {
		nr = 1
		ops[1] = name
		ns[name] = sum
	}
	{
		n = $NF
		sub(/ [^ ]*$/, "")
		if (!match($0, "(^|;)" timed "(\\.[^;]*)?(;|$)"))
			next
		chain = substr($0, RSTART + RLENGTH)
		first = chain
		sub(/;.*/, "", first)
		if (chain == "") {
			loop += n
			next
		}
		op = nr == 1 ? ops[1] : first ~ /munmap/ ? "munmap" : "mmap"
		samples[op, chain] += n
		all[op] += n
		total += n
	}
	END {
		# The loop itself belongs to all operations, by what they take.
		for (i = 1; i <= nr; i++)
			if (loop && all[ops[i]]) {
				samples[ops[i], timed] = loop * all[ops[i]] / total
				all[ops[i]] += samples[ops[i], timed]
			}
		for (key in samples) {
			split(key, part, SUBSEP)
			printf "%s;%s %.3f\n", part[1], part[2],
				ns[part[1]] * samples[key] / all[part[1]]
		}
	}' "$1" "$2" | sort
}

# by_function FOLDED [FOLDED]: "OP FUNCTION", and of each file the nanoseconds in the
# function itself, and in it with all that it calls.
by_function()
{
	awk '
	FNR == 1 { file++ }
	{
		n = $NF
		sub(/ [^ ]*$/, "")
		frames = split($0, frame, ";")
		for (i = 2; i <= frames; i++) {
			key = frame[1] " " frame[i]
			keys[key]
			if (!((key, NR) in seen))
				whole[key, file] += n
			seen[key, NR]
		}
		self[key, file] += n
	}
	END {
		for (key in keys) {
			printf "%s", key
			for (f = 1; f <= file; f++)
				printf " %.3f %.3f", self[key, f], whole[key, f]
			print ""
		}
	}' "$@" | sort
}

# report_native FOLDED: functions of each operation, the ones that take most first.
report_native()
{
	echo "# ns a call: in the function itself, and with what it calls"
	by_function "$1" | sort -k 1,1 -k 3,3nr -k 4,4nr | awk '
	$1 != op {
		printf "%s%8s %8s  %s\n", op == "" ? "" : "\n", "itself", "all", $1
		op = $1
	}
	{ printf "%8.1f %8.1f  %s\n", $3, $4, $2 }'
}

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
	echo "$1" | sed "s|$work/||g" >"$own/recorded"
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
	awk '{ printf "time of a call: %.1f ns, %s\n", $2, $1 }' "$work/$1/ops"
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
	directory=$results/native/$host/$1/profile-$scenario-$started
	mkdir -p "${directory%/*}"
	[ ! -e "$directory" ] || die "$directory is there already"
	mv "$own" "$directory"
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
	names=$("$vmabench" list | sed -n 's/^\([a-z][a-z0-9_]*\) .*/\1/p')
	echo "$names" | grep -qxF -e "$scenario" ||
		echo "$names" | no_such scenario "$scenario" \
			"'vmabench list' names all of them" || exit $?
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
