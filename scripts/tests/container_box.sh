# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Containers, made of namespaces: $kinds of them, and in_box, which runs a command in
# one.  To be sourced after tap.sh, for $tmp, in the folder of the project; ends the test
# where there can be none.
tmp=${tmp:?}

build=$PWD/${B:-build}
box=$tmp/box
chmod 755 "$tmp"
mkdir -m 1777 "$box"

# What a runtime makes of the namespaces, then the command, as process 1.  Nothing
# can be written but the box, /dev/shm and, where privileged, /proc and /sys.
cat >"$tmp/enter" <<'EOF'
set -eu
kind=$1
box=$2
shift 2
mount --make-rprivate /
mount -t proc proc /proc
for dir in / /tmp /var/tmp /run; do
	if [ -h "$dir" ] || [ ! -d "$dir" ]; then
		continue
	fi
	[ "$dir" = / ] || mount --rbind "$dir" "$dir"
	mount -o remount,bind,ro "$dir"
done
mount -t tmpfs -o size=64m tmpfs /dev/shm
mount --bind "$box" "$box"
mount -o remount,bind,rw "$box"
if [ "$kind" != privileged ]; then
	mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	mount --rbind /sys /sys
	mount -o remount,bind,ro /sys
	for file in /proc/kcore /proc/keys /proc/timer_list; do
		[ ! -e "$file" ] || mount --bind /dev/null "$file"
	done
	[ ! -d /sys/firmware ] || mount -t tmpfs -o ro tmpfs /sys/firmware
fi
exec "$@"
EOF

# Docker's capabilities, of those that setpriv knows by name.
caps=-all,+chown,+dac_override,+fsetid,+fowner,+mknod,+net_raw,+setgid,+setuid,+setfcap,+setpcap,+net_bind_service,+sys_chroot,+kill,+audit_write

# in_box KIND COMMAND...: rootless, root without capabilities, root with all.
in_box() {
	kind=$1
	shift
	case $kind in
	rootless)
		unshare --user --map-root-user --pid --fork --mount --net --cgroup \
			sh "$tmp/enter" plain "$box" "$@" ;;
	plain)
		unshare --pid --fork --mount --net --cgroup sh "$tmp/enter" plain \
			"$box" setpriv --bounding-set="$caps" --inh-caps=-all "$@" ;;
	privileged)
		unshare --pid --fork --mount --net --cgroup sh "$tmp/enter" \
			privileged "$box" "$@" ;;
	esac
}

kinds=
for kind in rootless plain privileged; do
	if in_box $kind true 2>"$tmp/why"; then
		kinds="$kinds $kind"
	else
		skip_test "a $kind container" "it cannot be made here: $(head -n 1 "$tmp/why")"
	fi
done
[ -n "$kinds" ] || {
	finish
	exit
}
