#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Disks that are full or read-only, for the record, for the files of guests and for what
# is printed: known before anything is measured, told by their names, and no failure of a
# kernel.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$PWD/${B:-build}
vmabench=$build/vmabench
vmadiff=$build/vmadiff
QUIET=1
export QUIET

# --- standard output

# full STATUS PROGRAM ARGUMENT...
full() {
	full_status=$1
	shift
	status=0
	"$@" >/dev/full 2>"$tmp/err" </dev/null || status=$?
	shift
	is "$* >/dev/full: exit $full_status" "$status" "$full_status"
	says '  and why' 'cannot write to standard output: No space left on device'
}

record=$tmp/record.jsonl
"$vmabench" bench -s 1 --batches 1 --dir "$tmp" -o "$record" nop >/dev/null 2>&1
for command in --help --version list 'list --set mm' where events 'bench --help' 'exact --help' \
		'kvm --help' 'native --help' 'repeat --help'; do
	# shellcheck disable=SC2086 # words
	full 1 "$vmabench" $command
done
full 1 "$vmabench" bench -s 1 --batches 1 --dir "$tmp" -o "$tmp/second.jsonl" nop
ok '  what was measured is there' "$vmadiff" check "$tmp/second.jsonl"
for command in --help --version 'compare --help' 'names METRIC' "check $record" "show $record" \
		"compare $record $tmp/second.jsonl" "export -f json $record" "letter $record" \
		"strip -o $tmp/bin $record"; do
	mkdir -p "$tmp/bin"
	# shellcheck disable=SC2086 # words
	full 4 "$vmadiff" $command
done
try "$vmabench" list
is 'elsewhere nothing is wrong: exit 0' "$status" 0
sh -c '"$1" list | head -n 1' sh "$vmabench" >"$tmp/out" 2>"$tmp/err"
is 'who has read enough hears nothing of it' "$(wc -l <"$tmp/err")" 0

# --- disks

disk=$tmp/disk
mkdir "$disk"
# on KIND COMMAND...: full, or read-only.
on() {
	kind=$1
	shift
	case $kind in
	full)	set -- size=1m 2m rw "$@" ;;
	ro)	set -- size=1m 1 ro "$@" ;;
	esac
	options=$1 filler=$2 mode=$3
	shift 3
	# shellcheck disable=SC2016 # the other shell's
	try unshare --mount --propagation private sh -c 'mount -t tmpfs -o "$1" none "$2" &&
		{ head -c "$3" /dev/zero >"$2/filler" 2>/dev/null || :; } &&
		if [ "$4" = ro ]; then mount -o remount,ro "$2"; fi && shift 4 && exec "$@"' \
		sh "$options" "$disk" "$filler" "$mode" "$@"
}

if ! unshare --mount --propagation private mount -t tmpfs none "$disk" 2>/dev/null; then
	skip_test 'a disk that is full, or read-only' 'none can be mounted here'
	finish
	exit
fi

for kind in 'full:No space left on device' 'ro:Read-only file system'; do
	why=${kind#*:}
	kind=${kind%%:*}
	on "$kind" timeout 30 "$vmabench" bench -s 300 --dir "$tmp" -o "$disk/new/x.jsonl" nop
	is "bench -o on a disk that is $kind: exit 1" "$status" 1
	says '  before anything is measured' 'vmabench: nothing is measured: '
	says '  and why' ": $why"
	on "$kind" timeout 30 "$vmabench" bench -s 300 --dir "$tmp" --results "$disk/new" nop
	is "bench --results on a disk that is $kind: exit 1" "$status" 1
	says '  before anything is measured' 'vmabench: nothing is measured: '
	says '  and why' ": $why"
	for tier in exact kvm native; do
		on "$kind" timeout 30 "$vmabench" $tier --stage stock --image "$tmp" \
			-o "$disk/new/x.jsonl" nop
		is "$tier on a disk that is $kind: exit 1" "$status" 1
		says '  and why' ": $why"
	done
	on "$kind" "$vmadiff" strip -o "$disk" "$record"
	is "vmadiff strip on a disk that is $kind: exit 4" "$status" 4
	says '  and why' ": $why"
	on "$kind" "$vmadiff" report -o "$disk/report" "$record"
	is "vmadiff report on a disk that is $kind: exit 4" "$status" 4
	says '  and why' ": $why"
done

# What guests are given; a QEMU that takes the plugin, and no kernel.
printf '%s\n' '#!/bin/sh' 'echo "vmabench-insns: API 1 of 1"' >"$tmp/qemu"
chmod 755 "$tmp/qemu"
for tier in "exact --qemu $tmp/qemu" "kvm --qemu $tmp/qemu" native; do
	# shellcheck disable=SC2086 # words
	on full env TMPDIR="$disk" "$vmabench" $tier --stage stock --image "$tmp" \
		-o "$tmp/x.jsonl" nop
	is "${tier%% *}, and TMPDIR is full: exit 1" "$status" 1
	says '  which is said' "vmabench: there is no room left in $disk"
	ok '  and nothing else' [ "$(wc -l <"$tmp/err")" -eq 1 ]
	ok '  no record' [ ! -e "$tmp/x.jsonl" ]
done

finish
