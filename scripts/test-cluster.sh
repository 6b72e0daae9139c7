#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-cluster.sh [PART...]
#
# A private cluster on this machine, on loopback, by whoever runs this: Slurm with
# three nodes, and two machines to reach by ssh; see test-cluster/cluster.sh.
# Does it do what a cluster does, when all goes well and when a node loses power?
# The PARTs are slurm, ssh, ground (nothing is left) and range (all of them): 12
# commits of a real kernel, measured on Slurm while a node dies, cancelled and
# resumed; on this machine; and over ssh: all records must be the same.
#
# Prints TAP, for prove.  Five minutes, most of which it waits for time limits,
# and half an hour for the range, which takes 20 GB in the cache meanwhile.
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
# shellcheck source=scripts/test-cluster/range.sh
. "$root/scripts/test-cluster/range.sh"

no_options "$@"
for part; do
	among part "$part" slurm ssh ground range
done
[ $# -gt 0 ] || set -- slurm ssh ground range
dir=
trap 'stop_ground; rm -rf "$tmp" ${dir:+"$dir"}' EXIT
exit_on_signals

for part; do
	part_"$part"
done
finish
