#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: plot.sh SESSION
#
# Draws every picture of a session, SVG and PNG, into SESSION/plots, and beside
# it NAME.txt: what it shows, for those who do not see it.
#
#   VMADIFF   vmadiff to ask for data (default: build/vmadiff)
#   GNUPLOT   gnuplot (default: gnuplot)
#
# A session of the exact tier brings its data files with it ("vmadiff series
# -o SESSION"). For one of the metal tier they are made here from its newest
# record.
#
# A picture that cannot be drawn does not take the others with it: it is a line
# "plot.sh: NAME: REASON" on standard error, and "NAME: REASON" in
# SESSION/plots/missing.txt, which reports show. Where all are drawn that file is
# not there.
#
# What is in SESSION/plots already is replaced only if an earlier run drew it, and
# nobody has changed it since; where nothing says so of any of it, a version drew
# it all that did not.
#
# Exit status: 0 all are drawn, 2 usage, or such a file is there, 3 some are
# missing, 4 nothing is drawn.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/ours.sh
. "$root/scripts/ours.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"

# gnuplot wants to say "degree" in the encoding of the locale.
export LC_ALL=C.UTF-8
die_status=4

vmadiff=${VMADIFF:-$root/build/vmadiff}
gnuplot=${GNUPLOT:-gnuplot}

# describe DATA: the finding, then in one paragraph what there is to see.  Of the rows the
# first 24 are read out, or as many as "# read: N" says, which leaves out marks; of a row
# all fields, or those that "# spoken: N..." says.  No number has an exponent.
describe()
{
	awk -F '\t' -v most=24 '
	function sentence(s) { if (s != "") { text = text sep s; sep = ". " } }
	function plain(s) {
		if (s !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ || s ~ /^-?[0-9]+$/)
			return s
		size = s < 0 ? -s : s + 0
		return sprintf(size < 0.001 ? "%.7f" : size < 1000 ? "%.4g" : "%.0f", s)
	}
	/^# title: /    { print substr($0, 10); next }
	/^# subtitle: / { sentence(substr($0, 13)); next }
	/^# unit: /     { unit = substr($0, 9); next }
	/^# columns: /  { columns = substr($0, 12); next }
	/^# sample: /   { sample = substr($0, 11); next }
	/^# read: /     { most = substr($0, 9) + 0; marks = 1; next }
	/^# spoken: /   { some = split(substr($0, 11), spoken, " "); next }
	/^#/ || !NF     { next }
	++rows <= most {
		values = ""
		fields = some ? some : NF - 1
		for (i = 1; i <= fields; i++) {
			field = some ? spoken[i] : i + 1
			if ($field != "?")
				values = values " " plain($field)
		}
		numbers = numbers (rows > 1 ? "; " : "") $1 ":" values
	}
	END {
		if (columns != "" && !some)
			sentence("Columns: " columns)
		if (unit != "")
			sentence("Unit: " unit)
		sentence(sample)
		sentence(numbers (rows > most && !marks ? "; and " rows - most " more" : ""))
		print text "."
	}' "$1"
}

no_options "$@"
[ $# -eq 1 ] || usage
session=$1
[ -d "$session" ] || die "$session is not a directory"
command -v "$gnuplot" >/dev/null || die "no gnuplot (Debian: gnuplot-nox)"
make_trusted SESSION "$session/plots"

# A picture is whole or not there: draw under another name, then rename.
take_scratch 1 "$session/plots" draw
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

set --
for file in "$session"/plots/*; do
	[ ! -f "$file" ] || set -- "$@" "${file##*/}"
done
adopt_ours "$session/plots" "$@"

newest=
for record in "$session"/boot-*.jsonl; do
	[ -e "$record" ] && newest=$record
done
if [ -n "$newest" ]; then
	[ -x "$vmadiff" ] || die "no vmadiff at $vmadiff: build it or set VMADIFF"
	status=0
	"$vmadiff" show -o "$session" "$newest" >/dev/null || status=$?
	# 3: a scenario failed; the others are drawn.
	case $status in
	0 | 3) ;;
	2) exit 2 ;;
	*) die "$newest: vmadiff made no data of it ($status)" ;;
	esac
fi

# slim FILE: without the groups and paths in which gnuplot draws nothing, a tenth of it.
slim() {
	awk '
	function flush() {
		if (held != "")
			print held
		held = ""
	}
	{ gsub(/<path stroke=.[^>]*  d=.M[0-9.,-]* *.\/>/, "") }
	/^[ \t]*$/ { next }
	held != "" && /^<\/g>$/ { held = ""; next }
	{ flush() }
	/^<g [^>]*>$/ { held = $0; next }
	{ print }
	END { flush() }' "$1" >"$1.slim" &&
		mv "$1.slim" "$1"
}

# draw DATA: as SVG and PNG, and the text; what keeps it from that is in $why.
draw()
{
	name=$(basename "$1" .dat)
	# gnuplot asks the shell for what is in the data: the name is letters and
	# digits, and there is no folder before it.
	case $name in
	*[!A-Za-z0-9_.-]*)
		why="no name of a picture"
		return 1 ;;
	esac
	# One script draws all waterfalls: waterfall-SCENARIO-OP.dat
	picture=$root/plots/${name%%-*}.gp
	if [ ! -e "$picture" ]; then
		why="there is no plots/${name%%-*}.gp to draw it"
		return 1
	fi
	(: >"$tmp/said") 2>/dev/null || {
		why="no file can be made in $tmp$(no_room)"
		return 1
	}
	status=0
	(cd "$session/plots" &&
		"$gnuplot" -e "data='$name.dat'; out='${tmp##*/}/$name'" "$picture") \
		2>"$tmp/said" || status=$?
	if [ "$status" -ne 0 ]; then
		# Where it stopped is in the last line that is not empty.
		why=$(replace "\"$root/" '"' <"$tmp/said" | grep . | tail -n 1)
		why="gnuplot: ${why:-exit status $status}"
		return 1
	fi
	cat "$tmp/said" >&2
	for suffix in svg png; do
		if [ ! -s "$tmp/$name.$suffix" ]; then
			why="$name.$suffix came out empty$(no_room)"
			return 1
		fi
	done
	# gnuplot does not look at whether it could write.
	if ! is_whole "$tmp/$name" || ! slim "$tmp/$name.svg" 2>/dev/null ||
		! { describe "$1" >"$tmp/$name.txt"; } 2>/dev/null; then
		why="the picture is cut short$(no_room)"
		return 1
	fi
	put_ours "$tmp" "$session/plots" "$name.svg" "$name.png" "$name.txt" || {
		why="it could not be moved to $session/plots$(no_room)"
		return 1
	}
}

# is_whole NAME: do NAME.svg and NAME.png end as they have to?
is_whole()
{
	tail -c 20 "$1.svg" | grep -q '</svg>' &&
		[ "$(tail -c 8 "$1.png" | od -An -tx1 | tr -d ' ')" = 49454e44ae426082 ]
}

# no_room: if a picture more cannot be written, prints why.
no_room()
{
	room=$( { head -c 1000000 /dev/zero >"$tmp/room"; } 2>&1) ||
		echo ": $session/plots: ${room##*: }"
	rm -f "$tmp/room" "$tmp/$name".*
}

drawn=0
missing=
set -- missing.txt
for data in "$session"/plots/*.dat; do
	name=$(basename "$data" .dat)
	set -- "$@" "$name.svg" "$name.png" "$name.txt"
done
check_ours "$session/plots" "$@"
rm -f "$session/plots/missing.txt"
for data in "$session"/plots/*.dat; do
	[ -e "$data" ] || continue
	if draw "$data"; then
		drawn=$((drawn + 1))
	else
		warn "$name: $why"
		missing="$missing$name: $why
"
	fi
done
if [ -n "$missing" ]; then
	printf %s "$missing" >"$tmp/missing.txt" || die "and cannot write that down"
	put_ours "$tmp" "$session/plots" missing.txt || die "and cannot write that down"
	[ "$drawn" -gt 0 ] || exit 4
	exit 3
fi
[ "$drawn" -gt 0 ] || die "$session: no plots/*.dat and no boot-*.jsonl"
