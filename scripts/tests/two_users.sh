# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of the caller, and of tap.sh
#
# Two users: root, and nobody who wants root to work for him.  To be sourced before tap.sh,
# in the folder of the project, by a script that starts again then, in a mount namespace of
# its own, with folders of its own where users meet: /var/tmp, /var/cache, /var/lib, /run
# and /boot.  Where there cannot be such users, it goes on as it is, and $no_users says why.

no_users=
if [ -n "${TWO_USERS:-}" ]; then
	unset SUDO_UID SUDO_USER VMABENCH_CACHE XDG_CACHE_HOME
	mount -t tmpfs -o mode=1777,size=128m tmpfs /var/tmp
	for folder in /var/cache /var/lib /run /boot; do
		[ ! -d "$folder" ] || mount -t tmpfs -o mode=755,size=128m tmpfs "$folder"
	done
elif [ "$(id -u)" -eq 0 ] && unshare -m true 2>/dev/null &&
		setpriv --reuid 65534 --regid 65534 --clear-groups true 2>/dev/null; then
	TWO_USERS=1 exec unshare -m --propagation private "$0" "$@"
else
	no_users='they are root and nobody, in a mount namespace: run it as root'
fi

theirs=/var/tmp/theirs

# nobody COMMAND...: as the other user.
nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

# cannot_lock FILE: nobody can hold it against root.
cannot_lock() {
	! nobody flock -n "$1" true
}

# meet: after tap.sh, for $tmp.  A file of root's, and a folder of theirs with what root's
# files have names of: links to root's.  A test that needs two users ends where there are
# none.
meet() {
	[ -z "$no_users" ] || {
		skip_test 'two users' "$no_users"
		finish
		exit
	}
	victim=$tmp/victim
	echo "of root" >"$victim"
	nobody mkdir "$theirs"
	for name in lock sources state state.new state.lock record.jsonl; do
		nobody ln -s "$victim" "$theirs/$name"
	done
}

# harm: prints what has become of root's file, and which program of theirs was run.
harm() {
	[ "$(cat "$victim")" = 'of root' ] || echo "root's file was written"
	[ ! -e "$tmp/ran" ] || echo "a program of theirs was run"
}

# unharmed NAME: nothing happened to root's file, and nothing of theirs has run.
unharmed() {
	is "  $1: nothing of root's was written, nothing of theirs was run" "$(harm)" ''
}

# refused NAME WHY: the last command said so, with exit status 2, before any harm.
refused() {
	is "$1: refused" "$status" 2
	says '  with what is wrong' "$2"
	unharmed "$1"
}

# foreign_folders: folders that root must not work in, as "PATH<tab>WHY<tab>NAME", WHY being
# what root says of it; made at the first call.
foreign_folders() {
	[ -d "$tmp/open" ] || make_foreign
	while IFS='|' read -r path why name; do
		[ "$name" != 'one with an access control list' ] || [ -n "$acl" ] || continue
		printf '%s\t%s\t%s\n' "$path" "$why" "$name"
	done <<-END
	$theirs|$theirs belongs to nobody|a folder of theirs
	$theirs/new|$theirs belongs to nobody|one that is not there yet, in theirs
	$theirs/mine|$theirs belongs to nobody|one of root in a folder of theirs
	/var/tmp/link|/var/tmp/link belongs to nobody|a link of theirs to one of root
	/var/tmp/link/sub|/var/tmp/link belongs to nobody|one behind a link of theirs
	$tmp/away|$theirs belongs to nobody|a way through a folder of theirs
	$tmp/far|$theirs belongs to nobody|a link to that, and a step back
	$tmp/round|too many symbolic links|a link to itself
	$tmp/open|everybody may write to $tmp/open|one that everybody may write to
	$tmp/open/in|everybody may write to $tmp/open|one of root in such a one
	$tmp/sticky|everybody may write to $tmp/sticky|the same with a sticky bit
	$tmp/sticky/sub/../.|everybody may write to $tmp/sticky|that by another name
	$tmp/group|the group $(id -gn 65534) may write to|one that their group may write to
	$tmp/group/in|the group $(id -gn 65534) may write to|one of root in such a one
	$tmp/acl|who is on its access control list may write to $tmp/acl|one with an access control list
	$tmp/acl/in|who is on its access control list may write to $tmp/acl|one of root in such a one
	END
}

make_foreign() {
	mkdir "$theirs/mine" "$tmp/open" "$tmp/open/in" "$tmp/sticky" "$tmp/sticky/sub" \
		"$tmp/group" "$tmp/group/in" "$tmp/acl" "$tmp/acl/in" "$tmp/own" "$tmp/own/sub"
	nobody ln -s "$tmp/own" /var/tmp/link
	nobody ln -s "$tmp/own" "$theirs/back"
	ln -s "$theirs/back" "$tmp/away"
	ln -s "$tmp/away/../own" "$tmp/far"
	ln -s round "$tmp/round"
	chmod 777 "$tmp/open"
	chmod 1777 "$tmp/sticky"
	chmod 770 "$tmp/group"
	chgrp 65534 "$tmp/group"
	let_nobody_write "$tmp/acl"
}

# let_nobody_write FOLDER: by an access control list; $acl is empty where there are none.
let_nobody_write() {
	acl=1
	[ -x "$tmp/set_acl" ] || ${CC:-gcc} -x c -o "$tmp/set_acl" - <<-END
	#include <stdint.h>
	#include <sys/xattr.h>
	int main(int argc, char **argv)
	{
		/* Owner, nobody, group, mask, others; linux/posix_acl_xattr.h. */
		struct { uint16_t tag, perm; uint32_t id; } entries[] = {
			{ 1, 7, -1 }, { 2, 7, 65534 }, { 4, 5, -1 }, { 16, 7, -1 },
			{ 32, 5, -1 } };
		char list[4 + sizeof(entries)] = { 2 };
		__builtin_memcpy(list + 4, entries, sizeof(entries));
		return argc != 2 || setxattr(argv[1], "system.posix_acl_access", list,
					     sizeof(list), 0);
	}
	END
	"$tmp/set_acl" "$1" || acl=
}
