#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What pictures claim and how they say it: better and worse look the same in all of them
# and differ without colour, titles say what the data says, no percentage has an exponent,
# bars begin at 0 and figures stand at their marks. plot.t tests that all are drawn. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"

# --- one place for colours, shapes and hatching
plots=$here/plots
value() {
	sed -n "s/^$1 = \"*\([#a-z0-9]*\)\"*.*/\1/p" "$plots/style.gp"
}
better=$(value better) worse=$(value worse)
is 'better is blue' "$better" '#0072b2'
is 'worse is vermillion' "$worse" '#d55e00'
ok 'they differ in shape' [ "$(value better_mark)" != "$(value worse_mark)" ]
ok 'and in filling' [ "$(value better_fill)" != "$(value worse_fill)" ]
grep -liE "$better|$worse" "$plots"/*.gp "$here"/scripts/*.sh >found
is 'no other file has the colours' "$(cat found)" "$plots/style.gp"
is 'and style.gp has them once' \
	"$(grep -oiE "$better|$worse" "$plots/style.gp" | wc -l)" 2
# Palettes of stages and lines: neither of the two, no hatching, no triangle.
grep -E '^array (colours|strong|fills|mark)\[' "$plots/style.gp" >palettes
is 'there are four palettes' "$(wc -l <palettes)" 4
# shellcheck disable=SC2016 # these are awk's
ok 'none has the shape or the hatching of worse or better' awk -F '[][]' \
	-v shapes="$(value better_mark) $(value worse_mark)" -v hatched="$(value worse_fill)" '
	/mark/ { split(shapes, bad, " ") }
	/fills/ { bad[1] = bad[2] = hatched }
	/mark|fills/ { n = split($4, v, /, */); for (i = 1; i <= n; i++) if (v[i] == bad[1] || v[i] == bad[2]) exit 1 }
	' palettes
# shellcheck disable=SC2016
ok 'filling or lightness tells stages apart that have one colour or none' awk -F '[][]' '
	/colours/ { n = split($4, c, /, */) }
	/fills/ { split($4, f, /, */) }
	END { for (i = 1; i < n; i++) if (f[i] == f[i + 1] && c[i] == c[i + 1]) exit 1; exit !n }
	' palettes
for picture in effects waterfall insns counts fill times flame history; do
	ok "$picture takes them from there" grep -qE \
		'kind_mark|kind_glyph|better_fill|worse_fill|value_of_tint\(better\)' "$plots/$picture.gp"
done

for stage in stock deferred hook secretmem noretry; do
	ABOUT=1 "$fixture" $stage wide >$stage.jsonl || exit 1
done
run 0 'two stages' series -o two deferred=deferred.jsonl noretry=noretry.jsonl
run 0 'five' series -o five stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl
sed 's/"stage":"deferred"/"stage":"second"/' deferred.jsonl >second.jsonl
run 0 'the same twice' series -o same deferred=deferred.jsonl second=second.jsonl

# title SESSION PICTURE: of its data
title() {
	sed -n 's/^# title: //p' "$1/plots/$2.dat"
}
# kinds DATA KIND [COLUMN]: rows of that kind
kinds() {
	awk -F '\t' -v kind="$2" -v column="${3:-6}" \
		'!/^#/ && $column == kind { n++ } END { print n + 0 }' "$1"
}

# --- titles, computed again from the rows below them
percent_of() {
	awk -F '\t' -v row="$2" '$1 == row {
		printf "%.1f %% %s", $2 < 0 ? -$2 : $2, $2 < 0 ? "fewer" : "more" }' "$1"
}
for session in two five; do
	data=$session/plots/effects.dat
	base=$(sed -n 's/^# columns: \([^ ]*\) .*/\1/p' $data)
	split=$(awk -F '\t' '!/^#/ { one = $3 == 1; many = $NF > 1; n += one && many } END { print n }' \
		$session/plots/vmas.dat)
	is "$session: effects: what the headline takes, what no longer merges" \
		"$(title $session effects)" \
		"noretry takes $(percent_of $data 'secretmem_append mmap') instructions than $base in secretmem_append mmap; $split kinds of mapping no longer merge"
	all=$(grep -vc '^#' $data)
	subtitle="of $all operations $(kinds $data better) better, $(kinds $data worse) worse, $(kinds $data shape) with"
	ok "$session: effects: $subtitle" grep -q "^# subtitle: .*$subtitle" $data
	data=$session/plots/insns.dat
	column=$(awk '/^# columns: / { print NF }' $data)
	less=$(kinds $data better "$column") more=$(kinds $data worse "$column")
	ok "$session: insns: $less less, $more more" sh -c \
		"sed -n 's/^# title: //p' $data | grep -q ' $less take fewer .*, $more more, $(kinds $data equal "$column") as many$'"
	for data in "$session"/plots/waterfall-*.dat; do
		total=$(awk -F '\t' '$5 == "total" { if (!n++) from = $3; to = $3 }
			END { d = to - from; a = d < 0 ? -d : d
			      printf(a == int(a) ? "%d" : a >= 100 ? "%.1f" : "%.2f", a)
			      print d < 0 ? " fewer" : " more" }' "$data")
		[ "${data##*-}" = patches.dat ] ||
			ok "$data: $total" grep -q "^# title: noretry takes $total instructions" "$data"
	done
done
data=five/plots/waterfall-patches.dat
step=$(awk -F '\t' '$5 == "better" && $3 - $2 < most { most = $3 - $2; name = substr($1, 3); label = substr($4, 2) }
	END { print name " removes most (" label ")" }' $data)
ok "patches: $step" grep -q "^# title: .*; $step" $data
moved=$(awk -F '\t' '!/^#/ && $3 ~ /^[0-9]/ && $NF ~ /^[0-9]/ { n++; up += $NF > $3 } END { print up " of " n }' \
	two/plots/vmas.dat)
ok "vmas: $moved" grep -q "^# title: $moved kinds of mapping take" two/plots/vmas.dat
is 'nothing changed: nothing is claimed' "$(title same effects)" \
	"no operation changes: second takes as many instructions as deferred in all $(grep -vc '^#' same/plots/effects.dat)"
ok 'insns say so' grep -q '^# title: all [0-9]* operations take as many instructions in second as in deferred$' \
	same/plots/insns.dat
ok 'counts, too' grep -q '^# title: all [0-9]* operations store and allocate as much in second as in deferred$' \
	same/plots/counts.dat
ok 'vmas, too' grep -q '^# title: all [0-9]* kinds of mapping take as many VMAs in second as in deferred$' \
	same/plots/vmas.dat

# On metal: what is found, what is too little, what cannot be told.
"$fixture" session before k0 side=0 boots=12 && "$fixture" session after k1 side=1 boots=12 \
	change=1.2 || exit 1
run 0 'slower' compare -o slower before after
ok 'slower: more time' grep -q '^# title: new takes [12][0-9]\.[0-9] % more time than base in secretmem_append mmap' \
	slower/plots/effects.dat
"$fixture" session same1 k1 side=1 boots=12 || exit 1
run 0 'as fast' compare -o equal before same1
ok 'as fast: no claim' grep -qE '^# title: (new and base differ by less than the threshold|whether new takes .* cannot be told)' \
	equal/plots/effects.dat
ok 'as fast: none in the ecdf' grep -qE '^# title: p50 of .* is .*(threshold|cannot be told)$' \
	equal/plots/ecdf.dat
"$fixture" session few0 k0 side=0 boots=2 && "$fixture" session few1 k1 side=1 boots=2 || exit 1
run 0 'two boots' compare -o few few0 few1
ok 'two boots cannot tell' grep -q '^# title: whether new takes .* cannot be told' \
	few/plots/effects.dat

# --- over layouts of the maple tree: the title is computed again from the marks
layouts=$here/bench/tests/add_layouts.sh
# over NAME BASE NEW: a session of two, to which layouts are added with these settings
over() {
	eval "$layouts $2" <deferred.jsonl >over-base.jsonl
	eval "$layouts $3" <noretry.jsonl >over-new.jsonl
	run 0 "$1" series -o "$1" deferred=over-base.jsonl noretry=over-new.jsonl
}
# marks SESSION [PANELS]: base, new and their splits, of the panels of the first operation
marks() {
	awk -F '\t' '
	/^# panel: / { split($0, at, " "); first = at[3] == 1 }
	first && NF == 5 && !/^#/ { print $2, $3, $4, $5 }' "$1/plots/fill.dat"
}
# fill_title SESSION: of the marks of the headline
fill_title() {
	marks "$1" | awk '
	{ d = $2 - $1; less += d < 0; more += d > 0; equal += d == 0; a = d < 0 ? -d : d
	  low = !n++ || a < low ? a : low; high = a > high ? a : high }
	END {
		at = "at " (n > 1 ? "each of " : "") n " layout" (n > 1 ? "s" : "") " of the maple tree"
		range = low == high ? low : low " to " high
		if (less == n || more == n)
			print "noretry takes " range (less ? " fewer" : " more") \
				" instructions than deferred in secretmem_append mmap, " at
		else if (equal == n)
			print "noretry takes as many instructions as deferred in secretmem_append mmap, " at
		else
			print "of " n " layouts of the maple tree, noretry takes fewer instructions than " \
				"deferred in secretmem_append mmap at " less ", more at " more ", as many at " equal
	}'
}
over fewer '' 'insns=3172 behind_full=0'
over more '' 'insns=5601'
over alike '' ''
over either '' 'insns=5610 full=2000'
over single 'depths=2 low=9 high=9 behind=0 slots=1' 'depths=2 low=9 high=9 behind=0 slots=1 insns=3000'
for session in fewer more alike either single; do
	is "$session: fill" "$(title $session fill)" "$(fill_title $session)"
done
for pair in fewer/better more/worse alike/equal either/other; do
	# shellcheck disable=SC2016 # it is awk's
	ok "$pair: its mark" awk -F '\t' -v kind=${pair#*/} '
		$1 == "secretmem_append mmap" { n++; if ($NF != kind) exit 1 } END { exit !n }' \
		${pair%/*}/plots/fill.dat
done
is 'both depths, each behind a gap and behind another VMA' \
	"$(sed -n 's/^# group: //p' fewer/plots/fill.dat | tr '\n' ';')" \
	'depth 2;depth 2, behind another VMA;depth 3;depth 3, behind another VMA;'
is 'a panel for each, of either operation' "$(grep -c '^# panel: ' fewer/plots/fill.dat)" 8
is 'as many marks as layouts' "$(marks fewer | wc -l)" 120
# Where the leaf is full: 3 slots x 2 depths behind a gap in both, and behind another VMA in one.
is 'a node splits in so many' "$(marks fewer | awk '{ base += $3; new += $4 } END { print base, new }')" '12 6'
# Three to a stripe, from left to right.
is 'a mark stands in the stripe of its fill, as its slot does' "$(awk -F '\t' '
	/^# panel: / { n = 0 }
	NF == 5 && /^[0-9]/ { if (int($1 + 0.5) != 7 + int(n / 3) || (n % 3 && $1 <= last)) bad++; last = $1; n++; all++ }
	END { print bad + 0, all }' fewer/plots/fill.dat)" '0 240'
ok 'layouts of the code are another picture' [ ! -e fewer/plots/layouts.dat ]
mkdir -p alone/plots
$layouts <deferred.jsonl >over-base.jsonl
run 0 'of one record' data fill over-base.jsonl
cp out alone/plots/fill.dat
is 'its title' "$(title alone fill)" "deferred takes $(awk -F '\t' '
	/^# panel: / { split($0, at, " "); first = at[3] == 1 }
	first && NF == 3 && !/^#/ { n++; low = n == 1 || $2 < low ? $2 : low; high = $2 > high ? $2 : high }
	END { print low " to " high " instructions in secretmem_append mmap, over " n " layouts" }' out) of the maple tree"
run 4 'of records without layouts' data fill deferred=deferred.jsonl noretry=noretry.jsonl
says 'measured over layouts of the maple tree'

# --- percentages: of a change that is tiny, and of one that is huge
# enlarged BATCHES FILE: instructions of operations are so many more, of functions untold
enlarged() {
	sed '/"type":"\(functions\|stacks\)"/d
		/"metric":"insns"/s/"ops":64,"batches":\[/&'"$1/" "$2" | renumber
}
enlarged 90000000 deferred.jsonl >many.jsonl
enlarged 90000001 second.jsonl >more.jsonl
enlarged 9000000 second.jsonl >huge.jsonl
enlarged '' deferred.jsonl >few.jsonl
run 0 'tiny' series -o tiny deferred=many.jsonl second=more.jsonl
run 0 'huge' series -o huge deferred=few.jsonl second=huge.jsonl
ok 'tiny: less than' grep -q '	+<0\.001%	worse$' tiny/plots/effects.dat
ok 'huge: more than' grep -q '	+>99999%	worse$' huge/plots/effects.dat
for session in tiny huge two five same slower; do
	find $session -type f -exec grep -hE '[0-9]e[-+]?[0-9]+ ?%' {} + >found
	is "$session: no percentage has an exponent" "$(cat found)" ''
done

if ! command -v gnuplot >/dev/null; then
	finish
	exit
fi
draw() {
	try env VMADIFF="$vmadiff" QUIET=1 "$here/scripts/plot.sh" "$1"
	is "$1 is drawn" "$status" 0
}
for session in two five tiny huge equal; do
	draw $session
done
cat tiny/plots/*.svg huge/plots/*.svg tiny/plots/*.txt huge/plots/*.txt |
	grep -E '[0-9]e[-+]?[0-9]+( ?%|<)' >found
is 'none is drawn, none is read out' "$(cat found)" ''

# --- bars begin at 0
for svg in two/plots/waterfall-*.svg five/plots/waterfall-*.svg two/plots/insns.svg; do
	ok "$svg: its axis begins at 0" grep -q '<text>0</text>' "$svg"
done
ok 'a step that is too small to see has its triangle' awk '
	/use xlink:href=.#gpPt8/ { up++ } END { exit !up }' two/plots/waterfall-anon_append-mmap.svg
# A row of another shape, which the fixture has none of.
mkdir -p legend/plots
sed 's/^\(nop nop.*\)equal$/\1shape/; s/^\(memfd_append munmap.*\)equal$/\1other/' \
	two/plots/effects.dat >legend/plots/effects.dat
draw legend
for word in better worse 'other VMAs or result: no gain' equal 'cannot be told'; do
	ok "the legend explains: $word" grep -q "<text>$word</text>" legend/plots/effects.svg
done
ok 'what is equal by a threshold says so' grep -q '<text>equal (by the threshold)</text>' \
	equal/plots/effects.svg
ok 'and nothing that is not there' sh -c '! grep -q "cannot be told" two/plots/effects.svg'
ok 'what is better has its colour' grep -qi "0, *114, *178\|$better" two/plots/effects.svg
ok 'what is worse is hatched' grep -q '<pattern' two/plots/waterfall-anon_append-mmap.svg

# --- p50 stands at p50
mkdir metal
"$fixture" metal wide >metal/boot-00.jsonl || exit 1
draw metal
# The place of each figure that is no tick, in the order of rows, and of the marks of p50.
awk '
	/<g transform="translate/ { split($2, at, /[(,)]/); place = at[2]; middle = /text-anchor="middle"/ && /font-size="7.00"/ }
	/<text>[0-9]+<\/text>/ && middle { print "figure", place }
	/#gpPt6/ && match($0, /translate\([0-9.]+/) { print "mark", substr($0, RSTART + 10, RLENGTH - 10) }
' metal/plots/latency.svg >places
rows=$(grep -vc '^#' metal/plots/latency.dat)
is 'each row has the figure of p50' "$(grep -c figure places)" "$rows"
# The last mark is that of the legend.
grep figure places | cut -d ' ' -f 2 >figures
grep mark places | cut -d ' ' -f 2 | sed '$d' >marks
# shellcheck disable=SC2016
ok 'and it stands at the mark of p50' awk '
	NR == FNR { at[NR] = $1; next }
	{ d = $1 - at[FNR]; n++; if (d > 0.1 || d < -0.1) exit 1 }
	END { exit n != '"$rows"' }' figures marks
# Two rows say how the axis is cut, the others stand where their p50 is on it.
ok 'which is where p50 is on the axis' sh -c "grep -v '^#' metal/plots/latency.dat | cut -f 3 | paste - marks | awk '
	{ p50[NR] = log(\$1); at[NR] = \$2 }
	END { low = high = 1; for (i = 2; i <= NR; i++) { if (p50[i] < p50[low]) low = i; if (p50[i] > p50[high]) high = i }
	      per = (at[high] - at[low]) / (p50[high] - p50[low])
	      for (i in at) { d = at[low] + per * (p50[i] - p50[low]) - at[i]; if (d > 0.5 || d < -0.5) exit 1 } }'"

finish
