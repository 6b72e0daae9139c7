#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The driver as a module (bench/kmod), in a guest that is emulated: rows of system calls,
# of the same inside of the kernel, and of the difference. Times of a guest like that
# mean nothing. Whatever the kernel warns of ends it.
#
#   STAGE   the kernel to boot (deferred); built if it is not in the cache
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

stage=${STAGE:-deferred}
vmabench=${B:-build}/vmabench
need_kernels "$stage"
image=$(scripts/kernel.sh path "$stage")
module=$(scripts/kernel.sh module "$stage")

cat >"$tmp/qemu" <<'EOT'
#!/bin/sh
for arg; do
	shift
	case $arg in
	*rdinit=*) arg="oops=panic panic_on_warn=1 $arg" ;;
	esac
	set -- "$@" "$arg"
done
exec qemu-system-x86_64 "$@"
EOT
chmod +x "$tmp/qemu"

# boot RECORD ARGUMENT...
boot() {
	record=$1
	shift
	try env VMABENCH_KVM_ACCEL=tcg "$vmabench" kvm --qemu "$tmp/qemu" --stage "$stage" \
		--image "$image" --retry "$(scripts/kernel.sh retry "$stage")" \
		-o "$tmp/$record" "$@"
}

boot with --module "$module" --driver "${module%/*}/vmabench_native.ko" --seconds 16 \
	memfd_append hook_mmap_append secretmem_fail_free memfd_mprotect_split
is 'a guest with the module: exit 0' "$status" 0
grep -o '"type":"failure".*' "$tmp/with" | sed 's/^/# /'
ok 'its record is whole' "${B:-build}/vmadiff" check "$tmp/with"
ok 'the header says that it was there' grep -q '"body": *"measured"' "$tmp/with"
for row in 'memfd_append mmap' 'memfd_append munmap' 'hook_mmap_append mmap' \
		'hook_mmap_append munmap' 'secretmem_fail_free mmap'; do
	for metric in latency_call latency_body entry_exit; do
		# shellcheck disable=SC2086 # scenario and operation
		batches "$tmp/with" $row $metric | tr , '\n' >"$tmp/$metric"
	done
	is "$row: batches of all three" "$(cat "$tmp/latency_call" "$tmp/latency_body" \
		"$tmp/entry_exit" | grep -c '^-\{0,1\}[0-9]')" 300
	is "$row: the third is the difference, batch by batch" \
		"$(paste "$tmp/latency_call" "$tmp/latency_body" "$tmp/entry_exit" |
			awk '$1 - $2 == $3' | wc -l)" 100
	is "$row: all of them take time" \
		"$(cat "$tmp/latency_call" "$tmp/latency_body" | awk '$1 > 0' | wc -l)" 200
done
is 'what a module cannot call is skipped, with the reason' \
	"$(grep -c '"type":"skip","scenario":"memfd_mprotect_split".*latency_body unavailable: no module' \
		"$tmp/with")" 1
ok 'and its other rows are there' grep -q '"memfd_mprotect_split".*"latency"' "$tmp/with"
ok 'shapes are those of system calls' \
	sh -c "! grep '\"shape\"' '$tmp/with' | grep -q '\"expected\"'"
"${B:-build}/vmadiff" show --width 100 "$tmp/with" >"$tmp/shown"
ok 'the table has them, with an interval' grep -Eq \
	'^memfd_append mmap +[0-9.]+ +[0-9.]+ +[0-9.-]+ +\[[-0-9.]+, [-0-9.]+\] +merged' "$tmp/shown"

boot without --module "$module" --seconds 1 memfd_append
is 'without it: exit 0' "$status" 0
ok 'the header says why there are none' \
	grep -q '"body": *"there is no /dev/vmabench_native' "$tmp/without"
ok 'and nothing else is said of it' sh -c \
	"! grep -v '\"header\"' '$tmp/without' | grep -Eq 'latency_(call|body)|entry_exit'"

finish
