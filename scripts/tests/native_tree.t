#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The native tier of the commits of a tree: tree-series.sh --um and series.sh, with a
# source that only pretends to be a kernel, and a vmabench that boots nothing. TAP.
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
: "${B:=$root/build}"

commit 'mm: only on real machines' 's/^two$/#no-um/' mm/b.c
commit 'mm: on all machines' 's/^#no-um$/three/' mm/b.c
# A build in the user's tree, which is none of ours.
echo '*.o' >"$TREE/.git/info/exclude"
echo built >"$TREE/mm/mmap.o"
echo mine >>"$TREE/mm/a.c"
state >"$tmp/before"
export QUIET=1 RANGE=main..topic

# um ARGUMENT...
um() {
	try env "$@" "$root/scripts/tree-series.sh" --um
}
um
is 'programs: exit 3, for one does not build' "$status" 3
is '  each has its line' "$(cut -d ' ' -f 1 "$tmp/out" | paste -s -d ' ')" \
	's00_base s01_defer_the_retry s02_a s03_use_mmap_prepare s04_only_on_real_mac s05_on_all_machines'
ok '  and the error of the compiler' grep -q \
	'^s04_only_on_real_mac UM-BUILD-FAILED .*("mm: only on real machines"): mm/b.c:1: error: not with ARCH=um$' \
	"$tmp/out"
ok '  images are of programs' sh -c "sed /FAILED/d '$tmp/out' |
	while read -r _ dir _; do [ -f \$dir/objects.o ] || exit 1; done"
is '  what is known of their retries' "$(sed /FAILED/d "$tmp/out" |
	while read -r _ dir _; do "$root/scripts/kernel.sh" retry "$dir"; done |
	paste -s -d ' ')" 'early late late none none'
ok '  the tree is untouched' untouched
ok '  and its build, too' [ "$(cat "$TREE/mm/mmap.o")" = built ]
cp "$tmp/out" "$tmp/programs"
um FIRST_AND_LAST=1
is 'the ends alone: exit 0' "$status" 0
is '  are the same images' "$(cat "$tmp/out")" "$(sed -n '1p;$p' "$tmp/programs")"
try env QUIET=0 "$root/scripts/kernel.sh" um tree "$TREE" mine
is 'a tree as it is: exit 0' "$status" 0
ok '  is another image' sh -c "! grep -qF '$(cat "$tmp/out")' '$tmp/programs'"
ok '  whose objects are elsewhere' untouched
echo '#error' >"$KMOD/um/driver.c"
um FIRST_AND_LAST=1
is 'a driver that does not build: exit 3' "$status" 3
is '  is a failure of each' "$(grep -c 'UM-BUILD-FAILED.*#error' "$tmp/out")" 2
echo 'another driver' >"$KMOD/um/driver.c"
um FIRST_AND_LAST=1
is '  which ends with it' "$status" 0
ok '  and no kernel was built for that' \
	[ ! "$cache/logs/um-tree-s00_base.log" -nt "$KMOD/um/driver.c" ]

# With both tiers

mkdir "$tmp/bin"
ln -s "$(cd "$B" && pwd)/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
tier=\$1
case \$tier in
where) echo abc/kernel; exit ;;
exact | native) shift ;;
*) echo 'nop '; exit ;;
esac
seed=1
block=0
order=0
commit=
while [ \$# -gt 0 ]; do
	case \$1 in
	--probe) [ ! -e $tmp/refuses ] || [ \$tier = exact ] || exit 3
		exit ;;
	--needs-module | --needs-tree) exit 1 ;;
	--stage) stage=\$2 ;;
	--image) image=\$2 ;;
	--commit) commit=\$2 ;;
	--seed) seed=\$2 ;;
	--block) block=\$2 ;;
	--layout-set) set=\$2 ;;
	--order) order=\$2 ;;
	--about) echo "\$2" >>"$tmp/abouts" ;;
	--retry) echo "\$tier \$stage \$2" >>"$tmp/retries" ;;
	-o) out=\$2 ;;
	esac
	shift
done
commit=\$(echo "\$commit" | sed 's/"/\\\\\\\\"/g')
if [ \$tier = exact ]; then
	"$root/bench/tests/make_fixture.sh" stock | sed "1s|\"stock\"|\"\$stage\"|
	1s|\"info\":{|&\"commit\":\"\$commit\"|" >"\$out"
	exit
fi
[ -x "\$image/vmlinux" ] || exit 1
[ ! -e "$tmp/hangs" ] || [ "\$order" -lt 3 ] || { echo \$\$ >"$tmp/pid"; exec sleep 98765; }
[ "\$stage" != "\$(cat "$tmp/panics")" ] || { echo "\$stage" >>"$tmp/panicked"; exit 3; }
"$root/bench/tests/make_fixture.sh" metal | sed "1{s/\"metal\"/\"native\"/
s/\"stage\":null/\"stage\":\"\$stage\"/
s/\"build_id\":\"/&\$(printf %s "\$stage" | cksum | cut -c 1-4)/
s/\"index\":0,\"block\":0,\"order\":0/\"index\":\$order,\"block\":\$block,\"order\":\$order,\"layout\":\$block,\"layout_set\":\"\$set\"/
s|\"info\":{|&\"commit\":\"\$commit\",\"scenarios_shared\":\"0\",\"reference_ticks\":\"2000\"|
s/\"boot_id\":null/\"boot_id\":\"boot-\$order\"/}
/\"latency\"/s/\"batches\":\[/&\$((1000 + order)),/" >"\$out"
EOT
chmod +x "$tmp/bin/vmabench"
echo plugin >"$tmp/bin/vmabench-insns-1.so"
echo symbols >"$tmp/bin/vmabench-symbols"
echo none >"$tmp/panics"

# series [NAME=VALUE...]: with what it leaves in $session.
series() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop NATIVE_LAYOUTS=2 \
		NATIVE_SECONDS=1 "$@" "$root/scripts/series.sh" --tree
	session=$tmp/results/series/latest
}
timed() {
	(cd "$session/native" && echo s*)
}

series
is 'both tiers: exit 3, for one is no program' "$status" 3
is '  all were counted' "$(find "$session/" -maxdepth 1 -name 's*.jsonl' | wc -l)" 6
is '  and timed, but for that one' "$(timed)" \
	's00_base s01_defer_the_retry s02_a s03_use_mmap_prepare s05_on_all_machines'
is '  in all layouts' "$(for dir in "$session"/native/*/; do
	grep -ho '"layout":[0-9]*' "$dir"boot-*.jsonl | sort -u | wc -l
	done | sort -u)" 2
ok '  records have the commit' grep -q '"commit":"[0-9a-f]* (\\"a\\")"' \
	"$session"/native/s02_a/boot-*.jsonl
is '  and what is known of retries' "$(sed -n 's/^native //p' "$tmp/retries" | sort -u |
	cut -d ' ' -f 2 | paste -s -d ' ')" 'early late late none none'
ok '  the failure is said' grep -q 'UM-BUILD-FAILED' "$tmp/err"
ok '  and is in the report' grep -q '^incomplete: s04_only_on_real_mac UM-BUILD-FAILED' \
	"$session/report.md"
ok '  times are beside counts' grep -q \
	'Counted in QEMU, and timed in the kernel' "$session/report.md"
ok '  and in the answer' sh -c \
	"tr -s '\n ' '  ' <'$tmp/out' | grep -q 'counted in QEMU, timed natively (2 layouts a side)'"
ok '  records are nowhere else' [ ! -e "$tmp/results/native" ]
ok '  and are about no series that they are not of' [ ! -e "$tmp/abouts" ]
ok '  the tree is untouched' untouched

series FIRST_AND_LAST=1
is 'the ends alone: exit 0' "$status" 0
is '  are timed' "$(timed)" 's00_base s05_on_all_machines'
series TIER=exact
ok 'TIER=exact: nothing is timed' [ ! -e "$session/native" ]
is '  which is no failure' "$status" 0
before=$(readlink "$session")
series TIER=native FIRST_AND_LAST=1
is 'TIER=native: exit 0' "$status" 0
is '  nothing is counted' "$(readlink "$session")" "$before"
is '  records are by host, stage and session' \
	"$(cd "$tmp/results/native/abc" && echo s*)" \
	's00_base s05_on_all_machines'
echo s05_on_all_machines >"$tmp/panics"
series
is 'one that does not boot: exit 3' "$status" 3
is '  is not booted again and again' "$(wc -l <"$tmp/panicked")" 2
ok '  which is said' grep -q 's05_on_all_machines is not booted again' "$tmp/err"
ok '  the others are compared' grep -q 'Counted in QEMU, and timed in the kernel' \
	"$session/report.md"
ok '  and named as failed in the last screen' grep -q 'there were failures: of the native tier' \
	"$tmp/err"
echo none >"$tmp/panics"
: >"$tmp/refuses"
series FIRST_AND_LAST=1
is 'such programs do not run here: exit 0' "$status" 0
ok '  said' grep -q 'time was not measured' "$tmp/err"
rm "$tmp/refuses"

# Before anything is built
mv "$cache" "$tmp/aside"
for setting in CPU=x NATIVE_LAYOUTS=0 NATIVE_SECONDS=no SEED=1000000; do
	series "$setting"
	is "$setting: exit 2" "$status" 2
	says '  is named' "${setting%=*}"
	series TIER=native "$setting"
	is "  of TIER=native, too" "$status" 2
done
ok 'no kernel is built for what cannot be' test ! -e "$cache/images"
rm -rf "$cache"
mv "$tmp/aside" "$cache"
series TIER=exact CPU=x FIRST_AND_LAST=1
is 'a setting of the native tier alone does not matter without it' "$status" 0

# Ended in the middle of the boots

rm -rf "$tmp/results"
mkdir "$tmp/here"
: >"$tmp/hangs"
for signal in TERM:143 INT:130; do
	rm -f "$tmp/pid"
	env --default-signal TMPDIR="$tmp/here" B="$tmp/bin" RESULTS="$tmp/results" \
		SCENARIOS=nop NATIVE_LAYOUTS=4 NATIVE_SECONDS=60 FIRST_AND_LAST=1 \
		"$root/scripts/series.sh" --tree >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	ok 'a boot runs' within 600 test -s "$tmp/pid"
	kill -s "${signal%:*}" $pid
	status=0
	wait $pid || status=$?
	is "  ended by SIG${signal%:*}: exit ${signal#*:}" "$status" "${signal#*:}"
	ok '  no process is left' within 60 is_ended "$(cat "$tmp/pid")"
	is '  nor a file' "$(ls "$tmp/here")" ''
	session=$(ls -d "$tmp"/results/series/*)
	says '  it says what there is' "the boots so far, are in $session."
	says '  what that is good for' "scripts/report.sh $session makes a report"
	says '  and how it goes on' 'The same command counts nothing again, and boots from the start'
	try env REPORT="$tmp/report" VMADIFF="$tmp/bin/vmadiff" "$root/scripts/report.sh" "$session"
	is '  the report has times' "$(grep -c "Counted in QEMU, and timed" "$tmp/report/report.md")" 1
	rm -r "$tmp/results" "$tmp/report"
done
rm "$tmp/hangs"
mkdir "$tmp/pipe"
try sh -c "TMPDIR='$tmp/pipe' B='$tmp/bin' RESULTS='$tmp/results' SCENARIOS=nop NATIVE_LAYOUTS=1 \
	NATIVE_SECONDS=1 FIRST_AND_LAST=1 '$root/scripts/series.sh' --tree 2>&1 | true"
is 'nobody reads what it says: nothing is left in TMPDIR' "$(ls "$tmp/pipe")" ''
if unshare --mount --propagation private true 2>/dev/null; then
	cat >"$tmp/fill" <<'EOT'
#!/bin/sh
# What comes from the exact tier fills it.
case $1 in
exact) head -c 5M /dev/zero >"$TMPDIR/filled" 2>/dev/null ;;
esac
exec "$0.program" "$@"
EOT
	mv "$tmp/bin/vmabench" "$tmp/bin/vmabench.program"
	mv "$tmp/fill" "$tmp/bin/vmabench"
	chmod +x "$tmp/bin/vmabench"
	mkdir "$tmp/full"
	try unshare --mount --propagation private sh -c "mount -t tmpfs -o size=10m none '$tmp/full'
		export B='$tmp/bin' RESULTS='$tmp/results' SCENARIOS=nop NATIVE_LAYOUTS=1
		export TMPDIR='$tmp/full' VMABENCH_CACHE='$tmp/cache' FIRST_AND_LAST=1
		exec '$root/scripts/series.sh' --tree"
	session=$tmp/results/series/latest
	says 'TMPDIR is full when it comes to boots' 'time was not measured'
	tr '\n' ' ' <"$session/report.md" >"$tmp/report"
	ok '  the report says why' grep -q "less than 8 MiB of free space" "$tmp/report"
	mv "$tmp/bin/vmabench.program" "$tmp/bin/vmabench"
else
	skip_test 'TMPDIR is full' 'nothing can be mounted'
fi

rm "$tmp/patches/um.config"
series FIRST_AND_LAST=1
is 'no um.config: exit 0' "$status" 0
ok '  said' grep -q 'the native tier needs one beside' "$tmp/err"

finish
