# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of publish.sh
#
# Of publish.sh: flame graphs are of call chains, which records have, but no data file says
# of which, so that each that the session has is drawn anew of what is published.

# draw_flames SESSION COPY
draw_flames() {
	for file in "$1"/plots/flame-*.svg; do
		[ -f "$file" ] || continue
		flame=$(basename "$file" .svg)
		mkdir -p "$2/plots"
		draw_flame "$2" "$flame" >"$work/said" 2>&1 ||
			echo "$flame: could not be drawn anew" >>"$2/plots/missing.txt"
	done
}

# draw_flame COPY NAME: flame-SCENARIO-STAGE, or flame-SCENARIO-diff of the first and the
# last stage.
draw_flame() {
	of=${2#flame-}
	case $of in
	*[!a-z0-9_-]* | *-*-*) return 1 ;;
	*-diff)
		# shellcheck disable=SC2046 # two words
		set -- "$1" "$2" $(ends_in "$1")
		[ $# -eq 4 ] || return 1
		QUIET=1 "$root/scripts/flame.sh" "$1/plots/$2.svg" --diff "$1/$3.jsonl" \
			"$1/$4.jsonl" "${of%-*}" ;;
	*-*)	[ -f "$1/${of##*-}.jsonl" ] || return 1
		QUIET=1 "$root/scripts/flame.sh" "$1/plots/$2.svg" "$1/${of##*-}.jsonl" \
			"${of%-*}" ;;
	esac
}

# ends_in COPY: the first and the last stage that have a record, in two words.
ends_in() {
	while read -r stage _; do
		[ ! -f "$1/$stage.jsonl" ] || echo "$stage"
	done <"$1/stages" | awk 'NR == 1 { first = $0 } END { if (NR > 1) print first, $0 }'
}
