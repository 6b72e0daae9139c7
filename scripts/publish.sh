#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: publish.sh [SESSION | BASE NEW]
#
# The report of a session (report.sh) as one archive, RESULTS/reports/NAME.tar.xz:
# the same records give the same bytes.  Names of hosts and users, serial numbers
# and addresses are taken out of the records before anything is made of them, and
# what was taken out is printed and kept in stripped.txt, by kind.
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
#   KEEP=1    take nothing out
#   ARCHIVE   the archive to write (RESULTS/reports/SESSION.tar.xz)
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

name=$(basename "$(cd "$1" && pwd -P)")
[ $# -eq 1 ] || name=$name-$(basename "$(cd "$2" && pwd -P)")
archive=${ARCHIVE:-$results/reports/$name.tar.xz}
bundle_archive=${archive%.tar.xz}-bundle.tar.xz
mkdir -p "$(dirname "$archive")"
work=$(mktemp -d "$(dirname "$archive")/.publish-XXXXXX")
trap 'end_child; rm -rf "$work"' EXIT
exit_on_signals
# shellcheck source=scripts/publish/bundle.sh
[ "${BUNDLE:-}" != 1 ] || . "$root/scripts/publish/bundle.sh"

# strip_session FROM TO: the same folder, its records stripped folder by folder.
strip_session() {
	mkdir -p "$2"
	(cd "$1" && find . -name '*.jsonl' -type f -exec dirname {} \; | sort -u) \
			>"$work/folders"
	while IFS= read -r folder; do
		mkdir -p "$2/$folder"
		"$vmadiff" strip -o "$2/$folder" "$1/$folder"/*.jsonl \
			>>"$work/said"
	done <"$work/folders"
	for up in .. ../..; do
		[ ! -f "$1/$up/aa.json" ] || cp "$1/$up/aa.json" "$2/../"
	done
	# Of the kernel and the guest it has what their records have.
	[ ! -f "$1/luck.json" ] || cp "$1/luck.json" "$2"
	# An error of a compiler begins with a path of this machine.
	for text in stages native/missing.txt; do
		[ ! -f "$1/$text" ] || {
			mkdir -p "$2/$(dirname "$text")"
			sed 's,/[^ ]*/\([^ /]*\),\1,g' "$1/$text" >"$2/$text"
		}
	done
	if [ -d "$1/plots" ]; then
		cp -R "$1/plots" "$2/plots"
	fi
}

: >"$work/said"
if [ "${KEEP:-}" = 1 ]; then
	echo "kept: names, serial numbers and addresses, as KEEP=1 says" \
		>"$work/stripped.txt"
else
	n=0
	for dir; do
		shift
		n=$((n + 1))
		mkdir -p "$work/in$n"
		strip_session "$dir" "$work/in$n/$name"
		set -- "$@" "$work/in$n/$name"
	done
	awk -F ', ' '
		/nothing/ { next }
		{ split($2, n, " "); sum[$1] += n[1] }
		END {
			for (kind in sum) {
				print kind ", " sum[kind] " times"
				any = 1
			}
			if (!any)
				print "stripped: nothing, there was nothing of the kind"
		}' "$work/said" | LC_ALL=C sort >"$work/stripped.txt"
fi

status=0
REPORT=$work/out/$name "$root/scripts/report.sh" "$@" >"$work/said" || status=$?
[ -d "$work/out/$name" ] || exit "$status"
cp "$work/stripped.txt" "$work/out/$name/"

# names_in FOLDER: a net below: ends the script where it has, in a program even, what this
# machine and its user are called.
names_in() {
	[ "${KEEP:-}" != 1 ] || return 0
	for word in "$(uname -n)" "$(id -un)@" "${HOME:-}"; do
		case $word in
		localhost* | root@ | / | /root | ? | ?? | ???) continue ;;
		esac
		if LC_ALL=C grep -ralwF -e "$word" "$1" >"$work/found"; then
			warn "a name of this machine or its user is still in:"
			sed "s,^${1%/*}/,  ," "$work/found" >&2
			exit 1
		fi
	done
}

# sum_up FOLDER: writes its SHA256SUMS.
sum_up() (
	cd "$1"
	sums=$(find . -type f ! -name SHA256SUMS | LC_ALL=C sort | sed 's,^[.]/,,' |
		xargs -d '\n' sha256sum)
	echo "$sums" >SHA256SUMS
)

# archive_of FOLDER NAME: NAME in there, as a tar that is the same for the same files.
archive_of() {
	tar --sort=name --format=ustar --mtime="@${SOURCE_DATE_EPOCH:-0}" \
		--owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w,a+X \
		-C "$1" -cf - "$2"
}

names_in "$work/out/$name"
sum_up "$work/out/$name"
archive_of "$work/out" "$name" | xz -T1 -6 >"$work/archive"
mv "$work/archive" "$archive"
cat "$work/stripped.txt"
echo "Archive: ${archive#"$PWD"/}"
[ "${BUNDLE:-}" != 1 ] || write_bundle "$work/out/$name/records"
exit "$status"
