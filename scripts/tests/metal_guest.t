#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh where it matters: a booted Debian with GRUB and systemd, two
# kernels, four boots, one of which panics.  What is looked at is in test-metal.sh.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

if [ "$(id -u)" -ne 0 ]; then
	echo "1..0 # SKIP only root can make the guest's disk (mmdebstrap)"
	exit
fi
try scripts/test-metal.sh short
sed 's/^/# /' "$tmp/out"
is 'the session of the guest came out as it should' "$status" 0
is 'with all that was looked at' "$(grep -c '^test-metal.sh: ok: ' "$tmp/out")" 13

finish
