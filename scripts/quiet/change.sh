# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: making the settings, and restoring what was before.

# note LINE: for the one who wants to do it again
note() {
	[ -n "$reproduce" ] || return 0
	[ -s "$reproduce" ] || {
		echo '#!/bin/sh'
		echo "# What was changed and run, on kernel $(uname -r), $(date -u +%Y-%m-%dT%H:%M:%SZ)."
	} >"$reproduce"
	echo "$1" >>"$reproduce"
	chmod +x "$reproduce"
}

# write_value FILE VALUE: fails with why in $reason
write_value() {
	reason=
	case $2 in
	mkdir | rmdir)
		reason=$(LC_ALL=C "$2" "$1" 2>&1) || {
			reason=${reason##*: }
			return 1
		}
		note "$2 $1"
		return 0 ;;
	esac
	[ -e "$1" ] || {
		reason="it is not there"
		return 1
	}
	# Unlike that of echo, the message of tee says what the kernel did.
	reason=$(echo "$2" | LC_ALL=C tee "$1" 2>&1 >/dev/null) || {
		reason=${reason##*: }
		return 1
	}
	note "echo $2 > $1"
	read_value "$1"
	case $2 in
	+* | -*) return 0 ;; # what was added or taken away, not what is read
	"$value") return 0 ;;
	esac
	reason="it reads back as '$value'"
	return 1
}

# say_refused WHAT LINES: a line a setting and reason, with the first of its files.
say_refused() {
	[ -n "$2" ] || return 0
	printf '%s\n' "$2" | awk -F '\t' '
		{ key = $1 ": " how ": " $3 }
		!(key in nr) { order[++n] = key; first[key] = $2 }
		{ nr[key]++ }
		END {
			for (i = 1; i <= n; i++) {
				key = order[i]
				text = first[key] == "-" ? "" : " (" first[key]
				if (text != "" && nr[key] > 1)
					text = text " and " nr[key] - 1 " more"
				print "quiet.sh: " key text (text == "" ? "" : ")")
			}
		}' how="$1" >&2
}

# why_not FILE: that cannot be written.  Root may write to what is mounted to be
# written: in a container, /sys and /proc/sys are not.
why_not() {
	if [ "$(id -u)" -ne 0 ]; then
		echo "no permission: run as root"
	else
		echo "it is read-only, as in a container: set it on the host"
	fi
}

# Of a plan: what would be refused anyway is not even saved.
check_permissions() {
	while IFS="$tab" read -r name file now wanted why; do
		[ "$why" != - ] || [ ! -e "$file" ] || [ -w "$file" ] ||
			why=$(why_not "$file")
		finding "$name" "$file" "$now" "$wanted" "$why"
	done
}

# turn_on: returns 3 if not everything could be set
turn_on() {
	: >"$tmp/refused"
	survey | awk -F '\t' '
		$2 == "-" && ($3 == "quiet" || $5 == "-") { next }
		$5 != "-" || $3 != $4' | check_permissions >"$tmp/plan"
	save || die "cannot save what is set now in $state: nothing was changed"
	failed=
	while IFS="$tab" read -r name file _ wanted why; do
		# One step of it needs the one before.
		[ "$name,$failed" != cpuset,cpuset ] || continue
		if [ "$why" = - ]; then
			write_value "$file" "$wanted" && continue
			why=$reason
		fi
		failed=$name
		printf '%s\t%s\t%s\n' "$name" "$file" "$why" >>"$tmp/refused"
	done <"$tmp/plan"
	say_refused "cannot be set" "$(cat "$tmp/refused")"
	[ ! -s "$tmp/refused" ] || return 3
}

# Whoever is still in the cgroup has to leave it first.
empty_shield() {
	[ -e "$shield/cgroup.procs" ] || return 0
	while read -r pid; do
		{ echo "$pid" >"$cgroup/cgroup.procs"; } 2>/dev/null || :
	done <"$shield/cgroup.procs"
}

# restore NAME FILE VALUE
restore() {
	case $2 in
	"$shield"/*) [ -d "$shield" ] || return 0 ;;
	esac
	case $3 in
	rmdir)	empty_shield ;;
	-*)	;;
	*)	[ ! -e "$2" ] || read_value "$2"
		[ ! -e "$2" ] || [ "$value" != "$3" ] || return 0 ;;
	esac
	write_value "$2" "$3"
}

# turn_off: without a file of its own, for a disk may be full by now.  The state goes when
# all of it was gone through, and not where a program that helps with it was killed.
turn_off() {
	[ -f "$state" ] || return 0
	undo=
	while IFS= read -r line; do
		case $line in
		"undo$tab"*) undo=${line#*"$tab"}$newline$undo ;;
		esac
	done <"$state"
	refused=$(while IFS="$tab" read -r name file value_before; do
		# Once more, if only what it runs was killed.
		[ -z "$name" ] || restore "$name" "$file" "$value_before" ||
			restore "$name" "$file" "$value_before" ||
			printf '%s\t%s\t%s\n' "$name" "$file" "to '$value_before': $reason"
	done <<-EOF
	$undo
	EOF
	) || return 1
	say_refused "cannot be restored" "$refused"
	[ -n "$refused" ] || {
		rm -f "$state"
		return
	}
	# What is left to do, for whoever comes next.
	printf '%s\n' "$refused" >"$tmp/refused" &&
		awk -F '\t' 'NR == FNR { left[$2] = 1; next }
			$1 == "owner" { $0 = "owner\t-" }
			$1 != "undo" || ($3 in left)' \
			"$tmp/refused" "$state" >"$tmp/state" && keep_state "$tmp/state"
	return 1
}
