# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of range.sh
#
# Of range.sh: how far a range is.

# counted LABEL WORD: how many cells ended so, and which, if they are few.
counted() {
	awk -v word="$2" '$2 == word { print $1 }' "$tmp/ends" >"$tmp/counted"
	n=$(wc -l <"$tmp/counted")
	case $2,$n in
	*,0)	printf '%-13s %5d\n' "$1" 0 ;;
	done,* | none,*) printf '%-13s %5d\n' "$1" "$n" ;;
	*)	printf '%-13s %5d  %s%s\n' "$1" "$n" "$(head -n 4 "$tmp/counted" | paste -s -d ' ')" \
			"$([ "$n" -le 4 ] || echo " and $((n - 4)) more")" ;;
	esac
}

# span SECONDS
span() {
	if [ "$1" -lt 120 ]; then
		echo "$1 s"
	elif [ "$1" -lt 7200 ]; then
		echo "$((($1 + 30) / 60)) min"
	else
		echo "$((($1 + 1800) / 3600)) h"
	fi
}

# moved_on: the cells whose commits are no longer in the branch, which may have been rebased.
moved_on() {
	tree=$(plan tree)
	to=$(plan range)
	to=${to#*..}
	tip=$(git -C "$tree" rev-parse -q --verify "${to:-HEAD}^{commit}" 2>/dev/null) || return 0
	[ "$tip" != "$(plan tip)" ] || return 0
	git -C "$tree" rev-list --first-parent "$tip" 2>/dev/null |
		awk 'NR == FNR { there[$1]; next } !($2 in there) { print $1, $2 }' - "$range/cells"
}

# tell_moved_on: they are kept, and named.
tell_moved_on() {
	moved_on >"$tmp/moved"
	[ -s "$tmp/moved" ] || return 0
	warn "$(plan range): the branch has changed; $(wc -l <"$tmp/moved") of these commits are no" \
		"longer in it, and their cells are kept:" \
		"$(head -n 4 "$tmp/moved" | awk '{ printf "%s%s (%.12s)", (NR > 1 ? ", " : ""), $1, $2 }')$(
		[ "$(wc -l <"$tmp/moved")" -le 4 ] ||
			echo " and $(($(wc -l <"$tmp/moved") - 4)) more")"
}

cmd_status() {
	now=$(date +%s)
	all=$(names | wc -l)
	names | while read -r one; do
		end=$(cell_end "$one")
		echo "$one ${end:-none}"
	done >"$tmp/ends"
	on=$(plan on)
	tame "Range $(plan range) of $(plan tree): $all cells, ON=$on," \
		"begun $(span $((now - $(plan created)))) ago"
	counted 'done' 'done'
	counted BUILD-FAILED BUILD-FAILED
	counted BOOT-FAILED BOOT-FAILED
	counted failed FAILED
	counted running begun
	counted "to go" none
	awk '$2 == "begun" { print $1 }' "$tmp/ends" | while read -r one; do
		tail -n 1 "$range/$one.tries" >"$tmp/try"
		read -r node _ since <"$tmp/try"
		printf '  %-24s on %s, since %s%s\n' "$one" "$node" "$(span $((now - since)))" \
			"$([ "$(tries "$one")" -le 1 ] || echo ', once more')"
	done
	awk '$2 == "FAILED" { print $1 }' "$tmp/ends" | while read -r one; do
		read -r _ why <"$range/$one.end"
		printf '  %-24s %s\n' "$one" "$why"
	done
	left=$(awk '$2 == "begun" || $2 == "none" { n++ } END { print n + 0 }' "$tmp/ends")
	if [ -e "$range/cancelled" ]; then
		tame "cancelled; to go on: $self $(quoted resume "$session")"
	elif [ "$left" -gt 0 ]; then
		tell_when
	fi
	[ "$on" != slurm ] || tell_queue
	tell_moved_on
}

# tell_when: of the mean of the cells that were measured, and how many run at a time.
tell_when() {
	at_once=$(awk '$2 == "begun" { n++ } END { print (n ? n : 1) }' "$tmp/ends")
	cat "$range"/*.times 2>/dev/null | awk -v left="$left" -v at_once="$at_once" '
		$1 == "kept" { next }
		$1 == "total" && $2 > 2 { n++; s += $2 }
		END {
			if (!n)
				exit
			print int(s / n * left / at_once + 0.5), int(s / n + 0.5)
		}' >"$tmp/when"
	[ -s "$tmp/when" ] || {
		echo "when: not known before a cell was measured"
		return
	}
	read -r seconds mean <"$tmp/when"
	echo "when: in about $(span "$seconds"), at $(date -d "+$seconds seconds" +%H:%M)" \
		"($mean s a cell, $at_once at a time)"
}

# tell_queue: what Slurm says of what it has.
tell_queue() {
	slurm_queue >"$tmp/queue" || {
		warn "what its jobs do is not known: no answer of slurmctld: $(slurm_said)"
		return
	}
	awk '
		BEGIN {
			split("PartitionTimeLimit PartitionConfig PartitionNodeLimit BadConstraints " \
				"AccountNotAllowed QOSNotAllowed InvalidAccount InvalidQOS", words)
			for (i in words)
				never[words[i]]
		}
		{ n[$1 ($1 != "PENDING" ? "" : ", " $2 ($2 in never ? \
			": they will never run as they are; cancel, and ask for less" : ""))]++ }
		END { for (what in n) print "Slurm: " n[what] " " what }' "$tmp/queue" | sort
	awk '$2 == "begun" { print $1 }' "$tmp/ends" >"$tmp/begun"
	[ ! -s "$tmp/begun" ] || [ -s "$tmp/queue" ] ||
		tame "Slurm has no job of it any more: $self $(quoted resume "$session")"
}
