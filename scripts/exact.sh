#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: exact.sh STAGE[=DIRECTORY] RECORD [OPTION or SCENARIO...]
#        exact.sh --probe    only see whether QEMU takes the plugin, in a tenth
#                            of a second: before a kernel is built for minutes
#        exact.sh --key STAGE[=DIRECTORY] [OPTION or SCENARIO...]
#                            print what its records depend on
#
# Measures one stage in the exact tier: with its image, what is known of its
# retries, and where a chosen scenario needs it, its hook module.  The image must
# have been built; that of a tree of one's own is in a DIRECTORY, and does without
# the module where that does not build.  What follows the name of the record goes
# to vmabench exact as it is.
#
# The exact tier repeats to the digit, so a record is kept in CACHE/records by
# all that it depends on: image, module, programs, QEMU and its firmware, what
# makes the guest's disks, options and scenarios.  What was measured once is not
# measured again, whatever it is called this time; one with failures is not kept.
#
# Where scenarios are measured over layouts of the maple tree, the kernel is
# given a module that looks into it; where that does not build there are no
# layouts, and the record says so.
#
# Environment:
#   LAYOUTS       scenarios to measure over layouts, 0 for none (those of the
#                 chosen ones that are meant for it)
#   ONCE=1        run nothing twice, to see whether it is the same
#   REMEASURE=1   measure in any case
#   QUIET=1       no progress
#   ABOUT         file that says what the series is about, see
#                 kernel-patches/README.md (that of KERNEL_PATCHES; none for a
#                 tree of one's own)
#
# Exit status: that of vmabench exact.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/progress.sh
. "$root/scripts/progress.sh"
vmabench=${B:-$root/build}/vmabench
kernel=$root/scripts/kernel.sh
[ "${1-}" != --probe ] || exec "$vmabench" exact --probe >/dev/null
only_key=
[ "${1-}" != --key ] || {
	only_key=1
	[ $# -ge 2 ] || usage
	stage=$2
	shift 2
	set -- "$stage" /dev/null "$@"
}
only_suite=
[ "${1-}" != --suite ] || {
	only_suite=1
	shift
	set -- none /dev/null "$@"
}
[ $# -ge 2 ] || usage
stage=$1
record=$2
shift 2
[ -n "$only_key$only_suite" ] || [ ! -e "$record" ] || die "$record is there already, and is not replaced:" \
	"remove it, or name another file"
image=
module=
tree=
retry=
about=
# find_kernel OPTION or SCENARIO...: the image, and what is made for it.
find_kernel() {
	image=$("$kernel" path "${stage#*=}") || exit $?
	if "$vmabench" exact --needs-module "$@" >/dev/null; then
		module=$("$kernel" module "${stage#*=}") ||
			[ "$stage" != "${stage#*=}" ] || exit 1
	fi
	if "$vmabench" exact --needs-tree "$@" >/dev/null; then
		tree=$("$kernel" module "${stage#*=}" tree) || tree=
	fi
	retry=$("$kernel" retry "${stage#*=}") || exit $?
	about=${ABOUT:-}
	[ -n "$about" ] || [ "$stage" != "${stage#*=}" ] || about=$("$kernel" about) || exit $?
}
set -- "$@" ${LAYOUTS:+--layouts "$LAYOUTS"}
[ "${ONCE:-0}" != 1 ] || set -- "$@" --once
[ -n "$only_suite" ] || find_kernel "$@"

take_scratch 1
tmp=$scratch
trap 'end_child; end_progress; rm -rf "$tmp"' EXIT
exit_on_signals

# Without what names the revision of the suite: that is said, and does nothing.
program() {
	objcopy -O binary --remove-section=.revision \
		--remove-section=.note.gnu.build-id "$vmabench" \
		"$tmp/program" 2>/dev/null || cp "$vmabench" "$tmp/program"
	sha256sum <"$tmp/program"
	libraries | xargs -r -d '\n' sha256sum | cut -c 1-64
}

# libraries: what else the guest is given, if the program is not static.
libraries() {
	ldd "$vmabench" 2>/dev/null | sed -n 's,.*[[:space:]]\(/.*\) (0x.*,\1,p'
}

# options: those that say what is measured, one a line.
options() {
	while [ $# -gt 0 ]; do
		case $1 in
		-j | --commit | --reason) shift ;;
		*) echo "$1" ;;
		esac
		shift
	done
}

# last OPTION DEFAULT ARGUMENT...: what the last OPTION of the arguments says.
last() {
	option=$1
	said=$2
	shift 2
	while [ $# -gt 0 ]; do
		case $1 in
		"$option") said=${2-} ;;
		"$option"=*) said=${1#*=} ;;
		esac
		shift
	done
	echo "$said"
}

# What QEMU has in memory before the kernel, and is a package of its own.
firmware() {
	"$qemu" -L help | while read -r dir; do
		cat "$dir/bios-256k.bin" "$dir/pvh.bin" 2>/dev/null || :
	done | sha256sum
}

key() {
	sha256sum <"$image/vmlinux"
	[ -z "$module" ] || sha256sum <"$module"
	[ -z "$tree" ] || sha256sum <"$tree"
	program
	instruments "$@"
	"$qemu" --version | head -n 1
	firmware
	for tool in $filesystems; do
		echo "$tool $("$tool" -V 2>&1 | head -n 1)"
	done
	echo "retry $retry"
	options "$@"
}

filesystems='mkfs.ext4 mkfs.xfs mkfs.erofs'
qemu=$(last --qemu qemu-system-x86_64 "$@")

# instruments OPTION...: the plugin and what reads symbols.
instruments() {
	cat "${vmabench%/*}"/vmabench-insns-*.so "${vmabench%/*}/vmabench-symbols" |
		sha256sum
	plugin=$(last --plugin "" "$@")
	[ ! -f "$plugin" ] || sha256sum <"$plugin"
}

# suite OPTION or SCENARIO...: on a line each, what it is and which.
suite() {
	echo "program $(program | sha256sum | cut -c 1-16)"
	echo "instruments $(instruments "$@" | sha256sum | cut -c 1-16)"
	echo "qemu $("$qemu" --version | head -n 1)"
	echo "firmware $(firmware | cut -c 1-16)"
	for tool in $filesystems; do
		echo "$tool $("$tool" -V 2>&1 | head -n 1)"
	done
	echo "options $(options "$@" | paste -s -d ' ')"
}

[ -z "$only_suite" ] || {
	suite "$@"
	exit
}
records=$("$kernel" cache)/records
key "$@" >"$tmp/key"
[ -z "$only_key" ] || {
	cat "$tmp/key"
	exit
}
kept=$records/$(sha256sum <"$tmp/key" | cut -c 1-32).jsonl
if [ -f "$kept" ] && [ "${REMEASURE:-0}" != 1 ]; then
	# The cache may be somebody else's, or read-only.
	touch "$kept" 2>/dev/null || :
	[ -z "${PROGRESS:-}" ] || echo 0 0 >"$PROGRESS/${stage%%=*}"
	! "$vmabench" exact --stage "${stage%%=*}" --image "$image" \
		--retry "$retry" ${about:+--about "$about"} \
		${PROGRESS:+--progress "$PROGRESS/${stage%%=*}"} \
		-o "$record" --kept "$kept" "$@" || exit 0
	warn "measuring ${stage%%=*} anew"
fi
begin_progress "exact tier" 1
[ -z "${PROGRESS:-}" ] || echo 0 0 boots >"$PROGRESS/${stage%%=*}"
in_child "$vmabench" exact --stage "${stage%%=*}" --image "$image" \
	${module:+--module "$module"} ${tree:+--tree-module "$tree"} \
	--retry "$retry" \
	${PROGRESS:+--progress "$PROGRESS/${stage%%=*}"} \
	${about:+--about "$about"} -o "$record" "$@" || exit $?
# keep: for the next time.
keep() {
	mkdir -p "$records" &&
	new=$(mktemp "$records/.new-XXXXXX") &&
	cp "$record" "$new" &&
	chmod 0444 "$new" &&
	mv -f "$new" "$kept" && new=
}
new=
keep || {
	[ -z "$new" ] || rm -f "$new"
	warn "$record is not kept for the next time: cannot write to $records"
	exit 0
}
# Nobody has asked for those in half a year.
find "$records" -name '*.jsonl' -mtime +180 -delete 2>/dev/null || :
