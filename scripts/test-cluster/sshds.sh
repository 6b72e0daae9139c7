# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of ground.sh
#
# Of cluster.sh: machines to reach by ssh.  Each is an sshd on loopback.

# no_sshds: prints what is missing for them, if anything is.
no_sshds() {
	for lacking in sshd ssh ssh-keygen; do
		command -v $lacking >/dev/null || {
			echo "no $lacking here: scripts/deps.sh cluster"
			return
		}
	done
	shell=$(getent passwd "$(id -un)" | cut -d : -f 7)
	case ${shell##*/} in
	false | nologin)
		echo "$(id -un) cannot log in: the shell is $shell" ;;
	esac
}

# begin_sshd NAME: sshd wants to be called by its whole name.
begin_sshd() {
	mkdir -p "$ground/$1/tmp" "$ground/$1/cache"
	begin "$1" "$(command -v sshd)" -D -e -f "$ground/$1.conf"
}

# sshd_listens NAME
sshd_listens() {
	sshd_pid=$(pid_of "$1")
	[ -n "$sshd_pid" ] && grep -q "^$sshd_pid\$" "$ground/$1.pid"
}

# write_sshd NAME PORT: a bash that sshd has begun reads ~/.bashrc, unless it is within another
# shell, as it takes SHLVL to say; what the user has in there is not to be killed with a node.
write_sshd() {
	[ -e "$ground/$1.key" ] || ssh-keygen -q -t ed25519 -N '' -C "$1" -f "$ground/$1.key"
	cat >"$ground/$1.conf" <<-EOT
	ListenAddress 127.0.0.1
	Port $2
	HostKey $ground/$1.key
	AuthorizedKeysFile $ground/ssh.key.pub
	StrictModes no
	PasswordAuthentication no
	KbdInteractiveAuthentication no
	UsePAM no
	PidFile $ground/$1.pid
	LoginGraceTime 0
	MaxStartups 100
	PermitRootLogin yes
	Subsystem sftp internal-sftp
	SetEnv VMABENCH_GROUND=$ground/$1/ TMPDIR=$ground/$1/tmp XDG_CACHE_HOME=$ground/$1/cache SHLVL=1
	ForceCommand $ground/login
	EOT
	echo "[127.0.0.1]:$2 $(cut -d ' ' -f 1,2 "$ground/$1.key.pub")" >>"$ground/known"
	cat >>"$ground/ssh_config" <<-EOT
	Host $1
		HostName 127.0.0.1
		Port $2
	EOT
	echo "$(id -un)@127.0.0.1:$2" >>"$ground/hosts"
}

# start_sshds FOLDER N
start_sshds() {
	sshds_lack=$(no_sshds)
	[ -z "$sshds_lack" ] || { warn "$sshds_lack"; return 1; }
	take_ground "$1"
	[ -e "$ground/ssh.key" ] || ssh-keygen -q -t ed25519 -N '' -C vmabench -f "$ground/ssh.key"
	# The guard drops it, too.
	echo $$ >"$ground/privsep"
	hold_privsep $$
	# Each is a session of its own, and would be less nice than we are.
	cat >"$ground/login" <<-EOT
	#!/bin/sh
	echo $(ground_nice) 2>/dev/null >/proc/self/autogroup
	case \${SSH_ORIGINAL_COMMAND-} in
	'')	exec "\${SHELL:-/bin/sh}" ;;
	internal-sftp)
		for sftp in /usr/lib/openssh /usr/libexec/openssh /usr/lib/ssh; do
			[ ! -x \$sftp/sftp-server ] || exec \$sftp/sftp-server
		done ;;
	*)	exec "\${SHELL:-/bin/sh}" -c "\$SSH_ORIGINAL_COMMAND" ;;
	esac
	EOT
	chmod 755 "$ground/login"
	export SSH_OPTIONS="-F $ground/ssh_config"
	for sshds_try in 1 2 3; do
		: >"$ground/known"
		: >"$ground/hosts"
		: >"$ground/ssh_config"
		sshds_port=$(free_ports "$2")
		node=1
		while [ $node -le "$2" ]; do
			write_sshd h$node $((sshds_port + node - 1))
			begin_sshd h$node
			node=$((node + 1))
		done
		cat >>"$ground/ssh_config" <<-EOT
		Host *
			IdentityFile $ground/ssh.key
			IdentitiesOnly yes
			UserKnownHostsFile $ground/known
			GlobalKnownHostsFile /dev/null
			BatchMode yes
		EOT
		! sshds_listen "$2" || return 0
		! end_sshds "$2" || is_taken || break
	done
	tail -n 3 "$ground"/h*.out | sed 's/^/# /' >&2
	warn "the sshd's did not start (attempt $sshds_try)"
	return 1
}

# sshds_listen N: all of them.
sshds_listen() {
	node=1
	while [ $node -le "$1" ]; do
		in_time 10 sshd_listens h$node || return 1
		node=$((node + 1))
	done
}

# end_sshds N
end_sshds() {
	node=1
	while [ $node -le "$1" ]; do
		end_here h$node
		node=$((node + 1))
	done
}
