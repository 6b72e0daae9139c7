# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of range.sh
#
# Of range.sh: the result of the cells that have an answer.

# sweep: what machines have left behind that died while they wrote.
sweep() {
	store=$(plan store)
	find "$store/cells" "$store/images" "$store/modules" -maxdepth 1 -name '.new-*' -mmin +1440 \
		-exec rm -rf {} + 2>/dev/null || :
	find "$session" "$range" "$session/native" -maxdepth 1 -name '.new-*' -mmin +60 \
		-exec rm -rf {} + 2>/dev/null || :
	find "$range" -maxdepth 1 -name 'slurm-*.out' -empty -delete 2>/dev/null || :
}

# tell_times: where the time went, of the cells that were measured.
tell_times() {
	cat "$range"/*.times 2>/dev/null | awk '
		$1 == "total" { cells++ }
		$1 != "objects" { s[$1] += $2 }
		END {
			if (!s["total"])
				exit
			printf "Time:     %d cells, %d s a cell:", cells, s["total"] / cells + 0.5
			m = split("prepare checkout config compile module image measure", step)
			for (i = 1; i <= m; i++)
				if (s[step[i]] > 0)
					printf " %s %.1f s", step[i], s[step[i]] / cells
			print ""
		}'
}

# report: the tables of a series, of the commits that moved something and the two ends; of
# thousands of columns nobody could read one, and each costs half a second.
report() {
	awk -F '"' '
		NR == FNR { if (/"state": "MEASURED"/ && !/"steps": 0[},]/) moved[$4]; next }
		{ split($0, word, " "); n++; line[n] = word[1]; file[n] = word[2] }
		END {
			for (i = 1; i <= n; i++)
				if (file[i] ~ /[.]jsonl$/) {
					if (!first)
						first = i
					last = i
				}
			for (i = first; i <= last; i++)
				if (i == first || i == last || line[i] in moved && shown++ < 30)
					print line[i] "=" file[i]
		}' "$session/range.json" "$session/stages" >"$tmp/columns"
	[ "$(wc -l <"$tmp/columns")" -ge 2 ] || return 0
	(
		cd "$session"
		xargs -d '\n' "$build/vmadiff" series -o . <"$tmp/columns" >/dev/null
	) || warn "the tables of a series could not be written ($?)"
}

cmd_collect() {
	! retry_slurm || return 0
	list_stages "$([ ! -e "$range/cancelled" ] || echo cancelled)"
	sweep
	status=0
	if is_native; then
		collect_timed
	else
		collect_counted
	fi
	echo
	tell_times
	echo "Records:  $(tame "${session#"$PWD"/}")"
	tell_moved_on
	left=$(unanswered | wc -l)
	[ "$left" -eq 0 ] || fail 4 "$left of $(names | wc -l) cells have no answer:" \
		"$self $(quoted resume "$session")"
	rm -f "$(plan store)/.plan-$(plan nonce)"
	! cat "$range"/*.end | grep -qE '^(BUILD|BOOT)-FAILED ' || exit 3
	[ "$status" -eq 0 ] || exit "$status"
}

# collect_counted: of the records, as vmadiff tells it; its $status.
collect_counted() {
	ln -s "$(basename "$session")" "$results/series/.latest-$$"
	mv -T "$results/series/.latest-$$" "$results/series/latest"
	status=0
	"$build/vmadiff" range -o "$session" "$session" || status=$?
	[ ! -f "$session/range.json" ] || report
	QUIET=1 "$root/scripts/plot.sh" "$session" 2>"$tmp/err" || cat "$tmp/err" >&2
}
