#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A series in a git tree of the packaged kernel, with commits that do not build,
# panic, store twice, no longer merge.

exec "$(dirname "$0")/../test-new-kernels.sh" --short "${KERNEL_BASE:-6.12}"
