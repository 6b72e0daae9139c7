#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: new-kernel.sh VERSION
#
# Makes sure that Debian's packaged source of a kernel newer than the machine's
# distribution (7.2, 7.3) is in the cache, and prints where:
#
#   CACHE/new-kernels/linux-source-VERSION.tar.xz
#
# apt-get downloads the package linux-source-VERSION from the first of SUITES
# that has it.  It works with package sources, lists and archives in a folder of
# its own, which is removed at the end: the machine's stay as they are, and
# nothing is installed.  Mirror and signing key are those of Debian's entry in
# the machine's package sources.  A source that is there is not looked for again.
#
# Environment:
#   SUITES          where to look (trixie-backports experimental)
#   APT_ETC         where the machine's package sources are (/etc/apt)
#   VMABENCH_CACHE  the cache; kernel.sh --help has more
#   QUIET=1         say nothing unless something is wrong
#
# Exit status: 0 it is there, 1 it could not be had, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
suites=${SUITES:-trixie-backports experimental}
etc=${APT_ETC:-/etc/apt}
# shellcheck source=scripts/apt-sources.sh
. "$root/scripts/apt-sources.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"

# give_up TEXT...: and what does without it.
give_up() {
	warn "$@"
	die "without it: KERNEL_TARBALL=FILE names a kernel's source," \
		"TREE=DIRECTORY a git tree"
}

case $#${1-} in
1[0-9]*.[0-9]*) ;;
*)	usage ;;
esac
package=linux-source-$1
case $1 in
*[!0-9.]*) fail 2 "'$1' is not the version of a kernel (7.2)" ;;
esac

cache=$("$root/scripts/kernel.sh" cache)
dir=$cache/new-kernels
tarball=$dir/$package.tar.xz
if [ -f "$tarball" ]; then
	echo "$tarball"
	exit 0
fi
for command in apt-get dpkg-deb; do
	command -v $command >/dev/null ||
		give_up "$package is a package of Debian, and there is no $command here"
done

mkdir -p "$dir"
work=$(mktemp -d "$dir/.new-XXXXXX")
trap 'end_child; rm -rf "$work"' EXIT
exit_on_signals
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/deb"

machine_source >"$work/entry"
[ -s "$work/entry" ] || give_up "none of the package sources in $etc is Debian's" \
	"own release"
format=$(head -n 1 "$work/entry")
mkdir "$work/parts"

# Read last of all: what the machine does after an update, to its own lists and
# archives, is not done after ours.
cat >"$work/apt.conf" <<-EOT
	Dir::Etc::sourcelist "/dev/null";
	Dir::Etc::sourceparts "$work/parts";
	Dir::State::lists "$work/lists";
	Dir::Cache "$work/cache";
	Dir::Cache::archives "archives";
	Dir::Cache::pkgcache "";
	Dir::Cache::srcpkgcache "";
	Acquire::Languages "none";
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	APT::Sandbox::User "$(id -un)";
EOT

# apt ARGUMENT...: apt-get with that alone, which hears of signals.
apt() {
	(cd "$work/deb" && exec apt-get -c "$work/apt.conf" -q "$@") \
		>"$work/log" 2>&1 </dev/null &
	child=$!
	ticks=0
	while kill -0 "$child" 2>/dev/null; do
		sleep 0.1
		ticks=$((ticks + 1))
		[ $((ticks % 150)) -ne 0 ] || say "apt-get $1: $((ticks / 10)) s," \
			"$(du -sm "$work" | cut -f 1) MB"
	done
	wait_child
}

for suite in $suites; do
	sed 1d "$work/entry" | replace SUITE "$suite" >"$work/parts/new.$format"
	say "looking for $package in $suite"
	apt update --error-on=any || {
		say "$suite: $(grep -m 1 '^[EW]: ' "$work/log" ||
			echo "apt-get update failed")"
		continue
	}
	apt-cache -c "$work/apt.conf" show "$package" 2>/dev/null |
		grep -q "^Package: $package\$" || continue
	say "downloading $package from $suite"
	apt download "$package" || {
		grep '^[EW]: ' "$work/log" | sed 's/^/  /' >&2
		give_up "apt-get cannot download $package from $suite"
	}
	break
done
[ -n "$(ls "$work/deb")" ] || give_up "no $package in $suites"
dpkg-deb -x "$work/deb/"*.deb "$work/out" || give_up "dpkg-deb cannot unpack $package"
[ -f "$work/out/usr/src/$package.tar.xz" ] ||
	give_up "the package has no usr/src/$package.tar.xz"
mv "$work/out/usr/src/$package.tar.xz" "$tarball"
echo "$tarball"
