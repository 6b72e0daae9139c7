# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: stages and revisions as kernels of this machine.
#
# All of them by the same compiler, from the same configuration, under a
# LOCALVERSION of their own, so that they are installed beside each other.  With
# dpkg they become packages (make bindeb-pkg), else what make install makes of
# them.

# source_of KERNEL: a tree in $scratch, which cleanup removes.
source_of() {
	what=$(jq -r --arg k "$1" '.kernels[] | select(.name == $k) | .what' \
		"$dir/session.json")
	case $(jq -r --arg k "$1" '.kernels[] | select(.name == $k) | .kind' \
		"$dir/session.json") in
	revision)
		tree=$(setting tree)
		git -C "$tree" worktree add --quiet --detach "$scratch/src" "$what" ||
			die "$1: no worktree of $tree at $what" ;;
	stage)
		base=$(setting kernel_base)
		patches=${KERNEL_PATCHES:-$root/kernel-patches/$base}
		# shellcheck source=scripts/kernel-source.sh
		. "$root/scripts/kernel-source.sh"
		why=$(no_source)
		[ -n "$why" ] || why=$(wrong_source)
		[ -z "$why" ] || die "$1: $why"
		mkdir "$scratch/src"
		tar -xf "$tarball" -C "$scratch/src" --strip-components=1
		[ "$what" != stock ] || return 0
		# shellcheck disable=SC2013 # one word a patch
		for patch in $(sed 's/#.*//' "$patches/series"); do
			patch -d "$scratch/src" -p1 -F0 -f -s --no-backup-if-mismatch \
				<"$patches/$patch" >&2 ||
				die "$1: $patch does not apply to $tarball"
			[ "$patch" != "$what.patch" ] || break
		done ;;
	esac
}

remove_source() {
	[ -n "${scratch:-}" ] || return 0
	# Deregistered even if only half of it is there.
	drop_scratch "$scratch"
	tree=$(setting tree)
	[ -z "$tree" ] || git -C "$tree" worktree prune
	scratch=
}

# kernel_make ARGUMENT...: nothing of the caller's environment but the compiler.
kernel_make() {
	env -i PATH="$PATH" HOME="${HOME:-/}" LC_ALL=C make -j "${JOBS:-$(nproc)}" \
		-C "$scratch/src" CC="${CC:-gcc}" "$@" >>"$dir/build-$k.log" 2>&1
}

# configure CONFIG KERNEL
configure() {
	cp "$1" "$scratch/src/.config"
	# A distribution's keys are not there to be found, a user's would be.
	sed -i 's,^\(CONFIG_SYSTEM_[A-Z]*_KEYS=\)"debian/.*,\1"",
		s,^CONFIG_LOCALVERSION=.*,CONFIG_LOCALVERSION="",
		s,^CONFIG_LOCALVERSION_AUTO=y,# CONFIG_LOCALVERSION_AUTO is not set,' \
		"$scratch/src/.config"
	kernel_make olddefconfig
}

localversion() {
	echo "-vmabench-$1" | tr 'A-Z_+' 'a-z--'
}

# build_kernel KERNEL CONFIG
build_kernel() {
	k=$1
	: >"$dir/build-$k.log"
	source_of "$k"
	local=$(localversion "$name-$k")
	{ configure "$2" &&
		release=$(env -i PATH="$PATH" make -s -C "$scratch/src" \
			CC="${CC:-gcc}" LOCALVERSION="$local" kernelrelease); } || {
		tail -n 20 "$dir/build-$k.log" >&2
		die "$k cannot be configured with $2; $dir/build-$k.log"
	}
	[ ! -e "$sys/boot/vmlinuz-$release" ] ||
		die "$k: there is a kernel $release that is not ours"
	tell "$k: building $release; $dir/build-$k.log"
	if command -v dpkg >/dev/null; then
		kernel_make LOCALVERSION="$local" bindeb-pkg || build_failed
		package=linux-image-$release
		deb=$(find "$scratch" -maxdepth 1 -name "${package}_*.deb")
		[ -f "$deb" ] || die "$k: make bindeb-pkg made no $package"
		added package "$package"
		dpkg -i "$deb" >>"$dir/build-$k.log" 2>&1 || install_failed
	else
		kernel_make LOCALVERSION="$local" || build_failed
		added kernel "$release"
		kernel_make LOCALVERSION="$local" modules_install install ||
			install_failed
	fi
	retry=
	! jq -e --arg k "$k" 'any(.kernels[]; .name == $k and .kind == "stage")' \
		"$dir/session.json" >/dev/null ||
		retry=$(KERNEL_BASE=$base "$root/scripts/kernel.sh" retry "$what")
	describe "$k" "/boot/vmlinuz-$release" "$retry"
	tell "$k: $release is installed, build id $(kernel "$k" build_id)"
	remove_source
}

build_failed() {
	grep -nE -m 10 'error:|undefined reference|No space left' \
		"$dir/build-$k.log" >&2 || tail -n 20 "$dir/build-$k.log" >&2
	die "$k does not build; all that make said is in $dir/build-$k.log"
}

install_failed() {
	tail -n 20 "$dir/build-$k.log" >&2
	die "$k cannot be installed; $dir/build-$k.log; metal.sh undo removes it"
}

cmd_build() {
	arguments "$@"
	lock build
	if (check_kernels) 2>/dev/null; then
		tell "all kernels are there; next: metal.sh run --yes"
		return 0
	fi
	[ "$(id -u)" -eq 0 ] || [ -n "$sys" ] || die "only root may install kernels"
	config=$(setting config)
	: "${config:=$sys/boot/config-$(uname -r)}"
	[ -f "$config" ] || die "no configuration at $config; plan --config names one"
	root_only --config "$config"
	# What one kernel gained by a newer compiler would be the patch's merit.
	compiler=$("${CC:-gcc}" --version | head -n 1)
	if [ -f "$dir/compiler" ] && [ "$(cat "$dir/compiler")" != "$compiler" ]; then
		die "the other kernels were built by $(cat "$dir/compiler")," \
			"this is $compiler"
	fi
	echo "$compiler" >"$dir/compiler"
	scratch=
	trap remove_source EXIT
	exit_on_signals
	for kernel in $(kernels); do
		[ ! -f "$dir/kernels/$kernel.json" ] || continue
		take_scratch 1 "${TMPDIR:-/var/tmp}" metal
		build_kernel "$kernel" "$config"
	done
	tell "all kernels are there; next: metal.sh run --yes"
}

# remove_kernels: those that build added, by its list.
remove_kernels() {
	[ -f "$dir/added" ] || return 0
	running=$(uname -r)
	grep -E '^(package|kernel) ' "$dir/added" >"$dir/removing" || :
	while read -r what release; do
		release=${release#linux-image-}
		case $release in
		[!A-Za-z0-9_]* | *[!A-Za-z0-9.+_~-]*)
			die "$dir/added: '$release' is no kernel that was added" ;;
		esac
		[ "$release" != "$running" ] ||
			die "$release is running; boot another kernel first"
		if [ "$what" = package ]; then
			dpkg --purge "linux-image-$release" >/dev/null ||
				die "dpkg cannot remove linux-image-$release"
		else
			rm -rf "$sys/lib/modules/$release"
			for file in vmlinuz System.map config initrd.img; do
				rm -f "$sys/boot/$file-$release"
			done
		fi
		for k in $(kernels); do
			[ "$(kernel "$k" release)" != "$release" ] ||
				rm "$dir/kernels/$k.json"
		done
	done <"$dir/removing"
	rm "$dir/removing" "$dir/added"
}
