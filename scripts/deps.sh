#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: deps.sh SET...
#
# Make sure that what the named sets need is installed:
#
#   build    the programs
#   series   kernels of a patch series, and the guests that run them
#   bench    what the running kernel is measured with, besides the programs
#   profile  profiles of the running kernel
#   remote   measuring other machines over ssh
#   test     unit tests, script tests, a booted guest
#   sshd     an ssh server, for the test of remote: not in test, because
#            Debian starts it
#   metal    kernels booted in turn on this machine, and built for it
#   check    static analysis, formatting, sanitizers
#   deb      the Debian package
#   browser  report.html in a browser: make test-browser
#
# Prints nothing when all of it is there.  Missing Debian packages are
# installed when this runs as root or "sudo -n" works; otherwise the apt-get
# line that would install them is printed.  Without dpkg the commands and
# libraries themselves are looked for, and the missing ones named.
#
# Environment: KERNEL_BASE, the kernel version to build (6.12).
#
# Exit status: 0 all there, 1 something is missing, 2 usage.

set -eu

base=${KERNEL_BASE:-6.12}
sets="build series bench metal profile remote test sshd check deb browser"

# Package, how to see that it is there where dpkg is not (a command, a
# pkg-config module as pc:NAME, a file), sets that need it.  libelf is for
# symbols, and for objtool, which every x86-64 kernel builds.
table() {
	cat <<-EOT
	gcc                 gcc             build series test check
	make                make            build series test check
	libc6-dev           -               build series test check
	pkg-config          pkg-config      build series test check
	libjansson-dev      pc:jansson      build series test check
	libinih-dev         pc:inih         build series test check
	linux-source-$base  /usr/src/linux-source-$base.tar.xz series test
	bc                  bc              series metal test
	bison               bison           series metal test
	flex                flex            series metal test
	libelf-dev          pc:libelf       build series metal test check
	zlib1g-dev          pc:zlib         build series test check
	libtraceevent-dev   pc:libtraceevent build series test check
	libtracefs-dev      pc:libtracefs   build series test check
	liburing-dev        pc:liburing     build series test check
	libpfm4-dev         /usr/include/perfmon/pfmlib.h build series test check
	patch               patch           series metal test
	xz-utils            xz              series metal test
	cpio                cpio            series metal test
	ccache              ccache          series test
	e2fsprogs           mkfs.ext4       series test
	xfsprogs            mkfs.xfs        series test
	erofs-utils         mkfs.erofs      series test
	faketime            faketime        series test
	qemu-system-x86     qemu-system-x86_64 series test
	gnuplot-nox         gnuplot         series bench test
	hyperfine           hyperfine       bench
	linux-perf          perf            profile test
	openssh-client      ssh             remote test
	openssh-server      sshd            sshd
	parallel            parallel        remote test
	libdevel-nytprof-perl /usr/share/perl5/Devel/NYTProf/flamegraph.pl series profile test
	libcmocka-dev       pc:cmocka       test check
	perl                prove           test
	libxml2-utils       xmllint         test
	gcc-aarch64-linux-gnu aarch64-linux-gnu-gcc test
	libc6-dev-arm64-cross /usr/aarch64-linux-gnu/include/stdio.h test
	clang               clang           test
	libclang-rt-14-dev  -               test
	time                /usr/bin/time   test
	chromium            chromium        browser
	jq                  jq              metal test
	kexec-tools         kexec           metal
	binutils            readelf         metal test
	rsync               rsync           metal
	libssl-dev          pc:libssl       metal
	mmdebstrap          mmdebstrap      test
	grub-pc-bin         /usr/lib/grub/i386-pc/boot.img test
	grub-common         grub-mkimage    test
	fdisk               sfdisk          test
	util-linux          flock           test
	clang-format        clang-format    check
	cppcheck            cppcheck        check
	git                 git             test check deb
	shellcheck          shellcheck      check
	debhelper           dh              deb
	dpkg-dev            dpkg-buildpackage metal deb
	fakeroot            fakeroot        deb
	lintian             lintian         deb
	debootstrap         debootstrap     deb
	EOT
}

usage() {
	echo "usage: deps.sh SET...   sets: $sets" >&2
	exit 2
}

# wanted SET...: "package probe" lines of all the sets.
wanted() {
	table | awk -v sets="$*" '
		BEGIN { n = split(sets, set) }
		{
			for (i = 3; i <= NF; i++)
				for (j = 1; j <= n; j++)
					if ($i == set[j]) {
						print $1, $2
						next
					}
		}'
}

# missing_packages PACKAGE...
missing_packages() {
	installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" \
		2>/dev/null | sed -n 's/ installed$//p' | tr '\n' ' ') || :
	for package in "$@"; do
		case " $installed" in
		*" $package "*) ;;
		*)	printf '%s ' "$package" ;;
		esac
	done
}

# missing_commands: reads "package probe" lines.
missing_commands() {
	while read -r _ probe; do
		case $probe in
		-)	;;
		pc:*)	pkg-config --exists "${probe#pc:}" 2>/dev/null ||
				printf '%s.pc ' "${probe#pc:}" ;;
		/*)	[ -e "$probe" ] || printf '%s ' "$probe" ;;
		*)	PATH=$PATH:/usr/sbin:/sbin command -v "$probe" \
				>/dev/null || printf '%s ' "$probe" ;;
		esac
	done
}

# apt_install PREFIX PACKAGE...: PREFIX is empty or "sudo -n".  apt-get's own
# output is cut down to what it fetches and to its errors.
apt_install() {
	prefix=$1
	shift
	# shellcheck disable=SC2086 # the prefix is words
	{
		$prefix env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get \
			install -q -y --no-install-recommends \
			-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
			"$@" </dev/null 2>&1 && echo "done 0" || echo "done 1"
	} | awk '
		$1 == "done" && NF == 2 { rc = $2; next }
		/^Need to get|^Fetched|^E: |^Err:|^dpkg: error/ { print "deps.sh: " $0 }
		END { exit rc }' >&2
}

[ $# -gt 0 ] || usage
for set in "$@"; do
	case " $sets " in
	*" $set "*) ;;
	*)	echo "deps.sh: no such set: $set" >&2; usage ;;
	esac
done

if ! command -v dpkg-query >/dev/null; then
	missing=$(wanted "$@" | missing_commands)
	[ -n "$missing" ] || exit 0
	echo "deps.sh: missing: $missing" >&2
	exit 1
fi

# shellcheck disable=SC2046 # package names are words
missing=$(missing_packages $(wanted "$@" | cut -d ' ' -f 1))
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
	prefix=
elif sudo -n true 2>/dev/null; then
	prefix="sudo -n"
else
	echo "deps.sh: these packages are missing; install them with" >&2
	echo "sudo apt-get install --no-install-recommends ${missing% }" >&2
	exit 1
fi

echo "deps.sh: installing $missing" >&2
# shellcheck disable=SC2086 # package names are words
if ! apt_install "$prefix" $missing; then
	echo "deps.sh: trying again with new package lists" >&2
	# shellcheck disable=SC2086
	$prefix apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
	# shellcheck disable=SC2086
	apt_install "$prefix" $missing || {
		echo "deps.sh: apt-get could not install: $missing" >&2
		exit 1
	}
fi
