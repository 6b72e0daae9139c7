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
# Environment:
#   KEEP=1    take nothing out
#   ARCHIVE   the archive to write (RESULTS/reports/SESSION.tar.xz)
#   SOURCE_DATE_EPOCH  time of the files in it (0)
#   and what report.sh knows, but REPORT
#
# Exit status: that of report.sh; 1 when a name is still in there.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
vmadiff=${VMADIFF:-$root/build/vmadiff}
results=${RESULTS:-$root/results}

no_options "$@"
[ $# -le 2 ] || usage
[ $# -gt 0 ] || set -- "$results/series/latest"
for dir; do
	[ -d "$dir" ] || fail 2 "$dir is not a folder"
done

name=$(basename "$(cd "$1" && pwd -P)")
[ $# -eq 1 ] || name=$name-$(basename "$(cd "$2" && pwd -P)")
archive=${ARCHIVE:-$results/reports/$name.tar.xz}
mkdir -p "$(dirname "$archive")"
work=$(mktemp -d "$(dirname "$archive")/.publish-XXXXXX")
trap 'rm -rf "$work"' EXIT
exit_on_signals

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

# A net below: what this machine and its user are called is not in there.
if [ "${KEEP:-}" != 1 ]; then
	for word in "$(uname -n)" "$(id -un)@" "${HOME:-}"; do
		case $word in
		localhost* | root@ | / | /root | ? | ?? | ???) continue ;;
		esac
		if grep -rIlwF -e "$word" "$work/out/$name" >"$work/found"; then
			warn "a name of this machine or its user is still in:"
			sed "s,^$work/out/,  ," "$work/found" >&2
			exit 1
		fi
	done
fi
(
	cd "$work/out/$name"
	sums=$(find . -type f ! -name SHA256SUMS | LC_ALL=C sort |
		xargs -d '\n' sha256sum)
	echo "$sums" >SHA256SUMS
)
tar --sort=name --format=ustar --mtime="@${SOURCE_DATE_EPOCH:-0}" \
	--owner=0 --group=0 --numeric-owner --mode=u+rw,go+r,go-w,a+X \
	-C "$work/out" -cf - "$name" | xz -T1 -6 >"$work/archive"
mv "$work/archive" "$archive"
cat "$work/stripped.txt"
echo "Archive: ${archive#"$PWD"/}"
exit "$status"
