#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deps.sh, with a dpkg-query, apt-get, sudo and id that only pretend.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
deps=$here/../deps.sh

# A world with nothing in PATH but what a test puts there.
bin=$tmp/bin
mkdir "$bin"
for command in sh awk sed cut tr head cat env grep; do
	ln -s "$(command -v "$command")" "$bin/$command"
done

fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

run() {
	try env PATH="$bin" "$deps" "$@"
}

# shellcheck disable=SC2016 # these are scripts
dpkg='shift 3
for package in "$@"; do
	grep -qx "$package" '$tmp/installed' && echo "$package installed"
	grep -qx "$package" '$tmp/removed' && echo "$package config-files"
done
:'
# shellcheck disable=SC2016
apt='echo "$*" >>'$tmp/apt'
echo "Need to get 42 MB of archives."
echo "Selecting previously unselected package"
for word in "$@"; do
	if [ "$word" = update ]; then : >'$tmp/updated'; exit 0; fi
done
[ ! -e '$tmp/stale' ] || [ -e '$tmp/updated' ] || {
	echo "E: Unable to locate package"
	exit 100
}
[ ! -e '$tmp/broken' ] || { echo "E: no"; exit 100; }'

build="gcc make libc6-dev pkg-config libjansson-dev libinih-dev libelf-dev zlib1g-dev
libtraceevent-dev libtracefs-dev liburing-dev libpfm4-dev"

: >"$tmp/removed"
echo "$build" | tr ' ' '\n' >"$tmp/installed"
fake dpkg-query "$dpkg"
fake id 'echo 1000'

run build
is "all installed: exit 0" "$status" 0
ok "all installed: nothing printed" silent

run
is "no set: exit 2" "$status" 2
run build nonsense
is "unknown set: exit 2" "$status" 2
says "unknown set: named" "nonsense"
says "unknown set: valid ones named" "build series bench metal profile remote test sshd check"

sed -i '/jansson/d' "$tmp/installed"
echo libjansson-dev >"$tmp/removed"
run build
is "missing, no root: exit 1" "$status" 1
says "missing, no root: the line to type" \
	"sudo apt-get install --no-install-recommends libjansson-dev"

fake sudo 'shift; "$@"'
fake apt-get "$apt"
run build
is "missing, sudo: exit 0" "$status" 0
says "missing, sudo: says what" "installing libjansson-dev"
says "missing, sudo: says how much" "Need to get 42 MB"
# shellcheck disable=SC2016 # these are scripts
ok "missing, sudo: apt-get's chatter is kept back" \
	sh -c '! grep -q Selecting "$1"' sh "$tmp/err"
# shellcheck disable=SC2016
ok "missing, sudo: installed, no update" \
	sh -c 'grep -q "install .*libjansson-dev" "$1" && [ ! -e "$2" ]' \
	sh "$tmp/apt" "$tmp/updated"

rm "$bin/sudo"
fake id 'echo 0'
: >"$tmp/stale"
run build
is "stale package lists, root: exit 0" "$status" 0
ok "stale package lists: updated" [ -e "$tmp/updated" ]

: >"$tmp/broken"
run build
is "apt-get fails: exit 1" "$status" 1
says "apt-get fails: its error is shown" "E: no"

# Not Debian.
rm "$bin/dpkg-query" "$bin/apt-get"
fake gcc :
fake pkg-config 'exit 1'
run build
is "no dpkg: exit 1" "$status" 1
says "no dpkg: missing ones named" "missing: make jansson.pc"
fake make :
fake pkg-config :
run build
is "no dpkg, all there: exit 0" "$status" 0
ok "no dpkg, all there: nothing printed" silent

finish
