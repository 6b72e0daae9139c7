#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: deb.sh [DIR]
#
# Builds the Debian package of the revision that is checked out, source and
# binary, in a folder of its own, has lintian check both, and leaves them in DIR
# (build/deb).  Changes that are not committed are not in the package.
#
# The version is that of vmabench with the date and the revision of the last
# commit, or alone where that is tagged with it.  The same revision makes the
# same package, to the byte, wherever and whenever it is built with the same
# compiler and libraries.
#
# The maintainer is the one who builds the package: DEBFULLNAME and DEBEMAIL, as
# of devscripts, or else user.name and user.email of git.
#
# Environment:
#   DEBFULLNAME, DEBEMAIL   name and address of the maintainer (git's)
#
# Exit status: 0 built, 1 failed or lintian complains, 2 usage, or no maintainer
# is known.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/ours.sh
. "$root/scripts/ours.sh"

no_options "$@"
[ $# -le 1 ] || misuse "there is no '$2'"

# in_git COMMAND...: git, in the project.
in_git() {
	git -C "$root" "$@"
}

# maintainer: prints "NAME <ADDRESS>".
maintainer() {
	name=${DEBFULLNAME:-$(in_git config user.name || :)}
	address=${DEBEMAIL:-$(in_git config user.email || :)}
	if [ -z "$name" ] || [ -z "$address" ]; then
		fail 2 "nobody is known to maintain the package: set DEBFULLNAME and DEBEMAIL," \
			"or git's user.name and user.email, to your name and address"
	fi
	case $name in
	*[\<\>,]* | *'
'*)		fail 2 "'$name' cannot be the name of a maintainer: set DEBFULLNAME" \
			"to one without a comma and angle brackets" ;;
	esac
	printf '%s\n' "$address" | grep -qxE '[^][:space:]@<>,]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+' ||
		fail 2 "'$address' is no mail address that others can write to: set DEBEMAIL"
	printf '%s <%s>\n' "$name" "$address"
}

# version REVISION: of the package.
version() {
	version=$(sed -n 's/^#define VMABENCH_VERSION "\(.*\)"/\1/p' \
		"$root/bench/base/base.h")
	if in_git tag --points-at HEAD | grep -qxF "v$version"; then
		echo "$version"
	else
		echo "$version~git$(committed %Y%m%d%H%M%S).$1"
	fi
}

# committed FORMAT: the time of the last commit.
committed() {
	TZ=UTC0 LC_ALL=C in_git log -1 --date="format-local:$1" --format=%cd
}

in_git rev-parse -q --verify HEAD >/dev/null 2>&1 ||
	die "$root is no git repository: a package is built of a commit"
maintainer=$(maintainer)
[ -z "$(in_git status --porcelain)" ] ||
	warn "what is not committed is not in the package"

out=${1:-$root/build/deb}
mkdir -p "$out"
out=$(cd "$out" && pwd)
revision=$(in_git rev-parse --short=12 HEAD)
version=$(version "$revision")
package=vmabench_${version}_$(dpkg --print-architecture)
check_ours "$out" build.log "$package.deb" "$package.changes" "$package.buildinfo" \
	"vmabench_$version.dsc" "vmabench_$version.tar.xz"

take_scratch 1 "$out" deb
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

tree=$tmp/vmabench-$version
umask 022
mkdir "$tree"
in_git archive HEAD | tar -x --no-same-permissions -C "$tree"
mv "$tree/scripts/debian" "$tree/debian"
MAINTAINER=$maintainer awk '{ print }
	/^Source:/ { print "Maintainer: " ENVIRON["MAINTAINER"] }' \
	"$root/scripts/debian/control" >"$tree/debian/control"
cat >"$tree/debian/changelog" <<EOT
vmabench ($version) UNRELEASED; urgency=medium

  * Package revision $revision.

 -- $maintainer  $(committed '%a, %d %b %Y %H:%M:%S +0000')
EOT
status=0
(cd "$tree" && dpkg-buildpackage -us -uc) >"$tmp/build.log" 2>&1 || status=$?
put_ours "$tmp" "$out" build.log
[ "$status" -eq 0 ] || {
	tail -n 20 "$out/build.log" >&2
	die "the package does not build; see $out/build.log"
}
# Those of earlier commits go.
for old in "$out"/vmabench_*; do
	! is_ours "$out" "${old##*/}" || rm "$old"
done
set --
for made in "$tmp"/vmabench_*; do
	set -- "$@" "${made##*/}"
done
put_ours "$tmp" "$out" "$@"
lintian --allow-root --fail-on error,warning "$out/$package.changes" >&2 ||
	die "lintian complains about $out/$package.changes"
tame "Package: ${out#"$PWD"/}/$package.deb"
