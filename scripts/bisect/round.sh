# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of bisect.sh
#
# Of bisect.sh: measures some commits, and says of each what it is.  A folder has them in
# range/cells, "NAME COMMIT-ID" a line; what comes out is left where range.sh leaves it,
# whoever measures: NAME.jsonl, and in range/NAME.end how it ended.

: "${root:?}" "${dir:?}" "${row:?}" "${on?}" "${own_tree:?}"

# what COMMIT: as a reader knows it.
what() {
	git -C "$own_tree" log -1 --no-show-signature --format='%h ("%s")' "$1" --
}

# new_round COMMIT...: a folder for them, $round; the first is c1, and so on.
new_round() {
	rounds=$((${rounds:-0} + 1))
	round=$dir/round$rounds
	mkdir -p "$round/range"
	new_name=0
	for commit; do
		new_name=$((new_name + 1))
		echo "c$new_name $commit"
	done >"$round/range/cells"
}

# measure_round: what is in $round/range/cells; here, one after the other, or by range.sh.
measure_round() {
	if [ -n "$on" ]; then
		measure_there
		return
	fi
	# What is measured may read standard input.
	while read -r name commit <&6; do
		own_tree_checkout "$commit"
		say "$(what "$commit")"
		end='done'
		measure "$own_src" "$row" "$round/$name.jsonl" || {
			[ $? -eq 125 ] || exit 128
			end=$unmeasured
		}
		echo "$end" >"$round/range/$name.end"
	done 6<"$round/range/cells"
}

measure_there() {
	status=0
	in_child env TREE="$own_tree" SET= SCENARIOS="${row%%/*}" MODULE="$module" \
		ON="$on" SLOTS="$k" "$root/scripts/range.sh" cells "$round" \
		>"$round/said" || status=$?
	case $status in
	0 | 1) ;;
	2)	exit 2 ;;
	*)	die "scripts/range.sh ended with $status before all was measured" ;;
	esac
}

# failed_at NAME: prints the node that was the last to try it.
failed_at() {
	[ ! -s "$round/range/$1.tries" ] ||
		tail -n 1 "$round/range/$1.tries" | sed 's/^\([^ ]*\).*/ on \1/'
}

# outcomes: leaves in $round/outcomes how each ended, "NAME COMMIT-ID KIND WHY" a line, with
# KIND done, build or boot; exits where one has no answer: that says nothing of a kernel.
outcomes() {
	lost=
	while read -r name commit; do
		end=none why=
		[ ! -f "$round/range/$name.end" ] ||
			read -r end why <"$round/range/$name.end" || :
		kind=
		case $end in
		done)	[ -f "$round/$name.jsonl" ] && kind='done' || why="there is no record" ;;
		BUILD-FAILED) kind=build ;;
		BOOT-FAILED) kind=boot ;;
		none)	why="nobody says how it ended" ;;
		esac
		[ -n "$kind" ] || {
			warn "$(what "$commit"): not measured$(failed_at "$name"):" \
				"${why:-$end}"
			lost=1
		}
		echo "$name $commit ${kind:-lost} $why"
	done <"$round/range/cells" >"$round/outcomes"
	[ -z "$lost" ] || die "a machine or the tool failed, and no kernel is to blame:" \
		"mend that, and run it again; what was measured is not measured again"
}

# judge_round: says of each whether it is good or bad, and adds that to $dir/verdicts.
judge_round() {
	while read -r name commit kind why; do
		case $kind in
		build)	verdict=skip said="does not build${why:+: $why}" ;;
		boot)	verdict=skip said="does not boot${why:+: $why}" ;;
		*)	status=0
			said=$(judge "$dir" "$round/$name.jsonl") || status=$?
			case $status in
			0)	verdict=good ;;
			1)	verdict=bad ;;
			125)	verdict=skip ;;
			*)	die "$(what "$commit"): its record cannot be judged" ;;
			esac ;;
		esac
		tame "$(what "$commit"): $said"
		echo "$verdict $commit" >>"$dir/verdicts"
	done <"$round/outcomes"
}
