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

# compare_stages: of the session $dir.  Sets $status to 0, 3 or 4.
compare_stages() {
	set --
	[ -z "$timed" ] || set -- --times "$dir/native"
	while read -r stage record text; do
		case $record in
		*.jsonl) set -- "$@" "$stage=$dir/$record" ;;
		*) set -- "$@" "$stage=$record $text" ;;
		esac
	done <"$dir/stages"
	for seed in ${SEEDS:-}; do
		set -- "$@" --seed "$dir/seed-$seed"
	done
	status=0
	"$build/vmadiff" series -o "$dir" "$@" || status=$?
	case $status in
	0 | 3) ;;
	*) status=4 ;;
	esac
	for seed in ${SEEDS:-}; do
		echo
		echo "Seed $seed, $(basename "$first" .jsonl) to" \
			"$(basename "$last" .jsonl):"
		"$build/vmadiff" compare -m insns "$dir/seed-$seed/$(basename "$first")" \
			"$dir/seed-$seed/$(basename "$last")" || status=3
	done
}

# tell_end: where the session is, and how long it took.
tell_end() {
	echo
	echo "Report:   ${dir#"$PWD"/}/report.md"
	echo "Pictures: ${dir#"$PWD"/}/plots/"
	echo "Time:     kernels $((t1 - t0)) s, measuring $((t2 - t1)) s," \
		"${timed:+native tier $((t3 - t2)) s, }comparing and drawing $((t4 - t3)) s"
}
