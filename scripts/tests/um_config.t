#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How a kernel that is a program is not configured as in the exact tier
# (scripts/kernel/um_config.sh), of a tree with a few lines. TAP.
set -u

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
cd "$tmp" || exit 1
# shellcheck disable=SC2034 # of um_config.sh
work=$tmp/work patches=$tmp/patches cache=$tmp scratch=$tmp src=$tmp/src obj=$tmp/obj
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
# shellcheck source=scripts/kernel/um_config.sh
. "$root/scripts/kernel/um_config.sh"

mkdir -p src/mm src/lib src/include/linux obj
cat >src/mm/mmap.c <<'EOT'
#include <linux/fs.h>
#ifdef CONFIG_PERF_EVENTS
#if CONFIG_NR_CPUS > 1 || defined(CONFIG_ARCH_HAS_PKEYS)
EOT
echo '#if IS_ENABLED(CONFIG_SMP)' >src/mm/slub.c
echo '#include <linux/slab.h>' >src/mm/vma.h
echo '#ifdef CONFIG_BOTH' >src/lib/maple_tree.c
echo '#ifdef CONFIG_FS_DAX' >src/include/linux/fs.h
echo '#ifdef CONFIG_TINY_RCU' >src/include/linux/slab.h
echo '#ifdef CONFIG_UNSEEN' >src/include/linux/usb.h
cat >guest <<'EOT'
CONFIG_SMP=y
CONFIG_PERF_EVENTS=y
CONFIG_NR_CPUS=4
CONFIG_ARCH_HAS_PKEYS=y
CONFIG_BOTH=y
CONFIG_UNSEEN=y
CONFIG_FS_DAX=y
# CONFIG_TINY_RCU is not set
EOT
cat >obj/.config <<'EOT'
CONFIG_NR_CPUS=1
CONFIG_BOTH=y
CONFIG_TINY_RCU=y
# CONFIG_SMP is not set
EOT
is 'what one of both has, and what has another value' "$(config_differences)" \
	'-FS_DAX NR_CPUS 4->1 -PERF_EVENTS -SMP +TINY_RCU'
cp guest obj/.config
is 'of two that are the same: nothing' "$(config_differences)" ''

finish
