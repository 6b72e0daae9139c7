#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The sentences of a letter, recomputed from its table by awk, which knows nothing of
# the program that wrote both; columns that stay where they are, whatever is in them;
# losing a merge is no gain in any style.
#
# shellcheck disable=SC2086 # pairs of records are several words
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# What the second paragraph has to say, from the rows of the table: a lost merge, how
# many cost more, of these how many that do not do the same, and the largest of each.
cat >recompute.awk <<'EOT'
function number(s) { gsub(/[+%]/, "", s); return s == "=" ? 0 : s + 0 }
# The end of a range that is worst, "-42.7..-15.6".
function upper(s, ends) {
	return split(s, ends, /[.][.]/) == 2 ? number(ends[2]) : number(s)
}
function lower(s, ends) { split(s, ends, /[.][.]/); return number(ends[1]) }
function most(kind, name, size, text) {
	nr[kind]++
	if (!(kind in max) || size > max[kind]) {
		max[kind] = size
		best[kind] = name
		said[kind] = text
	}
}
/^  operation / {
	for (i = 1; i <= NF; i++)
		column[$i] = i
	# A heading of two words moves what is behind it.
	seeds = $0 ~ /all seeds/
	noisy = $0 ~ /95% interval/
	inside = 1
	next
}
inside && NF == 0 { inside = 0 }
inside {
	verdict = $NF
	range = seeds || noisy ? $(NF - 1) : "-"
	change = $(NF - 1 - (seeds || noisy))
	new = $(NF - 2 - (seeds || noisy))
	name = $1 " " $2
	if ($3 !~ /^[-0-9]/ && $3 ~ /vmas|stores|vma[+]|node[+]/) {
		if ($3 == "vmas" && verdict == "SHAPE-CHANGED") {
			lost[$1] = 1
			nr_lost++
		}
		next
	}
	if (change == "-")
		next
	all++
	if (noisy)
		dearer = verdict == "REGRESSED" ||
			(verdict == "SHAPE-CHANGED" && range != "-" && lower(range) > 0)
	else if (seeds)
		dearer = upper(range) > 0 && verdict != "EXACT-SAME"
	else
		dearer = number(change) > 0
	if (!dearer)
		next
	# Of several seeds the largest change has no sign of percent, and is in points.
	# Of a time it is said in ns, with more digits than there are here: it is that row's.
	worst = seeds ? upper(range) : number(change) * (noisy ? $3 : 1)
	most(verdict == "SHAPE-CHANGED" ? "shape" : "same", name, worst, change)
}
END {
	print "all", all + 0
	print "dearer", nr["same"] + nr["shape"] + 0
	print "shape", nr["shape"] + 0
	print "same", nr["same"] + 0
	print "most-shape", !nr["shape"] ? "-" : noisy ? best["shape"] : max["shape"]
	print "most-same", !nr["same"] ? "-" : noisy ? best["same"] : max["same"]
	print "lost", nr_lost + 0
}
EOT
# The same numbers from the paragraph.
cat >sentence.pl <<'EOT'
my $text = do { local $/; <STDIN> };
my ($worse) = $text =~ /^((?:What got worse: \d|Nothing that was measured).*?)\n\n/ms
	or die "no second paragraph: $text";
$worse =~ s/\n/ /g;
# A number, or whose it is if it is a time.
sub most { return $_[0] =~ / ns .*\((\w+ \w+)\)/ ? $1 : $_[0] =~ /^([-+0-9.e]+)/ ? $1 + 0 : '?'; }
my %is = (all => '?', dearer => 0, shape => 0, same => 0, 'most-shape' => '-',
	  'most-same' => '-', lost => 0);
my $by = qr/at most by ([-+][0-9.e+-]+%? \(\w+ \w+\)|[+][0-9.]+ ns(?: \[[^]]*\])? \(\w+ \w+\))/;
$is{lost} = $1 if $worse =~ /(\d+) kinds? of mapping/;
if ($worse =~ /(\d+) of (\d+) operations in the table/) {
	@is{qw(dearer all)} = ($1, $2);
	if ($worse =~ /: (\d+) with other VMAs or another result than before, $by, and (\d+) with the same, $by/) {
		@is{qw(shape most-shape same most-same)} = ($1, most($2), $3, most($4));
	} elsif ($worse =~ /, with other VMAs or another result than before, $by/) {
		@is{qw(shape most-shape)} = ($is{dearer}, most($1));
	} elsif ($worse =~ /instructions, $by|slower, $by/) {
		@is{qw(same most-same)} = ($is{dearer}, most($1 // $2));
	}
}
print "$_ $is{$_}\n" for qw(all dearer shape same most-shape most-same lost);
EOT

# The row that the first sentence is about has its values.
cat >headline.awk <<'EOT'
/ against .*takes / { on = 1 }
on && NF == 0 { on = 0 }
on { text = text " " $0 }
/^  operation / { rows = 1 }
rows && $1 " " $2 == name && !seen {
	seen = 1
	for (i = 3; i <= NF; i++)
		here[$i] = 1
}
text != "" && name == "" && !on {
	split(text, w, " ")
	for (i = 1; i in w; i++)
		if (w[i] == "takes") {
			name = w[i - 2] " " w[i - 1]
			new = w[i + 1]
			old = w[i + 4]
		}
}
END { exit !(seen && (new in here) && (old in here)) }
EOT

# agrees NAME ARGUMENT...: the letter of these records says what its table holds. Where
# nothing costs more, how many there are is not said.
agrees() {
	name=$1
	shift
	"$vmadiff" letter --all "$@" >letter.txt 2>err
	awk -f recompute.awk letter.txt >want
	perl sentence.pl <letter.txt >got 2>>err
	if grep -qx 'all ?' got; then
		sed -i '/^all /d' got want
	fi
	ok "$name: the sentences are those of the table" cmp got want
	# The first sentence, from the row of the headline.
	ok "$name: so is the first one" awk -f headline.awk letter.txt
}

# Without functions, whose sum would have to be changed with a row.
rows_of() {
	"$fixture" "$@" | grep -v '"type":"\(functions\|stacks\|symbols\)"' | renumber
}
for stage in stock deferred hook secretmem noretry; do
	rows_of $stage wide >$stage.jsonl
done
rows_of deferred >d.jsonl
rows_of noretry >n.jsonl
rows_of secretmem >s.jsonl
# edited RECORD SCENARIO OP METRIC FACTOR: a row that costs more or less.
edited() {
	awk -v scenario="$2" -v op="$3" -v metric="$4" -v factor="$5" '
	/"type":"row"/ && index($0, "\"scenario\":\"" scenario "\"") &&
	index($0, "\"op\":\"" op "\"") && index($0, "\"metric\":\"" metric "\"") &&
	match($0, /"batches":\[[-0-9.e+]+/) {
		v = substr($0, RSTART + 11, RLENGTH - 11)
		$0 = substr($0, 1, RSTART + 10) sprintf("%.17g", v * factor) \
			substr($0, RSTART + RLENGTH)
	}
	{ print }' "$1"
}
# unshaped RECORD SCENARIO VMAS: it leaves so many VMAs
unshaped() {
	sed "/\"shape\".*\"$2\",\"op\":\"mmap\"/s/\"vmas_after\":[0-9]*,\"outcome\":\"[a-z-]*\"/\"vmas_after\":$3,\"outcome\":\"fragmented\"/
/\"row\".*\"$2\".*\"op\":\"mmap\",\"metric\":\"vmas\"/s/\"batches\":\[[0-9]*/\"batches\":[$3/" "$1"
}

agrees 'losses and gains' deferred=deferred.jsonl noretry=noretry.jsonl
ok '  lost merges of the extended set are in it' grep -q '^lost 5$' want
agrees 'five stages' stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl
agrees 'the other way round' noretry.jsonl deferred.jsonl
agrees 'without an extended set' deferred=d.jsonl noretry=n.jsonl
agrees 'losses without an extended set' n.jsonl d.jsonl
agrees 'little' s.jsonl n.jsonl
unshaped n.jsonl anon_append 64 >shape.jsonl
agrees 'a shape that changed' deferred=d.jsonl noretry=shape.jsonl
edited shape.jsonl anon_append mmap insns 1.118 >dear.jsonl
agrees 'a lost merge that costs most' deferred=d.jsonl noretry=dear.jsonl
ok '  it is said' grep -q '^most-shape 12' got
edited shape.jsonl anon_append mmap insns 0.7 >cheap.jsonl
agrees 'a lost merge that costs less' deferred=d.jsonl noretry=cheap.jsonl
cp noretry.jsonl worse.jsonl
for scenario in tmpfs_append memfd_append_p1000; do
	edited worse.jsonl $scenario mmap insns 1.5 >w.jsonl && mv w.jsonl worse.jsonl
done
agrees 'rows that the table leaves out' deferred=deferred.jsonl noretry=worse.jsonl
# From the whole table of the comparison, which the letter has not.
"$vmadiff" compare -a -w 300 -m insns deferred.jsonl worse.jsonl |
	awk '/mmap|munmap|nop nop/ && $NF ~ /EXACT-/ { print $1, $2, $(NF - 1) }' >all.txt
awk 'NR == FNR { if ($NF ~ /EXACT|SHAPE/) shown[$1 " " $2] = 1; next }
	!(($1 " " $2) in shown) { n++; if ($3 + 0 > 0) { dear++; if ($3 + 0 > most + 0) most = $3 } }
	END { printf "of %d that it leaves out %d do, at most by %s (", n, dear, most }' \
	letter.txt all.txt >out.want
ok '  those are counted apart' sh -c \
	"tr '\n' ' ' <letter.txt | grep -qF \"\$(cat out.want)\""

# --- measured with noise
"$fixture" session b aaaa side=0 boots=12 blocks=4
for change in 0.9 1 1.1; do
	"$fixture" session "n$change" bbbb side=1 boots=12 blocks=4 change=$change
	agrees "boots, times $change" b "n$change"
done
"$fixture" session slow bbbb side=1 boots=12 blocks=4 factor=1.2
agrees 'boots, all slower' b slow
ok '  all of them' sh -c 'grep -qx "dearer 21" got && grep -qx "all 21" got'
"$vmadiff" letter --all b n1.1 >letter.txt
# shellcheck disable=SC2016 # fields of awk
ok 'what is EQUIVALENT has the interval that says so' awk '$NF == "EQUIVALENT" {
		split(substr($(NF - 1), 2), end, "[.][.]")
		rows++
		wrong += $(NF - 1) !~ /^=/ || end[1] < -1 || end[2] > 1
	}
	END { exit !rows || wrong }' letter.txt
ok '  which is explained' grep -q '^=: the 90% interval' letter.txt
for style in own lkp mmtests fastpath; do
	"$vmadiff" letter --all --style $style b n0.9 >letter.txt
	ok "$style: says what a measured change is" sh -c \
		"tr '\n' ' ' <letter.txt | grep -q 'median over all pairs of boots of a block (Hodges-Lehmann)'"
done

# --- several seeds
mkdir s2 s3
for seed in 2 3; do
	for stage in deferred noretry; do
		sed "1s/\"seed\":1,/\"seed\":$seed,/" $stage.jsonl >s$seed/$stage.jsonl
	done
done
edited s2/noretry.jsonl secretmem_append mmap insns 1.6 >s && mv s s2/noretry.jsonl
edited s3/noretry.jsonl memfd_append mmap insns 1.25 >s && mv s s3/noretry.jsonl
edited s3/noretry.jsonl anon_append munmap insns 1.01 >s && mv s s3/noretry.jsonl
edited s2/noretry.jsonl secretmem_fill mmap insns 2.5 >s && mv s s2/noretry.jsonl
seeds='--seed s3 --seed s2 deferred=deferred.jsonl noretry=noretry.jsonl'
agrees 'three seeds' $seeds
ok '  the largest of any seed is said' grep -q '^most-same 2[0-9]' got
ok '  the headline has all of them' sh -c \
	"tr '\n' ' ' <letter.txt | grep -q -- '-50.2%, -50.2..-20.3 with 3 seeds'"
ok '  and how to do it again' grep -q "STAGES='deferred noretry' SEEDS='2 3'" letter.txt
ok '  what is not the same with all is no verdict of the first' grep -q \
	'^  anon_append munmap .*SEED-DEPENDENT$' letter.txt
ok '  nor is a gain with one a gain' grep -q '^  secretmem_fill mmap .*SEED-DEPENDENT$' letter.txt
for style in lkp mmtests fastpath; do
	"$vmadiff" letter --all --style $style $seeds >letter.txt
	ok "$style: has all seeds" sh -c \
		"tr '\n' ' ' <letter.txt | grep -q 'seeds 1 2 3:.* secretmem_append mmap -50.2..-20.3;'"
done
run 0 'series of three seeds' series --tables -o seeds $seeds
says 'Measured with seeds 1 2 3'
says '^secretmem_append mmap .* -50.2..-20.3 '
for file in report.md plots/effects.dat plots/insns.dat plots/counts.dat plots/vmas.dat; do
	ok "  $file has all of them" grep -q -- '-50.2..-20.3\|20.3 to 50.2' seeds/$file
done
ok '  so has summary.json' grep -q '"seeds": {"2": {"deferred": ' seeds/summary.json
run 4 'a seed that is no other' letter --all --seed . deferred=deferred.jsonl noretry=noretry.jsonl
says 'are of seed 1, as the others are'
run 4 'a seed that is not there' letter --all --seed nowhere deferred=deferred.jsonl noretry=noretry.jsonl
rm s3/noretry.jsonl
run 4 'a stage that one seed lacks' letter --all $seeds
says 's3/noretry.jsonl'
ok '  what is known is told, and not as if it were all' grep -q 'SEED-DEPENDENT' out

# --- losing a merge is no gain
edited cheap.jsonl anon_append munmap insns 0.7 >cheaper.jsonl
sed '/"shape".*"anon_append","op":"munmap"/s/"vmas_before":1/"vmas_before":64/' cheaper.jsonl >lost.jsonl
pair='deferred=d.jsonl noretry=lost.jsonl'
"$vmadiff" letter --all --style mmtests $pair >letter.txt
ok 'mmtests: no star' sh -c "! grep 'anon_append-mu*n*map' letter.txt | grep -q '[*]'"
ok '  and no gain' sh -c "[ \$(grep -c 'anon_append-mu*n*map.*SHAPE' letter.txt) -ge 2 ]"
"$vmadiff" letter --all --style lkp $pair >letter.txt
is 'lkp: marked' "$(grep -c 'S  *-[0-9.]*% .*anon_append.mu*n*map.insns' letter.txt)" 2
"$vmadiff" letter --all --style fastpath $pair >letter.txt
is 'fastpath: marked' "$(grep -c '| anon_append mu*n*map (insns/op)  .*(S) -' letter.txt)" 2
for picture in effects insns counts; do
	run 0 "picture $picture" data $picture $pair
	cp out $picture.dat
	"$vmadiff" data $picture deferred=d.jsonl noretry=n.jsonl >before.dat
done
better() {
	sed -n 's/.* operations \([0-9]*\) better.*/\1/p' "$1"
}
"$vmadiff" data effects deferred=d.jsonl noretry=n.jsonl >before.dat
is 'effects: it is not among the better' "$(better effects.dat)" "$(better before.dat)"
is 'effects: nor marked so' "$(grep -c '^anon_append .*	better$' effects.dat)" 0
fewer() {
	sed -n 's/.* operations \([0-9]*\) take fewer.*/\1/p' "$1"
}
"$vmadiff" data insns deferred=d.jsonl noretry=n.jsonl >before.dat
is 'insns: nor among those that take fewer' "$(fewer insns.dat)" "$(fewer before.dat)"
run 0 'report' report -o rep $pair
ok 'page: not blue' sh -c \
	"! grep -o '<tr><th[^>]*>\(<a[^>]*>\)*anon_append mu*n*map\(</a>\)*</th>.*' rep/report.html | grep -q 'b-better\|\"n good\"'"
# A series that says of no scenario that it is about it, and has nothing better.
edited d.jsonl anon_append munmap insns 0.5 |
	sed '/"shape".*"anon_append","op":"munmap"/s/"vmas_before":1/"vmas_before":64/' >only.jsonl
"$vmadiff" letter --all d.jsonl only.jsonl >letter.txt 2>/dev/null
ok 'a headline of another shape says so' sh -c \
	"head -n 3 letter.txt | tr '\n' ' ' | grep -q -- '(-50.0%, SHAPE-CHANGED)'"

# A small change has the digit that it is known by, and no exponent.
small() {
	sed "/\"$1\".*\"op\":\"mmap\",\"metric\":\"insns\",/s/\"batches\":\[[^]]*\]/\"batches\":[$2,$2]/"
}
small anon_append 100000 <d.jsonl >small1.jsonl
small anon_append 99998 <n.jsonl >small2.jsonl
run 0 'a change of 0.002 %' letter --all small1.jsonl small2.jsonl
says ' -0\.002'
says_not '[0-9]e-'

# --- columns stay where they are, whatever is in them
head -n 1 d.jsonl >e1.jsonl
head -n 1 n.jsonl >e2.jsonl
values='0 1 3 1e-300 5e-324 1e300 1.7e308 1e15 999999999999999 123456.789 0.004 99999.5 1.00000000001'
i=0
for a in $values; do
	for b in $values; do
		i=$((i + 1))
		for n in 1 2; do
			[ $n -eq 1 ] && v=$a || v=$b
			echo "{\"type\":\"row\",\"scenario\":\"x_$i\",\"version\":\"f1\",\"op\":\"mmap\",\"metric\":\"insns\",\"unit\":\"insns/op\",\"pass\":\"insns\",\"better\":\"lower\",\"exact\":true,\"ops\":1,\"batches\":[$v]}" >>e$n.jsonl
		done
	done
done
for n in 1 2; do
	echo '{"type":"trailer","lines":0}' >>e$n.jsonl
	renumber <e$n.jsonl >extreme$n.jsonl
done
run 0 'such records are records' check extreme1.jsonl extreme2.jsonl
pair='deferred=extreme1.jsonl noretry=extreme2.jsonl'
# Where the columns of a row end, or begin where they are aligned at the left.
cat >edges.awk <<'EOT'
style == "own" {
	match($0, /[A-Z]+-[A-Z]+$/)
	rest = substr($0, 1, RSTART - 1)
	sub(/ +$/, "", rest)
	print RSTART, length(rest)
}
style == "lkp" {
	out = ""
	rest = $0
	for (i = at = 0; match(rest, /[^ ]+/) && i < 3; i++) {
		at += RSTART + RLENGTH - 1
		out = out " " at
		rest = substr(rest, RSTART + RLENGTH)
	}
	print out, index($0, "x_")
}
style == "mmtests" || style == "fastpath" {
	out = ""
	for (c = 1; c <= length($0); c++)
		if (index(style == "mmtests" ? "(*)" : "|", substr($0, c, 1)))
			out = out " " c
	print out
}
EOT
for style in own lkp mmtests fastpath; do
	run 0 "$style of extreme values" letter --all --style $style $pair
	cp out letter.txt
	sed '/^What got worse:$/,$d' letter.txt |
		grep '^  .*x_[0-9]*[ .-]mmap' | grep -vE 'vmabench[.].* (improvement|regression|change)' >rows
	is '  has all rows' "$(wc -l <rows)" "$i"
	is '  every row ends its columns at the same places' \
		"$(awk -v style=$style -f edges.awk rows | sort -u | wc -l)" 1
	ok '  nothing that differs is rounded to 0.00%' sh -c \
		"! grep -q '[-+]0[.]0*%' rows"
	ok '  no number has more digits than it can have' sh -c "! grep -q '[0-9]\{17\}' rows"
	ok '  fit for a mail' "$vmadiff" lint letter.txt
done

# --- a record alone, and links
run 0 'a record alone' letter --all d.jsonl
says 'is compared with nothing'
says_not 'worse\|EXACT\|change'
says '^  operation  *deferred$'
run 0 'report of it' report -o alone d.jsonl
ok '  nothing is against itself' sh -c \
	"! grep -q 'EXACT-SAME\|deferred to deferred\|against deferred' alone/report.md alone/report.html alone/cover-letter.txt"
link=https://lore.kernel.org/linux-mm/20250509.1746792520.git@example.com/
for n in d n; do
	sed "1s|\"kernel\":{|\"series\":{\"title\":\"mm: a <title> of 100%\",\"link\":\"$link\"},&|" $n.jsonl >titled_$n.jsonl
done
run 0 'a series with a title' report -o titled deferred=titled_d.jsonl noretry=titled_n.jsonl
ok '  the letter has it' grep -q '^  mm: a .title. of 100' titled/cover-letter.txt
ok '  and the link, whole' grep -qxF "  $link" titled/cover-letter.txt
ok '  which can be read in report.md' grep -qF "<$link>" titled/report.md
run 0 '  fit for a mail' lint titled/cover-letter.txt
sed "1s|a <title> of 100%|the other|; 1s|1746792520|2|" titled_n.jsonl >other_n.jsonl
run 0 'stages of two series' report -o two deferred=titled_d.jsonl noretry=other_n.jsonl
ok '  the letter names both, and which is which' sh -c \
	"grep -q '^  deferred: mm: a .title. of 100' two/cover-letter.txt &&
	grep -qxF '  noretry: mm: the other' two/cover-letter.txt"
is '  and has both links' "$(grep -c '^  https://lore' two/cover-letter.txt)" 2
is '  so has report.md' "$(grep -o '<https://lore[^>]*>' two/report.md | wc -l)" 2
ok '  the page names both' grep -q \
	'<h1>mm: a &lt;title&gt; of 100% (deferred) and mm: the other (noretry)</h1>' two/report.html
run 0 '  fit for a mail' lint two/cover-letter.txt

# --- why it cannot be told, where an interval seems to say it
"$fixture" session first aaa boots=8 blocks=2 side=0
"$fixture" session after bbb boots=8 blocks=2 side=1 seed=2 factor=1.1 day=2026-01-02
run 0 'one kernel after the other' letter --all first after
ok '  says so' sh -c "tr '\n' ' ' <out | grep -q 'INCONCLUSIVE; all boots of base were before those of new[.]'"
"$fixture" session few aaa boots=3 blocks=1 side=0
"$fixture" session thrice bbb boots=3 blocks=1 side=1 seed=2 factor=3
run 0 'too few boots' letter --all few thrice
ok '  says so' sh -c "tr '\n' ' ' <out | grep -q 'INCONCLUSIVE; unattainable with this plan: '"
cp out few.txt
run 0 '  fit for a mail' lint few.txt

# --- the set that was measured
for set in primary extended mm; do
	for side in d n; do
		sed '/"type":"\(row\|shape\)"/{s/"set":"[a-z]*",//;s/"type":/"set":"'$set'",&/}' \
			$side.jsonl >$side-$set.jsonl
	done
	run 0 "rows of the set $set" letter deferred=d-$set.jsonl noretry=n-$set.jsonl
	[ $set = primary ] && want= || want=" SET=$set"
	ok '  which is measured again' grep -qxF \
		"To reproduce: make series STAGES='deferred noretry'$want" out
done

# --- the native tier: layouts are what is counted, and boots are repeats of them
for side in 'few deferred' 'thrice noretry'; do
	mkdir "${side#* }"
	for boot in "${side% *}"/*.jsonl; do
		sed "1{s/\"tier\":\"[a-z]*\"/\"tier\":\"native\"/
s/\"stage\":null/\"stage\":\"${side#* }\"/
s/\"index\":/\"layout\":1,\"layout_set\":\"0123456789abcdef\",&/}" "$boot" >"${side#* }/${boot##*/}"
	done
done
run 0 'three boots of one layout' letter --all deferred=deferred noretry=noretry
ok '  say nothing' sh -c "tr '\n' ' ' <out | grep -q '1 + 1 layouts.*INCONCLUSIVE'"
ok '  say how to measure it again' grep -qxF \
	"  make series STAGES='deferred noretry' TIER=native" out
finish
