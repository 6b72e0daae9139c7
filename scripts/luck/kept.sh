# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced after lib.sh, with $root: where luck.sh keeps what it has measured of a
# kernel, and what other scripts take it from.

: "${root:?}"

# luck_place STAGE[=IMAGE] [OPTION or SCENARIO...]: the file, which need not be there, for
# the primary set or what else is chosen.  What it is named after is all that such a
# record of that kernel depends on: source, patches, config and compiler by the image,
# the suite by its program, and QEMU.
luck_place() {
	luck_key=$("$root/scripts/exact.sh" --key "$@") || return 1
	echo "$("$root/scripts/kernel.sh" cache)/luck/$(echo "$luck_key" |
		sha256sum | cut -c 1-32).json"
}

# check_luck: exits with 2 where LUCK is no file and not 0.
check_luck() {
	case ${LUCK:-0} in
	0) ;;
	*)	[ -f "$LUCK" ] || fail 2 "LUCK: there is no file $LUCK; make luck makes one," \
			"and LUCK=0 does without" ;;
	esac
}

# luck_set SET: as options of luck_place.  The extended set is judged by what is known of
# the primary one.
luck_set() {
	[ "$1" != mm ] || echo --set=mm
}

# luck_of STAGE[=IMAGE] [OPTION or SCENARIO...]: the file that LUCK names, or what is kept
# of that kernel; nothing with LUCK=0, or where nothing is kept.
luck_of() {
	case ${LUCK:-} in
	0)	return 0 ;;
	?*)	echo "$LUCK"
		return ;;
	esac
	# To find out what a kernel is made of takes a moment, too.
	[ -d "$("$root/scripts/kernel.sh" cache)/luck" ] || return 0
	luck_at=$(luck_place "$@" 2>/dev/null) || return 0
	[ ! -f "$luck_at" ] || echo "$luck_at"
}
