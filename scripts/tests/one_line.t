#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Whatever a message quotes of the user's, it is one line: a value does not make a second
# one, which would look as if a script or a program had said it.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

export QUIET=1 RESULTS="$tmp/results"
value=$(printf 'x\nforged: all is well\r\nforged')
mkdir "$tmp/empty"

# quotes COMMAND...: fails, and says one thing of the value, in a line that has both of its
# ends.
quotes() {
	try "$@"
	ok "$(echo "$*" | tr -d '\r' | paste -s -d ' ' | cut -c 1-60): fails" [ "$status" -ne 0 ]
	ok '  it says which value it was' \
		grep -q "x.*forged: all is well.*forged" "$tmp/out" "$tmp/err"
	# shellcheck disable=SC2016 # the other shell's
	ok '  in one line' sh -c '! cat "$1/out" "$1/err" | tr "\r" "\n" | grep -q "^forged"' \
		sh "$tmp"
}

quotes scripts/report.sh "$value"
quotes scripts/publish.sh "$value"
quotes scripts/plot.sh "$value"
quotes scripts/flame.sh "$value" a b
quotes scripts/kernel.sh check "$value"
quotes scripts/torture.sh "$value"
quotes scripts/regress.sh "$value"
quotes scripts/variables.sh report "$value"
quotes env REPORT="$tmp/$value/x" scripts/report.sh "$value"
quotes env POLICY="$value" scripts/museum.sh
quotes env LUCK="$value" scripts/museum.sh
quotes env SET="$value" scripts/luck.sh
quotes env BUNDLE="$value" scripts/publish.sh "$tmp/empty"
quotes env TIER="$value" scripts/series.sh --check stock noretry
quotes env BLOCKS="$value" scripts/aa.sh

# What there is, with a name like that, is said as well.
mkdir "$tmp/$value"
quotes scripts/report.sh "$tmp/$value"

is 'what controls a terminal is seen as what it is not' "$(
	root=$PWD sh -c '. scripts/lib.sh; tame "$1"' one_line.t "$(printf 'a\tb\033[1m\r\nc\302\205d\342\200\250e\303\244')"
)" "$(printf 'a\tb?[1m??c?d?e\303\244')"
finish
