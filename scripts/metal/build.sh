# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Of metal.sh: stages and revisions as kernels of this machine.

cmd_build() {
	arguments "$@"
	die "not yet"
}

remove_kernels() {
	:
}
