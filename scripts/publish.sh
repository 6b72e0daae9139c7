#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: publish.sh [SESSION | BASE NEW]
#
# The report of a session (report.sh) as one archive, RESULTS/reports/NAME.tar.xz:
# the same records give the same bytes.  publish.sh copies the session first, and
# takes out of the copy what is not known to name nobody: "vmadiff strip" lists
# the files, the fields, the values, the options of kernel command lines and the
# words that may stay.  Names that the suite does not have, as of an imported
# benchmark or of the session's folder, become "imported1" or "session1", and so
# does the archive.  The report and its pictures are made of that copy alone.
# publish.sh prints how many of what it took out, and keeps that in stripped.txt.
#
# LOOK=1 shows each thing that would be taken out, and where it is, and each text
# of yours that stays: titles, subjects of patches.  Nothing is written then.
#
# With BUNDLE=1 publish.sh writes a second archive beside it, NAME-bundle.tar.xz,
# for reviewers who want to check the counts themselves.  It holds the first and
# the last kernel of the session, the guest's program and disks, the QEMU plugin,
# the records, and boot.sh, which boots both kernels in the reviewer's QEMU and
# says whether every digit is the one that was published.  The session must have
# counts of the exact tier, the images of both kernels must still be in the cache,
# and vmabench must be linked statically.  publish.sh boots both kernels first,
# and writes no bundle where the digits are not the records'.
#
# Environment:
#   BUNDLE=1  write a bundle, too
#   TREE      of a session of a tree of one's own: that tree, and SERIES if that
#             was given, for the sources in the bundle
#   LOOK=1    show what would be taken out, and what stays
#   KEEP=1    take nothing out
#   ARCHIVE   the archive to write (RESULTS/reports/NAME.tar.xz), replaced if it
#             is one of a report; without ARCHIVE, "session1.tar.xz" only if that
#             is of the same records
#   QUIET=1   no progress
#   SOURCE_DATE_EPOCH  time of the files in it (0)
#   and what report.sh knows, but REPORT
#
# Exit status: that of report.sh; 1 when a name is still in there; 2 when
# publish.sh could write the archive, and no bundle.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/sums.sh
. "$root/scripts/sums.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
vmadiff=${VMADIFF:-$root/build/vmadiff}
results=${RESULTS:-$root/results}

no_options "$@"
[ $# -le 2 ] || usage
case ${BUNDLE:-0} in
0 | 1)	;;
*)	fail 2 "BUNDLE is 1 for a bundle, or nothing, and not '$BUNDLE'" ;;
esac
[ $# -gt 0 ] || set -- "$results/series/latest"
for dir; do
	[ -d "$dir" ] || fail 2 "$dir is not a folder"
done

[ "${LOOK:-}" != 1 ] || exec "$vmadiff" strip "$@"

# name_of SESSION...: sets what the report is called, and where the archive goes.
name_of() {
	name=$(basename "$(cd "$1" && pwd -P)")
	[ $# -eq 1 ] || name=$name-$(basename "$(cd "$2" && pwd -P)")
	archive=${ARCHIVE:-$results/reports/$name.tar.xz}
	bundle_archive=${archive%.tar.xz}-bundle.tar.xz
}

# is_archive FILE ENTRY: is it an archive of a folder that has ENTRY, and all of whose files
# are in the sums that are in it, and no others?
is_archive() (
	[ -f "$1" ] && [ ! -L "$1" ] || return 1
	files=$(tar -tJf "$1" 2>/dev/null | grep -v '/$' | LC_ALL=C sort) || return 1
	top=${files%%/*}
	sums=$(tar -xJOf "$1" "$top/SHA256SUMS" 2>/dev/null |
		sed "s|^[0-9a-f]*  \\(\\./\\)*||") || return 1
	case "
$sums
" in
	*"
$2
"*)	;;
	*)	return 1 ;;
	esac
	[ "$(printf '%s\n' "$sums" SHA256SUMS | while IFS= read -r file; do
		printf '%s\n' "$top/$file"
	done | LC_ALL=C sort)" = "$files" ]
)

# may_replace FILE ENTRY: exits where FILE is there, and is no archive of ours with ENTRY.
may_replace() {
	if [ ! -e "$1" ] && [ ! -L "$1" ]; then
		return
	fi
	is_archive "$1" "$2" ||
		fail 2 "$1 is there, and publish.sh did not write it: name another with ARCHIVE"
}

# put_archive FILE ENTRY: $work/archive to there, if nothing of another's has come meanwhile.
put_archive() {
	may_replace "$1" "$2"
	mv -T "$work/archive" "$1"
}

# may_replace_all: likewise of all that is written.
may_replace_all() {
	may_replace "$archive" report.html
	[ "${BUNDLE:-0}" != 1 ] || may_replace "$bundle_archive" bundle.txt
}

# records_of: of the sums on standard input those of records.
records_of() {
	sed -n 's,  \(\./\)*records/,  records/,p'
}

# is_other: was the archive that is there made of other records?  Many sessions get
# the same name where theirs is not known.
is_other() {
	[ -z "${ARCHIVE:-}" ] && [ "$name" != "$own_name" ] && [ -f "$archive" ] || return 1
	[ "$(tar -xJOf "$archive" "$name/SHA256SUMS" | records_of)" != \
		"$(records_of <"$work/out/$name/SHA256SUMS")" ]
}

name_of "$@"
own_name=$name
[ -z "${ARCHIVE:-}" ] || may_replace_all
make_trusted ARCHIVE "$(dirname "$archive")"
work=
take_scratch 1 "$(dirname "$archive")" publish
work=$scratch
trap 'end_child; rm -rf "$work"' EXIT
exit_on_signals
# shellcheck source=scripts/publish/bundle.sh
[ "${BUNDLE:-}" != 1 ] || . "$root/scripts/publish/bundle.sh"
# shellcheck source=scripts/publish/flames.sh
. "$root/scripts/publish/flames.sh"

# floor_of SESSION: the noise floor of its host, where report.sh would find it.
floor_of() {
	for up in .. ../..; do
		[ ! -f "$1/$up/aa.json" ] || {
			printf '%s\n' "$1/$up/aa.json"
			return
		}
	done
}

if [ "${KEEP:-}" = 1 ]; then
	echo "kept: names, serial numbers and addresses, as KEEP=1 says" \
		>"$work/stripped.txt"
else
	mkdir "$work/in"
	floor=$(floor_of "$1")
	"$vmadiff" strip -o "$work/in" "$@" ${floor:+"$floor"} >"$work/stripped.txt"
	draw_flames "$1" "$work"/in/1/*
	# The copies have names that nobody gave them.
	set -- "$work"/in/*/*
	command -v "${GNUPLOT:-gnuplot}" >/dev/null ||
		warn "there is no gnuplot: the report has no pictures, as those of the session were" \
			"drawn of more than is published"
fi

name_of "$@"
may_replace_all
status=0
REPORT=$work/out/$name "$root/scripts/report.sh" "$@" >"$work/said" || status=$?
[ -d "$work/out/$name" ] || exit "$status"
cp "$work/stripped.txt" "$work/out/$name/"

# names_in FOLDER: a net below: ends the script where it has, in a program even, what this
# machine and its user are called, or where the files are.
names_in() {
	[ "${KEEP:-}" != 1 ] || return 0
	machine=$(cat /etc/machine-id 2>/dev/null) || machine=
	for word in "$(uname -n)" "$(id -un)@" "/$(id -un)/" "${HOME:-}" "$machine" "$work"; do
		case $word in
		localhost* | root@ | / | /root | /root/ | ? | ?? | ???) continue ;;
		esac
		found=0
		LC_ALL=C grep -ralwF -e "$word" "$1" >"$work/found" || found=$?
		[ "$found" -le 1 ] || die "grep has not looked at all of the report"
		if [ "$found" -eq 0 ]; then
			warn "a name of this machine or its user is still in:"
			replace "${1%/*}/" '  ' <"$work/found" >&2
			exit 1
		fi
	done
}

names_in "$work/out/$name"
write_sums "$work/out/$name" ''
! is_other || fail 2 "$archive is there, and is of other records: name another with ARCHIVE"
write_archive "$work/out" "$name" "$work/archive" -6
put_archive "$archive" report.html
cat "$work/stripped.txt"
tame "Archive: ${archive#"$PWD"/}"
[ "${BUNDLE:-}" != 1 ] || write_bundle "$work/out/$name/records"
exit "$status"
