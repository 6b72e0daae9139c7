# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: what a session is, and how far it has come.
#
#   SESSION/session.json        the plan; never written again
#   SESSION/kernels/NAME.json   image, build id, ... of a kernel that is there
#   SESSION/state               what happened, one line each, only appended to
#   SESSION/added               what was added to the machine, for undo
#   SESSION/bin/                the programs, the same in every boot
#   SESSION/NAME/boot-NN.jsonl  records
#   SESSION/compare.txt         what comes out
#
# A line of the state is "TIME EVENT BOOT ATTEMPT BOOT_ID TEXT .".  The dot tells
# a whole line from one that a power cut tore.  Events of a boot are booting,
# measuring, done, failed (counts; a boot has two attempts) and excused (does not
# count); those of the session are run, stopped, resumed, backend, learned,
# finishing, finished, undone and note.

attempts=2

# is_name NAME: of a session.
is_name() {
	case $1 in
	'' | latest | .* | *[!A-Za-z0-9._-]*) return 1 ;;
	esac
}

# open_session [NAME|DIR]: sets dir and name.
open_session() {
	dir=${1:-$results/metal/latest}
	[ -d "$dir" ] || dir=$results/metal/$dir
	[ -f "$dir/session.json" ] ||
		die "no session ${1:-in $results/metal}; metal.sh plan makes one"
	# Nor does another user say which one of root's it is.
	root_only "session $(basename "$dir")" "$dir"
	dir=$(cd "$dir" && pwd -P)
	name=$(basename "$dir")
	is_name "$name" || die "no name of a session: '$name'"
	trust_session
	state=$dir/state
	fallback=$sys/var/lib/vmabench-metal/$name
	spool=$sys/run/vmabench-metal/$name
	command -v jq >/dev/null || die "no jq, which reads the plan (Debian: jq)"
	# jq takes long to start: what the plan says is read at once.
	plan=$(jq -r 'select(.schema.name == "vmabench-metal" and .schema.major == 1) |
		. as $plan | (("cmdline", "config", "kernel_base", "quiet",
			"scenarios", "seconds", "set", "tree") |
			"setting_\(.)=\($plan[.] | tostring | @sh)"),
		@sh "names=\(.kernels | map(.name) | join("\n"))",
		@sh "plan_boots=\(.boots | map("\(.boot) \(.block) \(.order) " +
			"\(.index) \(.seed) \(.kernel)") | join("\n"))"' \
		"$dir/session.json" 2>/dev/null) || plan=
	[ -n "$plan" ] || die "$dir/session.json is not a plan of this version"
	check_grammar
	eval "$plan"
}

# One at a time on this machine; who it is stands in the file.
lock() {
	mkdir -p "$sys/run"
	make_lock "$sys/run/vmabench-metal.lock"
	exec 9>>"$sys/run/vmabench-metal.lock"
	# Whoever asks for the status has it for a moment.
	flock -w 2 9 || die "another one is at work:" \
		"$(cat "$sys/run/vmabench-metal.lock")"
	echo "metal.sh $1 of $name, pid $$, by $operator, since $(date '+%F %T')" \
		>"$sys/run/vmabench-metal.lock"
}

# setting NAME: of the plan
setting() {
	eval "printf '%s\n' \"\$setting_$1\""
}

# kernel NAME FIELD: nothing where it is not known.  The file has a field a line, and
# no blanks or quotes in a value.
kernel() {
	[ ! -f "$dir/kernels/$1.json" ] ||
		sed -n "s/^ *\"$2\": \"\(.*\)\",*\$/\1/p" "$dir/kernels/$1.json"
}

kernels() {
	echo "$names"
}

boot_id() {
	cat "$sys/proc/sys/kernel/random/boot_id"
}

lines() {
	grep ' \.$' "$state" 2>/dev/null || :
}

# log EVENT BOOT ATTEMPT TEXT...: on the disk before anything else is done.
log() {
	line="$(date -u +%FT%TZ) $1 $2 $3 $(boot_id)"
	shift 3
	text=$*
	if ! put_line "$line $text ." "$state" 2>/dev/null; then
		{ private_folder "$fallback" && put_line "$line $text ." "$fallback/state"; } \
			2>/dev/null || :
		warn "$state cannot be written: $(why_not "$dir")"
		die "nothing more is done; mend that, then: metal.sh resume $dir"
	fi
	tell "$(echo "$line" | cut -d ' ' -f 2-4)${text:+: $text}"
}

# put_line LINE FILE: never onto a line that was torn.
put_line() {
	mkdir -p "$(dirname "$2")" || return 1
	if [ -s "$2" ] && [ -n "$(tail -c 1 "$2")" ]; then
		echo >>"$2" || return 1
	fi
	# sh says on its own stderr that a redirection failed.
	{ printf '%s\n' "$1" >>"$2"; } 2>/dev/null && sync "$2"
}

has_event() {
	lines | awk -v event="$1" '$2 == event { found = 1 } END { exit !found }'
}

# The last thing that happened to a boot: "EVENT BOOT ATTEMPT BOOT_ID TEXT".
current() {
	lines | awk '$2 ~ /^(booting|measuring|done|failed|excused)$/ { last = $0 }
		END { sub(/^[^ ]* /, "", last); sub(/ \.$/, "", last); print last }'
}

current_fields() {
	read -r event boot attempt their_boot_id text <<-END
	$(current)
	END
}

# The boots of the plan: "BOOT BLOCK ORDER INDEX SEED KERNEL".
plan() {
	echo "$plan_boots"
}

# progress: "BOOT KERNEL STATUS ATTEMPTS REASON", of each boot of the plan.
progress() {
	{ lines | sed 's/^/S /'; plan | sed 's/^/P /'; } | awk -v most=$attempts '
		$1 == "S" && $3 == "done" { done[$4] = 1 }
		$1 == "S" && $3 == "failed" {
			failed[$4]++
			reason[$4] = $0
			for (i = 0; i < 6; i++)
				sub(/^[^ ]* /, "", reason[$4])
			sub(/ \.$/, "", reason[$4])
		}
		$1 == "S" && $3 == "booting" { tried[$4]++ }
		$1 == "P" {
			what = "planned"
			if (done[$2])
				what = "done"
			else if (failed[$2] >= most)
				what = "failed"
			print $2, $7, what, tried[$2] + 0, reason[$2]
		}'
}

next_boot() {
	progress | awk '$3 == "planned" { print $1; exit }'
}

left() {
	progress | awk '$3 == "planned" { n++ } END { print n + 1 }'
}

# Attempts that count, of a boot.
failures() {
	lines | awk -v boot="$1" '$2 == "failed" && $3 == boot { n++ }
		END { print n + 0 }'
}

boot_field() {
	plan | awk -v boot="$1" -v field="$2" '$1 == boot { print $field }'
}

summary() {
	progress | awk '{ n[$3]++ } END {
		printf "%d boots: %d done, %d failed, %d to do", NR, n["done"],
			n["failed"], n["planned"] }'
}

table() {
	echo "boot  block  kernel                          status   attempts"
	progress | while read -r boot kernel status tried reason; do
		printf '%4d  %5d  %-30s  %-8s %8d%s\n' "$boot" \
			"$(boot_field "$boot" 2)" "$kernel" "$status" "$tried" \
			"${reason:+  (failed: $reason)}"
	done
}

# why_not DIR: why nothing can be written there.
why_not() {
	if [ ! -d "$1" ]; then
		echo "there is no $1"
	elif ! touch "$1/.probe" 2>/dev/null; then
		rm -f "$1/.probe" 2>/dev/null || :
		echo "$1 is read-only, or not ours"
	else
		rm -f "$1/.probe"
		echo "$(free_mib "$1") MiB are free in $1"
	fi
}

# A record takes a few MiB; half of it written is worse than none.
check_space() {
	if { head -c 1048576 /dev/zero >"$dir/.probe" && sync "$dir/.probe"; } 2>/dev/null &&
			[ "$(free_mib "$dir")" -ge 16 ]; then
		rm -f "$dir/.probe"
		return 0
	fi
	rm -f "$dir/.probe" 2>/dev/null || :
	warn "no place for results: $(why_not "$dir"); 16 MiB are needed"
	return 1
}

# Times are only read by people, but they should know.
check_clock() {
	last=$(lines | tail -n 1 | cut -d ' ' -f 1)
	[ -n "$last" ] || return 0
	now=$(date -u +%FT%TZ)
	if [ "$(printf '%s\n%s\n' "$last" "$now" | sort | tail -n 1)" != "$now" ]; then
		log note - 0 "the clock jumped: it is $now, after $last; the" \
			"order of events is that of their lines"
	fi
}
