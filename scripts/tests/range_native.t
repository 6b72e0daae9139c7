#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# range.sh of the native tier: machines of two types, which only pretend to be some, the
# history of a source that only pretends to be a kernel, and a vmabench that boots nothing.
#
# shellcheck disable=SC2154 # variables of range_world.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/range_world.sh
. "$here/range_world.sh"
range_sh=$root/scripts/range.sh
commit 'mm: only on real machines' 's/^two$/#no-um/' mm/b.c
export RANGE=main..topic QUIET=1 TIER=native NATIVE_LAYOUTS=2 NATIVE_SECONDS=1
unset CPU EVENTS SEED
cd "$tmp"

# What that vmabench does in the native tier is in files of $tmp:
#
#   type-NODE   the type of that machine, aaaa without it
#   panics      the stage that does not boot
#   refuses     is there: nothing is timed here
#   hangs       is there: a boot waits until it is not
#   boots       gets "STAGE NODE" of each
mv "$B/vmabench" "$B/counts"
cat >"$B/vmabench" <<EOT
#!/bin/sh
root=$root
tmp=$tmp
EOT
cat >>"$B/vmabench" <<'EOT'
type=$(cat "$tmp/type-${NODE:-${SLURMD_NODENAME:-}}" 2>/dev/null || echo aaaa)
case $1 in
where)	echo "$type/6.12"; exit ;;
native)	;;
*)	exec "$0/../counts" "$@" ;;
esac
block=0 order=0 set= commit= reason=/dev/null probe=
while [ $# -gt 0 ]; do
	case $1 in
	--probe) probe=1 ;;
	--reason) reason=$2 ;;
	--stage) stage=$2 ;;
	--commit) commit=$2 ;;
	--block) block=$2 ;;
	--layout-set) set=$2 ;;
	--order) order=$2 ;;
	-o) out=$2 ;;
	esac
	shift
done
[ -z "$probe" ] || {
	[ ! -e "$tmp/refuses" ] || { echo 'no ptrace' >"$reason"; exit 3; }
	echo 48
	exit
}
while [ -e "$tmp/hangs" ]; do sleep 0.1; done
[ "$stage" != "$(cat "$tmp/panics" 2>/dev/null)" ] || {
	echo "vmabench native: $stage: Kernel panic" >&2
	exit 3
}
echo "$stage ${NODE:-${SLURMD_NODENAME:-}}" >>"$tmp/boots"
commit=$(printf '%s' "$commit" | sed 's/"/\\\\"/g')
"$root/bench/tests/make_fixture.sh" metal | sed "1{s/\"metal\"/\"native\"/
s/\"stage\":null/\"stage\":\"$stage\"/
s/\"env\":{/&\"host\":\"$type\",/
s/\"cpu\":\"max\"/\"cpu\":\"A CPU\"/
s/\"build_id\":\"/&$(printf %s "$stage" | cksum | cut -c 1-4)/
s/\"index\":0,\"block\":0,\"order\":0/\"index\":$order,\"block\":$block,\"order\":$order,\"layout\":$block,\"layout_set\":\"$set\"/
s|\"info\":{|&\"commit\":\"$commit\",\"scenarios_shared\":\"0\",\"reference_ticks\":\"2000\"|
s/\"boot_id\":null/\"boot_id\":\"boot-$order\"/}
/\"latency\"/s/\"batches\":\[/&$((1000 + order)),/" >"$out"
EOT
sed -i "s,\"\$0/../counts\",\"$B/counts\"," "$B/vmabench"
chmod +x "$B/vmabench"

# ssh that reaches any machine, as it is this one, where the user has a shell of another kind.
mkdir path
cat >path/ssh <<'EOT'
#!/bin/sh
while [ "$1" != -- ]; do shift; done
shift 2
export SHELL=/bin/false
exec sh -c "$*"
EOT
chmod +x path/ssh
PATH=$tmp/path:$PATH

# session: the latest one.
session() {
	find results/series -mindepth 1 -maxdepth 1 -name '2*' 2>/dev/null | LC_ALL=C sort | tail -n 1
}

# ends: what became of the cells.
ends() {
	names=$(cut -d ' ' -f 1 "$(session)/range/cells")
	for name in $names; do
		cut -d ' ' -f 1 "$(session)/range/$name.end" 2>/dev/null || echo none
	done | paste -s -d ' '
}

# timed: which stages were, since it was asked for last.
timed() {
	[ -f boots ] || : >boots
	cut -d ' ' -f 1 boots | sort -u | paste -s -d ' '
	: >boots
}

# refused NAME TEXT VARIABLE=VALUE...: with 2, in one line, and nothing was made.
refused() {
	name=$1
	text=$2
	shift 2
	try env "$@" "$range_sh" submit
	is "$name: exit 2" "$status" 2
	says "$name: says so" "$text"
	is "$name: in one line" "$(wc -l <err)" 1
	ok "$name: there is no session" [ -z "$(session)" ]
}

# What cannot be

refused 'a tier that there is not' 'TIER with ON' TIER=kvm
refused 'more seeds' 'SEEDS' SEEDS='2 3'
refused 'two at a time' 'SLOTS: of the native tier' SLOTS=2
refused 'layouts that are no number' 'NATIVE_LAYOUTS' NATIVE_LAYOUTS=x
refused 'a CPU that is none' 'CPU' CPU=x
echo 'type Xeon' >cluster
refused 'a type that is none' "type: 'Xeon' is not what" CLUSTER=cluster
echo 'type bbbb' >cluster
refused 'this machine is of another type' 'this machine is of type aaaa, and CLUSTER asks for' \
	CLUSTER=cluster
mkdir -p other/range
echo 's00_base x base' >other/range/cells
try "$range_sh" cells other
is 'cells of somebody else: exit 2' "$status" 2
says 'cells of somebody else: says so' 'TIER=native'
is 'nothing was built' "$(find cache/images -name objects.o 2>/dev/null | wc -l)" 0

# On this machine

all='done done done done BUILD-FAILED'
try "$range_sh" submit
is 'a range: exit 3, for one is no program' "$status" 3
is 'a range: each cell has an answer' "$(ends)" "$all"
is 'a range: each was timed' "$(timed)" 'base s01_defer_the_retry s02_a s03_use_mmap_prepare'
first=$(session)
is 'a range: a folder for each, with the base' "$(cd "$first/native" && echo */ */*/)" \
	's01_defer_the_retry/ s02_a/ s03_use_mmap_prepare/ s01_defer_the_retry/base/ s01_defer_the_retry/s01_defer_the_retry/ s02_a/base/ s02_a/s02_a/ s03_use_mmap_prepare/base/ s03_use_mmap_prepare/s03_use_mmap_prepare/'
ok 'a range: the base was not timed beside itself' [ ! -e "$first/range/s00_base.tries" ]
ok 'a range: the result says on which type' grep -q 'machines of type aaaa,$' "$first/native.txt"
ok 'a range: and names its CPU' grep -qx 'A CPU\.' "$first/native.txt"
ok 'a range: is what is printed' sh -c "head -n $(wc -l <"$first/native.txt") out | cmp - '$first/native.txt'"
ok 'a range: what could not be built, and why' grep -q \
	'^    BUILD-FAILED mm/b.c:1: error: not with ARCH=um$' "$first/native.txt"
is 'a range: a verdict for each' \
	"$(grep -c 'equivalent, .* cannot be told$' "$first/native.txt")" 3
ok 'a range: records have the commit' grep -q '"commit":"[0-9a-f]* (\\"a\\")"' \
	"$first/native/s02_a/s02_a/boot-0000.jsonl" "$first/native/s02_a/s02_a/boot-0001.jsonl"
is 'a range: the programs of all layouts are gone' \
	"$(find cache/um-layouts -name vmlinux | wc -l)" 0
is 'a range: nothing half-written is left' "$(find results cache -name '.new-*' | wc -l)" 0
ok 'a range: is not the latest result that reports are made of' [ ! -e results/series/latest ]
ok 'a range: the key has no tool that does not matter' \
	[ -z "$(grep -E '^(qemu|firmware|mkfs)' "$first/range/node")" ]
try "$range_sh" status
ok 'status: four of five are done' grep -q '^done  *4$' out
try "$range_sh" resume
is 'nothing to resume: exit 3, as before' "$status" 3
is 'nothing to resume: nothing is timed' "$(timed)" ''

# A machine of another type

cell=$root/scripts/range/cell.sh
nonce=$(sed -n 's/^nonce //p' "$first/range/plan")
: >"cache/.plan-$nonce"
echo bbbb >type-n2
rm -rf cache/images cache/um-drivers
try env NODE=n2 "$cell" "$tmp/$first" "$nonce" s02_a
is 'another type: exit 1' "$status" 1
ok 'another type: says which it is and which was wanted' \
	grep -q '^FAILED n2: this machine has another type than the plan: bbbb, and not aaaa$' \
	"$first/range/s02_a.end"
is 'another type: nothing was built' "$(find cache -name objects.o | wc -l)" 0
is 'another type: nothing was timed' "$(timed)" ''
try "$range_sh" resume
is 'resumed: every cell has an answer' "$(ends)" "$all"
is 'resumed: only that one was timed' "$(timed)" 'base s02_a'
rm "$B/vmadiff"
cat >"$B/vmadiff" <<'EOT'
#!/bin/sh
echo 'scenario,op,metric,quantile,params,base,new,ratio,ratio_lower,ratio_upper,verdict,reason'
echo 'a,mmap,latency,,"{""n"": 1, ""m"": 2}",400,166.6,0.4165,0.399,0.428,IMPROVED,'
echo 'a,mmap,latency,p50,,400,166.6,0.4165,0.399,0.428,REGRESSED,'
echo 'b,munmap,latency,,,100,105.67,1.0567,1.026,1.098,SHAPE-CHANGED,"1, not 2"'
echo 'c,mmap,latency,,,100,101,1.01,0.9,1.1,INCONCLUSIVE,'
echo 'd,mmap,faults,,,0,0,,,,EQUIVALENT,'
exit 3
EOT
chmod +x "$B/vmadiff"
try "$range_sh" collect
ok 'what moved: a line each, with the interval' \
	grep -qxF '    IMPROVED      a mmap: latency 400>166.6 (-58.4%, -60.1..-57.2)' "$first/native.txt"
ok 'what moved: and of those with another shape' \
	grep -qxF '    SHAPE-CHANGED b munmap: latency 100>105.7 (+5.7%, +2.6..+9.8)' "$first/native.txt"
is 'what moved: no quantiles' "$(grep -c REGRESSED "$first/native.txt")" 0
ok 'what moved: the others are counted' \
	grep -qx '    1 equivalent, 1 cannot be told' "$first/native.txt"
ln -sf "$real/vmadiff" "$B/vmadiff"
sed -i 's/"host":"aaaa"/"host":"bbbb"/' "$first"/native/s02_a/*/*.jsonl
try "$range_sh" collect
ok 'records of another type: are not compared' \
	grep -qx '    not compared: it was timed on type bbbb' "$first/native.txt"

# Two types over two machines

command -v parallel >/dev/null || {
	echo "1..$tap_count"
	exit
}
printf 'n1\nn2\n' >hosts
export RANGE=main..topic~3
try env ON=ssh HOSTS=hosts "$range_sh" submit
is 'two types: exit 0' "$status" 0
says 'two types: the other one is left out' \
	'n2 is left out: it is of type bbbb, and this range is timed on type aaaa alone'
is 'two types: each cell has an answer' "$(ends)" 'done done'
is 'two types: all were timed on one machine' "$(cut -d ' ' -f 2 boots | sort -u)" n1
: >boots
echo 'type bbbb' >cluster
try env ON=ssh HOSTS=hosts CLUSTER=cluster "$range_sh" submit
is 'a type that is asked for: exit 0' "$status" 0
says 'a type that is asked for: the other one is left out' 'n1 is left out: it is of type aaaa'
is 'a type that is asked for: all on that machine' "$(cut -d ' ' -f 2 boots | sort -u)" n2
ok 'a type that is asked for: the result says so' grep -q 'type bbbb,$' "$(session)/native.txt"
: >boots
before=$(session)
echo 'type cccc' >cluster
try env ON=ssh HOSTS=hosts CLUSTER=cluster "$range_sh" submit
is 'a type that there is not: exit 2' "$status" 2
says 'a type that there is not: says so' 'HOSTS: none of them is of type cccc'
is 'a type that there is not: there is no session' "$(session)" "$before"
is 'a type that there is not: nothing is timed' "$(timed)" ''

# Kernels that do not boot, and machines that time nothing

echo s02_a >panics
RANGE=main..topic~2
try "$range_sh" submit
is 'one that does not boot: exit 3' "$status" 3
is 'one that does not boot: is that' "$(ends)" 'done done BOOT-FAILED'
ok 'one that does not boot: with the reason' \
	grep -q '^    BOOT-FAILED .*Kernel panic$' "$(session)/native.txt"
rm panics
: >refuses
RANGE=main..topic~3
try "$range_sh" submit
is 'nothing is timed here: exit 4' "$status" 4
is 'nothing is timed here: no answer' "$(ends)" 'done FAILED'
ok 'nothing is timed here: says why' grep -q 'FAILED .*time is not measured here: no ptrace' \
	"$(session)/native.txt"
rm refuses
: >hangs
rm -f "$(session)"/range/*.tries
"$range_sh" resume >out 2>err &
job=$!
ok 'resumed: the cell begins' within 300 [ -e "$(session)/range/s01_defer_the_retry.tries" ]
try "$range_sh" cancel
is 'cancelled: exit 0' "$status" 0
wait "$job" || :
is 'cancelled: there is no answer' "$(ends)" 'done none'
ok 'cancelled: there are no boots' [ ! -e "$(session)/native/s01_defer_the_retry" ]
rm hangs
try "$range_sh" resume
is 'resumed after that: exit 0' "$status" 0
is 'resumed after that: the cell has an answer' "$(ends)" 'done done'

echo "1..$tap_count"
