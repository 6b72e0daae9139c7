#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The plan of the rooms: the code keeps to it, and what does not is found, in a house
# of three rooms that is made here.

set -eu

here=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/scripts/tests/tap.sh"
rooms=$here/scripts/rooms.sh

cd "$here"
try "$rooms"
is 'the code keeps to its plan' "$status" 0
ok 'nothing is said of it' test ! -s "$tmp/out"
sed -n '/^base:/,/^vmadiff:/p' bench/rooms.txt >"$tmp/plan"
sed -n '/^base:/,/^vmadiff:/p' CONTRIBUTING.md >"$tmp/shown"
ok 'CONTRIBUTING.md shows the plan as it is' cmp "$tmp/plan" "$tmp/shown"

# house: cellar < kitchen < attic, as it should be
house() {
	rm -rf "$tmp/src" "$tmp/obj"
	mkdir -p "$tmp/src/cellar" "$tmp/src/kitchen" "$tmp/src/attic"
	cd "$tmp/src"
	printf '%s\n' 'cellar:' 'kitchen [kitchen.h menu.h]: cellar' \
		'attic: cellar kitchen' >rooms.txt
	echo 'int wine(void);' >cellar/cellar.h
	echo 'int barrel(void);' >cellar/barrel.h
	printf '%s\n' '#include "barrel.h"' '#include "cellar/cellar.h"' \
		'int barrel(void) { return 1; }' 'int wine(void) { return barrel(); }' \
		>cellar/wine.c
	echo 'int soup(void);' >kitchen/kitchen.h
	echo 'int menu(void);' >kitchen/menu.h
	printf '%s\n' '#include "cellar/cellar.h"' '#include "kitchen/kitchen.h"' \
		'#include "menu.h"' 'int soup(void) { return wine(); }' \
		'int menu(void) { return soup(); }' >kitchen/soup.c
	echo 'int box(void);' >attic/attic.h
	printf '%s\n' '#include "attic/attic.h"' '#include "cellar/cellar.h"' \
		'#include "kitchen/menu.h"' 'int box(void) { return menu() + wine(); }' \
		>attic/box.c
}

# check: builds it and holds it against its plan.
check() {
	for file in cellar/wine kitchen/soup attic/box; do
		mkdir -p "$tmp/obj/${file%/*}"
		"${CC:-gcc}" -I. -c -o "$tmp/obj/$file.o" "$file.c" || return 0
	done
	try "$rooms" "$tmp/src" "$tmp/obj"
}

# finds NAME TEXT: it is not right, and says so.
finds() {
	check
	is "$1: it fails" "$status" 1
	ok "$1: it says where" grep -qF -- "$2" "$tmp/out"
}

house
check
is 'a house that keeps to its plan' "$status" 0

house
sed -i 's/^attic: cellar kitchen/attic: kitchen/' rooms.txt
finds 'an arrow that the plan does not have' \
	'attic uses cellar, which the plan does not have: attic/box.c calls wine() of cellar/wine.c'

house
sed -i '1i #include "attic/attic.h"' cellar/wine.c
finds 'a wrong include, of which nothing is called' \
	'cellar uses attic, which the plan does not have: cellar/wine.c includes attic/attic.h'

for written in '#include <attic/attic.h>' '#include "../attic/attic.h"' \
		'#  include "attic/attic.h"'; do
	house
	sed -i "1i $written" cellar/wine.c
	finds "$written" \
		'cellar uses attic, which the plan does not have: cellar/wine.c includes attic/attic.h'
done

house
mkdir include
printf '%s\n' '#include "attic/attic.h"' >include/all.h
finds 'a header for all that uses a room' \
	'include/all.h includes attic/attic.h, and stands above all rooms'
rm -r include

house
mkdir attic/left attic/right
for side in left right; do
	echo "int $side(void);" >attic/$side/$side.h
done
printf '%s\n' '#include "attic/left/left.h"' >>attic/box.c
sed -i '1i attic/left:
s,^attic:.*,& attic/left,' rooms.txt
finds 'a room beside those of a divided one' 'the plan has no room attic/right'

house
sed -i 's/return 1/return box()/; 1i int box(void);' cellar/wine.c
sed -i 's/^cellar:/cellar: attic/' rooms.txt
finds 'a circle' 'the plan has cellar use attic, which does not stand above it'

house
sed -i 's/barrel.h"/barrel.h"/; 1i #include "cellar/barrel.h"' kitchen/soup.c
finds "another room's own header" \
	'kitchen/soup.c includes cellar/barrel.h, which is the own one of cellar'

house
sed -i 's/return wine()/return barrel()/; 1i int barrel(void);' kitchen/soup.c
finds 'a function that is not for the neighbours' \
	'kitchen/soup.c uses barrel, which no header of cellar declares'

house
sed -i '/^kitchen/d; s/^attic: cellar kitchen/attic: cellar/' rooms.txt
finds 'a room that nobody has planned' 'the plan has no room kitchen'

house
echo 'garden: attic' >>rooms.txt
finds 'an arrow that nothing goes along' 'the plan has garden use attic, and nothing does'

rm rooms.txt
try "$rooms" "$tmp/src" "$tmp/obj"
is 'no plan is an error' "$status" 2
says 'and it says which' "no plan in $tmp/src/rooms.txt"

finish
