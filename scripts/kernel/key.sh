# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: what an image is made of, and where the one that is made of that is.

# Another one where the same source and tools come to another image.
recipe="recipe 3"

sha() {
	sha256sum | cut -d ' ' -f 1
}

# Hashing the source takes a second, so it is done once per size and time.
source_id() {
	why=$(no_source)
	[ -z "$why" ] || die "$why"
	stamp=$(stat -Lc '%s %Y' "$tarball")
	id=$(awk -v stamp="$stamp" -v file="$tarball" '
		$2 " " $3 == stamp && substr($0, index($0, "/")) == file {
			id = $1
		}
		END { print id }' "$cache/sources" 2>/dev/null) || :
	if [ -z "$id" ]; then
		id=$(sha <"$tarball")
		make_cache
		echo "$id $stamp $tarball" >>"$cache/sources"
	fi
	echo "$id"
}

# asked: what is asked of a configuration.
asked() {
	cat "$fragment" ${more_config:+"$more_config"}
}

# toolchain: what makes an image of a source, the same for all of them.
toolchain() {
	command -v gcc >/dev/null || die "no gcc; scripts/deps.sh installs it"
	echo "config $(asked | grep -E '^(# )?CONFIG_' | sha)"
	echo "compiler $(gcc --version | head -n 1)"
	echo "linker $(ld --version | head -n 1)"
}

# key STAGE: what the image of a stage is made of.
key() {
	id=$(source_id) || exit 1
	echo "$recipe"
	echo "source $id"
	patches_of "$1" | while read -r name; do
		echo "patch $(patch_id "$patches/$name") $name"
	done
	toolchain
	[ -z "$um" ] || um_key
}

image() {
	text=$(key "$1") || exit 1
	echo "$cache/images/$kind$1-$(echo "$text" | sha | cut -c 1-16)"
}

# built STAGE|DIRECTORY: the directory of an image that is there, in dir.
built() {
	case $1 in
	*/*)
		dir=$1
		trust_folder own image "$dir"
		[ -f "$dir/vmlinux" ] || [ -f "$dir/objects.o" ] ||
			die "no kernel image in $dir" ;;
	*)
		check_stages "$1"
		dir=$(image "$1") || exit 1
		[ -d "$dir" ] || die "$1 is not built; $0${um:+ um} build $1" ;;
	esac
}

cmd_path() {
	[ $# -eq 1 ] || usage
	built "$1"
	echo "$dir"
}

# cmd_key STAGE, or SRC COMMIT, or nothing: what is the same for all of them.
cmd_key() {
	case $# in
	0)	toolchain ;;
	1)	check_stages "$1"
		key "$1" ;;
	2)	id=$(commit_id "$1" "$2") || die "no commit $2 in $1"
		tree_image "$id"
		echo "$text"
		! wants_module || echo "module $(module_source)" ;;
	*)	usage ;;
	esac
}
