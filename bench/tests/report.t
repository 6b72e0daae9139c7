#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Reports, letters and archives of made-up records, through the scripts.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"
export VMADIFF="$vmadiff" RESULTS="$tmp/results"
export VMABENCH="$tmp/none/vmabench"
unset STYLE REPORT KEEP ARCHIVE SOURCE_DATE_EPOCH
# What is drawn is a test of its own.
export GNUPLOT="$tmp/none/gnuplot"

mkdir -p session/plots
for stage in deferred noretry; do
	ABOUT=1 sh "$fixture" "$stage" wide >"session/$stage.jsonl"
done
echo '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>' \
	>session/plots/insns.svg
printf 'The finding of the picture\nWhat there is to see\n' >session/plots/insns.txt

report() {
	want=$1 what=$2
	shift 2
	try "$here/scripts/report.sh" "$@"
	is "$what: exit $want" "$status" "$want"
}

# --- a series
report 0 'a series' session
out=results/reports/session
for file in report.html report.md cover-letter.txt cover-letter-long.txt summary.json \
		reproduce.sh SHA256SUMS records/deferred.jsonl plots/insns.svg; do
	ok "there is $file" [ -s "$out/$file" ]
done
ok 'the sums are right' sh -c "cd $out && sha256sum --quiet -c SHA256SUMS"
is 'every file has one' "$(wc -l <$out/SHA256SUMS)" \
	"$(find $out -type f ! -name SHA256SUMS | wc -l)"
ok 'the page has the picture, and says what it shows' \
	grep -q 'alt="The finding of the picture. What there is to see".*<figcaption>The finding of the picture<' \
	$out/report.html
ok 'the page says what got worse' grep -q 'What got worse: 5 kinds of mapping' $out/report.html
ok 'of two kernels the verdicts are what the patches did' \
	sh -c "! grep -q 'Patch by patch' $out/report.html"
ok 'names in tables may break after "_"' \
	grep -q '<a href="#s-secretmem_append">secretmem_<wbr>append mmap</a>' $out/report.html
ok '  and nowhere in an attribute' sh -c "! grep -q '\"[^\"<>]*<wbr>[^<>]*\"' $out/report.html"
ok 'the language of the page is told' grep -q '^<html lang=en>' $out/report.html
is 'no name of an element is there twice' \
	"$(grep -o ' id=[^ >]*' $out/report.html | tr -d '"' | sort | uniq -d)" ''
ok 'the bill is in it' grep -q 'Function bill of secretmem_append mmap' $out/report.html
cat >cells.pl <<'EOT'
my ($tables, $page) = (0, do { local $/; <STDIN> });
while ($page =~ m{<table.*?</table>}gs) {
	my ($table, $want) = ($&, undef);
	while ($table =~ m{<tr>(.*?)</tr>}gs) {
		my ($row, $n) = ($1, 0);
		$n += $1 // 1 while $row =~ m{<t[dh](?: [^>]*?colspan=(\d+))?[^>]*>}g;
		$want //= $n;
		$n == $want or die "$n cells, not $want: $row";
	}
	$table =~ m{<caption>[^<]+</caption>\n<thead>} or die "no caption: $table";
	$table =~ m{<tr>(?!<th scope=col)(?!.*<th scope=row)} and die 'a row without a name';
	$tables++;
}
$tables > 20 or die "$tables tables";
EOT
ok 'rows have the cells of their table, and a name' \
	sh -c "perl cells.pl <$out/report.html"

# --- what the page says to paste is what reproduce.sh does
cat >pres.pl <<'EOT'
my $page = do { local $/; <STDIN> };
my ($section) = $page =~ m{<section id=reproduce.*?</section>}sg ? $& : die;
my ($n, %char) = (0, lt => '<', gt => '>', quot => '"', apos => "'", amp => '&');
while ($section =~ m{<pre[^>]*>(.*?)</pre>}gs) {
	(my $text = $1) =~ s/&(\w+);/$char{$1} \/\/ die $1/ge;
	open my $f, '>', "pasted." . ++$n or die;
	print $f $text;
}
EOT
mkdir -p fake fakeclone/scripts fakeclone/build
: >fakeclone/scripts/series.sh
# shellcheck disable=SC2016 # a script
for command in fake/make fakeclone/build/vmadiff; do
	printf '%s\n' '#!/bin/sh' 'for word in "${0##*/}" "$@"; do printf "<%s>" "$word"; done >>"$LOG"' \
		'echo >>"$LOG"' >$command
	chmod +x $command
done
# pasted REPORT: its page, in the clone, with the records of the report
pasted() {
	rm -f pasted.*
	perl pres.pl <"$1/report.html"
	for file in pasted.*; do
		ok "$1: $file is of the shell" sh -n "$file"
		ok '  without a tab, which would complete' sh -c "! grep -q '	' $file"
	done
	ok '  reproduce.sh is among them' cmp pasted.2 "$1/reproduce.sh"
	LOG=$tmp/log.script PATH=$tmp/fake:$PATH sh "$1/reproduce.sh" fakeclone >/dev/null 2>&1
	is '  it runs' $? 0
	sed 's|<[^<>]*/records/|<records/|g' log.script >log.want
	for shell in sh bash; do
		command -v $shell >/dev/null || continue
		rm -f log.pasted
		(cd fakeclone && ln -sfn "$tmp/$1/records" records &&
			LOG=$tmp/log.pasted PATH=$tmp/fake:$PATH $shell <../pasted.2 >/dev/null 2>&1)
		is "  pasted into $shell: exit status" $? 0
		sed 's|<[^<>]*/records/|<records/|g' log.pasted >log.got
		ok '  the same commands' cmp log.want log.got
	done
	rm -f log.* fakeclone/records
	(cd fakeclone && LOG=$tmp/log.pasted PATH=$tmp/fake:$PATH sh <../pasted.2 >/dev/null 2>&1)
	is '  pasted where no records are: exit status' $? 0
	(cd fakeclone && LOG=$tmp/log.command PATH=$tmp/fake:$PATH sh ../pasted.1)
	ok '  the command is what is run there' cmp log.pasted log.command
	rm -f log.*
}
pasted $out
mkdir noclone
try sh $out/reproduce.sh noclone
is 'in a folder that is no clone: exit status' "$status" 2
says 'noclone is no clone of vmabench; name one: reproduce.sh CLONE'
cp $out/report.html first.html
report 0 'once more' session
ok 'the same page' cmp first.html $out/report.html
report 0 'of a report' "$out/records"
mkdir precious && echo mine >precious/file
REPORT=precious report 2 'a folder that is no report' session
ok 'it is left alone' [ -f precious/file ]
(cd precious && sha256sum ./file >SHA256SUMS)
REPORT=precious report 2 'a folder of files with sums of their own' session
ok '  it is left alone' [ -f precious/file ]
cp -r $out kept
(cd kept && find . -type f -exec sha256sum {} + >../before)
for change in 'echo mine >kept/notes.txt' 'echo mine >kept/plots/.hidden' \
		'ln -s nowhere kept/records/link' 'echo mine >>kept/cover-letter.txt'; do
	eval "$change"
	find kept | sort >listed
	REPORT=kept report 2 "a report after: $change" session
	ok '  and it says which file' grep -qE \
		'kept is a report, and (has (notes.txt|plots/.hidden|records/link) besides|cover-letter.txt was changed)' err
	find kept | sort | cmp -s - listed
	is '  it is left alone' $? 0
	rm -f kept/notes.txt kept/plots/.hidden kept/records/link
done
(cd kept && sed -i '$d' cover-letter.txt && sha256sum --quiet -c ../before)
is '  nothing else has changed' $? 0
rm kept/report.md
REPORT=kept report 0 'a report of which a file is missing is replaced' session
ok '  as a whole' [ -s kept/report.md ]
# One that cannot come into its place.
mkdir bin
cat >bin/mv <<-'EOT'
	#!/bin/sh
	case $* in
	*/.report-*-??????" kept") eval "$STEP" ;;
	esac
	exec /bin/mv "$@"
EOT
chmod +x bin/mv
STEP='exit 1' PATH=$PWD/bin:$PATH REPORT=kept report 1 'a report that cannot be put into its place' session
ok '  the one before is back' sh -c 'cd kept && sha256sum --quiet -c SHA256SUMS'
is '  and nothing else is there' "$(find . -maxdepth 1 -name '.report*' -o -name '.kept*')" ''
# killed STEP: where the new one would come into the place of the old one.
killed() {
	STEP=$1 PATH=$PWD/bin:$PATH REPORT=kept sh "$here/scripts/report.sh" session \
		>out 2>err &
	wait $!
	is "a run that is killed there: $1" $? 137
}
left_beside() {
	find . -maxdepth 1 \( -name '.report*' -o -name '.kept*' \)
}
rm kept/report.md
(cd kept && find . -type f -exec sha256sum {} +) >before
# shellcheck disable=SC2016 # mv's shell expands it
at_once='kill -9 $PPID; exit 1'
killed "$at_once"
ok '  has no report there' [ ! -e kept ]
VMADIFF=/bin/false REPORT=kept report 1 '  the next one, which makes none' session
ok '  brings back the one that was there' sh -c 'cd kept && sha256sum --quiet -c ../before'
ok '  and says so' grep -q 'kept: the report that was there is back' err
is '  and nothing else is there' "$(left_beside)" ''
killed "$at_once"
REPORT=kept report 0 '  the next one' session
ok '  makes its own' [ -s kept/report.md ]
is '  and nothing else is there' "$(left_beside)" ''
# shellcheck disable=SC2016 # likewise
killed '/bin/mv "$@"; kill -9 $PPID; exit 0'
ok '  has the new one there' [ -s kept/report.html ]
ok '  and the old one beside it' [ -s .kept.replaced/report.html ]
REPORT=kept report 0 '  the next one' session
is '  leaves nothing else there' "$(left_beside)" ''
mkdir .kept.replaced
echo mine >.kept.replaced/notes
REPORT=kept report 2 'a folder of somebody where the old one would be' session
is '  stays' "$(cat .kept.replaced/notes)" mine
rm -r .kept.replaced
report 2 'no such session' nowhere
mkdir empty
report 4 'an empty session' empty

# --- pictures: what answers the question first, the others behind a fold
mkdir -p many/plots
cp session/*.jsonl many/
for picture in boots counts effects fill flame-x insns other times vmas waterfall-anon_append-mmap \
		waterfall-secretmem_append-mmap; do
	cp session/plots/insns.svg many/plots/$picture.svg
	echo "picture $picture" >many/plots/$picture.txt
done
report 0 'many pictures' many
is '  in the order of their weight' "$(grep -o '<summary><h3>.* more .*</h3>\|<figcaption>picture .*</figcaption>' \
	results/reports/many/report.html | sed 's/<[^>]*>//g; s/^picture //' | tr '\n' ' ')" \
	'effects vmas fill times waterfall-secretmem_append-mmap 6 more pictures counts insns waterfall-anon_append-mmap flame-x boots other '

# --- over layouts of the maple tree
mkdir -p over/plots
"$here/bench/tests/add_layouts.sh" <session/deferred.jsonl >over/deferred.jsonl
"$here/bench/tests/add_layouts.sh" insns=3172 behind_full=0 <session/noretry.jsonl >over/noretry.jsonl
for picture in effects fill; do
	cp session/plots/insns.svg over/plots/$picture.svg
	echo "picture $picture" >over/plots/$picture.txt
done
report 0 'a series over layouts of the tree' over
out=results/reports/over
tr '\n' ' ' <$out/report.html >page
section() {
	sed -n 's/.*\(<section id='"$1"'.*\)/\1/p' page | sed 's,</section>.*,,'
}
section tree >tree.html
ok 'they have a section' grep -q '<h2 id=h-tree>Over layouts of the maple tree</h2>' tree.html
ok '  which the navigation names' grep -q '<a href="#tree">Tree layouts</a>' page
for op in 'secretmem_append mmap' 'memfd_append mmap'; do
	ok "  $op has a heading and a table" grep -q "<h3>$op</h3>.*<caption>$op at 120 layouts: " tree.html
done
ok '  a sentence says the range' \
	grep -q 'Against deferred, noretry takes 2428 instructions less (in 120 of 120 tree layouts: -2428 to -7428), -24.2 to -68.0%' tree.html
ok '  the picture is in it' grep -q '<figcaption>picture fill</figcaption>' tree.html
is '  and nowhere else' "$(grep -o 'picture fill</figcaption>' page | wc -l)" 1
ok 'a tile says the range' \
	grep -q '<li class=better><b>-2428 to -7428</b>instructions, <a href="#tree">secretmem_append mmap</a>, 120 tree layouts' page
ok 'the table of effects, too' grep -q 'layouts -68\.0\.\.-24\.2' page
ok 'report.md has the picture' \
	grep -q '!\[Cost against how full the leaf of the maple tree is\](plots/fill.svg)' $out/report.md
rm over/plots/fill.*
report 0 'without the picture' over
ok 'the section is there' grep -q 'id=h-tree' $out/report.html
cp session/deferred.jsonl over/deferred.jsonl
report 0 'layouts on one side alone' over
ok 'no section, no tile' sh -c "! grep -q 'id=tree\|class=.tiles trees' $out/report.html"
mkdir alone
cp over/noretry.jsonl alone
mkdir alone/plots
cp session/plots/insns.svg alone/plots/fill.svg
report 0 'one record with layouts' alone
ok 'its picture is among the pictures' grep -q '<figcaption>fill</figcaption>' results/reports/alone/report.html

# --- all stages, one stage, one that was cut short
mkdir five one cut
for stage in stock deferred hook secretmem noretry; do
	sh "$fixture" "$stage" >"five/$stage.jsonl"
done
report 0 'five stages' five
ok 'no percentage has an exponent' sh -c "! sed 's/<[^>]*>//g' results/reports/five/report.html |
	grep -q '[0-9]e[-+][0-9]*%'"
ok 'patch by patch' grep -q '<h3>hook, after deferred</h3>' results/reports/five/report.html
cp session/deferred.jsonl one/
report 0 'one stage' one
cp session/*.jsonl cut/
head -n 20 session/noretry.jsonl >cut/noretry.jsonl
report 4 'a record that was cut short' cut

# --- a session that says why a stage has no record, and which pictures it lacks
mkdir -p told/plots
cp session/*.jsonl told/
cp session/plots/insns.* told/plots/
echo 'effects: gnuplot: line 7: undefined variable: STATS_max' >told/plots/missing.txt
cat >told/stages <<'END'
noretry /somewhere/cache/images/0123 1111111 ("mm: last of the names, first of the stages")
broken BUILD-FAILED 2222222 ("mm: break it"): /home/somebody/linux/mm/mmap.c:7:2: error: #error "no"
panics BOOT-FAILED 3333333 ("mm: panic"): the kernel did not boot: Kernel panic: call trace: panic < mount_root
silent /somewhere/cache/images/4567 4444444 ("mm: without a record")
deferred /somewhere/cache/images/89ab 5555555 ("mm: the last")
END
report 3 'a session with its stages' told
out=results/reports/told
ok 'in the order that it says' grep -q '^# mmap(), noretry to deferred$' $out/report.md
for what in 'broken.*BUILD-FAILED 2222222' 'panics.*call trace: panic .* mount_root' \
	'silent.*BOOT-FAILED 4444444'; do
	for file in report.html report.md summary.json cover-letter.txt cover-letter-long.txt; do
		ok "$file: $what" sh -c "tr '\n' ' ' <$out/$file | tr -s ' ' | grep -q '$what'"
	done
done
ok 'no image is named' sh -c "! grep -rq somewhere $out"
ok 'the report warns of the picture' sh -c \
	"sed -n '/^## Warnings/,\$p' $out/report.md | grep -q '^- picture effects: gnuplot: line 7'"
ok 'the page does' grep -q 'could not be drawn' $out/report.html
ok 'a picture that is there is in it' grep -q 'The finding of the picture' $out/report.html
report 3 'a report of the report' $out/records
ok 'of the same stages' grep -q 'silent.*BOOT-FAILED 4444444' results/reports/records/report.md
try "$here/scripts/publish.sh" told
is 'published: exit 3' "$status" 3
tar -xJOf results/reports/told.tar.xz told/report.md told/records/stages >published
ok 'with what failed, under no name of its own' grep -q 'stage1 BUILD-FAILED .*mmap.c:7:2: error' published
ok 'without paths of this machine' sh -c '! grep -q "somebody\|somewhere" published'
rm -r told/plots
report 3 'without a picture' told
ok 'the page is whole' grep -q '</html>' $out/report.html
rm told/deferred.jsonl
report 0 'one record left: of that one alone' told
ok 'nothing is compared' grep -q 'compared with nothing' $out/report.html
rm told/noretry.jsonl
report 4 'no record left' told
echo 'no/name x' >told/stages
report 4 'a stage that is none' told

# --- a series that was timed as well
unset GNUPLOT
mkdir -p timed/native
cp session/*.jsonl timed
for side in '0 deferred aaaa1' '1 noretry bbbb1'; do
	# shellcheck disable=SC2086 # three words
	set -- $side
	sh "$fixture" session "boots-$2" "$3" side="$1" boots=12 blocks=6 host=secrethost
	as_native "boots-$2" "$2" "timed/native/$2"
done
echo 'vmabench: /home/somebody/image: boot 3 failed' >timed/native/missing.txt
report 0 'a series with times' timed
out=results/reports/timed
is 'their records are there' "$(find $out/records/native -name 'boot-*.jsonl' | wc -l)" 24
pasted $out
ok 'the table is in the page' grep -q 'id=times' $out/report.html
ok '  and why a boot is not' grep -q 'Not timed: .*boot 3 failed' $out/report.html
ok 'there is times.json' [ -s $out/times.json ]
ok 'the sums are right' sh -c "cd $out && sha256sum --quiet -c SHA256SUMS"
is 'every file has one' "$(wc -l <$out/SHA256SUMS)" \
	"$(find $out -type f ! -name SHA256SUMS | wc -l)"
if command -v gnuplot >/dev/null; then
	for picture in times layouts; do
		ok "picture $picture" [ -s $out/plots/$picture.svg ]
	done
fi
cp $out/report.md first.md
report 0 'a report of the report' $out/records
ok '  has the same times' cmp first.md results/reports/records/report.md
try "$here/scripts/publish.sh" timed
is 'published: exit 0' "$status" 0
mkdir published.d
tar -xJf results/reports/timed.tar.xz -C published.d
ok 'with the boots' [ -s published.d/timed/records/native/noretry/boot-00.jsonl ]
ok 'with their times' grep -q '^### latency' published.d/timed/report.md
ok 'without paths of this machine' sh -c '! grep -rq somebody published.d'

# --- pictures that are of other records
# stale: the report of the session "stale", its pictures and what is said of them
stale() {
	GNUPLOT="$tmp/none/gnuplot" report 0 "$1" stale
	out=results/reports/stale
}
cp -r timed stale
"$vmadiff" series -o stale --times stale/native deferred=stale/deferred.jsonl \
	noretry=stale/noretry.jsonl >/dev/null
for data in stale/plots/*.dat; do
	cp session/plots/insns.svg "${data%.dat}.svg"
	cp session/plots/insns.txt "${data%.dat}.txt"
done
cp session/plots/insns.svg stale/plots/flame-of-something.svg
stale 'pictures of these records'
is 'all are taken' "$(cd stale/plots && echo ./*)" "$(cd $out/plots && echo ./*)"
echo '{"type":"note"}' >"stale/native/noretry/boot-99.jsonl"
rm stale/native/noretry/boot-0*
GNUPLOT="$tmp/none/gnuplot" report 4 'boots that are no more' stale
for picture in times layouts; do
	ok "no picture $picture" [ ! -e $out/plots/$picture.svg ]
	ok '  which is said' grep -q "^- picture $picture: is of other records" $out/report.md
done
for picture in insns flame-of-something; do
	ok "the picture $picture is there" cmp session/plots/insns.svg $out/plots/$picture.svg
done
rm stale/native/noretry/*
cp timed/native/noretry/boot-0* stale/native/noretry
stale 'fewer boots'
ok 'no picture of more' [ ! -e $out/plots/times.svg ]
ok '  which is said' grep -q '^- picture times: .* there is no gnuplot to draw it anew' $out/report.md
if command -v gnuplot >/dev/null; then
	report 0 'with gnuplot' stale
	ok '  it is drawn anew' grep -q '10 boots of' $out/plots/times.dat
	ok '  as a picture' grep -q '<svg' $out/plots/times.svg
	ok '  of its own' sh -c "! cmp -s session/plots/insns.svg $out/plots/times.svg"
	ok '  and nothing is missing' [ ! -e $out/plots/missing.txt ]
fi

# --- sessions that were cut short
# everywhere PATTERN: in the report that was made last
everywhere() {
	for file in report.html report.md cover-letter-long.txt; do
		ok "$file: $1" sh -c "tr '\n' ' ' <$out/$file | tr -s ' ' | grep -q '$1'"
	done
}
mkdir -p short/native/deferred short/native/noretry
out=results/reports/short
cp session/*.jsonl short
printf '%s\n' 'deferred /cache/1 1111111' 'noretry /cache/2 2222222' \
	'later /cache/3 3333333 ("mm: not yet")' >short/stages
report 3 'cut short before kernels were booted' short
everywhere 'later.*BOOT-FAILED 3333333 .*: no record, as of a session that was cut short'
everywhere 'the session was cut short before any kernel was booted'
mkdir short/seed-2
report 3 'cut short before stages were counted with a seed' short
everywhere 'the session was cut short before any kernel was booted'
sed -i '/^later/d' short/stages
cp timed/native/deferred/boot-* short/native/deferred
cp timed/native/noretry/boot-0[0-5].jsonl short/native/noretry
echo 'the session was cut short while kernels were booted: as series.sh says' \
	>short/native/missing.txt
report 0 'cut short while they were' short
everywhere 'the session was cut short while kernels were booted: as series.sh says'
ok 'what is there is compared' grep -q '12 and 6 boots' $out/cover-letter-long.txt
rm -r short/native/noretry
report 0 'cut short with boots of one alone' short
everywhere 'the session was cut short while kernels were booted: as series.sh says'
ok 'nothing is compared' sh -c "! grep -q '[0-9] ns' $out/cover-letter.txt $out/cover-letter-long.txt"

# --- metal
sh "$fixture" session base aaaa side=0 boots=6 blocks=2
sh "$fixture" session new bbbb side=1 change=0.9 boots=6 blocks=2
report 0 'two sessions of boots' base new
out=results/reports/base-new
ok 'the interval is in the letter' grep -q '95% interval' $out/cover-letter.txt $out/cover-letter-long.txt
ok 'the distribution is in the page' grep -q 'figure class=ecdf' $out/report.html
is 'the records are there' "$(find $out/records -name 'boot-*.jsonl' | wc -l)" 12
ok 'what can be pasted is a command' grep -q '<pre tabindex=0>make bench</pre>' $out/report.html
report 0 'its records are a session' $out/records
report 0 'boots of one kernel' base
ok 'nothing is compared' grep -q 'compared with nothing' results/reports/base/report.html
sed -i '1s/"info":{/&"config_differences":"-SMP +TINY_RCU",/' base/*.jsonl new/*.jsonl
report 0 'boots of kernels that are not configured as those that are counted' base new
ok 'the page says how they are not' \
	grep -q 'these differ: <code>-SMP +TINY_RCU</code>' $out/report.html

# --- letters: git takes them, and gives them back
git init -q repo
(
	cd repo || exit 1
	git config user.name t && git config user.email t@example.org
	echo a >a && git add a && git commit -qm base
	echo b >a && git commit -qam 'change a'
)
for style in own lkp mmtests fastpath; do
	run 0 "letter $style" letter --style $style deferred=session/deferred.jsonl \
		noretry=session/noretry.jsonl
	cp out "letter.$style"
	run 0 '  is fit for a mail' lint "letter.$style"
	ok '  says what got worse' grep -q 'no longer merge' "letter.$style"
	ok '  names DAX' grep -q 'ext4_dax_append' "letter.$style"
	ok '  says how to measure it again' grep -q "make series STAGES='deferred noretry'" "letter.$style"
	rm -f repo/*.patch
	(cd repo && git format-patch -q --cover-letter -1 --subject-prefix="PATCH $style") || exit 1
	# Into the cover letter, and as the message of a patch that is applied.
	perl -0pi -e 'BEGIN { local $/; open F, shift; $t = <F>; }
		s/\*\*\* BLURB HERE \*\*\*/$t/' "letter.$style" repo/0000-*.patch
	ok '  survives git mailinfo' sh -c "cd repo &&
		git mailinfo --scissors msg patch <0000-cover-letter.patch >info &&
		head -n \$(wc -l <../letter.$style) msg | cmp - ../letter.$style"
	perl -0pi -e 'BEGIN { local $/; open F, shift; $t = <F>; }
		s/\n---\n/\n$t\n---\n/' "letter.$style" repo/0001-*.patch
	ok '  survives git am --scissors' sh -c "cd repo && git checkout -q HEAD~1 &&
		git am -q --scissors 0001-*.patch &&
		git log -1 --format=%B | tail -n +3 | sed -e :a -e '/^\$/{\$d;N;ba' -e '}' >got &&
		cmp got ../letter.$style; status=\$?; git checkout -q -; exit \$status"
done
run 2 'a style that is none' letter --style robot deferred=session/deferred.jsonl \
	noretry=session/noretry.jsonl
says 'own lkp mmtests fastpath'

# --- the linter finds what would break
bad() {
	# shellcheck disable=SC2059 # escapes are wanted
	printf -- "$2" >bad.txt
	run 1 "lint: $1" lint bad.txt
	says "$3"
}
bad 'scissors' 'a\n-- >8 --\n' 'bad.txt:2: scissors'
bad 'indented scissors' '  - - - 8< - - -\n' 'scissors'
bad 'three dashes' '---\n' 'ends the message'
bad 'a file of a patch' '--- a/x\n' 'ends the message'
bad 'a patch' 'diff --git a/x b/x\n' 'starts a patch'
bad 'an index' 'Index: x\n' 'starts a patch'
bad 'a mailbox' 'From here on\n' 'next mail'
bad 'a signature' '-- \n' 'blanks at the end'
bad 'a comment' '# heading\n' 'comment'
bad 'a quote' '> quoted\n' 'quote'
bad 'a blank' 'a \n' 'blanks at the end'
bad 'a tab' '  a\tb\n' 'a tab'
bad 'not ASCII' 'a \303\274\n' 'not ASCII'
bad 'wide prose' "$(printf '%073d' 0)\n" '72 columns'
bad 'no newline' 'a' 'no newline'
bad 'nothing' '' 'is empty'
printf '%072d\n  %0100d\n  ------ -----\nMore than 12>8 is 5 - 3.\n' 0 0 >good.txt
run 0 'lint: a table may be wide' lint good.txt
run 4 'lint: no such file' lint nowhere.txt

# --- published: the same bytes, and nobody's name
seen='user@buildhost.example UUID=01234567-89ab-cdef-0123-456789abcdef 192.168.17.42 mac 52:54:00:ab:cd:ef, 5254.00ab.cdef fe80::1234:56ff:fe78:9abc /var/home/somebody/x C:\\\\Users\\\\somebody ffff888012345678 iqn.2004-10.com.buildhost:disk http://buildhost/ m\xc3\xbcller of buildhost.example'
line='nokaslr root=UUID=01234567-89ab-cdef-0123-456789abcdef ip=192.168.17.42 systemd.hostname=buildhost mitigations=auto,nosmt'
link=https://lore.kernel.org/linux-mm/cover.1.git.author@example.org/
mkdir named
for stage in deferred noretry; do
	sed "1s|\"cmdline\":\"\"|\"cmdline\":\"$line\",\"hostname\":\"secretbox\"|
		1s|\"series\":{|&\"title\":\"mm\",\"link\":\"$link\",|
		/\"finding\"/s|\"text\":\"[^\"]*\"|\"text\":\"$seen\"|" \
		"session/$stage.jsonl" >"named/$stage.jsonl"
done
cp -R session/plots named/
echo 'buildhost' >named/notes.txt
try env LOOK=1 "$here/scripts/publish.sh" named
is 'LOOK=1: exit 0' "$status" 0
says 'named/noretry.jsonl:1: field that records do not have: hostname'
says 'named/noretry.jsonl:1: option of a kernel command line: systemd.hostname=buildhost'
says 'named/deferred.jsonl:1: stays, as it says what was measured: mm'
says '^would be stripped: field that records do not have, 2 times$'
ok '  nothing is written' [ ! -e results/reports/named.tar.xz ]
try "$here/scripts/publish.sh" named
is 'publish: exit 0' "$status" 0
for kind in 'field that records do not have, 2' 'option of a kernel command line, 6' \
		user@host UUID 'IPv4' 'IPv6' 'hardware address' 'home folder' 'kernel address' \
		'name of storage' link 'word that the suite does not write' \
		'file that reports do not need, 1'; do
	says "^stripped: .*$kind"
done
cp results/reports/named.tar.xz one.tar.xz
mkdir unpacked && tar -C unpacked -xJf one.tar.xz
ok 'options that change what is measured stay' grep -qF -e \
	'"cmdline":"nokaslr mitigations=auto,nosmt (3 more)"' unpacked/named/records/noretry.jsonl
ok 'what was stripped is said inside' grep -q user@host unpacked/named/stripped.txt
for word in buildhost 01234567-89ab 192.168.17 52:54:00 5254.00 fe80:: somebody ffff8880 \
		secretbox "$(printf 'm\303\274ller')"; do
	ok "  no $word in any file" sh -c "! grep -rqF -e '$word' unpacked"
done
ok 'its sums are right' sh -c 'cd unpacked/named && sha256sum --quiet -c SHA256SUMS'
ok 'where the series was posted is still said' grep -qF -e "$link" unpacked/named/cover-letter.txt
run 0 'its records are records' check unpacked/named/records/noretry.jsonl
sleep 1
try "$here/scripts/publish.sh" named
ok 'the same bytes' cmp one.tar.xz results/reports/named.tar.xz
mkdir mine && echo mine >mine/SHA256SUMS
tar -cJf mine.tar.xz mine
cp mine.tar.xz mine.before
ln -s mine.before link.tar.xz
mkdir site && echo thesis >site/thesis.tex && echo hi >site/report.html
tar -cJf site.tar.xz site
cp site.tar.xz site.before
for archive in mine.tar.xz link.tar.xz mine site.tar.xz; do
	try env ARCHIVE=$archive "$here/scripts/publish.sh" named
	is "publish, where $archive is in the place: exit 2" "$status" 2
	says 'publish.sh did not write it: name another with ARCHIVE'
done
ok '  they are left alone' cmp mine.tar.xz mine.before
ok '  so is what somebody else has packed' cmp site.tar.xz site.before
ok '  they are what they were' [ -L link.tar.xz -a -s mine/SHA256SUMS ]
try env KEEP=1 "$here/scripts/publish.sh" named
is 'KEEP=1: exit 0' "$status" 0
says 'kept:'
tar -xJOf results/reports/named.tar.xz named/records/noretry.jsonl >kept.jsonl
ok 'everything is kept' cmp kept.jsonl named/noretry.jsonl
# shellcheck disable=SC2016 # a script
ok 'nothing is left of the work' sh -c '[ -z "$(find results -name ".*-*")" ]'

finish
