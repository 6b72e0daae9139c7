# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of series.sh
#
# Of series.sh: what the exact tier counts and the native tier times, side by side.

# beside EXACT_BASE EXACT_NEW NATIVE_BASE NATIVE_NEW: a line for each operation that
# was timed.  Nanoseconds of a change are of the median of BASE: the ratio is what is
# estimated, over layouts.
beside() {
	"$build/vmadiff" export -f csv "$1" "$2" >"$scratch/exact.csv" || :
	"$build/vmadiff" export -f csv "$3" "$4" >"$scratch/native.csv" || :
	awk '
	# fields LINE: into f, by the names of the first line.
	function fields(line,	i, c, n, quoted, text) {
		n = 1
		text = ""
		for (i = 1; i <= length(line) + 1; i++) {
			c = substr(line, i, 1)
			if (c == "\"") {
				quoted = !quoted
			} else if (c == "" || c == "," && !quoted) {
				if (FNR == 1)
					name[n] = text
				f[name[n++]] = text
				text = ""
			} else {
				text = text c
			}
		}
	}
	function pair(format, base, new) {
		if (base == "" || new == "")
			return "-"
		return sprintf(format " > " format, base, new)
	}
	function change(ratio) {
		return sprintf("%+.*f", digits, f["base"] * (ratio - 1))
	}
	# That of 90 % where the verdict is of it, as vmadiff marks it.
	function interval(	end, mark) {
		if (f["verdict"] ~ /^(EQUIVALENT|TRIVIAL)$/) {
			end = "_90"
			mark = "="
		}
		if (f["ratio"] == "" || f["ratio_lower" end] == "")
			return "-"
		digits = f["base"] + 0 < 100 ? 2 : f["base"] + 0 < 1000 ? 1 : 0
		return change(f["ratio"]) " " mark "[" \
			change(f["ratio_lower" end]) ", " \
			change(f["ratio_upper" end]) "]"
	}
	function line(a, b, c, d, e, g) {
		printf "%-*s  %13s  %6s  %9s  %15s  %s\n", width, a, b, c, d, e, g
	}
	{ fields($0) }
	FNR == 1 { next }
	{ key = f["scenario"] " " f["op"] }
	FILENAME == ARGV[1] && f["metric"] ~ /^(insns|maple_stores|vmas)$/ {
		base[key, f["metric"]] = f["base"]
		new[key, f["metric"]] = f["new"]
	}
	FILENAME == ARGV[2] && f["metric"] == "latency" && f["quantile"] == "" {
		keys[++nr] = key
		ns[nr] = pair("%.1f", f["base"], f["new"])
		by[nr] = interval()
		verdict[nr] = f["verdict"]
		if (length(key) > width)
			width = length(key)
	}
	END {
		line("", "instructions", "stores", "VMAs", "ns", "change of ns [95 %]")
		for (i = 1; i <= nr; i++) {
			key = keys[i]
			line(key,
			     pair("%.0f", base[key, "insns"], new[key, "insns"]),
			     pair("%.3g", base[key, "maple_stores"],
				  new[key, "maple_stores"]),
			     pair("%d", base[key, "vmas"], new[key, "vmas"]),
			     ns[i], by[i] " " verdict[i])
			marked = marked || by[i] ~ /=/
		}
		if (marked)
			print "= 90 %, which lies within what does not matter"
	}' "$scratch/exact.csv" "$scratch/native.csv"
}

# timed_stages: those that have records of the native tier.
timed_stages() {
	while read -r stage _; do
		! ls "$dir/native/$stage"/boot-*.jsonl >/dev/null 2>&1 || echo "$stage"
	done <"$dir/stages"
}

# time_natively: the time of what was counted, in $dir/native/STAGE/, beside it.  Where it
# cannot be had, that is said, and what was counted stays.
time_natively() {
	timing=0
	export NATIVE_DIR="$dir/native"
	# shellcheck disable=SC2046 # one word a stage
	run_natively $(awk '$2 ~ /[.]jsonl$/ { print $1 }' "$dir/stages") \
		>"$dir/native.txt" || timing=$?
	[ -z "$tree" ] ||
		sed -n '/ UM-BUILD-FAILED /s/^/not timed: /p' "$scratch/um" >>"$missing"
	timed_stages >"$scratch/timed"
	if { [ "$timing" -ne 0 ] && [ "$timing" -ne 3 ]; } ||
	   [ "$(wc -l <"$scratch/timed")" -lt 2 ]; then
		warn "time was not measured; TIER=exact does not try"
		return
	fi
	[ "$timing" -eq 0 ] || failed="$failed of the native tier"
	base=$(head -n 1 "$scratch/timed")
	new=$(tail -n 1 "$scratch/timed")
	echo
	echo "$base > $new: counted in QEMU, and timed inside of the kernel on this machine" \
		"(native tier):"
	beside "$dir/$base.jsonl" "$dir/$new.jsonl" "$dir/native/$base" \
		"$dir/native/$new" | tee "$dir/beside.txt"
}
