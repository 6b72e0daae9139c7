#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a count and the version of a scenario do not depend on: comments, the order
# in which the program is linked, and how long it is.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

b=${B:-build}

# version: of nop, compiled in the copied tree
version() {
	make -s -C "$tmp/tree" -f bench/Makefile B=b b/obj/scenarios/nop.o >&2 &&
		strings "$tmp/tree/b/obj/scenarios/nop.o" | grep -xE '[0-9a-f]{12}'
}
mkdir -p "$tmp/tree/scripts"
cp -r bench "$tmp/tree"
cp scripts/literal.mk "$tmp/tree/scripts"
first=$(version)
ok 'a scenario has a version' [ -n "$first" ]
for file in include/layout.h scenarios/nop.c scenarios/common/layout.c; do
	sed -i '1a /* A comment,\n * in two lines. */' "$tmp/tree/bench/$file"
done
is 'a comment does not change it' "$(version)" "$first"
sed -i 's/MAP_FIXED_NOREPLACE/MAP_FIXED/' "$tmp/tree/bench/scenarios/common/layout.c"
second=$(version)
ok 'what it is built from does' [ "$first" != "$second" ]
ok '  so there is one' [ -n "$second" ]

need_kernels deferred
image=$(scripts/kernel.sh path deferred)

# Of the same objects, in another order, with some more code, data and variables.
mkdir "$tmp/b"
cp -a "$b/obj" "$b/revision" "$b/link" "$b/common.code" "$b"/vmabench-* "$tmp/b"
printf '.text\n.skip 45000\n.section .rodata\n.skip 14000\n.data\n.skip 21000, 1\n.bss\n.skip 15000\n' |
	gcc -c -x assembler -o "$tmp/more.o" -
try make -s -f bench/Makefile B="$tmp/b" SHUFFLE=bench/Makefile \
	LDFLAGS="$tmp/more.o -z noexecstack" "$tmp/b/vmabench"
is 'it is linked in another order' "$status" 0
ok '  and is another program' sh -c "! cmp -s '$b/vmabench' '$tmp/b/vmabench'"

# measure DIRECTORY RECORD
measure() {
	try "$1/vmabench" exact --stage deferred --image "$image" -j 2 -o "$2" \
		nop anon_append_p50000 secretmem_fill secretmem_append
	is "$1/vmabench measures" "$status" 0
}
measure "$b" "$tmp/first.jsonl"
measure "$tmp/b" "$tmp/second.jsonl"
for record in first second; do
	tail -n +2 "$tmp/$record.jsonl" >"$tmp/$record"
done
ok 'the records hold rows' [ "$(grep -c '"type":"row"' "$tmp/first")" -ge 40 ]
ok '  of pages, too' [ "$(grep -c '"metric":"pages"' "$tmp/first")" -ge 4 ]
ok 'and are the same, to the byte' cmp "$tmp/first" "$tmp/second"

finish
