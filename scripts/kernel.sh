#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: kernel.sh build STAGE...|all  build the images that are missing
#        kernel.sh path STAGE          print the directory of an image
#        kernel.sh key [STAGE]         print what the image is made of, or what is
#                                      the same for all that this machine makes
#        kernel.sh key SRC COMMIT      likewise, of a commit; with MODULE=1 and
#                                      what its modules are made of
#        kernel.sh source STAGE DIR FILE...   copy files or folders of its source
#                                      to DIR
#        kernel.sh tree SRC NAME       build the tree SRC, print the directory
#        kernel.sh commit SRC COMMIT   print the directory of a commit, if any
#        kernel.sh module STAGE [hook|tree]
#                                      build the hook module, or the one that
#                                      looks into the maple tree, and print its
#                                      path
#        kernel.sh um COMMAND...       build, path, key, tree or commit, of
#                                      kernels that are programs (ARCH=um)
#        kernel.sh debug COMMAND...    build, path, key or module, of kernels
#                                      that check themselves
#        kernel.sh native FROM TO STAGE[=DIRECTORY]...
#                                      print layouts of such kernels
#        kernel.sh retry STAGE         print when it retries a merge
#        kernel.sh about               print the file about the series
#        kernel.sh list                print the stages, in order
#        kernel.sh check STAGE...      fail where one of these is no stage
#        kernel.sh series              print those that are not marked "apart"
#        kernel.sh cache               print where the cache is
#        kernel.sh clean               remove the kernel tree, keep the images
#        kernel.sh purge               remove everything from the cache
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
# "native" builds what is missing of the stages, and prints "SEED STAGE SET
# DIRECTORY" of their layouts with these seeds, for native-series.sh.
#
# Of a kernel that is a program the image is CACHE/images/um-STAGE-KEY, with
# objects.o, which is linked as often as there are layouts; see kernel/um.sh.  Of
# one that checks itself it is CACHE/images/debug-STAGE-KEY; the file
# kernel-patches/debug.config says what it has on top of guest.config.
#
# A tree of one's own is built in CACHE/trees, one object folder for each path:
# between two revisions of it only what has changed is compiled again.  Its image
# is CACHE/images/tree-KEY; it has a file "retry", too: what its source says of
# that; "lacks": what of guest.config this kernel resolves in another way; and no
# devel.tar.xz, for packing takes as long as a small build: with MODULE=1 its
# module is built at once.  "path", "module" and "retry" take the directory of an
# image as well.
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
#   KMOD            source of the modules (bench/kmod)
#   KERNEL_TARBALL  source, Debian's or linux-BASE.y.tar.xz from kernel.org
#                   (/usr/src/linux-source-BASE.tar.xz)
#   VMABENCH_CACHE  the cache (${XDG_CACHE_HOME:-$HOME/.cache}/vmabench)
#   JOBS            parallel compilations (all CPUs)
#   VMABENCH_STORE  has the objects of ccache, too, for several machines (the
#                   cache)
#   TIMES           of a tree of one's own: file to add the seconds to, by step
#   MODULE=1        of a tree of one's own: build the modules as well
#   KEEP_TREE=0     remove the tree when the images are built
#   QUIET=1         say nothing unless something is wrong
#
# Exit status: 0 done, 1 failed or not built, 2 usage, 3 the tree does not build.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"

base=${KERNEL_BASE:-6.12}
# shellcheck source=scripts/kernel-source.sh
. "$root/scripts/kernel-source.sh"
# shellcheck source=scripts/kernel/cache.sh
. "$root/scripts/kernel/cache.sh"
# shellcheck source=scripts/kernel/stages.sh
. "$root/scripts/kernel/stages.sh"
# shellcheck source=scripts/kernel/key.sh
. "$root/scripts/kernel/key.sh"
# shellcheck source=scripts/kernel/run.sh
. "$root/scripts/kernel/run.sh"
# shellcheck source=scripts/kernel/tree.sh
. "$root/scripts/kernel/tree.sh"
# shellcheck source=scripts/kernel/build.sh
. "$root/scripts/kernel/build.sh"
# shellcheck source=scripts/kernel/module.sh
. "$root/scripts/kernel/module.sh"
# shellcheck source=scripts/kernel/own.sh
. "$root/scripts/kernel/own.sh"
# shellcheck source=scripts/kernel/debug.sh
. "$root/scripts/kernel/debug.sh"
# shellcheck source=scripts/kernel/um.sh
. "$root/scripts/kernel/um.sh"
# shellcheck source=scripts/kernel/um_config.sh
. "$root/scripts/kernel/um_config.sh"
# shellcheck source=scripts/kernel/layouts.sh
. "$root/scripts/kernel/layouts.sh"

scratch=
cleanup() {
	stop_watcher
	stop_child
	end_links
	[ -z "$building" ] || tree_rests
	[ -z "$scratch" ] || rm -rf "$scratch"
}

interrupted() {
	trap '' HUP INT PIPE TERM
	cleanup
	warn "interrupted; the next run goes on from here"
	trap - EXIT
	exit "$1"
}
trap cleanup EXIT
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 141' PIPE
trap 'interrupted 143' TERM

[ $# -gt 0 ] || usage
command=$1
shift
case $command:${1-} in
um:build | um:path | um:key | um:tree | um:commit)
	as_um
	command=$1
	shift ;;
debug:build | debug:path | debug:key | debug:module)
	as_debug
	command=$1
	shift ;;
esac
case $command in
clean | purge) ;;
*)	trust_inside VMABENCH_CACHE "$cache" ;;
esac
case $command in
build)	cmd_build "$@" ;;
path)	cmd_path "$@" ;;
module)	cmd_module "$@" ;;
native)	cmd_native "$@" ;;
retry)	cmd_retry "$@" ;;
about)	cmd_about "$@" ;;
key)	cmd_key "$@" ;;
source)	cmd_source "$@" ;;
tree)	cmd_tree "$@" ;;
commit)	cmd_commit "$@" ;;
list)	stages ;;
check)	check_stages "$@" ;;
series)	stages posted ;;
cache)	echo "$cache" ;;
clean)	remove work trees ;;
purge)	remove work images um-layouts um-drivers configs modules records cells luck trees test-trees new-kernels metal roots \
		test-kernel kvm logs ccache sources lock CACHEDIR.TAG ;;
*)	usages=$(help | sed -n 's/^.*kernel\.sh \([a-z]*\).*/\1/p')
	echo "$usages" | no_such command "$command" "--help names them" || exit $? ;;
esac
