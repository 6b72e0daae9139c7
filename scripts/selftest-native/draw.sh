# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of selftest-native.sh
#
# Of selftest-native.sh: experiments that are drawn from the pool, and compared as any
# two sessions are.
#
#   $tmp/records/STAGE/boot-LAYOUT-N.jsonl   all boots
#   $tmp/results   "KIND NEW LAYOUTS EXPERIMENT SCENARIO OP BASE_NS RATIO LOWER UPPER
#                  LEVEL" of each row; the bounds are "-" where there is no interval

# link_records: of sessions that were finished, under names that say what they are of.
link_records() {
	old=$(cut -d ' ' -f 2- "$pool/sessions"/* | xargs -d '\n' grep -rL '"layout_set":' |
		head -n 1)
	[ -z "$old" ] || fail 2 "$old: a record before schema 1.8, whose layout is no pair" \
		"of any other: keep another POOL"
	for stage in $stages; do
		mkdir -p "$tmp/records/$stage"
	done
	cat "$pool/sessions"/* | while read -r stage folder; do
		grep -Ho -m 1 '"layout":[0-9]*' "$folder"/*.jsonl |
			sed "s/^\(.*\):\"layout\":\([0-9]*\)$/$stage \2 \1/"
	done | to=$tmp/records awk '{
		stage = $1
		layout = $2
		sub(/^[^ ]* [^ ]* /, "")
		printf "%s\n%s/%s/boot-%s-%d.jsonl\n", $0, ENVIRON["to"], stage, layout, nr[stage, layout]++
	}' | xargs -r -d '\n' -n 2 ln -s
}

# layouts_of STAGE: that it was booted in, in the order of their seeds.
layouts_of() {
	find "$tmp/records/$1" -name 'boot-*' |
		sed 's/.*-\([0-9]*\)-[0-9]*\.jsonl$/\1/' | sort -nu
}

# deal SEED SIZE TIMES: reads layouts, prints a line of SIZE for each experiment.  They are
# dealt as cards are: at first in the order in which they were booted, so that an
# experiment is of one time, as those of users are; with TIMES above 0, shuffled again
# and again until there are so many.  Of one deal, no two have a layout in common.
deal() {
	awk -v seed="$1" -v size="$2" -v times="$3" '
	{ card[NR - 1] = $1 }
	END {
		srand(seed)
		if (NR < size)
			exit
		for (i = 0;;) {
			for (j = 0; j < size; j++)
				printf "%s%s", card[i++], j + 1 < size ? " " : "\n"
			if (++dealt == times)
				exit
			if (i + size <= NR)
				continue
			if (!times)
				exit
			for (i = NR - 1; i > 0; i--) {
				j = int(rand() * (i + 1))
				t = card[i]
				card[i] = card[j]
				card[j] = t
			}
		}
	}'
}

# side NAME STAGE LAYOUT...: its records, in one folder.  Those of both sides have the
# same name: a session's, so that blocks are the layouts that both have.
side() {
	rm -rf "${tmp:?}/$1"
	mkdir -p "$tmp/$1/session"
	side=$tmp/$1/session
	stage=$2
	shift 2
	for layout; do
		printf '%s\n' "$tmp/records/$stage/boot-$layout"-*.jsonl
	done | xargs -d '\n' cp -P -t "$side"
}

# estimates: of the rows that a delay would be in, or not.
estimates() {
	"$build/vmadiff" export -f csv "$tmp/base/session" "$tmp/new/session" \
		2>"$tmp/err" | awk -F , -v OFS=' ' '
	NR == 1 {
		for (i = 1; i <= NF; i++)
			at[$i] = i
		next
	}
	$at["metric"] == "latency" && $at["quantile"] == "" {
		known = $at["ratio_lower"] != ""
		print $at["scenario"], $at["op"], $at["base"], $at["ratio"],
			known ? $at["ratio_lower"] : "-",
			known ? $at["ratio_upper"] : "-", 1 - $at["coverage"]
	}' >"$tmp/rows"
	[ -s "$tmp/rows" ] || {
		cat "$tmp/err" >&2
		die "no rows of an experiment"
	}
}

# compare_drawn KIND NEW SIZE TIMES: experiments with SIZE layouts a side; of KIND "pairs"
# both have the same, of "others" each has every other one of what was dealt: sessions
# differ by what else the machine does, and both sides are of the same sessions, as those
# of a run are.
compare_drawn() {
	kind=$1
	new=$2
	size=$3
	cards=$size
	[ "$kind" = pairs ] || cards=$((2 * size))
	layouts_of "$new" | deal "${SEED:-1}" "$cards" "$4" >"$tmp/dealt"
	experiment=0
	while read -r dealt; do
		experiment=$((experiment + 1))
		old=$dealt
		# shellcheck disable=SC2086 # one word a layout
		if [ "$kind" = others ]; then
			old=$(printf '%s\n' $dealt | sed 'n;d')
			dealt=$(printf '%s\n' $dealt | sed -n 'n;p')
		fi
		# shellcheck disable=SC2086 # one word a layout
		side base "$base" $old
		# shellcheck disable=SC2086 # one word a layout
		side new "$new" $dealt
		estimates
		sed "s/^/$kind $new $size $experiment /" "$tmp/rows" >>"$tmp/results"
	done <"$tmp/dealt"
	[ $experiment -eq 0 ] ||
		say "$new against $base, $kind of $size layouts: $experiment experiments"
}
