# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of series.sh
#
# Of series.sh: the pictures of the session $dir.  What cannot be drawn is said, here and
# in plots/missing.txt for the reports.

# draw_flame NAME ARGUMENT...
draw_flame() {
	flame_name=$1
	shift
	"$root/scripts/flame.sh" "$dir/plots/$flame_name.svg" "$@" \
		2>"$scratch/err" && return
	cat "$scratch/err" >&2
	prefix "$flame_name: " <"$scratch/err" >>"$missing"
}

draw_pictures() {
	missing=$dir/plots/missing.txt
	mkdir -p "$dir/plots"
	QUIET=1 "$root/scripts/plot.sh" "$dir" 2>"$scratch/err" || {
		cat "$scratch/err" >&2
		[ -s "$missing" ] || sed 's/^/plot: /' "$scratch/err" >>"$missing"
	}
	if [ -n "$flame" ]; then
		for record in "$first" "$last"; do
			draw_flame "flame-$flame-$(basename "$record" .jsonl)" \
				"$record" "$flame"
		done
		draw_flame "flame-$flame-diff" --diff "$first" "$last" "$flame"
	fi
}

# tell_lacks: what kernels made of the configuration, where that is not what was asked for.
tell_lacks() {
	lacks_of guest.config "$scratch/stages"
	[ ! -f "$scratch/um" ] || lacks_of um.config "$scratch/um"
}

# lacks_of CONFIG STAGES
lacks_of() {
	kernels=0
	while read -r stage image commit; do
		[ ! -d "$image" ] || kernels=$((kernels + 1))
		[ -s "$image/lacks" ] || continue
		sed "s/^/$stage /" "$image/lacks"
	done <"$2" >"$scratch/lacks"
	awk -v config="$1" -v all="$kernels" '
		{
			stage = $1
			sub(/^[^ ]* /, "")
			n[$0]++
			stages[$0] = stages[$0] " " stage
		}
		END {
			for (what in n)
				print config ": asked for " what ":" \
					(n[what] == all ? " all kernels" : stages[what])
		}' "$scratch/lacks" | LC_ALL=C sort >>"$missing"
}

# report_missing: as warnings in the report.
report_missing() {
	if [ -s "$missing" ] && [ -f "$dir/report.md" ]; then
		{
			printf '\n## Warnings\n\n'
			sed 's/^/- /' "$missing"
		} >>"$dir/report.md"
		note_ours "$dir" "$dir" report.md
		note_ours "$dir/plots" "$dir/plots" missing.txt
	elif [ ! -s "$missing" ]; then
		rm -f "$missing"
	fi
}
