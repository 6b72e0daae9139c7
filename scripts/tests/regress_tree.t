#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# regress-tree.sh on the history of a source that only pretends to be a kernel,
# measured by a program that makes records up: what each commit is called, what
# it is held against, and the exit status.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
: "${B:=$root/build}"

export TMPDIR="$tmp" VMABENCH_CACHE="$tmp/cache" QUIET=1
export KERNEL_PATCHES="$tmp/patches" KMOD="$tmp/kmod"
mkdir "$tmp/patches" "$tmp/kmod" "$tmp/bin" "$tmp/records"
printf 'CONFIG_A=y\n' >"$tmp/patches/guest.config"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"

export TREE="$tmp/linux"
fake_kernel "$TREE"
touch "$TREE/Kbuild"
echo 'mmap_region' >"$TREE/mm/mmap.c"
git_in() {
	git -C "$TREE" -c user.name=t -c user.email=t@localhost "$@"
}
# commit KIND SUBJECT: the image of it is of this kind
commit() {
	echo "KIND $1" >"$TREE/mm/b.c"
	git_in add -A
	git_in commit -q --allow-empty -m "$2"
}
git -C "$TREE" -c init.defaultBranch=main init -q
commit same 'the base'

# The kinds: what vmabench measures of such an image.  $tmp/calls has the order.
same=$tmp/records/same.jsonl
WITH_LINES=1 WITH_HELD=1 "$root/bench/tests/make_fixture.sh" stock wide >"$same"
# edit KIND SED-SCRIPT: without what would no longer add up.
edit() {
	grep -v '"type":"functions"\|"type":"stacks"' "$same" | sed "$2" | awk '
		/"type":"trailer"/ {
			printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR - 1
			next
		}
		{ print }' >"$tmp/records/$1.jsonl"
	! cmp -s "$same" "$tmp/records/$1.jsonl"
}
row() {
	echo "\"scenario\":\"$1\".*\"op\":\"$2\",\"metric\":\"$3\""
}
insns=$(batches "$same" anon_append munmap insns)
stores=$(batches "$same" memfd_append mmap maple_stores)
edit slow "/$(row anon_append munmap insns)/s/\[$insns\]/[$((insns + 3 * 64))]/"
edit store "/$(row memfd_append mmap maple_stores)/s/\[$stores\]/[$((stores + 64))]/
/$(row anon_append munmap insns)/s/\[$insns\]/[$((insns + 3 * 64))]/"
edit other '1s/"cpu":"max"/"cpu":"another"/'
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
args=\$*
kept=
reason=/dev/null
while [ \$# -gt 0 ]; do
	case \$1 in
	--probe) exit 0 ;;
	--needs-module | --needs-tree) exit 1 ;;
	--kept) kept=1 ;;
	--reason) reason=\$2 ;;
	--stage) stage=\$2 ;;
	--image) image=\$2 ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ -n "\$kept" ] || echo "\$args" >>$tmp/calls
kind=\$(sed -n 's/^KIND //p' "\$image/vmlinux")
case \$kind in
panic) echo 'the kernel did not boot: it panicked' >"\$reason"; exit 3 ;;
host) exit 1 ;;
hang) echo \$\$ >$tmp/hangs; exec sleep 60 ;;
esac
sed "1s/\"stock\"/\"\$stage\"/" "$tmp/records/\$kind.jsonl" >"\$out"
EOT
chmod +x "$tmp/bin/vmabench"
echo plugin >"$tmp/bin/vmabench-insns-1.so"
echo symbols >"$tmp/bin/vmabench-symbols"
ln -s "$(cd "$B" && pwd)/vmadiff" "$tmp/bin/vmadiff"
export B="$tmp/bin"

gate() {
	: >"$tmp/calls"
	try env RANGE="$1" "$root/scripts/regress.sh"
}
# called N WHAT: the Nth commit is called that
called() {
	ok "  s0$1 is called $2" grep -q "^s0$1_[a-z_]* [0-9a-f]* (\".*\"): $2\$" \
		"$tmp/out"
}
# ends TEXT: the last line
ends() {
	is "  and ends with $1" "$(tail -n 1 "$tmp/out")" "regress: $1"
}
id() {
	git -C "$TREE" rev-parse --short "$1"
}

# --- usage
try env -u TREE RANGE=a..b "$root/scripts/regress.sh"
is 'a range of no tree: exit 2' "$status" 2
says '  that names TREE=' 'TREE='
try env -u TREE SERIES="$tmp" "$root/scripts/regress.sh"
is 'patches for no tree: exit 2' "$status" 2
for variable in RANGE=a..b SERIES="$tmp"; do
	try env -u TREE "$variable" make -n -C "$root" series
	ok "make series $variable is of a tree" \
		grep -q 'series.sh --tree' "$tmp/out"
done
try env RANGE=main..main "$root/scripts/regress.sh"
is 'an empty range: exit 2' "$status" 2
try env RANGE=main.. "$root/scripts/regress.sh" --renew
is 'there is no reference of a tree: exit 2' "$status" 2
try "$root/scripts/regress.sh" --help
is 'help: exit 0' "$status" 0
ok '  of the tree' grep -q 'regress-tree.sh' "$tmp/out"
commit same 'one'
try env RANGE=main~1..main POLICY=nowhere.ini "$root/scripts/regress.sh"
is 'no such policy: exit 2' "$status" 2
ok '  and nothing is built' [ ! -d "$tmp/cache/images" ]
printf '[a]\nrows = nothing/mmap/insns\n' >"$tmp/no-row.ini"
: >"$tmp/calls"
try env RANGE=main~1..main POLICY="$tmp/no-row.ini" "$root/scripts/regress.sh"
is 'a policy that names no rows: exit 2' "$status" 2
is '  after the first kernel' "$(wc -l <"$tmp/calls")" 1

# --- what passes
rm -rf "$VMABENCH_CACHE/records"
gate main~1..main
is 'a commit like its parent: exit 0' "$status" 0
called 0 base
called 1 good
ends PASS
ok '  counted' grep -qx '1 commit: 1 good, 0 regressed, 0 not judged' "$tmp/out"
ok '  with the commit in its record' grep -qF -- \
	"--commit $(id main~1) (\"the base\")" "$tmp/calls"

# --- what does not
git_in checkout -q -b topic
commit slow 'mm: three more'
commit slow 'mm: no more'
commit same 'mm: better again'
commit store 'mm: store, twice'
gate main..topic
is 'commits that regress: exit 1' "$status" 1
# without_ids FILE
without_ids() {
	sed 's/ [0-9a-f]\{7,40\} (/ ID (/' "$1"
}
is '  as vmabench-regress(1) quotes it, but for ids' "$(without_ids "$tmp/out")" \
	"$(without_ids "$root/results/example/regress-tree.txt")"
called 1 REGRESSED
called 2 good
called 3 good
called 4 REGRESSED
ends REGRESSED
ok '  with the row and the limit' sh -c "grep -A 1 \
	'^  fail \[instructions\] anon_append/munmap/insns' '$tmp/out' |
	grep -q '+3; max_increase is 2'"
ok '  the summary names the row that moved most' grep -q \
	'^  s04_store_twice, most in memfd_append/mmap/maple_stores: .*1 to 2 stores/op, +1$' \
	"$tmp/out"
ok '  and counts' grep -qx '4 commits: 2 good, 2 regressed, 0 not judged' "$tmp/out"
printf '[a]\nrows = anon_append/munmap/insns\nmax_increase = 3\n' >"$tmp/mine.ini"
try env RANGE=main..topic POLICY="$tmp/mine.ini" "$root/scripts/regress.sh"
is 'a policy of one'"'"'s own: exit 0' "$status" 0
gate topic~4..topic~1
is 'nobody is blamed for what was mended: parent by parent, exit 1' "$status" 1
try env RANGE=topic~4..topic~1 FIRST_AND_LAST=1 "$root/scripts/regress.sh"
is '  but the last against the base: exit 0' "$status" 0
called 3 good
is '  of two kernels' "$(grep -c '^s0' "$tmp/out")" 2

# --- what cannot be judged
git_in checkout -q -b broken main
commit '#error' 'mm: break it ("as said"): now'
commit slow 'mm: slow, and mended'
commit panic 'mm: panic'
commit slow 'mm: after the panic'
gate main..broken
is 'commits that are not judged: exit 4' "$status" 4
called 1 'NOT JUDGED: does not build'
called 2 'REGRESSED against s00_base'
called 3 'NOT JUDGED: does not boot'
called 4 'good against s02_slow_and_mended'
ends 'NOT ALL COULD BE JUDGED'
ok '  what the kernel said is said' grep -q \
	'does not boot: the kernel did not boot: it panicked' "$tmp/out"
ok '  the error of the compiler is said' grep -q \
	'^  s01_break_it_as_said: does not build: .*error: #error' "$tmp/out"
ok '  all are counted' grep -qx \
	'4 commits: 1 good, 1 regressed, 2 not judged' "$tmp/out"
gate broken~2..broken~1
is 'the last one does not boot: exit 4' "$status" 4
gate broken~1..broken
is 'the base does not boot: exit 4' "$status" 4
called 1 base
ok '  and nothing is called good' grep -qx \
	'1 commit: 0 good, 0 regressed, 1 not judged' "$tmp/out"
git_in checkout -q -b odd main
commit other 'another machine'
gate main..odd
is 'records that cannot be compared: exit 4' "$status" 4
called 1 'NOT JUDGED: not comparable, or not the same twice'
ok '  with what differs' grep -q 'cpu: "max" in .*, "another" in' "$tmp/out"
printf '[a]\nrows = */*/latency\n' >"$tmp/noisy.ini"
git_in checkout -q -b noisy main
commit metal 'not exact'
"$root/bench/tests/make_fixture.sh" metal wide >"$tmp/records/metal.jsonl"
commit metal 'nor this'
try env RANGE=noisy~1..noisy POLICY="$tmp/noisy.ini" "$root/scripts/regress.sh"
is 'nothing passed, nothing failed: exit 3' "$status" 3
called 1 'NOT JUDGED: nothing can be told'
ends 'CANNOT BE TOLD'

# --- what is not the kernel's fault
git_in checkout -q -b host main
commit host 'no space on the host'
gate main..host
is 'the tool fails: exit 5, not that of a regression' "$status" 5
says '  and says at what' 's01_no_space_on_the could not be measured'
git_in checkout -q -b hang main
commit hang 'a guest that takes long'
RANGE=main..hang "$root/scripts/regress.sh" >"$tmp/out" 2>"$tmp/err" &
pid=$!
within 60 [ -s "$tmp/hangs" ] || :
kill "$pid"
status=0
wait "$pid" || status=$?
is 'TERM: exit 143' "$status" 143
ok '  the guest is gone' sh -c "! kill -0 $(cat "$tmp/hangs")"
ok '  nothing is left in the folder of temporary files' sh -c \
	"! ls -d '$tmp'/tmp.* 2>/dev/null"

finish
