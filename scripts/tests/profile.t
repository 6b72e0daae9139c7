#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# profile.sh, with cpu-clock, so that it is the same with and without a PMU.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

profile=scripts/profile.sh
export RESULTS="$tmp/results" PROFILE_SECONDS=2 QUIET=1
BENCH_DIR=$PWD/${B:-build}	# on a disk, unlike /tmp perhaps
export BENCH_DIR
mkdir "$RESULTS"

profiles() {
	find "$RESULTS" -name 'profile-[a-z]*' -type d
}

# left_overs: what a profile that did not come about leaves.
left_overs() {
	find "$RESULTS" -name '.profile*'
}

try $profile
is 'no scenario: a usage error' "$status" 2
try $profile --diff "$tmp"
is 'one profile to compare: a usage error' "$status" 2
try env PROFILE_SECONDS=ten $profile anon_append
is 'no number of seconds: a usage error' "$status" 2
says 'which is shown' "'ten' is not a number"

# All of PATH but perf.
mkdir "$tmp/bin"
for dir in /usr/local/bin /usr/bin /bin; do
	ln -s "$dir"/* "$tmp/bin/" 2>/dev/null || :
done
rm -f "$tmp/bin/perf"
try env PATH="$tmp/bin" $profile anon_append
is 'no perf: an error' "$status" 1
says 'that says where to get it' 'no perf here (Debian: linux-perf)'

cat >"$tmp/bin/perf" <<'EOF'
#!/bin/sh
echo "perf not found for this kernel" >&2
exit 2
EOF
chmod +x "$tmp/bin/perf"
try env PATH="$tmp/bin" $profile anon_append
is 'perf that does not run: an error' "$status" 1
says 'with what it said' 'perf not found for this kernel'

if ! perf record -q -e cpu-clock:k -o "$tmp/trial" true >/dev/null 2>"$tmp/err"; then
	skip_test 'profiles' "perf cannot sample the kernel here: $(
		tr '\n' ' ' <"$tmp/err")"
	finish
	exit
fi

try $profile nosuch
is 'an unknown scenario: a usage error' "$status" 2
says 'that names it' "no scenario 'nosuch'"

# A perf without cycles, as where there is no PMU.
real=$(command -v perf)
cat >"$tmp/bin/perf" <<EOF
#!/bin/sh
case " \$* " in
*" cycles:k "*) echo "the event is not supported" >&2; exit 255 ;;
esac
exec $real "\$@"
EOF
export PERF="$tmp/bin/perf"

try $profile secretmem_append
is 'without a PMU a scenario is profiled' "$status" 0
dir=$(profiles)
ok 'one directory' [ -d "$dir" ]
is 'beside the records of this host and kernel' "${dir%/profile-*}" \
	"$RESULTS/$(build/vmabench where)"
ok 'the header names the event, and why it is not cycles' grep -qx \
	'event: cpu-clock:k (cycles:k: the event is not supported)' \
	"$dir/header.txt"
samples=$(sed -n 's/^samples: //p' "$dir/header.txt")
ok 'there are samples' [ "${samples:-0}" -gt 20 ]
ok 'the lost ones are known' grep -qE '^lost samples: [0-9]+$' "$dir/header.txt"
ok 'the command line is kept' grep -q \
	'^recorded by: .*record .*-e cpu-clock:k .*secretmem_append$' \
	"$dir/header.txt"
ok 'functions of mmap() are listed, with percentages' grep -qE \
	'^ +[0-9.]+% +[0-9]+ +\[k\] (__mmap_region|do_mmap|mas_[a-z_]+)$' \
	"$dir/report.txt"
ok 'nothing of user space is' sh -c "! grep -qF '[.]' '$dir/report.txt'"
ok 'the list says the event, too' grep -q '^# event: cpu-clock:k' \
	"$dir/report.txt"
is 'every sample has its chain' \
	"$(awk '{ n += $NF } END { print n }' "$dir/folded")" "$samples"
ok 'chains begin at the system call' grep -q \
	'do_syscall_64;.*mmap.*;.* [0-9]*$' "$dir/folded"
ok 'the flame graph is well-formed' xmllint --noout --nonet "$dir/flame.svg"
ok 'and has frames of mmap' grep -q 'mmap_region' "$dir/flame.svg"
is 'who may not read kernel addresses cannot in the profile' \
	"$(stat -c %a "$dir/kallsyms" "$dir/symbols" "$dir/perf.data" |
		tr '\n' ' ')" '600 700 600 '

try $profile --diff "$dir" "$dir"
is 'a profile is compared with itself' "$status" 0
diff=$(find "$RESULTS" -name 'profile-diff-*')
ok 'functions are listed' grep -qE '%.* \[k\] [a-z]' "$diff/diff.txt"
is 'none of them differs' "$(grep '%' "$diff/diff.txt" |
	grep -vcE '^ +[0-9.]+% +[+-]?0\.00% ')" 0
# shellcheck disable=SC2016 # awk expands
ok 'nor does a chain' awk '$2 != $3 { exit 1 }' "$diff/folded"
ok 'the picture is well-formed' xmllint --noout --nonet "$diff/diff.svg"
rm -rf "$diff"

# After a reboot into another kernel neither symbols nor build id are those of
# the profile.
if unshare -m true 2>/dev/null; then
	sed 's/ \([a-zA-Z]\) / \1 wrong_/' /proc/kallsyms >"$tmp/wrong"
	try unshare -m sh -c "
		mount --bind '$tmp/wrong' /proc/kallsyms &&
		mount --bind /dev/null /sys/kernel/notes &&
		exec $profile --diff '$dir' '$dir'"
	is 'under another kernel, too' "$status" 0
	ok 'functions still have names' \
		grep -qE '%.* \[k\] (do_mmap|mas_)' "$tmp/out"
	ok 'which are not those of that kernel' \
		sh -c "! grep -qE 'wrong_' '$tmp/out'"

	sed 's/^[0-9a-f]*/0000000000000000/' /proc/kallsyms >"$tmp/hidden"
	try unshare -m sh -c "
		mount --bind '$tmp/hidden' /proc/kallsyms &&
		exec $profile nop"
	is 'hidden symbols: an error' "$status" 1
	says 'that names what hides them' 'kernel.kptr_restrict'
else
	skip_test 'under another kernel, too' 'no mount namespaces here'
	skip_test 'hidden symbols: an error' 'no mount namespaces here'
fi

cp -R "$dir" "$tmp/other"
sed -i 's/^event: .*/event: cycles:k/' "$tmp/other/header.txt"
try $profile --diff "$dir" "$tmp/other"
is 'profiles of other events are not comparable' "$status" 4
says 'and told apart' 'event is cpu-clock:k'
try $profile --diff "$dir" "$tmp"
is 'what is no profile is refused' "$status" 4
says 'by name' "$tmp is no profile"

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	# Who may read all, for the suite may be in root's home.
	nobody() {
		setpriv --reuid=65534 --regid=65534 --clear-groups \
			--inh-caps=-all,+dac_read_search \
			--ambient-caps=+dac_read_search "$@"
	}
	chmod 755 "$tmp" "$tmp/bin"
	try nobody env RESULTS="$RESULTS" $profile nop
	is 'a results folder that is not writable: an error' "$status" 1
	says 'that names it' "cannot write to $RESULTS/"
	mkdir -m 777 "$tmp/nobody"
	if [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -gt 1 ]; then
		try nobody env RESULTS="$tmp/nobody" $profile nop
		is 'no permission: an error' "$status" 1
		says 'that says what would do' \
			'run as root, with CAP_PERFMON, or set kernel.perf_event_paranoid'
	else
		skip_test 'no permission: an error' 'everybody may profile here'
	fi
else
	skip_test 'a results folder that is not writable: an error' \
		'root and setpriv are needed'
	skip_test 'no permission: an error' 'root and setpriv are needed'
fi

PROFILE_SECONDS=60 $profile nop >/dev/null 2>&1 &
pid=$!
until find "$RESULTS" -name perf.data -path '*/.profile*' | grep -q .; do
	kill -0 "$pid" 2>/dev/null || break
	sleep 0.2
done
perf_pid=$(cat "/proc/$pid/task/$pid/children")
kill -TERM "$pid"
wait "$pid"
is 'killed: the status says so' $? 143
is 'nothing is left of it' "$(left_overs)" ''
ok 'perf has ended' sh -c "[ -n '$perf_pid' ] && ! kill -0 $perf_pid"

finish
