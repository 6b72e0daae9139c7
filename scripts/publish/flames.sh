# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of publish.sh
#
# Of publish.sh: flame graphs are of call chains, which records have, but no data file says
# of which: of a session that has any, all are drawn anew that there can be of the copy.
# What they were called may be a name that is not published.

# draw_flames SESSION COPY
draw_flames() {
	wanted=$(find "$1/plots" -maxdepth 1 -name 'flame-*.svg' 2>/dev/null | wc -l)
	[ "$wanted" -gt 0 ] || return 0
	mkdir -p "$2/plots"
	# shellcheck disable=SC2046 # two words at most
	set -- "$2" $(ends_in "$2")
	for stage in "${2-}" "${3-}"; do
		[ -n "$stage" ] || continue
		for of in $(with_stacks "$1/$stage.jsonl"); do
			draw_flame "$1" "flame-$of-$stage" "$1/$stage.jsonl" "$of"
		done
	done
	if [ $# -eq 3 ]; then
		for of in $(with_stacks "$1/$2.jsonl"); do
			! with_stacks "$1/$3.jsonl" | grep -qx "$of" ||
				draw_flame "$1" "flame-$of-diff" --diff "$1/$2.jsonl" \
					"$1/$3.jsonl" "$of"
		done
	fi
	drawn=$(find "$1/plots" -maxdepth 1 -name 'flame-*.svg' | wc -l)
	[ "$drawn" -ge "$wanted" ] ||
		echo "flame: $drawn of $wanted graphs could be drawn anew" >>"$1/plots/missing.txt"
}

# draw_flame COPY NAME ARGUMENT...: of flame.sh
draw_flame() {
	flame=$1/plots/$2.svg
	shift 2
	QUIET=1 "$root/scripts/flame.sh" "$flame" "$@" >"$work/said" 2>&1 || :
}

# with_stacks RECORD: the scenarios of which it has call chains.
with_stacks() {
	sed -n '/"type":"stacks"/s/.*"scenario":"\([a-z0-9_]*\)".*/\1/p' "$1" | LC_ALL=C sort -u
}

# ends_in COPY: the first and the last stage that have a record; of one alone, that one.
ends_in() {
	if [ -f "$1/stages" ]; then
		cut -d ' ' -f 1 "$1/stages"
	else
		find "$1" -maxdepth 1 -name '*.jsonl' | sed 's,.*/,,; s/\.jsonl$//' | LC_ALL=C sort
	fi | while read -r stage; do
		[ ! -f "$1/$stage.jsonl" ] || echo "$stage"
	done | sed -n '1p;${1!p}'
}
