# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: the modules of an image: the hook, and the driver of the native tier.

kmod=${KMOD:-$root/bench/kmod}

# kmod_files: the source of both modules. Files of ARCH=um are no part of them.
kmod_files() {
	(cd "$kmod" && find . -path ./um -prune -o \
		\( -name Kbuild -o -name '*.[ch]' \) -print | LC_ALL=C sort)
}

# module_dir: where the module of the image $dir is, or nothing where it does not
# build: it is as good as the bytes of its source and of its kernel.
module_dir() {
	echo "$cache/modules/$(basename "$dir")-$(
		kmod_files | (cd "$kmod" && xargs cat) | sha | cut -c 1-16)-3"
}

take_kmod() {
	mkdir -p "$cache/modules" "$scratch/kmod"
	kmod_files | (cd "$kmod" && xargs cp --parents -t "$scratch/kmod")
}

# complain_of_module NAME LOG
complain_of_module() {
	grep -nE -m 10 'error:|ERROR:' "$cache/logs/$2" >&2 ||
		tail -n 20 "$cache/logs/$2" >&2
	warn "$1: the modules do not build; all that make said is in" \
		"$cache/logs/$2"
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

cmd_module() {
	[ $# -eq 1 ] || usage
	built "$1"
	name=$(basename "$1")
	module=$(module_dir)/vmabench_hook.ko
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
		clean_make "$cache/logs/$name-module.log" "$name: module" \
			-C "$scratch/devel" M="$scratch/kmod" modules || {
			complain_of_module "$name" "$name-module.log"
			exit 1
		}
		cp "$scratch"/kmod/*.ko "$scratch/out"
		save_module "$dir/vmlinux"
	fi
	[ -f "$module" ] || die "$name: the hook module does not build there"
	echo "$module"
}
