#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# test-kernel.sh without a boot: the tests of VMAs in user space, of the last stage and of
# one that is broken; what is made of a console, of the results of selftests and of a
# record, on ones that are made up.
#
# shellcheck disable=SC2154 # variables of tap.sh
set -u

cd "$(dirname "$0")/../.." || exit 1
root=$PWD
. scripts/tests/tap.sh
test_kernel=$root/scripts/test-kernel.sh
RESULTS=$tmp
export RESULTS

try "$test_kernel" nonsense
is 'a part that there is not: exit 2' "$status" 2
says '  which there are' "no part 'nonsense'; choose one of vma maple guest debug"
try env STAGES=nonsense "$test_kernel" vma
is 'a stage that there is not: exit 2' "$status" 2
try env SCENARIOS='nop nonsense' "$test_kernel" debug
is 'a scenario that there is not: exit 2' "$status" 2
says '  which is said' "there is no scenario 'nonsense'"
try "$test_kernel" --console
is 'no console: exit 2' "$status" 2
try "$test_kernel" --console "$tmp"
is 'a folder: exit 2' "$status" 2

# --- consoles

# console NAME: of a kernel that says what standard input has
console() {
	{
		echo '[    0.000000] Linux version 6.12.117-vmabench (gcc) #1 SMP'
		echo '[    1.000000] vmabench_hook: loading out-of-tree module taints kernel.'
		cat
		echo '[   30.000000] reboot: Restarting system'
	} | sed 's/$/\r/' >"$tmp/$1"
}

# complains NAME LINE: the kernel does, and this is how it is said
complains() {
	try "$test_kernel" --console "$tmp/$1"
	is "$1: exit 1" "$status" 1
	ok "  it is said what, and where: $2" grep -qxF -- "$2" "$tmp/out"
}

console 'a quiet console' <<'EOT'
vmabench: warning: under a hypervisor, what it does in between counts as latency
[    5.000000] vmabench: scenario anon_append
[    6.000000] overlayfs: failed to set xattr on upper
[    7.000000] vmabench: scenario debug_of_bugs
EOT
try "$test_kernel" --console "$tmp/a quiet console"
is 'a quiet console: exit 0' "$status" 0
ok '  which is said' grep -q 'complains of nothing' "$tmp/out"

console 'a warning' <<'EOT'
[    5.000000] vmabench: scenario anon_append
[    6.000000] vmabench: scenario anon_seal
[    6.100000] ------------[ cut here ]------------
[    6.100001] WARNING: CPU: 0 PID: 77 at mm/vma.c:561 validate_mm+0x1f/0x300
[    6.100002] Modules linked in: vmabench_hook(O)
[    6.100003] Call Trace:
[    6.100004]  mmap_region+0x10/0x20
[    6.100005] ---[ end trace 0000000000000000 ]---
[    7.000000] vmabench: scenario nop
EOT
complains 'a warning' \
	'while anon_seal ran: WARNING: CPU: 0 PID: 77 at mm/vma.c:561 validate_mm+0x1f/0x300'
ok '  its text is shown' grep -q 'mmap_region+0x10' "$tmp/out"
ok '  once' grep -q 'COMPLAINS 1 times' "$tmp/out"

# each SIGN: a line of a console that is a complaint by itself
while read -r sign; do
	echo "[    9.000000] $sign" | console 'one line'
	complains 'one line' "before any scenario: $sign"
done <<'EOT'
BUG: KASAN: slab-use-after-free in do_mmap+0x12/0x34
WARNING: possible circular locking dependency detected
WARNING: suspicious RCU usage
BUG at mas_validate_limits:7525 (1)
WARN at __mas_set_range:7301 (1)
kernel BUG at mm/vma.c:571!
rcu: INFO: rcu_sched detected stalls on CPUs/tasks:
BUG: Bad rss-counter state mm:00000000d2e8b4c0 type:MM_ANONPAGES val:1
BUG: sleeping function called from invalid context at mm/mmap.c:1
Oops: general protection fault, probably for non-canonical address 0xdffffc0000000000
list_add corruption. prev->next should be next
INFO: rcu_sched self-detected stall on CPU
WARNING: lock held when returning to user space!
Kernel panic - not syncing: Attempted to kill init!
BUG: MAX_LOCKDEP_ENTRIES too low!
EOT

console 'two of them' <<'EOT'
[    5.000000] vmabench: scenario secretmem_append
[    5.100000] ==================================================================
[    5.100001] BUG: KASAN: slab-use-after-free in __do_sys_memfd_secret+0x66/0x110
[    5.100002] Read of size 8 at addr ffff888003a3b8c0 by task vmabench/88
[    5.100003] ==================================================================
[    5.200000] vmabench: scenario anon_append
[    5.300000] WARNING: possible recursive locking detected
EOT
complains 'two of them' 'while anon_append ran: WARNING: possible recursive locking detected'
ok '  both are counted' grep -q 'COMPLAINS 2 times' "$tmp/out"

: >"$tmp/nothing"
try "$test_kernel" --console "$tmp/nothing"
is 'a console without a kernel: exit 1' "$status" 1
ok '  which is said' grep -q 'NO KERNEL has said anything' "$tmp/out"
echo 'WARNING: CPU: 0 PID: 57 at include/linux/fs.h:2237 do_mmap+0x58d/0x5c0' >"$tmp/rest"
complains rest \
	'before any scenario: WARNING: CPU: 0 PID: 57 at include/linux/fs.h:2237 do_mmap+0x58d/0x5c0'

# --- results of guests and of a boot: the parts of test-kernel.sh
root=$PWD
# shellcheck source=scripts/lib.sh
. scripts/lib.sh
# shellcheck source=scripts/test-kernel/console.sh
. scripts/test-kernel/console.sh
# shellcheck source=scripts/test-kernel/guest.sh
. scripts/test-kernel/guest.sh
# shellcheck source=scripts/scenarios.sh
. scripts/scenarios.sh
# shellcheck source=scripts/test-kernel/debug.sh
. scripts/test-kernel/debug.sh
results=$tmp
mkdir "$tmp/root" "$tmp/root/tests"
printf '%s\n' memfd_secret plain uffd-unit-tests map_populate hangs >"$tmp/root/tests/list"

cat >"$tmp/one.tests" <<'EOT'
== memfd_secret
TAP version 13
1..3
ok 1 mlock limit is respected
ok 2 # SKIP no ptrace
not ok 3 vmsplice is blocked
# Totals: pass:1 fail:1 xfail:0 xpass:0 skip:1 error:0

== memfd_secret exit 1
== plain

== plain exit 0
== uffd-unit-tests
Testing UFFDIO_API (with syscall)... done
Testing zeropage on hugetlb... skipped [reason: memory allocation failed]
Testing move on anon... failed [reason: unexpected]

== uffd-unit-tests exit 1
== map_populate
Bail out! socketpair(): Function not implemented

== map_populate exit 1
== hangs

== hangs hung
== done
EOT
cp "$tmp/one.tests" "$tmp/two.tests"
sed 's/^ok 1/not ok 1/' "$tmp/one.tests" >"$tmp/three.tests"
printf '== done\n' >"$tmp/four.tests"
touch "$tmp/one.console" "$tmp/four.console" "$tmp/one.cut.console" "$tmp/two.cut.console"
try judge_guest one one
is 'selftests of the first stage' "$status" 0
ok '  by test' grep -qE '^memfd_secret +1 +1 +1  exit 1$' "$tmp/out"
ok '  one that has words of its own' grep -qE '^uffd-unit-tests +1 +1 +1  exit 1$' "$tmp/out"
ok '  one that hangs' grep -qE '^hangs +0 +0 +0  hung $' "$tmp/out"
try judge_guest two one
is 'the same of another' "$status" 0
ok '  which is said' grep -q 'two: 6 results of selftests, the same as on one' "$tmp/out"
try judge_guest three one
is 'a difference is no good' "$status" 1
ok '  and is shown' grep -qx '  three: memfd_secret: not ok 1 mlock limit is respected' "$tmp/out"
ok '  from both sides' grep -qx '  one: memfd_secret: ok 1 mlock limit is respected' "$tmp/out"
for mib in 1 2; do
	printf '== mrelease_test\nok 1 Success reaping a child with %dMB of memory\n== mrelease_test exit 0\n== done\n' \
		$mib >"$tmp/takes$mib.tests"
	touch "$tmp/takes$mib.console"
done
results_of "$tmp/takes1.tests" >"$tmp/takes1.results"
try judge_guest takes2 takes1
is 'how much it takes for long enough is no difference' "$status" 0
try judge_guest four one
is 'none that ran is no good' "$status" 1
for stage in one two; do
	sed '/^== hangs/,$d' "$tmp/one.tests" >"$tmp/$stage.cut.tests"
	try judge_guest "$stage.cut" one.cut
	is 'a guest that does not come to its end is no good' "$status" 1
	ok '  and to where it came' grep -q \
		"$stage.cut: the guest DID NOT COME TO ITS END, but to map_populate;" "$tmp/out"
done
stages='one two'
try nowhere
ok 'what passes nowhere is said, and why' grep -q \
	'map_populate passes on no stage: Bail out! socketpair(): Function' "$tmp/out"
ok '  what passes without results is not' sh -c "! grep -q 'plain passes' '$tmp/out'"
ok '  nor what passes in part' sh -c "! grep -q 'memfd_secret passes' '$tmp/out'"

# record LINE...: of a boot
record() {
	printf '{"type":"%s","scenario":"%s","op":"mmap","reason":"%s"}\n' "$@" \
		>"$tmp/boot.jsonl"
}
SCENARIOS='nop anon_append'
console boot.console <<'EOT'
[    5.000000] vmabench: scenario nop
[    6.500000] vmabench: scenario anon_append
EOT
record row nop - row anon_append -
try judge_debug boot
is 'all scenarios ran' "$status" 0
ok '  for how long' grep -q '2 of 2 scenarios ran, 0 cannot here, in 25 s; the longest: anon_append 24 s, nop 2 s' "$tmp/out"
record row nop - skip anon_append 'no memory'
try judge_debug boot
is 'one cannot run' "$status" 0
ok '  and why' grep -qx '  cannot run here: anon_append: no memory' "$tmp/out"
record row nop - row anon_append - failure anon_append 'hung'
try judge_debug boot
is 'one fails' "$status" 1
ok '  and why' grep -qx '  FAILS: anon_append: hung' "$tmp/out"
record row nop -
try judge_debug boot
is 'one is not in the record' "$status" 1
ok '  and which' grep -qx '  DID NOT RUN: anon_append' "$tmp/out"
: >"$tmp/boot.jsonl"
try judge_debug boot
is 'none ran' "$status" 1
unset SCENARIOS

# --- programs that passed before

# shellcheck source=scripts/test-kernel/user.sh
. scripts/test-kernel/user.sh
begin_drawer() { :; }
end_drawer() { :; }
source=$tmp/made-up cache=$tmp/cache jobs=1
mkdir -p "$source/tools/testing/vma" "$cache/test-kernel"
cat >"$source/tools/testing/vma/Makefile" <<'EOT'
vma:
	printf '#!/bin/sh\necho "3 tests run, 3 passed, 0 failed."\n' >vma
	chmod +x vma
EOT
try user_test one vma
is 'a program that passes' "$status" 0
try user_test one vma
ok '  is not run again' grep -q '3 passed, 0 failed; this very program ran before' "$tmp/out"
: >"$(echo "$cache"/test-kernel/vma-*)"
try user_test one vma
ok '  unless what is kept of it says nothing' grep -q '3 passed, 0 failed, in' "$tmp/out"

# Guests that pass, and one that does not.
stages='one two'
built_kernel() { :; }
kernel=built_kernel
build_selftests() { :; }
boot_selftests() {
	kept=$cache/test-kernel/guest-$1
	mkdir -p "$kept"
	console "$1.console" </dev/null
}
try guest_tests
ok 'guests that pass are kept' [ -d "$cache/test-kernel/guest-two" ]
cp "$tmp/three.tests" "$tmp/two.tests"
try guest_tests
is 'one that differs: exit 1' "$status" 1
is '  neither is kept' "$(find "$cache/test-kernel" -name 'guest-*')" ''

# --- tests of VMAs in user space

last=$(scripts/kernel.sh series | tail -n 1)
if ! pkg-config --exists liburcu; then
	skip_test 'the tests of VMAs in user space' 'there is no liburcu'
	finish
	exit
fi
try env STAGES="$last" "$test_kernel" vma
is "$last: the tests of VMAs pass: exit 0" "$status" 0
ok '  and how many' grep -qE "$last: vma: [1-9][0-9]* tests run, [1-9][0-9]* passed, 0 failed" \
	"$tmp/out"

mkdir "$tmp/patches"
cp kernel-patches/6.12/* "$tmp/patches"
chmod u+w "$tmp/patches"/*
echo broken.patch >>"$tmp/patches/series"
scripts/kernel.sh source warn "$tmp/source" mm/vma.c
mkdir "$tmp/a" "$tmp/b" "$tmp/a/mm" "$tmp/b/mm"
cp "$tmp/source/mm/vma.c" "$tmp/a/mm"
sed 's/if (vma->vm_file != vmg->file)/if (vma->vm_file == vmg->file)/' "$tmp/a/mm/vma.c" \
	>"$tmp/b/mm/vma.c"
(cd "$tmp" && diff -u --label a/mm/vma.c --label b/mm/vma.c a/mm/vma.c b/mm/vma.c) \
	>"$tmp/patches/broken.patch"
ok 'a merge of other files can be broken' [ -s "$tmp/patches/broken.patch" ]
try env KERNEL_PATCHES="$tmp/patches" STAGES=broken "$test_kernel" vma
is '  the tests of VMAs do not pass: exit 1' "$status" 1
ok '  which is said' grep -q 'broken: vma FAILS' "$tmp/out"

finish
