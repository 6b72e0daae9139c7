# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of cell.sh
#
# Of range/cell.sh: the image of a commit, from the store or built.

# exchange FROM TO: what one cache has of the image $base, and the other has not.
exchange() {
	[ "$1" != "$2" ] || return 0
	for folder in "$1/images/$base" "$1/modules/$base"-*; do
		to=$2${folder#"$1"}
		if [ -d "$folder" ] && [ ! -d "$to" ]; then
			is_sound "$folder" || {
				warn "$folder is damaged, and is not taken"
				rm -rf "$folder"
				continue
			}
			mkdir -p "$(dirname "$to")"
			put_folder "$folder" "$to" || :
		fi
	done
}

# took_build: where the time went since the last one, as kernel.sh has it.
took_build() {
	if [ ! -s "$tmp/build-times" ]; then
		took image
		return
	fi
	# What kernel.sh did not take is the checkout, and looking at the tree.
	built=$(awk '$1 != "objects" { n += $2 } END { print n + 0 }' "$tmp/build-times")
	now=$(date +%s)
	echo "checkout $((now - began - built))" >>"$tmp/times"
	cat "$tmp/build-times" >>"$tmp/times"
	began=$now
}

# own_image ID and give_image: what the store has of a commit's image, and this machine has
# not, and the other way around; $base is what it is called.
own_image() {
	# shellcheck disable=SC2086 # a word, or none
	base=${um:+um-}tree-$("$kernel" $um key "$tree" "$1" | grep -v '^module ' | sha256sum |
		cut -c 1-16)
	exchange "$store" "$own_cache"
}

give_image() {
	exchange "$own_cache" "$store"
}

# make_image NAME ID WHAT: $image; or $build_failed is not 0, with the reason in $why.
make_image() {
	own_image "$2"
	build_commit "$1" "$2" "$3" >"$tmp/built"
	image=$(cut -d ' ' -f 2 "$tmp/built")
	[ "$build_failed" -ne 0 ] || return 0
	why=$(cut -d ' ' -f 3- "$tmp/built")
	why=${why#"$3": }
	# What the machine lacked is no fault of the commit.
	case $why in
	*"No space left"* | *"annot allocate"* | *[Kk]illed*) exit 1 ;;
	esac
}
