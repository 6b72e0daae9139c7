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
try $remote
is 'no host: a usage error' "$status" 2
try $remote --hosts "$tmp/nosuch"
is 'no such file: a usage error' "$status" 2
echo '# nobody' >"$tmp/hosts"
try $remote --hosts "$tmp/hosts"
is 'a file without hosts: a usage error' "$status" 2

finish
