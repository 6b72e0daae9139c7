#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel.sh, on a source that only pretends to be a kernel.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
kernel=$here/../kernel.sh

cache=$tmp/cache
export VMABENCH_CACHE="$cache"
export KERNEL_PATCHES="$tmp/patches"
export KERNEL_TARBALL="$tmp/linux-source-6.12.tar.gz"

fake=$tmp/linux-source-6.12
mkdir -p "$KERNEL_PATCHES"
fake_kernel "$fake"
mkdir "$tmp/kmod"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"
export KMOD="$tmp/kmod"

pack() {
	tar -czf "$KERNEL_TARBALL" -C "$tmp" linux-source-6.12
}

# patch NAME SCRIPT FILE: the patch that sed makes of a file as the patches
# before left it.
patch_from() {
	cp "$fake/$3" "$tmp/was"
	sed -i "$2" "$fake/$3"
	{
		echo "Subject: $1"
		echo "---"
		diff -u --label "a/$3" --label "b/$3" "$tmp/was" "$fake/$3" || :
	} >"$KERNEL_PATCHES/$1.patch"
}

# image STAGE: what its vmlinux is made of.
image() {
	paste -s -d ' ' "$("$kernel" path "$1")/vmlinux"
}

nothing_half_built() {
	! find "$cache/images" -name '.new.*' | grep .
}

pack
cp -r "$fake" "$tmp/pristine"
patch_from one s/^15$/one/ mm/a.c
patch_from two s/^115$/two/ mm/b.c
patch_from three s/^25$/three/ mm/a.c
rm -r "$fake"
mv "$tmp/pristine" "$fake"
cat >"$KERNEL_PATCHES/series" <<EOT
# comment
one.patch
two.patch	# another

three.patch
EOT
printf '# comment\nCONFIG_A=y\n# CONFIG_B is not set\n' \
	>"$KERNEL_PATCHES/guest.config"

# What is there

try "$kernel" list
is "list: the stages in order" "$(paste -s -d ' ' "$tmp/out")" \
	"stock one two three"
try "$kernel" build one nonsense
is "unknown stage: exit 2" "$status" 2
says "unknown stage: named with the valid ones" \
	"nonsense; there are: stock one two three"
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

try env VMABENCH_CACHE="$tmp/a b" "$kernel" build one
is "blank in the path of the cache: exit 1" "$status" 1
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

"$kernel" purge
ok "purge: nothing is left" [ ! -e "$cache" ]

: >"$tmp/hold"
"$kernel" build one >"$tmp/out" 2>"$tmp/err" &
pid=$!
within 20 grep -q CC "$cache/logs/one.log"
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
within 20 grep -q CC "$cache/logs/two.log"
"$kernel" build two three 2>"$tmp/err2" &
second=$!
within 20 grep -q "waiting for" "$tmp/err2"
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
within 20 grep -q CC "$cache/logs/stock.log"
kill -KILL "$pid"
rm "$tmp/hold"
try "$kernel" build stock
is "after KILL: exit 0" "$status" 0
says "after KILL: the tree is not trusted" "unpack"
ok "after KILL: nothing half-built" nothing_half_built

# Modules

# sum_of STAGE: what the module of a stage has of its kernel.
sum_of() {
	md5sum <"$("$kernel" path "$1")/vmlinux" | cut -c 1-32
}

"$kernel" build one two
try "$kernel" module one
is "module: exit 0" "$status" 0
module=$(cat "$tmp/out")
is "module: built of this kernel and of the source" \
	"$(paste -s -d ' ' "$module")" "$(sum_of one) hook"
is "module: another kernel, another module" \
	"$(paste -s -d ' ' "$("$kernel" module two)")" "$(sum_of two) hook"
try "$kernel" module one
is "module: not built twice" "$(cat "$tmp/out")" "$module"
echo other >"$KMOD/hook.c"
is "module: another source, another module" \
	"$(paste -s -d ' ' "$("$kernel" module one)")" "$(sum_of one) other"
is "retry: unknown where nobody says" "$("$kernel" retry one)" unknown
printf '# comment\none early # why\n' >"$KERNEL_PATCHES/retry"
is "retry: as the file says" "$("$kernel" retry one)" early

# Trees of one's own

mkdir "$tmp/own"
cp -r "$fake/." "$tmp/own"
touch "$tmp/own/Kbuild"
try "$kernel" tree "$tmp/own" mine
is "tree: exit 0" "$status" 0
own=$(cat "$tmp/out")
is "tree: its vmlinux is there" "$(wc -l <"$own/vmlinux")" 60
echo more >>"$tmp/own/mm/b.c"
try "$kernel" tree "$tmp/own" mine
is "tree: changed, it is another image" "$(wc -l <"$(cat "$tmp/out")/vmlinux")" 61
ok "tree: only what changed is compiled again" \
	[ "$(grep -c CC "$cache/logs/tree-mine.log")" -eq 1 ]
try "$kernel" module "$(cat "$tmp/out")"
is "tree: no module where nobody asked for one" "$status" 1
try env MODULE=1 "$kernel" tree "$tmp/own" mine
is "tree: MODULE=1: its module is built at once" \
	"$(tail -n 1 "$("$kernel" module "$(cat "$tmp/out")")")" other
try env MODULE=1 QUIET=1 "$kernel" tree "$tmp/own" mine
ok "tree: MODULE=1: once" [ ! -s "$tmp/err" ]
echo '#error' >>"$tmp/own/mm/b.c"
try "$kernel" tree "$tmp/own" mine
is "tree: one that does not build: exit 3" "$status" 3
sed -i '/#error/d' "$tmp/own/mm/b.c"
echo 'stopped' >>"$tmp/own/mm/b.c"
echo '#error' >>"$tmp/own/mm/a.c"
: >"$tmp/hold"
try env JOBS=2 "$kernel" tree "$tmp/own" mine
rm "$tmp/hold"
is "tree: an error ends what is compiled beside it: exit 3" "$status" 3
ok "tree: an error ends what is compiled beside it" \
	sh -c "! grep -qs stopped '$cache'/trees/*/obj/b.o"
try "$kernel" tree "$tmp/patches" mine
is "tree: what is no kernel: exit 1" "$status" 1

rm -r "$("$kernel" path stock)"
try env KEEP_TREE=0 "$kernel" build stock
ok "KEEP_TREE=0: image, but no tree" \
	sh -c "'$kernel' path stock && [ ! -e '$cache/work' ]"

finish
