#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# new-kernel.sh, with the real apt-get and a package archive in a folder.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"

for command in apt-get dpkg-deb; do
	command -v $command >/dev/null || {
		echo "1..0 # SKIP no $command here"
		exit 0
	}
done
[ "$(. /etc/os-release && echo "${ID:-}")" = debian ] || {
	echo "1..0 # SKIP this is not Debian"
	exit 0
}
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-sid}")

export VMABENCH_CACHE="$tmp/cache" APT_ETC="$tmp/etc"
tarball=$VMABENCH_CACHE/new-kernels/linux-source-7.7.tar.xz
mkdir -p "$APT_ETC/sources.list.d"

# suite NAME [VERSION...]: an archive's suite with the sources of these kernels.
suite() {
	dists=$tmp/archive/dists/$1
	packages=$dists/main/binary-$(dpkg --print-architecture)/Packages
	mkdir -p "$(dirname "$packages")"
	printf 'Suite: %s\nCodename: %s\nComponents: main\nArchitectures: %s\n' \
		"$1" "$1" "$(dpkg --print-architecture)" >"$dists/Release"
	: >"$packages"
	suite=$1
	shift
	for version; do
		deb=$tmp/deb-$version
		mkdir -p "$deb/DEBIAN" "$deb/usr/src"
		echo "source of $version in $suite" \
			>"$deb/usr/src/linux-source-$version.tar.xz"
		printf '%s\n' "Package: linux-source-$version" "Version: $version" \
			'Architecture: all' 'Maintainer: t <t@localhost>' \
			'Description: the source of a kernel' >"$deb/DEBIAN/control"
		file=$suite-$version.deb
		dpkg-deb --root-owner-group -b "$deb" "$tmp/archive/$file" >/dev/null
		{
			cat "$deb/DEBIAN/control"
			echo "Filename: $file"
			echo "Size: $(wc -c <"$tmp/archive/$file")"
			echo "SHA256: $(sha256sum "$tmp/archive/$file" | cut -d ' ' -f 1)"
			echo
		} >>"$packages"
	done
	# A Release names what is in it: apt trusts nothing else.
	{
		echo SHA256:
		echo " $(sha256sum "$packages" | cut -d ' ' -f 1)" \
			"$(wc -c <"$packages") ${packages#"$dists"/}"
	} >>"$dists/Release"
}

# entry FILE TEXT...: the machine's package sources are these lines.
entry() {
	rm -rf "$APT_ETC"
	mkdir -p "$APT_ETC/sources.list.d"
	file=$APT_ETC/$1
	shift
	printf '%s\n' "$@" >"$file"
	rm -rf "$VMABENCH_CACHE"
}

run() {
	try "$root/scripts/new-kernel.sh" "$@"
}

# clean: nothing but sources is left, and nothing of the machine's has changed.
clean() {
	[ -z "$(find "$VMABENCH_CACHE/new-kernels" -mindepth 1 \
		! -name 'linux-source-*')" ] &&
		[ "$(find "$APT_ETC" -type f | wc -l)" -eq 1 ]
}

got() {
	[ "$(cat "$tmp/out")" = "$tarball" ] &&
		[ "$(cat "$tarball")" = "source of 7.7 in $1" ]
}

run
is 'no version: exit 2' "$status" 2
run 7.x
is 'no version of a kernel: exit 2' "$status" 2
run --help
is 'help: exit 0' "$status" 0

suite trixie-backports 7.6
suite experimental 7.6 7.7
one_line="deb [trusted=yes] file:$tmp/archive $codename main"
entry sources.list '# deb file:/nowhere sid main' \
	"deb file:/nowhere $codename-security main" "$one_line # the mirror"
run 7.7
is 'a .list: exit 0' "$status" 0
ok 'a .list: from the suite that has it' got experimental
ok 'a .list: nothing else is left' clean
says 'progress is told' 'downloading linux-source-7.7 from experimental'

mv "$tmp/archive" "$tmp/away"
run 7.7
is 'again: exit 0' "$status" 0
ok 'again: it is there' got experimental
ok 'again: nothing is done' [ ! -s "$tmp/err" ]
mv "$tmp/away" "$tmp/archive"

suite trixie-backports 7.6 7.7
entry sources.list.d/debian.sources "Types: deb" "URIs: file:/nowhere" \
	"Suites: $codename" "Enabled: no" '' '# comment' "Types: deb deb-src" \
	"URIs: file:$tmp/archive" "Suites: $codename $codename-updates" \
	'Components: main contrib' 'Trusted: yes'
run 7.7
is 'a .sources: exit 0' "$status" 0
ok 'a .sources: from the first suite that has it' got trixie-backports
ok 'a .sources: nothing else is left' clean

run 7.8
is 'no such version: exit 1' "$status" 1
says 'no such version: says so' 'no linux-source-7.8 in trixie-backports exp'
says 'no such version: and what to do' 'KERNEL_TARBALL=FILE'
ok 'no such version: nothing is left' clean

SUITES='nosuch experimental' run 7.6
is 'a suite that is not there is passed over' "$status" 0
says 'a suite that is not there is told' 'nosuch: '

# What is signed by nobody is not taken.
entry sources.list "deb file:$tmp/archive $codename main"
run 7.7
is 'no signature: exit 1' "$status" 1
ok 'no signature: nothing is there' [ ! -e "$tarball" ]

entry sources.list "deb [trusted=yes] file:$tmp/archive elsewhere main"
run 7.7
is "no entry of Debian's: exit 1" "$status" 1
says "no entry of Debian's: says so" "none of the package sources in $APT_ETC"

# A package that has changed on its way.
entry sources.list "$one_line"
echo more >>"$tmp/archive/trixie-backports-7.7.deb"
run 7.7
is 'a package of another size: exit 1' "$status" 1
ok 'a package of another size: nothing is there' [ ! -e "$tarball" ]

finish
