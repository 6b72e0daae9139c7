# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of cell.sh
#
# Of range/cell.sh: a cell of the native tier, which is a commit and the first one of the range,
# both timed on this machine, in turns.  So no time of one machine is ever beside one of
# another; nor is it kept for the next range, as counts are: it is no property of the kernel
# alone.

# native_key: what the times depend on besides the commits; see node_key().  The machine
# comes first, for that is what differs where several do.
native_key() {
	where=$("$build/vmabench" where) || return 1
	echo "type ${where%%/*}"
	"$root/scripts/kernel.sh" um key &&
		echo "program $(sha256sum <"$build/vmabench" | cut -c 1-16)"
}

# make_program NAME ID WHAT: the image, as $image; or the end of the cell.
make_program() {
	: >"$tmp/build-times"
	make_image "$1" "$2" "$3"
	cat "$tmp/build-times" >>"$tmp/programs"
	if [ "$build_failed" -ne 0 ]; then
		[ "$1" != base ] || why="the base does not: $why"
		took build
		finish "BUILD-FAILED $why"
	fi
	give_image
}

# why_no_boot STAGE: what was said of it, after the first $said lines of the log.
why_no_boot() {
	tail -n "+$((said + 1))" "$range/$name.log" | grep -m 1 '^vmabench' |
		sed 's/^vmabench[a-z ]*: //' | tr -c '\n -~' '?' | grep . ||
		echo "no boot of $1 has ended well"
}

# put_boots: those of this cell, whole or not at all, instead of an earlier try's.
put_boots() {
	mkdir -p "$session/native"
	new=$(mktemp -d "$session/native/.new-XXXXXX") || return 1
	{ cp -R "$tmp/boots/." "$new" && chmod 755 "$new" && rm -rf "$session/native/$name" &&
		mv -T "$new" "$session/native/$name"; } || {
		rm -rf "$new"
		return 1
	}
}

# forget_programs: 32 layouts of two kernels are 0.4 GB, and of no other cell.
forget_programs() {
	layout_set=$(cat "$tmp"/boots/base/boot-*.jsonl |
		sed -n '1s/.*"layout_set":"\([0-9a-f]*\)".*/\1/p')
	[ -z "$layout_set" ] || rm -rf "$own_cache/um-layouts/$layout_set"
}

has_boots() {
	ls "$tmp/boots/$1"/boot-*.jsonl >/dev/null 2>&1
}

# time_cell: the answer.
time_cell() {
	read -r first_name first_id first_what <"$range/cells"
	[ "$name" != "$first_name" ] || finish "done 0 base"
	: >"$tmp/programs"
	make_program base "$first_id" "$first_what"
	base_image=$image
	make_program "$name" "$id" "$what"
	awk '{ n[$1] += $2 } END { for (step in n) print step, n[step] }' "$tmp/programs" |
		sort >"$tmp/build-times"
	took_build
	printf '%s %s\n' base "$first_what" "$name" "$what" >"$tmp/commits"
	said=$(wc -l <"$range/$name.log")
	status=0
	# Other variables of it are in the plan.
	in_child env NATIVE_DIR="$tmp/boots" NATIVE_REASON="$tmp/reason" \
		NATIVE_COMMITS="$tmp/commits" SET="$(plan set)" SCENARIOS="$scenarios" \
		"$root/scripts/native-series.sh" "base=$base_image" "$name=$image" || status=$?
	took measure
	case $status in
	0)	;;
	3)	has_boots base || finish "BOOT-FAILED the base does not: $(why_no_boot base)"
		has_boots "$name" || finish "BOOT-FAILED $(why_no_boot "$name")" ;;
	*)	[ ! -s "$tmp/reason" ] || why="time is not measured here: $(cat "$tmp/reason")"
		exit 1 ;;
	esac
	forget_programs
	put_boots || die "cannot write to $session"
	finish "done $status timed"
}
