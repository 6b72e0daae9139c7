# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: images of trees of the user's own.

# What a commit is, in two lines: its files, and that nothing was changed since.
commit_id() {
	git -C "$1" rev-parse -q --verify "$2^{tree}" || return 1
	sha </dev/null
}

# What a tree is: a revision and what was changed since, or a list of its files.
tree_id() {
	if [ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$1" ]; then
		git -C "$1" rev-parse 'HEAD^{tree}'
		{
			git -C "$1" diff HEAD
			git -C "$1" ls-files -oz --exclude-standard |
				(cd "$1" && xargs -0r cat)
		} | sha
	else
		(cd "$1" && find . -type f -printf '%p %s %T@\n' |
			LC_ALL=C sort) | sha
	fi
}

# tree_image ID: what its image is made of, in text, and its directory, in dir.
tree_image() {
	text=$(
		echo "$recipe"
		echo "tree $(echo "$1" | paste -s -d +)"
		toolchain
		[ -z "$um" ] || um_key
	) || exit 1
	dir=$cache/images/${kind}tree-$(echo "$text" | sha | cut -c 1-16)
}

# wants_module: are modules to be built with the image?  A program has the hook linked in.
wants_module() {
	[ -z "$um" ] && [ "${MODULE:-0}" = 1 ]
}

# is_whole: is there an image; with MODULE=1 a module, or that there is none; and of a
# program the driver?
is_whole() {
	[ -d "$dir" ] || return 1
	[ -z "$um" ] || [ -d "$(driver_dir "$dir")" ] || return 1
	! wants_module || [ -d "$(module_dir)" ]
}

# When a tree retries a merge: by its source, for within a series the release
# does not tell.  Kernels from 6.13 to 6.15 note down that they have to; those
# before look at the flags on the spot.
source_retry() {
	set -- "$1/mm/mmap.c" "$1/mm/vma.c"
	if ! grep -qsw mmap_region "$@"; then
		echo unknown
	elif grep -qsw retry_merge "$@"; then
		echo late
	elif grep -qsE 'vm_flags != vma->vm_flags && (vmg[.])?prev' "$@"; then
		echo early
	else
		echo none
	fi
}

# save_tree: the image of $name.
save_tree() {
	compiled=$(date +%s)
	mkdir "$scratch/image"
	mv "$scratch/retry" "$scratch/lacks" "$scratch/image"
	if wants_module; then
		mkdir "$scratch/out"
		take_kmod
		make_modules kmake "$name" "tree-$name-module" LOCALVERSION="$suffix"
		save_module "$obj/vmlinux"
	fi
	say "$kind$name: configuring $((configured - start)) s, compiling" \
		"$((compiled - configured)) s, module $(($(date +%s) - compiled)) s"
	[ -z "${TIMES:-}" ] || printf '%s %d\n' config $((configured - start)) \
		compile $((compiled - configured)) module $(($(date +%s) - compiled)) \
		objects "$(objects "$log")" >>"$TIMES"
	save_image "$kind$name" "$dir" "$text" "$log"
}

cmd_commit() {
	[ $# -eq 2 ] || usage
	id=$(commit_id "$1" "$2") || die "no commit $2 in $1"
	tree_image "$id"
	is_whole || exit 1
	echo "$dir"
}

# build_tree: the image of $src, as it is, in $dir.
build_tree() {
	mkdir -p "$cache/images" "$cache/logs" "$cache/trees"
	lock trees/lock tree "$src"
	need_space "$cache" 2500 || exit 1
	# The checkout of a tree in the cache has its objects beside it.
	case $src in
	"$cache"/trees/*/src) beside=${src%/src} ;;
	*) beside=$cache/trees/$(echo "$src" | sha | cut -c 1-16) ;;
	esac
	obj=$beside/${kind}obj
	mkdir -p "$obj"
	# What they said of another one of that name.
	log=$cache/logs/${kind}tree-$name
	rm -f "$log.log" "$log-config.log" "$log-driver.log"
	rm -rf "$cache/images/.tree."*
	scratch=$(mktemp -d "$cache/images/.tree.XXXXXX")
	start=$(date +%s)
	if [ -n "$um" ]; then
		um=$beside/um
		guest_config "$name" "$beside/obj" || exit 3
		take_um
	fi
	configure "$kind$name" "${kind}tree-$name" || exit 3
	lacking >"$scratch/lacks"
	[ ! -s "$scratch/lacks" ] ||
		warn "$name: $(basename "$fragment") asks for" \
			"$(paste -s -d ';' "$scratch/lacks")"
	configured=$(date +%s)
	compile "$kind$name" "${kind}tree-$name" || exit 3
	source_retry "$src" >"$scratch/retry"
	save_tree
}

# Exit status 3: the tree does not build, which is not our fault.
cmd_tree() {
	[ $# -eq 2 ] || usage
	trust_folder own tree "$1"
	[ -f "$1/Kbuild" ] || die "$1 is not a kernel tree"
	case $2 in
	*[!a-z0-9_]* | "")
		die "'$2' is no name for an image" ;;
	esac
	src=$(cd "$1" && pwd)
	name=$2
	id=$(tree_id "$src") || exit 1
	tree_image "$id"
	if ! is_whole; then
		check_make_path "$cache"
		check_make_path "$src"
		# Of a program that is there, it is the driver that is missing.
		if [ -z "$um" ] || [ ! -d "$dir" ]; then
			build_tree
		fi
		[ -z "$um" ] || add_driver "$dir" "tree-$name" || exit 3
	fi
	echo "$dir"
}
