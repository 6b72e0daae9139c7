#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-distros.sh [RELEASE...]
#        test-distros.sh --short [RELEASE...]
#
# Does the suite work on another Debian than this one?  For each RELEASE
# (bookworm and trixie) and each of USERS this makes a root that has nothing but
# git and make, clones what is committed here into it, and types what the README
# says: make series, make test.  The ordinary user cannot install anything: what
# he is told to, root does for him.  Prints TAP, for prove; what make said is in
# RESULTS.
#
# Long: an hour or two a release.  Nothing of the machine's cache is in a root, so
# that all kernels are built there; the next user of a release gets the images and
# the compiler's cache of the first.
#
# With --short, which is in make test: the programs are built in a root where
# their packages are, and that release's QEMU measures three scenarios on a
# kernel image of this machine's cache.  What it counts must be what this
# machine's QEMU does. RELEASE is trixie, and bookworm where this machine is
# that.  Roots stay in CACHE/roots.
#
# Environment:
#   USERS      who types (root user)
#   TARGETS    what (series test); programs takes a minute, and works in testing
#              and sid as well, which have no source of 6.12
#   BUILT      folder with images, modules and ccache of a cache, for the first
#              user as well (none)
#   RESULTS    logs go to RESULTS/distros/RELEASE-USER (results)
#   STAGE      the kernel of the short form (deferred); must have been built
#
# Exit status: 0 gone to the end, whatever failed, 1 not root, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

build=${B:-$root/build}
results=${RESULTS:-$root/results}/distros
stage=${STAGE:-deferred}
users=${USERS:-root user}
targets=${TARGETS:-series test}
scenarios="nop anon_append secretmem_append"
roots=$("$root/scripts/kernel.sh" cache)/roots

# All of it is done in namespaces, so that no process and no mount is left, whatever
# happens to this script.
inside=
if [ "${1-}" = --inside ]; then
	inside=$2
	shift 2
fi
short=
case ${1-} in
--short) short=1; shift ;;
-*)	misuse "no option '$1'" ;;
esac
if [ $# -eq 0 ] && [ -n "$short" ]; then
	set -- trixie
	[ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" != trixie ] ||
		set -- bookworm
fi
[ $# -gt 0 ] || set -- bookworm trixie
for release; do
	case $release in
	*[!a-z]* | "")
		fail 2 "'$release' is not the name of a release of Debian (trixie)" ;;
	esac
done
for user in $users; do
	case $user in
	root | user) ;;
	*)	fail 2 "USERS are root and user, not '$user'" ;;
	esac
done
[ "$(id -u)" -eq 0 ] || die "only root can make a root and change into it"
command -v mmdebstrap >/dev/null ||
	die "no mmdebstrap, which makes roots; scripts/deps.sh test installs it"

cleanup() {
	# Process 1 in there hears of nothing else.
	[ -z "$child" ] || kill -s KILL "$child" 2>/dev/null || :
	end_child
	rm -rf "$scratch" "$TMPDIR"
}

# contained ARGUMENT...: this script, inside.
contained() {
	mkdir -p "$roots"
	find "$roots" -maxdepth 1 -name '.test.*' -mtime +2 -exec rm -rf {} +
	scratch=$(mktemp -d "$roots/.test.XXXXXX")
	TMPDIR=$(mktemp -d)
	export TMPDIR
	trap cleanup EXIT
	exit_on_signals
	in_child env --default-signal setpriv --pdeathsig KILL \
		unshare --mount-proc --pid --fork --kill-child \
		"$0" --inside "$scratch" "$@" </dev/null || exit $?
	exit
}
[ -n "$inside" ] || contained ${short:+--short} "$@"

# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/distro-root.sh
. "$root/scripts/distro-root.sh"
# shellcheck source=scripts/test-distros/short.sh
. "$root/scripts/test-distros/short.sh"
# shellcheck source=scripts/test-distros/long.sh
. "$root/scripts/test-distros/long.sh"

# told TEXT...: for who reads it; not among the results, where prove would keep it to
# itself.
told() {
	echo "# $release: $*" >&2
}

[ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] ||
	warn "what is not committed is not tested"

if [ -n "$short" ]; then
	image=$("$root/scripts/kernel.sh" path "$stage") || exit 1
	for release; do
		short_form
	done
	finish
	exit
fi

need_space "$roots" 15000 || exit 1
for release; do
	try make_root "$release" "$inside/base" git,make
	is "$release: there is a root with git and make" "$status" 0
	if [ "$status" -eq 0 ]; then
		[ "$release" != bookworm ] || without_security
		[ -z "${BUILT:-}" ] || cp -a "$BUILT" "$inside/built"
		for user in $users; do
			reads_readme
		done
	fi
	rm -rf "$inside/base" "$inside/built"
done
finish
