#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Draw every picture of a session, SVG and PNG, into SESSION/plots.
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

	"$gnuplot" -e "data='$data'; out='$tmp/$name'" "$picture" ||
		die 4 "$data: gnuplot could not draw it"
	for suffix in svg png; do
		[ -s "$tmp/$name.$suffix" ] || die 4 "$data: $name.$suffix came out empty"
		mv "$tmp/$name.$suffix" "$session/plots/$name.$suffix"
	done
	drawn=$((drawn + 1))
done
[ "$drawn" -gt 0 ] || die 4 "$session: no plots/*.dat and no boot-*.jsonl"
