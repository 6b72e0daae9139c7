# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: the one source tree of the stages, and the patches that are pushed on it.

work=$cache/work
src=$work/src
obj=$work/obj
applied=$work/applied
rest=$work/at-rest	# names the source while tree and "applied" agree
building=

tree_moves() {
	rm -f "$rest"
}

tree_rests() {
	source_id >"$rest"
	building=
}

unpack() {
	if [ -f "$rest" ] && [ "$(cat "$rest")" = "$(source_id)" ]; then
		need_space "$cache" 500 || exit 1
		return
	fi
	why=$(wrong_source)
	[ -z "$why" ] || die "$why"
	rm -rf "$work"
	need_space "$cache" 2500 || exit 1
	mkdir -p "$src" "$obj" "$applied"
	: >"$applied/series"
	start=$(date +%s)
	# A third of the source is register headers of one GPU driver.
	XZ_DEFAULTS=-T0 run "$cache/logs/unpack.log" unpack \
		tar -xf "$tarball" -C "$src" --strip-components=1 \
		--exclude='drivers/gpu/drm/amd/*.h' || {
		cat "$cache/logs/unpack.log" >&2
		die "$tarball cannot be unpacked"
	}
	tree_rests
	say "unpack: $(($(date +%s) - start)) s"
}

# apply TREE PATCH [-R]: no fuzz, no questions, no leftovers.
apply() {
	tree=$1
	file=$2
	shift 2
	patch -d "$tree" -p1 -F0 -f -r - --no-backup-if-mismatch "$@" \
		<"$file" >"$scratch/patch.log" 2>&1
}

# common STAGE: how many of the pushed patches the stage starts with.
common() {
	patches_of "$1" | {
		n=0
		while read -r name; do
			n=$((n + 1))
			pushed=$(sed -n "${n}p" "$applied/series")
			if [ "$pushed" != "$name" ] ||
			   [ "$(patch_id "$applied/$name")" != \
			     "$(patch_id "$patches/$name")" ]; then
				n=$((n - 1))
				break
			fi
		done
		echo $n
	}
}

# try STAGE [FILE...]: every patch up to STAGE must apply; tried on copies of the files
# that they touch, and of FILE..., which may be folders, before any time goes into a
# build.  They stay in $scratch/tree.
try() {
	stage=$1
	shift
	rm -rf "$scratch/tree"
	mkdir "$scratch/tree"
	patches_of "$stage" | prefix "$patches/" >"$scratch/list"
	prefix "$applied/" <"$applied/series" >>"$scratch/list"
	{
		xargs -r -d '\n' sed -n 's,^\(---\|+++\) [ab]/\([^\t]*\).*,\2,p' \
			<"$scratch/list"
		[ $# -eq 0 ] || printf '%s\n' "$@"
	} | sort -u | while read -r file; do
		[ -e "$src/$file" ] || continue
		mkdir -p "$scratch/tree/$(dirname "$file")"
		cp -RT "$src/$file" "$scratch/tree/$file"
	done
	tac "$applied/series" | while read -r name; do
		apply "$scratch/tree" "$applied/$name" -R ||
			die "the tree is not what it was; run $0 clean"
	done
	before=
	for name in $(patches_of "$stage"); do
		if ! apply "$scratch/tree" "$patches/$name"; then
			warn "$name does not apply to" \
				"$(basename "$tarball") ($(version))" \
				"${before:+with$before }(fuzz is refused):"
			awk '/^patching file/ { file = $0; next }
			     /^Hunk .*(succeeded|ignored)/ { next }
			     file { print "  " file; file = "" }
			     { print "  " $0 }' "$scratch/patch.log" >&2
			exit 1
		fi
		before="$before $name"
	done
}

# cmd_source STAGE DIR FILE...: copies of these files or folders of the source, as the
# stage has them, to DIR; one that it has not is left out.
cmd_source() {
	[ $# -gt 2 ] || usage
	check_stages "$1"
	mkdir -p "$cache/images" "$cache/logs"
	lock lock source "$1"
	scratch=$(mktemp -d "$cache/images/.new.XXXXXX")
	unpack
	from=$1
	to=$2
	shift 2
	try "$from" "$@"
	for file; do
		[ -e "$scratch/tree/$file" ] || continue
		mkdir -p "$to/$(dirname "$file")"
		cp -RT "$scratch/tree/$file" "$to/$file"
	done
}

version() {
	sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = *//p' "$src/Makefile" |
		head -n 3 | paste -s -d .
}

# It applied to the copies, so this is no fault of the patch.
die_apply() {
	cat "$scratch/patch.log" >&2
	die "the tree could not be patched: $1"
}

# go STAGE: pop and push until the tree is the stage's.
go() {
	keep=$(common "$1")
	pushed=$(wc -l <"$applied/series")
	tree_moves
	while [ "$pushed" -gt "$keep" ]; do
		name=$(sed -n "${pushed}p" "$applied/series")
		apply "$src" "$applied/$name" -R || die_apply "$name"
		sed -i '$d' "$applied/series"
		pushed=$((pushed - 1))
	done
	for name in $(patches_of "$1" | tail -n "+$((keep + 1))"); do
		apply "$src" "$patches/$name" || die_apply "$name"
		cp "$patches/$name" "$applied/$name"
		echo "$name" >>"$applied/series"
	done
	tree_rests
}
