#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is read of a kernel image: a small one, whose symbols are known, files that
# are none, and readers that are missing or broken.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
symbols=$build/vmabench-symbols

# Functions with and without labels inside, aliases, marks of a linker script, data.
cat >"$tmp/image.s" <<'EOT'
	.text
	.globl	_start, __text_start, first, alias, inside, label, .Ldot, after
_start:
first:
alias:	nop
inside:	nop
	.type	first, @function
	.size	first, 2
	.balign	16
label:	nop
__second_start:
second:	nop
	.type	second, @function
	.size	second, 1
	.local	.hidden_by_its_dot
.hidden_by_its_dot: nop
	.type	no_code, @object
no_code: nop
	.section .init.text, "ax"
init:	nop
	.data
data:	.long	1
EOT
link() {
	gcc -nostdlib -static -no-pie -Wl,-Ttext=0x401000 \
		-Wl,--section-start=.init.text=0x500000 "$@"
}
id=0123456789abcdef0123456789abcdef01234567
link -Wl,--build-id=0x$id -o "$tmp/image" "$tmp/image.s" 2>"$tmp/gcc" || {
	sed 's/^/# /' "$tmp/gcc"
	echo "1..1"
	echo "not ok 1 - an image is made"
	exit 1
}

try "$symbols" "$tmp/image"
is 'an image is read' "$status" 0
ok 'without complaint' [ ! -s "$tmp/err" ]
is 'its build id' "$(sed -n 1p "$tmp/out")" "build_id $id"
ok 'a hash of its code' sh -c "sed -n 2p '$tmp/out' | grep -Eqx 'code [0-9a-f]{64}'"
sed 1,2d "$tmp/out" >"$tmp/table"
cat >"$tmp/wanted" <<'EOT'
0000000000401000 t _start
0000000000401010 t label
0000000000401011 t second
0000000000500000 t init
EOT
ok 'functions, one name an address, no labels inside, no data' \
	cmp "$tmp/table" "$tmp/wanted"
cp "$tmp/out" "$tmp/first"

# code of IMAGE
code() {
	"$symbols" "$1" | sed -n 's/^code //p'
}
sed 's/\.long	1/.long	2/' "$tmp/image.s" >"$tmp/data.s"
link -Wl,--build-id=sha1 -o "$tmp/data" "$tmp/data.s"
is 'other data, the same code' "$(code "$tmp/data")" "$(code "$tmp/image")"
sed 's/^second:	nop/second:	ret/' "$tmp/image.s" >"$tmp/other.s"
link -Wl,--build-id=sha1 -o "$tmp/other" "$tmp/other.s"
ok 'another instruction, other code' \
	[ "$(code "$tmp/other")" != "$(code "$tmp/image")" ]
link -Wl,--build-id=sha1 -Wl,--section-start=.init.text=0x600000 \
	-o "$tmp/moved" "$tmp/image.s"
ok 'at another address, other code' \
	[ "$(code "$tmp/moved")" != "$(code "$tmp/image")" ]

# What functions do, wherever they and what they refer to are: of x86-64 alone.
cat >"$tmp/functions.s" <<'EOT'
	.text
	.globl	_start
	.type	moved, @function
moved:	call	callee
	mov	variable(%rip), %eax
	mov	$variable, %rdi
	mov	strings(%rip), %eax
	lea	(%rax,%rax,2), %eax
	jne	1f
	movabs	$0x1122334455667788, %rcx
1:	ret
	.size	moved, . - moved
	.type	callee, @function
callee:	vpxor	%xmm0, %xmm0, %xmm0
	ret
	.size	callee, . - callee
_start:	nop
	.data
	.type	variable, @object
	.size	variable, 4
variable: .long	1
	.section .rodata
strings: .long	2
EOT
# functions NAME IMAGE: hash of a function.
functions() {
	"$symbols" --functions "$2" | sed -n "s/^\([0-9a-f]\{16\}\) $1\$/\1/p"
}
if [ "$(uname -m)" = x86_64 ]; then
	# Where kernels are: addresses are negative numbers there.
	link_high() {
		gcc -nostdlib -static -no-pie -Wl,--build-id=sha1 \
			-Wl,-Ttext=0xffffffff81000000 -Wl,-Tdata=0xffffffff82000000 \
			-Wl,--section-start=.rodata=0xffffffff81800000 "$@"
	}
	link_high -o "$tmp/functions" "$tmp/functions.s"
	ok 'a function has a hash' [ -n "$(functions moved "$tmp/functions")" ]
	# compare WHAT SED =|!=
	compare() {
		sed "$2" "$tmp/functions.s" >"$tmp/edited.s"
		link_high -o "$tmp/edited" "$tmp/edited.s"
		ok "$1" [ "$(functions moved "$tmp/edited")" "$3" \
			"$(functions moved "$tmp/functions")" ]
	}
	compare 'code in front of it: the same' 's/^	.text/&\n	.skip 100, 0x90/' =
	compare 'code between it and what it calls: the same' \
		's/^_start:.*//; s/^callee:/_start: .skip 300, 0x90\n&/' =
	compare 'data moved: the same' 's/^	.data/&\n	.skip 100/' =
	compare 'data without a name moved: the same' 's/^	.section .rodata/&\n	.skip 64/' =
	compare 'another instruction: another one' 's/2), %eax/4), %eax/' !=
	compare 'another constant: another one' 's/55667788/55667789/' !=
	compare 'another variable: another one' 's/variable/other/' !=
	compare 'another callee: another one' 's/callee/called/g' !=
else
	skip_test 'what functions do' 'not x86-64'
fi
try "$symbols" --functions
is '--functions without an image: exit 2' "$status" 2

# refused NAME FILE WORDS
refused() {
	try "$symbols" "$2"
	is "$1: exit 1" "$status" 1
	says "$1: said" "$2: $3"
	ok "$1: nothing is printed" [ ! -s "$tmp/out" ]
}
refused 'no such file' "$tmp/nothing" 'No such file or directory'
refused 'a folder' "$tmp" 'it is a folder, and a file is wanted'
: >"$tmp/empty"
refused 'an empty file' "$tmp/empty" 'is not an ELF file'
refused 'a text' "$tmp/image.s" 'is not an ELF file'
strip -o "$tmp/stripped" "$tmp/image"
refused 'no symbols' "$tmp/stripped" 'has no symbols of code'
link -Wl,--build-id=none -o "$tmp/noid" "$tmp/image.s"
refused 'no build id' "$tmp/noid" 'has no build id'

# Wherever it was cut off: refused, by a message, and not by a signal.
size=$(wc -c <"$tmp/image")
bad=
for cut in 1 16 63 64 100 4096 $((size / 2)) $((size - 64)) $((size - 1)); do
	head -c "$cut" "$tmp/image" >"$tmp/cut"
	try "$symbols" "$tmp/cut"
	if [ "$status" -ne 1 ] || [ -s "$tmp/out" ] || [ ! -s "$tmp/err" ]; then
		bad="$bad $cut"
	fi
done
is 'cut off, anywhere: refused' "$bad" ''

try "$symbols"
is 'no argument: exit 2' "$status" 2
try "$symbols" "$tmp/image" "$tmp/image"
is 'two arguments: exit 2' "$status" 2
try sh -c "'$symbols' '$tmp/image' >/dev/full"
is 'a full disk: exit 1' "$status" 1
says 'a full disk: said' 'No space left on device'

# The reader as vmabench sees it: beside it.
mkdir "$tmp/bin" "$tmp/folder"
cp "$build/vmabench" "$build"/vmabench-insns-*.so "$tmp/bin"
cp "$tmp/image" "$tmp/folder/vmlinux"
# A QEMU that takes a plugin, and does no more.
printf '%s\n' '#!/bin/sh' 'echo "vmabench-insns: API 1 of 1"' >"$tmp/qemu"
chmod 755 "$tmp/qemu"
exact() {
	try "$tmp/bin/vmabench" exact --qemu "$tmp/qemu" --stage x --image "$tmp/folder" \
		-o "$tmp/record" nop
	is "$1: exit 1" "$status" 1
	says "$1: said" "$2"
	ok "$1: no record" [ ! -e "$tmp/record" ]
}
# reader LINE...: a script in its place.
reader() {
	printf '%s\n' '#!/bin/sh' "$@" >"$tmp/bin/vmabench-symbols"
	chmod 755 "$tmp/bin/vmabench-symbols"
}
exact 'no reader' \
	"cannot run $tmp/bin/vmabench-symbols, which reads the symbols of a kernel: No such file"
reader 'exit 127'
exact 'a reader without its library' 'is libelf installed?'
reader "cat '$tmp/first'" 'exit 1'
exact 'a reader that fails' "could not read the symbols of $tmp/folder/vmlinux"
# shellcheck disable=SC2016 # its own
reader "cat '$tmp/first'" 'kill -9 $$'
exact 'a reader that is killed' 'could not read the symbols'
for lines in 0 1 2; do
	head -n "$lines" "$tmp/first" >"$tmp/part"
	reader "cat '$tmp/part'"
	exact "a reader that prints $lines lines" 'is of another version'
done
reader 'echo something else'
exact 'a reader that prints something else' 'is of another version'
try env VMABENCH_KVM_ACCEL=tcg "$tmp/bin/vmabench" kvm --qemu "$tmp/qemu" \
	--image "$tmp/folder" --probe
is 'kvm says so, too: exit 1' "$status" 1
says 'kvm says so, too' 'is of another version'
cp "$symbols" "$tmp/bin/vmabench-symbols"
cp "$tmp/stripped" "$tmp/folder/vmlinux"
exact 'an image without symbols' "$tmp/folder/vmlinux: has no symbols of code"
rm "$tmp/folder/vmlinux"
exact 'a folder without an image' "$tmp/folder/vmlinux: No such file or directory"

# What runs elsewhere is vmabench alone.
rm "$tmp/bin/vmabench-symbols"
try "$tmp/bin/vmabench" list
is 'alone it lists' "$status" 0
try "$tmp/bin/vmabench" bench --seconds 1 --results "$tmp/results" nop
is 'and measures the kernel that is running' "$status" 0

finish
