#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# remote.sh against an sshd of this test alone, on loopback: own configuration,
# keys and port.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/test-cluster/privsep.sh

remote=scripts/remote.sh
build=$PWD/${B:-build}
export RESULTS="$tmp/results" REMOTE_DIR="$tmp/far" BENCH_SECONDS=1 QUIET=1
export TMPDIR="$tmp/near"	# what is killed for good leaves something there
mkdir "$REMOTE_DIR" "$TMPDIR"
chmod 755 "$tmp"

far_is_empty() {
	[ -z "$(ls -A "$REMOTE_DIR")" ]
}

# far_processes: what runs of the copies there; asked often, so one program looks at all.
far_processes() {
	readlink /proc/[0-9]*/exe 2>/dev/null | grep "^$REMOTE_DIR/"
}

far_is_quiet() {
	far_is_empty && [ -z "$(far_processes)" ]
}

far_measures() {
	[ -n "$(far_processes)" ]
}

PATH=$PATH:/usr/sbin
if ! sshd=$(command -v sshd) || ! command -v ssh-keygen >/dev/null; then
	skip_test 'against an sshd' 'none here: scripts/deps.sh sshd remote'
	finish
	exit
fi

hold_privsep $$
sshd_pid=
stop_sshd() {
	[ -z "$sshd_pid" ] || kill "$sshd_pid" 2>/dev/null
	drop_privsep $$
	rm -rf "$tmp"
}
trap stop_sshd EXIT

for key in host user other nobody; do
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/$key"
done
# One key for a machine of another architecture, one for a mere user.
mkdir "$tmp/arm"
printf '#!/bin/sh\necho aarch64\n' >"$tmp/arm/uname"
chmod +x "$tmp/arm/uname"
# shellcheck disable=SC2016 # sshd's
original='sh -c \"$SSH_ORIGINAL_COMMAND\"'
{
	cat "$tmp/user.pub"
	echo "command=\"PATH=$tmp/arm:\$PATH $original\" $(cat "$tmp/other.pub")"
	echo "command=\"setpriv --reuid=65534 --regid=65534 --clear-groups" \
		"$original\" $(cat "$tmp/nobody.pub")"
} >"$tmp/authorized"
# By SHLVL a bash takes itself to be within another shell, and does not read ~/.bashrc: what
# is in there is the user's, and not to be killed.
cat >"$tmp/sshd_config" <<EOF
ListenAddress 127.0.0.1
HostKey $tmp/host
AuthorizedKeysFile $tmp/authorized
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
PidFile none
LoginGraceTime 0
PermitRootLogin yes
SetEnv SHLVL=1
EOF

listens() {
	grep -q '^Server listening' "$tmp/sshd.log" ||
		! kill -0 "$sshd_pid" 2>/dev/null
}
# A port that is free now may be taken a moment later: try, and try the next.
port=$((20000 + $$ % 20000))
for _ in 1 2 3 4 5 6 7 8 9; do
	port=$((port + 1))
	"$sshd" -D -e -f "$tmp/sshd_config" -p "$port" 2>"$tmp/sshd.log" &
	sshd_pid=$!
	within 10 listens
	! kill -0 "$sshd_pid" 2>/dev/null || break
	sshd_pid=
done
ok 'an sshd of our own runs' [ -n "$sshd_pid" ]
[ -n "$sshd_pid" ] || {
	sed 's/^/# /' "$tmp/sshd.log"
	finish
	exit
}

cat >"$tmp/ssh_config" <<EOF
Host *
	IdentitiesOnly yes
	UserKnownHostsFile $tmp/known
	StrictHostKeyChecking accept-new
Host near
	HostName 127.0.0.1
	Port $port
	IdentityFile $tmp/user
Host arm
	HostName 127.0.0.1
	Port $port
	IdentityFile $tmp/other
Host mere
	HostName 127.0.0.1
	Port $port
	IdentityFile $tmp/nobody
Host 127.0.0.1
	IdentityFile $tmp/user
Host closed
	HostName 127.0.0.1
	Port 1
EOF
# Nothing here is given up because others are at work on this machine.
export SSH_OPTIONS="-F $tmp/ssh_config -o ConnectTimeout=600"
user=$(id -un)

try $remote "$user@127.0.0.1:$port" nop anon_append
is 'a machine is measured' "$status" 0
record=$(sed -n 's/^Record: *//p' "$tmp/out")
ok 'its record is here' [ -f "$record" ]
ok 'and whole' "$build/vmadiff" check "$record"
is 'in the place of its host and kernel' \
	"$(dirname "$(dirname "$record")")" "$RESULTS/$("$build/vmabench" where)"
is 'read-only' "$(stat -c %a "$record")" 444
ok 'the table is shown' grep -q '^anon_append mmap' "$tmp/out"
ok 'nothing is left there' far_is_quiet

# From the outside, as make bench does it.
make_bench() {
	# Of what is being measured beside this, nothing is built anew.
	try env SUITE_REVISION="$(cat "$build/revision")" make bench "$@" BENCH_SECONDS=1
}
make_bench HOST=near
is 'make bench HOST=' "$status" 0
ok 'keeps a second record' [ "$(find "$RESULTS" -name '*.jsonl' | wc -l)" = 2 ]

try $remote near nosuch
is 'an unknown scenario: the status there' "$status" 2
says 'and the reason' "no scenario 'nosuch'"
ok 'nothing is left there' far_is_quiet

try $remote arm nop
is 'another architecture: an error' "$status" 1
says 'that says which' "it is aarch64, and this vmabench is for $(uname -m)"
ok 'nothing was copied' far_is_empty

try env REMOTE_DIR=/proc $remote near nop
is 'no place to write there: an error' "$status" 1
says 'that says what to do' 'cannot write to /proc there: set REMOTE_DIR'

try $remote closed nop
is 'a machine that is not there: an error' "$status" 1
says 'by name' 'closed: ssh failed'

if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	chmod 1777 "$REMOTE_DIR"
	try $remote mere anon_append
	is 'a mere user can measure' "$status" 0
	ok 'with the counts skipped' grep -q '"type":"skip".*maple_stores' \
		"$(sed -n 's/^Record: *//p' "$tmp/out")"
	ok 'nothing is left there' far_is_quiet
else
	skip_test 'a mere user can measure' 'root and setpriv are needed'
fi

touch "$tmp/no-folder"
try env RESULTS="$tmp/no-folder" $remote near nop
is 'a results folder that cannot be written: an error' "$status" 1
saved=$(sed -n 's/.*the record is //p' "$tmp/err")
ok 'what was measured is kept' "$build/vmadiff" check "$saved"

# A program whose scenario fails; and one that comes back as another machine.
mkdir "$tmp/build"
ln -s "$build/vmadiff" "$tmp/build/vmadiff"
cat >"$tmp/build/vmabench" <<EOF
#!/bin/sh
$build/vmabench "\$@" || exit
[ "\$1" != bench ] || exit 3
EOF
chmod +x "$tmp/build/vmabench"
try env B="$tmp/build" $remote near nop
is 'a failed scenario: the status is carried over' "$status" 3
ok 'the record is kept' [ -f "$(sed -n 's/^Record: *//p' "$tmp/out")" ]

cat >"$tmp/build/vmabench" <<EOF
#!/bin/sh
if [ "\$1" = where ]; then
	echo 0123456789abcdef/kernel
	exit
fi
exec $build/vmabench "\$@"
EOF
host=$(dirname "$("$build/vmabench" where)")
try env B="$tmp/build" RESULTS="$tmp/fleet" $remote near nop
ok 'a machine of another kind has a place of its own' \
	[ -f "$tmp/fleet/$host/machine" ]
echo 00000000 >"$tmp/fleet/$host/machine"
try env B="$tmp/build" RESULTS="$tmp/fleet" $remote near nop
is 'a second machine of that kind: another one' \
	"$(find "$tmp/fleet" -mindepth 1 -maxdepth 1 -name "$host-*" | wc -l)" 1
is 'the first one has its one record still' \
	"$(find "$tmp/fleet/$host" -name '*.jsonl' | wc -l)" 1

printf '#!/bin/sh\nexit 127\n' >"$tmp/build/vmabench"
try env B="$tmp/build" $remote near nop
is 'a program that lacks its libraries there: an error' "$status" 1
says 'and what to do' 'make LINK=static here'
ok 'nothing is left there' far_is_quiet

# shellcheck disable=SC2016 # its own
printf '#!/bin/sh\n[ "$1" = bench ] || exit 0\necho nonsense >x\necho x\n' \
	>"$tmp/build/vmabench"
try env B="$tmp/build" RESULTS="$tmp/bad" $remote near nop
is 'nonsense is not taken for a record' "$status" 1
ok 'and not kept' sh -c "[ -z \"\$(find '$tmp/bad' -type f 2>/dev/null)\" ]"

if command -v parallel >/dev/null; then
	printf '# ours\nnear\n\n  closed # is off\n' >"$tmp/hosts"
	before=$(find "$RESULTS" -name '*.jsonl' | wc -l)
	try $remote --hosts "$tmp/hosts" nop anon_append
	is 'two machines, one not there: partial' "$status" 3
	ok 'the one is measured' grep -q "^near: $RESULTS/.*jsonl$" "$tmp/out"
	is 'which is one record more' \
		"$(find "$RESULTS" -name '*.jsonl' | wc -l)" $((before + 1))
	says 'the other is named' 'closed: failed with status 1:'
	says 'with the reason' 'Connection refused'
	says 'and counted' '1 of 2 hosts failed'
	echo closed >"$tmp/hosts"
	try $remote --hosts "$tmp/hosts" nop
	is 'all fail: an error' "$status" 1
	echo near >"$tmp/hosts"
	make_bench HOSTS="$tmp/hosts"
	is 'make bench HOSTS=' "$status" 0
	ok 'nothing is left there' far_is_quiet
else
	skip_test 'hosts in a file' 'no parallel here'
fi

# Killed in the middle: there remain neither files nor processes there.
records=$(find "$RESULTS" -name '*.jsonl' | wc -l)
killed() {
	signal=$1
	expected=$2
	shift 2
	BENCH_SECONDS=600 $remote "$@" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	ok "it runs there ($*)" within 120 far_measures
	kill -"$signal" "$pid"
	wait "$pid" 2>/dev/null
	is "SIG$signal: the status says so" $? "$expected"
	ok 'nothing is left there' within 120 far_is_quiet
}
killed TERM 143 near
killed KILL 137 near
if command -v parallel >/dev/null; then
	killed TERM 143 --hosts "$tmp/hosts"
else
	skip_test 'killed while measuring many' 'no parallel here'
fi
is 'no record came of it' "$(find "$RESULTS" -name '*.jsonl' | wc -l)" "$records"

finish
