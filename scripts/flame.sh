#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: flame.sh OUT.svg RECORD SCENARIO [OP]
#        flame.sh OUT.svg --diff BASE NEW SCENARIO [OP]
#        flame.sh OUT.svg --folded FILE UNIT TITLE
#
# Draws the call chains of one operation, or what changed in them.  FILE has lines "frame;frame;... count", or "... base new", in UNIT.
#
#   VMADIFF      vmadiff (default: build/vmadiff)
#   FLAMEGRAPH   flamegraph.pl (default: the one beside perl's Devel::NYTProf)
#   GNUPLOT      gnuplot (default: gnuplot)
#
# Drawn by flamegraph.pl where it is installed, else by gnuplot, which writes
# OUT.png as well. Exit status: 0 drawn, 2 usage, 4 no data or no picture.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

# gnuplot wants to say "degree" in the encoding of the locale.
export LC_ALL=C.UTF-8
die_status=4

vmadiff=${VMADIFF:-$root/build/vmadiff}
gnuplot=${GNUPLOT:-gnuplot}
# It lies among perl's modules, whose folders are others everywhere.
flamegraph=${FLAMEGRAPH-$(perl -e '
	for (@INC) {
		my $file = "$_/Devel/NYTProf/flamegraph.pl";
		if (-e $file) { print $file; last }
	}')} || flamegraph=

[ $# -ge 3 ] || usage
out=$1
shift
case $out in
*.svg) ;;
*) misuse "$out is not a name.svg" ;;
esac

# A picture is whole or not there: draw under another name, then rename.
tmp=$(mktemp -d "$(dirname "$out")/.flame.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

unit=instructions
differential=
case $1 in
--folded)
	[ $# -eq 4 ] || usage
	[ -r "$2" ] || die "cannot read $2"
	cat "$2" >"$tmp/folded"
	unit=$3
	title=$4
	if awk '{ exit NF != 3 }' "$tmp/folded"; then
		differential=1
	fi ;;
*)
	command -v "$vmadiff" >/dev/null ||
		die "no vmadiff at $vmadiff: build it or set VMADIFF"
	status=0
	"$vmadiff" folded "$@" >"$tmp/folded" || status=$?
	[ "$status" -eq 0 ] || exit "$status"
	what='instructions, by call chain'
	if [ "$1" = --diff ]; then
		differential=1
		what="change in $what"
		shift
	fi
	# Of several seeds a graph shows one.
	seed=$(sed -n '1s/.*"seed":\([0-9]*\).*/, seed \1/p' "$1")
	shift $((1 + ${differential:-0}))
	title="$* $what$seed" ;;
esac
[ -s "$tmp/folded" ] || die "no $unit to draw"

# The finding: which function executes most itself, or what all of them together do less.
finding=$(LC_ALL=C sort "$tmp/folded" | awk -v unit="$unit" '
	{
		n = split($1, frame, ";")
		own[frame[n]] += $NF
		base += $2
		new += $NF
	}
	NF == 3 { differential = 1 }
	END {
		for (name in own)
			if (own[name] > own[most] || (own[name] == own[most] && name < most))
				most = name
		if (differential && new == base)
			printf "as many %s, from other functions", unit
		else if (differential && base)
			printf "%.0f %s of %.0f %s", (new < base ? base - new : new - base), \
				new < base ? "fewer" : "more", base, unit
		else if (new)
			printf "%.1f %% of %s in %s", own[most] * 100 / new, unit, most
	}')
title="$title: $finding"

if [ -n "$flamegraph" ] && [ -e "$flamegraph" ]; then
	set -- --title "$title" --countname "$unit" --width 1000
	# It gives a frame the width of the last count, so that what is gone
	# cannot be seen: have it draw the way back, in colours of the way there.
	if [ -n "$differential" ]; then
		awk '{ print $1, $3, $2 }' "$tmp/folded" >"$tmp/back"
		mv "$tmp/back" "$tmp/folded"
		set -- "$@" --negate --title \
			"$title: width is the base's, blue is less, red more"
	fi
	perl "$flamegraph" "$@" "$tmp/folded" >"$tmp/flame.svg" ||
		die "$flamegraph failed"
	[ -s "$tmp/flame.svg" ] || die "$flamegraph drew nothing"
	mv "$tmp/flame.svg" "$out"
	exit 0
fi

command -v "$gnuplot" >/dev/null ||
	die "nothing to draw with: no flamegraph.pl, no gnuplot (Debian: libdevel-nytprof-perl, gnuplot-nox)"

# Lay the frames out: siblings side by side in the order of their names, each
# as wide as the last count of all chains through it; chains that are gone have
# no width. Its colour is how much that count changed.
{
	echo "# picture: flame"
	echo "# title: $title"
	if [ -z "$differential" ]; then
		echo "# subtitle: callers above what they call; as wide as its $unit"
	else
		echo "# subtitle: as wide as in the new kernel; blue is less, vermillion and hatched is more"
	fi
	echo "# unit: $unit"
	echo "# columns: level left right change"
	LC_ALL=C sort "$tmp/folded" | awk '
	{
		differential = NF == 3
		base = $2
		new = $NF
		n = split($1, frame, ";")
		path = ""
		for (d = 1; d <= n; d++) {
			path = path ";" frame[d]
			if (!(path in left)) {
				left[path] = at
				level[path] = d - 1
				name[path] = frame[d]
				order[++paths] = path
			}
			sum[path] += new
			was[path] += base
			right[path] = at + new
		}
		at += new
	}
	END {
		for (i = 1; i <= paths; i++) {
			path = order[i]
			if (!sum[path])
				continue
			change = sum[path] - was[path]
			largest = sum[path] > was[path] ? sum[path] : was[path]
			shade = differential ? 1 + change / largest : 1
			printf "%s\t%d\t%.3f\t%.3f\t%.3f\n", name[path],
				level[path], left[path], right[path], shade
		}
	}'
} >"$tmp/flame.dat"
grep -qv '^#' "$tmp/flame.dat" || die "no $unit to draw"

"$gnuplot" -e "data='$tmp/flame.dat'; out='$tmp/flame'" "$root/plots/flame.gp" ||
	die "gnuplot could not draw it"
for suffix in svg png; do
	[ -s "$tmp/flame.$suffix" ] || die "flame.$suffix came out empty"
	mv "$tmp/flame.$suffix" "${out%.svg}.$suffix"
done
