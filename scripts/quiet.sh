#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: quiet.sh on|off|check [OPTION...]
#        quiet.sh run [OPTION...] COMMAND [ARG...]
#
# Noise control of the machine that measures:
#   on     make the settings below, remember what was before
#   off    restore that, also after a kill of "on" or "run"
#   check  print setting, value, what is wanted, verdict
#   run    on, COMMAND on the shielded CPU, off; also when killed
#
#   --cpu N           CPU that is to be quiet (the last one)
#   --only LIST       settings, comma separated: names, "all" (the default),
#                     "none", and -NAME for one less
#   --reproduce FILE  append every change and COMMAND to FILE, as a script
#
# Settings: governor, turbo, aslr, thp, numa, watchdog, timers, irqs, cpuset,
# smt.  What cannot be set is listed with the reason.
#
# Environment:
#   QUIET_STATE  file with what was before (/run/vmabench/quiet)
#   QUIET_ROOT   what to put before /sys and /proc, for tests (nothing)
#
# Exit status: 0 done, or quiet; 1 failed; 2 usage; 3 not all could be set, or
# not quiet; run: that of COMMAND, 128 + N after signal N.

set -eu

root=${QUIET_ROOT:-}
state=${QUIET_STATE:-/run/vmabench/quiet}
tab=$(printf '\t')
cpu=
only=all
reproduce=

die() {
	status=$1
	shift
	echo "quiet.sh: $*" >&2
	exit "$status"
}

usage() {
	sed -n '/^# Usage/,/^# not quiet/s/^# \{0,1\}//p' "$0"
}

# The settings that are one value in one or more files:
#
#   name | wanted | what its absence means | files | what it is for
#
# Later ones are restored first.  irqs, cpuset and smt follow below.
settings() {
	sed 's/ *| */|/g' <<-EOF
	governor | performance | unknown | /sys/devices/system/cpu/cpufreq/policy*/scaling_governor | the clock follows the load
	turbo | 1 | unknown | /sys/devices/system/cpu/intel_pstate/no_turbo | the clock follows temperature and other cores
	turbo | 0 | unknown | /sys/devices/system/cpu/cpufreq/boost | the same of other drivers
	aslr | 0 | quiet | /proc/sys/kernel/randomize_va_space | each process has another layout
	thp | never | quiet | /sys/kernel/mm/transparent_hugepage/enabled | khugepaged takes mmap_lock, faults differ in size
	numa | 0 | quiet | /proc/sys/kernel/numa_balancing | page tables are scanned, pages move
	watchdog | 0 | quiet | /proc/sys/kernel/nmi_watchdog | an NMI now and then, and a PMU counter
	watchdog | 0 | quiet | /proc/sys/kernel/soft_watchdog | a timer and a thread of each CPU
	timers | 0 | quiet | /proc/sys/kernel/timer_migration | timers of idle CPUs run on the busy one
	EOF
}

names="governor turbo aslr thp numa watchdog timers irqs cpuset smt"

# read_value FILE: its first line in $value; of a choice, what is chosen.
read_value() {
	# Not with read: it asks for a byte at a time, a sysctl gives one byte.
	value=$(head -n 1 "$1" 2>/dev/null) || value=
	case $value in
	*\[*\]*) value=${value#*\[}
		value=${value%%\]*} ;;
	esac
}

# cpu_list OPERATION LIST [CPUS]: "last" of a list such as 0-3,5, or the list
# "without" some, as the kernel writes it.
cpu_list() {
	awk -v what="$1" -v list="$2" -v less="${3:-}" '
	function parse(text, set,    parts, ends, n, i, c) {
		n = split(text, parts, ",")
		for (i = 1; i <= n; i++) {
			c = split(parts[i], ends, "-")
			if (!c)
				continue
			if (c < 2)
				ends[2] = ends[1]
			for (c = ends[1] + 0; c <= ends[2] + 0; c++) {
				set[c] = 1
				if (c > last)
					last = c
			}
		}
	}
	BEGIN {
		last = -1
		parse(list, set)
		if (what == "last") {
			if (last >= 0)
				print last
			exit
		}
		highest = last
		parse(less, gone)
		for (c = 0; c <= highest + 1; c++) {
			if ((c in set) && !(c in gone)) {
				if (from == "")
					from = c
				to = c
			} else if (from != "") {
				out = out sep from (to > from ? "-" to : "")
				sep = ","
				from = ""
			}
		}
		print out
	}'
}

is_wanted() {
	case ,$only, in
	*,-"$1",*) return 1 ;;
	*,all,* | *,"$1",*) return 0 ;;
	esac
	return 1
}

check_only() {
	for name in $(echo "$only" | tr ',' ' '); do
		case " all none $names " in
		*" ${name#-} "*) ;;
		*) die 2 "--only: there is no setting '$name', but: $names" ;;
		esac
	done
}

# finding NAME FILE NOW WANTED [WHY NOT]: a line of the survey
finding() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "${3:--}" "${4:--}" "${5:--}"
}

survey_files() {
	settings | while IFS='|' read -r name wanted absent files _; do
		is_wanted "$name" || continue
		found=
		# shellcheck disable=SC2086 # a pattern
		for file in $root$files; do
			[ -e "$file" ] || continue
			found=1
			read_value "$file"
			if [ -n "$value" ]; then
				finding "$name" "$file" "$value" "$wanted"
			else
				finding "$name" "$file" - "$wanted" "it cannot be read"
			fi
		done
		# Absent is no finding where there is another file of the name.
		[ -n "$found" ] || finding "$name" - "$absent" "$wanted" \
			"no $files"
	done | awk -F '\t' '
		$2 != "-" { have[$1] = 1 }
		{ line[NR] = $0; name[NR] = $1; file[NR] = $2 }
		END {
			for (i = 1; i <= NR; i++)
				if (file[i] != "-" || (!(name[i] in have) && !said[name[i]]++))
					print line[i]
		}'
}

# Interrupts that may come to the CPU or to what shares its core.
survey_irqs() {
	is_wanted irqs || return 0
	read_value "$root/sys/devices/system/cpu/online"
	others=$(cpu_list without "$value" "$cpu,$siblings")
	set -- "$root"/proc/irq/*/smp_affinity_list
	[ -e "$1" ] || {
		finding irqs - unknown elsewhere "no /proc/irq"
		return 0
	}
	for file in "$@"; do
		read_value "$file"
		[ -n "$value" ] || {
			finding irqs "$file" - elsewhere "it cannot be read"
			continue
		}
		wanted=$(cpu_list without "$value" "$cpu,$siblings")
		if [ -n "$wanted$others" ]; then
			finding irqs "$file" "$value" "${wanted:-$others}"
		else
			finding irqs "$file" "$value" - "there is no other CPU"
		fi
	done
}

cgroup=$root/sys/fs/cgroup
shield=$cgroup/vmabench

# A partition of cgroup v2: the scheduler puts nothing else on the CPU.
survey_cpuset() {
	is_wanted cpuset || return 0
	read_value "$root/sys/devices/system/cpu/isolated"
	if [ -n "$value" ] &&
	   [ "$(cpu_list without "$cpu" "$value")" = "" ]; then
		finding cpuset "$root/sys/devices/system/cpu/isolated" \
			isolated isolated
		return 0
	fi
	value=
	[ ! -e "$cgroup/cgroup.controllers" ] ||
		read_value "$cgroup/cgroup.controllers"
	case " $value " in
	*" cpuset "*) ;;
	*)	finding cpuset - none isolated \
			"cgroup v2 does not have the cpuset here"
		return 0 ;;
	esac
	read_value "$cgroup/cgroup.subtree_control"
	case " $value " in
	*" cpuset "*) ;;
	*) finding cpuset "$cgroup/cgroup.subtree_control" -cpuset +cpuset ;;
	esac
	[ -d "$shield" ] || finding cpuset "$shield/" rmdir mkdir
	value=
	[ ! -d "$shield" ] || read_value "$shield/cpuset.cpus"
	[ "$value" = "$cpu" ] ||
		finding cpuset "$shield/cpuset.cpus" keep "$cpu"
	value=
	[ ! -d "$shield" ] || read_value "$shield/cpuset.cpus.partition"
	finding cpuset "$shield/cpuset.cpus.partition" "${value:-member}" isolated
}

survey_smt() {
	is_wanted smt || return 0
	for sibling in $(echo "$siblings" | tr ',' ' '); do
		file=$root/sys/devices/system/cpu/cpu$sibling/online
		if [ -e "$file" ]; then
			read_value "$file"
			finding smt "$file" "$value" 0
		else
			finding smt - 1 0 \
				"CPU $sibling, on the same core, cannot be taken offline"
		fi
	done
	[ -n "$siblings" ] || finding smt - quiet -
}

# Everything that was asked for: name, file, value, what is wanted, why it
# cannot be set, with "-" for nothing.
survey() {
	survey_files
	survey_irqs
	survey_cpuset
	survey_smt
}

# The CPU, and in $siblings what shares its core, as a list without ranges.
choose_cpu() {
	saved=$(saved_value cpu)
	if [ -z "$cpu" ]; then
		cpu=$saved
	elif [ -n "$saved" ] && [ "$1" != check ] && [ "$cpu" != "$saved" ]; then
		die 1 "CPU $saved was made quiet; first: quiet.sh off"
	fi
	# As vmabench chooses it.
	[ -n "$cpu" ] || cpu=$(cpu_list last "$(sed -n \
		's/^Cpus_allowed_list:[[:blank:]]*//p' "$root/proc/self/status")")
	[ -d "$root/sys/devices/system/cpu/cpu${cpu:-none}" ] ||
		die 1 "there is no CPU '$cpu' in $root/sys/devices/system/cpu"
	read_value "$root/sys/devices/system/cpu/cpu$cpu/topology/thread_siblings_list"
	siblings=$(cpu_list without "$value" "$cpu" | tr ',' '\n' |
		awk -F - 'NF { for (c = $1; c <= $NF; c++) print c }' |
		paste -s -d ,)
}

# The state: what it is of, then a line a file with what was in it.
#
#   boot BOOT-ID, cpu N, by on|run; undo NAME FILE VALUE
#
# Fields have a tab between them.

saved_value() {
	[ ! -f "$state" ] || sed -n "s/^$1$tab//p" "$state"
}

boot_id() {
	cat "$root/proc/sys/kernel/random/boot_id"
}

# What an earlier boot left is not true any more.
forget_stale() {
	[ -f "$state" ] || return 0
	[ "$(saved_value boot)" != "$(boot_id)" ] || return 0
	echo "quiet.sh: $state is of an earlier boot: nothing to restore" >&2
	[ "$1" = check ] || rm -f "$state"
}

# One at a time; "run" holds it while COMMAND runs.
lock() {
	# shellcheck disable=SC2174 # the last one of them alone
	mkdir -p -m 755 "$(dirname "$state")" 2>/dev/null || :
	locked=
	# As a user who may change nothing, there is nothing to save either.
	( : >>"$state.lock" ) 2>/dev/null || return 0
	exec 9>>"$state.lock"
	flock -n 9 || die 1 "another one is at work, see $state; it restores what it changed"
	locked=1
}

# keep_state FILE: it becomes the state, whole, before anything depends on it
keep_state() {
	[ -n "$locked" ] || die 1 "cannot save what is set now in $state: nothing was changed"
	{
		cp "$1" "$state.new" &&
		sync "$state.new" &&
		mv "$state.new" "$state"
	} || die 1 "cannot write $state: nothing more is changed"
}

# What the plan is going to overwrite is added to the state, once.
save() {
	awk -F '\t' '$5 == "-" && $3 != "keep"' "$tmp/plan" >"$tmp/new"
	[ -s "$tmp/new" ] || [ -f "$state" ] || return 0
	if [ -f "$state" ]; then
		# What a killed "run" has left, "on" makes its own.
		sed "s/^by${tab}run\$/by$tab$1/" "$state" >"$tmp/state"
	else
		printf 'boot\t%s\ncpu\t%s\nby\t%s\n' "$(boot_id)" "$cpu" "$1" \
			>"$tmp/state"
	fi
	awk -F '\t' 'NR == FNR { if ($1 == "undo") have[$3] = 1; next }
		!($2 in have) { print "undo\t" $1 "\t" $2 "\t" $3 }' \
		"$tmp/state" "$tmp/new" >"$tmp/undo"
	cat "$tmp/undo" >>"$tmp/state"
	cmp -s "$tmp/state" "$state" || keep_state "$tmp/state"
}

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

# What was refused: a line a setting and reason, with the first of its files.
say_refused() {
	[ -s "$tmp/refused" ] || return 0
	awk -F '\t' '
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
		}' how="$1" "$tmp/refused" >&2
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

# turn_on BY: returns 3 if not everything could be set
turn_on() {
	: >"$tmp/refused"
	survey | awk -F '\t' '
		$2 == "-" && ($3 == "quiet" || $5 == "-") { next }
		$5 != "-" || $3 != $4' | check_permissions >"$tmp/plan"
	save "$1"
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
	say_refused "cannot be set"
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

turn_off() {
	[ -f "$state" ] || return 0
	: >"$tmp/refused"
	sed -n "/^undo$tab/p" "$state" | tac >"$tmp/undo"
	while IFS="$tab" read -r _ name file value_before; do
		restore "$name" "$file" "$value_before" && continue
		printf '%s\t%s\t%s\n' "$name" "$file" \
			"to '$value_before': $reason" >>"$tmp/refused"
	done <"$tmp/undo"
	say_refused "cannot be restored"
	if [ -s "$tmp/refused" ]; then
		# What is left to do.
		awk -F '\t' 'NR == FNR { left[$2] = 1; next }
			$1 != "undo" || ($3 in left)' \
			"$tmp/refused" "$state" >"$tmp/state"
		keep_state "$tmp/state"
		return 1
	fi
	rm -f "$state"
}

# A line a setting; several files of one are quiet if all of them are.
check() {
	survey >"$tmp/survey"
	awk -F '\t' -v cpu="$cpu" '
		function add(name, now, wanted) {
			if (!(name in verdict)) {
				order[++n] = name
				verdict[name] = "quiet"
				want[name] = wanted
			}
			if (index(" " nows[name] " ", " " now " ") == 0)
				nows[name] = nows[name] (name in some ? " " : "") now
			some[name] = 1
		}
		function judge(name, v) {
			if (verdict[name] == "quiet")
				verdict[name] = v
		}
		$1 == "irqs" && $2 != "-" {
			add("irqs", "", "elsewhere")
			irqs++
			if ($3 != $4) {
				here++
				judge("irqs", "not quiet")
			}
			next
		}
		# The steps to it are not what it is.
		$1 == "cpuset" && $2 !~ /(partition|isolated|-)$/ { next }
		$2 == "-" {
			add($1, $3 == 1 ? "online" : "none", $4 == "-" ? "none" : $4)
			judge($1, $3 == "quiet" ? "quiet" : \
				$3 == "unknown" ? "unknown" : "not quiet")
			next
		}
		{
			add($1, $3, $4)
			judge($1, $5 != "-" ? "unknown" : \
				$3 != $4 ? "not quiet" : "quiet")
		}
		END {
			nows["irqs"] = here + 0 " of " irqs + 0 " here"
			printf "%-10s %-24s %-12s %s\n", "setting", "CPU " cpu, "wanted", "verdict"
			for (i = 1; i <= n; i++) {
				name = order[i]
				printf "%-10s %-24s %-12s %s\n", name, nows[name], want[name], verdict[name]
				bad += verdict[name] != "quiet"
			}
			exit bad ? 3 : 0
		}' "$tmp/survey"
}

quoted() {
	for word; do
		case $word in
		'' | *[!a-zA-Z0-9_./:=,+@-]*)
			printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")" ;;
		*) printf '%s ' "$word" ;;
		esac
	done
}

# The command, in the shield if there is one; with the terminal, not the lock.
start_command() {
	enter=
	[ ! -e "$shield/cpuset.cpus.partition" ] || {
		read_value "$shield/cpuset.cpus.partition"
		[ "$value" != isolated ] || enter=$shield/cgroup.procs
	}
	note "( cd $(quoted "$PWD")"
	[ -z "$enter" ] || note "  echo 0 > $enter"
	note "  $(quoted "$@"))"
	exec 3<&0
	(
		trap - HUP INT TERM
		# Of the shell itself, which COMMAND replaces.
		[ -z "$enter" ] || echo 0 >"$enter"
		exec "$@"
	) <&3 3<&- 9>&- &
	child=$!
}

run() {
	child=
	signal=
	trap 'stop_command HUP 129' HUP
	trap 'stop_command INT 130' INT
	trap 'stop_command TERM 143' TERM
	# What "on" has made quiet stays so.
	was_on=
	[ "$(saved_value by)" != on ] || was_on=1
	[ -n "$was_on" ] || [ "$only" = none ] || restore_at_exit=1
	turn_on run || :
	[ -z "$signal" ] || exit "$signal"
	start_command "$@"
	# A signal ends the waiting, not the command.
	while :; do
		status=0
		wait "$child" || status=$?
		kill -0 "$child" 2>/dev/null || break
	done
	exit "${signal:-$status}"
}

stop_command() {
	signal=$2
	[ -z "$child" ] || kill -TERM "$child" 2>/dev/null || :
}

# However it ends, but for SIGKILL: then "off" does it.
at_exit() {
	status=$?
	trap '' HUP INT TERM
	[ -z "$restore_at_exit" ] || turn_off || status=1
	rm -rf "$tmp"
	exit "$status"
}

[ $# -gt 0 ] || {
	usage >&2
	exit 2
}
what=$1
shift
while [ $# -gt 0 ]; do
	case $1 in
	--cpu | --only | --reproduce)
		[ $# -ge 2 ] || die 2 "$1 needs a value"
		case $1 in
		--cpu) cpu=$2 ;;
		--only) only=$2 ;;
		--reproduce) reproduce=$2 ;;
		esac
		shift 2 ;;
	--)	shift
		break ;;
	-*)	die 2 "unknown option '$1'; see quiet.sh --help" ;;
	*)	break ;;
	esac
done
case $what in
on | off | check)
	[ $# -eq 0 ] || die 2 "$what takes no '$1'" ;;
run)	[ $# -gt 0 ] || die 2 "run needs a command" ;;
--help)	usage
	exit 0 ;;
*)	die 2 "'$what' is not on, off, check or run" ;;
esac
case $cpu in
*[!0-9]*) die 2 "--cpu: '$cpu' is not a number" ;;
esac
check_only

tmp=$(mktemp -d)
restore_at_exit=
trap at_exit EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# With nothing to change, it is in the way of nobody.
[ "$what" = check ] || [ "$only" = none ] || lock
forget_stale "$what"
[ "$what" = off ] || [ "$only" = none ] || choose_cpu "$what"
case $what in
on)	# Half of it is of no use to anybody.
	[ -f "$state" ] || restore_at_exit=1
	status=0
	turn_on on || status=$?
	restore_at_exit=
	exit $status ;;
off)	trap '' HUP INT TERM
	turn_off ;;
check)	check ;;
run)	run "$@" ;;
esac
