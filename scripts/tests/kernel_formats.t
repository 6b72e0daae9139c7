#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the kernel's own runners take: a selftest, a program of LKP.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$(cd "${B:-build}" && pwd)
selftest=scripts/kselftest/vmabench.sh
lkp=scripts/lkp/programs/vmabench
export PATH="$build:$PATH" BENCH_SECONDS=1 TMPDIR="$tmp"

try "$selftest" anon_append
is 'the selftest passes' "$status" 0
is 'in KTAP' "$(head -n 1 "$tmp/out")" 'KTAP version 1'
ok 'with the shape that was asserted' grep -q '^  ok .* anon_append.mmap.vmas$' "$tmp/out"
ok 'and nothing else' sh -c "! grep -vE '^ *(KTAP version 1|1\.\.[0-9]+|# .*|ok .*)$' '$tmp/out'"

mkdir "$tmp/bin" || exit 1
for fake in vmadiff vmabench; do
	printf '#!/bin/sh\n' >"$tmp/bin/$fake"
	chmod +x "$tmp/bin/$fake"
done
cat >>"$tmp/bin/vmadiff" <<'EOT'
echo 'KTAP version 1'
echo '1..1'
cat "$FAKE"
EOT
with() {
	echo "$1" >"$tmp/fake"
	try env PATH="$tmp/bin:$PATH" FAKE="$tmp/fake" "$selftest"
}
with '  not ok 1 secretmem_append.mmap.vmas'
is 'a shape that is not there fails' "$status" 1
with 'ok 1 devdax_append # SKIP no device'
is 'nothing but skips is a skip' "$status" 4
with 'ok 1 anon_append'
is 'one that passes passes' "$status" 0
echo 'exit 1' >>"$tmp/bin/vmabench"
with 'ok 1 anon_append'
is 'what could not be measured fails' "$status" 1
ok 'in KTAP, too' grep -q '^not ok 1' "$tmp/out"
mkdir "$tmp/none" || exit 1
for program in sh sed cat env; do
	ln -s "$(command -v $program)" "$tmp/none/$program"
done
try env PATH="$tmp/none" "$selftest"
is 'no vmabench is a skip' "$status" 4
ok 'nothing is left behind' sh -c "! ls -d '$tmp'/tmp.*"

try env runtime=2 "$lkp/run"
is 'LKP runs it' "$status" 0
cp "$tmp/out" "$tmp/csv"
try "$lkp/parse" "$tmp/csv"
ok 'and is told numbers by name' \
	grep -qE '^anon_append\.mmap\.latency\.ns_op: [0-9.]+$' "$tmp/out"
ok 'of nothing else' \
	sh -c "! grep -vE '^[A-Za-z0-9_.]+: [0-9.e+-]+$' '$tmp/out'"
sed -n 's/^  vmabench\.\(.*\):$/\1/p' "$lkp/meta.yaml" >"$tmp/keys"
while read -r key; do
	case $key in
	*stores*) continue ;; # needs tracefs
	esac
	ok "it says of $key what it promises" grep -q "^$key: " "$tmp/out"
done <"$tmp/keys"

finish
