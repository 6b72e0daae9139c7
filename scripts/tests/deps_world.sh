# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2016,SC2034 # scripts, and variables of the tests
#
# Package managers, compilers, sudo and id that only pretend, for deps.sh.  To be sourced
# after tap.sh, for $tmp, with $here, the folder of the tests.
tmp=${tmp:?}
here=${here:?}

deps=$here/../deps.sh

# A world with nothing in PATH but what a test puts there.  What is there stands in
# $tmp/there, a line each, as deps.list has it; commands are in $bin.
bin=$tmp/bin
export DEPS_ROOT="$tmp/root"
mkdir -p "$bin" "$DEPS_ROOT/etc" "$DEPS_ROOT/usr/src" "$DEPS_ROOT/usr/bin"
for command in sh awk sed cut tr head cat env grep sort dirname readlink stat ls; do
	ln -s "$(command -v "$command")" "$bin/$command"
done

fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"$bin/$1"
	chmod +x "$bin/$1"
}

run() {
	try env -u TREE -u RANGE -u SERIES -u KERNEL_TARBALL -u KERNEL_BASE -u CC \
		PATH="$bin" "$deps" "$@"
}

# forget: nobody installed anything yet.
forget() {
	rm -f "$tmp/apt" "$tmp/updated" "$tmp/stale" "$tmp/broken" "$tmp/news"
	: >"$tmp/known"
	: >"$tmp/installed"
	: >"$tmp/brings"
}

# gain and lose WHAT...
gain() {
	for what in "$@"; do
		case $what in
		*:* | libfuzzer)
			echo "$what" >>"$tmp/there" ;;
		/*)	mkdir -p "$DEPS_ROOT$(dirname "$what")"
			: >"$DEPS_ROOT$what" ;;
		*)	[ -e "$bin/$what" ] || fake "$what" : ;;
		esac
	done
}

lose() {
	for what in "$@"; do
		case $what in
		*:* | libfuzzer)
			grep -vxF "$what" "$tmp/there" >"$tmp/less" || :
			mv "$tmp/less" "$tmp/there" ;;
		/*)	rm "$DEPS_ROOT$what" ;;
		*)	rm "$bin/$what" ;;
		esac
	done
}

compiler='for word in "$@"; do
	case $word in
	-print-file-name=lib*.a)
		name=${word#*=lib}
		if grep -qx "static:${name%.a}" '$tmp/there'; then
			echo "/lib/${word#*=}"
		else
			echo "${word#*=}"
		fi
		exit ;;
	esac
done
read -r line
line=${line#*<}
grep -qx "KIND:${line%>}" '$tmp/there
fake gcc "$(echo "$compiler" | sed s/KIND/header/)"
fake aarch64-linux-gnu-gcc "$(echo "$compiler" | sed s/KIND/aarch64/)"
fake pkg-config 'grep -qx "pc:$2" '"$tmp/there"
fake perl 'grep -qx "perl:$3" '"$tmp/there"
fake clang 'case $1 in -print-*) echo '"$tmp"'/rt.builtins.a; exit ;; esac
cat >/dev/null
grep -qx libfuzzer '"$tmp/there"
fake id 'echo 1000'

# shellcheck disable=SC2046 # names are words
gain $(sed 's/#.*//' "$here/../deps.list" | awk '{ gsub(/BASE/, "6.12"); print $1 }')
all="build series bench profile remote test metal check deb browser sshd cluster"

# Package managers: what they know is in $tmp/known, what is installed in
# $tmp/installed; a package that apt-get installs brings what $tmp/brings says.
forget
each='for name in "$@"; do
	grep -qx -e "$name" '$tmp'/FILE && echo "LINE" || echo "ELSE"
done | sed "/^$/d"'
# lister FILE LINE [ELSE]
lister() {
	echo "$each" | sed "s/FILE/$1/; s/LINE/$2/; s/ELSE/${3-}/"
}

# on RELEASE [VERSION_CODENAME]
on() {
	rm -f "$bin/apt-get" "$bin/dnf" "$bin/zypper" "$bin/pacman" "$bin/apk"
	printf 'ID=%s\nID_LIKE="%s"\nVERSION_CODENAME=%s\n' "$1" "$3" "${2-}" \
		>"$DEPS_ROOT/etc/os-release"
}

on debian trixie ''
fake dpkg :
fake dpkg-query "shift 3
$(lister installed '$name installed' '$name config-files')"
policy='[ $# -gt 0 ] || cat '$tmp/lists'
'$(lister known '$name:\n  Candidate: 1')
fake apt-cache "shift
$policy"
echo ' 500 http://mirror/debian bookworm/main amd64 Packages' >"$tmp/lists"
fake apt-get 'echo "$*" >>'$tmp'/apt
echo "Need to get 42 MB of archives."
echo "Selecting previously unselected package"
for word in "$@"; do
	if [ "$word" = update ]; then
		: >'$tmp'/updated
		cat '$tmp'/news >>'$tmp'/known 2>/dev/null
		exit 0
	fi
done
[ ! -e '$tmp'/stale ] || [ -e '$tmp'/updated ] || {
	echo "E: Unable to fetch some archives"
	exit 100
}
[ ! -e '$tmp'/broken ] || { echo "E: no"; exit 100; }
for word in "$@"; do
	awk -v word="$word" "\$1 == word { print \$2 }" '$tmp'/brings >>'$tmp'/there
	echo "$word" >>'$tmp'/installed
done'
cp "$bin/apt-get" "$tmp/apt-get"

# line TEXT: it is one of what was said.
line() {
	grep -qxF -- "$1" "$tmp/err"
}

# installs NAME...: apt-get was called to install these and no others, once.
installs() {
	[ "$(grep -c 'install' "$tmp/apt")" = 1 ] &&
		[ "$(sed -n 's/.*Use-Pty=0 //p' "$tmp/apt")" = "$*" ]
}
