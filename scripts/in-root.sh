#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: in-root.sh [--read-only] [--bind DIR=WHERE]... ROOT USER COMMAND...
#
# Runs COMMAND as USER in the folder ROOT as if it were a machine: with processes,
# mounts, /dev and /proc of its own, /sys read-only, and an environment of nothing
# but what a login sets and the proxies that lead out.  Whatever ends, this or the
# script that called it, no process and no mount is left.  Needs root.
#
#   --read-only   ROOT is; /tmp is in memory
#   --bind        DIR is at WHERE in ROOT, which has such a folder already
#
# Exit status: that of COMMAND; 137 if it was killed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

# Process 1 is the shell of the other side, which waits for orphans as well.  What
# a caller ignores, as shells do in the background, COMMAND hears of all the same.
case ${1-} in
--inside)
	shift ;;
--read-only | --bind | [!-]*)
	exec env --default-signal setpriv --pdeathsig KILL \
		unshare --mount --pid --ipc --fork --kill-child "$0" --inside "$@" ;;
*)	usage ;;
esac

read_only=
binds=
while :; do
	case ${1-} in
	--read-only) read_only=1; shift ;;
	--bind)	binds="$binds ${2?}"; shift 2 ;;
	*)	break ;;
	esac
done
if [ $# -lt 3 ] || [ ! -d "$1" ]; then
	usage
fi
root=$(cd "$1" && pwd)
user=$2
shift 2

mount --bind "$root" "$root"
if [ -n "$read_only" ]; then
	mount -o remount,bind,ro "$root"
	mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
fi
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for node in null zero full random urandom tty; do
	: >"$root/dev/$node"
	mount --bind "/dev/$node" "$root/dev/$node"
done
mkdir "$root/dev/pts" "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
for name in stdin:0 stdout:1 stderr:2; do
	ln -s "/proc/self/fd/${name#*:}" "$root/dev/${name%:*}"
done
# shellcheck disable=SC2086 # one word a folder
for bind in $binds; do
	mount --bind "${bind%%=*}" "$root/${bind#*=}"
done

# As login(1) does.
entry=$(grep "^$user:" "$root/etc/passwd") ||
	fail 2 "no user $user in $root"
home=$(echo "$entry" | cut -d : -f 6)
path=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games
[ "$user" != root ] ||
	path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
set -- HOME="$home" USER="$user" LOGNAME="$user" SHELL=/bin/sh PATH="$path" "$@"
for name in http_proxy https_proxy no_proxy; do
	eval "value=\${$name-}"
	# shellcheck disable=SC2154 # eval sets it
	[ -z "$value" ] || set -- "$name=$value" "$@"
done

# To one who is in a chroot, the kernel gives no user namespace.
mkdir "$root/dev/outside"
cd "$root"
pivot_root . dev/outside
umount -l dev/outside
rmdir dev/outside
chroot --userspec="$user:$user" / env -i --chdir="$home" "$@"
