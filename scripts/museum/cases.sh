# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of museum.sh
#
# Of museum.sh: which cases there are, and what was said of them before anything was
# measured.

# read_cases: "NAME KIND EXPECTED..." a line, in $tmp/list.  Exits with 2 where a line is not
# that, or has no patch.
read_cases() {
	[ -f "$museum/list" ] || fail 2 "MUSEUM: there is no file $museum/list"
	sed 's/#.*//' "$museum/list" | awk 'NF' >"$tmp/list"
	[ -s "$tmp/list" ] || fail 2 "MUSEUM: $museum/list has no case"
	wrong=$(awk '
		seen[$1]++ { print $1 " stands in it twice" }
		$2 !~ /^(regression|gain|neutral)$/ {
			print $1 " is no regression, gain or neutral, but \047" $2 "\047"
		}
		$2 ~ /^(regression|gain)$/ && NF < 3 {
			print $1 " expects no scenario, nor is it missed"
		}
		$2 == "neutral" && NF > 2 { print $1 " is neutral and expects " $3 }
		' "$tmp/list" | head -n 1)
	[ -z "$wrong" ] || fail 2 "MUSEUM: $museum/list: $wrong"
	while read -r name _; do
		[ -f "$museum/$name.patch" ] ||
			fail 2 "MUSEUM: $museum/list has $name, and there is no $museum/$name.patch"
	done <"$tmp/list"
}

# choose_cases NAME...: those, or all of them, a line each in $tmp/chosen, in the order of
# the list.
choose_cases() {
	cut -f 1 "$tmp/list" | awk '{ print $1 }' >"$tmp/names"
	[ $# -gt 0 ] || {
		cp "$tmp/names" "$tmp/chosen"
		return
	}
	for name; do
		grep -qxF -e "$name" "$tmp/names" && continue
		no_such case "$name" "$museum/list has all of them" <"$tmp/names" || exit $?
	done
	printf '%s\n' "$@" >"$tmp/asked"
	grep -xF -f "$tmp/asked" "$tmp/names" >"$tmp/chosen"
}

# order_cases: in $tmp/order, as they are built: what changes a header of the whole kernel
# comes last, for all that was compiled before it, and after it, is compiled again.
order_cases() {
	while read -r name; do
		grep -q '^+++ b/include/' "$museum/$name.patch" && echo "1 $name" ||
			echo "0 $name"
	done <"$tmp/chosen" | sort -s -k 1,1 | cut -d ' ' -f 2 >"$tmp/order"
}

# kind_of CASE, expected_of CASE: what the list says.
kind_of() {
	awk -v name="$1" '$1 == name { print $2 }' "$tmp/list"
}

expected_of() {
	awk -v name="$1" '$1 == name { $1 = $2 = ""; sub(/^ */, ""); print }' "$tmp/list"
}

# guilty_of PATCH: the functions that its head calls guilty, a line each.
guilty_of() {
	sed '/^---$/,$d' "$1" | sed -n '/^Guilty:/,/^$/p' |
		grep -oE '[A-Za-z_][A-Za-z0-9_]*\(\)' | tr -d '()' | sort -u
}

# compose FOLDER CASE...: patches for kernel.sh, of which the stage CASE is the stage
# "stock" and its patch. When a merge is retried is told, for it is that of "stock".
compose() {
	compose_in=$1
	shift
	mkdir -p "$compose_in"
	cp "$patches/guest.config" "$compose_in"
	: >"$compose_in/series"
	echo "retry stock $retry" >"$compose_in/about"
	for name; do
		cp "$museum/$name.patch" "$compose_in"
		echo "$name.patch" >>"$compose_in/series"
		echo "retry $name $retry" >>"$compose_in/about"
	done
	chmod u+w "$compose_in"/*
}

# scenarios: what SET has, or the sets primary and mm, but for what the file left_out has a
# glob of, in one line.
scenarios() {
	# shellcheck disable=SC2086 # words
	for set in ${SET:-primary mm}; do
		scenario_names "$build/vmabench" --set "$set"
	done | left_in | paste -s -d ' '
}

left_in() {
	globs=
	[ ! -f "$museum/left_out" ] || globs=$(sed 's/#.*//' "$museum/left_out")
	while read -r scenario; do
		out=
		set -f
		for glob in $globs; do
			# shellcheck disable=SC2254 # a glob
			case $scenario in
			$glob) out=1 ;;
			esac
		done
		set +f
		[ -n "$out" ] || echo "$scenario"
	done
}
