#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# When a record of the cache stands for a measurement: only where all that it
# depends on is the same.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

# A vmabench, an image and QEMUs that only pretend.
mkdir "$tmp/b" "$tmp/image" "$tmp/bin"
echo code >"$tmp/image/vmlinux"
echo late >"$tmp/image/retry"
: >"$tmp/b/vmabench-insns-1.so"
: >"$tmp/b/vmabench-symbols"
cat >"$tmp/b/vmabench" <<'EOT'
#!/bin/sh
case " $* " in
*" --needs-module "* | *" --needs-tree "*) exit 1 ;;
*" --kept "*) echo kept ;;
*)	echo measured ;;
esac
while [ "$1" != -o ]; do
	shift
done
echo record >"$2"
EOT
for qemu in qemu-system-x86_64 other; do
	cat >"$tmp/bin/$qemu" <<EOT
#!/bin/sh
[ "\$1" != --version ] || cat "$tmp/$qemu.version"
EOT
	echo "QEMU of $qemu, 1.0" >"$tmp/$qemu.version"
done
chmod +x "$tmp/b/vmabench" "$tmp"/bin/*

measures() {
	rm -f "$tmp/record"
	try env PATH="$tmp/bin:$PATH" B="$tmp/b" VMABENCH_CACHE="$tmp/cache" \
		scripts/exact.sh "a=$tmp/image" "$tmp/record" "$@"
}

measures nop
is 'the first time it is measured' "$(cat "$tmp/out")" measured
measures nop
is 'the second time it is taken from the cache' "$(cat "$tmp/out")" kept
measures nop anon_append
is 'other scenarios are measured' "$(cat "$tmp/out")" measured
echo 'QEMU 1.1' >"$tmp/qemu-system-x86_64.version"
measures nop
is 'so they are with another QEMU' "$(cat "$tmp/out")" measured

for by in ' ' =; do
	echo 'QEMU 5.0' >"$tmp/other.version"
	# shellcheck disable=SC2086 # one or two words
	measures --qemu$by"$tmp/bin/other" nop
	is "--qemu$by: measured" "$(cat "$tmp/out")" measured
	# shellcheck disable=SC2086
	measures --qemu$by"$tmp/bin/other" nop
	is "--qemu$by: kept" "$(cat "$tmp/out")" kept
	echo 'QEMU 5.1' >"$tmp/other.version"
	# shellcheck disable=SC2086
	measures --qemu$by"$tmp/bin/other" nop
	is "--qemu$by: measured when that one is another" "$(cat "$tmp/out")" measured
done
echo one >"$tmp/plugin.so"
measures --plugin "$tmp/plugin.so" nop
is '--plugin: measured' "$(cat "$tmp/out")" measured
echo two >"$tmp/plugin.so"
measures --plugin "$tmp/plugin.so" nop
is '--plugin: measured when that one is another' "$(cat "$tmp/out")" measured

# What is there is not replaced, and nothing is made ready for it.
echo mine >"$tmp/record"
try env PATH="$tmp/bin:$PATH" B="$tmp/b" VMABENCH_CACHE="$tmp/cache" \
	scripts/exact.sh "a=$tmp/image" "$tmp/record" nop
is 'a record that is there: exit 1' "$status" 1
says '  and why' "$tmp/record is there already, and is not replaced"
is '  it is what it was' "$(cat "$tmp/record")" mine

finish
