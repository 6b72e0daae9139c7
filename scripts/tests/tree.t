#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tree-series.sh, and series.sh on what it makes, with the history of a source
# that only pretends to be a kernel.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# What series.sh runs is here, or where the program under test is.
: "${B:=$root/build}"

cache=$tmp/cache
export TMPDIR="$tmp"	# what is killed for good leaves something there
export VMABENCH_CACHE="$cache" KERNEL_PATCHES="$tmp/patches" KMOD="$tmp/kmod"
mkdir "$tmp/patches" "$tmp/kmod"
printf 'CONFIG_A=y\n' >"$tmp/patches/guest.config"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"

export TREE="$tmp/linux"
fake_kernel "$TREE"
touch "$TREE/Kbuild"
git_in() {
	git -C "$TREE" -c user.name=t -c user.email=t@localhost "$@"
}
# commit SUBJECT SCRIPT FILE: what sed makes of the file
commit() {
	sed -i "$2" "$TREE/$3"
	git_in commit -q -a -m "$1"
}
git -C "$TREE" -c init.defaultBranch=main init -q
echo 'mmap_region: if (vm_flags != vma->vm_flags && vmg.prev)' >"$TREE/mm/mmap.c"
git_in add -A
git_in commit -q -m 'the source'
git_in checkout -q -b topic
commit 'mm: Defer the retry, please!' 's/.*/mmap_region: retry_merge/' mm/mmap.c
commit 'a' s/^115$/two/ mm/b.c
commit 'mm/secretmem: use .mmap_prepare' 's/.*/mmap_region/' mm/mmap.c
# The user's hooks are not for us.
printf '#!/bin/sh\ntouch %s/hooked\n' "$tmp" >"$TREE/.git/hooks/post-checkout"
chmod +x "$TREE/.git/hooks/post-checkout"
git_in checkout -q -b elsewhere main
rm -f "$tmp/hooked"
echo mine >>"$TREE/mm/a.c"
git_in add mm/a.c
echo "not yet" >>"$TREE/mm/a.c"

state() {
	git -C "$TREE" status --porcelain=v2 --branch
	git -C "$TREE" for-each-ref
	git -C "$TREE" worktree list
	git -C "$TREE" stash list
	git -C "$TREE" diff HEAD
	git -C "$TREE" count-objects -v
}
state >"$tmp/before"
untouched() {
	state | cmp - "$tmp/before" && [ ! -e "$tmp/hooked" ]
}

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

git_in checkout -q -f topic
git_in branch -q whole
commit 'mm: break it' 's/^two$/#error/' mm/b.c
commit 'mm: mend it' 's/^#error$/three/' mm/b.c
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
RANGE=main..topic "$root/scripts/tree-series.sh" >"$tmp/out" 2>"$tmp/err" &
pid=$!
rm -f "$cache/logs/tree-s00_base.log"
within 20 grep -q CC "$cache/logs/tree-s00_base.log" || :
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
within 20 grep -q CC "$cache/logs/tree-s00_base.log" || :
kill -KILL "$pid"
wait "$pid" 2>/dev/null || :
rm "$tmp/hold"
within 20 flock -n "$cache"/trees/*/lock true || :
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

# Measured by a program that needs no kernel to boot.

mkdir "$tmp/bin"
ln -s "$(cd "$B" && pwd)/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
[ "\$1" = exact ] || { echo 'nop '; exit; }
while [ \$# -gt 0 ]; do
	case \$1 in
	--probe) exit 0 ;;
	--needs-module) exit 1 ;;
	--kept) kept=\$2 ;;
	--reason) reason=\$2 ;;
	--stage) stage=\$2 ;;
	--commit) commit=\$2 ;;
	--retry) echo "\$stage \$2" >>$tmp/retries ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ ! -e "$tmp/no-boot" ] || [ "\$stage" != s01_use_mmap_prepare ] || {
	echo 'the kernel did not boot: Kernel panic - not syncing: no' >"\$reason"
	exit 3
}
[ ! -e "$tmp/tool-fails" ] || [ "\$stage" != s03_mend_it ] || exit 1
[ -n "\${kept-}" ] || echo "\$stage" >>"$tmp/measured"
commit=\$(echo "\$commit" | sed 's/"/\\\\\\\\"/g')
"$root/bench/tests/make_fixture.sh" stock | sed "1s|\"stock\"|\"\$stage\"|
1s|\"info\":{|&\"commit\":\"\$commit\"|" >"\$out"
EOT
chmod +x "$tmp/bin/vmabench"
echo plugin >"$tmp/bin/vmabench-insns-1.so"
echo symbols >"$tmp/bin/vmabench-symbols"

# series ARGUMENT...: with what it leaves in $session.
series() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		RANGE="$1" "$root/scripts/series.sh" --tree
	session=$tmp/results/series/latest
}
series whole~1..topic
is 'measured: exit 3, for one failed' "$status" 3
# It is folded where it is long.
tr -s '\n ' '  ' <"$tmp/out" >"$tmp/unfolded"
ok 'measured: the table names it, and why' grep -q \
	' s02_break_it BUILD-FAILED .*("mm: break it").*#error' "$tmp/unfolded"
ok 'measured: and the others, with their commits' grep -qF \
	"$(git -C "$TREE" rev-parse --short topic) (\"mm: mend it\")" "$tmp/out"
ok 'measured: so does the report' grep -q 'BUILD-FAILED.*#error' \
	"$session/report.md"
ok 'measured: so does the summary' grep -q '"reason": "BUILD-FAILED' \
	"$session/summary.json"
is 'measured: a record of each kernel that there is' \
	"$(cd "$session" && echo ./*.jsonl)" \
	'./s00_base.jsonl ./s01_use_mmap_prepare.jsonl ./s03_mend_it.jsonl'
is 'measured: with what is known of its retries' \
	"$(sort -u "$tmp/retries" | paste -s -d ' ')" \
	's00_base late s01_use_mmap_prepare none s03_mend_it none'
: >"$tmp/measured"
series whole~1..topic
is 'again: exit 3' "$status" 3
ok 'again: nothing is measured twice' [ ! -s "$tmp/measured" ]
is 'again: another session with all records' \
	"$(cd "$session" && echo ./*.jsonl)" \
	'./s00_base.jsonl ./s01_use_mmap_prepare.jsonl ./s03_mend_it.jsonl'
mv "$cache/records" "$tmp/aside"
: >"$cache/records"
series whole~1..topic
is 'nothing can be kept: measured all the same' "$status" 3
rm "$cache/records"
mkdir "$cache/records"
: >"$tmp/tool-fails"
series whole~1..topic
is 'the tool fails at the last: exit 1' "$status" 1
says 'the tool fails: said where the records are' \
	"the records so far are in $tmp/results/series/"
rm "$tmp/tool-fails"
: >"$tmp/measured"
series whole~1..topic
is 'resumed: only what was missing is measured' \
	"$(paste -s -d ' ' "$tmp/measured")" s03_mend_it
rm -r "$cache/records"
: >"$tmp/no-boot"
series whole~1..topic
is 'one that does not boot: exit 3' "$status" 3
ok 'one that does not boot: said so' grep -q \
	'^s01_use_mmap_prepare  *BOOT-FAILED' "$tmp/out"
ok 'one that does not boot: and why' grep -q \
	'the kernel did not boot: Kernel panic - not syncing: no' "$tmp/out"
series whole~1..whole
is 'fewer than two left: exit 3' "$status" 3
says 'fewer than two left: said' 'fewer than two kernels were measured'
series nowhere..topic
is 'no such commit: exit 2, and no session' "$status" 2
ok 'a session without a record is none' sh -c "
	for dir in '$tmp/results/series'/2*; do
		ls \"\$dir\"/*.jsonl || exit 1
	done"
# An option that the tree lacks is said once, of all of them.
echo CONFIG_NOSUCH=y >>"$tmp/patches/guest.config"
series main..whole
is 'an option that the tree lacks: exit 0' "$status" 0
is 'an option that the tree lacks: the report says so' \
	"$(grep '^- guest.config' "$session/report.md")" \
	'- guest.config: asked for CONFIG_NOSUCH=y; the kernel has: no such option: all kernels'
sed -i /NOSUCH/d "$tmp/patches/guest.config"
# Whatever cannot be drawn: the records stay, and the report says so.
series_in() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		GNUPLOT=false RANGE="$1" "$root/scripts/series.sh" --tree
}
series_in main..whole
is 'nothing can be drawn: exit 0' "$status" 0
ok 'nothing can be drawn: the records are there' \
	[ -f "$tmp/results/series/latest/s00_base.jsonl" ]
ok 'nothing can be drawn: the report says so' \
	grep -q "^- .*gnuplot" "$tmp/results/series/latest/report.md"
ok 'the tree is untouched after all' untouched

finish
