# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of series.sh
#
# Of series.sh: the native tier.

# make_programs STAGE...: has the commits of a tree built as programs, and leaves
# "STAGE=IMAGE" of those that are among the STAGEs, or of all, in $scratch/programs,
# and "STAGE COMMIT" in $scratch/commits.  What does not build is said, and in
# $scratch/um.  Returns the status of tree-series.sh.
make_programs() {
	made=0
	in_child "$root/scripts/tree-series.sh" --um >"$scratch/um" || made=$?
	cut -d ' ' -f 1,3- "$scratch/um" >"$scratch/commits"
	awk -v stages=" $* " '
		$2 != "UM-BUILD-FAILED" && (stages == "  " || index(stages, " " $1 " ")) {
			print $1 "=" $2
		}' "$scratch/um" >"$scratch/programs"
	grep ' UM-BUILD-FAILED ' "$scratch/um" >&2 || :
	return "$made"
}

# run_natively STAGE...: native-series.sh of stages, or of commits.  Exit status: its
# own, or 3 where it did well, and a commit does not build as a program.
run_natively() {
	made=0
	if [ -n "$tree" ]; then
		make_programs "$@" || made=$?
		[ "$made" -eq 0 ] || [ "$made" -eq 3 ] || return "$made"
		# shellcheck disable=SC2046 # one word a stage
		set -- $(cat "$scratch/programs")
		[ $# -gt 1 ] || {
			warn "fewer than two commits build as programs (ARCH=um)"
			return 3
		}
		export NATIVE_COMMITS="$scratch/commits"
	fi
	in_child "$root/scripts/native-series.sh" "$@" || return $?
	return "$made"
}

# tell_unfinished: what a session has that does not get to its end, and how it goes on.
tell_unfinished() {
	rm -f "$session/native/.said" "$session/native/.reason"
	rmdir "$session"/native/*/ "$session/native" 2>/dev/null || :
	if ls "$session"/native/*/boot-*.jsonl >/dev/null 2>&1; then
		warn "not finished; what was counted, and the boots so far, are in $session." \
			"scripts/report.sh $session makes a report of them." \
			"The same command counts nothing again, and boots from the start"
	else
		warn "not finished; the records so far are in $session." \
			"The same command goes on from there"
	fi
}

# cut_short MEANWHILE: what reports say as long as the session is not whole: whatever ends
# this run, that is in it.
cut_short() {
	mkdir -p "$session/native"
	echo "the session was cut short while $1" >"$session/native/missing.txt"
}

# too_few: ends a session of fewer than two kernels, and leaves that in it.
too_few() {
	set -- "fewer than two kernels were measured"
	[ -z "$timed" ] || echo "$1" >"$session/native/missing.txt"
	fail 3 "$1"
}

# time_natively: leaves boots of what was counted in $session/native/STAGE.  What was not
# timed, and why, is in $session/native/missing.txt for the reports; what was counted
# stays.
time_natively() {
	timing=0
	said=$session/native/.said
	reason=$session/native/.reason
	why=$session/native/missing.txt
	cut_short "kernels were booted: what is there of it may be of few boots, and of more of one kernel than of another"
	begin_progress "native tier" 1
	mkfifo "$scratch/said"
	tee "$said" <"$scratch/said" | pass_on &
	listener=$!
	export NATIVE_DIR="$session/native" NATIVE_REASON="$reason"
	# shellcheck disable=SC2046 # one word a stage
	run_natively $(awk '$2 ~ /[.]jsonl$/ { print $1 }' "$session/stages") \
		2>"$scratch/said" || timing=$?
	wait "$listener" || :
	end_progress
	case $timing in
	0)	rm -f "$why" ;;
	3)	failed="$failed of the native tier"
		grep -E ' UM-BUILD-FAILED |boot [0-9]+, .* failed$|^[^ ]*fewer than two | is not booted again$' \
			"$said" >"$why" || rm "$why" ;;
	*)	warn "time was not measured; TIER=exact does not try"
		# Or the last that was said, without progress and hints of how to call it.
		[ -s "$reason" ] ||
			sed '/^Try .* --help/,/information\.$/d; /: [0-9]* boots, [0-9]* s$/d; /^$/d' \
				"$said" | tail -n 4 >"$reason"
		[ -s "$reason" ] || echo "native-series.sh ended with status $timing" >"$reason"
		mv "$reason" "$why" ;;
	esac
	rm -f "$said" "$reason"
	rmdir "$session"/native/*/ 2>/dev/null || :
}
