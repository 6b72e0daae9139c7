# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# A machine that is made up for metal.sh: its kernels, its boot loader and its programs
# are files and small scripts, so that everything that can happen to a machine happens in
# seconds.  To be sourced after tap.sh, for $tmp, in the folder of the project.
tmp=${tmp:?}

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
# "SIGNAL WORD [going]": sent to metal.sh in the place of this WORD, once, or behind it.
[ -f "$METAL_SYSROOT/faults/systemctl" ] && read -r signal word going <"$METAL_SYSROOT/faults/systemctl" && [ "$word" = "$1" ] && {
	rm "$METAL_SYSROOT/faults/systemctl"
	[ -z "$going" ] || echo "$1" >"$METAL_SYSROOT/$going"
	kill "-$signal" "$(sed 's/.*pid \([0-9]*\).*/\1/' "$METAL_SYSROOT/run/vmabench-metal.lock")"
	exit 1
} 2>/dev/null
case $1 in
enable) touch "$METAL_SYSROOT/enabled" ;;
disable) rm -f "$METAL_SYSROOT/enabled" ;;
reboot | kexec) echo "$1" >"$METAL_SYSROOT/going" ;;
is-system-running) if [ -e "$METAL_SYSROOT/going" ]; then echo stopping; else echo running; fi ;;
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
# of OPTION: its value.
of() {
	echo "$args" | sed "s/.*--$1 \([^ ]*\).*/\1/"
}
args=$*
printf '{"release":"%s","args":"%s","boot":{"boot_id":"%s","nonce":"%s",%s}}\n{"type":"trailer"}\n' \
	"$(cat "$METAL_SYSROOT/release")" "$args" \
	"$(cat "$METAL_SYSROOT/proc/sys/kernel/random/boot_id")" "$(of nonce)" \
	"\"block\":$(of block),\"order\":$(of order),\"index\":$(of index),\"seed\":$(of seed)" \
	>"$out"
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
