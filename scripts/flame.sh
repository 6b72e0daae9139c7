#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: flame.sh OUT.svg RECORD SCENARIO [OP]
#        flame.sh OUT.svg --diff BASE NEW SCENARIO [OP]
#        flame.sh OUT.svg --folded FILE UNIT TITLE
#
# Draws the call chains of one operation, or what changed in them.  FILE has
# lines "frame;frame;... count", or "... base new", in UNIT.  Of records it
# writes OUT.txt, too: of which kernels the picture is, then what there is to see.
#
#   VMADIFF      vmadiff (default: build/vmadiff)
#   FLAMEGRAPH   flamegraph.pl (default: the one beside perl's Devel::NYTProf)
#   GNUPLOT      gnuplot (default: gnuplot)
#
# Drawn by flamegraph.pl where it is installed, else by gnuplot, which writes
# OUT.png as well.  What is there already is replaced only if an earlier run drew
# it, and nobody has changed it since.
#
# Exit status: 0 drawn, 2 usage, or such a file is there, 4 no data or no picture.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/ours.sh
. "$root/scripts/ours.sh"

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
[ -e "$flamegraph" ] || flamegraph=

[ $# -ge 3 ] || usage
out=$1
shift
case $out in
*.svg) ;;
*) misuse "$out is not a name.svg" ;;
esac

# A picture is whole or not there: draw under another name, then rename.
folder=$(cd "$(dirname "$out")" && pwd)
trust_folder own OUT "$folder"
name=$(basename "$out" .svg)
check_ours "$folder" "$name.svg" "$name.png"
take_scratch 1 "$folder" flame
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

# header_of RECORD KEY PATTERN: what the header of a record says, without quotes; nothing
# where it does not.
header_of() {
	sed -n "1s/.*\"$2\":\"\{0,1\}\($3\).*/\1/p" "$1"
}

# kernel_of RECORD: "noretry (6.12.117, build 0123456789ab)".  What is drawn is names.
kernel_of() {
	stage=$(header_of "$1" stage '[a-z0-9_]*')
	kernel=$(header_of "$1" release '[A-Za-z0-9._+-]*')
	build=$(header_of "$1" build_id '[0-9a-f]\{12\}')
	kernel=${kernel:-unknown}${build:+, build $build}
	case $stage in
	'' | null) echo "$kernel" ;;
	*)	echo "$stage ($kernel)" ;;
	esac
}

# describe: the title, then what there is to see: the functions that took most themselves,
# or whose own count changed most.
describe() {
	echo "$title"
	awk '
	{
		n = split($1, frame, ";")
		own[frame[n]] += NF == 3 ? $3 - $2 : $2
	}
	END {
		for (name in own) {
			size = own[name] < 0 ? -own[name] : own[name]
			printf "%.17g %s %.17g\n", size, name, own[name]
		}
	}' "$tmp/folded" | LC_ALL=C sort -k 1,1gr -k 2 | legend=$legend awk \
		-v format="${differential:+ %+.0f}" '
	BEGIN { legend = ENVIRON["legend"] }
	$1 && ++n <= 8 {
		list = list (n > 1 ? ", " : "") $2 sprintf(format ? format : " %.0f", $3)
	}
	END {
		print "Flame graph: " legend "." (n ? " Functions without their callees: " list \
			(n > 8 ? "; and " n - 8 " more" : "") "." : "")
	}'
}

# paint: what flamegraph.pl drew, with the legend below its title and, of a difference, in
# the colours of all pictures: what took more is vermillion and hatched, less is blue.
paint() {
	legend=$legend awk -v differential="$differential" '
	BEGIN {
		legend = ENVIRON["legend"]
		gsub(/&/, "\\&amp;", legend)
		gsub(/</, "\\&lt;", legend)
		gsub(/>/, "\\&gt;", legend)
	}
	function mix(to) { return int(255 + (to - 255) * depth + 0.5) }
	function rgb(r, g, b) {
		return "fill=\"rgb(" mix(r) "," mix(g) "," mix(b) ")\""
	}
	/<defs/ {
		$0 = $0 "<pattern id=\"more\" patternUnits=\"userSpaceOnUse\" width=\"5\" " \
			"height=\"5\" patternTransform=\"rotate(45)\">" \
			"<rect width=\"1.5\" height=\"5\" fill=\"rgb(255,255,255)\" /></pattern>"
	}
	differential && match($0, /<rect .*fill="rgb\([0-9]+,[0-9]+,[0-9]+\)".*\/>/) {
		rect = substr($0, RSTART)
		match(rect, /fill="[^"]*"/)
		fill = substr(rect, RSTART, RLENGTH)
		split(fill, part, /[(,)]/)
		depth = 1 - (part[2] < part[4] ? part[2] : part[4]) / 255
		more = part[2] > part[4]
		paint = more ? rgb(213, 94, 0) : rgb(0, 114, 178)
		at = index($0, fill)
		$0 = substr($0, 1, at - 1) paint substr($0, at + length(fill))
		if (more) {
			sub(/fill="[^"]*"/, "fill=\"url(#more)\" pointer-events=\"none\"", rect)
			$0 = $0 rect
		}
	}
	{ print }
	/<text .* y="24" / && !n++ {
		print "<text text-anchor=\"middle\" x=\"500\" y=\"41\" font-size=\"12\" " \
			"font-family=\"Verdana\">" legend "</text>"
	}'
}

# keep SUFFIX...: the text first, since who finds a picture looks for it.
keep() {
	for suffix in txt "$@"; do
		[ ! -f "$tmp/flame.$suffix" ] || {
			[ "$name" = flame ] || mv "$tmp/flame.$suffix" "$tmp/$name.$suffix"
			put_ours "$tmp" "$folder" "$name.$suffix"
		}
	done
}

unit=instructions
sample=
differential=
kernels=
case $1 in
--folded)
	[ $# -eq 4 ] || usage
	{ [ -f "$2" ] && [ -r "$2" ]; } || die "cannot read $2"
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
	if [ "$1" = --diff ]; then
		differential=1
		kernels="$(kernel_of "$2") to $(kernel_of "$3")"
		shift
	else
		kernels=$(kernel_of "$1")
	fi
	# Of several seeds a graph shows one.
	seed=$(header_of "$1" seed '[0-9]*')
	shift $((1 + ${differential:-0}))
	title="$*, $kernels"
	sample=${seed:+seed $seed} ;;
esac
# Each is a line of what is drawn.
title=$(printf %s "$title" | tr '\n' ' ')
unit=$(printf %s "$unit" | tr '\n' ' ')
[ -s "$tmp/folded" ] || die "no $unit to draw"
# The finding: which function executes most itself, or what all of them together do less.
finding=$(LC_ALL=C sort "$tmp/folded" | unit=$unit awk '
	BEGIN { unit = ENVIRON["unit"] }
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
legend="$unit by call chain${sample:+, $sample}: $finding"
if [ -n "$differential" ]; then
	legend="change of $legend; blue is less, hatched orange more; as wide as in the base"
	[ -n "$flamegraph" ] || legend="${legend% in the base} in the new kernel"
else
	legend="$legend; as wide as what a function and its callees took"
fi
[ -z "$kernels" ] || describe >"$tmp/flame.txt"

if [ -n "$flamegraph" ]; then
	set -- --title "$title" --countname "$unit" --width 1000
	# It gives a frame the width of the last count, so that what is gone
	# cannot be seen: have it draw the way back, in colours of the way there.
	if [ -n "$differential" ]; then
		awk '{ print $1, $3, $2 }' "$tmp/folded" >"$tmp/back"
		mv "$tmp/back" "$tmp/folded"
		set -- "$@" --negate
	fi
	perl "$flamegraph" "$@" "$tmp/folded" >"$tmp/whole" ||
		die "$flamegraph failed"
	paint <"$tmp/whole" >"$tmp/flame.svg"
	[ -s "$tmp/flame.svg" ] || die "$flamegraph drew nothing"
	keep svg
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
	echo "# subtitle: $legend"
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

# It is given no name of a folder, which it would take for a piece of its program.
(cd "$tmp" && "$gnuplot" -e "data='flame.dat'; out='flame'" "$root/plots/flame.gp") ||
	die "gnuplot could not draw it"
for suffix in svg png; do
	[ -s "$tmp/flame.$suffix" ] || die "flame.$suffix came out empty"
done
keep png svg
