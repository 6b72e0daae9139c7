# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: the modules of an image: the hook, with the driver of the native tier,
# and the one that looks into the maple tree.

kmod=${KMOD:-$root/bench/kmod}

# kmod_files: the source of the modules. Files of ARCH=um are no part of them.
kmod_files() {
	(cd "$kmod" && find . -path ./um -prune -o \
		\( -name Kbuild -o -name '*.[ch]' \) -print | LC_ALL=C sort)
}

module_source() {
	kmod_files | (cd "$kmod" && xargs cat) | sha
}

# module_dir: where the module of the image $dir is, or nothing where it does not
# build: it is as good as the bytes of its source and of its kernel.
module_dir() {
	echo "$cache/modules/$(basename "$dir")-$(module_source | cut -c 1-16)-3"
}

take_kmod() {
	mkdir -p "$cache/modules" "$scratch/kmod"
	kmod_files | (cd "$kmod" && xargs cp --parents -t "$scratch/kmod")
}

# save_module VMLINUX: what is in $scratch/out, with a note of the kernel that it is
# of: releases are all the same, so that no kernel would refuse the module of another.
save_module() {
	sha <"$1" >"$scratch/out/kernel"
	chmod -f 0444 "$scratch/out/"* || :
	sync "$scratch/out"
	rm -rf "$(module_dir)"
	mv -T "$scratch/out" "$(module_dir)"
}

# make_modules MAKE NAME LOG ARGUMENT...: builds them by MAKE, which is clean_make or
# kmake, into $scratch/out; apart from each other, for one may build where another does
# not: a tree may be too old for it.
make_modules() {
	make=$1
	name=$2
	module_log=$cache/logs/$3
	shift 3
	for part in tree hook; do
		folder=$scratch/kmod/tree
		[ "$part" != hook ] || folder=$scratch/kmod
		[ -d "$folder" ] || continue
		if "$make" "$module_log-$part.log" "$name: module $part" "$@" \
			M="$folder" modules; then
			cp "$folder"/*.ko "$scratch/out"
			continue
		fi
		grep -nE -m 10 'error:|ERROR:' "$module_log-$part.log" >&2 ||
			tail -n 20 "$module_log-$part.log" >&2
		warn "$name: the module $part does not build; all that make said is in" \
			"$module_log-$part.log"
	done
}

# module_file WHAT: its name.
module_file() {
	case $1 in
	hook)	echo vmabench_hook.ko ;;
	tree)	echo vmabench_tree.ko ;;
	*)	printf 'hook\ntree\n' | no_such module "$1" "choose one of hook tree" ||
			exit $? ;;
	esac
}

cmd_module() {
	case $# in
	1 | 2) ;;
	*) usage ;;
	esac
	what=${2:-hook}
	file=$(module_file "$what") || exit $?
	built "$1"
	name=$(basename "$1")
	module=$(module_dir)/$file
	if [ ! -d "$(module_dir)" ]; then
		[ -f "$dir/devel.tar.xz" ] ||
			die "$name: there is nothing to build a module against"
		mkdir -p "$cache/logs"
		lock modules/lock module "$name"
	fi
	if [ ! -d "$(module_dir)" ]; then
		rm -rf "$cache/modules/.new."*
		scratch=$(mktemp -d "$cache/modules/.new.XXXXXX")
		mkdir "$scratch/devel" "$scratch/out"
		tar -xf "$dir/devel.tar.xz" -C "$scratch/devel"
		take_kmod
		make_modules clean_make "$name" "$name-module" -C "$scratch/devel"
		[ -n "$(ls "$scratch/out")" ] || exit 1
		save_module "$dir/vmlinux"
	fi
	[ -f "$module" ] || die "$name: the module $what does not build there"
	echo "$module"
}
