#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deps.sh, with package managers, compilers, sudo and id that only pretend.
#
# shellcheck disable=SC2016,SC2086 # much of this is scripts

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
deps=$here/../deps.sh

# A world with nothing in PATH but what a test puts there.  What is there stands in
# $tmp/there, a line each, as deps.list has it; commands are in $bin.
bin=$tmp/bin
export DEPS_ROOT="$tmp/root"
mkdir -p "$bin" "$DEPS_ROOT/etc" "$DEPS_ROOT/usr/src" "$DEPS_ROOT/usr/bin"
for command in sh awk sed cut tr head cat env grep sort dirname readlink; do
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
all="build series bench profile remote test metal check deb browser sshd"

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

run $all
is "all there: exit 0" "$status" 0
ok "all there: nothing printed" silent
ok "all there: no package manager asked" [ ! -e "$tmp/apt" ]

run
is "no set: exit 2" "$status" 2
run build nonsense
is "unknown set: exit 2" "$status" 2
says "unknown set: named" "nonsense"
says "unknown set: valid ones named" "build series bench metal profile remote test sshd check"
run --help
is "--help: exit 0" "$status" 0
ok "--help: the usage" grep -q '^Usage: deps.sh SET' "$tmp/out"

# Who may not install.
lose pc:jansson static:jansson pc:inih
echo libjansson-dev >"$tmp/known"
echo libinih-dev >"$tmp/installed"
run build
is "missing, no root: exit 1" "$status" 1
ok "missing, no root: the line to type, each package once" line \
	"sudo apt-get install --no-install-recommends libjansson-dev"
ok "missing, no root: nobody is blamed for what that may bring" \
	sh -c '! grep -q libinih-dev "$1"' sh "$tmp/err"
gain pc:inih
forget
: >"$tmp/lists"
run build
is "no package lists: exit 1" "$status" 1
says "no package lists: said" "apt-get knows none of libjansson-dev; where it has no package lists, sudo apt-get update"
echo ' 500 http://mirror/debian bookworm/main amd64 Packages' >"$tmp/lists"
run build
says "old package lists: what is not in them" \
	"apt-get does not know libjansson-dev; if its package lists are old"

fake sudo 'shift; "$@"'
echo libjansson-dev >"$tmp/known"
printf 'libjansson-dev %s\n' pc:jansson static:jansson >"$tmp/brings"
run build
is "missing, sudo: exit 0" "$status" 0
says "missing, sudo: says what" "installing libjansson-dev"
says "missing, sudo: says how much" "Need to get 42 MB"
ok "missing, sudo: apt-get's chatter is kept back" \
	sh -c '! grep -q Selecting "$1"' sh "$tmp/err"
ok "missing, sudo: installed, once" installs libjansson-dev
ok "missing, sudo: no update" [ ! -e "$tmp/updated" ]

rm "$bin/sudo"
fake id 'echo 0'

forget
lose pc:inih
echo libinih-dev >"$tmp/known"
echo 'libinih-dev pc:inih' >"$tmp/brings"
: >"$tmp/stale"
run build
is "packages gone from the mirror, root: exit 0" "$status" 0
ok "packages gone from the mirror: updated" [ -e "$tmp/updated" ]

forget
lose pc:inih
echo libinih-dev >"$tmp/news"
echo 'libinih-dev pc:inih' >"$tmp/brings"
run build
is "package lists too old, root: exit 0" "$status" 0
ok "package lists too old: updated, and installed once" installs libinih-dev

forget
lose pc:inih
echo libinih-dev >"$tmp/known"
: >"$tmp/broken"
run build
is "apt-get fails: exit 1" "$status" 1
says "apt-get fails: its error is shown" "E: no"
says "apt-get fails: what is missing" "apt-get could not install: libinih-dev"

forget
echo libinih-dev >"$tmp/installed"
run build
is "installed but not there: exit 1" "$status" 1
says "installed but not there: said" \
	"libinih-dev is installed but does not provide inih.pc"

forget
echo libinih-dev >"$tmp/known"
run build
is "installs something else: exit 1" "$status" 1
says "installs something else: said" \
	"libinih-dev is installed but does not provide inih.pc"
gain pc:inih

# An applet is not the program.
mv "$bin/patch" "$tmp/busybox"
ln -s "$tmp/busybox" "$bin/patch"
run series
is "patch of busybox: exit 1" "$status" 1
says "patch of busybox: is none" "no package here provides patch; needed for: series"
lose patch
gain patch

# Alternatives.
forget
lose libfuzzer
printf '%s\n' libclang-rt-14-dev libclang-rt-dev >"$tmp/known"
echo 'libclang-rt-14-dev libfuzzer' >"$tmp/brings"
run test
is "alternatives: exit 0" "$status" 0
ok "alternatives: the first" installs libclang-rt-14-dev

forget
lose libfuzzer
echo libclang-rt-dev >"$tmp/known"
echo 'libclang-rt-dev libfuzzer' >"$tmp/brings"
run test
is "alternatives, one known: exit 0" "$status" 0
ok "alternatives, one known: that" installs libclang-rt-dev

forget
lose libfuzzer
printf '%s\n' libclang-rt-14-dev libclang-rt-dev >"$tmp/known"
echo 'libclang-rt-dev libfuzzer' >"$tmp/brings"
run test
is "alternatives, the first does not do: exit 0" "$status" 0
ok "alternatives, the first does not do: both, once each" [ \
	"$(sed -n 's/.*Use-Pty=0 //p' "$tmp/apt" | tr '\n' ' ')" = \
	"libclang-rt-14-dev libclang-rt-dev " ]

forget
lose libfuzzer
: >"$tmp/rt.fuzzer.a"
run test
ok "the runtime of libFuzzer is seen without linking" silent
rm "$tmp/rt.fuzzer.a"
gain libfuzzer

# A header is where the compiler looks for it, too.
mkdir -p "$DEPS_ROOT/usr/include"
lose header:stdio.h
: >"$DEPS_ROOT/usr/include/stdio.h"
run build
ok "a header in /usr/include" silent
rm "$DEPS_ROOT/usr/include/stdio.h"
forget
run build
is "no header: exit 1" "$status" 1
says "no header: named" "no package here provides the header stdio.h; needed for: build"
gain header:stdio.h

# The kernel's source.
forget
source=/usr/src/linux-source-6.12.tar.xz
lose $source
echo linux-source-6.12 >"$tmp/known"
run build series
ok "no kernel source: Debian's" installs linux-source-6.12
for variable in TREE RANGE SERIES KERNEL_TARBALL; do
	try env -u TREE -u RANGE -u SERIES -u KERNEL_TARBALL "$variable=x" \
		PATH="$bin" "$deps" build series
	is "$variable=: exit 0" "$status" 0
	ok "$variable=: no kernel source needed" silent
done
forget
try env TREE=x PATH="$bin" "$deps" test
is "TREE= is not for test: exit 1" "$status" 1
try env KERNEL_TARBALL=x PATH="$bin" "$deps" test
ok "KERNEL_TARBALL= is" silent
run series
is "not packaged: exit 1" "$status" 1
says "not packaged: what does instead" \
	"KERNEL_TARBALL=FILE takes a recent linux-6.12.y.tar.xz from kernel.org"
on debian bookworm ''
cp "$tmp/apt-get" "$bin"
run series
is "no security suite: exit 1" "$status" 1
says "no security suite: said" "in bookworm comes from the security suite"
ok "no security suite: the line" line \
	"deb http://mirror/debian-security bookworm-security main"
says "no security suite: the file" "/etc/apt/sources.list.d/security.list"
cp "$tmp/lists" "$tmp/lists.before"
echo ' 500 http://mirror/debian-security bookworm-security/main amd64 Packages' \
	>>"$tmp/lists"
run series
is "a security suite without it: exit 1" "$status" 1
says "a security suite without it: what does instead" "KERNEL_TARBALL=FILE takes"
ok "a security suite without it: it is not told to be missing" \
	sh -c "! grep 'not among the package sources' '$tmp/err'"
mv "$tmp/lists.before" "$tmp/lists"
gain $source

# Kernels become packages only where there is dpkg.
lose dpkg-buildpackage
forget
echo dpkg-dev >"$tmp/known"
run metal
ok "metal with dpkg: dpkg-dev" installs dpkg-dev
lose dpkg
run metal
ok "metal without dpkg: nothing" silent
gain dpkg dpkg-buildpackage

# The other managers: the line that installs.
fake rpm "shift 3
$(lister installed '$name' 'package $name is not installed')"

# other RELEASE LIKE MANAGER ARGUMENTS LINE INSTALL INIH PFM: whose search and
# query take so many arguments before the names.
other() {
	on "$1" '' "$2"
	forget
	fake "$3" "case \$* in
	*-Qq*)	shift; $(lister installed '$name') ;;
	*info*)	shift 2; $(lister installed '$name') ;;
	*)	shift $4; $(lister known "$5") ;;
	esac"
	lose pc:inih static:pfm
	printf '%s\n' "$7" "$8" >"$tmp/known"
	for uid in 1000 0; do
		fake id "echo $uid"
		sudo=
		[ $uid = 0 ] || sudo='sudo '
		run build
		is "$3, user $uid: exit 1" "$status" 1
		ok "$3, user $uid: the line" line "$sudo$6 $7${8:+ $8}"
	done
	printf '%s\n' "$7" "$8" >"$tmp/installed"
	run build
	says "$3: installed but not there" "$7 is installed but does not provide inih.pc"
	ok "$3: a static library is no need, where its package has none" \
		sh -c "! grep -q 'installed but.*libpfm' '$tmp/err'"
	[ -n "$8" ] || says "$3: nothing has it" \
		"no package here provides the static library libpfm.a; going on without: build"
	gain pc:inih
	lose $source
	run build series
	says "$3: kernel source" "KERNEL_TARBALL=FILE takes a recent linux-6.12.y.tar.xz"
	gain $source static:pfm
}

other fedora '' dnf 4 '$name' 'dnf install' inih-devel libpfm-static
other rocky 'rhel centos fedora' dnf 4 '$name' 'dnf install' inih-devel libpfm-static
other opensuse-leap 'suse opensuse' zypper 6 '  | $name | a library | package' \
	'zypper install' libinih-devel libpfm-devel-static
other manjaro arch pacman 1 'Name            : $name' 'pacman -S --needed' libinih libpfm
other alpine '' apk 3 '$name' 'apk add' inih-dev ''

# What the sets go on without.
forget
lose perl:Devel/NYTProf/flamegraph.pl
on arch '' ''
fake pacman :
run profile
is "not packaged, gone on without: exit 0" "$status" 0
says "not packaged, gone on without: said" \
	"no package here provides perl's Devel/NYTProf/flamegraph.pl; going on without: profile"
gain perl:Devel/NYTProf/flamegraph.pl

# Another manager than the release's is none.
on fedora '' ''
cp "$tmp/apt-get" "$bin"
lose make pc:jansson
run build
is "no known manager: exit 1" "$status" 1
says "no known manager: said" "none of the package managers that are known"
says "no known manager: missing command" "provides make;"
says "no known manager: missing library" "provides jansson.pc;"
gain make pc:jansson
run build
is "no known manager, all there: exit 0" "$status" 0
ok "no known manager, all there: nothing printed" silent

finish
