# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of museum.sh
#
# Of museum.sh: what the suite says of a case, by the gate and the bill that everybody has.

# mirror: of a policy on standard input one that has the same limits in the other
# direction, for what got better.
mirror() {
	sed 's/max_increase/max_-/; s/max_decrease/max_increase/; s/max_-/max_decrease/'
}

# flagged_rows WORSE BETTER: what gates by the policy and its mirror flag, as they wrote it
# (--ktap).  Prints "WAY SET SCENARIO OP METRIC PERCENT BASE NEW" a row, those that moved
# most first; what may be luck is left out.  A row that cannot be told is "unsure".
flagged_rows() {
	awk '
	function abs(x) { return x < 0 ? -x : x }
	/^  # [a-z_]*: / {
		key = substr($2, 1, length($2) - 1)
		value = $0
		sub(/^  # [a-z_]*: /, "", value)
		known[key] = value
		next
	}
	/^  (not )?ok / {
		bad = $1 == "not"
		split(bad ? $4 : $3, path, ".")
		why = $0
		if (!sub(/.* # /, "", why))
			why = ""
		verdict = known["verdict"]
		set = known["set"]
		base = known["base"]
		new = known["new"]
		higher = known["better"] == "higher"
		delete known
		if (!bad || why ~ /^SKIP / || verdict == "LUCK")
			next
		row = set " " path[1] " " path[2] " " path[3]
		if (why ~ /^ERROR /) {
			way = "unsure"
		} else if (base ~ /^-?[0-9]/ && new ~ /^-?[0-9]/ &&
			   (higher ? new + 0 > base + 0 : new + 0 < base + 0)) {
			# A shape that changed fails by both policies.
			way = "better"
		} else {
			way = "worse"
		}
		if (row in said)
			next
		said[row]
		percent = "inf"
		if (base + 0 != 0)
			percent = sprintf("%.4g", 100 * (new - base) / abs(base + 0))
		else if (new + 0 == 0)
			percent = 0
		size = percent == "inf" ? 1e300 : abs(percent + 0)
		printf "%g\t%s %s %s %s %s\n", size, way, row, percent, base + 0, new + 0
	}' "$1" "$2" | sort -s -t '	' -k 1,1gr | cut -f 2
}

# gate POLICY BASE NEW KTAP: returns 4 where it cannot judge.
gate() {
	gate_status=0
	in_child "$build/vmadiff" gate ${luck:+--luck "$luck"} --ktap "$4" "$1" "$2" "$3" \
		>"$tmp/gate.out" 2>"$tmp/gate.err" || gate_status=$?
	case $gate_status in
	0 | 1) ;;
	*)	[ -s "$tmp/gate.err" ] || cp "$tmp/gate.out" "$tmp/gate.err"
		return 4 ;;
	esac
}

# top_row WAY EXPECTED...: of the rows on standard input the first that goes that way, of
# these scenarios, or of any.
top_row() {
	awk -v way="$1" -v expected=" ${2-} " '
	$1 == way && (expected == "  " || index(expected, " " $3 " ")) { print; exit }'
}

# bill BASE NEW SCENARIO OP METRIC: the functions of which the bill of that row is, what
# changed most first; of a metric that is not of functions, that of the instructions.
bill() {
	case $5 in
	insns_deferred)	set -- "$@" --class deferred ;;
	lines_read | lines_written)
			set -- "$@" --metric "$5" ;;
	esac
	bill_base=$1
	bill_new=$2
	bill_row="$3 $4"
	shift 5
	# shellcheck disable=SC2086 # scenario and operation
	in_child "$build/vmadiff" functions -w 400 "$@" "$bill_base" "$bill_new" \
		$bill_row 2>"$tmp/bill.err" | awk '
		$1 == "function" { table = 1; next }
		!table { next }
		$1 ~ /^[0-9]+$/ || $1 == "total" || /^\(/ { exit }
		{
			# What compiler and allocation profiling add is no other function.
			sub(/\.(constprop|isra|part|cold).*/, "", $1)
			sub(/_noprof$/, "", $1)
			print $1
		}'
}

# leading FILE: the first three functions of standard input in a line, those that are in
# FILE with an asterisk.
leading() {
	head -n 3 | while read -r function; do
		! grep -qxF -e "$function" "$1" || function="$function*"
		echo "$function"
	done | paste -s -d ' '
}

# verdict KIND EXPECTED FLAGGED WORSE BETTER FUNCTIONS: FLAGGED is how many of the expected
# rows are, or of all, where none is expected. What goes the other way is not what was
# reported, and what got better is no regression.
verdict() {
	case $1:$2 in
	neutral:*)
		[ "$4" -eq 0 ] && echo "not flagged" || echo FLAGGED ;;
	*:missed)
		[ "$3" -eq 0 ] && echo "missed as expected" ||
			echo "flagged, better than expected" ;;
	*)	if [ "$3" -gt 0 ]; then
			case $6 in
			*'*'*)	echo flagged ;;
			*)	echo "FLAGGED, BILL ELSEWHERE" ;;
			esac
		elif [ "$4" -gt 0 ] || [ "$5" -gt 0 ]; then
			echo "FLAGGED ELSEWHERE"
		else
			echo "NOT FLAGGED"
		fi ;;
	esac
}

# judge CASE BASE NEW: a line of the table, as table.sh has them; what is known of the case
# stays in $tmp/rows and $tmp/bill.
judge() {
	kind=$(kind_of "$1")
	expected=$(expected_of "$1")
	mirror <"$policy" >"$tmp/mirrored"
	if ! gate "$policy" "$2" "$3" "$tmp/worse.ktap" ||
	   ! gate "$tmp/mirrored" "$2" "$3" "$tmp/better.ktap"; then
		not_measured "$1" "it cannot be judged: $(head -n 1 "$tmp/gate.err")"
		return
	fi
	flagged_rows "$tmp/worse.ktap" "$tmp/better.ktap" >"$tmp/rows"
	unsure=$(awk '$1 == "unsure" { print $3, $4, $5; exit }' "$tmp/rows")
	[ -z "$unsure" ] || {
		not_measured "$1" "it cannot be judged: nothing can be told of $unsure"
		return
	}
	case $kind in
	gain)	way=better ;;
	*)	way=worse ;;
	esac
	worse=$(grep -c '^worse ' "$tmp/rows" || :)
	better=$(grep -c '^better ' "$tmp/rows" || :)
	set=-
	case $kind:$expected in
	neutral:* | *:missed)
		right=$(grep -c "^$way " "$tmp/rows" || :)
		first=$(grep -m 1 "^$way " "$tmp/rows" || head -n 1 "$tmp/rows") ;;
	*)	awk -v way=$way -v expected=" $expected " '
			$1 == way && index(expected, " " $3 " ")' "$tmp/rows" >"$tmp/right"
		right=$(wc -l <"$tmp/right")
		[ "$right" -eq 0 ] || set=$(grep -q '^[a-z]* primary ' "$tmp/right" &&
			echo primary || echo "mm only")
		first=$(head -n 1 "$tmp/right")
		[ -n "$first" ] || first=$(head -n 1 "$tmp/rows") ;;
	esac
	row=- percent=- functions=-
	guilty_of "$museum/$1.patch" >"$tmp/guilty"
	if [ -n "$first" ]; then
		row=$(echo "$first" | awk '{ print $3, $4, $5 }')
		percent=$(echo "$first" | awk '{ print $6 }')
		# shellcheck disable=SC2086 # words
		bill "$2" "$3" $row >"$tmp/bill"
		functions=$(leading "$tmp/guilty" <"$tmp/bill")
	fi
	table_line "$1" "$kind" "$expected" "$worse" "$better" "$set" "$row" "$percent" \
		"$functions" \
		"$(verdict "$kind" "$expected" "$right" "$worse" "$better" "$functions")" -
}
