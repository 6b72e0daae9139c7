#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: kernel.sh build STAGE...|all   build the images that are missing
#        kernel.sh path STAGE           print the directory of an image
#        kernel.sh key STAGE            print what the image is made of
#        kernel.sh tree SRC NAME        build an image of the tree SRC as it is,
#                                       and print its directory
#        kernel.sh commit SRC COMMIT    print the directory of the image of a
#                                       commit, where there is one
#        kernel.sh module STAGE         build the hook module for an image, if
#                                       it is not there, and print its path
#        kernel.sh retry STAGE          print when it retries a merge
#        kernel.sh list                 print the stages, in order
#        kernel.sh cache                print where the cache is
#        kernel.sh clean                remove the kernel tree, keep the images
#        kernel.sh purge                remove everything from the cache
#
# A stage is a kernel with the patches of kernel-patches/BASE/series applied
# up to the one it is named after; "stock" has none of them.  Its image is
#
#   CACHE/images/STAGE-KEY/    vmlinux System.map config key devel.tar.xz
#
# devel.tar.xz is what modules are built against, so that a change of the module
# costs no kernel build; modules are kept in CACHE/modules.
#
# where KEY is a hash of the file "key": source, patches up to the stage,
# config fragment, compiler, linker.  An image is complete or it is not there.
#
# A tree of one's own is built in CACHE/trees, one object folder for each path:
# between two revisions of it only what has changed is compiled again.  Its image
# is CACHE/images/tree-KEY; it has a file "retry", too: what its source says of
# that; "lacks": what of guest.config this kernel resolves in another way; and no
# devel.tar.xz, for packing takes as long as a small build: with MODULE=1 its module
# is built at once.  "path", "module" and "retry" take the directory of an image as
# well.
#
# There is one source tree and one object tree, in CACHE/work.  Patches are
# pushed on it, and popped from it, between two runs of make, so that a stage
# recompiles what its patches touch, and that all stages are built under the
# same paths.  The tree (1.5 GB) stays for the next build, where a changed
# patch takes seconds instead of minutes; KEEP_TREE=0 removes it at the end.
#
# Environment:
#   KERNEL_BASE     kernel version to build (6.12)
#   KERNEL_PATCHES  patches, series, guest.config (kernel-patches/BASE)
#   KMOD            source of the module (bench/kmod)
#   KERNEL_TARBALL  source, Debian's or linux-BASE.y.tar.xz from kernel.org
#                   (/usr/src/linux-source-BASE.tar.xz)
#   VMABENCH_CACHE  the cache (${XDG_CACHE_HOME:-$HOME/.cache}/vmabench)
#   JOBS            parallel compilations (all CPUs)
#   MODULE=1        of a tree of one's own: build the hook module as well
#   KEEP_TREE=0     remove the tree when the images are built
#   QUIET=1         say nothing unless something is wrong
#
# Exit status: 0 done, 1 failed or not built, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
base=${KERNEL_BASE:-6.12}
patches=${KERNEL_PATCHES:-$root/kernel-patches/$base}
kmod=${KMOD:-$root/bench/kmod}
# shellcheck source=scripts/kernel-source.sh
. "$root/scripts/kernel-source.sh"
if [ -n "${HOME:-}" ]; then
	cache=${XDG_CACHE_HOME:-$HOME/.cache}/vmabench
else
	cache=/var/tmp/vmabench-$(id -u)
fi
cache=${VMABENCH_CACHE:-$cache}
jobs=${JOBS:-$(nproc)}
quiet=${QUIET:-0}

work=$cache/work
src=$work/src
obj=$work/obj
applied=$work/applied
rest=$work/at-rest	# names the source while tree and "applied" agree

# Another one where the same source and tools come to another image.
recipe="recipe 3"

# What is added to the release.  It is the same for all kernels, for the kernel
# stirs its release into its random numbers: with another name for each stage, two
# with the same code did not allocate the same pages.
suffix=-vmabench

child=
watcher=
scratch=
building=

say() {
	[ "$quiet" = 1 ] || echo "kernel.sh: $*" >&2
}

warn() {
	echo "kernel.sh: $*" >&2
}

die() {
	warn "$@"
	exit 1
}

help() {
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0"
}

usage() {
	help | sed '/^$/,$d' >&2
	exit 2
}

# Children run in sessions of their own, so that all of a build can be
# stopped, and nothing else.
stop_child() {
	[ -n "$child" ] || return 0
	kill -s TERM -- "-$child" 2>/dev/null || :
	wait "$child" 2>/dev/null || :
	tries=0
	while kill -s 0 -- "-$child" 2>/dev/null && [ $tries -lt 50 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	kill -s KILL -- "-$child" 2>/dev/null || :
	child=
}

stop_watcher() {
	[ -n "$watcher" ] || return 0
	# A subshell that begins loses the signals that its parent has traps for.
	kill -s KILL "$watcher" 2>/dev/null || :
	wait "$watcher" 2>/dev/null || :
	watcher=
	[ ! -t 2 ] || printf '\r\033[K' >&2
}

cleanup() {
	stop_watcher
	stop_child
	[ -z "$building" ] || tree_rests
	[ -z "$scratch" ] || rm -rf "$scratch"
}

interrupted() {
	trap '' HUP INT TERM
	cleanup
	warn "interrupted; the next run goes on from here"
	trap - EXIT
	exit "$1"
}

# watch LOG WHAT PID: says every now and then how far LOG has come, for as long
# as this script lives, and ends the make of session PID at its first error: the
# other folders of a kernel would go on for minutes.
watch() {
	seconds=0
	while sleep 1 >/dev/null 2>&1 && [ -e "/proc/$$/exe" ]; do
		seconds=$((seconds + 1))
		if grep -qE '^make.*: \*\*\* .*Error [0-9]' "$1"; then
			kill -s TERM -- "-$3" 2>/dev/null || :
			break
		fi
		[ "$quiet" != 1 ] || continue
		if [ -t 2 ]; then
			printf '\rkernel.sh: %s: %s s, %s objects ' "$2" \
				"$seconds" "$(objects "$1")" >&2
		elif [ $((seconds % 30)) -eq 0 ]; then
			say "$2: $seconds s, $(objects "$1") objects"
		fi
	done
}

# run LOG WHAT COMMAND...: runs COMMAND with its output in LOG, can be
# interrupted.
run() {
	run_log=$1
	run_what=$2
	shift 2
	setsid "$@" >"$run_log" 2>&1 </dev/null &
	child=$!
	watch "$run_log" "$run_what" "$child" 8>&- 9>&- &
	watcher=$!
	status=0
	wait "$child" || status=$?
	child=
	stop_watcher
	return $status
}

objects() {
	grep -cE '^  (CC|AS) ' "$1" || :
}

# Stages and keys

series() {
	[ -f "$patches/series" ] || die "no such file: $patches/series"
	sed 's/#.*//' "$patches/series" | awk 'NF { print $1 }'
}

stages() {
	echo stock
	series | sed 's/\.patch$//'
}

check_stages() {
	for stage in "$@"; do
		stages | grep -qxF -- "$stage" && continue
		warn "no such stage: $stage; there are:" \
			"$(stages | paste -s -d ' ')"
		exit 2
	done
}

# The patches of a stage, one a line.
patches_of() {
	[ "$1" != stock ] || return 0
	series | awk -v stage="$1" '
		{ print }
		$1 == stage || $1 == stage ".patch" { exit }'
}

sha() {
	sha256sum | cut -d ' ' -f 1
}

# What a patch does, whatever its commit message says.
patch_id() {
	sed -n '/^diff --git \|^--- [a/]/,$p' "$1" | sha
}

# Hashing the source takes a second, so it is done once per size and time.
source_id() {
	why=$(no_source)
	[ -z "$why" ] || die "$why"
	stamp=$(stat -Lc '%s %Y' "$tarball")
	id=$(awk -v stamp="$stamp" -v file="$tarball" '
		$2 " " $3 == stamp && substr($0, index($0, "/")) == file {
			id = $1
		}
		END { print id }' "$cache/sources" 2>/dev/null) || :
	if [ -z "$id" ]; then
		id=$(sha <"$tarball")
		mkdir -p "$cache"
		echo "$id $stamp $tarball" >>"$cache/sources"
	fi
	echo "$id"
}

# toolchain: what makes an image of a source, the same for all of them.
toolchain() {
	command -v gcc >/dev/null || die "no gcc; scripts/deps.sh installs it"
	echo "config $(grep -E '^(# )?CONFIG_' "$patches/guest.config" | sha)"
	echo "compiler $(gcc --version | head -n 1)"
	echo "linker $(ld --version | head -n 1)"
}

# key STAGE: what the image of a stage is made of.
key() {
	id=$(source_id) || exit 1
	echo "$recipe"
	echo "source $id"
	patches_of "$1" | while read -r name; do
		echo "patch $(patch_id "$patches/$name") $name"
	done
	toolchain
}

image() {
	text=$(key "$1") || exit 1
	echo "$cache/images/$1-$(echo "$text" | sha | cut -c 1-16)"
}

# The tree

tree_moves() {
	rm -f "$rest"
}

tree_rests() {
	source_id >"$rest"
	building=
}

need_space() {
	mib=$(df -Pm "$cache" | awk 'NR == 2 { print $4 }')
	[ "$mib" -ge "$1" ] ||
		die "$cache needs $1 MiB of free space and has $mib"
}

unpack() {
	if [ -f "$rest" ] && [ "$(cat "$rest")" = "$(source_id)" ]; then
		need_space 500
		return
	fi
	why=$(wrong_source)
	[ -z "$why" ] || die "$why"
	rm -rf "$work"
	need_space 2500
	mkdir -p "$src" "$obj" "$applied"
	: >"$applied/series"
	start=$(date +%s)
	# A third of the source is register headers of one GPU driver.
	XZ_DEFAULTS=-T0 run "$cache/logs/unpack.log" unpack \
		tar -xf "$tarball" -C "$src" --strip-components=1 \
		--exclude='drivers/gpu/drm/amd/*.h' || {
		cat "$cache/logs/unpack.log" >&2
		die "$tarball cannot be unpacked"
	}
	tree_rests
	say "unpack: $(($(date +%s) - start)) s"
}

# apply TREE PATCH [-R]: no fuzz, no questions, no leftovers.
apply() {
	tree=$1
	file=$2
	shift 2
	patch -d "$tree" -p1 -F0 -f -r - --no-backup-if-mismatch "$@" \
		<"$file" >"$scratch/patch.log" 2>&1
}

# common STAGE: how many of the pushed patches the stage starts with.
common() {
	patches_of "$1" | {
		n=0
		while read -r name; do
			n=$((n + 1))
			pushed=$(sed -n "${n}p" "$applied/series")
			if [ "$pushed" != "$name" ] ||
			   [ "$(patch_id "$applied/$name")" != \
			     "$(patch_id "$patches/$name")" ]; then
				n=$((n - 1))
				break
			fi
		done
		echo $n
	}
}

# try STAGE: every patch up to STAGE must apply; tried on copies of the files
# that they touch, before any time goes into a build.
try() {
	mkdir "$scratch/tree"
	patches_of "$1" | sed "s,^,$patches/," >"$scratch/list"
	sed "s,^,$applied/," "$applied/series" >>"$scratch/list"
	xargs -r -d '\n' sed -n 's,^\(---\|+++\) [ab]/\([^\t]*\).*,\2,p' \
		<"$scratch/list" | sort -u | while read -r file; do
		[ -f "$src/$file" ] || continue
		mkdir -p "$scratch/tree/$(dirname "$file")"
		cp "$src/$file" "$scratch/tree/$file"
	done
	tac "$applied/series" | while read -r name; do
		apply "$scratch/tree" "$applied/$name" -R ||
			die "the tree is not what it was; run $0 clean"
	done
	before=
	for name in $(patches_of "$1"); do
		if ! apply "$scratch/tree" "$patches/$name"; then
			warn "$name does not apply to" \
				"$(basename "$tarball") ($(version))" \
				"${before:+with$before }(fuzz is refused):"
			awk '/^patching file/ { file = $0; next }
			     /^Hunk .*(succeeded|ignored)/ { next }
			     file { print "  " file; file = "" }
			     { print "  " $0 }' "$scratch/patch.log" >&2
			exit 1
		fi
		before="$before $name"
	done
	rm -rf "$scratch/tree"
}

version() {
	sed -n 's/^\(VERSION\|PATCHLEVEL\|SUBLEVEL\) = *//p' "$src/Makefile" |
		head -n 3 | paste -s -d .
}

# It applied to the copies, so this is no fault of the patch.
die_apply() {
	cat "$scratch/patch.log" >&2
	die "the tree could not be patched: $1"
}

# go STAGE: pop and push until the tree is the stage's.
go() {
	keep=$(common "$1")
	pushed=$(wc -l <"$applied/series")
	tree_moves
	while [ "$pushed" -gt "$keep" ]; do
		name=$(sed -n "${pushed}p" "$applied/series")
		apply "$src" "$applied/$name" -R || die_apply "$name"
		sed -i '$d' "$applied/series"
		pushed=$((pushed - 1))
	done
	for name in $(patches_of "$1" | tail -n "+$((keep + 1))"); do
		apply "$src" "$patches/$name" || die_apply "$name"
		cp "$patches/$name" "$applied/$name"
		echo "$name" >>"$applied/series"
	done
	tree_rests
}

# clean_make LOG WHAT ARGUMENT...: make, with nothing of the caller's environment
# that could reach what is built.
clean_make() {
	make_log=$1
	make_what=$2
	shift 2
	run "$make_log" "$make_what" env -i PATH="$PATH" LC_ALL=C \
		CCACHE_DIR="$cache/ccache" CCACHE_MAXSIZE=2G CCACHE_DEPEND=1 \
		CCACHE_BASEDIR="$(dirname "$src")" CCACHE_NOHASHDIR=1 \
		KBUILD_BUILD_TIMESTAMP="Thu Jan  1 00:00:00 UTC 1970" \
		KBUILD_BUILD_USER=vmabench KBUILD_BUILD_HOST=localhost \
		KBUILD_BUILD_VERSION=1 \
		make -j "$jobs" "$@"
}

# kmake LOG WHAT ARGUMENT...: make in the kernel's tree.
kmake() {
	kmake_log=$1
	kmake_what=$2
	shift 2
	cc=gcc
	# Depend mode: a miss does not run the preprocessor a second time.
	! command -v ccache >/dev/null || cc="ccache gcc"
	clean_make "$kmake_log" "$kmake_what" -C "$src" O="$obj" CC="$cc" "$@"
}

# config_key: all that a configuration comes from.
config_key() {
	{
		toolchain
		cat "$patches/guest.config"
		find "$src" \( -name 'Kconfig*' -o -path "$src/Makefile" -o \
			-path "$src/arch/x86/Makefile*" -o \
			-path "$src/scripts/kconfig/*" -o \
			-path "$src/scripts/*.sh" \) -type f -print0 |
			LC_ALL=C sort -z | xargs -0 cat
	} | sha
}

# configure NAME LOG: allnoconfig, the fragment, and what these imply; 1 if that
# cannot be done.  It takes longer than to compile a file, and is the same for most
# commits.
configure() {
	config_log=$cache/logs/$2-config.log
	new=$scratch/config
	known=$cache/configs/$(config_key)
	if [ -f "$known" ]; then
		cp "$known" "$new"
		return
	fi
	{
		kmake "$config_log" "$1: config" KCONFIG_CONFIG="$new" allnoconfig &&
		run "$config_log" "$1: config" env KCONFIG_CONFIG="$new" \
			"$src/scripts/kconfig/merge_config.sh" -m \
			-O "$scratch" "$new" "$patches/guest.config" &&
		kmake "$config_log" "$1: config" KCONFIG_CONFIG="$new" olddefconfig
	} || {
		tail -n 20 "$config_log" >&2
		warn "$1: the kernel cannot be configured"
		return 1
	}
	mkdir -p "$cache/configs"
	cp "$new" "$known.$$"
	mv "$known.$$" "$known"
}

# lacking: what the fragment asks for and the configuration has not.
lacking() {
	sed -n 's/^# \(CONFIG_[A-Za-z0-9_]*\) is not set/\1=n/; /^CONFIG_/p' \
		"$patches/guest.config" | while read -r want; do
		case $want in
		*=n)	! grep -q "^${want%n}" "$new" ;;
		*)	grep -qxF "$want" "$new" ;;
		esac || echo "$want; the kernel has:" \
			"$(grep -w "${want%%=*}" "$new" || echo "no such option")"
	done
}

# compile NAME LOG: with suffix in its release; 1 if it does not build.
compile() {
	log=$cache/logs/$2.log
	# An untouched .config spares make a look at all that depends on it.
	cmp -s "$new" "$obj/.config" || cp "$new" "$obj/.config" || return 1
	kmake "$log" "$1" LOCALVERSION="$suffix" vmlinux modules && return
	grep -nE -m 10 'error:|undefined reference|No space left' "$log" >&2 ||
		tail -n 20 "$log" >&2
	warn "$1 does not build; all that make said is in $log"
	return 1
}

# pack_devel STAGE FILE: headers, scripts and symbol versions of the tree as it
# is, the same bytes for the same tree.
pack_devel() {
	rm -rf "$scratch/devel"
	# The same compiler for host programs, or they would be built again.
	kmake "$cache/logs/$1-devel.log" "$1: devel" CC=gcc HOSTCC=gcc \
		LOCALVERSION="$suffix" KBUILD_RUN_COMMAND="$src/scripts/package/install-extmod-build $scratch/devel" \
		run-command || {
		tail -n 20 "$cache/logs/$1-devel.log" >&2
		warn "$1: what modules are built against cannot be gathered"
		return 1
	}
	tar -C "$scratch/devel" --sort=name --mtime=@0 --owner=0 --group=0 \
		--numeric-owner -cf - . | xz -T0 -1 >"$2" || return 1
	rm -rf "$scratch/devel"
}

# save_image NAME DIR KEY LOG: of what is in $scratch/image already, the kernel, and
# KEY.  The image is there with all its files, or not at all.
save_image() {
	cp "$obj/vmlinux" "$obj/System.map" "$scratch/image"
	cp "$obj/.config" "$scratch/image/config"
	echo "$3" >"$scratch/image/key"
	chmod 0444 "$scratch/image/"*
	sync "$scratch/image/"*
	[ ! -d "$2" ] || mv "$2" "$scratch/old"
	mv -T "$scratch/image" "$2"
	warnings=$(grep -c 'warning:' "$4" || :)
	say "$1: $(($(date +%s) - start)) s," \
		"$(objects "$4") objects, $warnings warnings"
	[ "$warnings" -eq 0 ] || grep 'warning:' "$4" | sort -u |
		sed 's/^/  /' >&2
}

# save_tree: the image of $name.
save_tree() {
	compiled=$(date +%s)
	mkdir "$scratch/image"
	mv "$scratch/retry" "$scratch/lacks" "$scratch/image"
	if [ "${MODULE:-0}" = 1 ]; then
		mkdir "$scratch/out"
		take_kmod
		# A tree may be too old for that: it does without a module.
		if kmake "$cache/logs/tree-$name-module.log" "$name: module" \
		     LOCALVERSION="$suffix" M="$scratch/kmod" modules; then
			cp "$scratch/kmod/vmabench_hook.ko" "$scratch/out"
		else
			complain_of_module "$name" "tree-$name-module.log"
		fi
		save_module "$obj/vmlinux"
	fi
	say "$name: configuring $((configured - start)) s, compiling" \
		"$((compiled - configured)) s, module $(($(date +%s) - compiled)) s"
	save_image "$name" "$dir" "$text" "$log"
}

# Modules

# module_dir: where the module of the image $dir is, or nothing where it does not
# build: it is as good as the bytes of its source and of its kernel.
module_dir() {
	echo "$cache/modules/$(basename "$dir")-$(
		cd "$kmod" && cat Kbuild ./*.[ch] | sha | cut -c 1-16)-2"
}

take_kmod() {
	mkdir -p "$cache/modules" "$scratch/kmod"
	cp "$kmod/Kbuild" "$kmod"/*.[ch] "$scratch/kmod"
}

# complain_of_module NAME LOG
complain_of_module() {
	grep -nE -m 10 'error:|ERROR:' "$cache/logs/$2" >&2 ||
		tail -n 20 "$cache/logs/$2" >&2
	warn "$1: the hook module does not build; all that make said is in" \
		"$cache/logs/$2"
}

# save_module VMLINUX: what is in $scratch/out, with a note of the kernel that it is
# of: releases are all the same, so that no kernel would refuse the module of another.
save_module() {
	sha <"$1" >"$scratch/out/kernel"
	chmod -f 0444 "$scratch/out/"* || :
	sync "$scratch/out"
	rm -rf "$(module_dir)"
	mv -T "$scratch/out" "$(module_dir)"
}

build() {
	stage=$1
	dir=$2
	start=$(date +%s)
	go "$stage"
	tree_moves
	building=1
	configure "$stage" "$stage" || exit 1
	lacks=$(lacking | head -n 1)
	[ -z "$lacks" ] || die "$stage: guest.config asks for $lacks"
	compile "$stage" "$stage" || exit 1
	mkdir "$scratch/image"
	pack_devel "$stage" "$scratch/image/devel.tar.xz" || exit 1
	save_image "$stage" "$dir" "$(key "$stage")" "$log"
	tree_rests
}

# Trees of one's own

# What a commit is, in two lines: its files, and that nothing was changed since.
commit_id() {
	git -C "$1" rev-parse -q --verify "$2^{tree}" || return 1
	sha </dev/null
}

# What a tree is: a revision and what was changed since, or a list of its files.
tree_id() {
	if [ "$(git -C "$1" rev-parse --show-toplevel 2>/dev/null)" = "$1" ]; then
		git -C "$1" rev-parse 'HEAD^{tree}'
		{
			git -C "$1" diff HEAD
			git -C "$1" ls-files -oz --exclude-standard |
				(cd "$1" && xargs -0r cat)
		} | sha
	else
		(cd "$1" && find . -type f -printf '%p %s %T@\n' |
			LC_ALL=C sort) | sha
	fi
}

# tree_image ID: what its image is made of, in text, and its directory, in dir.
tree_image() {
	text=$(
		echo "$recipe"
		echo "tree $(echo "$1" | paste -s -d +)"
		toolchain
	) || exit 1
	dir=$cache/images/tree-$(echo "$text" | sha | cut -c 1-16)
}

# is_whole: is there an image, and with MODULE=1 a module, or that there is none?
is_whole() {
	[ -d "$dir" ] || return 1
	[ "${MODULE:-0}" != 1 ] || [ -d "$(module_dir)" ]
}

# When a tree retries a merge: by its source, for within a series the release
# does not tell.  Kernels from 6.13 to 6.15 note down that they have to; those
# before look at the flags on the spot.
source_retry() {
	set -- "$1/mm/mmap.c" "$1/mm/vma.c"
	if ! grep -qsw mmap_region "$@"; then
		echo unknown
	elif grep -qsw retry_merge "$@"; then
		echo late
	elif grep -qsE 'vm_flags != vma->vm_flags && (vmg[.])?prev' "$@"; then
		echo early
	else
		echo none
	fi
}

cmd_commit() {
	[ $# -eq 2 ] || usage
	id=$(commit_id "$1" "$2") || die "no commit $2 in $1"
	tree_image "$id"
	is_whole || exit 1
	echo "$dir"
}

# Exit status 3: the tree does not build, which is not our fault.
cmd_tree() {
	[ $# -eq 2 ] || usage
	[ -f "$1/Kbuild" ] || die "$1 is not a kernel tree"
	case $2 in
	*[!a-z0-9_]* | "")
		die "'$2' is no name for an image" ;;
	esac
	src=$(cd "$1" && pwd)
	name=$2
	id=$(tree_id "$src") || exit 1
	tree_image "$id"
	if ! is_whole; then
		case $cache$src in
		*[[:space:]:]*) die "make cannot build in a path like $cache or $src" ;;
		esac
		mkdir -p "$cache/images" "$cache/logs" "$cache/trees"
		lock trees/lock tree "$src"
		need_space 2500
		# The checkout of a tree in the cache has its objects beside it.
		case $src in
		"$cache"/trees/*/src) obj=${src%/src}/obj ;;
		*) obj=$cache/trees/$(echo "$src" | sha | cut -c 1-16)/obj ;;
		esac
		mkdir -p "$obj"
		rm -rf "$cache/images/.tree."*
		scratch=$(mktemp -d "$cache/images/.tree.XXXXXX")
		start=$(date +%s)
		configure "$name" "tree-$name" || exit 3
		lacking >"$scratch/lacks"
		[ ! -s "$scratch/lacks" ] ||
			warn "$name: guest.config asks for" \
				"$(paste -s -d ';' "$scratch/lacks")"
		configured=$(date +%s)
		compile "$name" "tree-$name" || exit 3
		source_retry "$src" >"$scratch/retry"
		save_tree
	fi
	echo "$dir"
}

# Commands

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

missing() {
	for stage in $(stages); do
		case " $* " in
		*" $stage "*)
			dir=$(image "$stage") || exit 1
			[ -d "$dir" ] || echo "$stage" ;;
		esac
	done
}

cmd_build() {
	# shellcheck disable=SC2046 # names of stages are words
	[ "$*" != all ] || set -- $(stages)
	[ $# -gt 0 ] || usage
	check_stages "$@"
	todo=$(missing "$@") || exit 1
	[ -n "$todo" ] || return 0
	case $cache in
	*[[:space:]:]*) die "make cannot build in a path like $cache" ;;
	esac
	mkdir -p "$cache/images" "$cache/logs"
	lock lock build "$@"
	todo=$(missing "$@") || exit 1
	[ -n "$todo" ] || return 0
	rm -rf "$cache/images/.new."*
	scratch=$(mktemp -d "$cache/images/.new.XXXXXX")
	unpack
	try "$(echo "$todo" | tail -n 1)"
	for stage in $todo; do
		build "$stage" "$(image "$stage")"
	done
	[ "${KEEP_TREE:-1}" != 0 ] || rm -rf "$work"
}

# built STAGE|DIRECTORY: the directory of an image that is there, in dir.
built() {
	case $1 in
	*/*)
		dir=$1
		[ -f "$dir/vmlinux" ] || die "no kernel image in $dir" ;;
	*)
		check_stages "$1"
		dir=$(image "$1") || exit 1
		[ -d "$dir" ] || die "$1 is not built; $0 build $1" ;;
	esac
}

cmd_path() {
	[ $# -eq 1 ] || usage
	built "$1"
	echo "$dir"
}

cmd_key() {
	[ $# -eq 1 ] || usage
	check_stages "$1"
	key "$1"
}

# What KERNEL_PATCHES/retry says of the stage; a series need not have one.
cmd_retry() {
	[ $# -eq 1 ] || usage
	case $1 in
	*/*)
		built "$1"
		cat "$dir/retry" 2>/dev/null || echo unknown
		return ;;
	esac
	check_stages "$1"
	when=$(sed 's/#.*//' "$patches/retry" 2>/dev/null |
		awk -v stage="$1" '$1 == stage { print $2 }')
	echo "${when:-unknown}"
}

cmd_module() {
	[ $# -eq 1 ] || usage
	built "$1"
	name=$(basename "$1")
	module=$(module_dir)/vmabench_hook.ko
	if [ ! -d "$(module_dir)" ]; then
		[ -f "$dir/devel.tar.xz" ] ||
			die "$name: there is nothing to build a module against"
		mkdir -p "$cache/logs"
		lock modules/lock module "$name"
	fi
	if [ ! -d "$(module_dir)" ]; then
		rm -rf "$cache/modules/.new."*
		scratch=$(mktemp -d "$cache/modules/.new.XXXXXX")
		mkdir "$scratch/devel" "$scratch/out"
		tar -xf "$dir/devel.tar.xz" -C "$scratch/devel"
		take_kmod
		clean_make "$cache/logs/$name-module.log" "$name: module" \
			-C "$scratch/devel" M="$scratch/kmod" modules || {
			complain_of_module "$name" "$name-module.log"
			exit 1
		}
		cp "$scratch/kmod/vmabench_hook.ko" "$scratch/out"
		save_module "$dir/vmlinux"
	fi
	[ -f "$module" ] || die "$name: the hook module does not build there"
	echo "$module"
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

trap cleanup EXIT
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM

case $cache in
/*) ;;
*) die "VMABENCH_CACHE is not an absolute path: $cache" ;;
esac
case $jobs in
*[!0-9]* | 0*)
	warn "JOBS is a number above 0, not '$jobs'"
	exit 2 ;;
esac

[ $# -gt 0 ] || usage
command=$1
shift
case $command in
build)	cmd_build "$@" ;;
path)	cmd_path "$@" ;;
module)	cmd_module "$@" ;;
retry)	cmd_retry "$@" ;;
key)	cmd_key "$@" ;;
tree)	cmd_tree "$@" ;;
commit)	cmd_commit "$@" ;;
list)	stages ;;
cache)	echo "$cache" ;;
clean)	remove work trees ;;
-h | --help) help ;;
purge)	remove work images configs modules records trees test-trees new-kernels metal roots \
		kvm logs ccache sources lock ;;
*)	usage ;;
esac
