# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of report.sh
#
# Of report.sh: the pictures of the report.

# write_data ARGUMENT...: what pictures of the records are drawn of, in $new/draw/plots;
# the arguments are those of vmadiff.
write_data() {
	mkdir -p "$new/draw/plots"
	case ${1-} in
	'')	;;
	*=*)	"$vmadiff" series -o "$new/draw" "$@" >/dev/null 2>&1 || : ;;
	*.jsonl) "$vmadiff" show -o "$new/draw" "$@" >/dev/null 2>&1 || : ;;
	*)	newest=$(find "$new/records" -name 'boot-*.jsonl' | sort | tail -n 1)
		[ -z "$newest" ] ||
			"$vmadiff" show -o "$new/draw" "$newest" >/dev/null 2>&1 || : ;;
	esac
}

# take_drawn FOLDER: its pictures that are of these records, or that nobody can tell of.
# What they would be drawn of is not to be drawn, then; of others it is said.
take_drawn() {
	for file in "$1"/*.svg; do
		name=$(basename "$file" .svg)
		data=$new/draw/plots/$name.dat
		case $name in
		'*' | .* | *[!A-Za-z0-9_.-]*) continue ;;
		esac
		if [ ! -f "$1/$name.dat" ] || cmp -s "$1/$name.dat" "$data"; then
			for suffix in svg png txt dat; do
				[ ! -f "$1/$name.$suffix" ] ||
					cp "$1/$name.$suffix" "$new/plots"
			done
			rm -f "$data"
		elif [ ! -f "$data" ]; then
			echo "$name: is of other records; these have nothing to draw"
		elif ! has_gnuplot; then
			echo "$name: is of other records, and there is no gnuplot to draw it anew"
		fi
	done >>"$new/draw/missing.txt"
}

has_gnuplot() {
	command -v "${GNUPLOT:-gnuplot}" >/dev/null
}

# draw_others: what is left in $new/draw/plots.
draw_others() {
	has_gnuplot || return 0
	ls "$new"/draw/plots/*.dat >/dev/null 2>&1 || return 0
	QUIET=1 VMADIFF=$vmadiff "$root/scripts/plot.sh" "$new/draw" ||
		warn "going on without these pictures"
	[ ! -f "$new/draw/plots/missing.txt" ] ||
		cat "$new/draw/plots/missing.txt" >>"$new/draw/missing.txt"
	for file in "$new"/draw/plots/*.dat; do
		name=$(basename "$file" .dat)
		if is_drawn "$new/draw/plots/$name"; then
			mv "$new/draw/plots/$name".* "$new/plots"
		else
			grep -qF -e "$name: " "$new/draw/missing.txt" ||
				echo "$name: plot.sh ended before it was drawn" \
					>>"$new/draw/missing.txt"
		fi
	done
}

# is_drawn NAME: all of a picture is there.
is_drawn() {
	[ -f "$1.svg" ] && [ -f "$1.png" ] && [ -f "$1.txt" ]
}

# still_missing FILE: what could not be drawn before, and is not there now, either; and
# what else is said there.
still_missing() {
	while IFS= read -r line; do
		name=${line%%:*}
		[ -f "$new/plots/$name.svg" ] ||
			grep -qF -e "$name: " "$new/draw/missing.txt" ||
			printf '%s\n' "$line"
	done <"$1" >"$new/draw/still"
	cat "$new/draw/still" >>"$new/draw/missing.txt"
}

# take_pictures ARGUMENT...: into $new/plots, from the session where they are right.
take_pictures() {
	mkdir "$new/plots"
	write_data "$@"
	: >"$new/draw/missing.txt"
	[ -z "$session" ] || take_drawn "$session/plots"
	draw_others
	[ -z "$session" ] || [ ! -f "$session/plots/missing.txt" ] ||
		still_missing "$session/plots/missing.txt"
	[ ! -s "$new/draw/missing.txt" ] || mv "$new/draw/missing.txt" "$new/plots"
	rm -rf "$new/draw"
}
