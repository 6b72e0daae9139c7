#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# remote.sh: what is refused before anything is connected to.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

remote=scripts/remote.sh

# Names that must never get as far as ssh.
mkdir "$tmp/bin"
# shellcheck disable=SC2016 # its own
printf '#!/bin/sh\necho "$*" >"%s"\nexit 255\n' "$tmp/ssh-ran" >"$tmp/bin/ssh"
chmod +x "$tmp/bin/ssh"
# shellcheck disable=SC2016 # that is a name, too
for host in -oProxyCommand=x 'a b' "a'b" 'a;b' 'a$(b)' '@host' 'user@-host' \
	'-u@host' 'host:' 'host:x' '' 'a
-b'; do
	try env PATH="$tmp/bin:$PATH" $remote "$host"
	is "refused: '$(printf %s "$host" | tr '\n' '|')'" "$status" 2
	printf 'localhost\n%s # x\n' "$host" >"$tmp/hosts"
	case $host in
	'' | *'
'*) continue ;;
	esac
	try env PATH="$tmp/bin:$PATH" $remote --hosts "$tmp/hosts"
	is 'in a file, too' "$status" 2
done
ok 'before ssh saw them' [ ! -e "$tmp/ssh-ran" ]
try env PATH="$tmp/bin:$PATH" $remote 'me@[fe80::1%eth0]:2222'
is 'ssh fails: an error' "$status" 1
ok 'address and port are told apart' \
	grep -q -- '^-p 2222 .* -- me@fe80::1%eth0 exec env ' "$tmp/ssh-ran"
ok 'a HOST of the environment does not ask for this' \
	sh -c 'HOST=x make -n bench | grep -q bench\.sh'
try env BENCH_SECONDS=1m PATH="$tmp/bin:$PATH" $remote me@there
is 'seconds that are no number: a usage error' "$status" 2

# A machine that answers with what is no record, or without end, or not at all.
# far TEXT: what it runs, in place of ssh.
far() {
	printf '#!/bin/sh\n%s\n' "$1" >"$tmp/bin/ssh"
}
export TMPDIR="$tmp/work" RESULTS="$tmp/results" BENCH_SECONDS=1
mkdir "$TMPDIR"
place='01234567 89abcdef/6.12/20260101-000000/boot-00.jsonl'
# nothing NAME: neither is anything kept, nor did a control character come through.
nothing() {
	is "$1: an error" "$status" 1
	ok '  nothing is kept' [ -z "$(find "$TMPDIR" "$RESULTS" -type f 2>/dev/null)" ]
	ok '  and no control character is printed' sh -c \
		"! cat '$tmp/out' '$tmp/err' | LC_ALL=C grep -q '[^[:print:][:blank:]]'"
}
if [ -x "${B:-build}/vmadiff" ]; then
	far 'exec yes "a line of a record that does not end"'
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'an answer without end'
	says 'which is said' 'more than 64 MiB, and no record'
	far 'exec tr "\\0" x </dev/zero'
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'a line without end'
	says 'which is said' 'more than 64 MiB, and no record'
	far 'tr "\\0" x </dev/zero | head -c 50000000'
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'a long line'
	says 'which is said' 'what came back is no record'
	far "printf '\\033]0;pwned\\007\\033[2J\\302\\233m\\342\\200\\256 gone\\r\\n' >&2; exit 1"
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'messages that a terminal would act upon'
	ok 'are shown without that' grep -qxF '?]0;pwned??[2J??m??? gone' "$tmp/err"
	far 'yes >&2 & exec sleep 1'
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'messages without end'
	ok 'are cut off' [ "$(wc -c <"$tmp/err")" -le 1100000 ]
	far "echo '$place'; head -c 1000 /dev/urandom"
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'noise in the place of a record'
	far "printf '../../../x %s\\n' '$place'"
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'a place elsewhere'

	# It is given up after some time, which a timeout of this test shortens.
	far 'exec sleep 600'
	# shellcheck disable=SC2016 # its own
	printf '#!/bin/sh\n[ "$1 $2 $3 $4" = "--foreground -k 10 603" ] || exit 9\nshift 4\nexec "%s" --foreground -k 1 1 "$@"\n' \
		"$(command -v timeout)" >"$tmp/bin/timeout"
	chmod +x "$tmp/bin/timeout"
	try env PATH="$tmp/bin:$PATH" $remote me@there
	nothing 'no answer'
	says 'in some time' 'no answer within 603 s'
	rm "$tmp/bin/timeout"

	# And it can be told to end meanwhile.
	far 'tr "\\0" x </dev/zero | head -c 60000000; exec sleep 600'
	env PATH="$tmp/bin:$PATH" $remote me@there >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	within 20 sh -c "find '$TMPDIR' -name answer -size +50M | grep -q ."
	kill "$pid"
	ok 'TERM ends it' within 20 sh -c "! grep -q '^State:.[^Z]' /proc/$pid/status"
	wait "$pid" 2>/dev/null
	is '  with the status for that' $? 143
else
	skip_test 'what comes back' 'nothing is built'
fi
unset TMPDIR RESULTS BENCH_SECONDS

try $remote
is 'no host: a usage error' "$status" 2
try $remote --hosts "$tmp/nosuch"
is 'no such file: a usage error' "$status" 2
echo '# nobody' >"$tmp/hosts"
try $remote --hosts "$tmp/hosts"
is 'a file without hosts: a usage error' "$status" 2

finish
