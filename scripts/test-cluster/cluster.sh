# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # the folder of the scripts
#
# A cluster for a test, on this machine alone: Slurm on nodes n1, n2, ..., and machines
# h1, h2, ... to reach by ssh, all of them on loopback, as the user that runs the test, with
# keys and ports of their own, and without cgroups and namespaces.  To be sourced after
# lib.sh.
#
#   start_cluster FOLDER N   munged, slurmctld and N slurmd's; exports SLURM_CONF
#   start_sshds FOLDER N     N sshd's, in the same FOLDER; exports SSH_OPTIONS
#   kill_node NAME           n2, h1, slurmctld, munged: it loses power, with what it runs
#   restart_node NAME        the same daemon, anew
#   stop_ground              no process and no folder is left; also when we are killed
#
# Each has status 1, with the reason said, where it cannot.  A node has a folder,
# FOLDER/NAME: TMPDIR of what runs there is FOLDER/NAME/tmp, XDG_CACHE_HOME
# FOLDER/NAME/cache.  FOLDER/hosts names the machines, USER@127.0.0.1:PORT, a line each.

# shellcheck source=scripts/test-cluster/ground.sh
. "$root/scripts/test-cluster/ground.sh"
# shellcheck source=scripts/test-cluster/sshds.sh
. "$root/scripts/test-cluster/sshds.sh"

# no_cluster: prints what is missing for one, if anything is.
no_cluster() {
	for lacking in munged slurmctld slurmd sbatch; do
		command -v $lacking >/dev/null || {
			echo "no $lacking here: scripts/deps.sh cluster"
			return
		}
	done
}
PATH=$PATH:/usr/sbin

# write_conf FIRST-PORT N: slurm.conf.  A whole node for each job; what it says of memory
# and CPUs is what a job may ask for, not what there is.
write_conf() {
	cat >"$ground/slurm.conf" <<-EOT
	ClusterName=vmabench
	SlurmctldHost=localhost(127.0.0.1)
	SlurmctldPort=$1
	SlurmUser=$(id -un)
	SlurmdUser=$(id -un)
	AuthType=auth/munge
	AuthInfo=socket=$ground/munge.sock,cred_expire=10
	StateSaveLocation=$ground/state
	SlurmdSpoolDir=$ground/%n
	SlurmctldPidFile=$ground/slurmctld.pid
	SlurmdPidFile=$ground/%n/slurmd.pid
	SlurmctldLogFile=$ground/slurmctld.log
	SlurmdLogFile=$ground/%n/slurmd.log
	MailProg=/bin/true
	ProctrackType=proctrack/linuxproc
	SelectType=select/linear
	SchedulerType=sched/builtin
	SchedulerParameters=sched_interval=5
	SlurmdParameters=config_overrides
	TaskProlog=$ground/task_prolog
	SlurmdTimeout=15
	KillWait=5
	ReturnToService=2
	EOT
	node=1
	while [ $node -le "$2" ]; do
		echo "NodeName=n$node NodeHostname=localhost NodeAddr=127.0.0.1" \
			"Port=$(($1 + node)) CPUs=16 RealMemory=16384"
		node=$((node + 1))
	done >>"$ground/slurm.conf"
	echo 'PartitionName=cells Nodes=ALL Default=YES DefaultTime=30 MaxTime=60 State=UP' \
		>>"$ground/slurm.conf"
	# Jobs are in sessions of their own, and would be less nice than we are.
	cat >"$ground/task_prolog" <<-EOT
	#!/bin/sh
	echo $(ground_nice) 2>/dev/null >/proc/self/autogroup
	here=$ground/\$SLURMD_NODENAME
	echo "export VMABENCH_GROUND=\$here/"
	echo "export TMPDIR=\$here/tmp"
	echo "export XDG_CACHE_HOME=\$here/cache"
	EOT
	chmod 755 "$ground/task_prolog"
}

# begin_node NAME: one of those that start_cluster starts.
begin_node() {
	case $1 in
	munged)	# By force, for it wants folders above to be open to all users.
		begin munged munged --foreground --force --key-file="$ground/munge.key" \
			--socket="$ground/munge.sock" --pid-file="$ground/munged.pid" \
			--log-file="$ground/munged.log" --seed-file="$ground/munged.seed" ;;
	slurmctld)
		begin slurmctld slurmctld -D ;;
	n*)	mkdir -p "$ground/$1/tmp" "$ground/$1/cache"
		begin "$1" slurmd -D -N "$1" ;;
	h*)	begin_sshd "$1" ;;
	esac
}

# nodes_are STATE COUNT
nodes_are() {
	[ "$(sinfo -h -N -o %T | grep -cx "$1")" -eq "$2" ]
}

# is_up: clients wait for a minute where there is no slurmctld.
is_up() {
	grep -qs 'Running as primary controller' "$ground/slurmctld.log" ||
		[ -z "$(pid_of slurmctld)" ]
}

# is_taken: somebody was faster to take a port.
is_taken() {
	grep -qs 'Address already in use' "$ground"/*.out "$ground"/*.log "$ground"/n*/*.log
}

# start_cluster FOLDER N
start_cluster() {
	cluster_lacks=$(no_cluster)
	[ -z "$cluster_lacks" ] || { warn "$cluster_lacks"; return 1; }
	take_ground "$1"
	export SLURM_CONF="$ground/slurm.conf"
	( umask 077 && head -c 1024 /dev/urandom >"$ground/munge.key" )
	begin_node munged
	in_time 20 munge -n -S "$ground/munge.sock" >/dev/null || {
		sed 's/^/# /' "$ground/munged.out" >&2
		warn "munged did not start"
		return 1
	}
	for cluster_try in 1 2 3; do
		mkdir "$ground/state"
		write_conf "$(free_ports $(($2 + 1)))" "$2"
		begin_node slurmctld
		node=1
		while [ $node -le "$2" ]; do
			begin_node n$node
			node=$((node + 1))
		done
		in_time 30 is_up || :
		[ -z "$(pid_of slurmctld)" ] || ! in_time 30 nodes_are idle "$2" || return 0
		is_taken || break
		end_here slurmctld
		node=1
		while [ $node -le "$2" ]; do
			end_here n$node
			node=$((node + 1))
		done
		rm -rf "$ground/state" "$ground"/slurmctld.* "$ground"/n*
	done
	tail -n 5 "$ground/slurmctld.out" "$ground"/n*.out | sed 's/^/# /' >&2
	warn "the cluster did not start (attempt $cluster_try)"
	return 1
}

# kill_node NAME
kill_node() {
	end_here "$1"
}

# restart_node NAME
restart_node() {
	[ -z "$(pid_of "$1")" ] || { warn "$1 runs"; return 1; }
	begin_node "$1"
	case $1 in
	n*)	in_time 30 node_is "$1" 'idle\|mixed\|allocated' ;;
	h*)	in_time 10 sshd_listens "$1" ;;
	munged)	in_time 10 munge -n -S "$ground/munge.sock" >/dev/null ;;
	*)	in_time 10 is_up ;;
	esac
}

# node_is NAME STATE: as sinfo has it.
node_is() {
	sinfo -h -N -n "$1" -o %T | grep -qx "$2"
}
