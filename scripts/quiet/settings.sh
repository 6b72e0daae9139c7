# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: the settings that there are, which of them were asked for, and how their
# values are read.

names="governor turbo aslr thp numa watchdog timers irqs cpuset smt"

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
		*) fail 2 "--only: there is no setting '$name', but: $names" ;;
		esac
	done
}
