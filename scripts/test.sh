#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test.sh [BUILD]
#
# Run the unit tests in BUILD/tests (build/tests), then the script tests.
# All of them run, whatever fails.
#
# Exit status: 0 all passed, 1 something failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

no_options "$@"
cd "$root"
build=${1:-build}
rc=0

for unit in "$build"/tests/test_*; do
	[ -x "$unit" ] || continue
	case $unit in
	*.[do] | *.so) continue ;;
	esac
	echo "$unit"
	"$unit" || rc=1
done

# The longest first, which takes one CPU: the others go on beside it.
long=scripts/tests/metal_guest.t
set -- $long
for file in bench/tests/*.t scripts/tests/*.t; do
	[ ! -f "$file" ] || [ "$file" = $long ] || set -- "$@" "$file"
done
prove -j "${JOBS:-$(nproc)}" --timer "$@" || rc=1

exit $rc
