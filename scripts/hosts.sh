# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Machines that ssh reaches: user@host[:port], the host being [ADDRESS] where that has
# colons, or a name of ~/.ssh/config.  To be sourced after lib.sh.

# hosts_of FILE: has one a line; # begins a comment.
hosts_of() {
	sed 's/#.*//; s/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d' "$1"
}

# check_host HOST [WHOSE: ]: a name ends up in command lines, of ssh and of what its
# configuration has for it.
check_host() {
	case $1 in
	*[!]A-Za-z0-9@._:%+[-]*) ;;
	*)
		! printf '%s\n' "$1" | LC_ALL=C grep -qE \
			'^([A-Za-z0-9_][A-Za-z0-9._+-]*@)?([A-Za-z0-9_][A-Za-z0-9._-]*|\[[A-Za-z0-9:.%_-]+\])(:[0-9]+)?$' ||
			return 0 ;;
	esac
	fail 2 "${2-}'$1' is not user@host[:port] or a name of ~/.ssh/config"
}

# check_hosts FILE [WHOSE: ]: it can be read, and names machines.
check_hosts() {
	{ [ -f "$1" ] && [ -r "$1" ]; } || fail 2 "${2-}cannot read $1"
	[ -n "$(hosts_of "$1")" ] || fail 2 "${2-}$1 names no machine"
	hosts_of "$1" | while read -r named; do
		check_host "$named" "${2-}"
	done || exit $?
}

# exec_ssh HOST COMMAND [PROGRAM...]: becomes ssh, or PROGRAM with it as arguments, which runs
# COMMAND there.  SSH_OPTIONS are words.
exec_ssh() {
	ssh_host=$1
	ssh_command=$2
	shift 2
	ssh_user=${ssh_host%%@*}
	ssh_address=${ssh_host##*@}
	ssh_port=
	case $ssh_address in
	*\]:* | [!\[]*:*)
		ssh_port=${ssh_address##*:}
		ssh_address=${ssh_address%:*} ;;
	esac
	ssh_address=${ssh_address#\[}
	ssh_address=${ssh_address%\]}
	[ "$ssh_user" = "$ssh_host" ] || ssh_address=$ssh_user@$ssh_address
	set -f
	# A machine that vanishes is noticed in a minute.
	# shellcheck disable=SC2086 # options are words
	exec "$@" ssh ${ssh_port:+-p "$ssh_port"} ${SSH_OPTIONS:-} -T -o ConnectTimeout=15 \
		-o ServerAliveInterval=15 -o ServerAliveCountMax=4 -- "$ssh_address" "$ssh_command"
}
