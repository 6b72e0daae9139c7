# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: kernels of the stages that check themselves, for test-kernel.sh.  They
# have objects of their own, so that those of the other kernels stay as they are.
#
#   CACHE/images/debug-STAGE-KEY/       vmlinux System.map config key devel.tar.xz

# as_debug: what follows is built so.
as_debug() {
	kind=debug-
	obj=$work/debug-obj
	more_config=$root/kernel-patches/debug.config
}
