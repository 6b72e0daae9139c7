# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of quiet.sh
#
# Of quiet.sh: what the settings are now, and what they should be.

cgroup=$sys/sys/fs/cgroup
shield=$cgroup/vmabench

# finding NAME FILE NOW WANTED [WHY NOT]: a line of the survey
finding() {
	printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "${3:--}" "${4:--}" "${5:--}"
}

survey_files() {
	settings | while IFS='|' read -r name wanted absent files _; do
		is_wanted "$name" || continue
		found=
		# shellcheck disable=SC2086 # a pattern
		for file in $sys$files; do
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
	read_value "$sys/sys/devices/system/cpu/online"
	others=$(cpu_list without "$value" "$cpu,$siblings")
	set -- "$sys"/proc/irq/*/smp_affinity_list
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

# A partition of cgroup v2: the scheduler puts nothing else on the CPU.
survey_cpuset() {
	is_wanted cpuset || return 0
	read_value "$sys/sys/devices/system/cpu/isolated"
	if [ -n "$value" ] &&
	   [ "$(cpu_list without "$cpu" "$value")" = "" ]; then
		finding cpuset "$sys/sys/devices/system/cpu/isolated" \
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
		file=$sys/sys/devices/system/cpu/cpu$sibling/online
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
		die "CPU $saved was made quiet; first: quiet.sh off"
	fi
	# As vmabench chooses it.
	[ -n "$cpu" ] || cpu=$(cpu_list last "$(sed -n \
		's/^Cpus_allowed_list:[[:blank:]]*//p' "$sys/proc/self/status")")
	[ -d "$sys/sys/devices/system/cpu/cpu${cpu:-none}" ] ||
		die "there is no CPU '$cpu' in $sys/sys/devices/system/cpu"
	read_value "$sys/sys/devices/system/cpu/cpu$cpu/topology/thread_siblings_list"
	siblings=$(cpu_list without "$value" "$cpu" | tr ',' '\n' |
		awk -F - 'NF { for (c = $1; c <= $NF; c++) print c }' |
		paste -s -d ,)
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
