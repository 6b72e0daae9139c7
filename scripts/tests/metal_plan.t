#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh on a machine that is made up: plans, permissions, and a session in which
# all goes well.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
. scripts/tests/metal_machine.sh

# Plans

metal plan A nosuch
is 'a kernel that is not installed is refused' "$status" 2
says 'with those that are' 'installed are: A B safe'
says 'and the stages' 'noretry'
metal plan A
is 'one kernel is no comparison' "$status" 2
metal plan A A
is 'nor is one named twice' "$status" 2
metal plan A B --blocks none
is 'a bad number is refused' "$status" 2
metal plan A B --name ../x
is 'so is a name that leaves the folder' "$status" 2
metal status nosuch
is 'no session: an error' "$status" 1

metal plan A B safe --quick --seed 5 --name one
is 'a plan is made' "$status" 0
json=$RESULTS/metal/one/session.json
is 'six groups of three' \
	"$(jq -c '[.boots[] | "\(.block) \(.kernel)"] | group_by(.) | map(length)' "$json")" \
	'[3,3,3,3,3,3]'
is 'the blocks are in order' \
	"$(jq '[.boots[].block] == ([.boots[].block] | sort)' "$json")" true
metal plan A B safe --quick --seed 5 --name two
is 'the seed alone makes the order' "$(jq -c .boots "$json")" \
	"$(jq -c .boots "$RESULTS/metal/two/session.json")"
metal plan A B safe --quick --quiet --seed 6 --name three
is 'a quiet machine is asked for by name' \
	"$(jq -c .quiet "$json" "$RESULTS/metal/three/session.json" | paste -s -d ' ')" \
	'false true'
ok 'another seed makes another' \
	[ "$(jq -c '[.boots[].kernel]' "$json")" != \
	"$(jq -c '[.boots[].kernel]' "$RESULTS/metal/three/session.json")" ]
metal plan A B --name one
is 'a session is never overwritten' "$status" 1

# Permissions

fresh refused
metal run --boot grub
is 'nothing is rebooted without --yes' "$status" 1
says 'which is said' 'say --yes to that'
echo 'somebody tty1' >"$m/who"
metal run --yes --boot grub
is 'nor while somebody is logged in' "$status" 1
says 'who is named' 'other users are logged in: somebody'
rm "$m/who"
ok 'and nothing was touched' [ ! -e "$m/systemctl" ]
sed -i s/custom.cfg/nothing/ "$m/boot/grub/grub.cfg"
metal run --yes --boot grub
is 'nor without a boot loader that falls back' "$status" 1
says 'and why it would not' 'update-grub makes one that does'
sed -i s/nothing/custom.cfg/ "$m/boot/grub/grub.cfg"

# All goes well

echo '# mine' >"$m/boot/grub/custom.cfg"
fresh well 2
metal run --yes --boot grub
is 'the machine is on its way' "$(cat "$m/going")" reboot
metal run --yes
is 'a second run is refused' "$status" 1
metal plan A B --name other
metal run --yes
says 'so is that of another session, by name' '/well'
rm -rf "$RESULTS/metal/other"
ln -sfn well "$RESULTS/metal/latest"
(
	flock 9
	: >"$tmp/held"
	exec sleep 60
) 9>"$m/run/vmabench-metal.lock" &
pid=$!
within 20 [ -e "$tmp/held" ]
echo "metal.sh next of well, pid 1, by me, since today" \
	>"$m/run/vmabench-metal.lock"
metal stop
metal resume --yes
says 'two at once: a lock, with who holds it' 'metal.sh next of well, pid 1, by me'
kill "$pid"
wait "$pid" 2>/dev/null || :
metal status
is 'status' "$status" 0
try true
metal resume --yes --boot grub
# shellcheck disable=SC2119 # until it stays up
machine_goes_on
is 'all boots are done' "$(nr "done")" 4
is 'and the session finished' "$(nr finished)" 1
is 'in its safe kernel' "$(cat "$m/release")" safe
ok 'every record is of its kernel' sh -c "! grep -L '\"release\":\"A\"' \
	'$RESULTS'/metal/well/A/boot-*.jsonl | grep ."
ok 'the comparison is there' grep -q 'vmadiff compare .*/well/A .*/well/B' \
	"$RESULTS/metal/well/compare.txt"
ok 'the unit is gone' [ ! -e "$m/etc/systemd/system/vmabench-metal.service" ]
is 'the boot entries are gone, those of others not' \
	"$(cat "$m/boot/grub/custom.cfg")" '# mine'
rm "$m/boot/grub/custom.cfg"

finish
