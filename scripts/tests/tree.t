#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tree-series.sh, with the history of a source that only pretends to be a kernel.
#
# shellcheck disable=SC2154 # variables of tree_history.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/tree_history.sh
. "$here/tree_history.sh"

# The user's hooks are not for us.
printf '#!/bin/sh\ntouch %s/hooked\n' "$tmp" >"$TREE/.git/hooks/post-checkout"
chmod +x "$TREE/.git/hooks/post-checkout"
git_in checkout -q -b elsewhere main
rm -f "$tmp/hooked"
echo mine >>"$TREE/mm/a.c"
git_in add mm/a.c
echo "not yet" >>"$TREE/mm/a.c"

state >"$tmp/before"

run() {
	try env "$@" "$root/scripts/tree-series.sh"
}

column() {
	cut -d ' ' -f "$1" "$tmp/out" | paste -s -d ' '
}

# image N: what the vmlinux of the Nth line is made of.
image() {
	cat "$(sed -n "$1p" "$tmp/out" | cut -d ' ' -f 2)/vmlinux"
}

# What is asked for

run TREE=
is 'no tree: exit 2' "$status" 2
run TREE="$tmp/patches" RANGE=a..b
is 'no repository: exit 2' "$status" 2
if [ "$(id -u)" -eq 0 ]; then
	git clone -q "$TREE" "$tmp/theirs"
	chown -R 12345 "$tmp/theirs"
	run TREE="$tmp/theirs" RANGE=main..topic
	is 'a tree of somebody else: exit 2' "$status" 2
	says 'a tree of somebody else: in the words of git' 'dubious ownership'
	says 'a tree of somebody else: what to do' "git clone --shared $tmp/theirs"
fi
run RANGE=
is 'no range: exit 2' "$status" 2
says 'no range: says what is missing' 'RANGE=FROM..TO, or SERIES='
run RANGE=main..topic SERIES="$tmp/patches"
is 'two of them: exit 2' "$status" 2
for range in main main...topic ..; do
	run RANGE="$range"
	is "RANGE=$range: exit 2" "$status" 2
done
run RANGE=main..nowhere
is 'no such commit: exit 2' "$status" 2
says 'no such commit: named' 'no commit nowhere'
run RANGE=topic..main
is 'nothing in it: exit 2' "$status" 2
run RANGE=mmap_prepare
is 'mmap_prepare, not mainline: exit 2' "$status" 2
says 'mmap_prepare, not mainline: says what it takes' 'c84bf6dd2b83'
ok 'nothing was touched so far' untouched

# A range

run RANGE=main..topic
is 'range: exit 0' "$status" 0
says 'what is not committed is said not to be measured' 'not committed'
is 'range: base first, then each commit' "$(column 1)" \
	's00_base s01_defer_the_retry s02_a s03_use_mmap_prepare'
ok 'range: the commit is said' grep -q \
	"^s02_a .* $(git -C "$TREE" rev-parse --short topic~1) (\"a\")\$" "$tmp/out"
ok 'range: images are what the commits are' sh -c "
	[ '$(image 1 | grep -c two)$(image 2 | grep -c two)' = 00 ] &&
	[ '$(image 3 | grep -c two)$(image 4 | grep -c two)' = 11 ]"
is 'range: only what changed was compiled again' \
	"$(grep -c '^  CC' "$cache/logs/tree-s02_a.log")" 1
is 'range: the retry is what the source says' "$(
	for dir in $(column 2); do
		"$root/scripts/kernel.sh" retry "$dir"
	done | paste -s -d ' ')" 'early late late none'
ok 'range: path of an image' \
	"$root/scripts/kernel.sh" path "$(column 2 | cut -d ' ' -f 1)"
ok 'range: the tree is untouched' untouched
cp "$tmp/out" "$tmp/first"

run RANGE=main..topic QUIET=1
ok 'again: the same' cmp "$tmp/out" "$tmp/first"
ok 'again: nothing is done' [ ! -s "$tmp/err" ]

rm -r "$cache/images"
run RANGE=main..topic MODULE=1
ok 'the images are gone: the checkout is as it was, and is not written anew' \
	sh -c "! grep -q 'first time' '$tmp/err'"
ok 'modules: one of each image' sh -c "
	for image in $(column 2); do
		'$root/scripts/kernel.sh' module \$image || exit 1
	done"
is 'modules: are of these' "$(column 2)" \
	"$(cut -d ' ' -f 2 "$tmp/first" | paste -s -d ' ')"

run RANGE=main..topic FIRST_AND_LAST=1
is 'first and last: these, with their numbers' "$(column 1)" \
	's00_base s03_use_mmap_prepare'

run RANGE=elsewhere..topic~2
is 'branches that part: from where they do' "$(column 1)" \
	's00_base s01_defer_the_retry'

# Patches

git -C "$TREE" format-patch -q --cover-letter -o "$tmp/set" main..topic
run SERIES="$tmp/set"
is 'patches without a base: exit 2' "$status" 2
run SERIES="$tmp/set" BASE=nowhere
is 'base that is not there: exit 2' "$status" 2
run SERIES="$tmp/set" BASE=main QUIET=1
is 'folder of patches: exit 0' "$status" 0
is 'folder of patches: the images of their commits' "$(column 2)" \
	"$(cut -d ' ' -f 2 "$tmp/first" | paste -s -d ' ')"
git -C "$TREE" format-patch -q --base=main --stdout main..topic >"$tmp/set.mbx"
run SERIES="$tmp/set.mbx" QUIET=1
is 'mailbox that knows its base: the same' "$(column 1-2)" \
	"$(cut -d ' ' -f 1-2 "$tmp/first" | paste -s -d ' ')"
mkdir "$tmp/quilt"
git -C "$TREE" diff main topic >"$tmp/quilt/all.patch"
printf '# a comment\nall.patch # one\n' >"$tmp/quilt/series"
run SERIES="$tmp/quilt" BASE=main QUIET=1
is 'a series file, a bare diff: a commit of its name' "$(column 1)" \
	's00_base s01_all'
run SERIES="$tmp/set" BASE=topic
is 'patches that do not apply: exit 1' "$status" 1
says 'patches that do not apply: which' '0001-mm-Defer-the-retry-please.patch does not apply'
run SERIES="$tmp/kmod" BASE=main
is 'no patches: exit 2' "$status" 2
echo more.patch >>"$tmp/quilt/series"
run SERIES="$tmp/quilt" BASE=main
is 'a patch that is not there: exit 2' "$status" 2
ok 'patches: the tree is untouched' untouched

# What goes wrong

break_and_mend
rm -f "$tmp/hooked"
state >"$tmp/before"
run RANGE=whole~1..topic
is 'a commit that does not build: exit 3' "$status" 3
is 'a commit that does not build: the others go on' "$(column 1)" \
	's00_base s01_use_mmap_prepare s02_break_it s03_mend_it'
ok 'a commit that does not build: why' grep -q \
	'^s02_break_it BUILD-FAILED .*("mm: break it"): .*error: #error' "$tmp/out"
ok 'a commit that does not build: the one after it is right' \
	sh -c "[ '$(image 4 | grep -c three)' = 1 ]"
cp "$tmp/out" "$tmp/broken"

echo CONFIG_NOSUCH=y >>"$tmp/patches/guest.config"
run RANGE=main..topic~2
is 'an option that the tree lacks: exit 0' "$status" 0
says 'an option that the tree lacks: said' 'CONFIG_NOSUCH=y; the kernel has: no such option'
sed -i /NOSUCH/d "$tmp/patches/guest.config"

rm -rf "$cache/images"
: >"$tmp/hold"
rm -f "$cache/logs/tree-s00_base.log"
RANGE=main..topic "$root/scripts/tree-series.sh" >"$tmp/out1" 2>"$tmp/err1" &
pid=$!
within 60 grep -q CC "$cache/logs/tree-s00_base.log" || :
run RANGE=whole..topic
is 'two at a time: exit 1' "$status" 1
says 'two at a time: said' 'another series or bisection of'
kill "$pid"
status=0
wait "$pid" || status=$?
is 'TERM: exit 143' "$status" 143
ok 'TERM: nothing is left' untouched

rm -f "$cache/logs/tree-s00_base.log"
RANGE=main..topic "$root/scripts/tree-series.sh" >"$tmp/out" 2>"$tmp/err" &
pid=$!
within 60 grep -q CC "$cache/logs/tree-s00_base.log" || :
kill -KILL "$pid"
wait "$pid" 2>/dev/null || :
rm "$tmp/hold"
within 60 flock -n "$cache"/trees/*/lock true || :
run RANGE=whole..topic
is 'after KILL: exit 3' "$status" 3
ok 'after KILL: nothing is left' untouched

# Repositories and settings of all sorts; without images, so that there is work.

# fresh VARIABLE=VALUE...: main..topic~2 of such a tree, built anew
fresh() {
	rm -rf "$cache/images"
	run RANGE=main..topic~2 "$@"
}
fresh GIT_DEFAULT_HASH=sha256 TREE="$TREE/mm"
is 'hashes are by default others: exit 0' "$status" 0
git clone -q --bare "$TREE" "$tmp/bare"
git -C "$tmp/bare" replace topic~1 main
fresh TREE="$tmp/bare"
is 'bare, with replaced commits: exit 0' "$status" 0
mkdir -p "$tmp/elsewhere/bare"
fresh CDPATH="$tmp/elsewhere:$tmp" TREE=bare
says 'CDPATH is not where trees are looked for' 'no directory bare'
git -C "$tmp/bare" config uploadpack.allowFilter true
git clone -q --bare --filter=blob:none "file://$tmp/bare" "$tmp/partial"
fresh TREE="$tmp/partial"
is 'partial clone: exit 1' "$status" 1
says 'partial clone: what to do' 'fetch --refetch --no-filter'
fresh VMABENCH_CACHE=cache
says 'a relative cache is no fault of the kernel' 'not an absolute path'
fresh JOBS=0
is 'JOBS=0: exit 2' "$status" 2
for src in "$cache"/trees/*/src; do
	: >"$src/.git/HEAD"
done
fresh
is 'our repository is not whole: made anew' "$status" 0
for src in "$cache"/trees/*/src; do
	echo nonsense >"$src/.git/index"
	rm -f "$src/../at-rest"
done
fresh
is 'our index is broken: made anew' "$status" 0

finish
