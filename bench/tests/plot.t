#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Pictures: every one is drawn for two and five stages, for rows that are
# missing, and refused with a message when there is nothing to draw.
#
#   VMADIFF   the program that gives the data (default: build/vmadiff)
set -u

here=$(cd "$(dirname "$0")/../.." && pwd)
VMADIFF=${VMADIFF:-$here/build/vmadiff}
case $VMADIFF in /*) ;; *) VMADIFF=$PWD/$VMADIFF ;; esac
export VMADIFF
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1

if ! command -v gnuplot >/dev/null; then
	echo '1..0 # SKIP no gnuplot'
	exit 0
fi

n=0
result()
{
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		sed 's/^/# /' log
	fi
}

# renumber <RECORD: set the trailer right after lines were taken or added
renumber()
{
	awk '/"type":"trailer"/ { printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR - 1; next }
	     { print }'
}

# drawn SESSION PICTURE...: each is there twice, whole, and nothing was said
drawn()
{
	session=$1
	shift
	"$here/scripts/plot.sh" "$session" >log 2>&1
	result $? "$session is drawn"
	[ ! -s log ]
	result $? "$session: gnuplot has no complaint"
	for picture in "$@"; do
		grep -q '</svg>' "$session/plots/$picture.svg"
		result $? "$session/$picture.svg is whole"
		# The last chunk of a PNG.
		tail -c 8 "$session/plots/$picture.png" | grep -q IEND
		result $? "$session/$picture.png is whole"
	done
	[ -z "$(find "$session" -name '.draw.*')" ]
	result $? "$session: nothing is left behind"
}

for stage in stock deferred hook secretmem noretry metal; do
	ABOUT=1 "$here/bench/tests/make_fixture.sh" $stage >$stage.jsonl || exit 1
done

"$VMADIFF" series -o two deferred=deferred.jsonl noretry=noretry.jsonl >/dev/null
drawn two insns counts waterfall-secretmem_append-mmap waterfall-anon_append-mmap
grep -q '>secretmem_append mmap<' two/plots/insns.svg
result $? 'operations are named'
grep -q '>5962<' two/plots/insns.svg
result $? 'values are labelled'
grep -q '>-310<' two/plots/waterfall-secretmem_append-mmap.svg
result $? 'steps of a waterfall are labelled'
grep -q '>0<' two/plots/waterfall-anon_append-mmap.svg
result $? 'the axis of a waterfall starts at 0'

"$VMADIFF" series -o five stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl >/dev/null
drawn five insns counts

# Boots of three stages in the native tier.
mkdir -p timed
for side in '0 deferred aaaa1' '1 noretry bbbb1' '1 hook cccc1'; do
	# shellcheck disable=SC2086 # three words
	set -- $side
	"$here/bench/tests/make_fixture.sh" session "boots-$2" "$3" side="$1" \
		boots=8 blocks=8 seed="${#2}"
	mkdir -p "timed/$2"
	for boot in "boots-$2"/*; do
		sed "1{s/\"tier\":\"[a-z]*\"/\"tier\":\"native\"/
s/\"stage\":null/\"stage\":\"$2\"/
s/\"block\":\([0-9]*\)/\"layout\":\1,\"layout_set\":\"0123456789abcdef\",&/}" "$boot" >"timed/$2/${boot##*/}"
	done
done
"$VMADIFF" series -o native --times timed deferred=deferred.jsonl noretry=noretry.jsonl \
	>/dev/null
drawn native times layouts
grep -q '>noretry: ns per operation' native/plots/layouts.svg
result $? 'a panel for each stage'
grep -q '>secretmem_append mmap<' native/plots/times.svg
result $? 'timed operations are named'
grep -q ' ns, [-+][0-9.]* \[' native/plots/times.txt
result $? 'their change is in the text, with its interval'
"$VMADIFF" series -o native3 --times timed deferred=deferred.jsonl hook=hook.jsonl \
	noretry=noretry.jsonl >/dev/null
drawn native3 times layouts

# Over layouts of the maple tree: what is usual, one layout, all slots, one depth, many
# operations, a name as long as may be, and a cost that is ten times as much.
# over NAME BASE NEW: draw a session of two, to which layouts are added so
over()
{
	eval "$here/bench/tests/add_layouts.sh $2" <deferred.jsonl >over-base.jsonl
	eval "$here/bench/tests/add_layouts.sh $3" <noretry.jsonl >over-new.jsonl
	"$VMADIFF" series -o "over-$1" deferred=over-base.jsonl noretry=over-new.jsonl >/dev/null
	drawn "over-$1" fill
}
long=a_name_of_forty_characters_and_no_shorter
ops=
for scenario in secretmem_append b c d e f g h i j; do
	ops="$ops $scenario/mmap $scenario/munmap"
done
over usual '' 'insns=3172 behind_full=0'
over one 'ops=secretmem_append/mmap depths=2 low=9 high=9 behind=0 slots=1 full=0' \
	'ops=secretmem_append/mmap depths=2 low=9 high=9 behind=0 slots=1 full=0'
over all_slots slots=16 'slots=16 insns=3172'
over one_depth 'depths=2 behind=0' 'depths=2 behind=0'
over many_operations "ops='$ops' slots=1 depths='2 3 4'" "ops='$ops' slots=1 depths='2 3 4' others=3201"
over long_name "ops=$long/mmap" "ops=$long/mmap"
over ten_times 'insns=30000' 'insns=300000'
grep -q '>a node splits<' over-usual/plots/fill.svg
result $? 'it is said where a node splits'
! grep -q '>a node splits<' over-one/plots/fill.svg
result $? '  and not where none does'
grep -q '>depth 3, behind<' over-usual/plots/fill.svg
result $? 'depths are told apart'
grep -q ">$long mmap<" over-long_name/plots/fill.svg
result $? 'an operation is named, however long that is'
grep -q '>120 layouts: -2428 (-2428 to -7428)<' over-usual/plots/fill.svg
result $? 'its change is said, with its range'
grep -q '^# subtitle: 4 of 20 operations; ' over-many_operations/plots/fill.dat &&
	[ "$(grep -c '>[a-z_]* mu*n*map<' over-many_operations/plots/fill.svg)" -eq 4 ]
result $? 'of many operations so many are drawn, which is said'
mkdir over-alone
"$VMADIFF" show -o over-alone over-base.jsonl >/dev/null
drawn over-alone fill

sed '1!{/"secretmem_append".*"op":"mmap"/d;}' noretry.jsonl | renumber >less.jsonl
"$VMADIFF" series -o less deferred=deferred.jsonl noretry=less.jsonl >/dev/null
drawn less insns counts
grep -q '>missing<' less/plots/insns.svg
result $? 'a missing value says so'

# Data with nothing to see in it is drawn all the same, or there is none: no
# difference, no secretmem, the harness alone, a column without a value, one row.
only()
{
	grep -E "\"header\"|\"trailer\"|$1" | renumber
}
for stage in deferred noretry; do
	sed '1!{/secretmem/d;}' $stage.jsonl | renumber >without-$stage.jsonl
	only '"scenario":"nop"' <$stage.jsonl >nop-$stage.jsonl
	only '"anon_append".*"op":"mmap","metric":"insns"' <$stage.jsonl >row-$stage.jsonl
	only nothing <$stage.jsonl >nothing-$stage.jsonl
done
for stage in second third; do
	sed "s/\"stage\":\"deferred\"/\"stage\":\"$stage\"/" deferred.jsonl >$stage.jsonl
done
"$VMADIFF" series -o same deferred=deferred.jsonl second=second.jsonl third=third.jsonl >/dev/null
drawn same effects insns counts
[ ! -e same/plots/waterfall-patches.dat ]
result $? 'same: no steps where nothing changes'
for session in without nop; do
	"$VMADIFF" series -o $session deferred=$session-deferred.jsonl \
		noretry=$session-noretry.jsonl >/dev/null
	drawn $session effects insns counts
done
"$VMADIFF" series -o row deferred=row-deferred.jsonl noretry=row-noretry.jsonl >/dev/null
drawn row effects insns
"$VMADIFF" series -o last deferred=deferred.jsonl noretry=nothing-noretry.jsonl >/dev/null
drawn last insns counts
head -n 1 last/plots/insns.txt | grep -q 'no operation has counts of both deferred and noretry'
result $? 'last: its title claims nothing'
"$VMADIFF" series -o middle deferred=deferred.jsonl noretry=nothing-noretry.jsonl \
	third=third.jsonl >/dev/null
drawn middle effects insns counts
"$VMADIFF" series -o nothing deferred=nothing-deferred.jsonl \
	noretry=nothing-noretry.jsonl >/dev/null
"$here/scripts/plot.sh" nothing >log 2>&1
[ $? -eq 4 ] && [ ! -e nothing/plots/missing.txt ]
result $? 'nothing: nothing is drawn, and nothing is missing'
# All steps are 0, as older data may have it.
sed '/^+/d; s/^\(noretry\t0\t\)[0-9.]*/\15962/' two/plots/waterfall-secretmem_append-mmap.dat >flat
mkdir -p flat-steps/plots
sed '/^[^#]/{s/\t[0-9.]*\t[0-9.]*\t/\t0\t0\t/}' flat >flat-steps/plots/waterfall-flat-mmap.dat
drawn flat-steps waterfall-flat-mmap

# One that cannot be drawn is said, and takes none of the others with it.
"$VMADIFF" series -o broken deferred=deferred.jsonl noretry=noretry.jsonl >/dev/null
echo '# title: of a kind that nobody knows' >broken/plots/unknown.dat
"$here/scripts/plot.sh" broken >log 2>&1
[ $? -eq 3 ]
result $? 'some are missing: exit 3'
grep -qx 'plot.sh: unknown: there is no plots/unknown.gp to draw it' log
result $? 'which, and why'
grep -qx 'unknown: there is no plots/unknown.gp to draw it' broken/plots/missing.txt
result $? 'the session knows, too'
[ -s broken/plots/insns.png ] && [ -s broken/plots/waterfall-anon_append-mmap.svg ]
result $? 'the others are drawn'
cat >gnuplot-that-fails <<'END'
#!/bin/sh
case $* in
*effects*) echo 'line 7: undefined variable: STATS_max' >&2; exit 1 ;;
esac
exec gnuplot "$@"
END
chmod +x gnuplot-that-fails
rm broken/plots/unknown.dat
GNUPLOT=$PWD/gnuplot-that-fails "$here/scripts/plot.sh" broken >log 2>&1
[ $? -eq 3 ] && grep -qx 'plot.sh: effects: gnuplot: line 7: undefined variable: STATS_max' log
result $? 'what gnuplot says of it'
[ "$(wc -l <broken/plots/missing.txt)" -eq 1 ]
result $? 'and what was missing before is not said again'
GNUPLOT=/bin/false "$here/scripts/plot.sh" broken >log 2>&1
[ $? -eq 4 ]
result $? 'nothing is drawn: exit 4'
drawn broken effects insns counts
[ ! -e broken/plots/missing.txt ]
result $? 'nothing is missing any more'

# flame graphs without flamegraph.pl
for what in "one deferred.jsonl" "diff --diff deferred.jsonl noretry.jsonl"; do
	# shellcheck disable=SC2086 # words of what
	set -- $what
	name=$1
	shift
	FLAMEGRAPH='' "$here/scripts/flame.sh" "$name.svg" "$@" secretmem_append mmap >log 2>&1
	result $? "flame graph: $name"
	[ ! -s log ]
	result $? "  gnuplot has no complaint"
	grep -q '>__mmap_region<' "$name.svg"
	result $? '  frames are named'
done
# words PICTURE: its texts, one after the other
words()
{
	sed 's/<[^>]*>//g' "$1" | tr -s '[:space:]' ' '
}
words one.svg | grep -q 'secretmem_append mmap.*: [0-9.]* % of instructions in [a-z_]'
result $? 'the picture says where most of it is'
less=$("$VMADIFF" folded --diff deferred.jsonl noretry.jsonl secretmem_append mmap |
	awk '{ base += $2; new += $3 } END { print base - new " fewer of " base }')
words diff.svg | grep -q ": $less instructions"
result $? 'or how much less it is'
# kernel_named STAGE: as a regular expression, what its flame graph says of its kernel
kernel_named() {
	sed -n "1s/.*\"release\":\"\([^\"]*\)\".*\"build_id\":\"\(.\{12\}\).*/$1 (\1, build \2)/p" "$1.jsonl"
}
new=$(kernel_named noretry)
is() {
	[ "$2" = "$3" ]
	result $? "$1: $2"
}
is 'the caption names the kernel' "$(head -n 1 one.txt)" \
	"secretmem_append mmap, $(kernel_named deferred)"
is 'that of a difference both' "$(head -n 1 diff.txt)" \
	"secretmem_append mmap, $(kernel_named deferred) to $new"
grep -q '^Flame graph: change of .*in the new kernel[.] Functions without their callees: [a-z_]* [-+][0-9]' diff.txt
result $? 'and says what changed most'
if perl -MDevel::NYTProf::Data -e 1 2>/dev/null; then
	"$here/scripts/flame.sh" perl.svg --diff noretry.jsonl deferred.jsonl secretmem_append mmap
	result $? 'flamegraph.pl draws a difference'
	grep -qF ">secretmem_append mmap, $new to $(kernel_named deferred)<" perl.svg
	result $? '  that names both kernels'
	grep -q '>change of instructions.* hatched orange more; as wide as in the base<' perl.svg
	result $? '  and says what its colours are'
	printf 'all;grows 30 60\nall;shrinks 60 30\n' >folded
	"$here/scripts/flame.sh" perl.svg --folded folded ns both
	perl -ne '$more |= /fill="url\(#more\)"/; exit 1 if /rgb\((?!255,)(\d+),\1,255\)/;
		END { $? ||= !$more }' perl.svg
	result $? '  which are those of all pictures, and hatched'
fi
"$here/scripts/flame.sh" bad.svg deferred.jsonl nowhere >log 2>&1
[ $? -eq 2 ] && [ ! -e bad.svg ]
result $? 'flame graph of no scenario: a usage error, no picture'

sed 's/"type":"row","scenario":"secretmem_append".*/"type":"skip","scenario":"secretmem_append","op":null,"reason":"no memfd_secret()"}/
	1!{/"scenario":"secretmem_append"/{/"skip"/!d;};}' deferred.jsonl | awk '/"skip"/ && n++ { next } 1' |
	renumber >skipped.jsonl
"$here/scripts/flame.sh" bad.svg skipped.jsonl secretmem_append >log 2>&1
[ $? -eq 4 ] && grep -q 'secretmem_append was skipped: no memfd_secret()' log && [ ! -e bad.svg ]
result $? 'flame graph of what was skipped: why, and no picture'

mkdir metal
cp metal.jsonl metal/boot-00.jsonl
drawn metal latency
for session in two metal; do
	[ -z "$(find $session -name 'vmas.*' -o -name 'population.*' -o -name 'threads.*')" ]
	result $? "$session: no picture of nothing"
done

# the extended set
for stage in stock deferred hook secretmem noretry metal; do
	"$here/bench/tests/make_fixture.sh" $stage wide >$stage.jsonl || exit 1
done
"$VMADIFF" series -o wide stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl >/dev/null
drawn wide insns counts vmas population
grep -q '>ext4_dax_append<' wide/plots/vmas.svg && grep -q '>skip<' wide/plots/vmas.svg
result $? 'scenarios and reasons are named'
grep -q '>50000<' wide/plots/population.svg && grep -q '>0<' wide/plots/population.svg
result $? 'other VMAs are labelled, 0 as well'

# Names that are wider than a tile, and more stages than fit beside each other.
columns=
for i in 0 1 2 3 4 5 6 7; do
	stage=s0${i}_of_a_long_name
	sed "s/\"stage\":\"[a-z]*\"/\"stage\":\"$stage\"/
		/\"anon_append\".*\"op\":\"mmap\",\"metric\":\"maple_stores\"/s/\[64\]/[$((i * 64))]/" \
		hook.jsonl >$stage.jsonl
	columns="$columns $stage=$stage.jsonl"
done
# shellcheck disable=SC2086 # one word a stage
"$VMADIFF" series -o many $columns >/dev/null
drawn many effects insns counts vmas
[ "$(grep -c '>s0[0-7]_of_a_long_name: ' many/plots/insns.svg)" -eq 8 ]
result $? 'all stages are named'
grep -q '>1 is s00_of_a_long_name, 8 is s07_of_a_long_name;' many/plots/insns.svg
result $? 'more than have a bar of their own are a line each'
# The maple tree is stored to more often from stage to stage.
grep -q '>▲<' many/plots/counts.svg && grep -q '>0 > 7<\|>0 &gt; 7<' many/plots/counts.svg
result $? 'with the first and the last value, and a mark'

mkdir callers
cp metal.jsonl callers/boot-00.jsonl
drawn callers latency vmas population threads
grep -q '>storm processes<' callers/plots/threads.svg
result $? 'lines are named'

# Values that are not there: of a stage, of a family, of one panel.
sed '/"row"/s/"params":{"population":[0-9]*}/"params":{}/' stock.jsonl >none.jsonl
"$VMADIFF" series -o none stock=none.jsonl noretry=noretry.jsonl >/dev/null
sed '/"secretmem_append/d' stock.jsonl | renumber >some.jsonl
"$VMADIFF" series -o some stock=some.jsonl noretry=noretry.jsonl >/dev/null
drawn none population
drawn some population
mkdir panel
sed '/"storm_.*"latency"/d' metal.jsonl | renumber >panel/boot-00.jsonl
drawn panel threads
grep -q '>no data<' panel/plots/threads.svg
result $? 'an empty panel says so'

# before and after on metal, over boots
for side in 0 1; do
	"$here/bench/tests/make_fixture.sh" session side$side k$side side=$side || exit 1
done
"$VMADIFF" compare -o boots side0 side1 >/dev/null
drawn boots effects ecdf shift boots
head -n 1 boots/plots/boots.txt | grep -q 'over 24 boots'
result $? 'the first line of the text is the finding'
"$VMADIFF" data ecdf stock=stock.jsonl noretry=noretry.jsonl >log 2>&1
[ $? -eq 4 ] && grep -q 'latencies on metal' log
result $? 'why there is no picture is said'
"$VMADIFF" data boots a=metal.jsonl b=metal.jsonl >log 2>&1
[ $? -eq 4 ] && grep -q 'several boots' log
result $? 'one boot is no order'

# The text of a stranger: nothing of it is run, or marks up what is drawn.
# shellcheck disable=SC2016 # it is not to be expanded here
for text in '`touch pwned`$(touch pwned)'"'; touch pwned; '" \
	'\"; system(\"touch pwned\"); @a_b^{c}'; do
	for stage in deferred noretry; do
		NEW=$text awk '/"type":"header"/ {
			i = index($0, "\"release\":\"") + 11
			rest = substr($0, i)
			$0 = substr($0, 1, i - 1) ENVIRON["NEW"] substr(rest, index(rest, "\""))
		} { print }' $stage.jsonl >hostile-$stage.jsonl
	done
	rm -rf hostile
	"$VMADIFF" series -o hostile deferred=hostile-deferred.jsonl \
		noretry=hostile-noretry.jsonl >/dev/null
	drawn hostile effects insns
	[ -z "$(find . -name '*pwned*')" ]
	result $? "nothing is run of $(printf '%s' "$text" | tr -cd '[:print:]')"
done

mkdir empty
"$here/scripts/plot.sh" empty >log 2>&1
[ $? -eq 4 ] && grep -q 'no plots/\*.dat and no boot-\*.jsonl' log
result $? 'an empty session is refused'
"$here/scripts/plot.sh" >log 2>&1
[ $? -eq 2 ]
result $? 'no session is a usage error'

echo "1..$n"
