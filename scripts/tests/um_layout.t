#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Layouts (scripts/kernel/layouts.sh), of two programs that differ in a function, in one that
# only one of them has, and in a variable: all that they share is at one address in one
# layout, and at others in the next; nothing is lost; and they run. TAP.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
cd "$tmp" || exit 1
# shellcheck disable=SC2034 # of layouts.sh
cache=$tmp scratch=$tmp/scratch
sha() {
	sha256sum | cut -d ' ' -f 1
}
# shellcheck source=scripts/kernel/layouts.sh
. "$root/scripts/kernel/layouts.sh"
mkdir -p um-layouts scratch

# program MORE VALUE: ten functions, and what differs.
program() {
	echo '#include <stdio.h>'
	# As ARCH=um has them.
	echo 'void *__real_malloc(size_t), *__real_calloc(size_t, size_t), __real_free(void *);'
	echo 'void *__wrap_malloc(size_t n) { return __real_malloc(n); }'
	echo 'void *__wrap_calloc(size_t n, size_t m) { return __real_calloc(n, m); }'
	echo 'void __wrap_free(void *p) { __real_free(p); }'
	for i in 1 2 3 4 5 6 7 8 9 10; do
		echo "int d$i = $i; int b$i; const int r${i}[] = { $i, 1 };"
		echo "__attribute__((noinline)) int f$i(int x)"
		echo "{ return x * d$i + b$i + r${i}[x & 1]; }"
	done
	echo "char more[$2] = { 1 };"
	echo '__attribute__((noinline)) int changes(int x)'
	echo "{ $1 return x; }"
	[ "$2" -eq 8 ] || echo 'int only(int x) { return x + 1; }'
	echo 'int main(void) { int x = more[0];'
	for i in 1 2 3 4 5 6 7 8 9 10; do
		echo "x = f$i(x) & 255;"
	done
	echo 'putchar(97 + changes(x) % 26); puts("."); return 0; }'
}

# image NAME: as kernel.sh has it.
image() {
	mkdir "$1"
	gcc -O1 -fno-pie -ffunction-sections -fdata-sections -c -o "$1/objects.o" "$1.c"
	sections_of "$1/objects.o" >"$1/sections"
	cp script "$1/vmlinux.lds"
	touch "$1/objects.id" "$1/config" "$1/config-differences"
}

ld -static --verbose | sed -e '1,/^=====/d' -e '/^=====/,$d' \
	-e '/^  \.text  /,/{/s/{/{ _stext = .;/' \
	-e 's/^  \.rodata  *: {/& __start_rodata = .;/' \
	-e '/^  \.data  /,/{/s/{/{ __end_init_stack = .;/' >script
program '' 8 >base.c
program 'for (int i = 0; i < 9; i++) { x ^= x << 3; x -= 7; } x = x ? x : 1;' 64 >new.c
image base
image new
cat base/sections new/sections >all
cut -d ' ' -f 1 all | LC_ALL=C sort -u >names
ok 'functions and data have sections' grep -q '^\.text\.f7 [1-9][0-9]* [1-9]' base/sections
ok '  data' grep -q '^\.data\.d7 4 ' base/sections
ok '  zeroes' grep -q '^\.bss\.b7 4 ' base/sections
ok '  constants' grep -q '^\.rodata\.r7 8 ' base/sections
ok '  no strings' sh -c '! grep -q "\.str1" base/sections'

# layout SEED: of both.
layout() {
	echo "layout $1" | sha >random
	LC_ALL=C sort -R --random-source=random names >"names.$1"
	for side in base new; do
		try link_layout "$side" "names.$1" all "$tmp/$1/$side"
		ok "$side, layout $1" test "$status" -eq 0
		ok '  runs' sh -c "./$1/$side/vmlinux >$1.$side.out"
		nm "$1/$side/vmlinux" | awk '$3 ~ /^([fdbr][0-9]+|changes|more)$/' |
			LC_ALL=C sort -k 3 >"$1.$side.nm"
	done
}

layout 1
layout 2
is 'symbols' "$(wc -l <1.base.nm)" 42
ok 'what they share is at one address' cmp 1.base.nm 1.new.nm
ok '  and in another layout, too' cmp 2.base.nm 2.new.nm
# Of so few, one may be drawn the same place twice.
ok 'at another one there' test "$(grep -cxFf 1.base.nm 2.base.nm)" -lt 10
# shellcheck disable=SC2016 # scripts
order='$3 ~ /^f/ { print $1, $3 }'
awk "$order" 1.base.nm | sort | cut -d ' ' -f 2 >one
awk "$order" 2.base.nm | sort | cut -d ' ' -f 2 >two
ok 'and in another order' sh -c '! cmp -s one two'
ok 'they compute the same' cmp 1.base.out 2.base.out
ok 'the same seed is the same layout' sh -c \
	"cp -r 1 kept; rm -rf 1/base" && try link_layout base names.1 all "$tmp/1/base"
ok '  to the byte' cmp 1/base/vmlinux kept/base/vmlinux

# Files that are not as they were linked.
try is_whole_layout "$tmp/1/new"
ok 'a layout is as it was linked' test "$status" -eq 0
ok '  without a word' silent
# damaged NAME FILES: it is not any more.
damaged() {
	try is_whole_layout "$tmp/1/new"
	is "$1" "$status" 1
	says '  says of which files' "1/new is linked again: damaged are $2"
	rm -rf 1/new
	link_layout new names.1 all "$tmp/1/new"
}
truncate -s -1 1/new/vmlinux
damaged 'one that is cut short' vmlinux
printf x | dd of=1/new/vmlinux bs=1 seek=5000 conv=notrunc status=none
damaged 'a byte is another' vmlinux
rm 1/new/vmlinux
echo 1 >1/new/config
damaged 'a file that is missing, and another one' 'config vmlinux'
rm 1/new/sums
damaged 'nothing that tells it' 'config config-differences objects.id vmlinux'
ok '  and again it is as the first one' cmp 1/new/vmlinux kept/new/vmlinux
ok 'nothing is left over' rmdir scratch
mkdir scratch

sed 's/_stext = /_begin = /' script >base/vmlinux.lds
try link_layout base names.1 all "$tmp/3/base"
is 'a linker script without a place for functions' "$status" 1
ok '  is named' grep -q 'no place for sections of text' err
ok '  and leaves nothing' test ! -e 3

finish
