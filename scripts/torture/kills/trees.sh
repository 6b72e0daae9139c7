# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kills.sh and of tests
#
# Of kills.sh: what builds the kernels of a RANGE of commits in a tree of the user's own, which
# only pretends to be a kernel's; machines.sh says which functions a kind has.

can_range() { :; }
draw_range() { :; }

make_range() {
	. scripts/tests/fake_kernel.sh
	. scripts/tests/tree_history.sh
	mkdir "$tmp/t"
	TMPDIR=$tmp/t
	RANGE=main..topic
	export TMPDIR RANGE
	state >"$tmp/before"
	around >"$tmp/around"
}

# around: what git keeps of the user's tree besides, but for its index, which git renews.
around() {
	find "$TREE/.git" -type f ! -name index -exec sha256sum {} + | LC_ALL=C sort -k 2
}

# changed: is the user's tree another?
changed() {
	! untouched >/dev/null 2>&1 || ! around | cmp -s - "$tmp/around"
}

# not_whole: prints images that are there and lack something.
not_whole() {
	for image in "$cache"/images/*; do
		for part in vmlinux System.map config key; do
			[ ! -d "$image" ] || [ -s "$image/$part" ] || echo "$image/$part"
		done
	done
}

begin_range() { begin scripts/tree-series.sh; }
keep_range() { names <"$tmp/out" >"$torture_dir/range.names"; }

# names: of the stages that tree-series.sh prints.
names() {
	cut -d ' ' -f 1
}

check_range() {
	! changed || echo "the user's tree is not what it was"
	bad=$(not_whole)
	[ -z "$bad" ] || echo "there is no $bad"
	scripts/tree-series.sh >"$tmp/next-out" 2>"$tmp/next" ||
		echo "the next one fails: $(tail -n 2 "$tmp/next")"
	! changed || echo "after the next one, the user's tree is not what it was"
	bad=$(not_whole)
	[ -z "$bad" ] || echo "after the next one, there is no $bad"
	names <"$tmp/next-out" | cmp -s - "$torture_dir/range.names" ||
		echo "the next one prints other stages"
	# Such an image is two files of its commit, one after the other.
	while read -r name image commit _; do
		{
			git_in show "$commit:mm/a.c"
			git_in show "$commit:mm/b.c"
		} | cmp -s - "$image/vmlinux" || echo "the image of $name is not that of $commit"
	done <"$tmp/next-out"
	left=$(find "$tmp/t" -mindepth 1
		find "$cache" -name '.new*' -o -name '.tree.*')
	[ -z "$left" ] || echo "after the next one there is still $left"
}
