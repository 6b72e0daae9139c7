# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of publish.sh
#
# Of publish.sh: writes a bundle that others boot.  It takes the records that were stripped,
# finds the images in the cache by the build ids in these records, and adds the guest's
# program and its disks.

# shellcheck source=scripts/publish/digits.sh
. "$root/scripts/publish/digits.sh"

vmabench=${VMABENCH:-$(dirname "$vmadiff")/vmabench}

# ends_of RECORDS: the first and the last stage of a report that were counted, in two words.
ends_of() {
	[ -f "$1/stages" ] || return 0
	while read -r stage record rest; do
		[ "$record" != "$stage.jsonl" ] || [ ! -f "$1/$record" ] ||
			! head -n 1 "$1/$record" | grep -q '"tier":"exact"' || echo "$stage"
	done <"$1/stages" |
		awk 'NR == 1 { first = $0 } END { if (NR > 1) print first, $0 }'
}

# find_image RECORD: the folder of the image that it is of.
find_image() {
	id=$(header_of "$1" build_id)
	for dir in "$("$root/scripts/kernel.sh" cache)"/images/*/; do
		[ -f "$dir/vmlinux" ] || continue
		case $dir in
		*/um-*) continue ;;
		esac
		if [ "$("${vmabench%/*}/vmabench-symbols" "$dir/vmlinux" 2>/dev/null |
				sed -n 's/^build_id //p;1q')" = "$id" ]; then
			echo "${dir%/}"
			return
		fi
	done
	warn "no bundle: the image that $(basename "$1") is of (build id $id) is not in the cache"
	fail 2 "the same make series as for this session builds it again. If this is then said" \
		"again, compiler or source have changed: publish the new session instead"
}

# commit_of STAGE: the commit that the image is of; nothing of a stage of kernel-patches.
commit_of() {
	begins="$1 $1.jsonl " awk '
		index($0, ENVIRON["begins"]) == 1 {
			print substr($0, length(ENVIRON["begins"]) + 1)
		}' "$records/stages"
}

# put_kernel STAGE: its image, and what belongs to it.
put_kernel() {
	image=$(find_image "$records/$1.jsonl") || exit 2
	to=$bundle/kernels/$1
	mkdir -p "$to"
	cp "$image/vmlinux" "$image/config" "$to"
	cp "$image/key" "$to/made-of.txt"
	"${vmabench%/*}/vmabench-symbols" "$image/vmlinux" >"$to/symbols"
	cp "$records/$1.jsonl" "$bundle/records"
	# shellcheck disable=SC2046 # one word a scenario
	"$vmabench" exact --needs-module $(scenarios_of "$records/$1.jsonl") >/dev/null ||
		return 0
	module=$("$root/scripts/kernel.sh" module "$image") || return 0
	cp "$module" "${module%/*}/kernel" "$to"
}

# put_programs: what measures, and compares.
put_programs() {
	mkdir -p "$bundle/bin" "$bundle/scripts/publish"
	cp "$vmabench" "${vmabench%/*}"/vmabench-insns-*.so "$bundle/bin"
	strip "$bundle"/bin/* 2>/dev/null || :
	cat >"$bundle/bin/vmabench-symbols" <<'EOT'
#!/bin/sh
# Prints what the program of this name printed of the image where the bundle was made:
# it takes libelf.  vmabench sees whether this is of the kernel that it boots.
exec cat "${1%/*}/symbols"
EOT
	cp "$root/scripts/publish/boot.sh" "$bundle"
	cp "$root/scripts/lib.sh" "$root/scripts/trust.sh" "$root/scripts/scratch.sh" \
		"$bundle/scripts"
	cp "$root/scripts/publish/digits.sh" "$bundle/scripts/publish"
	chmod 755 "$bundle/boot.sh" "$bundle"/bin/vmabench*
}

# put_patches BASE NEW: what is between the two; of a tree without names of authors.
put_patches() {
	to=$work/sources/patches
	first=$(commit_of "$1")
	last=$(commit_of "$2")
	[ -n "$first$last" ] || {
		cp -R "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}" "$to"
		return
	}
	[ -n "${TREE:-}" ] ||
		fail 2 "no bundle: it must have the sources of its kernels, which are of a tree of" \
			"your own. TREE=DIR says which"
	mkdir -p "$to"
	case $last in
	patch*)	[ -e "${SERIES:-}" ] ||
			fail 2 "no bundle: it must have the patches up to $last. SERIES=PATCHES" \
				"says where they are"
		find "$SERIES" -type f | LC_ALL=C sort | while IFS= read -r file; do
			number=$((${number:-0} + 1))
			diff_of "$file" >"$to/$(printf '%04d' "$number").diff"
		done
		find "$to" -type f -size 0 -exec rm {} + ;;
	*)	git -C "$TREE" diff "${first%% *}" "${last%% *}" >"$to/$1-$2.diff" ||
			fail 2 "no bundle: TREE=$TREE has not both ${first%% *} and ${last%% *}" ;;
	esac
}

# diff_of PATCH: what it changes, without the mail that it came in.
diff_of() {
	awk '/^diff --git / || /^--- [^ ]/ { body = 1 }
		/^-- $/ || /^From [0-9a-f]+ / { body = 0 }
		body' "$1"
}

# own_sources: the files of the suite that programs are built from, a line each; nothing
# that somebody has beside them.
own_sources() {
	(cd "$root" && { git ls-files bench Makefile LICENSES 2>/dev/null | grep . ||
		find bench Makefile LICENSES -type f; } &&
		find bench -type f -name '*.[chS]') |
		grep -vE '(^|/)[.#]|~$' | LC_ALL=C sort -u |
		while IFS= read -r file; do
			[ ! -f "$root/$file" ] || printf '%s\n' "$file"
		done
}

# put_sources BASE NEW: what the licences of the kernel and of the suite ask for.
put_sources() {
	mkdir -p "$work/sources"
	own_sources | tar -C "$root" -cf - -T - | tar -C "$work/sources" -xf -
	put_patches "$1" "$2"
	write_tar "$work" sources "$bundle/sources.tar"
}

# quick_scenarios BASE NEW SCENARIO...: those that the series is about; of one that does not
# say, the three in which most changes.
quick_scenarios() {
	{
		sed -n '1s/.*"headline":\(\[[^]]*\]\).*/\1/p' "$1" | tr '{' '\n' |
			sed -n 's/.*"scenario":"\([^"]*\)".*/\1/p'
		echo -
		"$vmadiff" export -f csv "$1" "$2" | awk -F , '
			$3 == "insns" && $12 + 0 > 0 && $13 != "" {
				change = $13 / $12 - 1
				print (change < 0 ? -change : change), $1
			}' | LC_ALL=C sort -k 1,1gr -k 2 | cut -d ' ' -f 2
	} | awk -v there=" $scenarios " '
		$1 == "-" { if (n) exit; next }
		index(there, " " $1 " ") && !($1 in seen) {
			seen[$1]
			print
			if (++n == 3)
				exit
		}' | paste -s -d ' '
}

# put_disks_and_try BASE NEW: the guest's disks, and whether the digits are the records'.
put_disks_and_try() {
	mkdir "$bundle/guest"
	say "booting both kernels, to see that the bundle has the digits of the records: $quick"
	for stage in "$1" "$2"; do
		set -- --disks "$bundle/guest"
		[ -n "$(ls "$bundle/guest")" ] || set -- --keep "$work/kept"
		module=$bundle/kernels/$stage/vmabench_hook.ko
		[ ! -f "$module" ] || set -- "$@" --module "$module"
		status=0
		# shellcheck disable=SC2086 # one word a scenario
		in_child "$vmabench" exact --stage "$stage" \
			--image "$bundle/kernels/$stage" -j "$(nproc)" \
			--retry "$(header_of "$records/$stage.jsonl" retry)" "$@" \
			--layouts 0 -o "$work/$stage.jsonl" $quick || status=$?
		case $status in
		0 | 3) ;;
		*)	fail 2 "no bundle: $stage could not be measured here" ;;
		esac
		[ -n "$(ls "$bundle/guest")" ] || cp "$work"/kept/*.disk "$bundle/guest"
		rm -rf "$work/kept"
		# shellcheck disable=SC2086
		compare_digits "$stage" "$records/$stage.jsonl" "$work/$stage.jsonl" $quick \
			>"$work/tried" || {
			cat "$work/tried" >&2
			fail 2 "no bundle: vmabench or QEMU has changed since these records were" \
				"made. make series measures anew; publish that session"
		}
	done
	chmod 644 "$bundle"/guest/*
}

# print_readme BASE NEW
print_readme() {
	release=$(header_of "$records/$1.jsonl" release | sed 's/-vmabench.*//')
	qemu_of=$(header_of "$records/$1.jsonl" qemu)
	cat <<EOT
Two Linux kernels that count the same wherever they are booted.

	./boot.sh		# about a minute; ./boot.sh --help

boots $1 and $2 in your QEMU, counts what mmap() and munmap()
execute, and says whether the digits are those in records/.  It shows the hashes
of all files first.  It takes Linux on x86-64, QEMU 7.2 or later with TCG
plugins, an ordinary user, and no compiler; it installs nothing and leaves
nothing behind.

  kernels/STAGE  vmlinux, its configuration, its symbols, what it was made of
  guest/         disks of the guest; its /init is bin/vmabench itself
  bin/           vmabench, and its plugin for each plugin interface of QEMU
  records/       what was published; it was counted by
                 $qemu_of
  sources.tar    patches of the kernels, sources of bin/

The kernels are under GPL-2.0.  kernels/STAGE/config is how they were
configured; their sources are
$(kernel_sources "$1" "$2")
bin/ is under GPL-2.0-or-later; linked into vmabench are glibc, libtracefs,
libtraceevent (LGPL-2.1), liburing, jansson and libpfm (MIT), as the
distribution has them that it was built on.
EOT
}

# kernel_sources BASE NEW: what they were built from.
kernel_sources() {
	if [ -n "$(commit_of "$1")" ]; then
		echo "  $1: Linux $release, commit $(commit_of "$1")"
		git -C "$TREE" rev-parse -q --verify "$(commit_of "$1" | cut -d ' ' -f 1)^{commit}" |
			sed 's/^/    /'
		echo "  $2: $(commit_of "$2"), with what patches/ of sources.tar has between them"
		return
	fi
	id=$(sed -n 's/^source //p' "$bundle/kernels/$1/made-of.txt")
	file=$(awk -v id="$id" '$1 == id { print $4; exit }' \
		"$("$root/scripts/kernel.sh" cache)/sources" 2>/dev/null) || file=
	case $file in
	*/linux-source-*) from="Debian's package $(basename "${file%%.tar.*}")" ;;
	*)	from=kernel.org ;;
	esac
	echo "  Linux $release of $from, with the sha256"
	echo "  $id,"
	echo "  and patches/ of sources.tar up to that of the stage's name, as its series says"
}

# can_be_bundled: ends the script where not, before anything is made.
can_be_bundled() {
	[ $# -eq 2 ] ||
		fail 2 "no bundle: the session has not two kernels that were counted in the exact" \
			"tier, and times do not repeat to the digit. make series TIER=exact counts"
	[ -f "$root/bench/Makefile" ] ||
		fail 2 "no bundle: it must have the sources of its programs, which are not in" \
			"$root. Run make publish in a clone of the suite"
	! ldd "$vmabench" 2>/dev/null | grep -q '=>' ||
		fail 2 "no bundle: $vmabench is linked with shared libraries, which others may not" \
			"have. make LINK=static says which archives are missing for a static one"
}

# write_bundle RECORDS: of what was published, as $bundle_archive.
write_bundle() {
	records=$1
	# shellcheck disable=SC2046 # two words
	set -- $(ends_of "$records")
	can_be_bundled "$@"
	need_space "$work" 400 || exit 2
	bundle=$work/$name-bundle
	mkdir -p "$bundle/records"
	put_kernel "$1"
	put_kernel "$2"
	put_programs
	put_sources "$1" "$2"
	scenarios=$(scenarios_of "$records/$1.jsonl" >"$work/first"
		scenarios_of "$records/$2.jsonl" | LC_ALL=C comm -12 - "$work/first" |
			paste -s -d ' ')
	quick=$(quick_scenarios "$records/$1.jsonl" "$records/$2.jsonl")
	put_disks_and_try "$1" "$2"
	{
		echo "session $name"
		echo "stages $1 $2"
		echo "quick $quick"
		echo "scenarios $scenarios"
		sed -n '1s/.*"series":{[^{}]*"title":"\([^"\\]*\)".*/title \1/p' \
			"$records/$1.jsonl"
	} >"$bundle/bundle.txt"
	print_readme "$1" "$2" >"$bundle/README"
	names_in "$bundle"
	write_sums "$bundle" ''
	write_archive "$work" "$name-bundle" "$work/archive" --lzma2=preset=3,dict=64MiB
	put_archive "$bundle_archive" bundle.txt
	bundle_archive=${bundle_archive#"$PWD"/}
	echo "Bundle: $bundle_archive"
	echo "  $(($(wc -c <"$bundle_archive") / 1000000)) MB; boot.sh in it boots $1 and $2."
	echo "sha256 of its SHA256SUMS, to be sent in another way:"
	sha256sum "$bundle/SHA256SUMS" | sed 's/ .*//; s/^/  /'
	echo "Next:   tar -xf $(quoted "$bundle_archive")-C /tmp"
	quoted "/tmp/$name-bundle/boot.sh" | sed 's/^/        /; s/ $//'
}
