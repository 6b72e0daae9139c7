#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh on a made-up machine: run is killed, or fails, before the machine is
# rebooted: what it has added by then is removed, with nobody doing anything about it.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/metal_machine.sh

unit=$m/etc/systemd/system/vmabench-metal.service
custom=$m/boot/grub/custom.cfg

# nothing_added: nor anybody at work on it.
nothing_added() {
	[ ! -e "$unit" ] && [ ! -e "$custom" ] && [ ! -e "$m/enabled" ] &&
		[ -z "$(find "$m/etc" -type f -name '*vmabench*')" ] &&
		flock -n "$m/run/vmabench-metal.lock" true && [ "$(nr stopped)" -eq "$1" ]
}

for signal in KILL TERM; do
	for word in daemon-reload enable reboot; do
		fresh "$signal-$word"
		echo "$signal $word" >"$m/faults/systemctl"
		metal run --yes --boot grub
		ok "SIG$signal at $word: nothing is left" within 60 nothing_added 1
		ok "SIG$signal at $word: no reboot" [ ! -e "$m/going" ]
	done
done
metal resume --yes --boot grub
is 'resume goes on' "$status" 0
ok 'to a reboot' [ -e "$m/going" ]
ok 'and its entries are there' grep -q vmabench-safe "$custom"
is 'whose guard has gone' "$(grep -lzsxF "METAL_SYSROOT=$m" /proc/[0-9]*/environ |
	while read -r proc; do
		grep -lzsxF guard "${proc%environ}cmdline"
	done)" ''
ok 'systemd starts what is killed after that again' grep -qx 'Restart=on-abnormal' "$unit"
metal stop
rm -f "$m/going"

# at_rest: neither metal.sh nor its guard is at work.
at_rest() {
	flock -n "$m/run/vmabench-metal.lock" true &&
		! grep -lzsxF "METAL_SYSROOT=$m" /proc/[0-9]*/environ >/dev/null
}

# On the way down systemd ends all that runs: that is no reason to stay.
for signal in KILL TERM; do
	fresh "down-$signal"
	echo "$signal reboot going" >"$m/faults/systemctl"
	metal run --yes --boot grub
	ok "SIG$signal when the reboot is under way: all is at rest" within 60 at_rest
	ok '  what was added is there' grep -q vmabench-safe "$custom"
	ok '  and the unit' [ -e "$unit" ]
	ok '  which is enabled' [ -e "$m/enabled" ]
	is '  it is not stopped' "$(nr stopped)" 0
	metal stop
	rm -f "$m/going"
done

# It cannot be done.
fresh refused
mkdir -p "$m/etc/systemd/system.conf.d"
echo mine >"$m/etc/systemd/system.conf.d/vmabench-metal.conf"
metal run --yes --boot grub
is 'a file of that name is there: an error' "$status" 1
says 'it says which' 'vmabench-metal.conf is there and is not ours'
is 'it stays' "$(cat "$m/etc/systemd/system.conf.d/vmabench-metal.conf")" mine
ok 'what was added before is removed' [ ! -e "$custom" ]

finish
