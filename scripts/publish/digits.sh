# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Of publish.sh and of what it puts into a bundle: are the counts of a kernel those that
# were published?  The exact tier repeats to the digit, so that the lines of two records
# are compared as text; numbers are taken out of those that differ only.

# header_of RECORD NAME: the text of that name in the first line of a record.
header_of() {
	sed -n "1s/.*\"$2\":\"\([^\"]*\)\".*/\1/p" "$1"
}

# scenarios_of RECORD: those that it has lines of, one a line.
scenarios_of() {
	sed -n 's/^{"type":"\(row\|failure\|skip\)","scenario":"\([^"]*\)".*/\2/p' "$1" |
		LC_ALL=C sort -u
}

# Functions of awk for a line of a record.
# shellcheck disable=SC2016 # of awk
awk_lines='
	# text(NAME): the string of that name
	function text(name) {
		if (!match($0, "\"" name "\":\"[^\"]*\""))
			return ""
		return substr($0, RSTART + length(name) + 4,
			      RLENGTH - length(name) - 5)
	}
	# number(NAME): the number of that name
	function number(name) {
		if (!match($0, "\"" name "\":[0-9]+"))
			return 0
		return substr($0, RSTART + length(name) + 3) + 0
	}
	# per_op(): of a row, the mean of its batches
	function per_op(   ops, n, i, v, sum) {
		ops = number("ops")
		if (!ops || !match($0, /"batches":\[[^]]+\]/))
			return "nothing"
		n = split(substr($0, RSTART + 11, RLENGTH - 12), v, ",")
		for (i = 1; i <= n; i++)
			sum += v[i]
		return sum / n / ops
	}
	function percent(from, to,   by) {
		if (from == "nothing" || to == "nothing" || from + 0 == 0 || from == to)
			return ""
		by = 100 * (to / from - 1)
		return sprintf(by < 100 ? " (%+.3g %%)" : " (%+.0f %%)", by)
	}
	BEGIN {
		n = split(scenarios, v, " ")
		for (i = 1; i <= n; i++)
			chosen[v[i]]
	}'

# compare_digits STAGE PUBLISHED COUNTED SCENARIO...: says of two records of one kernel how
# many rows of these scenarios are equal, and which differ, by how much and in which
# functions.  Returns 0 if all are equal, 1 if not, 3 if a scenario failed that had not.
compare_digits() {
	stage=$1 published=$2 counted=$3
	shift 3
	awk -v stage="$stage" -v scenarios="$*" "$awk_lines"'
	# of_layouts(): is it of layouts of the maple tree, which a bundle does not boot?
	function of_layouts() {
		return type == "layout" || type == "layouts" ||
			type == "skip" && text("reason") ~ /^layouts unavailable/
	}
	# tell(WORDS): one line of what differs, if there are not too many
	function tell(words) {
		if (++told <= 20)
			list = list "\n  " words
	}
	# bill(SIGN): adds what functions had of an operation to the differences
	function bill(sign,   n, i, v, entry, at) {
		at = index($0, "\"functions\":[[")
		n = split(substr($0, at + 14), v, /\],\[/)
		for (i = 1; at && i <= n; i++) {
			split(v[i], entry, ",")
			gsub(/"/, "", entry[1])
			diff[entry[1]] += sign * entry[2] / number("ops")
		}
	}
	# functions(OP): the five that differ most
	function functions(op,   f, i, most, list) {
		split("", diff)
		$0 = was[op]
		bill(-1)
		$0 = is[op]
		bill(1)
		for (i = 0; i < 5; i++) {
			most = ""
			for (f in diff)
				if (diff[f] * diff[f] > 1e-9 && (most == "" ||
				    diff[f] * diff[f] > diff[most] * diff[most]))
					most = f
			if (most == "")
				break
			list = list sprintf("%s%s %+.1f", i ? ", " : "", most, diff[most])
			delete diff[most]
		}
		return list
	}
	BEGIN { OFMT = CONVFMT = "%.8g" }
	{
		type = text("type")
		scenario = text("scenario")
		if (type == "header" || type == "stacks" || !(scenario in chosen) ||
		    of_layouts())
			next
		what = scenario (text("op") == "" ? "" : " " text("op"))
		key = type " " what " " text("metric") " " text("region") " " text("class")
	}
	FNR == NR {
		if (!(key in line))
			keys[++nr] = key
		name[key] = what (type == "row" ? " " text("metric") : ": its " type)
		line[key] = $0
		value[key] = type == "row" ? per_op() : ""
		next
	}
	{ seen[key] }
	type == "row" { rows++ }
	(key in line) && line[key] == $0 { next }
	type == "failure" { failed = failed "\n  " what ": " text("reason") }
	type == "functions" {
		was[what] = line[key]
		is[what] = $0
		differ++
		next
	}
	type == "row" {
		now = per_op()
		if (!(key in line))
			line[key] = value[key] = "nothing"
		by = percent(value[key], now)
		if (value[key] == now)
			by = ", and single calls differ"
		tell(sprintf("%s %s: %s published, %s here%s", what, text("metric"),
			     value[key] "", now "", by))
		unequal++
		next
	}
	{
		tell(what ": another " type (type == "shape" ? ", " text("outcome") : ""))
		differ++
	}
	END {
		for (i = 1; i <= nr; i++)
			if (!(keys[i] in seen) && keys[i] !~ /^functions /) {
				tell(name[keys[i]] " was published, and is not here")
				differ++
				if (keys[i] ~ /^row /) {
					rows++
					unequal++
				}
			}
		for (op in is) {
			found = functions(op)
			if (found != "" && ++bills <= 10)
				by_function = by_function "\n  " op ", instructions a call: " found
		}
		if (told > 20)
			list = list sprintf("\n  and %d more lines", told - 20)
		if (!unequal && !differ)
			printf("%s: %d rows, every digit as published\n", stage, rows)
		else
			printf("%s: %d rows, %d as published, %d not:%s\n", stage, rows,
			       rows - unequal, unequal, list by_function)
		if (failed != "")
			printf("%s failed here, and had not:%s\n", stage, failed)
		exit failed != "" ? 3 : unequal + differ ? 1 : 0
	}' "$published" "$counted"
}

# print_effect BASE NEW SCENARIO...: a table of what two kernels execute a call.
print_effect() {
	base=$1 new=$2
	shift 2
	awk -v scenarios="$*" "$awk_lines"'
	!(text("scenario") in chosen) || text("type") != "row" ||
		text("metric") != "insns" { next }
	{ what = text("scenario") " " text("op") }
	FNR == NR { before[what] = per_op(); next }
	what in before {
		change = percent(before[what], per_op())
		gsub(/[ ()]/, "", change)
		printf("%-34s %10.1f %10.1f %10s\n", what, before[what], per_op(),
		       change == "" ? "=" : change)
	}' "$base" "$new"
}
