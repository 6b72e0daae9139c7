# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: the stages that kernel-patches has, their patches, and what is known of
# them.

patches=${KERNEL_PATCHES:-$root/kernel-patches/$base}

# What is asked of a configuration, and what besides.
fragment=$patches/guest.config
more_config=

# The patches, one a line; with "posted" without what is apart from the series.
series() {
	[ -f "$patches/series" ] || die "no such file: $patches/series"
	sed 's/#.*//' "$patches/series" | awk -v posted="${1-}" '
		NF && !(posted && $2 == "apart") { print $1 }'
}

# All of them; with "posted" those that "all" means.
# shellcheck disable=SC2120 # of kernel.sh
stages() {
	echo stock
	series "$@" | sed 's/\.patch$//'
}

# shellcheck disable=SC2119 # not the arguments
check_stages() {
	for stage in "$@"; do
		# grep would take each line of it for a stage.
		stages | typed=$stage awk '
			$0 == ENVIRON["typed"] { found = 1 } END { exit !found }' ||
			stages | no_such stage "$stage" \
				"the stages are $(stages | paste -s -d ' ')" || exit $?
	done
}

# The patches of a stage, one a line.
patches_of() {
	[ "$1" != stock ] || return 0
	series | awk -v stage="$1" '
		{ print }
		$1 == stage || $1 == stage ".patch" { exit }'
}

# What a patch does, whatever its commit message says.
patch_id() {
	sed -n '/^diff --git \|^--- [a/]/,$p' "$1" | sha
}

# What KERNEL_PATCHES/about says of the series; there need not be one.
cmd_about() {
	[ $# -eq 0 ] || usage
	[ ! -f "$patches/about" ] || echo "$patches/about"
}

# When the kernel of a stage retries a merge.
cmd_retry() {
	[ $# -eq 1 ] || usage
	case $1 in
	*/*)
		built "$1"
		cat "$dir/retry" 2>/dev/null || echo unknown
		return ;;
	esac
	check_stages "$1"
	when=$(awk -v stage="$1" '$1 == "retry" && $2 == stage { print $3 }' \
		"$patches/about" 2>/dev/null) || :
	echo "${when:-unknown}"
}
