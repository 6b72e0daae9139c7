# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# shellcheck disable=SC2154 # the caller's: root, roots, inside, tmp
#
# Roots of other releases of Debian: makes them, keeps them, puts a clone of this
# project into them.  To be sourced after lib.sh, with $root, where the project is, $roots, where
# roots are kept, $inside, a folder in there that is removed at the end, and $tmp.
# in-root.sh runs commands there.

# shellcheck source=scripts/apt-sources.sh
. "$root/scripts/apt-sources.sh"

# make_root RELEASE DIR PACKAGES: Debian's minbase with PACKAGES, separated by commas,
# and an ordinary user named "user".  What the machine's apt is told of mirrors and proxies, that one is
# told, too.
make_root() {
	from=$(mktemp -d "$tmp/from.XXXXXX")
	mkdir "$from/parts"
	debian_sources "$1" "$from/parts" || {
		echo "none of the machine's package sources is Debian's own" >&2
		return 1
	}
	apt-config dump Acquire | grep -E \
		'^Acquire::(Check-|Retries|ForceIPv|https?::).* "[^"]' >"$from/apt.conf" || :
	mmdebstrap --mode=root --variant=minbase --include="$3" \
		--aptopt="$from/apt.conf" "$1" "$2" "$from"/parts/* &&
	cp -L /etc/resolv.conf "$2/etc/resolv.conf" &&
	chroot "$2" useradd --create-home user
}

# clone_into HOME: what is committed here, as a clone that belongs to who has that
# folder.  The repository may be somebody else's than root's.
clone_into() {
	printf '[safe]\n\tdirectory = *\n' >"$tmp/gitconfig"
	GIT_CONFIG_GLOBAL="$tmp/gitconfig" git clone -q "file://$root" "$1/vmabench" &&
	chown -R --reference="$1" "$1/vmabench"
}

# The short form's root, with what the programs and the exact tier need

# make_short_root RELEASE DIR: nothing of it is written to any more.
make_short_root() {
	make_root "$1" "$2" git,make &&
	clone_into "$2/root" &&
	"$root/scripts/in-root.sh" "$2" root vmabench/scripts/deps.sh build &&
	"$root/scripts/in-root.sh" "$2" root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends \
		qemu-system-x86 e2fsprogs xfsprogs erofs-utils &&
	(cd "$2" && rm -rf root/vmabench var/lib/apt/lists var/cache/apt)
}

# short_root RELEASE: prints where it is; made once a month, and when what is
# installed there changes.  Takes a minute or two, and 700 MB.
short_root() {
	kept=$roots/$1-$({
		date +%Y-%m
		cat "$root"/scripts/deps.* "$root"/scripts/deps/* \
			"$root/scripts/distro-root.sh"
	} | sha256sum | cut -c 1-16)
	(
		flock 9
		[ -d "$kept" ] || new_short_root "$1"
	) 9>>"$roots/lock" || return 1
	touch "$kept"
	echo "$kept"
}

new_short_root() {
	# Another checkout may be using its own: only what nobody wants any more.
	find "$roots" -mindepth 1 -maxdepth 1 -name '[a-z]*-*' -mtime +7 \
		-exec rm -rf {} +
	need_space "$roots" 3000 || return 1
	make_short_root "$1" "$inside/new" >"$tmp/log" 2>&1 || {
		tail -n 20 "$tmp/log" >&2
		rm -rf "$inside/new"
		return 1
	}
	mv "$inside/new" "$kept"
}
