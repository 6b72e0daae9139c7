#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-deb.sh
#
# Builds the package and installs it into a Debian that has nothing else: its
# programs must run there, and nothing must be left when it is removed.  Needs
# root, for a folder to be one.  TAP.
#
# Environment: MIRROR, SUITE   as debootstrap takes them (from sources.list)

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

[ $# -eq 0 ] || misuse "there is no '$1'"
cd "$root"
[ "$(id -u)" -eq 0 ] || die "only root can make a clean root"
. scripts/tests/tap.sh

scripts/deb.sh "$tmp" >/dev/null
sources=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
	sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}//p' | head -n 1)
if [ -z "$sources" ]; then
	sources=$(awk '/^URIs:/ { uri = $2 } /^Suites:/ { print uri, $2; exit }' \
		/etc/apt/sources.list.d/*.sources)
fi
mirror=${MIRROR:-${sources%% *}}
suite=${SUITE:-$(echo "$sources" | awk '{ print $2 }')}
root=$tmp/root
echo "# debootstrap $suite"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$tmp/debootstrap" 2>&1 || {
	tail -n 20 "$tmp/debootstrap" >&2
	exit 1
}
cp "$tmp"/*.deb "$root/tmp"
for file in /etc/apt/apt.conf.d/*; do
	cp "$file" "$root/etc/apt/apt.conf.d"
done

# Names of files, but for what apt and dpkg keep for themselves.
files() {
	(cd "$root" && find . -xdev -path ./var -prune -o -path ./tmp -prune -o \
		-path ./proc -prune -o -print | sort)
}

# /proc is gone with the namespace, whatever happens.
inside() {
	# shellcheck disable=SC2016 # for the other shell
	unshare -m sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' \
		"$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
		LC_ALL=C "$@"
}

inside sh -c 'apt-get -q -y --no-install-recommends --download-only install /tmp/*.deb' >"$tmp/apt" 2>&1 || {
	tail -n 20 "$tmp/apt" >&2
	exit 1
}
files >"$tmp/before"
try inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install /tmp/*.deb'
is 'it is installed' "$status" 0
try inside vmabench --version
is 'vmabench runs' "$status" 0
try inside vmadiff --version
is 'vmadiff runs' "$status" 0
try inside vmabench list
ok 'vmabench has its scenarios' grep -q '^secretmem_append ' "$tmp/out"
try inside vmabench-suite --help
ok 'the suite has its scripts' grep -q '^  series$' "$tmp/out"
try inside vmabench-suite kernel list
is 'they find the patches' "$(paste -s -d ' ' "$tmp/out")" \
	'stock account deferred hook secretmem noretry warn'
try inside env -C /tmp BENCH_SECONDS=3 vmabench-suite bench anon_append
is 'the running kernel is measured there' "$status" 0
ok 'with results where it was called' \
	sh -c "ls '$root'/tmp/results/*/*/*/boot-00.jsonl"
try inside bash -c '. /usr/share/bash-completion/completions/vmadiff && complete -p vmadiff'
is 'bash completes' "$status" 0
try inside sh -c 'apt-get -q -y purge vmabench && apt-get -q -y --purge autoremove'
is 'it is removed' "$status" 0
files >"$tmp/after"
ok 'and nothing is left of it' sh -c "! grep -F vmabench '$tmp/after'"
finish
