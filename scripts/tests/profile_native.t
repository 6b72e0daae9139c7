#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# profile.sh with STAGE, with cpu-clock, so that it is the same with and without a PMU: two
# stages are really profiled.  And how samples become nanoseconds.  TAP.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

profile=scripts/profile.sh
export RESULTS="$tmp/results" PROFILE_SECONDS=1 PROFILE_LAYOUTS=1 QUIET=1
mkdir "$RESULTS"

# --- samples

# shellcheck source=scripts/profile/weigh.sh
. scripts/profile/weigh.sh
printf '%s\n' 'mmap 400' 'munmap 100' >"$tmp/ops"
cat >"$tmp/chains" <<'EOT'
kthread;driver;calibrate 1000
kthread;run_batch;time_calls;vm_mmap_pgoff;do_mmap 30
kthread;run_batch;time_calls;vm_mmap_pgoff;do_mmap;do_mmap 40
kthread;run_batch;time_calls;__vm_munmap 20
kthread;run_batch;time_calls 10
kthread;run_batch;time_each;vm_mmap_pgoff;do_mmap 50
kthread;run_batch;vm_munmap 60
kthread;run_batch;not_time_calls;vm_munmap 70
EOT
weigh "$tmp/ops" "$tmp/chains" >"$tmp/folded"
# Of 100 samples of mmap() and munmap(), and of the loop around them, 10 are the loop's.
is 'only what the timed loop calls counts, and takes as long as it took' \
	"$(paste -s -d , "$tmp/folded")" \
	'mmap;time_calls 40.000,mmap;vm_mmap_pgoff;do_mmap 154.286,mmap;vm_mmap_pgoff;do_mmap;do_mmap 205.714,munmap;__vm_munmap 90.000,munmap;time_calls 10.000'
is 'a function that calls itself is in its own time once' \
	"$(by_function "$tmp/folded" | grep '^mmap do_mmap ')" \
	'mmap do_mmap 360.000 360.000'
is 'a caller has the time of what it calls' \
	"$(by_function "$tmp/folded" | grep '^mmap vm_mmap')" \
	'mmap vm_mmap_pgoff 0.000 360.000'
printf '%s\n' 'split 30' 'rejoin 70' >"$tmp/ops"
sed 's/__vm_munmap/vm_mmap_pgoff/; s/vm_mmap_pgoff/mprotect/' "$tmp/chains" >"$tmp/other"
weigh "$tmp/ops" "$tmp/other" >"$tmp/folded"
is 'operations that are not told apart are taken together' \
	"$(sed 's/;.*//' "$tmp/folded" | sort -u)" split+rejoin
is '  and take what both took' \
	"$(awk '{ n += $NF } END { printf "%.0f", n }' "$tmp/folded")" 100

# --- what is asked for

try env STAGE='a b c' $profile memfd_append
is 'three stages: a usage error' "$status" 2
try env STAGE='noretry noretry' $profile memfd_append
is 'a stage twice: a usage error' "$status" 2
try env STAGE=nosuch $profile memfd_append
is 'an unknown stage: a usage error' "$status" 2
try env STAGE=noretry $profile nosuch
is 'an unknown scenario: a usage error' "$status" 2
try env STAGE=noretry PROFILE_LAYOUTS=none $profile memfd_append
is 'no number of layouts: a usage error' "$status" 2

# --- two stages

if ! perf record -q -e cpu-clock:u -o "$tmp/trial" true >/dev/null 2>"$tmp/err"; then
	skip_test 'profiles' "perf cannot sample programs here: $(
		tr '\n' ' ' <"$tmp/err")"
	finish
	exit
fi

# A perf without cycles, as where there is no PMU.
real=$(command -v perf)
cat >"$tmp/perf" <<EOF2
#!/bin/sh
case " \$* " in
*" cycles:u "*) echo "the event is not supported" >&2; exit 255 ;;
esac
exec $real "\$@"
EOF2
chmod +x "$tmp/perf"
export PERF="$tmp/perf"

try env STAGE='deferred noretry' $profile secretmem_append
is 'two stages are profiled' "$status" 0
base=$(find "$RESULTS/native" -path '*/deferred/profile-*' -prune)
new=$(find "$RESULTS/native" -path '*/noretry/profile-*' -prune)
diff=$(find "$RESULTS" -name 'profile-diff-*')
is 'nothing else is left' "$(find "$RESULTS" -name '.profile*' -o -name perf.data)" ''
header() {
	sed -n "s/^$2: //p" "$1/header.txt"
}
is 'the header says what was sampled' "$(header "$base" event)" \
	'cpu-clock:u (cycles:u: the event is not supported)'
is '  of what' "$(header "$new" kernel | cut -d ' ' -f 1) $(header "$new" layouts |
	sed 's/[0-9a-f]\{16\}$/SET/')" 'noretry 1 to 1 of deferred noretry, set SET'
ok '  and how much is left out' expr "$(header "$base" 'left out')" : \
	'[1-9][0-9]* samples of booting'
ok '  more is not' test "$(header "$base" samples)" -gt 50
for side in "$base" "$new"; do
	ok 'all is in a call' sh -c "! grep -Ev '^(mmap|munmap);' '$side/folded'"
	# shellcheck disable=SC2016 # of awk
	ok '  of which the time is known' awk -v ns="$(header "$side" 'time of a call' |
		awk '$3 == "mmap" { print $1 }')" '/^mmap;/ { n += $NF }
		END { exit !(ns > 10 && n > ns - 0.2 && n < ns + 0.2) }' "$side/folded"
	ok '  by function' grep -q ' __mmap_region$' "$side/report.txt"
	ok '  and a picture' grep -q '</svg>' "$side/flame.svg"
	ok '  and records' "${B:-build}/vmadiff" check "$side/boots/boot-0000.jsonl"
done
ok 'deferred retries a merge' grep -q ';vma_merge_existing_range' "$base/folded"
ok '  noretry does not' sh -c "! grep -q ';vma_merge_existing_range' '$new/folded'"
# change FUNCTION: of mmap(), with what it calls: "NEW LESS?"
change() {
	awk -v function_="$1" '$7 == "mmap" { on = 1 } NF == 0 { on = 0 }
		on && $7 == function_ { print $5, ($6 < 0 ? "less" : "not less") }' \
		"$diff/diff.txt"
}
is '  and the difference says so' "$(change vma_merge_existing_range)" '0.0 less'
is '  and its caller takes less' "$(change __mmap_region | cut -d ' ' -f 2-)" less
ok '  and there is a picture' grep -q '</svg>' "$diff/diff.svg"
is '  of the same layouts' "$(grep -c 'layouts are not the same' "$diff/diff.txt")" 0

# A boot that always shared its core.
mkdir "$tmp/shared"
for boot in "$base"/boots/*; do
	awk 'match($0, /"of":[0-9]+/) {
		of = substr($0, RSTART + 5, RLENGTH - 5) + 0
		all = "[0,1]"
		for (i = 1; i < of; i++)
			all = all ",[" i ",1]"
		if (!sub(/"shared":(null|\[(\[[0-9,]*\],?)*\])/, "\"shared\":[" all "]"))
			sub(/"of":[0-9]+/, "&,\"shared\":[" all "]")
	} 1' "$boot" >"$tmp/shared/${boot##*/}"
done
# shellcheck disable=SC2034 # of weigh.sh
vmabench_diff=${B:-build}/vmadiff
ops_of "$tmp/shared" >"$tmp/ops"
is 'where others shared the core, that is said' "$(cut -d ' ' -f 1,3 "$tmp/ops" |
	paste -s -d ,)" 'mmap shared,munmap shared'
# shellcheck disable=SC2016 # of awk
ok '  and all batches give a time' awk '$2 > 10 && $2 < 1e6 { n++ } END { exit n != 2 }' \
	"$tmp/ops"

cp -R "$base" "$tmp/single"
sed -i 's/^\(layouts: .*\), set .*/\1, set 0123456789abcdef/' "$tmp/single/header.txt"
sed -i 's/^time of a call: .* mmap$/& (others ran on the same core, which makes it too long)/' \
	"$tmp/single/header.txt"
sleep 1		# the name has the time
try $profile --diff "$tmp/single" "$new"
is 'profiles that were made apart are compared' "$status" 0
ok '  which is said' grep -q 'layouts are not the same' "$tmp/out"
ok '  so is whose core others had, too' grep -q 'Others ran on the core that had base' "$tmp/out"
sed -i '/^tier: /d' "$tmp/single/header.txt"
try $profile --diff "$tmp/single" "$new"
is 'one of a running kernel is not comparable' "$status" 4
says '  for that' 'not comparable: tier is'

try env STAGE='deferred noretry' $profile storm_threads_2
is 'a scenario that the driver cannot run: exit 3' "$status" 3
says '  for that' 'is a storm, of tasks that run at a time'
is '  and nothing of it is left' "$(find "$RESULTS" -name '.profile*')" ''

PROFILE_SECONDS=60 STAGE='deferred noretry' $profile memfd_append >/dev/null 2>&1 &
pid=$!
boots() {
	[ -n "$(find "$RESULTS" -path '*/.profile*/boots')" ]
}
ok 'one is being made' within 60 boots
kill -TERM $pid
wait $pid
is 'SIGTERM ends it' $? 143
is '  and nothing of it is left' "$(find "$RESULTS" -name '.profile*')" ''

finish
