# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of range.sh
#
# Of range.sh: a range of the native tier.  It is for machines of one type, which is what
# "vmabench where" says of board, CPU and cores: "type ID", the first line of range/node.
# What is in SESSION/native/NAME was timed on one machine, and is compared by itself.

is_native() {
	[ "$(plan tier)" = native ]
}

# type_of FILE: the type that what a machine has answered says.
type_of() {
	sed -n 's/^type //p' "$1"
}

# check_native: what is asked for.  The machines of a cluster may have more CPUs than this
# one, and other events.
check_native() {
	[ "$slots" -eq 1 ] || fail 2 "SLOTS: of the native tier one cell is timed at a time"
	wanted=$(cluster type)
	case $wanted in
	*[!0-9a-f]*) fail 2 "CLUSTER: type: '$wanted' is not what \"vmabench where\" prints" \
		"before the / on such a machine" ;;
	esac
	[ -x "$build/vmabench" ] || return 0
	if [ "$on" = local ]; then
		in_child "$root/scripts/native-series.sh" --check || exit $?
	else
		in_child env -u CPU -u EVENTS "$root/scripts/native-series.sh" --check || exit $?
		[ -z "${CPU:-}" ] || [ "$CPU" = 0 ] || number CPU "$CPU"
	fi
}

# take_type: of range/node, which this machine wrote: its own type counts where it is the one
# that measures.
take_type() {
	is_native || return 0
	wanted=$(plan type)
	if [ "$on" = local ]; then
		[ -z "$wanted" ] || [ "$wanted" = "$(type_of "$range/node")" ] ||
			fail 2 "this machine is of type $(type_of "$range/node"), and CLUSTER asks for" \
				"type $wanted: nothing was built"
		return
	fi
	{
		[ -z "$wanted" ] || echo "type $wanted"
		sed '/^type /d' "$range/node"
	} >"$tmp/typed"
	put - "$range/node" <"$tmp/typed"
}

# is_right_type NODE FILE: is what a machine has of the plan's type?  The first one that
# answers says which that is, where CLUSTER does not.
is_right_type() {
	is_native || return 0
	its=$(type_of "$2")
	wanted=$(type_of "$range/node")
	[ -n "$wanted" ] || {
		wanted=$its
		{
			echo "type $its"
			cat "$range/node"
		} >"$tmp/typed"
		put - "$range/node" <"$tmp/typed"
	}
	[ "$its" != "$wanted" ] || return 0
	warn "$1 is left out: it is of type $its, and this range is timed on type $wanted alone"
	return 1
}

# end_base: what each cell has beside it is no cell of its own.
end_base() {
	! is_native || put 'done 0 base' "$range/$(names | head -n 1).end"
}

# first_boot NAME KEY: what the environment of the first record of a cell says.
first_boot() {
	cat "$session/native/$1"/*/boot-*.jsonl 2>/dev/null |
		sed -n "1s/.*\"env\":{[^}]*\"$2\":\"\([^\"]*\)\".*/\1/p"
}

# moved NAME: what a commit has moved, a line each, and how many rows it has not.
moved() {
	in_child "$build/vmadiff" export --format=csv "$session/native/$1/base" \
		"$session/native/$1/$1" >"$tmp/moved" 2>"$tmp/moved.err" || :
	if [ "$(wc -l <"$tmp/moved")" -lt 2 ]; then
		echo "    cannot be compared: $(sed 's/^vmadiff: //' "$tmp/moved.err" | tail -n 1)"
		return
	fi
	awk -F , '
	# Only texts are quoted, and none of them is told.
	{ gsub(/"([^"]|"")*"/, "") }
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["quantile"] != "" { next }
	{ verdict = $at["verdict"]; row = $at["scenario"] " " $at["op"] }
	verdict == "EQUIVALENT" || verdict == "TRIVIAL" || verdict == "EXACT-SAME" { equal++; next }
	verdict !~ /REGRESSED|IMPROVED|CHANGED|NOW-FAILS/ { unknown++; next }
	function percent(x) { return sprintf("%+.1f", (x - 1) * 100) }
	{
		line = sprintf("    %-13s %s: %s %.4g>%.4g", verdict, row, $at["metric"],
			$at["base"], $at["new"])
		if ($at["ratio_lower"] != "")
			line = line " (" percent($at["ratio"]) "%, " percent($at["ratio_lower"]) \
				".." percent($at["ratio_upper"]) ")"
		print line
		told++
	}
	END {
		printf "    %s%d equivalent, %d cannot be told\n", told ? "" : "nothing is seen to move: ",
			equal, unknown
	}' "$tmp/moved"
}

# timed_cells: the answer for each commit.
timed_cells() {
	type=$(type_of "$range/node")
	base=$(names | head -n 1)
	cpu=
	for one in $(names); do
		cpu=${cpu:-$(first_boot "$one" cpu)}
	done
	echo "Native tier: each commit against $(cell "$base" 3-),"
	echo "both on one machine, in turns; machines of type ${type:-unknown}${cpu:+,}"
	[ -z "$cpu" ] || echo "$cpu."
	echo "Two commits may have been timed on two machines: only what is said here of each"
	echo "and the base can be compared."
	names | tail -n +2 | while read -r one; do
		echo
		end=$(cat "$range/$one.end" 2>/dev/null) || end='not measured yet'
		echo "$one  $(cell "$one" 3-)$([ "${end%% *}" != 'done' ] ||
			echo ", on $(tail -n 1 "$range/$one.tries" | cut -d ' ' -f 1)")"
		its=$(first_boot "$one" host)
		case ${end%% *},$its in
		done,"$type") moved "$one" ;;
		done,*)	echo "    not compared: it was timed on type ${its:-unknown}" ;;
		*)	echo "    $end" ;;
		esac
	done
}

# collect_timed: SESSION/native.txt
collect_timed() {
	timed_cells >"$tmp/timed"
	put - "$session/native.txt" <"$tmp/timed"
	cat "$session/native.txt"
}
