# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kvm-series.sh and native-series.sh
#
# Of kvm-series.sh and native-series.sh: what is said of boots in the end.

# tell_boots RECORDS STAGE=FOLDER...: the answer, where the records are, and what to type
# next; with ALL=1 the tables before it.  A stage without a folder is STAGE=BUILD-FAILED or
# BOOT-FAILED.  Sets $status to that of vmadiff.
tell_boots() {
	records=$1
	shift
	status=0
	if [ "${ALL:-0}" = 1 ]; then
		if [ $# -eq 2 ]; then
			"$build/vmadiff" compare --width "$columns" "$@" || :
		else
			"$build/vmadiff" compare --width "$columns" --stages "$@" || :
		fi
		echo
	fi
	"$build/vmadiff" series --width "$columns" "$@" || status=$?
	echo
	echo "Records:  ${records#"$PWD"/}"
	first=
	for stage; do
		case $stage in
		*=BUILD-FAILED* | *=BOOT-FAILED*) continue ;;
		esac
		last=$(here "${stage#*=}")
		first=${first:-$last}
	done
	fitted Next: ' \' "$(with_results scripts/report.sh)" "$first" "$last"
	fitted '' ' \' "$(here "$build")/vmadiff compare" "$first" "$last"
}
