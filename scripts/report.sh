#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: report.sh [SESSION | BASE NEW]
#
# A report of what was measured: a folder with report.html, report.md,
# cover-letter.txt, cover-letter-long.txt, summary.json, pictures, the records,
# guest.config of a series, reproduce.sh and SHA256SUMS.  Nothing is measured
# again.  Of a series that has further seeds (seed-N/STAGE.jsonl), or boots of the
# native tier (native/STAGE/), all of them are in it, and times.json is the
# comparison of these boots.
#
# SESSION is a folder of STAGE.jsonl (a series), of boot-NN.jsonl (one kernel
# on metal), or of two folders of these (results/series/latest); BASE and NEW
# are two folders of boots.  A series may have a file "stages", which says in
# which order its stages are, and why one has no record:
#
#   NAME IMAGE [COMMIT]
#   NAME BUILD-FAILED COMMIT: ERROR
#   NAME BOOT-FAILED COMMIT: REASON
#
# A picture of the session is taken if plots/NAME.dat, which it was drawn of, is
# what the records say now, or if it has none, as flame graphs; all others are
# drawn anew. Those that cannot be drawn are named in the report, and missing
# there.
#
# Environment:
#   REPORT    the folder to write (results/reports/SESSION); a report that is
#             there is replaced, unless something was added or changed in it
#   STYLE     of the cover letter: own, lkp, mmtests, fastpath or perf (own)
#   URL       where vmabench is to be had, for the letter (it does not say)
#   RESULTS   results folder (results)
#   VMADIFF   vmadiff (build/vmadiff)
#   VMABENCH  vmabench, for the claims (build/vmabench)
#   GNUPLOT   gnuplot (gnuplot)
#
# Exit status: 0 written, 2 usage, 3 written, and a scenario failed, 4 a record
# was refused, records are not comparable, or a file could not be written.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/sums.sh
. "$root/scripts/sums.sh"
# shellcheck source=scripts/report/pictures.sh
. "$root/scripts/report/pictures.sh"
# shellcheck source=scripts/report/place.sh
. "$root/scripts/report/place.sh"
vmadiff=${VMADIFF:-$root/build/vmadiff}
vmabench=${VMABENCH:-$root/build/vmabench}
results=${RESULTS:-$root/results}

no_options "$@"
[ $# -le 2 ] || usage
[ $# -gt 0 ] || set -- "$results/series/latest"
for dir; do
	[ -d "$dir" ] || fail 2 "$dir is not a folder; a session of make series or make bench is" \
		"wanted (of one that was cut short: scripts/report.sh $results/series/SESSION)"
done
[ -x "$vmadiff" ] || fail 2 "no vmadiff at $vmadiff: run make"

has_boots() {
	[ -n "$(find "$1" -name 'boot-*.jsonl' -type f -print | head -n 1)" ]
}

# is_series FOLDER: records of stages are in it; their boots in the native tier may be below.
is_series() {
	[ -f "$1/stages" ] || [ -n "$(find "$1/" -maxdepth 1 -name '*.jsonl' \
		! -name 'boot-*' -type f -print | head -n 1)" ]
}

# Two folders of boots in one.
if [ $# -eq 1 ]; then
	pair=
	for dir in "$1"/*/; do
		[ ! -d "$dir" ] || ! has_boots "$dir" || pair="$pair x"
	done
	if [ "$pair" = " x x" ] && [ -z "$(find "$1" -maxdepth 1 -name '*.jsonl')" ]; then
		session=$1
		set --
		for dir in "$session"/*/; do
			! has_boots "$dir" || set -- "$@" "${dir%/}"
		done
	fi
fi

# SESSION: the names of its stages, in the order of the patches.
stages_of() {
	known=$("$root/scripts/kernel.sh" list 2>/dev/null) ||
		die "the order of the stages is not known: kernel.sh list failed"
	for stage in $known; do
		[ ! -f "$1/$stage.jsonl" ] || echo "$stage"
	done
	for file in "$1"/*.jsonl; do
		[ -f "$file" ] || continue
		stage=$(basename "$file" .jsonl)
		case $stage in
		*[!a-z0-9_]*) continue ;;
		esac
		for other in $known ''; do
			[ "$other" != "$stage" ] || break
		done
		[ -n "$other" ] || echo "$stage"
	done
}

name=$(basename "$(cd "$1" && pwd -P)")
[ $# -eq 1 ] || name=$name-$(basename "$(cd "$2" && pwd -P)")
out=${REPORT:-$results/reports/$name}
name_aside
check_replaceable "$out"
make_trusted REPORT "$(dirname "$out")"
recover_report
take_scratch 1 "$(dirname "$out")" report
new=$scratch
trap clean_up EXIT
exit_on_signals
chmod 755 "$new"
mkdir "$new/records"

# copy_boots FROM TO
copy_boots() {
	mkdir -p "$2"
	(cd "$1" && find . -name 'boot-*.jsonl' -type f -print) |
		while IFS= read -r file; do
			mkdir -p "$2/$(dirname "$file")"
			cp "$1/$file" "$2/$file"
		done
}

# find_floor DIR: the noise floor of the host, where vmadiff would find it
find_floor() {
	for up in .. ../.. ../../..; do
		if [ -f "$1/$up/aa.json" ]; then
			cp "$1/$up/aa.json" "$new/records/aa.json"
			return
		fi
	done
}

if [ $# -eq 2 ]; then
	session=
	find_floor "$1"
	# The name of a session is that of its folder, and tells blocks apart.
	base=$new/records/base/$(basename "$1")
	other=$new/records/new/$(basename "$2")
	copy_boots "$1" "$base"
	copy_boots "$2" "$other"
	set -- "$base" "$other"
elif ! is_series "$1" && has_boots "$1"; then
	session=$1
	find_floor "$1"
	copy_boots "$1" "$new/records/boots/$(basename "$1")"
	set -- "$new/records/boots/$(basename "$session")"
else
	session=$1
	set --
	if [ -f "$session/stages" ]; then
		cp "$session/stages" "$new/.stages"
	else
		stages_of "$session" >"$new/.stages"
	fi
	measured=
	while read -r stage image rest; do
		case $stage in
		'' | *[!a-z0-9_]*) fail 4 "$session/stages: '$stage' is no stage" ;;
		esac
		case $image in
		BUILD-FAILED | BOOT-FAILED | FAILED) ;;
		*)	if [ -f "$session/$stage.jsonl" ]; then
				image=$stage.jsonl
				cp "$session/$image" "$new/records/"
				measured="$measured $image"
			else
				image=BOOT-FAILED
				rest="${rest:+$rest: }no record, as of a session that was cut short"
			fi ;;
		esac
		# A report of the report is of the same stages.
		echo "$stage $image${rest:+ $rest}" >>"$new/records/stages"
		case $image in
		*.jsonl) set -- "$@" "$stage=$new/records/$image" ;;
		*)	set -- "$@" "$stage=$image${rest:+ $rest}" ;;
		esac
	done <"$new/.stages"
	rm "$new/.stages"
	case $measured in
	'')	fail 4 "$session: neither STAGE.jsonl nor boot-NN.jsonl in it" ;;
	' '*' '*) ;;
	*)	set -- "$new/records/${measured# }" ;;
	esac
	for seed in "$session"/seed-*; do
		[ -d "$seed" ] || continue
		case ${seed##*/seed-} in
		*[!0-9]*) fail 4 "$seed: is no number of a seed" ;;
		esac
		ls "$seed"/*.jsonl >/dev/null 2>&1 || {
			warn "$seed: no STAGE.jsonl in it, as of a session that was cut short"
			continue
		}
		mkdir "$new/records/${seed##*/}"
		cp "$seed"/*.jsonl "$new/records/${seed##*/}"
		# One record is compared with nothing.
		case $1 in
		*=*) set -- "$@" --seed "$new/records/${seed##*/}" ;;
		esac
	done
fi

# The native tier's boots of a series, and why stages have none.
if [ -n "$session" ] && [ -d "$session/native" ]; then
	mkdir "$new/records/native"
	for dir in "$session"/native/*/; do
		[ ! -d "$dir" ] || ! has_boots "$dir" ||
			copy_boots "$dir" "$new/records/native/$(basename "$dir")"
	done
	[ ! -f "$session/native/missing.txt" ] ||
		cp "$session/native/missing.txt" "$new/records/native"
	[ -n "$(ls "$new/records/native")" ] ||
		echo "the session was cut short before any kernel was booted" \
			>"$new/records/native/missing.txt"
	case ${1-} in
	*=*) set -- "$@" --times "$new/records/native" ;;
	esac
fi

# How far rows move by luck.
if [ -n "$session" ] && [ -f "$session/luck.json" ]; then
	cp "$session/luck.json" "$new/records"
	case ${1-} in
	*=*) set -- "$@" --luck "$new/records/luck.json" ;;
	esac
fi

# What the kernels were configured with, on top of allnoconfig.
if [ -n "$session" ] && [ -f "$session/guest.config" ]; then
	cp "$session/guest.config" "$new"
fi

take_pictures "$@"

set -- --output "$new" --style "${STYLE:-own}" --pictures "$new/plots" "$@"
if [ -x "$vmabench" ] && "$vmabench" list >"$new/.claims" 2>/dev/null; then
	set -- --claims "$new/.claims" "$@"
fi
[ -z "${URL:-}" ] || set -- --url "$URL" "$@"
[ ! -f "$new/records/aa.json" ] || set -- --aa "$new/records/aa.json" "$@"
status=0
"$vmadiff" report "$@" || status=$?
[ -s "$new/report.html" ] && [ -s "$new/reproduce.sh" ] || exit "$status"
# SHA256SUMS says it.
rm -f "$new/.claims" "$new/.vmabench.sums" "$new/plots/.vmabench.sums"
chmod -R u+w "$new"
chmod -R a+rX "$new"
write_sums "$new" ./
put_report
tame "Report: ${out#"$PWD"/}/report.html"
exit "$status"
