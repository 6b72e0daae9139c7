# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of series.sh
#
# Of series.sh: comparing the stages of the session, and what is said in the end.

# list_stages: writes $session/stages, in the order of the series, those without a
# record, too: "NAME RECORD COMMIT", or "NAME BOOT-FAILED COMMIT: REASON" and the like.
# Sets $first and $last to the records of the two ends.
list_stages() {
	first=
	last=
	while read -r stage image commit; do
		record=$session/$stage.jsonl
		if [ "$image" = BUILD-FAILED ]; then
			echo "$stage $image $commit"
		elif [ -f "$record" ]; then
			echo "$stage $stage.jsonl $commit"
			first=${first:-$record}
			last=$record
		else
			why=$(cat "$scratch/$stage.reason" 2>/dev/null) || why='no record'
			echo "$stage BOOT-FAILED ${commit:+$commit: }$why"
			warn "$stage: $why"
		fi
	done <"$scratch/stages" >"$session/stages"
}

# take_luck: what is known of the luck of the last kernel, into the session $dir.
take_luck() {
	stage=$(awk '$2 != "BUILD-FAILED" { last = $1 } END { print last }' "$scratch/stages")
	# shellcheck disable=SC2046 # one word or none
	luck=$(luck_of "$stage${tree:+=$(field "$stage" 2)}" $(luck_set "$set"))
	[ -z "$luck" ] || cp "$luck" "$dir/luck.json"
}

# compare_stages: of the session $dir.  Leaves the answer in $scratch/answer, for the
# end; with ALL=1 it prints the tables, too.  Sets $status to 0, 3 or 4.
compare_stages() {
	status=0
	if [ "${ALL:-0}" = 1 ]; then
		"$build/vmadiff" series --width "$columns" --all -o "$dir" "$dir" || status=$?
		: >"$scratch/answer"
	else
		"$build/vmadiff" series --width "$columns" -o "$dir" "$dir" \
			>"$scratch/answer" || status=$?
	fi
	case $status in
	0 | 3) ;;
	*) status=4 ;;
	esac
}

# tell_end: the answer, where more of it is, and how long it took: as many lines as there
# is room for below the answer, on a terminal of 80 x 24.
tell_end() {
	report='make report'
	[ -f "$root/Makefile" ] || report='vmabench-suite report'
	cat "$scratch/answer"
	echo
	fitted Report: '' "$(tame "${dir#"$PWD"/}")/report.md," "pictures in plots/ beside it"
	fitted Time: '' "$((t4 - t0)) s: kernels $((t1 - t0)) s, counting $((t2 - t1)) s," \
		"${timed:+native tier $((t3 - t2)) s, }comparing $((t4 - t3)) s"
	fitted Next: '' "$(with_results "$report")" \
		"  (the page: $(tame "${results#"$PWD"/}")/reports/${dir##*/}/report.html)"
	fitted '' ' \' "$(here "$build")/vmadiff series --tables" "$(here "$dir")"
	fitted '' ' \' "$(here "$build")/vmadiff functions" "$(here "$dir")"
}

# failed_stages: the first of $failed, and how many more there are.
failed_stages() {
	# shellcheck disable=SC2086 # one word a stage
	set -- $failed
	case $# in
	[0-4]) echo "${failed:- see above}" ;;
	*) echo " $1 $2 $3 and $(($# - 3)) more" ;;
	esac
}
