# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of series.sh
#
# Of series.sh: the native tier, which times what the exact tier has counted.

# time_natively STAGE...: leaves boots in $session/native/STAGE.  What was not timed, and
# why, is in $session/native/missing.txt for the reports; what was counted stays.
time_natively() {
	timing=0
	mkdir -p "$session/native"
	mkfifo "$scratch/said"
	tee "$scratch/native" <"$scratch/said" >&2 &
	listener=$!
	in_child env NATIVE_DIR="$session/native" "$root/scripts/native-series.sh" "$@" \
		2>"$scratch/said" || timing=$?
	wait "$listener" || :
	case $timing in
	0)	;;
	3)	failed="$failed of the native tier"
		grep -E 'boot [0-9]+, .* failed$' "$scratch/native" \
			>"$session/native/missing.txt" || : ;;
	*)	warn "time was not measured; TIER=exact does not try"
		# The last that was said, without progress and hints of how to call it.
		sed '/^Try .* --help/,/information\.$/d; /: [0-9]* boots, [0-9]* s$/d' \
			"$scratch/native" | tail -n 4 >"$session/native/missing.txt"
		rmdir "$session"/native/*/ 2>/dev/null || : ;;
	esac
}
