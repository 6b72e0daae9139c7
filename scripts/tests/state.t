#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a record says of the machine and of the process that measured: each thing is
# in it, is what it is, and is told where two records differ in it.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
vmadiff=$build/vmadiff
record=$tmp/record
export QUIET=1

# A second of a scenario, of a process that the words before it change.
cat >"$tmp/measure" <<EOT
#!/bin/sh
rm -f "$record"
exec "$build/vmabench" bench --dir "$build" -o "$record" -s 1 nop
EOT
chmod +x "$tmp/measure"

try "$tmp/measure"
mv "$record" "$tmp/before"
for key in overcommit_memory overcommit_ratio overcommit_kbytes legacy_va_layout \
	stack_limit personality mmap_layout max_map_count memlock_limit memcg thp \
	thp_of_process thp_shmem ksm governor numa_balancing mempolicy mems_allowed \
	scheduler cpu_quota cpus_online preempt slab_poison lsm lockdown seccomp audit \
	ftrace_enabled trace_events uprobe_events perf_users boot_options \
	config_options; do
	ok "$key is recorded" grep -q "\"info\":{.*\"$key\":\"" "$tmp/before"
	sed "1s/\"$key\":\"[^\"]*\"/\"$key\":\"another\"/" "$tmp/before" >"$tmp/after"
	try "$vmadiff" compare "$tmp/before" "$tmp/after"
	ok 'and its difference is told' sh -c \
		"grep -q '^  $key: ' '$tmp/out' && grep -q '\"another\"' '$tmp/out'"
done

try prlimit --stack=unlimited setarch -R "$tmp/measure"
if [ -s "$record" ]; then
	ok 'no limit of the stack, which makes another layout' \
		grep -q '"stack_limit":"unlimited"' "$record"
	ok 'nor random addresses, of this process alone' \
		grep -q '"personality":"0x40000"' "$record"
	try "$vmadiff" compare "$tmp/before" "$record"
	ok 'both are told' sh -c "grep -q ' stack_limit' '$tmp/out' && grep -q 'personality' '$tmp/out'"
else
	skip_test 'no limit of the stack' 'the limit cannot be raised, or no setarch'
fi
rm -f "$record"
try setarch -L "$tmp/measure"
ok 'where mappings do go is recorded' grep -q '"mmap_layout":"bottom up"' "$record"
try "$vmadiff" compare "$tmp/before" "$record"
ok 'and told' grep -q ' mmap_layout: "top down" in base, "bottom up" in new' "$tmp/out"
rm -f "$record"
if chrt -f 1 true 2>/dev/null; then
	try chrt -f 1 "$tmp/measure"
	ok 'a class of the scheduler is recorded' \
		grep -q '"scheduler":"fifo, priority 1, nice ' "$record"
else
	skip_test 'a class of the scheduler' 'it may not be changed'
fi
rm -f "$record"
try nice -n 5 "$tmp/measure"
ok 'so is a nice value' grep -q '"scheduler":"other, priority 0, nice ' "$record"
ok 'of this process' sh -c "! grep -q 'nice 0\"' '$record'"
filters=$(sed -n 's/^Seccomp_filters:[[:blank:]]*//p' /proc/self/status)
rm -f "$record"
try "$build/tests/refuse" EPERM mount -- "$tmp/measure"
ok 'a seccomp filter is recorded' grep -q '"seccomp":"2"' "$record"
[ -z "$filters" ] ||
	ok 'and how many there are' \
		grep -q "\"seccomp_filters\":\"$((filters + 1))\"" "$record"

finish
