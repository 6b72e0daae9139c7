# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the tests of vmadiff import share. To be sourced; goes into $tmp.

here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=bench/tests/vmadiff_tap.sh
. "$here/bench/tests/vmadiff_tap.sh"
# shellcheck disable=SC2034 # the caller's
samples=$here/bench/tests/data/foreign

# batches RECORD SCENARIO METRIC: the values of a row
batches() {
	sed -n '/"scenario":"'"$2"'".*"metric":"'"$3"'"/s/.*"batches":\[\([^]]*\)\].*/\1/p' "$1"
}

# json_list HEAD ELEMENT...: HEAD and a list of objects of these members, each on a line
json_list() {
	printf '{%s[' "$1"
	shift
	between=
	for element; do
		printf '%s\n{%s}' "$between" "$element"
		between=,
	done
	printf ']}\n'
}

# refused FORMAT FILE NAME PATTERN
refused() {
	run 4 "$1: $3" import -o never.jsonl "$1" "$2"
	says "$4"
	ok '  no record' [ ! -e never.jsonl ]
}

# bad FORMAT NAME PATTERN: of the file "bad"
bad() {
	refused "$1" bad "$2" "$3"
}
