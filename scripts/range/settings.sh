# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of range.sh
#
# Of range.sh: what is asked for, and what is wrong with it.

cluster_keys='partition account qos time constraint exclude cpus mem limit scratch store type'

# cluster KEY [VARIABLE]: what the environment's VARIABLE says, or else the file CLUSTER.
cluster() {
	if [ $# -gt 1 ]; then
		eval "value=\${$2:-}"
		[ -z "$value" ] || {
			echo "$value"
			return
		}
	fi
	[ -z "${CLUSTER:-}" ] || sed -n "s/#.*//; s/[[:space:]]*$//
		/^[[:space:]]*$1[[:space:]]\{1,\}/{s///p;q}" "$CLUSTER"
}

check_cluster() {
	[ -n "${CLUSTER:-}" ] || return 0
	{ [ -f "$CLUSTER" ] && [ -r "$CLUSTER" ]; } || fail 2 "CLUSTER: cannot read $CLUSTER"
	sed 's/#.*//; /^[[:space:]]*$/d' "$CLUSTER" | while read -r key value; do
		# shellcheck disable=SC2086 # words
		among "setting of CLUSTER ($CLUSTER)" "$key" $cluster_keys
		[ -n "$value" ] || fail 2 "CLUSTER: $CLUSTER: '$key' has no value"
	done || exit $?
}

# check_lines: the plan has a line for each of them.
check_lines() {
	for variable in TREE RANGE RESULTS HOSTS CLUSTER VMABENCH_STORE B KERNEL_BASE \
		KERNEL_PATCHES KERNEL_TARBALL KMOD; do
		eval "said=\${$variable:-}"
		case $said in
		*'
'*)		fail 2 "$variable has a line break, and a range cannot: $said" ;;
		esac
	done
}

# take_engine: $on, and what it takes.
take_engine() {
	check_lines
	on=${ON:-local}
	among ON "$on" local ssh slurm
	check_cluster
	hosts=${HOSTS:-}
	case $on,$hosts in
	ssh,)	fail 2 "ON=ssh: HOSTS=FILE with the machines, user@host[:port] a line?" ;;
	ssh,*)	check_hosts_once ;;
	*,?*)	fail 2 "HOSTS is for ON=ssh" ;;
	esac
	slots=${SLOTS:-1}
	number SLOTS "$slots"
	limit=$(cluster limit)
	[ -z "$limit" ] || number "CLUSTER: limit" "$limit"
	store=$(cluster store VMABENCH_STORE)
	store=${store:-$("$root/scripts/kernel.sh" cache)}
	case $store in
	/*)	;;
	*)	fail 2 "VMABENCH_STORE is not an absolute path: $store" ;;
	esac
	trust_folder new VMABENCH_STORE "$store"
	scratch_of=$(cluster scratch)
	case $on,$scratch_of in
	local,) [ "$slots" -eq 1 ] || scratch_of=$("$root/scripts/kernel.sh" cache)/slots ;;
	*,)	scratch_of=/var/tmp/vmabench-$(id -u)/%N ;;
	*,/*)	;;
	*)	fail 2 "CLUSTER: scratch is not an absolute path: $scratch_of" ;;
	esac
	# Each machine would find out by itself.
	die_status=2
	check_make_path "$(printf '%s\n' "$scratch_of" | replace %N N)"
	die_status=1
}

# words WORD...: in one line.
words() {
	echo "$*"
}

# check_rows: what is measured.
check_rows() {
	set=${SET:-primary}
	# shellcheck disable=SC2086 # words
	scenarios=$(words ${SCENARIOS:-})
	known_set SET "$set"
	tier=${TIER:-exact}
	among "TIER with ON" "$tier" exact native
	[ "$tier" != native ] || check_native
	[ -z "${MODEL:-}" ] || fail 2 "MODEL: a range is measured without a model of caches"
	[ -z "${SEEDS:-}" ] || fail 2 "SEEDS: a range is measured with the first seed alone"
	[ -z "${SERIES:-}" ] || fail 2 "SERIES: the machines need commits, of TREE and RANGE:" \
		"apply the patches to a branch"
	# Names of scenarios are known when it is.
	[ ! -x "$build/vmabench" ] || {
		# shellcheck disable=SC2086 # words
		known_scenarios "$build/vmabench" $scenarios
	}
}
