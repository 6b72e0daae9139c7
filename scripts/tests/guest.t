#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The exact tier on a really booted kernel: the numbers that the series is
# known for, the same ones in every run, and guests that go wrong.
#
#   STAGE   the kernel to boot (deferred); built if it is not in the cache
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

stage=${STAGE:-deferred}
vmabench=${B:-build}/vmabench
need_kernels "$stage"
image=$(scripts/kernel.sh path "$stage")

exact() {
	"$vmabench" exact --stage "$stage" --image "$image" "$@"
}

try exact --keep "$tmp/kept-a" -o "$tmp/a" nop secretmem_append anon_append file_append
is 'a kernel boots and is measured' "$status" 0
ok 'the record is whole' "${B:-build}/vmadiff" check "$tmp/a"
ok 'nothing was skipped or failed' \
	sh -c "! grep -E '\"type\":\"(skip|failure)\"' '$tmp/a'"
ok 'no run writes to the memory that all of them start from' \
	[ "$tmp/kept-a/memory" -ot "$tmp/kept-a/snapshot" ]
is 'the empty operation takes no kernel instruction' \
	"$(batches "$tmp/a" nop nop insns)" '0,0'
is 'deferred: two stores a secretmem mmap' \
	"$(batches "$tmp/a" secretmem_append mmap maple_stores)" '398,398'
is 'deferred: one VMA allocated a secretmem mmap' \
	"$(batches "$tmp/a" secretmem_append mmap vma_allocs)" '199,199'
is 'and freed, once RCU is done' \
	"$(batches "$tmp/a" secretmem_append mmap vma_frees)" '199,199'
is 'anonymous memory: one store a mmap' \
	"$(batches "$tmp/a" anon_append mmap maple_stores)" '199,199'
is 'anonymous memory: no VMA allocated' \
	"$(batches "$tmp/a" anon_append mmap vma_allocs)" '0,0'
is 'no interrupt landed in a region' \
	"$(batches "$tmp/a" anon_append mmap insns_irq)" '0,0'

# What a scenario does not declare is seen all the same, and said; of a commit of
# somebody's tree nothing is declared.
try exact -o "$tmp/other" --retry none ext4_dax_append
is 'a shape that is not declared: exit 3' "$status" 3
says 'and how many' '0 failures, 1 shape is not declared'
ok 'the record says what was seen, and what is declared' grep -q \
	'"op":"mmap",.*"vmas_after":1,"outcome":"merged",.*"expected":{"outcome":"fragmented","vmas_before":1,"vmas_after":200,"result":"success"},"results":{"success":199}' \
	"$tmp/other"
ok 'munmap has the name of what was seen, too' grep -q \
	'"shape".*"op":"munmap",.*"outcome":"shrunk"' "$tmp/other"
try exact -o "$tmp/commit" --retry none --commit 'abc ("subject")' ext4_dax_append
is 'the same of a commit: exit 0' "$status" 0
ok 'and nothing is held against it' sh -c \
	"${B:-build}/vmadiff check '$tmp/commit' | grep -q ' 0 failed, 0 finding'"
try exact -o "$tmp/declared" --retry late ext4_dax_append
grep '"row"' "$tmp/declared" >"$tmp/declared.rows"
grep '"row"' "$tmp/other" >"$tmp/other.rows"
ok 'all rows are there, whatever is declared' cmp "$tmp/declared.rows" \
	"$tmp/other.rows"

# The host is busy now, a scenario is missing, and the program is of another
# revision, without symbols.
mkdir "$tmp/bin" || exit 1
head -c 64 /dev/zero | tr '\0' r >"$tmp/revision"
objcopy --strip-all --update-section ".revision=$tmp/revision" "$vmabench" \
	"$tmp/bin/vmabench"
cp "${B:-build}"/vmabench-insns-*.so "${B:-build}/vmabench-symbols" "$tmp/bin"
(while :; do :; done) &
busy1=$!
(while :; do :; done) &
busy2=$!
try "$tmp/bin/vmabench" exact --stage "$stage" --image "$image" \
	--keep "$tmp/kept-b" -o "$tmp/b" nop secretmem_append file_append
kill "$busy1" "$busy2"
is 'a second run on a busy host works' "$status" 0
grep '"scenario":"\(nop\|secretmem_append\|file_append\)"' "$tmp/a" >"$tmp/a.rows"
grep '"scenario":' "$tmp/b" >"$tmp/b.rows"
ok 'and gives the same lines, whatever else is measured' \
	cmp "$tmp/a.rows" "$tmp/b.rows"
# A time in a filesystem is enough to move some counts by a few instructions.
for kept in "$tmp"/kept-[ab]; do
	(cd "$kept" && sha256sum ./*.disk) >"$kept.sums"
done
ok 'the disks are the same bytes, whenever they are made' \
	cmp "$tmp/kept-a.sums" "$tmp/kept-b.sums"
is 'all of them' "$(wc -l <"$tmp/kept-a.sums")" 6
# Whether the clock jumped while the machine was stopped is up to the host.
is 'every run goes on at the same count' \
	"$(cat "$tmp"/kept-[ab]/*.records | grep -o '"stop_insns":[0-9]*' | sort -u)" \
	'"stop_insns":12000000'
is 'a label inside of a function is none of its own' \
	"$(grep -o 'entry_SYSCALL_64.*' "$tmp/kept-a/symbols")" entry_SYSCALL_64
rm -r "$tmp"/kept-[ab]

# The same, under another name.
try exact --stage other --commit 'abc ("its \"subject\"")' --kept "$tmp/a" -o "$tmp/k"
is 'a record that is kept is taken' "$status" 0
ok 'and is whole' "${B:-build}/vmadiff" check "$tmp/k"
sed 1d "$tmp/a" >"$tmp/a.all"
sed 1d "$tmp/k" >"$tmp/k.all"
ok 'with the same lines' cmp "$tmp/a.all" "$tmp/k.all"
ok 'and names of its own' sh -c "sed 1q '$tmp/k' | grep -F '\"stage\":\"other\"' |
	grep -F '\"commit\":\"abc (\\\"its '"
head -n 3 "$tmp/a" >"$tmp/cut"
sed -i 2s/.$// "$tmp/cut"
try exact --kept "$tmp/cut" -o "$tmp/k2"
is 'one that is not whole is not: exit 1' "$status" 1
ok 'and leaves nothing' [ ! -e "$tmp/k2" ]

# Other random numbers, a longer console, another rhythm of ticks: what a change of
# a string does to a boot.
try exact -o "$tmp/g" --append 'stirred=by_a_longer_command_line' nop \
	secretmem_append file_append ext4_dax_append
is 'a boot that was stirred works' "$status" 0
grep '"scenario":"\(nop\|secretmem_append\|file_append\)"' "$tmp/g" >"$tmp/g.rows"
ok 'and gives the same lines' cmp "$tmp/a.rows" "$tmp/g.rows"

try exact -o "$tmp/c" --reason "$tmp/why" --append 'rdinit=/nowhere' nop
is 'a kernel that panics is a failure of the kernel' "$status" 3
ok 'why is said in a line, with the calls' grep -qxE \
	'the kernel did not boot: Kernel panic - not syncing: .*; call trace: [a-z_]+( < [a-z0-9_]+)+' \
	"$tmp/why"
says 'the end of its console is shown' 'Kernel panic'
ok 'and there is no record' [ ! -e "$tmp/c" ]

try exact -o "$tmp/d" --timeout 4 --append 'rdinit=/nowhere panic=0' nop
ok 'a kernel that hangs, too' [ "$status" -eq 3 ]
ok 'without a record' [ ! -e "$tmp/d" ]

try exact -o "$tmp/e" nosuch
is 'an unknown scenario is refused' "$status" 2
says 'by name' "no scenario 'nosuch'"
try exact -o "$tmp/e" --qemu /nonexistent nop
is 'no QEMU: an error' "$status" 1
says 'that says what to install' 'qemu-system-x86'
try "$vmabench" exact --stage x --image "$tmp/none" -o "$tmp/e" nop
ok 'no image: an error' [ "$status" -ne 0 ]

mkdir "$tmp/kill" || exit 1
TMPDIR=$tmp/kill "$vmabench" exact --stage "$stage" --image "$image" \
	-o "$tmp/f" 2>/dev/null &
pid=$!
ok 'it is measuring' within 60 \
	sh -c "pgrep -f 'qemu.*[i]ncoming.*$tmp/kill' >/dev/null"
kill -INT "$pid"
wait "$pid"
is 'interrupted: the status says so' $? 130
ok 'no record' [ ! -e "$tmp/f" ]
ok 'nothing left behind' sh -c "[ -z \"\$(ls -A '$tmp/kill')\" ]"
ok 'no QEMU either' sh -c "! pgrep -f 'qemu.*[i]ncoming.*$tmp/kill' >/dev/null"

finish
