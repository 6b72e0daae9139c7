# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of profile.sh
#
# Of profile.sh: how samples of the timed calls become nanoseconds of a call.

# The function that the driver times: what is called by it is what is measured, and
# nothing else counts.
timed=time_calls

# ops_of DIR: "OP NANOSECONDS" of the boots there; "OP NANOSECONDS shared" where no boot
# had the core to itself for long enough, whose median of all batches is taken then: it is
# too long, but what part of it is whose is as true.
ops_of()
{
	"$vmabench_diff" export -f csv "$1" | awk -F , '$3 == "latency" { print $2, $11 }' |
		while read -r op ns; do
			[ -n "$ns" ] || ns="$(median_of "$op" "$1") shared"
			echo "$op $ns"
		done
}

# median_of OP DIR: nanoseconds of a call, whatever else ran on the core.
median_of()
{
	cat "$2"/*.jsonl | grep '"type":"row"' | grep '"metric":"latency"' |
		sed -n "s/.*\"op\":\"$1\".*\"ops\":\([0-9]*\),.*\"batches\":\[\([^]]*\)\].*/\1,\2/p" |
		awk -F , '{ for (i = 2; i <= NF; i++) printf "%.3f\n", $i / $1 }' |
		sort -n | awk '{ ns[NR] = $1 } END { print ns[int((NR + 1) / 2)] }'
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
