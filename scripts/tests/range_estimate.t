#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What range.sh says that commits will cost, by what the last build of the tree has told of
# headers.
#
# shellcheck disable=SC2154,SC2317 # variables of tap.sh; functions of estimate.sh
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/range/estimate.sh
. "$root/scripts/range/estimate.sh"
export QUIET=0 VMABENCH_CACHE="$tmp/cache" GIT_CONFIG_GLOBAL=/dev/null
range=$tmp
plan() { echo "$tmp/linux"; }
# told: what it says, without its name.
told() {
	estimate 2>&1 | sed "s/^${0##*/}: //" >"$tmp/out"
}

git init -q "$tmp/linux"
cd "$tmp/linux"
git config user.name n
git config user.email n@example.org
mkdir mm include
# commit SUBJECT FILE: a cell.
n=0
commit() {
	echo "$1" >>"$2"
	git add -A
	git commit -qm "$1"
	echo "s0$n $(git rev-parse HEAD) $1" >>"$tmp/cells"
	n=$((n + 1))
}
commit base mm/a.c
commit 'one file' mm/a.c
commit 'a header of few' include/few.h
commit 'a header of many' include/many.h
commit 'a part of the build' mm/Makefile
told
is 'nothing was built: how many are cheap' "$(head -n 1 "$tmp/out")" \
	'1 of 4 commits touch little that others include; 3 will take as long as a whole build, or nearly:'
is '  the others are named' "$(sed -n 's/^  \(s0.\): \([^,]*\).*/\1 \2/p' "$tmp/out" | paste -s -d ' ')" \
	's02 include/few.h s03 include/many.h s04 mm/Makefile'

# built PREFIX: by a compiler that says so where the sources are; eight objects include one
# header, and one of them another.
built=$tmp/cache/trees/$(plan | sha256sum | cut -c 1-16)
built() {
	rm -rf "$built"
	mkdir -p "$built/obj/mm" "$built/src"
	for object in a b c d e f g h; do
		{
			echo "savedcmd_mm/$object.o := gcc -c mm/$object.c"
			echo "deps_mm/$object.o := \\"
			echo "    \$(wildcard include/config/MMU) \\"
			echo "  $1include/many.h \\"
			[ $object != a ] || echo "  $1include/few.h \\"
		} >"$built/obj/mm/.$object.o.cmd"
	done
	told
}
for prefix in "$built/src/" ../src/; do
	built "$prefix"
	is "built, ${prefix#"$tmp"}: how many are cheap" "$(head -n 1 "$tmp/out")" \
		'2 of 4 commits touch little that others include; 2 will take as long as a whole build, or nearly:'
	ok '  a header that all include is named' \
		grep -qx '  s03: include/many.h, which 8 of 8 objects include' "$tmp/out"
	ok '  a header that one includes is not' sh -c "! grep -q few.h '$tmp/out'"
	ok '  a part of the build is' grep -q '^  s04: mm/Makefile' "$tmp/out"
done

finish
