#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel.sh, on a source that only pretends to be a kernel: modules, and trees of one's own.
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

# Modules

# sum_of STAGE: what the module of a stage has of its kernel.
sum_of() {
	md5sum <"$("$kernel" path "$1")/vmlinux" | cut -c 1-32
}

QUIET=1 "$kernel" build one two
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
printf '# comment\nretry one early # why\n' >"$KERNEL_PATCHES/about"
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
	[ "$(grep -c "^  CC " "$cache/logs/tree-mine.log")" -eq 1 ]
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

finish
