#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh on a machine that is made up: its kernels, its boot loader and
# its programs are files and small scripts, so that everything that can happen to
# a machine happens in seconds.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

m=$tmp/machine
mkdir -p "$m/proc/sys/kernel/random" "$m/sys/kernel" "$m/boot/grub" "$m/run" \
	"$m/etc" "$m/var" "$m/faults" "$tmp/bin" "$tmp/build"
export METAL_SYSROOT="$m" RESULTS="$tmp/results" B="$tmp/build" METAL_POLL=0
export TMPDIR="$tmp"	# what is killed for good leaves something there
export PATH="$tmp/bin:$PATH"
unset TREE

fake() {
	{ echo '#!/bin/sh'; cat; } >"$1"
	chmod +x "$1"
}
fake "$tmp/bin/uname" <<'END'
cat "$METAL_SYSROOT/release"
END
fake "$tmp/bin/who" <<'END'
cat "$METAL_SYSROOT/who" 2>/dev/null
END
fake "$tmp/bin/systemctl" <<'END'
echo "$*" >>"$METAL_SYSROOT/systemctl"
case $1 in
enable) touch "$METAL_SYSROOT/enabled" ;;
disable) rm -f "$METAL_SYSROOT/enabled" ;;
reboot | kexec) echo "$1" >"$METAL_SYSROOT/going" ;;
esac
END
fake "$tmp/bin/grub-reboot" <<'END'
echo "$1" >"$METAL_SYSROOT/boot/grub/grubenv"
END
fake "$tmp/bin/grub-editenv" <<'END'
: >"$METAL_SYSROOT/boot/grub/grubenv"
END
fake "$tmp/bin/grub-probe" <<'END'
case $1 in
--target=fs) echo ext2 ;;
--target=fs_uuid) echo 1234-5678 ;;
esac
END
fake "$tmp/bin/grub-mkrelpath" <<'END'
echo "${1#"$METAL_SYSROOT"}"
END
# Loads as long as there is a file that lets it.
fake "$tmp/bin/kexec" <<'END'
[ -f "$METAL_SYSROOT/kexec" ] || { echo "kexec: not here" >&2; exit 1; }
case $* in
*-l*)	echo "$*" >"$METAL_SYSROOT/kexec" ;;
esac
END
fake "$tmp/build/vmabench" <<'END'
order=$(echo "$*" | sed 's/.*--order \([0-9]*\).*/\1/')
out=$(echo "$*" | sed 's/.*-o \([^ ]*\).*/\1/')
fault=$(cat "$METAL_SYSROOT/faults/$order" 2>/dev/null)
rm -f "$METAL_SYSROOT/faults/$order"
case $fault in
down)	kill -9 "$(sed 's/.*pid \([0-9]*\).*/\1/' "$METAL_SYSROOT/run/vmabench-metal.lock")"
	sleep 1
	exit 1 ;;
broken)	echo "vmabench: no memory" >&2
	exit 1 ;;
full)	ln -sfn /dev/full "$(echo "$*" | sed 's/.*--dir \([^ ]*\).*/\1/')/$(cat \
		"$METAL_SYSROOT/release")/boot-00.jsonl.new" ;;
esac
printf '{"release":"%s","args":"%s"}\n{"type":"trailer"}\n' \
	"$(cat "$METAL_SYSROOT/release")" "$*" >"$out"
END
fake "$tmp/build/vmadiff" <<'END'
echo "vmadiff $*"
END

# notes KERNEL: its build id is its name.
notes() {
	printf '\004\000\000\000\024\000\000\000\003\000\000\000GNU\000'
	printf '%-20.20s' "$1"
}
come_up() {
	tr '0-9a-f' '1-9a-f0' </proc/sys/kernel/random/uuid \
		>"$m/proc/sys/kernel/random/boot_id"
	echo "$1" >"$m/release"
	notes "$1" >"$m/sys/kernel/notes"
	echo "$2" >"$m/proc/cmdline"
	rm -f "$m/going" "$m/run/vmabench-metal.lock"
}
for k in safe A B; do
	echo "$k" >"$m/boot/vmlinuz-$k"
done
cp /proc/stat "$m/proc/stat"
echo 'next_entry custom.cfg' >"$m/boot/grub/grub.cfg"
come_up safe 'BOOT_IMAGE=/boot/vmlinuz-safe root=/dev/x quiet'

# machine_goes_on [N]: boots, as the boot loader does, and what is enabled, until
# the machine stays up, or N times.
machine_goes_on() {
	times=${1:-100}
	while [ -f "$m/going" ] && [ "$times" -gt 0 ]; do
		times=$((times - 1))
		entry=$(cat "$m/boot/grub/grubenv" 2>/dev/null)
		if [ "$(cat "$m/going")" = kexec ]; then
			line=$(cat "$m/kexec")
			[ -f "$m/kexec-hangs" ] || entry=vmabench-$(echo "$line" |
				sed 's/.*vmlinuz-\([^ ]*\).*/\1/')
		else
			line=$(sed -n "/--id $entry {/,/^}/p" \
				"$m/boot/grub/custom.cfg" 2>/dev/null |
				grep '^[[:space:]]*linux ')
		fi
		: >"$m/boot/grub/grubenv"
		[ ! -f "$m/panics" ] || { entry=; rm "$m/panics"; }
		if [ -n "$entry" ]; then
			come_up "${entry#vmabench-}" \
				"$(echo "$line" | sed 's/.*\(root=.*\)/\1/')"
		else
			come_up safe 'BOOT_IMAGE=/boot/vmlinuz-safe root=/dev/x quiet'
		fi
		[ -f "$m/enabled" ] || continue
		unit_starts
	done
}
unit_starts() {
	# shellcheck disable=SC2046 # as systemd splits it
	try $(sed -n 's/^ExecStart=//p' \
		"$m/etc/systemd/system/vmabench-metal.service")
	cat "$tmp/out" "$tmp/err" >>"$tmp/console"
}
metal() {
	try scripts/metal.sh "$@"
}
state() {
	awk -v event="$1" '$2 == event' "$RESULTS/metal/latest/state"
}
nr() {
	state "$1" | wc -l
}
fresh() {
	metal plan A B --blocks "${2:-1}" --boots 1 --name "$1" --seed "${3:-1}"
}

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
