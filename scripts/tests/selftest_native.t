#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# selftest-native.sh: its sessions, what it draws from them and how it judges, on boots
# that are made up. TAP.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
: "${B:=$root/build}"
B=$(cd "$B" && pwd)

mkdir -p "$tmp/bin/tests" "$tmp/suite/scripts"
for script in selftest-native.sh selftest-native lib.sh trust.sh scratch.sh; do
	ln -s "$root/scripts/$script" "$tmp/suite/scripts/$script"
done
ln -s "$root/kernel-patches" "$tmp/suite/kernel-patches"
ln -s "$B/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/suite/scripts/kernel.sh" <<EOT
#!/bin/sh
tail -n 5 "\$KERNEL_PATCHES/series" | paste -s -d ' ' >"$tmp/series"
from=\$2
to=\$3
shift 3
for seed in \$(seq "\$from" "\$to"); do
	for stage; do
		mkdir -p "$tmp/images/\$seed/\$stage"
		echo "\$seed \$stage 0123456789abcdef $tmp/images/\$seed/\$stage"
	done
done
EOT
printf '#!/bin/sh\nprintf "10 2.5\\n20 5\\n50 12.5\\n"\n' >"$tmp/bin/tests/known_delay"

# A layout moves each row by some percent, a boot by 1 in 1000, a stage by its delay.
"$root/bench/tests/make_fixture.sh" metal | sed -n '1{
	s/"metal"/"native"/
	s/"stage":null,/"stage":"STAGE",/
	s/"build_id":"/&of STAGE /
	s/"block":0/"block":LAYOUT,"layout":LAYOUT,"layout_set":"0123456789abcdef"/
	s/"boot_id":null/"boot_id":"STAGE LAYOUT"/
	p
}' >"$tmp/header"
cat >"$tmp/suite/scripts/native-series.sh" <<EOT
#!/bin/sh
for stage; do
	mkdir -p "\$NATIVE_DIR/\$stage"
	echo "\$stage \$NATIVE_DIR/\$stage"
done >"$tmp/folders"
awk -v first="\$SEED" -v nr="\$NATIVE_LAYOUTS" -v header="\$(cat "$tmp/header")" \\
	-v boots="$tmp/boots" '
FILENAME == ARGV[1] {
	delay[\$1] = \$2
	next
}
function row(op, ns) {
	printf "{\"type\":\"row\",\"scenario\":\"anon_append\",\"version\":\"f1\"," \\
		"\"op\":\"%s\",\"set\":\"primary\",\"metric\":\"latency\"," \\
		"\"unit\":\"ns/op\",\"pass\":\"time\",\"better\":\"lower\"," \\
		"\"exact\":false,\"ops\":1000,\"batches\":[%d,%d,%d]}\n", op,
		1000 * ns, 1001 * ns, 999 * ns >file
}
function noise(part) {
	return 1 + part * (rand() - 0.5)
}
{
	for (layout = first; layout < first + nr; layout++) {
		file = \$2 "/boot-" layout ".jsonl"
		text = header
		gsub("STAGE", \$1, text)
		gsub("LAYOUT", layout, text)
		print text >file
		srand(layout)
		mmap = 200 * noise(0.05)
		munmap = 400 * noise(0.05)
		srand(layout * 10 + FNR)
		row("mmap", mmap * noise(0.002) + delay[\$1])
		row("munmap", munmap * noise(0.002))
		print "{\"type\":\"trailer\",\"lines\":3}" >file
		close(file)
		print layout, \$1 >>boots
	}
}' "$tmp/kernels" "$tmp/folders"
EOT
chmod +x "$tmp/bin/tests/known_delay" "$tmp/suite/scripts/kernel.sh" \
	"$tmp/suite/scripts/native-series.sh"

# run ARGUMENT...: with what "kernels" says of stages that are not as fast as the base.
run() {
	: >"$tmp/boots"
	try env B="$tmp/bin" QUIET=1 "$tmp/suite/scripts/selftest-native.sh" "$@"
}

printf '%s\n' 'delay10 2.5' 'delay20 5' 'delay50 12.5' >"$tmp/kernels"
run 24 0 "$tmp/pool"
is 'kernels that are as slow as they are to be: exit 0' "$status" 0
is 'the delays come behind the series' "$(cat "$tmp/series")" \
	'delay0.patch same.patch delay10.patch delay20.patch delay50.patch'
is 'each kernel in each layout' "$(sort -u "$tmp/boots" | wc -l | tr -d ' ')" 120
is '  in sessions' "$(find "$tmp/pool/sessions" -type f | wc -l | tr -d ' ')" 2
ok '  whose images are gone' test ! -e "$tmp/images"
is 'what is drawn' "$(cut -d ' ' -f 1-4 "$tmp/pool/results" | sort -u | paste -s -d ,)" \
	"others same 12 1,pairs delay10 12 1,pairs delay10 12 2,pairs delay20 12 1,pairs delay20 12 2,pairs delay50 12 1,pairs delay50 12 2,pairs same 12 1,pairs same 12 2"
ok 'the delay is what known_delay says' \
	grep -q '^A delay of 50 cycles, 12.50 ns .*: 2 experiments, 12 layouts a side$' "$tmp/out"
ok '  and is held, and found' \
	grep -Eq '^  anon_append mmap +12\.50 +1[23]\.[0-9]+ .* 2 of 2 +2  0$' "$tmp/out"
# shellcheck disable=SC2016 # awk's
ok 'the smallest effect is of a few in 1000' awk '
	/^The smallest/ { power = 1 }
	power && /anon_append mmap/ { exit !($4 > 0.01 && $4 < 1) }' "$tmp/out"

cp -R "$tmp/pool" "$tmp/old"
sed -i "s,$tmp/pool,$tmp/old," "$tmp/old/sessions"/*
sed -i 's/"layout_set":"[^"]*",//' "$tmp/old/native/17/same/boot-20.jsonl"
run 24 0 "$tmp/old"
is 'a pool with a record whose set is not known: exit 2' "$status" 2
says '  which is named' 'native/17/same/boot-20.jsonl: a record before schema 1.8'

rm "$tmp/pool/sessions/17"
run 24 3 "$tmp/pool"
is 'a session that is not there is measured: exit 0' "$status" 0
is '  and no other' "$(cut -d ' ' -f 1 "$tmp/boots" | sort -nu | paste -s -d ' ')" \
	'17 18 19 20 21 22 23 24'
is '  and as many experiments are drawn as are asked for' \
	"$(grep -c '^others .* anon_append mmap ' "$tmp/pool/results")" 3

printf '%s\n' 'same 2' 'delay10 2.5' 'delay20 5' 'delay50 1' >"$tmp/kernels"
run 24 3
is 'what is not as it is to be: exit 1' "$status" 1
ok '  a delay that is not found at its size is marked' \
	grep -q '^  which has to be found, and estimated within 10 cycles \*\*$' "$tmp/out"
ok '  the same kernel, called different each time, is marked' \
	grep -Eq '^  anon_append mmap +3 +3 +0 .*\*\*$' "$tmp/out"

run 0
is 'no layouts: exit 2' "$status" 2
run 24 0 "$tmp/pool" more
is 'too many arguments: exit 2' "$status" 2

finish
