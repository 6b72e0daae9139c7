#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-deb.sh [RELEASE...]
#
# Builds and installs the Debian package of what is committed on each RELEASE of
# Debian (bookworm and trixie), in roots that are made for it and removed.  An
# ordinary user builds it there, with that release's compiler and lintian, and
# root builds it once more elsewhere, which must make the same bytes.  Then the
# package is installed in a root that has nothing else: programs, manual pages,
# completion and vmabench-suite must work, and nothing may be left when it is
# removed.  Needs root, mmdebstrap and a quarter of an hour a release.  TAP.
#
# Exit status: 0 gone to the end, whatever failed, 1 not root, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
[ $# -gt 0 ] || set -- bookworm trixie
for release; do
	case $release in
	*[!a-z]* | "")
		fail 2 "'$release' is not the name of a release of Debian (trixie)" ;;
	esac
done
[ "$(id -u)" -eq 0 ] || die "only root can make a root and change into it"
command -v mmdebstrap >/dev/null ||
	die "no mmdebstrap, which makes roots; scripts/deps.sh test installs it"
cd "$root"
[ -z "$(git status --porcelain)" ] || warn "what is not committed is not tested"

# shellcheck source=scripts/tests/tap.sh
. scripts/tests/tap.sh
exit_on_signals
# shellcheck source=scripts/distro-root.sh
. scripts/distro-root.sh
need_space "$tmp" 3000 || exit 1

# inside USER COMMAND...: in the root $chroot.
inside() {
	scripts/in-root.sh "$chroot" "$@"
}

# built HOME: the packages that were built there, but for .buildinfo and what has its
# hash.
built() {
	(cd "$chroot$1/vmabench/build/deb" && sha256sum ./*.deb ./*.dsc ./*.tar.xz)
}

# "make distclean" would empty the cache of kernels.
builds() {
	chroot=$tmp/builder
	try make_root "$release" "$chroot" git,make
	is "$release: there is a root to build in" "$status" 0
	clone_into "$chroot/root"
	clone_into "$chroot/home/user"
	try inside root env DEBIAN_FRONTEND=noninteractive vmabench/scripts/deps.sh build deb
	is "$release: it gets what the package takes" "$status" 0

	try inside user vmabench/scripts/deb.sh
	is "$release: without a maintainer: exit 2" "$status" 2
	says "$release: and what to set" 'set DEBFULLNAME and DEBEMAIL'
	ok "$release: nothing was built" [ ! -e "$chroot/home/user/vmabench/build" ]

	maintainer='DEBFULLNAME=J. Doe & Sons DEBEMAIL=doe@debian.org'
	try inside user env -C vmabench "${maintainer% *}" "${maintainer##* }" \
		VMABENCH_CACHE=/home/user/cache sh -c 'mkdir -p ~/cache/images/kept && make deb'
	is "$release: an ordinary user builds it, and lintian has no complaint" "$status" 0
	ok "$release: nor has it a word to say" sh -c "! grep '^[A-Z]: ' '$tmp/err'"
	ok "$release: kernels in the cache stay there" [ -d "$chroot/home/user/cache/images/kept" ]
	package=$(ls "$chroot"/home/user/vmabench/build/deb/*.deb 2>/dev/null) || return
	is "$release: it has a maintainer" "$(dpkg-deb -f "$package" Maintainer)" \
		'J. Doe & Sons <doe@debian.org>'
	is "$release: and the version of the last commit" "$(dpkg-deb -f "$package" Version)" \
		"$(sed -n 's/^#define VMABENCH_VERSION "\(.*\)"/\1/p' bench/base/base.h)~git$(
		TZ=UTC0 git log -1 --date=format-local:%Y%m%d%H%M%S --format=%cd).$(git rev-parse --short=12 HEAD)"

	try inside root env -C vmabench TZ=Asia/Tokyo "${maintainer% *}" "${maintainer##* }" \
		sh -c 'umask 077; echo >>README.md; scripts/deb.sh'
	is "$release: root builds it elsewhere" "$status" 0
	says "$release: told that a change is not in it" 'what is not committed is not in the package'
	is "$release: which makes the same bytes" "$(built /root)" "$(built /home/user)"
	cp "$package" "$tmp"
}

# files: in the root, but for what apt and dpkg keep for themselves.
files() {
	(cd "$chroot" && find . -xdev -path ./var -prune -o -path ./tmp -prune -o -print | sort)
}

installs() {
	chroot=$tmp/clean
	try make_root "$release" "$chroot" man-db,bash-completion
	is "$release: there is a root with nothing else" "$status" 0
	mv "$tmp"/*.deb "$chroot/tmp"
	try inside root sh -c 'apt-get -q update &&
		apt-get -q -y --no-install-recommends --download-only install /tmp/*.deb'
	is "$release: what it depends on is there" "$status" 0
	files >"$tmp/before"
	try inside root sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install /tmp/*.deb'
	is "$release: it is installed" "$status" 0
	works
	try inside root sh -c 'apt-get -q -y purge vmabench && apt-get -q -y --purge autoremove'
	is "$release: it is removed" "$status" 0
	files >"$tmp/after"
	is "$release: and nothing is left of it" "$(diff "$tmp/before" "$tmp/after")" ''
	rm -rf "$chroot"
}

works() {
	for program in vmabench vmadiff; do
		try inside user "$program" --version
		is "$release: $program runs" "$status" 0
		# shellcheck disable=SC2016 # for the other shell
		try inside user bash -c '. /usr/share/bash-completion/bash_completion
			_comp_load "$1" 2>/dev/null || _completion_loader "$1"
			complete -p "$1"' bash "$program"
		ok "$release: bash completes $program" grep -q "^complete -F .* $program\$" "$tmp/out"
	done
	try inside user vmabench list
	ok "$release: vmabench has its scenarios" grep -q '^secretmem_append ' "$tmp/out"
	for page in bench/*/*.[18] scripts/*.[18]; do
		name=$(basename "${page%.*}")
		try inside user man "$name"
		ok "$release: man $name" grep -qi "^$name(${page##*.}) .* $name(${page##*.})\$" "$tmp/out"
		try inside user whatis "$name"
		ok "$release: whatis $name" grep -q "^$name (${page##*.})  *- " "$tmp/out"
	done
	try inside user vmabench-suite --help
	ok "$release: the suite has its scripts" grep -q '^  series$' "$tmp/out"
	try inside user vmabench-suite kernel list
	is "$release: they find the patches" "$(paste -s -d ' ' "$tmp/out")" \
		'stock account deferred hook secretmem noretry warn'
	try inside root env -C /tmp BENCH_SECONDS=3 vmabench-suite bench anon_append
	is "$release: the running kernel is measured there" "$status" 0
	ok "$release: with results where it was called" \
		sh -c "ls '$chroot'/tmp/results/*/*/*/boot-00.jsonl"
}

for release; do
	if builds; then
		installs
	fi
	rm -rf "$tmp/builder"
done
finish
