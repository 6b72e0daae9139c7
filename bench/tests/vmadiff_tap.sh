# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What the tests of vmadiff share. To be sourced; goes into $tmp.
#
#   VMADIFF   the program (default: build/vmadiff)

here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/scripts/tests/tap.sh"
vmadiff=${VMADIFF:-$here/build/vmadiff}
case $vmadiff in /*) ;; *) vmadiff=$PWD/$vmadiff ;; esac
# shellcheck disable=SC2034 # the caller's
fixture=$here/bench/tests/make_fixture.sh
cd "$tmp" || exit 1

# run STATUS NAME ARGUMENT...: run vmadiff, keep what it says in out and err
run() {
	want=$1 run_name=$2
	shift 2
	try "$vmadiff" "$@"
	is "$run_name: exit $want" "$status" "$want"
}

# says PATTERN: the output or the message holds this basic regular expression
says() {
	ok "  says: $1" grep -q -- "$1" out err
}

# shellcheck disable=SC2016 # these are scripts
says_not() {
	ok "  does not say: $1" sh -c '! grep -q -- "$1" out err' sh "$1"
}

# renumber <RECORD: set the trailer right after lines were taken or added
renumber() {
	awk '/"type":"trailer"/ { printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR - 1; next }
	     { print }'
}

# as_native FROM STAGE TO: the boots of a made-up session as those of the native tier: a
# layout for each block, in which the kernels take turns at being first.
as_native() {
	mkdir -p "$3"
	for native_boot in "$1"/boot-*.jsonl; do
		awk -v stage="$2" '
		function number(key) {
			match($0, "\"" key "\":[0-9]+")
			return substr($0, RSTART + length(key) + 3, \
				RLENGTH - length(key) - 3) + 0
		}
		NR == 1 {
			block = number("block")
			order = number("order")
			order += block % 2 ? 1 - 2 * (order % 2) : 0
			sub(/"tier":"[a-z]*"/, "\"tier\":\"native\"")
			sub(/"stage":null/, "\"stage\":\"" stage "\"")
			sub(/"minor":[0-9]+/, "\"minor\":8")
			sub(/"order":[0-9]+/, "\"order\":" order ",\"layout\":" block \
				",\"layout_set\":\"0123456789abcdef\"")
			sub(/"time":"[^"]*"/, "\"when\":\"long ago\"")
		}
		{ print }' "$native_boot" >"$3/${native_boot##*/}"
	done
}
