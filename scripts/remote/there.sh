# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What remote.sh has run on the other machine, as text of sh -c.  Its arguments are the
# architecture and size of the program, the folder to work in, and options of vmabench
# bench.  Its input is the program, and then stays open: at its end, whoever asked for
# this is gone, or the connection is.  Before it comes foreign_part of trust.sh.  No single
# quotes in either, for the sake of the login shell.

set -eu
umask 077
arch=$1 size=$2 parent=$3
shift 3
here=$(uname -m)
[ "$here" = "$arch" ] || {
	echo "it is $here, and this vmabench is for $arch: clone and make bench there" >&2
	exit 1
}
foreign=
[ "$(id -u)" -ne 0 ] || foreign=$(foreign_part shared "$parent" 0)
[ -z "$foreign" ] || {
	echo "root works there only where no other user can change what it finds:" \
		"$foreign: set REMOTE_DIR" >&2
	exit 1
}
# Whose a folder is: boot, machine, processes that there are, and which of these.
start_of() {
	cut -d " " -f 22 "/proc/$1/stat" 2>/dev/null || echo -
}
origin="$(cat /proc/sys/kernel/random/boot_id || echo -) $(cat /etc/machine-id || echo -)"
origin="$origin $(readlink /proc/self/ns/pid || echo -)" 2>/dev/null
# What is certainly of one that was killed here, as with a machine that went down.
for left in "$parent"/vmabench.*/owner; do
	[ -f "$left" ] && [ -O "$left" ] && [ -O "${left%/*}" ] || continue
	read -r boot machine processes pid start name <"$left" || continue
	[ "$name" = "${left%/*}" ] || continue
	case $origin in
	"$boot $machine $processes")
		[ "$(start_of "$pid")" != "$start" ] || continue ;;
	"$boot "* | *" - "*) continue ;;
	*" $machine "*) ;;
	*)	continue ;;
	esac
	rm -rf "${left%/*}"
done
dir=$(mktemp -d "$parent/vmabench.XXXXXX") || {
	echo "cannot write to $parent there: set REMOTE_DIR" >&2
	exit 1
}
echo "$origin $$ $(start_of $$) $dir" >"$dir/owner"
# A guard waits for the end of this shell, were it by SIGKILL: nobody else has the
# other end of the pipe.
mkfifo "$dir/alive"
exec 4<>"$dir/alive" 5<"$dir/alive"
setsid=$(command -v setsid) || setsid=
$setsid sh -c "trap \"\" HUP INT PIPE TERM
	cat <&5
	[ ! -s \"\$1/pid\" ] || kill \$(cat \"\$1/pid\")
	[ ! -d \"\$1\" ] || sleep 1
	rm -rf \"\$1\"" guard "$dir" 4>&- </dev/null >/dev/null 2>&1 &
exec 5<&-
bench=
undo() {
	if [ -n "$bench" ]; then
		kill "$bench" 2>/dev/null || :
		wait "$bench" || :
	fi
	rm -rf "$dir"
}
trap undo EXIT
trap "exit 1" HUP INT TERM PIPE
head -c "$size" >"$dir/vmabench"
[ "$(wc -c <"$dir/vmabench")" -eq "$size" ] || {
	echo "vmabench was cut off on its way" >&2
	exit 1
}
chmod 700 "$dir/vmabench"
"$dir/vmabench" --version >/dev/null || {
	# The status of a shell, and of the loader, that miss something.
	if [ $? -eq 127 ]; then
		echo "shared libraries of this vmabench are not there:" \
			"make LINK=static here, or clone and make bench there" >&2
	else
		echo "cannot run programs in $parent there: set REMOTE_DIR" >&2
	fi
	exit 1
}
exec 3<&0
# Whose number it is, it says by itself: before it measures, and were this shell killed.
sh -c "echo \$\$ >\"\$1/pid\"
	exec \"\$1/vmabench\" bench --results \"\$1/results\" --dir \"\$@\"" sh "$dir" "$@" \
	>"$dir/path" </dev/null 3<&- 4>&- &
bench=$!
(read -r line <&3 || :; kill "$bench") 4>&- >/dev/null 2>&1 &
watcher=$!
status=0
wait "$bench" || status=$?
bench=
kill "$watcher" 2>/dev/null || :
# Not with a status that is that of timeout over there.
[ "$status" -ne 137 ] || {
	echo "vmabench was killed there: see what the kernel says in its log (dmesg)" >&2
	status=1
}
if [ -s "$dir/path" ]; then
	path=$(cat "$dir/path")
	machine=$({ cat /etc/machine-id 2>/dev/null || :; uname -n; } |
		sha256sum | cut -c 1-8)
	echo "$machine ${path#"$dir/results/"}"
	cat "$path"
fi
exit "$status"
