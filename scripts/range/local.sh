# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of range.sh
#
# Of range.sh: the cells on this machine.

check_local() {
	[ "$slots" -eq 1 ] || need_parallel
}

# need_parallel: it leaves nothing in the user's home.
need_parallel() {
	command -v parallel >/dev/null || die "no parallel here (Debian: parallel)"
	export PARALLEL_HOME="$tmp/parallel"
	mkdir -p "$PARALLEL_HOME"
}

# cell_command: for parallel, to which a { of a path would be one of its own words.
cell_command() {
	quoted "$runner" "$session" "$(plan nonce)" | sed "s/{/{''/g"
}

# time_of NAME: where it went, in a line.
time_of() {
	[ -f "$range/$1.times" ] || return 0
	awk '$1 == "kept" { print "measured before"; kept = 1; exit }
		$1 == "total" { total = $2; next }
		$1 == "objects" { text = text ", " $2 " objects"; next }
		$2 > 0 { text = text (text == "" ? "" : ", ") $1 " " $2 " s" }
		END { if (!kept) print total " s" (text == "" ? "" : ": " text) }' "$range/$1.times"
}

# no_end: why a cell has none.
no_end() {
	[ -e "$range/cancelled" ] && echo cancelled || echo 'not measured: it could not be begun'
}

# told NAME: what became of a cell.
told() {
	n=$((n + 1))
	took=$(time_of "$1")
	case $(cell_end "$1") in
	done)	say "$n of $all: $1: ${took:-done}" ;;
	*)	say "$n of $all: $1: $(cat "$range/$1.end" 2>/dev/null || no_end)" \
			"${took:+($took)}" ;;
	esac
}

# run_local: the cells that $tmp/todo names, each twice at most.
run_local() {
	all=$(wc -l <"$tmp/todo")
	n=0
	if [ "$(plan slots)" -gt 1 ]; then
		# A cell that fails is tried once more.
		in_child parallel --will-cite --plain --no-notice --retries 2 -j "$(plan slots)" \
			--arg-file "$tmp/todo" "$(cell_command)" '{}' \
			>/dev/null 2>&1 || :
		while read -r one; do
			told "$one"
		done <"$tmp/todo"
		return
	fi
	while read -r one; do
		[ ! -e "$range/cancelled" ] || return 0
		draw_line "$((n + 1)) of $all: $one"
		in_child "$runner" "$session" "$(plan nonce)" "$one" ||
			[ -e "$range/cancelled" ] ||
			in_child "$runner" "$session" "$(plan nonce)" "$one" || :
		told "$one"
	done <"$tmp/todo"
}
