#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-cluster.sh [PART...]
#
# A private cluster on this machine, on loopback, by whoever runs this: Slurm with
# three nodes, and two machines to reach by ssh; see test-cluster/cluster.sh.
# Does it do what a cluster does, when all goes well and when a node loses power?
# The PARTs are slurm, ssh and ground (all of them); ground: nothing is left.
#
# Prints TAP, for prove.  Five minutes, most of which it waits for time limits.
#
# Exit status: 0 gone to the end, whatever failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/test-cluster/cluster.sh
. "$root/scripts/test-cluster/cluster.sh"
# shellcheck source=scripts/test-cluster/slurm.sh
. "$root/scripts/test-cluster/slurm.sh"
# shellcheck source=scripts/test-cluster/ssh.sh
. "$root/scripts/test-cluster/ssh.sh"
# shellcheck source=scripts/test-cluster/left.sh
. "$root/scripts/test-cluster/left.sh"

no_options "$@"
for part; do
	among part "$part" slurm ssh ground
done
[ $# -gt 0 ] || set -- slurm ssh ground
trap 'stop_ground; rm -rf "$tmp"' EXIT
exit_on_signals

for part; do
	part_"$part"
done
finish
