# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of cell.sh
#
# Of range/cell.sh: a cell of the exact tier, from its image to its record.

# take_kept: the answer that the store has, if it has one.  Times are not kept there.
take_kept() {
	[ ! -s "$kept.failed" ] || finish "BUILD-FAILED $(cat "$kept.failed")"
	[ -f "$kept.jsonl" ] || return 0
	measure_with "$build/vmabench" exact --stage "$name" --image / --commit "$what" \
		-o "$tmp/record" --kept "$kept.jsonl" || {
		# It is damaged, and is measured anew.
		rm -f "$kept.jsonl"
		return 0
	}
	took kept
	put_record "$tmp/record" "$session/$name.jsonl" || die "cannot write to $session"
	finish "done 0 kept"
}

# count_cell: builds the commit, and measures it.
count_cell() {
	make_image "$name" "$id" "$what"
	if [ "$build_failed" -ne 0 ]; then
		case $why in
		*error:* | *ERROR:* | *"undefined reference"*)
			printf '%s\n' "$why" >"$tmp/why"
			put_record "$tmp/why" "$kept.failed" || : ;;
		esac
		took build
		finish "BUILD-FAILED $why"
	fi
	took_build
	give_image

	status=0
	# The about of a series is no part of a commit of a range.
	measure_with "$root/scripts/exact.sh" "$name=$image" "$tmp/record" --commit "$what" \
		--reason "$tmp/reason" -j "$jobs" || status=$?
	took measure
	case $status in
	0)	put_record "$tmp/record" "$kept.jsonl" ||
			warn "the record is not kept for the next time: cannot write to $store" ;;
	3)	[ -f "$tmp/record" ] || {
			why=$(cat "$tmp/reason" 2>/dev/null) || why='no record'
			# A kernel may hang because the machine has no time for it; one panics anywhere.
			case $why in
			*hung*)	[ "$(tries "$name")" -gt 1 ] || exit 1 ;;
			esac
			finish "BOOT-FAILED $why"
		} ;;
	*)	exit 1 ;;
	esac
	put_record "$tmp/record" "$session/$name.jsonl" || die "cannot write to $session"
	finish "done $status measured"
}
