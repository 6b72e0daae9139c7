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

# measure STAGE GUESTS PATCHES: into the folder of the stage; returns what exact.sh does.
measure() {
	mkdir -p "$tmp/kernels/$1"
	# shellcheck disable=SC2086 # words
	in_child env KERNEL_PATCHES="$3" "$root/scripts/exact.sh" "$1" "$tmp/kernels/$1/record.jsonl" \
		-j "$2" --reason "$tmp/kernels/$1/reason" --commit "museum: $1" $rows \
		 2>"$tmp/kernels/$1/said"
}

# why_not STAGE: why it could not be measured whole, in a line: what the kernel said, or
# the record, or else what was said last.
why_not() {
	cat "$tmp/kernels/$1/reason" 2>/dev/null && return
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
		(
			trap 'end_child' EXIT
			exit_on_signals
			measure "$1" "$2" "$tmp/kernels/$1/patches"
		) &
		measured="$measured $1:$!"
	else
		keep "$(not_measured "$1" "it does not build: $(head -n 1 "$tmp/kernels/$1/said")")"
	fi
}

# judge_measured: waits for all that are measured, and judges them.
judge_measured() {
	for entry in $measured; do
		judged=${entry%:*}
		if wait "${entry#*:}"; then
			keep "$(judge "$judged" "$base" "$tmp/kernels/$judged/record.jsonl")"
		else
			keep "$(not_measured "$judged" "$(why_not "$judged")")"
		fi
		measured=${measured#" $entry"}
		rm -rf "${tmp:?}/kernels/$judged"
	done
}

# keep LINE: in the table, and says it.
keep() {
	keep_line "$1"
	keep_pages
	say "${1%%	*}: $(echo "$1" | cut -f 10,11 | sed 's/\t-$//; s/\t/: /')"
}
