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
#   cluster  Slurm, munge and sshd, for make test-cluster, which starts its own:
#            those that Debian starts are stopped again, and do not come back
#
# Prints nothing when all of it is there.  deps.list says what is needed by what
# it is (a command, a header, a library), and that is what is looked for,
# wherever it comes from.  The package manager (apt, dnf, zypper, pacman, apk) is
# asked only where something is missing: apt-get installs it when this runs as
# root or "sudo -n" works; otherwise, and with the other managers, the line that
# installs it is printed.
#
# Debian's kernel source is needed only by those who have no other: series does
# without with TREE=, RANGE= or SERIES=, and series and test do with
# KERNEL_TARBALL=.
#
# Environment: KERNEL_BASE, the kernel version to build (6.12); KERNEL_TARBALL,
# TREE, RANGE, SERIES as in make series; CC, the compiler (gcc).
#
# Exit status: 0 all there, 1 something is missing, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

base=${KERNEL_BASE:-6.12}
cc=${CC:-gcc}
# Where files are looked for; tests have another place.
sys=${DEPS_ROOT:-}
sets="build series bench metal profile remote test sshd check deb browser cluster"

# Some of the commands are not on an ordinary user's PATH in Debian.
PATH=$PATH:/usr/sbin:/sbin
# What the package managers say is read.
export LC_ALL=C

# shellcheck source=scripts/deps/things.sh
. "$root/scripts/deps/things.sh"
# shellcheck source=scripts/deps/managers.sh
. "$root/scripts/deps/managers.sh"
# shellcheck source=scripts/deps/packages.sh
. "$root/scripts/deps/packages.sh"

[ $# -gt 0 ] || usage
for set in "$@"; do
	# shellcheck disable=SC2086 # names of sets are words
	among set "$set" $sets
done
asked="$*"
for set in "$@"; do
	case $set in
	series)	[ -n "${TREE:-}${RANGE:-}${SERIES:-}${KERNEL_TARBALL:-}" ] ||
			set -- "$@" source ;;
	test)	[ -n "${KERNEL_TARBALL:-}" ] || set -- "$@" source ;;
	metal)	! command -v dpkg >/dev/null || set -- "$@" bindeb ;;
	esac
done

wanted=$(wanted "$@")
updated=
manager=
column=0
find_manager || :
choose
# What other managers install is up to the user: nobody has tried them here, and
# pacman, for one, wants the whole system renewed at the same time.
[ "$manager" = apt-get ] || report
if [ "$(id -u)" = 0 ]; then
	prefix=
elif sudo -n true 2>/dev/null; then
	prefix="sudo -n"
else
	report
fi

if [ -n "$unknown" ]; then
	apt_update || warn "going on with the old package lists"
	choose
fi
# Again where only now it is seen that something else is missing.
before=
while [ -n "$packages" ]; do
	warn "installing ${packages% }"
	if [ "$packages" = "$before" ] || ! install_packages; then
		warn "trying again with new package lists"
		{ apt_update && install_packages; } ||
			die "apt-get could not install: ${packages% }"
	fi
	before=$packages
	choose
done
report
