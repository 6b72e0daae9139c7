# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of native-series.sh
#
# Of native-series.sh: the boots, of all stages in turn.
#
#   $tmp/layouts    "LAYOUT STAGE SET FOLDER" of each
#   $tmp/stages     "STAGE RETRY" of each
#   $tmp/memory     MiB that each boot has
#   $tmp/failures   "LAYOUT STAGE" of each boot that failed
#   $tmp/alone      "LAYOUT STAGE" of those that have a boot of which all rows count

# Boots of one layout of a stage that may fail, and of a stage that never boots.
most_failures=2

# find FILE COLUMN WORD...: of the line that begins with these words.
find() {
	file=$1
	column=$2
	shift 2
	awk -v words="$* " -v column="$column" 'index($0, words) == 1 {
		print $column
		exit
	}' "$tmp/$file"
}

# is_over STAGES: is the time up?  All layouts come once, however long that takes.
is_over() {
	[ "$order" -ge $((layouts * $1)) ] &&
		[ $(($(date +%s) - begin)) -ge "$seconds" ]
}

# learn RECORD LAYOUT STAGE: $reference is the least time so far of what tells a core that
# is shared or slower.
learn() {
	! sed 1q "$1" | grep -q '"scenarios_shared":"0"' || echo "$2 $3" >>"$tmp/alone"
	ticks=$(sed -n '1s/.*"reference_ticks":"\([0-9]*\)".*/\1/p' "$1")
	[ -n "$ticks" ] || return 0
	[ -n "$reference" ] && [ "$reference" -le "$ticks" ] || reference=$ticks
}

has_records() {
	ls "$(folder "$1")"/boot-*.jsonl >/dev/null 2>&1
}

# failures PATTERN: lines that are the whole of it.
failures() {
	grep -cx -e "$1" "$tmp/failures" || :
}

# is_hopeless STAGE: was it booted often enough, and always in vain?
is_hopeless() {
	[ "$(failures "[0-9]* $1")" -ge $most_failures ] && ! has_records "$1"
}

# fails LAYOUT STAGE
fails() {
	warn "boot $order, $2, layout $1, failed"
	echo "$1 $2" >>"$tmp/failures"
	if is_hopeless "$2"; then
		warn "$2 is not booted again"
	elif [ "$(failures "$1 $2")" -ge $most_failures ]; then
		warn "layout $1 of $2 is not booted again"
	fi
}

# draw_boot STAGE: how far it is, and for how long yet: by time, or by boots where these
# take longer.
draw_boot() {
	elapsed=$(($(date +%s) - begin))
	left=$((seconds - elapsed))
	least=0
	[ "$order" -eq 0 ] || [ "$order" -ge "$planned" ] ||
		least=$((elapsed * (planned - order) / order))
	[ "$left" -ge "$least" ] || left=$least
	boots=$planned
	[ "$elapsed" -eq 0 ] || [ $((order * seconds / elapsed)) -le "$planned" ] ||
		boots=$((order * seconds / elapsed))
	draw_line "native tier: boot $((order + 1)) of about $boots, $1, about $left s left"
}

# boot LAYOUT STAGE
boot() {
	! is_hopeless "$2" || return 0
	record=$(folder "$2")/boot-$(printf %04d "$order").jsonl
	commit=$(sed -n "s/^$2 //p" "${NATIVE_COMMITS:-/dev/null}")
	image=$(find layouts 4 "$1" "$2")
	draw_boot "$2"
	# The cache keeps what is in use.
	touch -c "${image%/*/*}"
	status=0
	# shellcheck disable=SC2086 # one word a scenario
	in_child "$build/vmabench" native --stage "$2" --image "$image" \
		--layout "$1" --layout-set "$(find layouts 3 "$1" "$2")" \
		--retry "$(find stages 2 "$2")" \
		${commit:+--commit "$commit"} --memory "$(cat "$tmp/memory")" \
		${about:+--about "$about"} ${CPU:+--cpu "$CPU"} ${EVENTS:+--events "$EVENTS"} \
		${reference:+--reference "$reference"} --set "${SET:-primary}" \
		--seed $((seed * 1000 + order)) \
		--index "$order" --block "$1" --order "$order" -o "$record" \
		${SCENARIOS:-} || status=$?
	case $status in
	0) ;;
	3)	failed=3
		[ -f "$record" ] || fails "$1" "$2" ;;
	*)	die "measuring $2 failed ($status)" ;;
	esac
	[ ! -f "$record" ] || learn "$record" "$1" "$2"
	order=$((order + 1))
}

# lacking PLAN: its blocks of which a stage is not among those alone; all, if there is none.
# A layout that failed too often lacks nothing, and does not come.
lacking() {
	awk -v seed="$seed" -v most="$most_failures" '
	FILENAME == ARGV[1] { alone[$1, $2]; next }
	FILENAME == ARGV[2] { failures[$1, $2]++; next }
	failures[$1 + seed, $2] >= most { next }
	{ line[++nr] = $0; block[nr] = $1 }
	!(($1 + seed, $2) in alone) { lacks[$1]; any = 1 }
	END {
		for (i = 1; i <= nr; i++)
			if (!any || block[i] in lacks)
				print line[i]
	}' "$tmp/alone" "$tmp/failures" "$1"
}

# boot_all STAGE...: until the time is up; $failed is 3 where something failed.
boot_all() {
	failed=0
	order=0
	begin=$(date +%s)
	reference=
	planned=$((layouts * $#))
	: >"$tmp/alone"
	: >"$tmp/failures"
	while [ $# -gt 1 ] && ! is_over $#; do
		"$root/scripts/blocks.sh" $((seed + order)) "$layouts" 1 "$@" >"$tmp/all"
		lacking "$tmp/all" >"$tmp/plan"
		[ -s "$tmp/plan" ] || break
		while read -r block stage; do
			! is_over $# || break
			boot $((seed + block)) "$stage"
		done <"$tmp/plan"
		clear_line
		say "$order boots, $(($(date +%s) - begin)) s"
		for stage; do
			shift
			is_hopeless "$stage" || set -- "$@" "$stage"
		done
	done
}
