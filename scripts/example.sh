#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: example.sh [SESSION]
#
# Makes results/example anew, and all that README and the manuals quote of it:
# the page, the letter and the pictures of SESSION (results/series/latest),
# which is one of make series with the default stages, and the records that
# quoted.sh reads.  It ends with what it could not write anew: figures in
# sentences.
#
#   session.tar.xz    SESSION without single calls of the native tier ("hist"),
#                     which are most of it
#   merging.tar.xz    the scenarios that lose merging, of all stages, without
#                     functions; measured here
#   seeds.tar.xz      a few scenarios with three seeds, likewise
#   metal.jsonl.xz    METAL, a record of make bench, without names, addresses
#                     and the kernel's command line
#   sizes.txt         what a stage takes of the cache
#   STAGE.key         what the record of a stage was made of (regress.sh --key)
#
# Environment:
#   METAL     record of make bench (the one that is kept already)
#   B         where make has built (build)
#
# Exit status: 0 done, 1 failed, or sentences have to be written anew, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
no_options "$@"
[ $# -le 1 ] || usage
cd "$root"
example=results/example
session=${1:-results/series/latest}
if [ ! -f "$session/stages" ] || [ ! -d "$session/native" ]; then
	fail 2 "$session is no session of make series in which all was counted and timed"
fi
[ -z "${METAL:-}" ] || [ -f "$METAL" ] || fail 2 "METAL: there is no record $METAL"

new=$(mktemp -d results/.example-XXXXXX)
trap 'rm -rf "$new"' EXIT
exit_on_signals

# pack FOLDER NAME: the same archive of the same records.
pack() {
	find "$1" -type f -exec chmod 644 {} +
	tar -c --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 --mode=go=rX,u+rw \
		-C "$1" . | xz -9e >"$new/$2.tar.xz"
}

# session_copy: what is kept of $session, in $new/session.
session_copy() {
	mkdir "$new/session"
	cp "$session/stages" "$session"/*.jsonl "$session"/guest.config "$new/session"
	for boot in "$session"/native/*/boot-*.jsonl; do
		to=$new/session/native/$(basename "$(dirname "$boot")")
		mkdir -p "$to"
		sed 's/,"hist":\[\(\[[^]]*\],\{0,1\}\)*\]//' "$boot" >"$to/$(basename "$boot")"
	done
}

# without_functions RECORD
without_functions() {
	awk '/"type":"(functions|stacks|symbols)"/ { next }
		/"type":"trailer"/ { printf "{\"type\":\"trailer\",\"lines\":%d}\n", n; next }
		{ n++; print }' "$1"
}

# measured NAME STAGE...: the stages are counted, with what the environment says.
measured() {
	name=$1
	shift
	TIER=exact RESULTS=$new/$name.results scripts/series.sh "$@" >"$new/out" ||
		[ $? -eq 3 ] || die "$name could not be measured"
	(cd "$new/$name.results/series/latest/" && find . -name '*.jsonl') |
		while read -r file; do
			mkdir -p "$new/$name/$(dirname "$file")"
			without_functions "$new/$name.results/series/latest/$file" >"$new/$name/$file"
		done
	pack "$new/$name" "$name"
}

# metal_copy: what is kept of $METAL.
metal_copy() {
	mkdir "$new/metal"
	"${B:-build}/vmadiff" strip -o "$new/metal" "$METAL" >"$new/out"
	sed '1s/"cmdline":"[^"]*"/"cmdline":null/' "$new/metal"/*.jsonl |
		xz -9ec >"$new/metal.jsonl.xz"
}

session_copy
pack "$new/session" session
SET=extended SCENARIOS="devdax_append erofs_dax_append ext4_dax_append memfd_append
	orangefs_append secretmem_append usb_stream_read_append xfs_dax_append" \
	measured merging all
SEEDS="2 3" SCENARIOS="anon_append memfd_append secretmem_append secretmem_fill" \
	measured seeds deferred noretry
[ -z "${METAL:-}" ] || metal_copy
while read -r stage record _; do
	scripts/regress.sh --key "$stage" "$session/$record" >"$new/$stage.key"
done <"$session/stages"

# sizes: what the last stage, which is the one in $stage, takes of the cache.
sizes() {
	image=$(scripts/kernel.sh path "$stage")
	program=$(scripts/kernel.sh um path "$stage")
	echo "kernel tree                   $(du -sm "$(scripts/kernel.sh cache)/work" | cut -f 1) MB"
	echo "image                         $(du -sm "$image" | cut -f 1) MB"
	echo "program of the native tier    $(du -sm "$program" | cut -f 1) MB"
	echo "each layout of it             $layout_mib MB"
	echo "record                        $(du -m "$session/$stage.jsonl" | cut -f 1) MB"
}
stage=$(tail -n 1 "$session/stages" | cut -d ' ' -f 1)
sizes >"$new/sizes.txt"

REPORT=$new/report scripts/report.sh "$session" >"$new/out" || [ $? -eq 3 ] ||
	die "there is no report of $session"
cp "$new/report/report.html" "$new/report/cover-letter.txt" "$new"
for picture in effects times layouts vmas waterfall-secretmem_append-mmap; do
	cp "$new/report/plots/$picture.png" "$new"
done

for file in "$new"/*; do
	case $file in
	*/out) ;;
	*)	[ -d "$file" ] || install -m 644 "$file" "$example" ;;
	esac
done
tame "Example: $example"
scripts/quoted.sh --renew
