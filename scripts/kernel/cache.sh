# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: where the cache is, and who is at work in it.

# Services have no HOME.  Root has a place that is its own then, others make one.
if [ -n "${HOME:-}" ]; then
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/vmabench
elif [ "$(id -u)" -eq 0 ]; then
	cache=/var/cache/vmabench
else
	cache=/var/tmp/vmabench-$(id -u)
fi
if [ -n "${VMABENCH_CACHE:-}" ]; then
	cache=$VMABENCH_CACHE
elif [ -z "${HOME:-}" ] && [ "$(id -u)" -ne 0 ]; then
	mkdir -m 700 "$cache" 2>/dev/null || :
	why=$(foreign_part own "$cache" "$(id -u)")
	[ -z "$why" ] || fail 2 "$why, and kernels are built in there: set VMABENCH_CACHE"
fi
case $cache in
/*)	;;
*)	die "VMABENCH_CACHE is not an absolute path: $cache" ;;
esac
cache_signature='Signature: 8a477f597d28d172789f06886806bc55'

# make_cache: makes it.  What is empty becomes a cache, of which tools for backups, too, know
# that it is one (https://bford.info/cachedir/).
make_cache() {
	make_trusted VMABENCH_CACHE "$cache"
	mkdir -p "$cache"
	[ -z "$(ls -A "$cache")" ] || return 0
	printf '%s\n' "$cache_signature" '# Kernels and records of vmabench, which kernel.sh purge removes.' \
		>"$cache/CACHEDIR.TAG" || die "cannot write $cache/CACHEDIR.TAG"
}

# Where others might make it, it is made before anything is looked for in it.
[ -z "$(foreign_to_root own "$cache")" ] || make_cache

# check_cache: exits where things may be in it that are not ours.
check_cache() {
	[ -n "${VMABENCH_CACHE:-}" ] || return 0
	[ "$(head -n 1 "$cache/CACHEDIR.TAG" 2>/dev/null)" = "$cache_signature" ] ||
		fail 2 "VMABENCH_CACHE: $cache was not made by kernel.sh: it has no CACHEDIR.TAG;" \
			"nothing is removed from it: remove by hand what is not yours to keep"
}

# lock FILE WHAT...: one at a time; who is at it stands in the file.
lock() {
	lock_file=$cache/$1
	shift
	make_cache
	mkdir -p "$(dirname "$lock_file")"
	make_lock "$lock_file"
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
	check_cache
	lock lock remove
	for name in "$@"; do
		rm -rf "${cache:?}/$name"
	done
	rmdir "$cache" 2>/dev/null || :
}
