#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random secrets in random places of a session: none is in what is published of it, and
# the figures are the same.  SEEDS of one's own find others.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"
export VMADIFF="$vmadiff" RESULTS="$tmp/results" VMABENCH="$tmp/none/vmabench"
export GNUPLOT="$tmp/none/gnuplot"
unset STYLE REPORT KEEP LOOK ARCHIVE SOURCE_DATE_EPOCH URL

mkdir clean
for stage in deferred noretry; do
	# As the suite has them: versions are hashes, and scenarios are its own.
	ABOUT=1 sh "$fixture" "$stage" wide | sed 's/"version":"f1"/"version":"0123456789ab"/
		s/"usb_\(read\|write\)_append"/"usb_stream_\1_append"/' >"clean/$stage.jsonl"
	echo "$stage $stage.jsonl " >>clean/stages
done
chmod u+w clean/*.jsonl

# plant SEED NUMBER: a session with as many secrets, in planted/session; what they are is in
# the file secrets.
plant() {
	rm -rf planted secrets
	mkdir -p planted/session/plots planted/session/native
	cp clean/* planted/session
	perl "$here/bench/tests/plant_secrets.pl" planted/session secrets "$1" "$2"
}

# search FOLDER: the secrets that are in there
search() {
	perl "$here/bench/tests/find_secrets.pl" secrets "$1"
}

# figures FOLDER: all numbers of the comparison
figures() {
	"$vmadiff" export --format csv "$1/deferred.jsonl" "$1/noretry.jsonl"
}

for seed in ${SEEDS:-1 2 3 4 5 6}; do
	plant "$seed" 150
	run 0 "seed $seed: a session of records" check planted/session/deferred.jsonl \
		planted/session/noretry.jsonl
	ok "  the search finds secrets in it" [ "$(search planted | wc -l)" -gt 100 ]
	rm -rf copies && mkdir copies
	run 0 '  it is stripped' strip -o copies planted/session
	is '  no secret is in the copy' "$(search copies)" ''
	is '  nor in what is said of it' "$(mkdir -p said && cp out said && search said)" ''
	run 0 '  what is left are records' check copies/1/session/deferred.jsonl \
		copies/1/session/noretry.jsonl
	figures planted/session >before
	figures copies/1/session >after
	ok '  whose figures are the same' cmp before after
	mkdir again
	"$vmadiff" strip -o again copies/1/session >said/again
	ok '  and of which nothing is left to take out' diff -r copies/1/session again/1/session
	rm -rf again
done

# --- the whole way, to the archive
plant "${ARCHIVE_SEED:-7}" 150
try env KEEP=1 "$here/scripts/publish.sh" planted/session
mkdir kept && tar -C kept -xJf results/reports/session.tar.xz
ok 'KEEP=1: the search finds secrets in the archive' [ "$(search kept | wc -l)" -gt 50 ]
try "$here/scripts/publish.sh" planted/session
mkdir unpacked && tar -C unpacked -xJf results/reports/session.tar.xz
is 'published: no secret is in the archive' "$(search unpacked)" ''
ok 'it has a page, a letter and records' [ -s unpacked/session/report.html ] \
	&& [ -s unpacked/session/cover-letter.txt ]
figures planted/session >before
figures unpacked/session/records >after
ok 'the figures of its records are those of the session' cmp before after

# --- what differs still does, and what is one thing still is
mkdir one other
sed '1s/"env":{/&"host":"alicebox","rack":"a",/' clean/deferred.jsonl >one/deferred.jsonl
sed '1s/"env":{/&"host":"bobsbox","rack":"b",/' clean/noretry.jsonl >other/noretry.jsonl
rm -rf copies && mkdir copies
run 0 'records of two hosts' strip -o copies one/deferred.jsonl other/noretry.jsonl
run 4 'cannot be compared' compare copies/deferred.jsonl copies/noretry.jsonl
says 'host: "(host 1)" in .*"(host 2)"'
sed '1s/bobsbox/alicebox/; 1s/"rack":"b"/"rack":"a"/' other/noretry.jsonl >one/noretry.jsonl
rm -rf copies && mkdir copies
run 0 'records of one host' strip -o copies one/deferred.jsonl one/noretry.jsonl
"$vmadiff" compare copies/deferred.jsonl copies/noretry.jsonl >out 2>&1
ok 'are compared' [ $? -ne 4 ]

# --- values that a field cannot have
# field EXPECTED KEY VALUE: what becomes of a value of info
field() {
	sed "1s@\"info\":{@&\"$2\":\"$3\"@" clean/deferred.jsonl >record.jsonl
	rm -rf copies && mkdir copies
	"$vmadiff" strip -o copies record.jsonl >out 2>err
	is "$2 of \"$3\"" "$(sed -n "1s@.*\"info\":{[^}]*\"$2\":\"\([^\"]*\)\".*@\1@p" copies/*.jsonl)" "$1"
}
while IFS='|' read -r key value expected; do
	field "$expected" "$key" "$value"
done <<'EOT'
governor|schedutil|schedutil
governor|k a r l|(value 1)
governor|karl1x|(value 1)
governor|performance x7|(value 1)
governor|12345678|(value 1)
host_governor|karl|(value 1)
cpufreq_driver|amd-pstate-epp|amd-pstate-epp
cpufreq_driver|karl-pstate|(value 1)
cpus_online|0-3,8-11|0-3,8-11
cpus_isolated|0171-1234567|(value 1)
cpus_isolated|0171-123-456|(value 1)
mems_allowed|0-1,3|0-1,3
mems_allowed|192.168.17.44|(value 1)
mems_allowed|192.168.17|(value 1)
mems_allowed|192.168.17.44.5|(value 1)
mems_allowed|52:54:00:12:34:56|(value 1)
mems_allowed|4915112345|(value 1)
min_khz|2100000|2100000
min_khz|12345678|12345678
min_khz|4915112345|(value 1)
host_min_khz|192.168.17.44|(value 1)
max_map_count|2147483642|2147483642
stack_limit|192.168.17.44 KiB|(value 1)
perf_event_paranoid|-1|-1
personality|0x4040000|0x4040000
loadavg|0.29 3.36 19.51 1/95 4194304|0.29 3.36 19.51 1/95 4194304
loadavg|0.29 4915112345|(value 1)
preempt|none voluntary full (lazy)|none voluntary full (lazy)
scheduler|fifo, priority 1, nice -5|fifo, priority 1, nice -5
lsm_label|unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023|unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023
lsm_label|unconfined B4K2|(value 1)
lsm_label|a1 b2 c3|(value 1)
lsm|lockdown,capability,karl|(value 1)
tracer|karl|(value 1)
uprobe_events|p:karl /home/karl/a.out:0x1|(value 1)
kprobe_events||
cgroup|karl.slice|(value 1)
time|2026-11-30T12:00:00+01:00|2026-11-30T12:00:00+01:00
time|karl at noon|(value 1)
retry|karl|unknown1
memory_in|the disk of karl|(value 1)
boot_options|audit=1 lsm=landlock,bpf slub_debug=FZP|audit=1 lsm=landlock,bpf slub_debug=FZP
boot_options|audit=4915112345 nokaslr|nokaslr (1 more)
boot_options|mem=4G console=ttyS0,115200n8 isolcpus=domain,managed_irq,1-3|mem=4G console=ttyS0,115200n8 isolcpus=domain,managed_irq,1-3
boot_options|page_reporting.page_reporting_order=11 zswap.compressor=zstd|page_reporting.page_reporting_order=11 zswap.compressor=zstd
boot_options|page_reporting.karl=11 nokaslr|nokaslr (1 more)
boot_options|idle=k4r1 tsc=reliable|tsc=reliable (1 more)
config_options|KASAN PREEMPT_LAZY|KASAN PREEMPT_LAZY
config_options|KASAN +LOCALVERSION=KARL ACME_KARL|KASAN
config_differences|-SMP +TINY_RCU HZ 100->250 +NR=0x10 X=y|-SMP +TINY_RCU HZ 100->250 +NR=0x10 X=y
config_differences|-SMP +LOCALVERSION=KARL|-SMP +LOCALVERSION
config_differences|LOCALVERSION -karl->-KARL +X=yes|LOCALVERSION +X
body|there is no karl|there is no (word)
EOT
# head_field EXPECTED KEY VALUE: what becomes of a value that the header has in one place
head_field() {
	sed "1s|\"$2\":\"[^\"]*\"|\"$2\":\"$3\"|" clean/deferred.jsonl >record.jsonl
	rm -rf copies && mkdir copies
	"$vmadiff" strip -o copies record.jsonl >out 2>err
	is "$2: \"$3\"" "$(sed -n "1s@.*\"$2\":\"\([^\"]*\)\".*@\1@p" copies/*.jsonl)" "$1"
}
while IFS='|' read -r value expected; do
	head_field "${expected:-$value}" cpu "$value"
done <<'EOT'
AMD EPYC 7302 16-Core Processor
AMD EPYC 9754 128-Core Processor
AMD Ryzen 9 5950X 16-Core/32-Thread
AMD Ryzen 7 7800X3D 8-Core Processor
AMD Ryzen AI 9 HX 370 w/ Radeon 890M
AMD Ryzen Threadripper PRO 7995WX 96-Cores
INTEL(R) XEON(R) PLATINUM 8581C CPU @ 2.10GHz
Intel(R) Core(TM) Ultra 7 155H
Intel(R) Core(TM) i5-1135G7 @ 2.40GHz
Hygon C86 7285 32-core Processor
Neoverse-N1
Neoverse-V2
Cortex-A76
POWER9, altivec supported
POWER10 (architected)
Graviton3
Apple M1
Apple M2 Pro
Apple M3 Max
Apple M1 Ultra
Ampere-1a
Loongson-3A6000
Kunpeng-920
Intel karl-Core|Intel (word) (value 3)
4915112345-Core|(word) (value 3)
1234-Core|(word) (value 3)
Karl-N1|(word) (value 3)
karl9|(word) (value 3)
KARL|(word) (value 3)
AB12CD34|(word) (value 3)
Apple-karl|(word) (value 3)
Intel 4915112345|Intel (word) (value 3)
EOT
while IFS='|' read -r value expected; do
	head_field "${expected:-$value}" release "$value"
done <<'EOT'
6.13.0-rc3-00123-gdeadbeefcafe-dirty
6.12.1-arch1-1
6.12.1-zen1-1-zen
6.6.21-gentoo
6.8.0-31-lowlatency
6.5.11-7-pve
6.6.31+rpt-rpi-2712
6.1.55-rt16
6.6.32-1-MANJARO
5.14.0-427.13.1.el9_4.x86_64
5.15.0-200.131.27.1.el9uek.x86_64
6.6.87.2-microsoft-standard-WSL2
6.9.4-200.fc40.x86_64
6.4.0-150600.21-default
6.1.94-99.176.amzn2023.x86_64
6.18.44-fc-v657 (build 48dc540c8b76)
6.12.0-john (build 48dc540c8b76)|6.12.0-local1 (build 48dc540c8b76)
6.12.0 (build karl)|6.12.0-local1
6.12.0-myhost|6.12.0-local1
6.12.0-gentoo-john|6.12.0-local1
6.12.0-gdeadbeefcafe0001|6.12.0-local1
6.12.0-192.168.17.44|6.12.0-local1
6.12.0-192.168.17.44.5|6.12.0-local1
6.12.0-192.168.17.44.el9|6.12.0-local1
192.168.17.44|local1
6.12.0-4915112345|6.12.0-local1
6.12.0-4915112345.el9|6.12.0-local1
6.12.0-arch49151|6.12.0-local1
EOT
# What is quoted may be any text.
sed '1s/"info":{/&"config_differences":"-SMP LOCALVERSION \\"A KARL\\"->\\"B\\" -NUMA"/' \
	clean/deferred.jsonl >record.jsonl
rm -rf copies && mkdir copies
run 0 'a text in quotes' strip -o copies record.jsonl
ok '  is taken out' grep -q '"config_differences":"-SMP LOCALVERSION -NUMA"' copies/record.jsonl

# --- names that the suite does not have
# odd EXPRESSION: deferred.jsonl, edited, and stripped, in copies/record.jsonl
odd() {
	sed "$1" clean/deferred.jsonl >record.jsonl
	cmp -s record.jsonl clean/deferred.jsonl && echo "nothing is edited by $1" >&2
	rm -rf copies && mkdir copies
	run 0 "stripped: $1" strip -o copies record.jsonl
	run 0 '  is a record' check copies/record.jsonl
	ok '  without that name' sh -c '! grep -qai karl copies/record.jsonl'
}
while IFS='|' read -r edit expected; do
	odd "$edit"
	ok "  but with $expected" grep -qF -e "$expected" copies/record.jsonl
done <<'EOT'
s/"nop"/"make_karl"/|"scenario":"scenario1"
1s/"series":{/&"retry":{"karl":"late","noretry":"none"},/|"retry":{"stage1":"late","noretry":"none"}
1s/"series":{/&"retry":{"noretry":"karl"},/|"retry":{"noretry":"unknown1"}
1s/"base":"deferred"/"base":"karl"/|"base":"stage1"
1s/"stage":"deferred"/"stage":"s07_karl"/|"stage":"s07"
1s/"stage":"deferred"/"stage":"s08_base_karl"/|"stage":"s08"
s/"params":{/&"karl":3,/|"params":{"param1":3,
s/"op":"munmap"/"op":"karl"/|"op":"op1"
s@"unit":"allocs/op"@"unit":"karl 4915112345"@|"unit":"(value 1)"
s/"metric":"vma_allocs"/"metric":"karl"/|"metric":"metric1"
/"shape"/s/"outcome"/"results":{"success":1,"karl":2},&/|"results":{"success":1}
EOT
mkdir tree
sed '1s/"stage":"deferred"/"stage":"s00_base"/' clean/deferred.jsonl >tree/s00_base.jsonl
sed '1s/"stage":"deferred"/"stage":"s01_split_the_vma"/' clean/deferred.jsonl >tree/s01_split_the_vma.jsonl
sed '1s/"stage":"noretry"/"stage":"s02_split_karl"/' clean/noretry.jsonl >tree/s02_split_karl.jsonl
cat >tree/stages <<'EOT'
s00_base s00_base.jsonl 0123456 ("Linux 6.18")
s01_split_the_vma s01_split_the_vma.jsonl 0123456 ("mm: split the VMA at once")
s02_split_karl s02_split_karl.jsonl 0123456 ("mm: split a VMA")
EOT
rm -rf copies && mkdir copies
run 0 'stages of a tree' strip -o copies tree
is '  are called after what is published of their commits, or by their numbers' \
	"$(cd copies/1/tree* && ls)" "s00_base.jsonl
s01_split_the_vma.jsonl
s02.jsonl
stages"
for name in 20261130-120000 20261130-120000+ noretry-deferred; do
	cp -r clean "$name"
	run 0 "a session that is called $name" strip -o copies "$name"
	ok '  still is' [ -d "copies/1/$name" ]
	rm -r "$name" "copies/1/$name"
done
for name in karls_box 4915112345 noretry_4915112345 20261130-karl k-a-r-l noretry_1_2; do
	cp -r clean "$name"
	rm -rf copies && mkdir copies
	run 0 "a session that is called $name" strip -o copies "$name"
	is '  no longer is' "$(ls copies/1)" session1
	rm -r "$name"
done
# Not two of them under one name.
mkdir karl && cp clean/* karl
try "$here/scripts/publish.sh" karl
is 'published under another name' "$(ls results/reports/session1.tar.xz)" results/reports/session1.tar.xz
cp results/reports/session1.tar.xz first.tar.xz
try "$here/scripts/publish.sh" karl
is 'once more' "$status" 0
ok '  it is replaced by the same' cmp first.tar.xz results/reports/session1.tar.xz
mv karl klaus && rm klaus/stages
sed -i '/"nop"/d' klaus/deferred.jsonl
renumber <klaus/deferred.jsonl >karl.jsonl && mv karl.jsonl klaus/deferred.jsonl
try "$here/scripts/publish.sh" klaus
is 'another session that gets this name: exit 2' "$status" 2
says 'session1.tar.xz is there, and is of other records: name another with ARCHIVE'
ok '  the first is left alone' cmp first.tar.xz results/reports/session1.tar.xz
try env ARCHIVE=klaus.tar.xz "$here/scripts/publish.sh" klaus
is '  with a name it is published' "$status" 0
is '  inside without that' "$(tar -tJf klaus.tar.xz | head -n 1)" session1/
rm ./*.jsonl

# --- a kernel is called the same in the files beside records
mkdir luck && cp clean/deferred.jsonl luck
sed -i '1s/"release":"[^"]*"/"release":"6.12.1-karl"/' luck/deferred.jsonl
for release in 6.12.1-karl 6.18.44-fc-v657; do
	echo "{\"schema\":{\"name\":\"aa\"},\"kernel\":\"$release (build 48dc540c8b76)\"}" >luck/aa.json
	rm -rf copies && mkdir copies
	run 0 "aa.json of $release" strip -o copies luck
	ok '  has it with the build' grep -qF \
		"$(echo "$release" | sed 's/karl/local1/') (build 48dc540c8b76)" copies/1/luck/aa.json
done
ok 'and a record of the first has the same' grep -qF '"release":"6.12.1-local1"' \
	copies/1/luck/*.jsonl

# --- what the suite records itself is known
xz -dc "$here/results/example/metal.jsonl.xz" >metal.jsonl
tar -xJf "$here/results/example/merging.tar.xz"
rm -rf copies && mkdir copies
run 0 'its own records' strip -o copies ./*.jsonl
says '^stripped: nothing'
state=$here/bench/system/state.c
sed -n 's/^	{ "\([a-z_]*\)", .*/\1/p' "$state" | while read -r key; do
	grep -q "\"$key\"" "$here/bench/vmadiff/strip/fields.c" || echo "$key"
done >unknown
is 'every key of the state of a machine may be published' "$(cat unknown)" ''
sed -n '/static const char names\[\] =/,/;/p' "$state" | grep -o '"[^"]*"' | tr -d '"' |
	tr ' ' '\n' | grep . | while read -r option; do
	grep -q "\"$option\"" "$here/bench/vmadiff/strip/cmdline.c" || echo "$option"
done >unknown
is 'and every option of the kernel that it records' "$(cat unknown)" ''

finish
