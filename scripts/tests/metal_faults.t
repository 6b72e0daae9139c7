#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh on a machine that is made up, to which things happen; kexec; undo.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/metal_machine.sh

# Kernels that go down

fresh down 2
metal run --yes --boot grub
echo down >"$m/faults/1"
machine_goes_on 3
ok 'a boot that goes down leaves no record' [ "$(nr "done")" -eq 1 ]
touch "$m/going"
machine_goes_on
is 'it is failed once' "$(nr failed)" 1
ok 'with the reason' grep -q 'went down while it was measured' \
	"$RESULTS/metal/down/state"
metal status
ok 'that status tells' grep -q '(failed: the machine went down while' "$tmp/out"
is 'and done at the second try' "$(nr "done")" 4

fresh early
metal run --yes --boot grub
touch "$m/panics"
machine_goes_on 1
ok 'a kernel that does not come up: the safe one does' \
	grep -q 'failed 0 1 .* the safe kernel came up' "$RESULTS/metal/early/state"
touch "$m/panics"
machine_goes_on
is 'it gets two attempts' "$(state failed | cut -d ' ' -f 3 | sort | uniq -c |
	awk '{ print $1, $2 }')" '2 0'
is 'the rest goes on' "$(nr "done")" 1
is 'the status says that something is missing' "$status" 3

fresh broken
metal run --yes --boot grub
echo broken >"$m/faults/0"
machine_goes_on
ok 'what vmabench says is in the state' grep -q \
	'failed 0 1 .*status 1, vmabench: no memory' "$RESULTS/metal/broken/state"
is 'all boots are done' "$(nr "done")" 2

# The wrong kernel: the version is right, the build id is not.
fresh wrong 2
metal run --yes --boot grub
machine_goes_on 3
cp "$m/sys/kernel/notes" "$tmp/notes"
touch "$m/run/hold"
dir=$RESULTS/metal/wrong
sed -i 's/ learned - 0 \(.*\) \([AB]\) [0-9a-f]* \.$/ learned - 0 \1 \2 00 ./' "$dir/state"
machine_goes_on
ok 'is told by the build id' grep -q 'another kernel came up: [AB], build id .* instead of 00' \
	"$dir/state"

# Entries and disks

fresh vanished
metal run --yes --boot grub
cp "$m/boot/grub/custom.cfg" "$tmp/custom"
sed -i 's/vmabench-[AB] {/gone {/' "$m/boot/grub/custom.cfg"
cp "$tmp/custom" "$tmp/custom.once"
# The first boot is chosen already; the next one finds out.
come_up A 'root=/dev/x quiet vmabench.metal=vanished'
unit_starts
ok 'a boot entry that vanished stops the session' grep -q \
	'stopped .*the boot entry of . vanished from grub' "$RESULTS/metal/vanished/state"
ok 'what was done is kept' [ "$(nr stopped)" -eq 1 ]
come_up safe 'BOOT_IMAGE=/boot/vmlinuz-safe root=/dev/x quiet'
metal resume --yes --boot grub
machine_goes_on
is 'resume makes it again' "$(nr "done")" 2

fresh image
metal run --yes --boot grub
mv "$m/boot/vmlinuz-B" "$tmp/B"
machine_goes_on
ok 'an image that vanished, too' grep -q 'B: /boot/vmlinuz-B vanished' \
	"$RESULTS/metal/image/state"
metal resume --yes --boot grub
says 'and resume says what there is' '/boot/vmlinuz-B is gone; installed are: A safe'
mv "$tmp/B" "$m/boot/vmlinuz-B"

fresh full
mkdir -p "$RESULTS/metal/full/A" "$RESULTS/metal/full/B"
metal run --yes --boot grub
echo full >"$m/faults/0"
machine_goes_on 1
is 'a record that cannot be kept ends the session' "$status" 1
says 'with where it is' 'the record of boot 0 is in '
says 'and what to do' 'metal.sh resume'
rm -f "$RESULTS"/metal/full/?/boot-00.jsonl.new
come_up safe 'BOOT_IMAGE=/boot/vmlinuz-safe root=/dev/x quiet'
rm -f "$m/enabled" "$m/etc/systemd/system/vmabench-metal.service"
metal resume --yes --boot grub
ok 'resume brings it home' grep -q 'done 0 1 .* brought from' \
	"$RESULTS/metal/full/state"
machine_goes_on
is 'and it is not measured twice' \
	"$(state "done" | cut -d ' ' -f 3 | sort | paste -s -d ' ')" '0 1'

# The clock, a torn line

fresh clock
metal run --yes --boot grub
sed -i 's/^20../2999/' "$RESULTS/metal/clock/state"
printf '2026-01-01T00:00:00Z done 0 1 to' >>"$RESULTS/metal/clock/state"
machine_goes_on
is 'a clock that jumped is noted, a torn line is not believed' \
	"$(nr note | grep -c '[1-9]') $(state "done" | grep -c ' \.$')" '1 2'

# kexec

touch "$m/kexec"
fresh kexec
metal run --yes
is 'kexec where it loads' "$(cat "$m/going")" kexec
machine_goes_on
is 'does it all' "$(nr "done") $(nr failed)" '2 0'

touch "$m/kexec-hangs"
fresh nokexec
metal run --yes
machine_goes_on
is 'where nothing comes up, the boot loader does, at no cost' \
	"$(nr "done") $(nr failed) $(nr excused)" '2 0 1'
rm "$m/kexec-hangs" "$m/kexec"

# Undo

metal undo
is 'undo' "$status" 0
is 'leaves nothing' "$(find "$m/etc" "$m/boot" -type f | sort | sed "s,$m,," |
	paste -s -d ' ')" \
	'/boot/grub/grub.cfg /boot/grub/grubenv /boot/vmlinuz-A /boot/vmlinuz-B /boot/vmlinuz-safe'
ok 'but the results' [ -f "$RESULTS/metal/nokexec/compare.txt" ]
rm "$tmp/results/metal/latest"

finish
