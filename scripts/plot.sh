#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Draw every picture of a session, SVG and PNG, into SESSION/plots, and beside
# it NAME.txt: what it shows, for those who do not see it.
#
# usage: plot.sh SESSION
#
#   VMADIFF   vmadiff to ask for data (default: build/vmadiff)
#   GNUPLOT   gnuplot (default: gnuplot)
#
# A session of the exact tier brings its data files with it ("vmadiff series
# -o SESSION"). For one of the metal tier they are made here from its newest
# record. Exit status: 0 drawn, 2 usage, 4 no data or a picture failed.
set -eu

# gnuplot wants to say "degree" in the encoding of the locale.
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "$0")/.." && pwd)
vmadiff=${VMADIFF:-$here/build/vmadiff}
gnuplot=${GNUPLOT:-gnuplot}

die()
{
	status=$1
	shift
	echo "plot.sh: $*" >&2
	exit "$status"
}

# describe DATA: the finding, then in one paragraph what there is to see
describe()
{
	awk -F '\t' '
	function sentence(s) { if (s != "") { text = text sep s; sep = ". " } }
	function plain(s) { return s ~ /^-?[0-9]+[.][0-9]+$/ ? sprintf("%.4g", s) : s }
	/^# title: /    { print substr($0, 10); next }
	/^# subtitle: / { sentence(substr($0, 13)); next }
	/^# unit: /     { unit = substr($0, 9); next }
	/^# columns: /  { columns = substr($0, 12); next }
	/^# sample: /   { sample = substr($0, 11); next }
	/^#/ || !NF     { next }
	++rows <= 24 {
		values = ""
		for (i = 2; i <= NF; i++)
			if ($i != "?")
				values = values " " plain($i)
		numbers = numbers (rows > 1 ? "; " : "") $1 ":" values
	}
	END {
		if (columns != "")
			sentence("Columns: " columns)
		if (unit != "")
			sentence("Unit: " unit)
		sentence(sample)
		sentence(numbers (rows > 24 ? "; and " rows - 24 " more" : ""))
		print text "."
	}' "$1"
}

[ $# -eq 1 ] || die 2 "usage: plot.sh SESSION"
session=$1
[ -d "$session" ] || die 4 "$session is not a directory"
command -v "$gnuplot" >/dev/null || die 4 "no gnuplot: install gnuplot-nox"
mkdir -p "$session/plots"

# A picture is whole or not there: draw under another name, then rename.
tmp=$(mktemp -d "$session/plots/.draw.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM

newest=
for record in "$session"/boot-*.jsonl; do
	[ -e "$record" ] && newest=$record
done
if [ -n "$newest" ]; then
	[ -x "$vmadiff" ] || die 4 "no vmadiff at $vmadiff: build it or set VMADIFF"
	status=0
	"$vmadiff" show -o "$session" "$newest" >/dev/null || status=$?
	# 3: a scenario failed; the others are drawn.
	case $status in
	0 | 3) ;;
	*) die 4 "$newest: vmadiff made no data of it ($status)" ;;
	esac
fi

drawn=0
for data in "$session"/plots/*.dat; do
	[ -e "$data" ] || continue
	name=$(basename "$data" .dat)
	# One script draws all waterfalls: waterfall-SCENARIO-OP.dat
	picture=$here/plots/${name%%-*}.gp
	[ -e "$picture" ] || die 4 "$data: there is no plots/${name%%-*}.gp to draw it"

	# gnuplot asks the shell for what is in the data: the name is letters and
	# digits, and there is no folder before it.
	case $name in
	*[!A-Za-z0-9_.-]*) die 4 "$data: no name of a picture" ;;
	esac
	(cd "$session/plots" &&
		"$gnuplot" -e "data='$name.dat'; out='${tmp##*/}/$name'" "$picture") ||
		die 4 "$data: gnuplot could not draw it"
	for suffix in svg png; do
		[ -s "$tmp/$name.$suffix" ] || die 4 "$data: $name.$suffix came out empty"
		mv "$tmp/$name.$suffix" "$session/plots/$name.$suffix"
	done
	describe "$data" >"$tmp/$name.txt"
	mv "$tmp/$name.txt" "$session/plots/$name.txt"
	drawn=$((drawn + 1))
done
[ "$drawn" -gt 0 ] || die 4 "$session: no plots/*.dat and no boot-*.jsonl"
