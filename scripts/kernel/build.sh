# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: an image from a source tree, and the images of stages that are missing.

# What is added to the release.  It is the same for all kernels, for the kernel
# stirs its release into its random numbers: with another name for each stage, two
# with the same code did not allocate the same pages.
suffix=-vmabench

# What is made of a tree.
targets="vmlinux modules"

# config_key: all that a configuration comes from.
config_key() {
	{
		toolchain
		asked
		find "$src" \( -name 'Kconfig*' -o -path "$src/Makefile" -o \
			-path "$src/arch/x86/Makefile*" -o \
			-path "$src/scripts/kconfig/*" -o \
			-path "$src/scripts/*.sh" \) -type f -print0 |
			LC_ALL=C sort -z | xargs -0 cat
		[ -z "$um" ] || cat "$um/Kconfig" "$src/arch/um/Makefile"*
	} | sha
}

# configure NAME LOG: allnoconfig, the fragment, and what these imply; 1 if that
# cannot be done.  It takes longer than to compile a file, and is the same for most
# commits.
configure() {
	config_log=$cache/logs/$2-config.log
	new=$scratch/config
	known=$cache/configs/$(config_key)
	if [ -f "$known" ]; then
		cp "$known" "$new"
		return
	fi
	{
		kmake "$config_log" "$1: config" KCONFIG_CONFIG="$new" allnoconfig &&
		run "$config_log" "$1: config" env KCONFIG_CONFIG="$new" \
			"$src/scripts/kconfig/merge_config.sh" -m \
			-O "$scratch" "$new" "$fragment" \
			${more_config:+"$more_config"} &&
		kmake "$config_log" "$1: config" KCONFIG_CONFIG="$new" olddefconfig
	} || {
		tail -n 20 "$config_log" >&2
		warn "$1: the kernel cannot be configured"
		return 1
	}
	mkdir -p "$cache/configs"
	cp "$new" "$known.$$"
	mv "$known.$$" "$known"
}

# lacking: what the fragment asks for and the configuration has not.
lacking() {
	asked | sed -n 's/^# \(CONFIG_[A-Za-z0-9_]*\) is not set/\1=n/; /^CONFIG_/p' |
		while read -r want; do
		case $want in
		*=n)	! grep -q "^${want%n}" "$new" ;;
		*)	grep -qxF "$want" "$new" ;;
		esac || echo "$want; the kernel has:" \
			"$(grep -w "${want%%=*}" "$new" || echo "no such option")"
	done
}

# compile NAME LOG: with suffix in its release; 1 if it does not build.
compile() {
	log=$cache/logs/$2.log
	# An untouched .config spares make a look at all that depends on it.
	cmp -s "$new" "$obj/.config" || cp "$new" "$obj/.config" || return 1
	# shellcheck disable=SC2086 # one word a target
	kmake "$log" "$1" LOCALVERSION="$suffix" $targets && return
	grep -nE -m 10 'error:|undefined reference|No space left' "$log" >&2 ||
		tail -n 20 "$log" >&2
	warn "$1 does not build; all that make said is in $log"
	return 1
}

# pack_devel STAGE FILE: headers, scripts and symbol versions of the tree as it
# is, the same bytes for the same tree.
pack_devel() {
	rm -rf "$scratch/devel"
	# The same compiler for host programs, or they would be built again.
	kmake "$cache/logs/$1-devel.log" "$1: devel" CC=gcc HOSTCC=gcc \
		LOCALVERSION="$suffix" KBUILD_RUN_COMMAND="$src/scripts/package/install-extmod-build $scratch/devel" \
		run-command || {
		tail -n 20 "$cache/logs/$1-devel.log" >&2
		warn "$1: what modules are built against cannot be gathered"
		return 1
	}
	tar -C "$scratch/devel" --sort=name --mtime=@0 --owner=0 --group=0 \
		--numeric-owner -cf - . | xz -T0 -1 >"$2" || return 1
	rm -rf "$scratch/devel"
}

# save_image NAME DIR KEY LOG: of what is in $scratch/image already, the kernel, and
# KEY.  The image is there with all its files, or not at all.
save_image() {
	if [ -n "$um" ]; then
		save_objects
	else
		cp "$obj/vmlinux" "$obj/System.map" "$scratch/image"
	fi
	cp "$obj/.config" "$scratch/image/config"
	echo "$3" >"$scratch/image/key"
	chmod 0444 "$scratch/image/"*
	sync "$scratch/image/"*
	[ ! -d "$2" ] || mv "$2" "$scratch/old"
	mv -T "$scratch/image" "$2"
	warnings=$(grep -c 'warning:' "$4" || :)
	say "$1: $(($(date +%s) - start)) s," \
		"$(objects "$4") objects, $warnings warnings"
	[ "$warnings" -eq 0 ] || grep 'warning:' "$4" | sort -u |
		sed 's/^/  /' >&2
}

build() {
	dir=$2
	start=$(date +%s)
	go "$1"
	name=$kind$1
	tree_moves
	building=1
	mkdir -p "$obj"
	if [ -n "$um" ]; then
		guest_config "$1" "$work/obj" || exit 1
		take_um
	fi
	configure "$name" "$name" || exit 1
	lacks=$(lacking | head -n 1)
	[ -z "$lacks" ] || die "$name: $(basename "${more_config:-$fragment}") asks for $lacks"
	compile "$name" "$name" || exit 1
	mkdir "$scratch/image"
	[ -n "$um" ] || pack_devel "$name" "$scratch/image/devel.tar.xz" || exit 1
	save_image "$name" "$dir" "$(key "$1")" "$log"
	tree_rests
}

missing() {
	for stage in $(stages); do
		case " $* " in
		*" $stage "*)
			dir=$(image "$stage") || exit 1
			[ -d "$dir" ] || echo "$stage" ;;
		esac
	done
}

cmd_build() {
	# shellcheck disable=SC2046 # names of stages are words
	[ "$*" != all ] || set -- $(stages)
	[ $# -gt 0 ] || usage
	build_stages "$@"
}

# build_stages STAGE...: the images that are missing.
build_stages() {
	check_stages "$@"
	todo=$(missing "$@") || exit 1
	[ -n "$todo" ] || return 0
	check_make_path "$cache"
	mkdir -p "$cache/images" "$cache/logs"
	lock lock build "$@"
	todo=$(missing "$@") || exit 1
	[ -n "$todo" ] || return 0
	rm -rf "$cache/images/.new."*
	scratch=$(mktemp -d "$cache/images/.new.XXXXXX")
	unpack
	try "$(echo "$todo" | tail -n 1)"
	nr=0
	for stage in $todo; do
		nr=$((nr + 1))
		place=", kernel $nr of $(echo "$todo" | wc -l)"
		build "$stage" "$(image "$stage")"
	done
	[ "${KEEP_TREE:-1}" != 0 ] || rm -rf "$work"
}
