#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Random secrets in random places of a session: none is in what is published of it, and
# the figures are the same.  SEEDS of one's own find others.

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(dirname "$0")/vmadiff_tap.sh"
export VMADIFF="$vmadiff" RESULTS="$tmp/results" VMABENCH=/nonexistent
export GNUPLOT=/nonexistent
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
