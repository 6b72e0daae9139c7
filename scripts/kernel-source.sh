# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced by what unpacks the kernel's source: where it is, in $tarball, of
# the version $base.

tarball=${KERNEL_TARBALL:-/usr/src/linux-source-$base.tar.xz}

# no_source: why there is none in $tarball, and where there is one; nothing where
# it is there.
no_source() {
	[ ! -f "$tarball" ] || return 0
	if [ -n "${KERNEL_TARBALL:-}" ]; then
		echo "KERNEL_TARBALL: there is no file $tarball"
	else
		echo "no kernel source at $tarball. On Debian, scripts/deps.sh series" \
			"installs it; elsewhere, KERNEL_TARBALL=FILE takes a recent" \
			"linux-$base.y.tar.xz from kernel.org"
	fi
}

# wrong_source: what $tarball has in it instead of Linux $base; nothing where that
# is what it has.  It takes a second.
wrong_source() {
	# Of the top only: there are thousands of them below.
	source_version=$(tar -xOf "$tarball" --occurrence=1 --wildcards \
		--no-wildcards-match-slash '*/Makefile' 2>/dev/null |
		sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = *//p' |
		head -n 3 | paste -s -d .) || :
	case $source_version in
	"$base" | "$base".*)
		;;
	'')	tar -tf "$tarball" >/dev/null 2>&1 ||
			return 0	# unpacking it says more
		echo "$tarball is no kernel's source: no Makefile in its folder" \
			"has a VERSION" ;;
	*)	echo "$tarball is Linux $source_version, and the patches are for" \
			"$base: KERNEL_BASE= names another folder of kernel-patches" ;;
	esac
}
