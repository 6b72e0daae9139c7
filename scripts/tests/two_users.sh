# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Two users: root, and nobody who wants root to work for him.  To be sourced after tap.sh, for
# $tmp, in the folder of the project.  The test goes on in a mount namespace of its own,
# with folders of its own where users meet: /var/tmp, /var/cache, /var/lib and /run.
tmp=${tmp:?}

if [ "$(id -u)" -ne 0 ] || ! unshare -m true 2>/dev/null ||
		! setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	skip_test 'two users' 'they are root and nobody, in a mount namespace: run it as root'
	finish
	exit
fi
if [ -z "${TWO_USERS:-}" ]; then
	rm -rf "$tmp"
	TWO_USERS=1 exec unshare -m --propagation private "$0"
fi
unset SUDO_UID VMABENCH_CACHE XDG_CACHE_HOME
mount -t tmpfs -o mode=1777,size=16m tmpfs /var/tmp
for folder in /var/cache /var/lib /run; do
	mount -t tmpfs -o mode=755,size=16m tmpfs "$folder"
done
theirs=/var/tmp/theirs
victim=$tmp/victim
echo "of root" >"$victim"

# nobody COMMAND...: as the other user.
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# cannot_lock FILE: nobody can hold it against root.
cannot_lock() {
	! nobody flock -n "$1" true
}

# unharmed NAME: nothing happened to root's file, and nothing of theirs has run.
unharmed() {
	ok "  $1: nothing of root's was written, nothing of theirs was run" sh -c \
		"[ \"\$(cat '$victim')\" = 'of root' ] && [ ! -e '$tmp/ran' ]"
}

# refused NAME WHY: the last command said so, with exit status 2, before any harm.
refused() {
	is "$1: refused" "$status" 2
	says '  with what is wrong' "$2"
	unharmed "$1"
}

# A folder of theirs, with what root's files have names of: links to root's, and programs.
nobody mkdir "$theirs"
for name in lock sources state state.new state.lock record.jsonl; do
	nobody ln -s "$victim" "$theirs/$name"
done
