# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: kernels as programs of this machine (ARCH=um), for the native tier.
#
# The driver is compiled apart from the kernel that it is linked with, against headers
# that are kept with the objects: a change of it costs seconds, and moves no tree.
#
#   CACHE/images/um-STAGE-KEY/          objects.o vmlinux.lds devel.tar.xz config
#                                       config-differences key
#   CACHE/images/um-tree-KEY/           and of a tree of one's own: retry lacks
#   CACHE/um-drivers/IMAGE-DRIVER/      objects.o objects.id sections vmlinux.lds config
#                                       config-differences: the same with the driver in

um_source=$root/kernel-patches/um

# Another one where the same files come to another image.
um_recipe="um recipe 4"

# as_um: what follows is built with ARCH=um.
as_um() {
	kind=um-
	um=$work/um
	obj=$work/um-obj
	fragment=$patches/um.config
	targets=vmlinux
	[ -f "$fragment" ] || die "there is no $fragment: the native tier needs one beside" \
		"guest.config (kernel-patches/README.md)"
	# The compiler repeats the name of what it does not find.
	case $(gcc -print-file-name=libc.a) in
	*/*)	;;
	*)	die "there is no static C library, libc.a, which the kernels of the native" \
			"tier are linked with (Debian: libc6-dev, Fedora: glibc-static," \
			"openSUSE: glibc-devel-static)" ;;
	esac
	case $(ld --version | head -n 1) in
	"GNU ld"*) ;;
	*)	die "ld is $(ld --version | head -n 1); the layouts of the native tier are" \
			"linked by that of GNU binutils" ;;
	esac
}

um_key() {
	echo "$um_recipe"
	echo "added $(cat "$um_source"/* "$patches/guest.config" | sha)"
}

# um_flags FOLDER: how all of such a kernel is compiled, with what take_um added there.
um_flags() {
	echo "-ffunction-sections -fdata-sections -include $1/set_direct_map.h"
}

# take_um: what is added to the kernel's source, under one path for all clones.
take_um() {
	mkdir -p "$um" "$obj"
	cat "$src/Kconfig" "$um_source/Kconfig" >"$scratch/Kconfig"
	cmp -s "$scratch/Kconfig" "$um/Kconfig" || cp "$scratch/Kconfig" "$um"
	cmp -s "$um_source/set_direct_map.h" "$um/set_direct_map.h" ||
		cp "$um_source/set_direct_map.h" "$um"
}

# headers FOLDER FILE...: a tar file, on standard output, of what is below as far as it
# takes that to compile the driver.
headers() {
	cd "$1" || return 1
	shift
	find "$@" scripts include arch/um arch/x86 fs/orangefs \
		\( -path scripts/dtc -o -path scripts/kconfig -o -path scripts/package -o \
		-path scripts/atomic -o -path include/dt-bindings -o \
		-path 'include/config/*' -name '[A-Z]*' \) -prune -o \
		\( -name '*.h' -o -name 'Makefile*' -o -name 'Kbuild*' -o \
		-path 'scripts/*' -o -path 'include/config/*' -o \
		-path 'include/generated/*' \) -type f -print 2>/dev/null |
		tar -cf - -T -
}

# pack_headers FILE: of the tree and of its objects, as they are, in one folder; the same
# bytes for the same tree.
pack_headers() {
	{
		(headers "$src" Makefile)
		(headers "$obj")
		tar -C "$um" -cf - set_direct_map.h
	} | tar -xf - -i -C "$scratch/devel"
	tar -C "$scratch/devel" --sort=name --mtime=@0 --owner=0 --group=0 \
		--numeric-owner -cf - . | xz -T0 -0 >"$1"
}

# save_objects: the kernel without a driver, as what it takes to link it with one.
save_objects() {
	config_differences >"$scratch/image/config-differences"
	ld -r -o "$scratch/image/objects.o" "$obj/vmlinux.o" "$obj/init/version-timestamp.o"
	cp "$obj/arch/um/kernel/vmlinux.lds" "$scratch/image"
	mkdir "$scratch/devel"
	pack_headers "$scratch/image/devel.tar.xz"
	rm -rf "$scratch/devel"
}

# driver_dir IMAGE: where that image is, with the driver in.
driver_dir() {
	echo "$cache/um-drivers/$(basename "$1")-$(
		cat "$kmod"/um/* "$kmod"/native/* "$kmod"/Kbuild "$kmod"/*.[ch] | sha |
			cut -c 1-16)"
}

# compile_driver IMAGE NAME: in a log of its own, under one path whoever it is for.
compile_driver() {
	log=$cache/logs/$kind$2-driver.log
	mkdir -p "$scratch/devel" "$scratch/driver"
	tar -xf "$1/devel.tar.xz" -C "$scratch/devel"
	cp "$kmod"/um/* "$kmod"/native/* "$kmod"/*.[ch] "$scratch/driver"
	cp "$kmod/Kbuild" "$scratch/driver/Kbuild.hook"
	# shellcheck disable=SC2086 # one word an object
	clean_make "$log" "$kind$2: driver" -C "$scratch/devel" ARCH=um CC=gcc \
		KCFLAGS="$(um_flags "$scratch/devel")" M="$scratch/driver" \
		$driver_objects && return
	grep -nE -m 10 'error:' "$log" >&2 || tail -n 20 "$log" >&2
	warn "$kind$2: the driver does not build; all that make said is in $log"
	return 1
}

# add_driver IMAGE NAME: unless it is there; 1 if it does not build.
add_driver() {
	with=$(driver_dir "$1")
	! touch -c "$with" || [ ! -d "$with" ] || return 0
	[ -z "$scratch" ] || rm -rf "$scratch"
	scratch=
	lock um-drivers/lock driver "$2"
	[ ! -d "$with" ] || return 0
	mkdir -p "$cache/logs"
	scratch=$cache/um-drivers/.new
	rm -rf "$scratch"
	mkdir "$scratch"
	driver_objects=$(sed -n 's/^obj-y := //p' "$kmod/um/Kbuild")
	compile_driver "$@" || return 1
	mkdir "$scratch/image"
	# shellcheck disable=SC2086 # one word an object
	(cd "$scratch/driver" && ld -r -o ../image/objects.o "$1/objects.o" $driver_objects)
	sha <"$scratch/image/objects.o" >"$scratch/image/objects.id"
	sections_of "$scratch/image/objects.o" >"$scratch/image/sections"
	cp "$1/vmlinux.lds" "$1/config" "$1/config-differences" "$scratch/image"
	chmod 0444 "$scratch/image/"*
	sync "$scratch/image/"*
	mv -T "$scratch/image" "$with"
	forget_drivers
}

# forget_drivers: those that nobody has asked for in a week.
forget_drivers() {
	find "$cache/um-drivers" -mindepth 1 -maxdepth 1 -name 'um-*' -mtime +7 \
		-exec rm -rf {} +
}
