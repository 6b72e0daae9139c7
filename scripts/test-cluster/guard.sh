#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: guard.sh FOLDER
#
# What cluster.sh runs beside itself: waits for the end of the script that has
# made a cluster in FOLDER, however it ends, and then ends all that runs of it
# and removes the folder.
#
# Exit status: 0 removed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/guard.sh
. "$root/scripts/guard.sh"
# shellcheck source=scripts/test-cluster/ground.sh
. "$root/scripts/test-cluster/ground.sh"

no_options "$@"
[ $# -eq 1 ] || usage
[ -e "$1/alive" ] && [ -e "$1/pids" ] || fail 2 "$1 has no cluster of a test"
ground=$1
await_end "$ground/alive"
[ ! -e "$ground/pids" ] || clear_ground
