# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: stages as programs of this machine (ARCH=um), for the native tier.
#
# The objects of a stage are compiled once, with a section for each function and each
# object of data, and linked many times with these in another order: a layout.  A seed
# draws for each name where it goes.  What several stages have is at the same address
# in all of them: where one of them has more of a function, the others have a gap.  So
# what two stages differ in, of one layout, is their code, and not where it happened to
# be put.
#
#   CACHE/images/um-STAGE-KEY/          objects.o objects.id sections vmlinux.lds
#                                       config config-differences key
#   CACHE/um-layouts/KEYS/SEED/STAGE/   vmlinux objects.id config config-differences

um_source=$root/kernel-patches/um
driver=$root/bench/kmod
driver_objects="plan.o scenario.o batch.o um.o um_files.o um_orangefs.o um_user.o hook_file.o"

# as_um: what follows is built with ARCH=um.
as_um() {
	um=$work/um
	obj=$work/um-obj
	fragment=$patches/um.config
	targets=vmlinux
}

# Another one where the same files come to another image.
um_recipe="um recipe 3"
link_recipe="um link 2"

um_key() {
	key "$1"
	echo "$um_recipe"
	echo "driver $(cat "$um_source"/* "$driver"/native/* "$driver"/um/* \
		"$kmod"/Kbuild "$kmod"/*.[ch] | sha)"
}

um_image() {
	text=$(um_key "$1") || exit 1
	echo "$cache/images/um-$1-$(echo "$text" | sha | cut -c 1-16)"
}

# take_um: what is added to the kernel's source, under one path for all clones.
take_um() {
	mkdir -p "$um/driver" "$obj"
	cat "$src/Kconfig" "$um_source/Kconfig" >"$scratch/Kconfig"
	cmp -s "$scratch/Kconfig" "$um/Kconfig" || cp "$scratch/Kconfig" "$um"
	cmp -s "$um_source/set_direct_map.h" "$um/set_direct_map.h" ||
		cp "$um_source/set_direct_map.h" "$um"
	cp "$driver"/native/* "$driver"/um/* "$kmod"/*.[ch] "$um/driver"
	cp "$kmod/Kbuild" "$um/driver/Kbuild.hook"
}

# compile_driver STAGE: in a log of its own.
compile_driver() {
	# shellcheck disable=SC2086 # one word an object
	kmake "$cache/logs/um-$1-driver.log" "$1: driver" LOCALVERSION="$suffix" \
		M="$um/driver" $driver_objects && return
	grep -nE -m 10 'error:' "$cache/logs/um-$1-driver.log" >&2 ||
		tail -n 20 "$cache/logs/um-$1-driver.log" >&2
	warn "$1: the driver does not build;" \
		"all that make said is in $cache/logs/um-$1-driver.log"
	return 1
}

# sections_of FILE: "NAME SIZE ALIGNMENT" of each section that can be anywhere, sorted.  Cold
# code stays apart, as in every kernel.
sections_of() {
	readelf -SW "$1" | sed -n 's/^ *\[ *[0-9]*\] *//p' | awk '
		function value(hex, i, v) {
			v = 0
			for (i = 1; i <= length(hex); i++)
				v = v * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
			return v
		}
		/^\.text\.(hot|unlikely|unknown|startup|exit|fixup|asan|tsan)[. ]/ ||
		/^\.data\.(rel|once|unlikely)[. ]/ { next }
		/^\.(text|data|bss|rodata)\.[A-Za-z_]/ && $2 ~ /^(PROGBITS|NOBITS)$/ &&
		$7 !~ /[MS]/ {
			print $1, value($5), $NF
		}' | LC_ALL=C sort
}

# sizes FILE: "SIZE NAME" of each symbol in it that has a size. What only modules have
# a use for is dropped by each link of a kernel without them.
sizes() {
	nm -S "$1" | awk 'NF == 4 && $3 ~ /[tTdDbBrR]/ && $4 !~ /^__UNIQUE_ID_/ {
		print $2, $4
	}' | LC_ALL=C sort
}

# build_um STAGE DIR
build_um() {
	stage=$1
	start=$(date +%s)
	go "$stage"
	guest_config "$stage"
	take_um
	configure "um-$stage" "um-$stage" || exit 1
	lacks=$(lacking | head -n 1)
	[ -z "$lacks" ] || die "$stage: um.config asks for $lacks"
	compile "um-$stage" "um-$stage" || exit 1
	compile_driver "$stage" || exit 1
	mkdir "$scratch/image"
	# shellcheck disable=SC2086 # one word an object
	(cd "$um/driver" && ld -r -o "$scratch/image/objects.o" "$obj/vmlinux.o" \
		"$obj/init/version-timestamp.o" $driver_objects)
	sha <"$scratch/image/objects.o" >"$scratch/image/objects.id"
	sections_of "$scratch/image/objects.o" >"$scratch/image/sections"
	cp "$obj/arch/um/kernel/vmlinux.lds" "$scratch/image"
	cp "$obj/.config" "$scratch/image/config"
	config_differences >"$scratch/image/config-differences"
	um_key "$stage" >"$scratch/image/key"
	chmod 0444 "$scratch/image/"*
	sync "$scratch/image/"*
	mv -T "$scratch/image" "$2"
	say "um-$stage: $(($(date +%s) - start)) s, $(objects "$log") objects"
}

# order SECTIONS ALL NAMES: lines of a linker script for the sections of one of several
# kernels, in the order of NAMES, each with as much room as the largest of ALL has.
order() {
	awk '
	FILENAME == ARGV[1] { own[$1] = $2 + 1; next }
	FILENAME == ARGV[2] {
		if (!($1 in room) || $2 > room[$1])
			room[$1] = $2
		if (!($1 in align) || $3 > align[$1])
			align[$1] = $3
		next
	}
	{
		gap = room[$1] - (($1 in own) ? own[$1] - 1 : 0)
		printf "%s . = ALIGN(%d);", $1, align[$1]
		if ($1 in own)
			printf " *(%s)", $1
		print gap ? " . += " gap ";" : ""
	}' "$@"
}

# script ORDER LDS: the linker script, with the lines of each kind where they belong.
script() {
	awk '
	FILENAME == ARGV[1] {
		kind = $1
		sub(/^\./, "", kind)
		sub(/\..*/, "", kind)
		sub(/^[^ ]* /, "")
		line[kind, nr[kind]++] = $0
		next
	}
	# put MARK KIND: behind the mark, of which there is one.
	function put(mark, kind, at, i) {
		at = index($0, mark)
		if (!at)
			return
		at += length(mark)
		print substr($0, 1, at - 1)
		for (i = 0; i < nr[kind]; i++)
			print line[kind, i]
		$0 = substr($0, at)
		delete nr[kind]
	}
	{
		# What comes before may differ in size.
		sub(/_stext = \.;/, ". = ALIGN(0x100000); _stext = .;")
		# The gap has what unwinds calls, for profiles.
		sub(/_etext = \.;/, "_etext = .; .eh_frame_hdr : { *(.eh_frame_hdr) }" \
			" . = ALIGN(0x100000);")
		sub(/__init_end = \.;/, "__init_end = .; . = ALIGN(0x100000);")
		put("_stext = .;", "text")
		put("__start_rodata = .;", "rodata")
		put("*(.data..init_irqstack)", "data")
		put("*(.dynbss)", "bss")
		print
	}
	END {
		for (kind in nr) {
			print "no place for sections of " kind >"/dev/stderr"
			exit 1
		}
	}' "$@"
}

# link_layout IMAGE NAMES ALL DIR: an image of IMAGE, in the order of NAMES.
link_layout() {
	new=$(mktemp -d "$cache/um-layouts/.new.XXXXXX")
	{
		order "$1/sections" "$3" "$2" >"$new/order" &&
		script "$new/order" "$1/vmlinux.lds" >"$new/script" &&
		gcc -static -Wl,--eh-frame-hdr -Wl,--wrap,malloc -Wl,--wrap,free -Wl,--wrap,calloc \
			-Wl,-z,noexecstack -Wl,--build-id=none -Wl,--script="$new/script" \
			-o "$new/vmlinux" "$1/objects.o" -lutil -lrt -lpthread
	} 2>"$new/said" || {
		head -n 10 "$new/said" >&2
		rm -rf "$new"
		warn "$1 cannot be linked"
		return 1
	}
	sizes "$1/objects.o" >"$new/given"
	sizes "$new/vmlinux" >"$new/taken"
	LC_ALL=C comm -23 "$new/given" "$new/taken" >"$new/lost"
	if [ -s "$new/lost" ]; then
		head -n 5 "$new/lost" >&2
		rm -rf "$new"
		warn "$1: symbols are not in the layout, or of another size"
		return 1
	fi
	rm "$new/order" "$new/script" "$new/said" "$new/given" "$new/taken" "$new/lost"
	cp "$1/objects.id" "$1/config" "$1/config-differences" "$new"
	chmod 0755 "$new"
	mkdir -p "$(dirname "$4")"
	# Another one may have been faster.
	mv -T "$new" "$4" 2>/dev/null || rm -rf "$new"
}

# build_missing STAGE...: objects, of what has none.
build_missing() {
	for stage; do
		dir=$(um_image "$stage") || exit 1
		[ ! -d "$dir" ] || continue
		mkdir -p "$cache/images" "$cache/logs"
		[ -n "$scratch" ] || lock lock native "$@"
		[ ! -d "$dir" ] || continue
		rm -rf "$cache/images/.um."*
		scratch=$(mktemp -d "$cache/images/.um.XXXXXX")
		building=1
		unpack
		try "$stage"
		build_um "$stage" "$dir"
		tree_rests
	done
}

# link_seed SEED STAGE...: what is missing of a layout.
link_seed() {
	seed=$1
	shift
	echo "layout $seed" | sha >"$scratch/random"
	# A hash of each name, keyed by the seed, is what they are sorted by.
	LC_ALL=C sort -R --random-source="$scratch/random" "$scratch/names" \
		>"$scratch/names.$seed"
	pids=
	for stage; do
		[ ! -d "$layouts/$seed/$stage" ] || continue
		link_layout "$scratch/image-$stage" "$scratch/names.$seed" \
			"$scratch/all" "$layouts/$seed/$stage" &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || exit 1
	done
}

# forget_layouts: all sets of stages but the last few that were asked for: 32 layouts of
# two stages are 0.4 GB, and linked in half a minute.
sets_kept=4
forget_layouts() {
	find "$cache/um-layouts" -mindepth 1 -maxdepth 1 -name '[0-9a-f]*' -printf '%T@ %p\n' |
		sort -rn | tail -n "+$((sets_kept + 1))" | cut -d ' ' -f 2- |
		xargs -r -d '\n' rm -rf
}

# native FROM TO STAGE...: "SEED STAGE FOLDER" of each layout, made if it is not there.
cmd_native() {
	[ $# -ge 3 ] || usage
	number FROM "$1"
	number TO "$2"
	from=$1
	to=$2
	shift 2
	check_stages "$@"
	as_um
	case $cache in
	*[[:space:]:]*) die "make cannot build in a path like $cache" ;;
	esac
	build_missing "$@"
	mkdir -p "$cache/um-layouts"
	[ -z "$scratch" ] || rm -rf "$scratch"
	scratch=$(mktemp -d "$cache/um-layouts/.seeds.XXXXXX")
	for stage; do
		ln -s "$(um_image "$stage")" "$scratch/image-$stage"
		cat "$scratch/image-$stage/sections"
	done >"$scratch/all"
	cut -d ' ' -f 1 "$scratch/all" | LC_ALL=C sort -u >"$scratch/names"
	layouts=$cache/um-layouts/$({
		echo "$link_recipe"
		for stage; do
			readlink "$scratch/image-$stage"
		done
	} | sha | cut -c 1-16)
	mkdir -p "$layouts"
	touch "$layouts"
	forget_layouts
	for seed in $(seq "$from" "$to"); do
		link_seed "$seed" "$@"
		for stage; do
			echo "$seed $stage $layouts/$seed/$stage"
		done
	done
}
