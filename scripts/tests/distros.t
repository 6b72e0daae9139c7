#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Another release of Debian than this one: its compiler builds the programs, and its
# QEMU counts what this machine's does.  What is looked at is in test-distros.sh.
set -u

cd "$(dirname "$0")/../.." || exit 1

skip() {
	echo "1..0 # SKIP $*"
	exit
}

[ "$(id -u)" -eq 0 ] || skip "only root can make a root and change into it"
command -v mmdebstrap >/dev/null || skip "no mmdebstrap, which makes roots"
unshare --mount-proc --pid --fork true 2>/dev/null ||
	skip "the kernel lets root here mount nothing (a container)"
scripts/kernel.sh build deferred 2>/dev/null || {
	echo "1..1"
	echo "not ok 1 - the kernel to boot is there"
	exit 1
}
exec scripts/test-distros.sh --short
