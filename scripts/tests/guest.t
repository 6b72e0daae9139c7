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
need_kernels "$stage" noretry
image=$(scripts/kernel.sh path "$stage")

exact() {
	"$vmabench" exact --stage "$stage" --image "$image" --layouts 0 "$@"
}

try exact --keep "$tmp/kept-a" -o "$tmp/a" nop secretmem_append anon_append file_append \
	memfd_unmap_all
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

# Memory in flight, of the slabs, against what tracepoints and probes count of frees.
held() {
	batches "$tmp/a" "$1" "$2" "held_$3"
}
is 'nothing is in flight where nothing is freed' \
	"$(held nop nop objects) $(held anon_append mmap bytes)" '0 0'
is 'a munmap leaves a VMA, its lock and two nodes, which are all that is freed' \
	"$(held anon_append munmap objects) $(batches "$tmp/a" anon_append munmap node_frees)" \
	"$((4 * 199)) $((2 * 199)),$((2 * 199))"
vma=$((($(held anon_append munmap bytes) - 2 * 199 * 256) / 199))	# and its lock
ok '  nodes are of 256 bytes, a VMA and its lock of a few cache lines' \
	[ "$vma" -ge 128 ] && [ "$vma" -le 320 ]
is 'deferred: a merge that is tried again leaves as much as a munmap' \
	"$(held secretmem_append mmap bytes)" "$((199 * (vma + 2 * 256)))"
objects=$(held memfd_unmap_all munmap objects)
is 'a munmap of 16 VMAs leaves all of them' \
	"$(held memfd_unmap_all munmap bytes)" \
	"$((64 * 16 * vma + (objects - 2 * 64 * 16) * 256))"
is 'nothing of it is held after the drain' \
	"$(held secretmem_append mmap after_bytes) $(held memfd_unmap_all munmap after_bytes)" \
	'0 0'

# What a scenario does not declare is seen all the same, and said; of a commit of
# somebody's tree nothing is declared.
try exact --once -o "$tmp/other" --retry none ext4_dax_append
is 'a shape that is not declared: exit 3' "$status" 3
says 'and how many' '0 failures, 1 shape is not declared'
ok 'the record says what was seen, and what is declared' grep -q \
	'"op":"mmap",.*"vmas_after":1,"outcome":"merged",.*"expected":{"outcome":"fragmented","vmas_before":1,"vmas_after":200,"result":"success"},"results":{"success":199}' \
	"$tmp/other"
ok 'munmap has the name of what was seen, too' grep -q \
	'"shape".*"op":"munmap",.*"outcome":"shrunk"' "$tmp/other"
try exact --once -o "$tmp/commit" --retry none --commit 'abc ("subject")' ext4_dax_append
is 'the same of a commit: exit 0' "$status" 0
ok 'and nothing is held against it' sh -c \
	"${B:-build}/vmadiff check '$tmp/commit' | grep -q ' 0 failed, 0 finding'"
try exact --once -o "$tmp/declared" --retry late ext4_dax_append
grep '"row"' "$tmp/declared" >"$tmp/declared.rows"
grep '"row"' "$tmp/other" >"$tmp/other.rows"
ok 'all rows are there, whatever is declared' cmp "$tmp/declared.rows" \
	"$tmp/other.rows"

# The host is busy now, a scenario is missing, and the program is of another
# revision, without symbols.
mkdir "$tmp/bin" || exit 1
{ head -c 63 /dev/zero | tr '\0' r; head -c 1 /dev/zero; } >"$tmp/revision"
objcopy --strip-all --update-section ".revision=$tmp/revision" "$vmabench" \
	"$tmp/bin/vmabench"
cp "${B:-build}"/vmabench-insns-*.so "${B:-build}/vmabench-symbols" "$tmp/bin"
(while :; do :; done) &
busy1=$!
(while :; do :; done) &
busy2=$!
try "$tmp/bin/vmabench" exact --stage "$stage" --image "$image" --layouts 0 \
	--once --keep "$tmp/kept-b" -o "$tmp/b" nop secretmem_append file_append
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
try exact --once -o "$tmp/g" --append 'stirred=by_a_longer_command_line' nop \
	secretmem_append file_append ext4_dax_append
is 'a boot that was stirred works' "$status" 0
grep '"scenario":"\(nop\|secretmem_append\|file_append\)"' "$tmp/g" >"$tmp/g.rows"
ok 'and gives the same lines' cmp "$tmp/a.rows" "$tmp/g.rows"

# Over layouts of the maple tree.
ok 'none are measured where none were asked for' \
	sh -c "! grep -q '\"type\":\"layout' '$tmp/a'"
tree=$(scripts/kernel.sh module noretry tree)
try "$vmabench" exact --stage noretry --image "$(scripts/kernel.sh path noretry)" \
	--tree-module "$tree" --layouts anon_append -o "$tmp/l" anon_append
is 'a scenario is measured over layouts' "$status" 0
ok 'that record is whole, too' "${B:-build}/vmadiff" check "$tmp/l"
# layouts OP: "NAME SPLITS" of each
layouts() {
	grep "\"type\":\"layout\",.*\"op\":\"$1\"" "$tmp/l" |
		sed 's/.*"depth":\([0-9]*\),"slot":\([0-9]*\),"entries":\([0-9]*\),"behind":\([a-z]*\),.*"node_splits":\([0-9]*\),.*/d\1-s\2-e\3-\4 \5/
			s/-true /-b /; s/-false / /'
}
# names DEPTH: those that there must be of a depth
names() {
	for entries in 7 8 9 10 11 12 13 14 15 16; do
		echo "d$1-s0-e$entries-b"
		[ "$1-$entries" = 2-7 ] || echo "d$1-s$((entries / 2))-e$entries"
		echo "d$1-s$((entries - 1))-e$entries"
	done
	printf "d$1-%s\n" s1-e16 s8-e16-b s15-e16-b
}
for op in mmap munmap; do
	layouts $op | sort >"$tmp/layouts"
	is "$op: 65 layouts" "$(wc -l <"$tmp/layouts")" 65
	is "$op: which have these names" "$(cut -d ' ' -f 1 "$tmp/layouts")" \
		"$({ names 2; names 3; } | sort)"
	ok "$op: and are said to be so many" \
		grep -q "\"type\":\"layouts\",.*\"op\":\"$op\",\"measured\":65," "$tmp/l"
done
# A store of mmap() is in the leaf, if that does not end with the VMA that it extends;
# munmap() has one entry more to put into it.
is 'mmap: nodes split where the leaf ends, and nowhere else' "$(layouts mmap |
	sed 's/-b / /; s/[dse-]/ /g' | awk '($4 > 0) != ($2 == $3 - 1)')" ''
is 'munmap: there, and wherever the leaf is full' "$(layouts munmap |
	sed 's/-b / /; s/[dse-]/ /g' | awk '($4 > 0) != ($2 == $3 - 1 || $3 == 16)')" ''

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
try exact -o "$tmp/e" --qemu "$tmp/none/qemu" nop
is 'no QEMU: an error' "$status" 1
says 'that says what to install' 'qemu-system-x86'
try "$vmabench" exact --stage x --image "$tmp/none" -o "$tmp/e" nop
ok 'no image: an error' [ "$status" -ne 0 ]

# measuring: is there a QEMU with a snapshot, in a folder of ours?
measuring() {
	for found in $(pgrep -f 'qemu.*[i]ncoming'); do
		case $(readlink "/proc/$found/cwd") in
		"$tmp"/kill/*) return 0 ;;
		esac
	done
	return 1
}

mkdir "$tmp/kill" || exit 1
TMPDIR=$tmp/kill "$vmabench" exact --stage "$stage" --image "$image" \
	-o "$tmp/f" 2>/dev/null &
pid=$!
ok 'it is measuring' within 600 measuring
kill -INT "$pid"
wait "$pid"
is 'interrupted: the status says so' $? 130
ok 'no record' [ ! -e "$tmp/f" ]
ok 'nothing left behind' sh -c "[ -z \"\$(ls -A '$tmp/kill')\" ]"
ok 'no QEMU either' within 60 not measuring

finish
