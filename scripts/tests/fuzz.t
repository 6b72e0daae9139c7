#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What reads files of others does not break on what libFuzzer makes up in FUZZ_SECONDS
# (15) for each target.  An input that breaks one stays in build/fuzz/work/TARGET/found.
# That of the inputs which are kept nothing breaks is one of the unit tests.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
cd "$here/../.."

export FUZZ_SECONDS="${FUZZ_SECONDS:-15}"
try scripts/fuzz.sh
if [ "$status" -eq 3 ]; then
	echo "1..0 # SKIP $(cat "$tmp/err")"
	exit 0
fi
is "nothing is found" "$status" 0
for target in guest import policy record; do
	ok "says how much was tried: $target" \
		grep -E "$target: [0-9]+ inputs in [0-9]+ s, " "$tmp/out"
	ok 'which begins with inputs that are kept' \
		[ "$(find "bench/tests/fuzz/$target" -type f | wc -l)" -ge 20 ]
done
try scripts/fuzz.sh --once policy
is 'those that are kept alone' "$status" 0
kept=$(find bench/tests/fuzz/policy -type f | wc -l)
ok 'are each run once' grep -qF "policy: $kept inputs, " "$tmp/out"
try scripts/fuzz.sh records
is 'there is no such target' "$status" 2
says 'and one like it' "did you mean 'record'?"
sed 's/^/# /' "$tmp/out"

finish
