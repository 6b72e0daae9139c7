#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: rooms.sh [SOURCE [OBJECTS]]
#
# Does the code keep to its plan?  SOURCE/rooms.txt (bench) names the rooms and
# the arrows between them.  What a room really uses is read from the symbols of
# its object files, in OBJECTS (build/obj), and from what its files include.
# Each of these is an error, a line each on standard output:
#
#   an arrow that the plan does not have, or one of it that points up, so that
#   there can be no circle
#   a header that is another room's own, and a function that no header for the
#   neighbours declares
#   a room that the plan does not name, and an arrow of it that nothing goes along
#   a room that include/, plugin/ or kmod/ use: these stand above all
#
# Exit status: 0 the code keeps to the plan, 1 it does not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
no_options "$@"
[ $# -le 2 ] || usage
source=${1:-bench}
objects=${2:-build/obj}
[ -r "$source/rooms.txt" ] || fail 2 "no plan in $source/rooms.txt"
[ -d "$objects" ] || fail 2 "no object files in $objects: make programs"

# "plan ROOM LINE", "header ROOM FILE", "may ROOM USED", in the order of the plan
plan() {
	sed 's/#.*//; /^[[:space:]]*$/d' "$source/rooms.txt" | awk '{
		split($0, side, ":")
		headers = ""
		if (match(side[1], /\[.*\]/)) {
			headers = substr(side[1], RSTART + 1, RLENGTH - 2)
			sub(/\[.*\]/, "", side[1])
		}
		room = side[1]
		gsub(/[[:space:]]/, "", room)
		print "plan", room
		if (headers == "") {
			name = room
			sub(/.*\//, "", name)
			headers = name ".h"
		}
		n = split(headers, list, " ")
		for (i = 1; i <= n; i++)
			print "header", room, room "/" list[i]
		n = split(side[2], list, " ")
		for (i = 1; i <= n; i++)
			print "may", room, list[i]
	}'
}

files=$(cd "$source" && find . -name '*.[ch]' ! -path './tests/*' | sed 's,^\./,,' | sort)

# "file FILE", "declares FILE NAME" of each header, "includes FILE HEADER" of each file; what is
# found nowhere in SOURCE is not of a room.
texts() {
	# shellcheck disable=SC2086 # one word a file; names have no blanks
	(cd "$source" && awk '
	FNR == 1 {
		there[FILENAME] = 1
		print "file", FILENAME
	}
	/^[ \t]*#[ \t]*include[ \t]*["<]/ {
		split($0, part, /["<>]/)
		wants[++nr] = FILENAME " " part[2]
	}
	FILENAME ~ /\.h$/ {
		gsub(/[^A-Za-z0-9_]/, " ")
		for (i = 1; i <= NF; i++)
			if (!((FILENAME, $i) in seen)) {
				seen[FILENAME, $i] = 1
				print "declares", FILENAME, $i
			}
	}
	function plain(path) {
		while (sub(/[^\/]+\/\.\.\//, "", path))
			;
		gsub(/\.\//, "", path)
		return path
	}
	END {
		for (i = 1; i <= nr; i++) {
			split(wants[i], want, " ")
			own = top = want[1]
			sub(/[^\/]*$/, "", own)
			sub(/\/.*/, "/", top)
			if (plain(own want[2]) in there)
				print "includes", want[1], plain(own want[2])
			else if (want[2] in there)
				print "includes", want[1], want[2]
			else if (top want[2] in there)
				print "includes", want[1], top want[2]
		}
	}' $files)
}

# "defines FILE NAME" and "needs FILE NAME", of object files that still have a source
symbols() {
	echo "$files" | sed -n 's/\.c$/.o/p' | while read -r file; do
		[ ! -e "$objects/$file" ] || echo "$file"
	done | (cd "$objects" && xargs -r nm -A) | awk '
		{ file = $1; sub(/\.o:.*/, ".c", file) }
		NF == 3 && $2 == "U" { print "needs", file, $3 }
		NF == 3 && $2 ~ /[TDBRCVW]/ { print "defines", file, $3 }'
}

{
	plan
	texts
	symbols
} | awk '
function room_of(file, dir) {
	dir = file
	while (sub(/\/?[^\/]*$/, "", dir) && dir != "")
		if (dir in rank && (!(dir in divided) || file == dir "/" base_of(file)))
			return dir
	dir = file
	sub(/\/[^\/]*$/, "", dir)
	unknown[dir] = 1
	return ""
}
function base_of(file) {
	sub(/.*\//, "", file)
	return file
}
function is_above(file) {
	return file ~ /^(include|plugin|kmod)\//
}
function say(text) {
	if (!(text in said)) {
		said[text] = 1
		print text
		bad = 1
	}
}
function arrow(from, to, why) {
	used[from, to] = 1
	if (!((from, to) in may))
		say(from " uses " to ", which the plan does not have: " why)
}
$1 == "plan" {
	rank[$2] = ++nr
	for (dir = $2; sub(/\/[^\/]*$/, "", dir);)
		divided[dir] = 1
	next
}
$1 == "header" { public[$3] = $2; next }
$1 == "may" {
	may[$2, $3] = 1
	if (!($3 in rank))
		say("the plan has " $2 " use " $3 ", which does not stand above it")
	next
}
$1 == "declares" { if ($2 in public) known[public[$2], $3] = 1; next }
$1 == "file" && !is_above($2) { room_of($2) }
$1 == "includes" && is_above($2) {
	if (!is_above($3))
		say($2 " includes " $3 ", and stands above all rooms")
	next
}
$1 == "includes" && is_above($3) { next }
$1 == "includes" {
	from = room_of($2)
	to = room_of($3)
	if (from == to || from == "" || to == "")
		next
	arrow(from, to, $2 " includes " $3)
	if (!($3 in public))
		say($2 " includes " $3 ", which is the own one of " to)
	next
}
$1 == "defines" { where[$3] = $2; next }
$1 == "needs" { need[++nr_needs] = $2 " " $3; next }
END {
	for (i = 1; i <= nr_needs; i++) {
		split(need[i], n, " ")
		if (!(n[2] in where) || is_above(n[1]) || is_above(where[n[2]]))
			continue
		from = room_of(n[1])
		to = room_of(where[n[2]])
		if (from == to || from == "" || to == "")
			continue
		arrow(from, to, n[1] " calls " n[2] "() of " where[n[2]])
		if (!((to, n[2]) in known))
			say(n[1] " uses " n[2] ", which no header of " to " declares")
	}
	for (room in unknown)
		say("the plan has no room " room)
	for (pair in may)
		if (!(pair in used)) {
			split(pair, n, SUBSEP)
			say("the plan has " n[1] " use " n[2] ", and nothing does")
		}
	exit bad
}'
