# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of museum.sh
#
# Of museum.sh: kernels that are built and measured, each in a folder of its own in $tmp/kernels.

# What is being measured, as "CASE:PID".
measured=

# end_measured: on the way out.
end_measured() {
	for entry in $measured; do
		kill "${entry#*:}" 2>/dev/null || :
	done
	for entry in $measured; do
		wait "${entry#*:}" 2>/dev/null || :
	done
	measured=
}

# begin_measure STAGE GUESTS PATCHES: as $child, into the folder of the stage.
begin_measure() {
	mkdir -p "$tmp/kernels/$1"
	# shellcheck disable=SC2086 # words
	begin_child env KERNEL_PATCHES="$3" "$root/scripts/exact.sh" "$1" "$tmp/kernels/$1/record.jsonl" \
		-j "$2" --reason "$tmp/kernels/$1/reason" --commit "museum: $1" $rows \
		2>"$tmp/kernels/$1/said"
}

# why_not STAGE STATUS: why it could not be measured whole, in a line: what the kernel said,
# or the record, or else what was said last; of STATUS, whether it was ended.
why_not() {
	[ "$2" -lt 128 ] || {
		echo "it was ended by signal $(($2 - 128))"
		return
	}
	[ ! -s "$tmp/kernels/$1/reason" ] || {
		head -n 1 "$tmp/kernels/$1/reason"
		return
	}
	{
		[ ! -f "$tmp/kernels/$1/record.jsonl" ] || sed -n '/"type":"failure"/{
			s/.*"scenario":"\([^"]*\)".*"reason":"\(.*\)"}$/\1: \2/p
		}' "$tmp/kernels/$1/record.jsonl"
		tail -n 1 "$tmp/kernels/$1/said"
	} | head -n 1
}

# begin_case CASE GUESTS: builds its kernel, and begins to measure it.
begin_case() {
	compose "$tmp/kernels/$1/patches" "$1"
	if in_child env QUIET=1 KERNEL_PATCHES="$tmp/kernels/$1/patches" "$kernel" build "$1" \
		2>"$tmp/kernels/$1/said"; then
		begin_measure "$1" "$2" "$tmp/kernels/$1/patches"
		measured="$measured $1:$child"
		child=
	else
		keep "$1" "$(not_measured "$1" "it does not build: $(head -n 1 "$tmp/kernels/$1/said")")"
	fi
}

# judge_measured: waits for all that are measured, and judges them.
judge_measured() {
	for entry in $measured; do
		judged=${entry%:*}
		status=0
		wait "${entry#*:}" || status=$?
		if [ "$status" -eq 0 ]; then
			keep "$judged" "$(judge "$judged" "$base" "$tmp/kernels/$judged/record.jsonl")"
		else
			keep "$judged" "$(not_measured "$judged" "$(why_not "$judged" "$status")")"
		fi
		measured=${measured#" $entry"}
		rm -rf "${tmp:?}/kernels/$judged"
	done
}

# keep CASE LINE: in the table, and says it.
keep() {
	# A line of an earlier run is no answer to this one.
	[ -n "$2" ] || die "$1 could not be judged; why stands above"
	keep_line "$2"
	keep_pages
	say "$1: $(printf '%s\n' "$2" | cut -f 10,11 | sed 's/\t-$//; s/\t/: /')"
}
