#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: git-tree.sh DIR
#
# Makes a git repository in DIR, which must not be there, of the packaged kernel
# source: one commit on the branch main. It takes 2.5 GB. Its author may commit
# in it without being known to git.
#
# Environment: KERNEL_BASE (6.12), KERNEL_TARBALL as in kernel.sh.
#
# Exit status: 0 done, 1 failed, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

base=${KERNEL_BASE:-6.12}
# shellcheck source=scripts/kernel-source.sh
. "$root/scripts/kernel-source.sh"
no_options "$@"
[ $# -eq 1 ] || usage
why=$(no_source)
[ -z "$why" ] || die "$why"
mkdir "$1"
# A third of the source is register headers of one GPU driver.
XZ_DEFAULTS=-T0 tar -xf "$tarball" -C "$1" --strip-components=1 \
	--exclude='drivers/gpu/drm/amd/*.h'
git -C "$1" -c init.defaultBranch=main init -q
git -C "$1" config user.name vmabench
git -C "$1" config user.email vmabench@localhost
git -C "$1" config gc.auto 0
git -C "$1" add -Af .
git -C "$1" commit -q -m 'the packaged source'
