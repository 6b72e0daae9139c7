#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The reader of records does not break on what libFuzzer makes up in FUZZ_SECONDS
# (60).  An input that breaks it stays in build/fuzz/found.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
cd "$here/../.."

try scripts/fuzz.sh
if [ "$status" -eq 3 ]; then
	echo "1..0 # SKIP $(cat "$tmp/err")"
	exit 0
fi
is "nothing is found" "$status" 0
ok "says how much was tried" grep -E ' [0-9]+ inputs in [0-9]+ s, ' "$tmp/out"
sed 's/^/# /' "$tmp/out"

finish
