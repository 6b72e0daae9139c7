# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced by what builds commits of a tree of the user's own.  In the cache
# there is a folder for each such tree:
#
#   CACHE/trees/HASH/src    a repository that borrows the tree's objects, and its
#                           checkout
#                    obj    objects, see kernel.sh
#                    lock   one at a time
#
# Nothing is written into the user's repository: no worktree, no ref, no object.
# The checkout stays: from one commit to the next only the files that differ are
# written, and so only they are compiled.
#
# To be sourced after lib.sh and text.sh, with $root.  The script calls own_tree_stop when it ends.

: "${root:?}"

own_dir=
own_src=

own_tree_stop() {
	end_child
	[ "${KEEP_TREE:-1}" != 0 ] || [ -z "$own_src" ] || rm -rf "$own_dir"
}

# The user's hooks and habits are for the user's own commits.  Nor does git look for
# another repository, above the cache, where ours is not whole.

# own_git [in_child] ARGUMENT...: git, in $own_src.
own_git() {
	own_how=
	[ "$1" != in_child ] || {
		own_how=in_child
		shift
	}
	$own_how env GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
		GIT_ATTR_NOSYSTEM=1 git -C "$own_src" --git-dir="$own_src/.git" \
		-c gc.auto=0 -c advice.detachedHead=false \
		-c user.name=vmabench -c user.email=vmabench@localhost "$@"
}

# own_tree_find TREE: is it a repository?  Sets $own_tree, its full path.
own_tree_find() {
	command -v git >/dev/null || die "no git (Debian: git)"
	# A git command that calls us has said which repository it is in.
	# shellcheck disable=SC2046 # names of variables are words
	unset $(git rev-parse --local-env-vars)
	# Who borrows objects does not see what the owner replaces them by, and
	# nothing is to be fetched into a partial clone.
	export GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1
	[ -d "$1" ] || fail 2 "TREE: there is no directory $1"
	if ! own_why=$(git -C "$1" rev-parse --git-dir 2>&1 >/dev/null); then
		case $own_why in
		*dubious*)
			echo "$own_why" | sed 's/^/  git: /' >&2
			fail 2 "TREE: git does not read $1, which belongs to" \
				"somebody else.  A clone of your own that costs" \
				"no space: git clone --shared $1 linux" ;;
		*"not a git repository"*) ;;
		*) fail 2 "TREE: git does not read $1: $own_why" ;;
		esac
		fail 2 "TREE: $1 is not a git repository"
	fi
	own_tree=$(CDPATH='' cd -- "$1" && pwd -P)
	[ "$(git -C "$own_tree" rev-parse --is-bare-repository)" = true ] ||
		[ -z "$(GIT_OPTIONAL_LOCKS=0 git -C "$own_tree" \
			-c core.fsmonitor=false status --porcelain -uno --ignore-submodules 2>/dev/null | head -n 1)" ] ||
		say "$1 has changes that are not committed: they are not measured"
}

# own_tree_open: locks the folder of $own_tree and sees to its repository.
own_tree_open() {
	own_cache=$("$root/scripts/kernel.sh" cache)
	own_dir=$own_cache/trees/$(echo "$own_tree" | sha256sum | cut -c 1-16)
	check_make_path "$own_cache"
	mkdir -p "$own_dir"
	make_lock "$own_dir/lock"
	exec 8>>"$own_dir/lock"
	# What somebody has just killed needs a moment to end.
	flock -w 3 8 || die "another series or bisection of $own_tree is at work"
	own_src=$own_dir/src
	own_repository
}

# own_repository: $own_src borrows the objects of $own_tree; made anew where it is
# not whole.
own_repository() {
	own_format=$(git -C "$own_tree" rev-parse --show-object-format)
	own_objects=$(cd "$own_tree" &&
		realpath "$(git rev-parse --git-path objects)")
	if [ "$(own_git rev-parse --show-object-format 2>/dev/null)" != \
	     "$own_format" ]; then
		rm -rf "$own_src" "$own_dir/at-rest"
		git init -q --template= --object-format="$own_format" "$own_src"
		mkdir -p "$own_src/.git/objects/info"
		# For kernel.sh, too.
		own_git config core.attributesFile /dev/null
		own_git config core.fsmonitor false
	fi
	rm -f "$own_src/.git/index.lock" "$own_src/.git/HEAD.lock"
	rm -rf "$own_src/.git/rebase-apply"
	echo "$own_objects" >"$own_src/.git/objects/info/alternates"
	# A shallow clone ends where its parents are missing.
	own_shallow=$(cd "$own_tree" &&
		realpath "$(git rev-parse --git-path shallow)")
	rm -f "$own_src/.git/shallow"
	[ ! -f "$own_shallow" ] || cp "$own_shallow" "$own_src/.git/shallow"
}

# own_cannot COMMIT: why there is no checkout of it.
own_cannot() {
	! git -C "$own_tree" config --get-regexp 'remote\..*\.promisor' >/dev/null ||
		die "$own_tree is a partial clone, which lacks files of $1." \
			"To have them: git -C $own_tree fetch --refetch --no-filter"
	die "git cannot check out $1 in $own_src"
}

own_write() {
	set -- in_child checkout --force --detach "$1"
	if [ -t 2 ] && [ "${QUIET:-0}" != 1 ]; then
		own_git "$@" --progress >/dev/null
	else
		own_git "$@" -q >/dev/null
	fi
}

# own_anew: what is in $own_src is of no use.
own_anew() {
	rm -rf "$own_src"
	own_repository
}

# own_tree_checkout COMMIT: has the tree at that commit, and no other file.
own_tree_checkout() {
	own_start=$(date +%s)
	if [ -f "$own_dir/at-rest" ]; then
		[ "$(cat "$own_dir/at-rest")" != "$1" ] || return 0
		rm "$own_dir/at-rest"
	elif [ -f "$own_src/Kbuild" ]; then
		# Somebody was interrupted while writing.
		own_git in_child clean -qfdx || own_anew
	else
		say "writing the files of the tree for the first time" \
			"($own_src, which stays)"
	fi
	own_write "$1" || {
		# The objects that it was at may have left the user's repository.
		own_anew
		own_write "$1" || own_cannot "$1"
	}
	echo "$1" >"$own_dir/at-rest"
	own_seconds=$(($(date +%s) - own_start))
	[ "$own_seconds" -lt 2 ] || say "checkout: $own_seconds s"
}
