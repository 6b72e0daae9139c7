# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of deps.sh
#
# Of deps.sh: the package managers, and what they know.

# release FIELD: what the release says of itself.
release() {
	# shellcheck disable=SC1091 # it is another one everywhere
	(. "$sys/etc/os-release" && eval "echo \"\${$1:-}\"") 2>/dev/null || :
}

# manager_is NAME COLUMN INSTALL REFRESH: column of deps.list, what installs, what
# brings new package lists.
manager_is() {
	command -v "$1" >/dev/null || return 1
	manager=$1
	column=$2
	install="$1 $3"
	refresh="$1 $4"
}

# find_manager: the one that the release is made with, for there are others beside
# it: Fedora packages apt-get.
find_manager() {
	for id in $(release ID) $(release ID_LIKE); do
		case $id in
		debian | ubuntu)
			manager_is apt-get 3 "install --no-install-recommends" update ;;
		fedora | rhel | centos)
			manager_is dnf 4 install makecache ;;
		suse | opensuse*)
			manager_is zypper 5 install refresh ;;
		arch)	manager_is pacman 6 "-S --needed" -Syu ;;
		alpine)	manager_is apk 7 add update ;;
		*)	false ;;
		esac && return
	done
	return 1
}

# known PACKAGE...: those that can be installed.
known() {
	case $manager in
	apt-get)
		apt-cache policy "$@" | awk '
			/^[^ ]/ { sub(/:$/, ""); name = $0 }
			$1 == "Candidate:" && $2 != "(none)" { print name }' ;;
	dnf)	dnf -q repoquery --qf '%{name}\n' "$@" ;;
	zypper)	zypper -q --non-interactive search --match-exact -t package "$@" |
			awk -F '|' '{ gsub(/ /, "", $2); print $2 }' ;;
	pacman)	pacman -Si "$@" | sed -n 's/^Name *: *//p' ;;
	apk)	apk search -q -e "$@" ;;
	esac </dev/null 2>/dev/null | sort -u | tr '\n' ' '
}

# installed PACKAGE...: those that are.
installed() {
	case $manager in
	apt-get)
		dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" |
			sed -n 's/ installed$//p' ;;
	dnf | zypper)
		rpm -q --qf '%{NAME}\n' "$@" | grep -v ' ' ;;
	pacman)	pacman -Qq "$@" ;;
	apk)	apk info -e "$@" ;;
	esac </dev/null 2>/dev/null | tr '\n' ' '
}

# has_lists: does the manager know packages at all?
has_lists() {
	case $manager in
	apt-get)
		apt-cache policy 2>/dev/null | grep -q ' Packages$' ;;
	*)	[ -n "$known" ] ;;
	esac
}

# asked SET: was it?
asked() {
	case " $asked " in
	*" $1 "*) ;;
	*)	return 1 ;;
	esac
}

# daemons: "PACKAGE UNIT..." of what Debian starts when it is installed, and at each boot.
daemons() {
	echo munge munge.service
	echo slurmctld slurmctld.service
	echo slurmd slurmd.service
	echo sysstat sysstat.service
	asked sshd || echo openssh-server ssh.service ssh.socket
}

# stop UNIT: and have it not start again.  Where systemd does not run, that is seen only
# after it was disabled.
stop() {
	# shellcheck disable=SC2086 # the prefix is words
	$prefix systemctl disable --now "$1" || {
		$prefix update-rc.d "${1%.*}" disable
		$prefix service "${1%.*}" stop
	} || :
}

# install_packages: those that were chosen.  For a cluster, which has daemons of its own,
# the system's do not stay, unless they were there before.
install_packages() {
	# shellcheck disable=SC2046 # package names are words
	! asked cluster || daemons_before=$(installed $(daemons | cut -d ' ' -f 1))
	install_status=0
	# shellcheck disable=SC2086 # package names are words
	apt_install $packages || install_status=$?
	asked cluster || return $install_status
	daemons | while read -r daemon units; do
		case " $daemons_before" in
		*" $daemon "*) continue ;;
		esac
		[ -n "$(installed "$daemon")" ] || continue
		for unit in $units; do
			stop "$unit" </dev/null >/dev/null 2>&1
		done
	done
	return $install_status
}

# apt_install PACKAGE...: apt-get's own output is cut down to what it fetches and
# to its errors.
apt_install() {
	# shellcheck disable=SC2086 # the prefix is words
	{
		$prefix env DEBIAN_FRONTEND=noninteractive apt-get \
			install -q -y --no-install-recommends \
			-o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 \
			"$@" </dev/null 2>&1 && echo "done 0" || echo "done 1"
	} | awk '
		$1 == "done" && NF == 2 { rc = $2; next }
		/^Need to get|^Fetched|^E: |^Err:|^dpkg: error/ { print "deps.sh: " $0 }
		END { exit rc }' >&2
}

# apt_update: once.
apt_update() {
	[ -z "$updated" ] || return 1
	updated=1
	# shellcheck disable=SC2086 # the prefix is words
	$prefix apt-get -qq -o DPkg::Lock::Timeout=300 update >&2
}
