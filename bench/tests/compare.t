#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff compare over sessions of many boots: what it must say whatever the
# numbers are, and what it must find. TAP, for prove.
#
# The noise is that of make_fixture.sh, the same each time.
#
#   VMADIFF   the program (default: build/vmadiff)
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# session DIR KERNEL [NAME=VALUE...]
session()
{
	"$fixture" session "$@" || exit 1
}

# edit SCRIPT FROM TO: a session whose records sed has changed
edit()
{
	mkdir -p "$3"
	for record in "$2"/*.jsonl; do
		sed "$1" "$record" >"$3/${record##*/}"
	done
}

# The rows of all tables, a line each, behind the metric that they are of.
rows()
{
	"$vmadiff" compare -w 200 --all "$@" | awk '
		/^[a-z_]*( quantiles)?: / { metric = $1 }
		/^operation / { on = 1; next }
		!NF || /^and / { on = 0 }
		on && /[A-Z]$/ { print metric, $0 }'
}

# mirrored FILE FILE: rows with the same verdicts and inverse ratios, as far as the
# digits go
mirrored()
{
	awk 'function ratio(s) { return 1 + s / 100 }
		{ at = 0
		  for (i = 1; i <= NF && !at; i++)
			if ($i ~ /\.\./) at = i - 1
		  key = $1 " " $2 " " $3 (at == 7 ? " " $4 : "") }
		NR == FNR { change[key] = at ? $at : 0; verdict[key] = $NF; next }
		{ p = ratio(change[key]) * ratio(at ? $at : 0)
		  if (verdict[key] != $NF || p < 0.998 || p > 1.002)
			exit 1
		  seen++ }
		END { if (seen < 100) exit 1 }' "$1" "$2"
}

# every_ratio_is_1 FILE
every_ratio_is_1()
{
	awk '{ for (i = 1; i <= NF; i++)
		if ($i ~ /\.\./ && $(i - 1) != "0") exit 1 }' "$1"
}

mirror='s/REGRESSED/improved/; s/IMPROVED/regressed/; s/improved/IMPROVED/
	s/regressed/REGRESSED/'

# --- what must be found
session base/s aaaa01
session slower/s bbbb02 side=1 change=1.1
session faster/s bbbb02 side=1 change=0.9
session same/s bbbb02 side=1
run 0 'nothing is injected' compare base same
says '^worse  *0 rows'
says '^better  *0 rows'
says '^equivalent  *21 rows'
says '^exactly equal  *84 rows'
run 0 '+10 % is injected' compare base slower
says '^worse  *1 row$'
says '^  secretmem_append mmap: latency .* (+9\.7%, +9\.1\.\.+10\.3)$'
says '^verdicts: 84 EXACT-SAME, 1 REGRESSED, 20 EQUIVALENT$'
says '^base  *6\.12\.0-fixture (build aaaa01), 12 boots in 4 blocks$'
ok '  80 columns' awk 'length > 80 { exit 1 }' out
ok '  no trailing blanks' not grep -q ' $' out
ok '  no colour' not grep -q "$(printf '\033')" out
run 0 '-10 % is injected' compare base faster
says '^better  *1 row$'
says '^  mmap .* IMPROVED$'
run 0 'a session of one kernel, by its records' compare base/s slower
says '^worse  *1 row$'

# One MDE, wherever it is printed.
"$vmadiff" export -f csv base slower | tr -d '\r' | awk -F, '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$at["metric"] == "latency" && $at["quantile"] == "" {
		mde = 100 * ($at["mde_ratio"] - 1)
		largest = mde > largest ? mde : largest
		printf "%s %s %.1f\n", $at["scenario"], $at["op"], mde }
	END { printf "largest %.2f\n", largest >"largest" }' | sort >exported
"$vmadiff" compare -w 200 -m latency base slower |
	awk 'NF == 9 && $9 ~ /^(REGRESSED|EQUIVALENT)$/ { print $1, $2, $8 }' |
	sort >printed
ok 'compare and export have the same MDE' cmp -s printed exported
ok '  of all rows' [ "$(grep -c ' [0-9]\.[0-9]$' printed)" -eq 21 ]
mkdir -p itself/s
for boot in slower/s/boot-*.jsonl; do
	sed '1s/"build_id":"[^"]*"/"build_id":"aaaa01"/' "$boot" >"itself/${boot#*/}"
done
"$vmadiff" aa base itself >out
says "$(cat largest)"

# In one block, with fewer boots, and a drift larger than what is looked for.
session drifting/a aaaa01 drift=0.2
session drifting/b bbbb02 side=1 drift=0.2 change=1.02
run 0 '2 % under a drift of 20 % a block' compare drifting/a drifting/b
says '^worse  *1 row$'
says '^  secretmem_append mmap: '
says '^equivalent  *20 rows'

# --- tails
says '^Not shown, of quantiles: '
session tail/s bbbb02 side=1 tail=1.3
run 0 'only the tail is slower' compare base tail
says '^worse  *0 rows'
says '^  *mmap p99  *2397 .* ~0\.000[0-9]  .*REGRESSED$\|^memfd_append mmap p99 .*REGRESSED$'
says_not '^  *munmap p99 '
run 0 'all tails' compare --tails base tail
says 'mmap p50 '
says 'mmap p99\.9 '
says_not 'of quantiles: '
ok '  80 columns' awk 'length > 80 { exit 1 }' out

# --- what a clock may hide of them
for side in base same tail; do
	edit '1s/"stage"/"clock_step_ns":40,"stage"/' "$side/s" "${side}_40/s"
done
run 0 'all tails, of a clock of 40 ns' compare -w 120 --tails base_40 same_40
says '^memfd_append mmap p50  .*\.\.[+-][0-9.]*\*  '
says '^\*  *clock step 40 ns: '
run 0 'without one' compare -w 120 --tails base same
says_not '\*'
run 0 'a change that is larger' compare base_40 tail_40
says '^memfd_append mmap p99 .*\* .*REGRESSED$'
run 0 'its letter' letter --all base_40 tail_40
says 'clock step 40 ns)$'
"$vmadiff" export -f csv base_40 tail_40 >out
says '^memfd_append,mmap,latency,time,p99,.*,"clock step 40 ns, for which the interval is wider"'
says '^memfd_append,mmap,latency,time,,.*merged,merged,.\{0,1\}$'
# As wide as the doubt: at each end what is more than without a clock.
wide_and_narrow() {
	for records in "base tail" "base_40 tail_40"; do
		# shellcheck disable=SC2086 # two
		"$vmadiff" export -f csv $records | awk -F, '
			NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
			$at["scenario"] == "memfd_append" && $at["op"] == "mmap" &&
			$at["metric"] == "latency" && $at["quantile"] == "p99" {
				print $at["ratio_lower"], $at["ratio_upper"], $at["mde_ratio"] }'
	done
}
wide_and_narrow >out
# shellcheck disable=SC2016 # a script
ok 'interval and MDE are wider' awk '
	NR == 1 { width = $2 / $1; mde = $3 }
	NR == 2 { exit !($2 / $1 > width * 1.001 && $3 > mde * 1.001) }' out
ok '  of both' [ "$(wc -l <out)" -eq 2 ]

# --- properties
rows base slower >forward
rows slower base | sed "$mirror" >backward
ok 'rows are in the tables' [ "$(grep -c EQUIVALENT forward)" -gt 20 ]
ok 'swapped, ratios are inverted and verdicts mirrored' mirrored forward backward

# The same boots under other names, given in another order.
mkdir -p shuffled/s
i=99
for record in base/s/*.jsonl; do
	{ sed 1q "$record"; sed '1d;$d' "$record" | sort -r; sed '$!d' "$record"; } \
		>shuffled/s/boot-$i.jsonl
	i=$((i - 7))
done
"$vmadiff" compare --all base slower >ordered
"$vmadiff" compare --all shuffled slower >out
ok 'shuffled records and files change nothing' cmp -s ordered out

run 0 'with itself' compare base base
says '^worse  *0 rows'
says '^better  *0 rows'
says '^cannot be told  *0 rows'
says '^exactly equal  *84 rows'
says 'base and new are the same kernel: A/A'
says '12 boots are on both sides'
rows base base >out
ok '  every ratio is 1' every_ratio_is_1 out
ok '  and nothing differs' not grep -qv 'EXACT-SAME\|EQUIVALENT\|INCONCLUSIVE' out

# --- boots
run 0 'one boot each' compare base/s/boot-00.jsonl slower/s/boot-00.jsonl
says 'noise between boots is unknown'
says_not 'REGRESSED\|IMPROVED\|EQUIVALENT'
session few/a aaaa01 seed=2 boots=6 blocks=2
session few/b bbbb02 seed=2 side=1 boots=6 blocks=2 change=1.1
run 0 'too few boots for so many rows' compare few/a few/b
says '^  6 + 6 boots in 2 blocks are too few: no p is below 0\.0050'
says '^    latency .* (+9\.6%, .*) INCONCLUSIVE, MDE unattainable with this plan$'
says '^  mmap  *1276\.0 .* none  INCONCLUSIVE$'
says '^none  *unattainable with this plan'
run 0 'other blocks' compare base few/b
says '6 boots are left out: no boot of the other kernel is in the block'
session shift/s bbbb02 side=1 shift=3
run 0 'a boot that is not steady is a mark' compare base shift
says '^equivalent  *21 rows'
says '^  mmap .* EQUIVALENT u$'
says '^u  *batches shift or wander in more than a tenth of the boots'
says '^  2 rows are not steady in some boot, by 1\.0% or more: marked where these are$'
run 0 'and so --strict has it' compare --strict base shift
session shift_few/s bbbb02 side=1 shift=2 factor=1.5
run 0 'no more than a tenth of them' compare base shift_few
says '^worse  *21 rows'
says '^  [1-9][0-9]* rows are not steady in some boot, '
says_not ' u$\|shifts in'
edit '/"scenario":"anon_append"/s/"scenario":/"set":"extended",&/' base/s further/base
edit '/"scenario":"anon_append"/s/"scenario":/"set":"extended",&/' shift_few/s further/shift
run 0 'nor has an exploratory row a mark, then' compare further/base further/shift
says '^  anon_append munmap: latency .* (exploratory)$'
run 0 'a mark among stages' compare --stages base=base shift=shift slower=slower
says "^anon_append mmap .* e'  .* e$"
says "e EQUIVALENT, ' not"
session shifts/s bbbb02 side=1 shift=12 shift_by=0.2
run 0 'boots that all shift by as much as they differ' compare base shifts
says 'UNSTABLE: level shifts in 12 of 24 boots'
says ' anon_append mmap:'
says '^  mmap .* UNSTABLE$'
run 3 'and --strict' compare --strict base shifts
session shifts_more/s bbbb02 side=1 shift=12 shift_by=0.2 factor=1.5
run 0 'boots that shift by less than they differ' compare base shifts_more
says '^worse  *21 rows'
says '^  mmap .* REGRESSED u$'
echo '{"floor":0.3}' >aa.json
run 0 'by less than the machine makes up' compare --aa aa.json base shifts
says '^worse  *2 rows'
says_not 'UNSTABLE\| u$'
run 0 'and --strict where all are steady' compare --strict base slower

# Several records of one boot are one boot.
mkdir -p again/s
for i in 0 1 2 3 4 5; do
	cp base/s/boot-00.jsonl again/s/boot-$i.jsonl
done
run 0 'one boot measured six times' compare base again
says 'new: 6 records are of 1 boot; what was measured in one boot counts once'
says_not 'REGRESSED\|IMPROVED'
run 0 'that is allowed by name' compare --allow boot_id base again
says 'allowed to differ: boot_id'

# Sessions that both sides have are blocks; others go by the number of the block.
mkdir two_a two_b
cp -r base/s two_a/s
cp -r few/a two_a/t
cp -r slower/s two_b/s
run 0 'a session that only one side has' compare two_a two_b
says '6 boots are left out: no boot of the other kernel is in the block'
says '^worse  *1 row$'
mv two_b/s two_b/u
run 0 'no session in common' compare two_a two_b
says_not 'left out'
session late/s bbbb02 side=1 day=2026-01-02
run 0 'one kernel after the other' compare base late
says 'all boots of base were before those of new: a drift of the machine looks'
says '^verdicts: 84 EXACT-SAME, 21 INCONCLUSIVE$'
says ' INCONCLUSIVE, MDE unattainable with this plan$'
"$vmadiff" export -f csv base late >late.csv
ok '  each row says why' grep -q 'INCONCLUSIVE,.*all boots of base were before those of new' late.csv
session later/s bbbb02 side=1 day=2026-01-02 change=1.1
run 0 'and slower' compare base later
says '^worse  *0 rows'
run 0 'that is allowed by name' compare --allow order base later
says '^allowed to differ: order: all boots of base were before those of new$'
says '^worse  *1 row$'
cp -r later nearly
chmod u+w nearly/s/boot-00.jsonl
sed '1s/"time":"2026-01-02/"time":"2025-12-31/' later/s/boot-00.jsonl >nearly/s/boot-00.jsonl
run 0 'but for one boot' compare base nearly
says 'boots of base were before those of new in [0-9]* of [0-9]* pairs: a drift'
says '^worse  *0 rows'
run 0 'the other way round' compare later base
says 'all boots of new were before those of base'
says '^better  *0 rows'
run 0 'by turns' compare base same
says_not 'were before'
says_not 'INCONCLUSIVE'

# --- counts
session counted/s bbbb02 side=1 count=2
run 0 'a count' compare base counted
says '^memfd_append mmap  *1  *2  *+1  *+100\.0%  *EXACT-CHANGED$'
session wobbly/s bbbb02 side=1 wobble=1
run 0 'a count that differs between boots' compare base wobbly
says '^memfd_append mmap .* d+0\.0[0-9]* .* ~0\.[0-9]* .*REGRESSED$'
says '^Counts that differ between boots of one kernel are compared like times'
says '^d  *in the unit of the metric'
says '(exploratory)$'
says_not 'NONDETERMINISTIC'
edit '/"type":"shape","scenario":"memfd_append","op":"mmap"/s/"merged"/"not-merged"/' \
	same/s outcome/s
run 0 'an outcome' compare base outcome
says '^shape changed  *5 rows'
cp same/s/boot-0[0-8].jsonl outcome/s
run 0 'an outcome of some boots' compare base outcome
says '^shape changed  *5 rows'
run 0 'the same of both' compare outcome outcome
says '^shape changed  *0 rows'

# --- what cannot be compared
edit '1s/"host":"f1c7f1c7"/"host":"0ther"/' slower/s host/s
run 4 'hosts' compare base host
says 'NOT-COMPARABLE: these had to match'
says 'host: "f1c7f1c7" in base, "0ther" in new'
says '^worse  *0 rows'
run 0 'a host that is allowed' compare --allow host base host
says '^allowed to differ: host: "f1c7f1c7" in base, "0ther" in new$'
says '^worse  *1 row$'
run 2 'a key that is not there' compare --allow hosts base host
run 2 'a key that is never allowed' compare --allow tier base host
edit '/"memfd_append"/s/"version":"f1"/"version":"f2"/' same/s version/s
run 4 'versions' compare base version
says 'version of memfd_append: "f1" in base, "f2" in new (10 rows)'
says '^memfd_append mmap .*NOT-COMPARABLE$\|^  mmap .*NOT-COMPARABLE$'
says '^equivalent  *19 rows'
run 0 'versions that are allowed' compare --allow version base version
says '^allowed to differ: version$'
says '^equivalent  *21 rows'
edit '/"memfd_append".*"latency"/s/"pass":"time"/"pass":"counts"/' same/s pass/s
run 4 'passes' compare base pass
says 'pass of memfd_append: '
edit '/"memfd_append".*"latency"/s,"ns/op","us/op",' same/s unit/s
run 4 'units' compare base unit
says 'unit of memfd_append: "ns/op" in base, "us/op" in new (2 rows)'
"$fixture" noretry >noretry.jsonl
run 4 'tiers' compare base noretry.jsonl
says 'tier: "metal" in base, "exact" in new'
edit '1s/"major":1/"major":2/' same/s major/s
run 4 'a schema of another major' compare base major
says 'boot-00.jsonl:1: schema major 2 is unknown, this program reads 1'
mkdir -p mixed/s
cp base/s/boot-0[0-3].jsonl slower/s/boot-0[4-7].jsonl mixed/s
run 4 'two kernels on one side' compare base mixed
says 'build_id: "aaaa01" and "bbbb02" in new'
mkdir none
run 4 'a folder without boots' compare base none
says 'none: no boot-NN.jsonl in it, nor in a session in it'
run 4 'a folder that is not there' compare base nowhere
says 'nowhere: No such file'

edit '/"row".*"anon_append".*"latency"/d' same/s missing/s
for record in missing/s/*.jsonl; do
	awk '/"trailer"/ { printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR - 1; next } { print }' \
		"$record" >t && mv t "$record"
done
run 0 'missing rows' compare base missing
says '2 MISSING'
says '2 values missing'
says 'mmap .* MISSING$'
cp same/s/boot-0[0-8].jsonl missing/s
run 0 'rows that some boots lack' compare base missing
says '^equivalent  *21 rows'

cp -r same cut
sed '$d' same/s/boot-03.jsonl >cut/s/boot-03.jsonl
run 4 'one boot of many is refused' compare base cut
says 'boot-03.jsonl:[0-9]*: no trailer'
says 'refused, new: boot-03.jsonl'
says '^equivalent  *21 rows'

# --- the environment, noted
session governed/s bbbb02 side=1 governor=powersave
run 0 'what is only recorded' compare base governed
says '^  governor: "performance" in base, "powersave" in new$'
says_not 'loadavg'
edit '' governed/s part/s
cp same/s/boot-0[0-5].jsonl part/s
run 0 'of some boots' compare base part
says '^  governor: "performance" in base, several values in new$'

# --- A/A
mkdir -p r/f1c7f1c7/k r/f1c7f1c7/l
cp -r base/s r/f1c7f1c7/k/s
cp -r slower/s r/f1c7f1c7/l/s
run 0 'no A/A run' compare r/f1c7f1c7/k r/f1c7f1c7/l
says 'a change below 1\.0% does not matter (--delta); no A/A run of this host is$'
echo '{"floor":0.12}' >r/f1c7f1c7/aa.json
run 0 'a noise floor of 12 %' compare r/f1c7f1c7/k r/f1c7f1c7/l
says '1 REGRESSED'
says 'a change below 1\.0% does not matter (--delta); noise floor of this host 12\.0%,$'
says 'aa\.json, and 1 row changed by less than that'
echo '{"floor":0.0001}' >aa.json
run 0 'one that is less than 1 %' compare --aa aa.json r/f1c7f1c7/k r/f1c7f1c7/l
says '1 REGRESSED'
says_not 'changed by less than that'
run 0 'what matters is said by the user' compare --delta 12 base slower
says '1 TRIVIAL'
says 'a change below 12\.0% does not matter'
says '^  mmap .* =+9\.[0-9]*\.\.+10\.[0-9] .*TRIVIAL$'
says '^=  *90 % interval, which lies within +-12\.0%'
run 0 'an interval that reaches beyond it' compare --delta=10% base slower
says '1 REGRESSED'
run 0 'what is too little to be shown' compare --delta 0.01 base same
says '21 INCONCLUSIVE'
for delta in 0 -1 100 1e999 x '' 1x nan; do
	run 2 "a delta of '$delta'" compare --delta "$delta" base same
	says 'is not a percentage above 0 and below 100$'
done
for floor in -0.1 1 '"x"' null 1e999; do
	echo "{\"floor\":$floor}" >aa.json
	run 4 "a floor of $floor" compare --aa aa.json base same
done
run 4 'no such file' compare --aa nowhere.json base same

# --- stages
run 0 'stages' compare --stages base=base slower=slower counted=counted
says '^rows  *slower  *counted$'
says '^worse  *1  *1$'
says '^secretmem_append mmap .* +9\.7 R .* e$'
says '^memfd_append mmap  *1  *1 =  *2 +100 \*$'
says 'R REGRESSED'
ok '  80 columns' awk 'length > 80 { exit 1 }' out
for stage in deferred hook noretry; do
	"$fixture" $stage >$stage.jsonl || exit 1
done
run 0 'stages of the exact tier' compare --stages deferred=deferred.jsonl hook=hook.jsonl \
	noretry=noretry.jsonl
says '^secretmem_append mmap  *5962\.0  *5980\.0 +0\.3 \*  *2969\.0 -50\.2 \*$'
run 0 'by their folder' compare --stages deferred=. noretry=.
says '^secretmem_append mmap  *5962\.0  *2969\.0 -50\.2 \*$'
run 0 'two stages without --stages' compare early=base late=slower
says '^operation .*  early  *late '
says ' late against early, '
cp -r slower 'slow=er'
run 0 'a folder that has such a name' compare base './slow=er'
says '^operation .* base  *new '
run 2 'one that has a name alone' compare early=base slower
run 2 'stages without names' compare --stages base slower
run 2 'three sessions without --stages' compare base slower same
says 'more than two are compared with --stages'

# --- a terminal
if command -v script >/dev/null 2>&1; then
	esc=$(printf '\033')
	TERM=xterm script -qec "$vmadiff compare base slower" /dev/null >out 2>err </dev/null
	ok 'colour on a terminal' grep -q "$esc\[31mREGRESSED" out
	NO_COLOR=1 TERM=xterm script -qec "$vmadiff compare base slower" /dev/null >out 2>err </dev/null
	ok 'none with NO_COLOR' not grep -q "$esc\[3" out
fi

finish
