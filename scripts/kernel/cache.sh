# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: where the cache is, and who is at work in it.

if [ -n "${HOME:-}" ]; then
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/vmabench
else
	cache=/var/tmp/vmabench-$(id -u)
fi
cache=${VMABENCH_CACHE:-$cache}
case $cache in
/*)	;;
*)	die "VMABENCH_CACHE is not an absolute path: $cache" ;;
esac

# lock FILE WHAT...: one at a time; who is at it stands in the file.
lock() {
	lock_file=$cache/$1
	shift
	mkdir -p "$(dirname "$lock_file")"
	exec 9>>"$lock_file"
	if ! flock -n 9; then
		say "waiting for another one: $(cat "$lock_file")"
		run /dev/null lock flock 9
	fi
	echo "pid $$, $*, since $(date '+%F %T')" >"$lock_file"
}

# remove NAME...: files and directories of the cache.
remove() {
	[ -d "$cache" ] || return 0
	lock lock remove
	for name in "$@"; do
		rm -rf "${cache:?}/$name"
	done
	rmdir "$cache" 2>/dev/null || :
}
