#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deps.sh where apt-get installs, or may not.
#
# shellcheck disable=SC2016,SC2086,SC2154 # much of this is scripts, of a made-up world

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/deps_world.sh
. "$here/deps_world.sh"

run $all
is "all there: exit 0" "$status" 0
ok "all there: nothing printed" silent
ok "all there: no package manager asked" [ ! -e "$tmp/apt" ]

run
is "no set: exit 2" "$status" 2
run build nonsense
is "unknown set: exit 2" "$status" 2
says "unknown set: named" "nonsense"
says "unknown set: valid ones named" "build series bench metal profile remote test sshd check"
run --help
is "--help: exit 0" "$status" 0
ok "--help: the usage" grep -q '^Usage: deps.sh SET' "$tmp/out"

# Who may not install.
lose pc:jansson static:jansson pc:inih
echo libjansson-dev >"$tmp/known"
echo libinih-dev >"$tmp/installed"
run build
is "missing, no root: exit 1" "$status" 1
ok "missing, no root: the line to type, each package once" line \
	"sudo apt-get install --no-install-recommends libjansson-dev"
ok "missing, no root: nobody is blamed for what that may bring" \
	sh -c '! grep -q libinih-dev "$1"' sh "$tmp/err"
gain pc:inih
forget
: >"$tmp/lists"
run build
is "no package lists: exit 1" "$status" 1
says "no package lists: said" "apt-get knows none of libjansson-dev; where it has no package lists, sudo apt-get update"
echo ' 500 http://mirror/debian bookworm/main amd64 Packages' >"$tmp/lists"
run build
says "old package lists: what is not in them" \
	"apt-get does not know libjansson-dev; if its package lists are old"

fake sudo 'shift; "$@"'
echo libjansson-dev >"$tmp/known"
printf 'libjansson-dev %s\n' pc:jansson static:jansson >"$tmp/brings"
run build
is "missing, sudo: exit 0" "$status" 0
says "missing, sudo: says what" "installing libjansson-dev"
says "missing, sudo: says how much" "Need to get 42 MB"
ok "missing, sudo: apt-get's chatter is kept back" \
	sh -c '! grep -q Selecting "$1"' sh "$tmp/err"
ok "missing, sudo: installed, once" installs libjansson-dev
ok "missing, sudo: no update" [ ! -e "$tmp/updated" ]

rm "$bin/sudo"
fake id 'echo 0'

forget
lose pc:inih
echo libinih-dev >"$tmp/known"
echo 'libinih-dev pc:inih' >"$tmp/brings"
: >"$tmp/stale"
run build
is "packages gone from the mirror, root: exit 0" "$status" 0
ok "packages gone from the mirror: updated" [ -e "$tmp/updated" ]

forget
lose pc:inih
echo libinih-dev >"$tmp/news"
echo 'libinih-dev pc:inih' >"$tmp/brings"
run build
is "package lists too old, root: exit 0" "$status" 0
ok "package lists too old: updated, and installed once" installs libinih-dev

forget
lose pc:inih
echo libinih-dev >"$tmp/known"
: >"$tmp/broken"
run build
is "apt-get fails: exit 1" "$status" 1
says "apt-get fails: its error is shown" "E: no"
says "apt-get fails: what is missing" "apt-get could not install: libinih-dev"

forget
echo libinih-dev >"$tmp/installed"
run build
is "installed but not there: exit 1" "$status" 1
says "installed but not there: said" \
	"libinih-dev is installed but does not provide inih.pc"

forget
echo libinih-dev >"$tmp/known"
run build
is "installs something else: exit 1" "$status" 1
says "installs something else: said" \
	"libinih-dev is installed but does not provide inih.pc"
gain pc:inih

# An applet is not the program.
mv "$bin/patch" "$tmp/busybox"
ln -s "$tmp/busybox" "$bin/patch"
run series
is "patch of busybox: exit 1" "$status" 1
says "patch of busybox: is none" "no package here provides patch; needed for: series"
lose patch
gain patch

# Alternatives.
forget
lose libfuzzer
printf '%s\n' libclang-rt-14-dev libclang-rt-dev >"$tmp/known"
echo 'libclang-rt-14-dev libfuzzer' >"$tmp/brings"
run test
is "alternatives: exit 0" "$status" 0
ok "alternatives: the first" installs libclang-rt-14-dev

forget
lose libfuzzer
echo libclang-rt-dev >"$tmp/known"
echo 'libclang-rt-dev libfuzzer' >"$tmp/brings"
run test
is "alternatives, one known: exit 0" "$status" 0
ok "alternatives, one known: that" installs libclang-rt-dev

forget
lose libfuzzer
printf '%s\n' libclang-rt-14-dev libclang-rt-dev >"$tmp/known"
echo 'libclang-rt-dev libfuzzer' >"$tmp/brings"
run test
is "alternatives, the first does not do: exit 0" "$status" 0
ok "alternatives, the first does not do: both, once each" [ \
	"$(sed -n 's/.*Use-Pty=0 //p' "$tmp/apt" | tr '\n' ' ')" = \
	"libclang-rt-14-dev libclang-rt-dev " ]

forget
lose libfuzzer
: >"$tmp/rt.fuzzer.a"
run test
ok "the runtime of libFuzzer is seen without linking" silent
rm "$tmp/rt.fuzzer.a"
gain libfuzzer

# A header is where the compiler looks for it, too.
mkdir -p "$DEPS_ROOT/usr/include"
lose header:stdio.h
: >"$DEPS_ROOT/usr/include/stdio.h"
run build
ok "a header in /usr/include" silent
rm "$DEPS_ROOT/usr/include/stdio.h"
forget
run build
is "no header: exit 1" "$status" 1
says "no header: named" "no package here provides the header stdio.h; needed for: build"
gain header:stdio.h

finish
