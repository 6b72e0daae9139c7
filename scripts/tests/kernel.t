#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel.sh, on a source that only pretends to be a kernel: stages, what goes wrong,
# interruptions.
#
# shellcheck disable=SC2154 # variables of kernel_series.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/kernel_series.sh
. "$here/kernel_series.sh"

# What is there

try "$kernel" list
is "list: the stages in order" "$(paste -s -d ' ' "$tmp/out")" \
	"stock one two three"
try "$kernel" build one nonsense
is "unknown stage: exit 2" "$status" 2
says "unknown stage: named with the valid ones" \
	"no stage 'nonsense'; the stages are stock one two three"
cp -R "$KERNEL_PATCHES" "$tmp/apart"
sed 's/^two.patch/& apart/' "$KERNEL_PATCHES/series" >"$tmp/apart/series"
try env KERNEL_PATCHES="$tmp/apart" "$kernel" series
is "series: without what is apart" "$(paste -s -d ' ' "$tmp/out")" "stock one three"
try env KERNEL_PATCHES="$tmp/apart" "$kernel" list
is "list: with it" "$(paste -s -d ' ' "$tmp/out")" "stock one two three"
try "$kernel" nonsense
is "unknown command: exit 2" "$status" 2
try "$kernel" path one
is "not built: path exits 1" "$status" 1

# Building

try "$kernel" build three one
is "build: exit 0" "$status" 0
says "build: time, objects, warnings are told" "s, 2 objects, 0 warnings"
is "build: first patch is in" "$(image one)" "$({
	seq 1 14; echo one; seq 16 30; seq 101 130; } | paste -s -d ' ')"
is "build: all patches are in" "$(image three)" "$({
	seq 1 14; echo one; seq 16 24; echo three; seq 26 30
	seq 101 114; echo two; seq 116 130; } | paste -s -d ' ')"
dir=$("$kernel" path one)
ok "build: the image is whole" \
	[ -s "$dir/System.map" -a -s "$dir/config" -a -s "$dir/key" ]
is "build: the key is the hash of its file" \
	"$(sha256sum <"$dir/key" | cut -c 1-16)" "${dir##*-}"

try "$kernel" build three one
is "again: exit 0" "$status" 0
ok "again: nothing is done" silent

try "$kernel" build stock two
is "backwards: no patch" "$(image stock)" \
	"$({ seq 1 30; seq 101 130; } | paste -s -d ' ')"
ok "backwards: nothing was unpacked" \
	sh -c "! grep -q unpack '$tmp/err'"
is "backwards: only what changed was compiled" \
	"$(grep -c '^  CC' "$cache/logs/two.log")" 2

sed -i 's/^Subject.*/Subject: reworded/' "$KERNEL_PATCHES/two.patch"
try "$kernel" build all
ok "reworded commit message: nothing is done" silent

sed -i 's/two/TWO/' "$KERNEL_PATCHES/two.patch"
try "$kernel" path one
is "changed patch: stages before it stay" "$status" 0
try "$kernel" path three
is "changed patch: stages after it go" "$status" 1
try env QUIET=1 "$kernel" build three
ok "QUIET: nothing is said" silent
ok "changed patch: is in" sh -c "echo '$(image three)' | grep -q TWO"

# Kernels that check themselves, and the source

try "$kernel" debug build one
is "debug: exit 0" "$status" 0
debug=$("$kernel" debug path one)
ok "debug: an image of its own" [ -s "$debug/vmlinux" -a "$debug" != "$("$kernel" path one)" ]
ok "debug: with what debug.config asks for" grep -qx CONFIG_KASAN=y "$debug/config"
ok "debug: of the others, no more than before" \
	sh -c "! grep -q CONFIG_KASAN '$("$kernel" path one)/config'"
try "$kernel" build one
ok "debug: the others stay" silent
try "$kernel" debug list
is "debug: of other commands, exit 2" "$status" 2
rm -rf "$tmp/source"
try "$kernel" source one "$tmp/source" mm/a.c Makefile nothing
is "source: files, those that there are" "$(cd "$tmp/source" && find . -type f | sort |
	paste -s -d ' ')" "./Makefile ./mm/a.c"
try "$kernel" source one "$tmp/source" mm
is "source: folders" "$(cd "$tmp/source" && find . -type f | sort | paste -s -d ' ')" \
	"./Makefile ./mm/a.c ./mm/b.c"
ok "source: as the stage has it" grep -qx one "$tmp/source/mm/a.c"

# What goes wrong

sed 's/^-25/-24/' "$KERNEL_PATCHES/three.patch" >"$tmp/bad"
mv "$tmp/bad" "$KERNEL_PATCHES/three.patch"
"$kernel" clean
rm -r "$cache/images"
try "$kernel" build one three
is "bad patch: exit 1" "$status" 1
says "bad patch: which, and on what" "three.patch does not apply to \
linux-source-6.12.tar.gz (6.12.7) with one.patch two.patch"
says "bad patch: which file" "patching file mm/a.c"
says "bad patch: which hunk" "Hunk #1 FAILED at 22"
ok "bad patch: nothing was built" \
	sh -c "! ls '$cache/images' | grep ."
ok "bad patch: nothing half-built" nothing_half_built
try "$kernel" build two
is "bad patch: the stages before it can be built" "$status" 0

sed -i 's/^-24/-25/; s/^ 22$/ 2/' "$KERNEL_PATCHES/three.patch"
try "$kernel" build three
is "fuzz: exit 1" "$status" 1
says "fuzz: which hunk" "Hunk #1 FAILED"
sed -i 's/^ 2$/ 22/' "$KERNEL_PATCHES/three.patch"

sed -i 's/^+three/+#error/' "$KERNEL_PATCHES/three.patch"
try "$kernel" build three
is "compile error: exit 1" "$status" 1
says "compile error: shown" "mm/a.c:1: error: #error"
says "compile error: the log is named" "$cache/logs/three.log"
ok "compile error: nothing half-built" nothing_half_built
sed -i 's/^+#error/+#warning/' "$KERNEL_PATCHES/three.patch"
try "$kernel" build three
is "compile error mended: exit 0" "$status" 0
ok "compile error mended: the tree was kept" \
	sh -c "! grep -q unpack '$tmp/err'"
says "warning: counted" "1 warnings"
says "warning: shown" "mm/a.c:1: warning: #warning"

echo CONFIG_NOSUCH=y >>"$KERNEL_PATCHES/guest.config"
try "$kernel" build one
is "option that does not exist: exit 1" "$status" 1
says "option that does not exist: named" \
	"guest.config asks for CONFIG_NOSUCH=y; the kernel has: no such option"
sed -i /NOSUCH/d "$KERNEL_PATCHES/guest.config"

for path in 'a b' 'a(b' 'a;b' "a'b" 'a\b' 'a]b'; do
	try env VMABENCH_CACHE="$tmp/$path" "$kernel" build one
	is "a path of the cache that make takes apart: exit 1" "$status" 1
	says "  said" "make cannot build in a path like $tmp/$path"
done
try env KERNEL_TARBALL="$tmp/none" "$kernel" build one
is "no source: exit 1" "$status" 1
says "no source: which" "KERNEL_TARBALL: there is no file $tmp/none"
try env -u KERNEL_TARBALL KERNEL_BASE=9.9 "$kernel" build one
is "no packaged source: exit 1" "$status" 1
says "no packaged source: said" "no kernel source at /usr/src/linux-source-9.9.tar.xz"
says "no packaged source: where there is one" \
	"KERNEL_TARBALL=FILE takes a recent linux-9.9.y.tar.xz from kernel.org"
mkdir -p "$tmp/other/drivers" "$tmp/none/drivers"
printf 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 2\nEXTRAVERSION =\n' |
	tee "$tmp/none/drivers/Makefile" >"$tmp/other/Makefile"
for source in other none; do
	tar -czf "$tmp/$source.tar.gz" -C "$tmp" "$source"
	try env KERNEL_TARBALL="$tmp/$source.tar.gz" "$kernel" build one
	is "source of $source kernel: exit 1" "$status" 1
	ok "source of $source kernel: not unpacked" [ ! -e "$cache/work/src/$source" ]
	cp "$tmp/err" "$tmp/$source.err"
done
ok "source of another kernel: which" grep -q \
	'other.tar.gz is Linux 6.1.2, and the patches are for 6.12' "$tmp/other.err"
ok "source of no kernel: said" grep -q \
	"none.tar.gz is no kernel's source" "$tmp/none.err"
head -c 100 "$KERNEL_TARBALL" >"$tmp/short.tar.gz"
try env KERNEL_TARBALL="$tmp/short.tar.gz" "$kernel" build one
is "source cut short: exit 1" "$status" 1
says "source cut short: said" "short.tar.gz cannot be unpacked"

# Interruptions

mkdir -p "$cache/test-kernel/vma-0"
"$kernel" purge
ok "purge: nothing is left" [ ! -e "$cache" ]

# A folder that somebody has taken for a cache.
mkdir -p "$tmp/home/images" "$tmp/home/work"
echo mine >"$tmp/home/images/photo"
echo mine >"$tmp/home/work/thesis"
for command in purge clean; do
	try env VMABENCH_CACHE="$tmp/home" "$kernel" $command
	is "$command of a folder that is no cache: exit 2" "$status" 2
	says '  and why' 'was not made by kernel.sh: it has no CACHEDIR.TAG'
done
is '  all of it is there' "$(cat "$tmp/home/images/photo" "$tmp/home/work/thesis" | sort -u)" mine

: >"$tmp/hold"
"$kernel" build one >"$tmp/out" 2>"$tmp/err" &
pid=$!
within 60 grep -q CC "$cache/logs/one.log"
kill -TERM "$pid"
status=0
wait "$pid" || status=$?
is "TERM: exit 143" "$status" 143
ok "TERM: nothing half-built" nothing_half_built
ok "TERM: nothing is running" flock -n "$cache/lock" true
rm "$tmp/hold"
try "$kernel" build one
is "after TERM: exit 0" "$status" 0
ok "after TERM: goes on where it was" sh -c "! grep -q unpack '$tmp/err'"

: >"$tmp/hold"
"$kernel" build two 2>"$tmp/err" &
pid=$!
within 60 grep -q CC "$cache/logs/two.log"
"$kernel" build two three 2>"$tmp/err2" &
second=$!
within 60 grep -q "waiting for" "$tmp/err2"
ok "two at a time: the second names the first" \
	grep -q "waiting for another one: pid $pid, build two" "$tmp/err2"
rm "$tmp/hold"
wait "$pid"
status=0
wait "$second" || status=$?
is "two at a time: the second comes through" "$status" 0
ok "two at a time: nothing is built twice" \
	sh -c "! grep -q 'two:' '$tmp/err2' && grep -q 'three:' '$tmp/err2'"

: >"$tmp/hold"
"$kernel" build stock 2>"$tmp/err" &
pid=$!
within 60 grep -q CC "$cache/logs/stock.log"
kill -KILL "$pid"
rm "$tmp/hold"
try "$kernel" build stock
is "after KILL: exit 0" "$status" 0
says "after KILL: the tree is not trusted" "unpack"
ok "after KILL: nothing half-built" nothing_half_built

rm -r "$("$kernel" path stock)"
try env KEEP_TREE=0 "$kernel" build stock
ok "KEEP_TREE=0: image, but no tree" \
	sh -c "'$kernel' path stock && [ ! -e '$cache/work' ]"

finish
