#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff compare: 2 000 boots a side in the memory that they may have. For 5 000 boots,
# 108 rows each, that is 512 MiB (scripts/speed.sh); for 2 000 boots of 12 rows 64 MiB,
# addresses that are only reserved counted as well, as ulimit -v counts. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

boots=2000
mib=64
"$here/build/tests/gen_session" -b $boots -o $((boots / 4)) -c 6 -m 2 -n 5 -k 2 . || exit 1

# On one processor: each thread reserves 64 MiB of addresses.
cpu=$(sed -n 's/^Cpus_allowed_list:[^0-9]*\([0-9]*\).*/\1/p' /proc/self/status)
try taskset -c "$cpu" prlimit "--as=$((mib * 1024 * 1024))" "$vmadiff" compare base new
is "boots of both sides are compared in $mib MiB" "$status" 0
says "^new .* $boots boots in 4 blocks"
says '^worse  *7 rows'

finish
