#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: guard.sh FOLDER PID
#
# What cluster.sh runs beside itself: waits for the end of the process PID, which
# has made a cluster in FOLDER, however it ends, and then ends all that runs of it
# and removes the folder.
#
# Exit status: 0 removed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/test-cluster/ground.sh
. "$root/scripts/test-cluster/ground.sh"

no_options "$@"
[ $# -eq 2 ] || usage
number PID "$2"
[ -e "$1/pids" ] || fail 2 "$1 has no cluster of a test"
trap '' HUP INT PIPE TERM
ground=$1
: >"$ground/guarded"
tail --pid="$2" -s 0.3 -f /dev/null
[ ! -e "$ground/pids" ] || clear_ground
