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
	in_child env NATIVE_DIR="$session/native" NATIVE_REASON="$scratch/native.reason" \
		"$root/scripts/native-series.sh" "$@" \
		2>"$scratch/said" || timing=$?
	wait "$listener" || :
	case $timing in
	0)	;;
	3)	failed="$failed of the native tier"
		grep -E 'boot [0-9]+, .* failed$' "$scratch/native" \
			>"$session/native/missing.txt" || : ;;
	*)	warn "time was not measured; TIER=exact does not try"
		[ -s "$scratch/native.reason" ] ||
			tail -n 3 "$scratch/native" >"$scratch/native.reason"
		cp "$scratch/native.reason" "$session/native/missing.txt" ;;
	esac
}
