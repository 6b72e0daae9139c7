#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deps.sh: the kernel's source, kernels as packages, and package managers besides apt.
#
# shellcheck disable=SC2016,SC2086,SC2154 # much of this is scripts, of a made-up world

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/deps_world.sh
. "$here/deps_world.sh"

fake id 'echo 0'

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
