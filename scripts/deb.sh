#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: deb.sh [DIR]
#
# Builds the Debian package of what is committed, in a folder of its own, and
# leaves it in DIR (build/deb).  lintian must have nothing to say of it.
#
# Exit status: 0 built, 1 failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
out=${1:-$root/build/deb}
version=$(sed -n 's/^#define VMABENCH_VERSION "\(.*\)"/\1/p' \
	"$root/bench/base/base.h")

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

tree=$tmp/vmabench-$version
mkdir -p "$out" "$tree"
git -C "$root" archive HEAD | tar -x -C "$tree"
mv "$tree/scripts/debian" "$tree/debian"
revision=$(git -C "$root" describe --always)
cat >"$tree/debian/changelog" <<EOT
vmabench ($version) UNRELEASED; urgency=medium

  * Built from revision $revision.

 -- $(sed -n 's/^Maintainer: //p' "$tree/debian/control")  $(git -C "$root" log -1 --format=%aD)
EOT
if ! (cd "$tree" && SUITE_REVISION=$revision dpkg-buildpackage -us -uc -b) \
		>"$out/build.log" 2>&1; then
	tail -n 20 "$out/build.log" >&2
	die "the package does not build; see $out/build.log"
fi
package=vmabench_${version}_$(dpkg --print-architecture).deb
lintian --allow-root --fail-on error,warning "$tmp/$package" >&2
mv "$tmp/$package" "$out"
echo "Package: ${out#"$PWD"/}/$package"
