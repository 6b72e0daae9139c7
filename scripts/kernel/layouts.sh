# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: layouts of kernels that are programs.
#
# The objects of a kernel are compiled once, with a section for each function and each
# object of data, and linked many times with these in another order: a layout.  A seed
# draws for each name where it goes.  What several kernels have is at the same address
# in all of them: where one of them has more of a function, the others have a gap.  So
# what two kernels differ in, of one layout, is their code, and not where it happened to
# be put.
#
#   CACHE/um-layouts/SET/SEED/STAGE/   vmlinux objects.id config config-differences sums
#   CACHE/um-layouts/.run.*            what is not kept, of each run its own

# Another one where the same objects come to another program, or to other files.
link_recipe="um link 3"

# Links that run.
pids=

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
		put("__end_init_stack = .;", "data")
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

# sum_layout FOLDER: what tells whether files of a layout are as they were linked.
sum_layout() {
	(cd "$1" && cksum vmlinux objects.id config config-differences)
}

# is_whole_layout FOLDER: or says which files of it are not.
is_whole_layout() {
	! sum_layout "$1" 2>/dev/null | cmp -s - "$1/sums" || return 0
	damaged=$(sum_layout "$1" 2>/dev/null | cat - "$1/sums" 2>/dev/null |
		LC_ALL=C sort | uniq -u | awk '{ print $3 }' | sort -u | paste -s -d ' ')
	warn "$1 is linked again: damaged are ${damaged:-sums}"
	return 1
}

# link_layout IMAGE NAMES ALL DIR: an image of IMAGE, in the order of NAMES.
link_layout() {
	new=$(mktemp -d "$scratch/new.XXXXXX")
	{
		order "$1/sections" "$3" "$2" >"$new/order" &&
		script "$new/order" "$1/vmlinux.lds" >"$new/script" &&
		gcc -static -Wl,--eh-frame-hdr -Wl,--wrap,malloc -Wl,--wrap,free -Wl,--wrap,calloc \
			-Wl,-z,noexecstack -Wl,--build-id=none -Wl,--script="$new/script" \
			-o "$new/vmlinux" "$1/objects.o" -lutil -lrt -lpthread
	} 2>"$new/said" || {
		head -n 10 "$new/said" >&2
		rm -rf "$new"
		warn "$(readlink -f "$1") cannot be linked; if it is damaged, remove it"
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
	sum_layout "$new" >"$new/sums"
	chmod 0755 "$new"
	mkdir -p "$(dirname "$4")"
	# Another one may have been faster.
	mv -T "$new" "$4" 2>/dev/null || rm -rf "$new"
}

# find_missing FROM TO NAMES: "SEED NAME" of what is to be linked; what is damaged goes.
find_missing() {
	for seed in $(seq "$1" "$2"); do
		for name in $3; do
			layout=$layouts/$seed/$name
			[ ! -d "$layout" ] || ! is_whole_layout "$layout" || continue
			rm -rf "$layout"
			echo "$seed $name"
		done
	done
}

# link_missing: what find_missing() has found.
link_missing() {
	nr_links=0
	while read -r seed name; do
		# A hash of each name, keyed by the seed, is what they are sorted by.
		[ -f "$scratch/names.$seed" ] || {
			echo "layout $seed" | sha >"$scratch/random"
			LC_ALL=C sort -R --random-source="$scratch/random" \
				"$scratch/names" >"$scratch/names.$seed"
		}
		link_layout "$scratch/image-$name" "$scratch/names.$seed" \
			"$scratch/all" "$layouts/$seed/$name" &
		pids="$pids $!"
		nr_links=$((nr_links + 1))
		[ $((nr_links % jobs)) -ne 0 ] || wait_links
	done <"$scratch/missing"
	wait_links
}

# wait_links: as many run at a time as there may be jobs.
wait_links() {
	for pid in $pids; do
		wait "$pid" || exit 1
	done
	pids=
}

# end_links: they take a second or two, and are waited for: the compiler's would go on.  A
# signal may come before the last one is among them.
end_links() {
	for pid in $pids ${!:-}; do
		wait "$pid" || :
	done
	pids=
}

# forget_layouts: all sets of stages but the last few that were asked for, and what may
# still be booted: 32 layouts of two stages are 0.4 GB, and linked in half a minute.  What
# somebody who was killed has left goes, too: nobody holds its lock.
sets_kept=4
forget_layouts() {
	find "$cache/um-layouts" -mindepth 1 -maxdepth 1 -name '[0-9a-f]*' -printf '%T@ %p\n' |
		sort -rn | tail -n "+$((sets_kept + 1))" | cut -d ' ' -f 2- |
		xargs -r -d '\n' -I SET find SET -maxdepth 0 -mmin +60 -exec rm -rf {} +
	for left in "$cache"/um-layouts/.run.*; do
		[ ! -d "$left" ] || flock -n "$left/lock" rm -rf "$left" || :
	done
}

# begin_run: makes $scratch, which is locked for as long as this runs; and locks what
# others forget, on descriptor 7.
begin_run() {
	[ -z "$scratch" ] || rm -rf "$scratch"
	scratch=
	mkdir -p "$cache/um-layouts"
	make_lock "$cache/um-layouts/lock"
	exec 7>>"$cache/um-layouts/lock"
	flock 7
	scratch=$(mktemp -d "$cache/um-layouts/.run.XXXXXX")
	exec 8>>"$scratch/lock"
	flock 8
}

# native FROM TO STAGE[=DIRECTORY]...: "SEED STAGE SET FOLDER" of each layout, made if it is
# not there.  SET names all that is linked for the same addresses.
cmd_native() {
	[ $# -ge 3 ] || usage
	number FROM "$1"
	number TO "$2"
	from=$1
	to=$2
	shift 2
	as_um
	# shellcheck disable=SC2046 # names of stages are words
	build_stages $(printf '%s\n' "$@" | grep -v =)
	images=
	for stage; do
		built "${stage#*=}"
		add_driver "$dir" "${stage%%=*}" || exit 1
		images="$images${stage%%=*} $with
"
	done
	begin_run
	printf %s "$images" >"$scratch/images"
	while read -r name with; do
		ln -s "$with" "$scratch/image-$name"
		cat "$with/sections"
	done <"$scratch/images" >"$scratch/all"
	cut -d ' ' -f 1 "$scratch/all" | LC_ALL=C sort -u >"$scratch/names"
	set_id=$({
		echo "$link_recipe"
		cat "$scratch/images"
	} | sha | cut -c 1-16)
	layouts=$cache/um-layouts/$set_id
	mkdir -p "$layouts"
	touch "$layouts"
	forget_layouts
	exec 7>&-
	find_missing "$from" "$to" "$(cut -d ' ' -f 1 "$scratch/images")" >"$scratch/missing"
	missing=$(wc -l <"$scratch/missing")
	need_space "$cache" $((missing * layout_mib)) ||
		fail 1 "that is for $missing layouts: NATIVE_LAYOUTS says how many there are of each" \
			"stage, VMABENCH_CACHE where they are kept"
	link_missing
	for seed in $(seq "$from" "$to"); do
		sed "s,^\([^ ]*\) .*,$seed \1 $set_id @/$seed/\1," "$scratch/images" |
			replace @ "$layouts"
	done
}
