#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh trusts nobody: sessions of another user or that one may write, plans
# with values that no plan has, records that were not asked for.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/two_users.sh
. scripts/tests/tap.sh
meet
. scripts/tests/metal_machine.sh
. scripts/tests/metal_hostile.sh

json() {
	echo "$RESULTS/metal/$1/session.json"
}

# no_session NAME WHY: who starts it refuses the session, and so does the unit.
no_session() {
	for command in run next; do
		try scripts/metal.sh "$command" "$session" --yes --boot grub
		refused "$1, $command" "$2"
	done
	ok '  nothing was installed' [ ! -e "$m/etc/systemd/system/vmabench-metal.service" ]
}

# Whose the session is

fresh owner
session=$RESULTS/metal/owner
plant "$session"
chown -R 65534 "$session"
no_session 'a session of theirs' "$session belongs to nobody"
chown 0 "$session"
no_session 'one with files of theirs' 'belongs to another user than root'
chown -R 0 "$session"
chmod 777 "$session"
no_session 'one that everybody may write to' "everybody may write to $session"
chmod 755 "$session"
chmod 666 "$session/bin/scripts/metal.sh"
no_session 'one with a program that everybody may write to' \
	"$session/bin/scripts/metal.sh belongs to another user than root, may be written by one"
chmod 755 "$session/bin/scripts/metal.sh"
ln -s "$victim" "$session/state"
no_session 'one with a link' "$session/state"
rm "$session/state"
cp -r "$session" "$theirs/owner"
session=$theirs/owner
no_session 'one of root in a folder of theirs' "$theirs belongs to nobody"
nobody ln -s "$RESULTS/metal/owner" "$theirs/link"
try scripts/metal.sh run "$theirs/link" --yes --boot grub
refused "a link of theirs to one of root's" "$theirs belongs to nobody"
try env SUDO_UID=65534 scripts/metal.sh run "$theirs/owner" --yes --boot grub
refused 'whoever has had sudo run it' "$theirs belongs to nobody"
try env RESULTS="$theirs" scripts/metal.sh plan A B
refused 'a plan in a folder of theirs' "RESULTS: $theirs belongs to nobody"
nobody mkdir /var/tmp/metal
try env RESULTS=/var/tmp scripts/metal.sh plan A B
refused 'one where everybody may write, and they were first' '/var/tmp/metal belongs to nobody'

# Where the tree is another user's, root's sessions are not in it.
mkdir "$tmp/suite"
cp -r scripts kernel-patches "$tmp/suite"
chown -R 65534 "$tmp/suite"
try env -u RESULTS "$tmp/suite/scripts/metal.sh" plan A B --name mine
is "in a tree of theirs root's sessions are its own" "$status" 0
ok 'in /var/lib/vmabench' [ -f /var/lib/vmabench/metal/mine/session.json ]

# What a plan says

fresh said
cp "$(json said)" "$tmp/planned"
# said NAME JQ-FILTER: run refuses a plan that was changed so.
said() {
	jq "$2" "$tmp/planned" >"$tmp/changed"
	cat "$tmp/changed" >"$(json said)"
	metal run --yes --boot grub
	is "$1: refused" "$status" 1
	says '  as no plan' 'session.json is not a plan'
	ok '  and no entry was made' [ ! -e "$m/boot/grub/custom.cfg" ]
	ok '  nor anything outside of it' [ ! -e "$RESULTS/metal/x" ]
}
hostile_plans >"$tmp/plans"
tab=$(printf '\t')
while IFS=$tab read -r plan filter; do
	said "$plan" "$filter"
done <"$tmp/plans"

fresh image
file=$RESULTS/metal/image/kernels/A.json
jq '.image = "/boot/../boot/vmlinuz-A"' "$file" >"$tmp/changed"
cat "$tmp/changed" >"$file"
metal run --yes --boot grub
is 'an image elsewhere than planned: refused' "$status" 1
says '  by its file' 'A.json is not what metal.sh writes'

fresh swapped
chown 65534 "$m/boot/vmlinuz-A"
metal run --yes --boot grub
refused 'an image of theirs' "kernel A: $m/boot/vmlinuz-A belongs to nobody"
chown 0 "$m/boot/vmlinuz-A"
chmod 777 "$m/boot"
metal run --yes --boot grub
refused 'one that they can replace' "everybody may write to $m/boot"
chmod 755 "$m/boot"
ok '  and no entry was made' [ ! -e "$m/boot/grub/custom.cfg" ]

metal plan /boot/../boot/vmlinuz-A B
is 'a plan of /boot/../: refused' "$status" 2
metal plan ../x B
is 'a plan of ../x: refused' "$status" 2
echo x >"$m/boot/vmlinuz-.x"
metal plan .x B
is 'a plan of a kernel that would be hidden: refused' "$status" 2
rm "$m/boot/vmlinuz-.x"

# GRUB takes words as they are.
# shellcheck disable=SC2016 # as it is
echo 'root=/dev/x quiet dyndbg="file x.c +p;" a=$b' >"$m/proc/cmdline"
fresh quoting
metal run --yes --boot grub
# shellcheck disable=SC2016 # as it is
ok 'what GRUB would take for its own is quoted' grep -qF \
	"root=/dev/x quiet 'dyndbg=\"file' x.c '+p;\"' 'a=\$b' vmabench.metal=quoting" \
	"$m/boot/grub/custom.cfg"
metal undo
come_up safe 'BOOT_IMAGE=/boot/vmlinuz-safe root=/dev/x quiet'

# Records that nobody has asked for

fresh records
forge "$m/var/tmp/vmabench-metal" records
forge "$m/var/lib/vmabench-metal" records
forge "$m/run/vmabench-metal" records
chown -R 65534 "$m/var/tmp/vmabench-metal" "$m/var/lib/vmabench-metal"
metal run --yes --boot grub
machine_goes_on
is 'forged records are not brought in' "$(nr "done") $(grep -c brought \
	"$RESULTS/metal/records/state")" '2 0'
is 'those of the kernels that booted are there' "$(grep -lF '"nonce"' \
	"$RESULTS"/metal/records/?/boot-00.jsonl | wc -l)" 2
ok 'a folder of theirs is named' grep -q \
	'vmabench-metal belongs to nobody' "$tmp/console"
ok 'so is a record that was not asked for' grep -q \
	'run/vmabench-metal/records/[AB]/boot-00.jsonl is no record of boot [01] that was asked for' \
	"$tmp/console"
rm -rf "$m/var/lib/vmabench-metal"

# A program that answers for another boot.
fresh other
metal run --yes --boot grub
sed 's/"nonce":"%s"/"nonce":"00%s"/' "$RESULTS/metal/other/bin/vmabench" >"$tmp/changed"
cat "$tmp/changed" >"$RESULTS/metal/other/bin/vmabench"
machine_goes_on 1
ok 'a record with another nonce is of no boot' grep -q \
	'failed [01] 1 .*the record is of another boot' "$RESULTS/metal/other/state"
rm -f "$m/going" "$m/enabled" "$m/etc/systemd/system/vmabench-metal.service" \
	"$m/boot/grub/custom.cfg"

# A lock that nobody can hold.
rm -rf "$m/run/vmabench-metal"
fresh lock
metal run --yes --boot grub
machine_goes_on 1
ok 'nobody can hold the lock' cannot_lock "$m/run/vmabench-metal.lock"
is 'what is kept outside of the session is root'\''s alone' "$(
	stat -c '%u %a' "$m/run/vmabench-metal")" '0 700'

finish
