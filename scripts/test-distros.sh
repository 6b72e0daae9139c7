#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-distros.sh [RELEASE...]
#        test-distros.sh --short [RELEASE...]
#
# Does the suite work on another Debian than this one?  For each RELEASE (bookworm
# and trixie) and each of USERS this makes a root that has nothing but git and make,
# clones what is committed here into it, and types what the README says: make series,
# make test.  The ordinary user cannot install anything: what he is told to, root
# does for him.  Prints TAP, for prove; what make said is in RESULTS.
#
# Long: an hour or two a release.  Nothing of the machine's cache is in a root, so
# that all kernels are built there; the next user of a release gets the images and
# the compiler's cache of the first.
#
# With --short, which is in make test: the programs are built in a root where their
# packages are, and that release's QEMU measures three scenarios on a kernel image
# of this machine's cache.  What it counts must be what this machine's QEMU does.
# RELEASE is trixie, and bookworm where this machine is that.  Roots stay in
# CACHE/roots.
#
# Environment:
#   USERS      who types (root user)
#   TARGETS    what (series test); programs takes a minute, and works in testing and
#              sid as well, which have no source of 6.12
#   BUILT      folder with images, modules and ccache of a cache, for the first user as
#              well (none)
#   RESULTS    logs go to RESULTS/distros/RELEASE-USER (results)
#   STAGE      the kernel of the short form (deferred); must have been built
#
# Exit status: 0 gone to the end, whatever failed, 1 not root, 2 usage.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
build=${B:-$root/build}
results=${RESULTS:-$root/results}/distros
stage=${STAGE:-deferred}
users=${USERS:-root user}
targets=${TARGETS:-series test}
scenarios="nop anon_append secretmem_append"
roots=$("$here/kernel.sh" cache)/roots

say() {
	echo "test-distros.sh: $*" >&2
}

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
-*)
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0" >&2
	[ "$1" = --help ] || [ "$1" = -h ] || exit 2
	exit 0 ;;
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
		say "'$release' is not the name of a release of Debian (trixie)"
		exit 2 ;;
	esac
done
for user in $users; do
	case $user in
	root | user) ;;
	*) say "USERS are root and user, not '$user'"; exit 2 ;;
	esac
done
[ "$(id -u)" -eq 0 ] || {
	say "only root can make a root and change into it"
	exit 1
}
command -v mmdebstrap >/dev/null || {
	say "no mmdebstrap, which makes roots; scripts/deps.sh test installs it"
	exit 1
}

child=
scratch=
cleanup() {
	[ -z "$child" ] || kill -s KILL "$child" 2>/dev/null || :
	[ -z "$child" ] || wait "$child" 2>/dev/null || :
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
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	env --default-signal setpriv --pdeathsig KILL \
		unshare --mount-proc --pid --fork --kill-child \
		"$0" --inside "$scratch" "$@" </dev/null &
	child=$!
	status=0
	wait "$child" || status=$?
	child=
	exit "$status"
}
[ -n "$inside" ] || contained ${short:+--short} "$@"

# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/distro-root.sh
. "$here/distro-root.sh"

# told TEXT...: for who reads it; not among the results, where prove would keep it to
# itself.
told() {
	echo "# $release: $*" >&2
}

[ -z "$(git -C "$root" status --porcelain 2>/dev/null)" ] ||
	say "what is not committed is not tested"

# The short form

# in_short COMMAND...: by the user, in his clone.
in_short() {
	"$here/in-root.sh" --read-only --bind "$home=home/user" \
		--bind "$image=mnt" "$at" user env -C vmabench "$@"
}

# all_same: vmadiff has found no row of the two that differs.
all_same() {
	grep '^verdicts: ' "$tmp/out" && ! grep '^verdicts: .*, ' "$tmp/out" &&
		grep '^verdicts: [1-9][0-9]* EXACT-SAME$' "$tmp/out"
}

short_form() {
	try short_root "$release"
	is "$release: there is a root with what the suite needs" "$status" 0
	[ "$status" -eq 0 ] || return 0
	at=$(cat "$tmp/out")
	home=$inside/home-$release
	cp -a "$at/home/user" "$home"
	try clone_into "$home"
	is "$release: what is committed is cloned" "$status" 0
	try in_short make programs
	is "$release: the programs are built" "$status" 0
	[ "$status" -eq 0 ] || return 0
	try in_short build/vmabench list
	ok "$release: vmabench runs" grep -q '^secretmem_append ' "$tmp/out"
	try in_short build/vmadiff --version
	is "$release: vmadiff runs" "$status" 0
	try in_short sh -c 'gcc --version && ld --version && ldd --version &&
		qemu-system-x86_64 --version'
	told "$(grep -E '^(gcc|GNU ld|ldd|QEMU)' "$tmp/out" | paste -s -d ';')"
	try in_short build/vmabench exact --probe
	is "$release: its QEMU takes the plugin" "$status" 0
	# shellcheck disable=SC2086 # one word a scenario
	try in_short scripts/exact.sh "$stage=/mnt" there.jsonl $scenarios
	is "$release: its QEMU measures a kernel of this machine" "$status" 0
	[ "$status" -eq 0 ] || return 0

	# The same program, so that what differs is QEMU's.
	mkdir "$tmp/mixed"
	cp "$build"/vmabench* "$tmp/mixed"
	cp "$home/vmabench/build/vmabench" "$tmp/mixed"
	# shellcheck disable=SC2086
	try env B="$tmp/mixed" "$here/exact.sh" "$stage=$image" \
		"$tmp/here.jsonl" $scenarios
	is "$release: and so does this machine's" "$status" 0
	try "$build/vmadiff" compare --allow=qemu --allow=firmware \
		"$tmp/here.jsonl" "$home/vmabench/there.jsonl"
	ok "$release: they count the same" all_same
	rm -rf "$tmp/mixed"
}

if [ -n "$short" ]; then
	image=$("$here/kernel.sh" path "$stage") || exit 1
	for release; do
		short_form
	done
	finish
	exit
fi

# The long form

# typed COMMAND...: by $user in his clone; what it says goes to $log, and the end of
# that to where ok shows it.
typed() {
	status=0
	"$here/in-root.sh" "$at" "$user" env -C vmabench "$@" >"$log" 2>&1 </dev/null ||
		status=$?
	tail -n 40 "$log" >"$tmp/out"
}

# install_line: the one that $log has, of names of packages and nothing else.
install_line() {
	[ "$(grep -c 'apt-get install' "$log")" -eq 1 ] || return 1
	grep -xE '(sudo )?apt-get install( --?[a-z-]+)*( [a-z0-9][a-z0-9.+-]*)+' "$log"
}

# as_root LINE: what the owner of the machine types, and answers.
as_root() {
	"$here/in-root.sh" "$at" root env DEBIAN_FRONTEND=noninteractive \
		sh -c "$(echo "${1#sudo }" | sed 's/^apt-get/& -q -y/')"
}

# asks_first TARGET: make stops, and names the line; root types it.
asks_first() {
	ok "$name: make $1 stops where packages are missing" [ "$status" -ne 0 ]
	line=$(install_line) || line=
	ok "$name: and prints the one line that installs them" [ -n "$line" ]
	[ -n "$line" ] || return 0
	try as_root "$line"
	is "$name: which works" "$status" 0
}

# make_it TARGET
make_it() {
	log=$logs/$1.log
	told "$user: make $1; all that it says is in $log"
	start=$(date +%s)
	typed make "$1"
	if [ "$user" != root ]; then
		asks_first "$1"
		start=$(date +%s)
		typed make "$1"
	fi
	is "$name: make $1" "$status" 0
	told "$user: make $1: $((($(date +%s) - start) / 60)) min, exit status $status"
	tail -n 12 "$log" | sed 's/^/#   /' >&2
	# What does not run here is to be seen.
	grep -E 'skipped' "$log" | sed 's/^/#   /' >&2
}

versions() {
	log=$logs/versions.log
	# shellcheck disable=SC2016 # for the other shell
	typed sh -c 'gcc --version; ldd --version; ld --version
		qemu-system-x86_64 --version
		dpkg-query -W -f "\${Package} \${Version}\n" "linux-source-*"'
	told "$user: $(grep -E '^(gcc|ldd|GNU ld|QEMU|linux-source)' "$log" |
		paste -s -d ';')"
}

# What root has built is the other one's as well: the key of an image is what it is
# made of.
keep_built() {
	mkdir "$inside/built"
	for what in images modules ccache; do
		mv "$home/.cache/vmabench/$what" "$inside/built" 2>/dev/null || :
	done
}

share_built() {
	[ -n "$(ls "$inside/built" 2>/dev/null)" ] || return 0
	mkdir -p "$home/.cache/vmabench"
	cp -a "$inside"/built/* "$home/.cache/vmabench"
	chown -R --reference="$home" "$home/.cache"
	told "$user has $(cd "$inside/built" && echo *) that were there before"
}

# The README for one user, in a root of his own.
reads_readme() {
	name="$release, $user"
	at=$inside/root
	cp -a "$inside/base" "$at"
	home=$at$(awk -F : -v user="$user" '$1 == user { print $6 }' "$at/etc/passwd")
	logs=$results/$release-$user
	rm -rf "$logs"
	mkdir -p "$logs"
	try clone_into "$home"
	is "$name: what is committed is cloned" "$status" 0
	share_built
	# Others than root have somebody who does that for them now and then.
	[ "$user" = root ] || as_root 'apt-get update' >/dev/null 2>&1 || :
	for target in $targets; do
		make_it "$target"
	done
	versions
	[ "$user" = root ] || ok "$name: nothing is written outside of home and /tmp" \
		nothing_elsewhere
	[ -d "$inside/built" ] || keep_built
	rm -rf "$at"
}

nothing_elsewhere() {
	find "$at" -xdev \( -path "$at/home" -o -path "$at/tmp" \) -prune -o \
		-uid "$(stat -c %u "$at/home/user")" -print >"$tmp/out"
	[ ! -s "$tmp/out" ]
}

# Debian 12 has the kernel's source in its security suite alone.
without_security() {
	user=root
	name="$release without its security suite"
	at=$inside/root
	cp -a "$inside/base" "$at"
	rm "$at"/etc/apt/sources.list.d/*security*
	log=$tmp/log
	try clone_into "$at/root"
	typed make series
	ok "$name: make series stops" [ "$status" -ne 0 ]
	line=$(grep -xE "deb [a-z]+://[^ ]+ $release-security main" "$log") || line=
	ok "$name: and prints the line that adds it" [ -n "$line" ]
	echo "$line" >"$at/etc/apt/sources.list.d/security.list"
	try as_root 'apt-get update'
	try "$here/in-root.sh" "$at" root apt-cache show \
		"linux-source-${KERNEL_BASE:-6.12}"
	is "$name: which helps" "$status" 0
	rm -rf "$at"
}

need_space 15000 || exit 1
for release; do
	try make_root "$release" "$inside/base"
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
