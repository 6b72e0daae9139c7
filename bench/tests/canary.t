#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# One word in each place of records that the suite has made, of documents, of names of files
# and folders, and of what other tools have measured: it is in nothing that is published, but
# where somebody writes for readers, and in names that a kernel has.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"
export VMADIFF="$vmadiff" RESULTS="$tmp/results" VMABENCH="$tmp/none/vmabench"
unset STYLE REPORT KEEP LOOK ARCHIVE SOURCE_DATE_EPOCH URL
sweep=$here/bench/tests/sweep_canary.pl

# --- each place of a record by itself
tar -xJf "$here/results/example/session.tar.xz"
xz -dc "$here/results/example/metal.jsonl.xz" | perl "$sweep" slice anon_append |
	sed '/"metric":"vmas"/s/^{/&"event":"cycles:k","params":{"threads":2},/
		/"type":"shape"/s/^{/&"params":{"population":0},"results":{"success":9},"expected":{"outcome":"merged","result":"success","vmas_before":1,"vmas_after":1},/
		/"type":"trailer"/i {"type":"finding","scenario":"anon_append","op":"mmap","name":"commit-accounting-leak","text":"left behind"}
		/"type":"trailer"/i {"type":"failure","scenario":"nop","op":null,"reason":"it did not boot"}' |
	renumber >metal.jsonl
# Of a later minor: it may have more kinds of lines, and of metrics.
perl "$sweep" slice secretmem_append <deferred.jsonl |
	sed '1s/"minor":[0-9]*/"minor":99/
		/"type":"trailer"/i {"type":"later","name":"a"}' | renumber >exact.jsonl
perl "$sweep" slice secretmem_append <native/deferred/boot-0000.jsonl >native.jsonl
mkdir planted copies
perl "$sweep" plant planted metal.jsonl exact.jsonl native.jsonl >places
"$vmadiff" check planted/*.jsonl 2>refused | sed 's,^planted/,,; s/: .*//' >accepted
is 'each is a record, or is refused' "$(($(wc -l <accepted) + $(wc -l <refused)))" \
	"$(wc -l <places)"
ok 'most are records' [ "$(wc -l <accepted)" -gt 1000 ]
# shellcheck disable=SC2046 # a word a record
(cd planted && "$vmadiff" strip -o ../copies $(cat ../accepted)) >said
is 'each is published' "$(ls copies)" "$(cat accepted)"
grep -rlai zqcanary copies | sed 's,copies/,,' >found
grep -wFf found places | cut -d ' ' -f 3- | sort -u >leaks
cat >stays <<'EOT'
code.functions[][0]
functions.functions[][0]
header.info.config_differences
header.series.link
header.series.scenarios[].text
header.series.stages[].patch
header.series.stages[].text
header.series.title
objects.objects[][0]
stacks.folded[][0]
symbols.names
EOT
ok 'it stays in texts for readers, and in names that a kernel has' diff stays leaks
is 'not in what is said of it' "$(grep -i zqcanary said)" ''
grep -wFf accepted places | cut -d ' ' -f 3- | sort -u >looked_at
cut -d ' ' -f 3- places | sort -u | grep -vxFf looked_at >never
ok 'no other place is such that the reader takes no other word there' diff - never <<'EOT'
code.functions[][1]
functions.class
functions.region
header.boot.layout_set
header.schema.name
header.tier
objects.class
objects.region
row.better
row.set
shape.set
EOT

# --- a session that has it in all other places
mkdir -p zqcanary7/plots zqcanary7/native/zqcanary7 zqcanary7/zqcanary7 zqcanary7/seed-2
for of in deferred:zqcanary7 noretry:s02_zqcanary7_b; do
	ABOUT=1 sh "$fixture" "${of%:*}" wide | sed "1s/\"${of%:*}\"/\"${of#*:}\"/g
		s/\"usb_read_append\"/\"zqcanary7_x\"/; s/\"anon_append_p100\"/\"zqcanary7_threads_4\"/
		s/\"maple_stores\"/\"zqcanary7\"/; s/\"mremap\"/\"zqcanary7\"/; s/\"version\":\"f1\"/\"version\":\"zqcanary7\"/
		1s/\"late\"/\"zqcanary7\"/; s/\"params\":{/&\"zqcanary7\":3,/" >"zqcanary7/${of#*:}.jsonl"
done
cp zqcanary7/*7.jsonl zqcanary7/seed-2
cp zqcanary7/*b.jsonl zqcanary7/zqcanary7/boot-00.jsonl
cp native/deferred/boot-0000.jsonl zqcanary7/native/zqcanary7
for name in flame-zqcanary7-zqcanary7 waterfall-zqcanary7-mmap zqcanary7; do
	echo '<svg><!-- zqcanary7 --></svg>' | tee "zqcanary7/plots/$name.svg" >"zqcanary7/plots/$name.txt"
done
cat >zqcanary7/stages <<'EOT'
zqcanary7 /var/zqcanary7/image
s02_zqcanary7_b zqcanary7.jsonl 0123456 ("mm: something else")
zqcanary7_c BUILD-FAILED 0123456 ("mm: break it"): mm/zqcanary7.c:7:2: error: zqcanary7
s04_zqcanary7_d
EOT
echo 'flame-zqcanary7-zqcanary7: zqcanary7' | tee zqcanary7/plots/missing.txt \
	>zqcanary7/native/missing.txt
cat >zqcanary7/guest.config <<'EOT'
# zqcanary7
CONFIG_LOCALVERSION="zqcanary7"
CONFIG_LOCALVERSION=ZQCANARY7
zqcanary7=y
EOT
cp "$here/scripts/tests/tap.sh" zqcanary7/zqcanary7.sh
cat >zqcanary7/luck.json <<'EOT'
{"zqcanary7":1,"schema":{"name":"vmabench-luck","major":1,"minor":0,"zqcanary7":{}},
"stage":"zqcanary7","kernel":{"release":"6.1-zqcanary7","zqcanary7":"zqcanary7"},
"env":{"host":"zqcanary7","zqcanary7":"a","tool":"zqcanary7"},"variants":["zqcanary7"],
"rows":[{"scenario":"zqcanary7","version":"zqcanary7","op":"zqcanary7","metric":"zqcanary7",
"base":1,"low":0,"high":1,"zqcanary7":1}]}
EOT
sed 's/"vmabench-luck"/"vmabench-aa"/; s/"variants"/"kernel_of"/' \
	zqcanary7/luck.json >zqcanary7/aa.json

# word_in FOLDER: each form of the word that is there
word_in() {
	printf '%s\n' zqcanary ZQCANARY >words
	perl "$here/bench/tests/find_secrets.pl" words "$1"
}

is 'the word is found in the session' "$(word_in zqcanary7 | wc -l)" 2
mkdir stripped stripped/again
run 0 'the session is stripped' strip -o stripped zqcanary7
is '  the word is not in the copy' "$(word_in stripped)" ''
ok '  a stage is called the same wherever it is' [ -f stripped/1/session1/stage1.jsonl \
	-a -d stripped/1/session1/native/stage1 -a -f stripped/1/session1/seed-2/stage1.jsonl ]
is '  in the order that it says, without names that no commit has' \
	"$(cut -d ' ' -f 1 stripped/1/session1/stages | paste -s -d ' ')" 'stage1 s02 stage2 s04'
run 0 '  it has records' check stripped/1/session1/*.jsonl
ok '  whose scenarios keep what a sweep is at' \
	grep -q '"scenario":"scenario[0-9]*_threads_4"' stripped/1/session1/stage1.jsonl
run 0 '  stripped again' strip -o stripped/again stripped/1/session1
says '^stripped: nothing'
ok '  it is what it was' diff -r stripped/1/session1 stripped/again/1/session1

# Without what cannot be compared.
rm -r zqcanary7/luck.json zqcanary7/native zqcanary7/zqcanary7 zqcanary7/seed-2
try "$here/scripts/publish.sh" zqcanary7
is 'the session is published' "$status" 3
is 'under no name of its own' "$(ls results/reports)" session1.tar.xz
mkdir unpacked
tar -C unpacked -xJf results/reports/session1.tar.xz
is 'the word is not in the archive' "$(word_in unpacked)" ''
ok 'the tables are about something' grep -q 'scenario1' unpacked/session1/report.md

# --- what other tools have measured
for side in base new; do
	mkdir "zqcanary7-$side"
	for n in 1 2 3; do
		cat >"h$n.json" <<-EOT
			{"results":[{"command":"zqcanary7 --of /home/zqcanary7","times":[0.1$n,0.12],"exit_codes":[0,0]},
			 {"command":"zqcanary7","parameters":{"zqcanary7":"zqcanary7"},"times":[0.2],"exit_codes":[1]}]}
		EOT
		cat >"g$n.json" <<-EOT
			{"context":{"host_name":"zqcanary7","executable":"/zqcanary7"},"benchmarks":[
			 {"name":"BM_zqcanary7/8","run_name":"BM_zqcanary7/8","run_type":"iteration","repetition_index":0,
			 "iterations":9,"real_time":1$n,"cpu_time":9,"time_unit":"ns","zqcanary7":4,"zqcanary7_bad":"NaN"}]}
		EOT
	done
	for tool in hyperfine google-benchmark; do
		run 0 "$tool: import" import --host zqcanary7 --kernel 6.1-zqcanary7 \
			-o "zqcanary7-$side/zqcanary7-$tool" $tool "${tool%"${tool#?}"}"?.json
	done
done
# Pictures were drawn above.
export GNUPLOT="$tmp/none/gnuplot"
for tool in hyperfine google-benchmark; do
	rm -rf one && mkdir one
	cp -r "zqcanary7-base/zqcanary7-$tool" one/base
	cp -r "zqcanary7-new/zqcanary7-$tool" one/new
	try "$here/scripts/publish.sh" one/base one/new
	ok "$tool is published" [ "$status" -eq 0 -o "$status" -eq 3 ]
	rm -rf unpacked && mkdir unpacked
	tar -C unpacked -xJf results/reports/base-new.tar.xz
	is '  the word is not in the archive' "$(word_in unpacked)" ''
	ok '  what it names has a number' grep -q imported1 unpacked/base-new/report.md
	is '  and is compared' "$(grep -c NOT-COMPARABLE unpacked/base-new/report.md)" 0
	version=$(grep -rho '"version":"[a-z-]*-[0-9a-f]*"' unpacked | sort -u)
	ok '  its hash is another one' [ -n "$version" ]
	is '  which is not that of the name' "$(grep -rhoF "$version" one)" ''
done
# One that is named so is a scenario of the suite.
printf '{"results":[{"command":"zqcanary7","times":[0.1]}]}' >named.json
run 0 'import' import --scenario anon_append -o named.jsonl hyperfine named.json
rm -rf copies && mkdir copies
run 0 '  it is stripped' strip -o copies named.jsonl
ok '  a scenario of the suite stays' grep -q '"scenario":"anon_append"' copies/named.jsonl
is '  and the word does not' "$(word_in copies)" ''

finish
