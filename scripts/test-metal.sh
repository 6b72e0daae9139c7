#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-metal.sh [short|full]
#
# metal.sh on a machine of its own: a QEMU guest with Debian's root, systemd,
# GRUB, kexec-tools and two of Debian's kernels, on a disk that outlives it.  All
# that metal.sh does there it does as on metal.
#
#   full    8 boots; one panics, one hangs, and QEMU is killed during a third
#   short   4 boots by GRUB, one of which panics; a part of make test
#
# Then every boot of the plan must be accounted for, none measured twice, each by
# the kernel that it was planned for, the comparison there, and what was added
# gone.  The guest's disk is made with mmdebstrap, once, and kept in the cache.
#
# Environment:
#   METAL_TEST_DIR   where the guest's disks and its console go, and stay
#                    (a temporary folder, kept if something failed)
#   METAL_TEST_S     limit on the time of a CPU that the guest takes (1800); the clock
#                    may show four times as much, on a machine that does other things
#   VMABENCH_CACHE   the cache
#
# Exit status: 0 all well, 1 not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${B:-$root/build}
cache=$("$root/scripts/kernel.sh" cache)/metal
limit_s=${METAL_TEST_S:-1800}
form=${1:-full}
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=scripts/apt-sources.sh
. "$root/scripts/apt-sources.sh"

case $form in
short | full) ;;
--help) sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0"; exit 0 ;;
*)	sed -n '/^# Usage/,/^$/s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac

say() {
	echo "test-metal.sh: $*"
}

case $limit_s in
'' | 0* | *[!0-9]* | ???????*)
	echo "test-metal.sh: METAL_TEST_S: '$limit_s' is not a number of seconds" >&2
	exit 2 ;;
esac

qemu=
scratch=
dir=
cleanup() {
	[ -z "$qemu" ] || kill -9 "$qemu" 2>/dev/null || :
	[ -z "$scratch" ] || rm -rf "$scratch"
}
# Kept is what failed, not what was called off.
called_off() {
	cleanup
	[ -n "${METAL_TEST_DIR:-}" ] || [ -z "$dir" ] || rm -rf "$dir"
	exit "$1"
}
trap cleanup EXIT
trap 'called_off 129' HUP
trap 'called_off 130' INT
trap 'called_off 143' TERM

# The machine: what no test changes, so that it can be kept.

packages=systemd-sysv,udev,kmod,initramfs-tools,grub2-common,grub-pc-bin
packages=$packages,kexec-tools,jq,libjansson4,libinih1,libelf1,binutils,zstd,xz-utils,lz4
packages=$packages,procps,linux-image-cloud-amd64,linux-image-6.12-cloud-amd64
disk_mib=900

# make_root DIR
make_root() {
	mkdir "$scratch/sources"
	debian_sources bookworm "$scratch/sources" || {
		echo "none of the machine's package sources is Debian's own"
		return 1
	}
	# Only what the disk needs goes into the initramfs: it loads faster.
	# shellcheck disable=SC2016 # the hook's shell expands
	mmdebstrap --quiet --variant=minbase --mode=root --components=main \
		--include="$packages" \
		--dpkgopt='path-exclude=/usr/share/doc/*' \
		--dpkgopt='path-exclude=/usr/share/man/*' \
		--dpkgopt='path-exclude=/usr/share/locale/*' \
		--essential-hook='mkdir -p "$1/etc/initramfs-tools/conf.d"
			printf "MODULES=list\nCOMPRESSLEVEL=1\n" \
				>"$1/etc/initramfs-tools/conf.d/metal"
			printf "virtio_pci\nvirtio_blk\next4\n" \
				>"$1/etc/initramfs-tools/modules"' \
		bookworm "$1" "$scratch/sources"/*
	echo 0123456789abcdef0123456789abcdef >"$1/etc/machine-id"
	echo metal >"$1/etc/hostname"
	printf '%s\n' '/dev/vda1 / ext4 rw 0 0' '/dev/vdb /srv ext4 rw 0 0' \
		>"$1/etc/fstab"
	for masked in apt-daily.timer apt-daily-upgrade.timer fstrim.timer \
			e2scrub_all.timer e2scrub_reap.service \
			systemd-timesyncd.service dpkg-db-backup.timer \
			systemd-pstore.service getty-static.service \
			getty@tty1.service serial-getty@ttyS0.service; do
		ln -sf /dev/null "$1/etc/systemd/system/$masked"
	done
	# The operator, who types what a user would; and what breaks early.
	cat >"$1/etc/systemd/system/operator.service" <<-END
	[Unit]
	After=multi-user.target
	RequiresMountsFor=/srv/suite
	[Service]
	ExecStart=/bin/sh /srv/operator
	StandardOutput=journal+console
	StandardError=journal+console
	END
	cat >"$1/etc/systemd/system/early.service" <<-END
	[Unit]
	RequiresMountsFor=/srv/suite
	[Service]
	Type=oneshot
	ExecStart=/bin/sh /srv/early
	END
	mkdir -p "$1/etc/systemd/system/multi-user.target.wants"
	for wanted in operator early; do
		ln -s ../$wanted.service \
			"$1/etc/systemd/system/multi-user.target.wants"
	done
}

# make_grub ROOT: a grub.cfg of the parts that make Debian's, and the kernel that
# sorts last as its default.
make_grub() {
	mkdir -p "$1/boot/grub"
	version=$(basename "$(find "$1/boot" -name 'vmlinuz-*' | sort -V | tail -n 1)" |
		sed 's/^vmlinuz-//')
	{
		GRUB_TIMEOUT=0 GRUB_TERMINAL_OUTPUT=console \
			pkgdatadir=/usr/share/grub chroot "$1" \
			/etc/grub.d/00_header
		cat <<-END
		menuentry 'Debian' {
			search --no-floppy --fs-uuid --set=root $2
			linux /boot/vmlinuz-$version root=/dev/vda1 ro console=ttyS0 quiet \
				mitigations=off audit=0
			initrd /boot/initrd.img-$version
		}
		END
		chroot "$1" /etc/grub.d/41_custom
	} >"$1/boot/grub/grub.cfg"
	chroot "$1" grub-editenv /boot/grub/grubenv create
}

# make_disk FILE: one partition, GRUB in front of it.
make_disk() {
	uuid=5d3c1d50-7f0b-4b5e-9c8a-6d6574616c00
	make_root "$scratch/root"
	make_grub "$scratch/root" $uuid
	mkfs.ext4 -q -U $uuid -O ^orphan_file,^metadata_csum_seed \
		-d "$scratch/root" "$scratch/part" ${disk_mib}m
	truncate -s $((disk_mib + 1))M "$1"
	echo '2048,,L,*' | sfdisk -q "$1"
	dd if="$scratch/part" of="$1" bs=1M seek=1 conv=notrunc,sparse status=none
	grub-mkimage -O i386-pc -p '(hd0,msdos1)/boot/grub' -o "$scratch/core" \
		biosdisk part_msdos ext2 normal configfile linux search \
		search_fs_uuid search_fs_file test echo loadenv minicmd gzio \
		terminal reboot serial all_video true
	dd if=/usr/lib/grub/i386-pc/boot.img of="$1" bs=440 count=1 \
		conv=notrunc status=none
	dd if="$scratch/core" of="$1" bs=512 seek=1 conv=notrunc status=none
}

machine() {
	key=$(sed -n '/^# The machine/,/^machine()/p' "$0" | sha256sum | cut -c 1-16)
	disk=$cache/$key.img
	if [ -f "$disk" ]; then
		touch "$disk"
		return 0
	fi
	[ "$(id -u)" -eq 0 ] || {
		say "mmdebstrap makes the guest's root, which takes root"
		exit 1
	}
	say "making the guest's disk, once: two minutes"
	mkdir -p "$cache"
	# Another checkout may be using its own: only what nobody wants any more.
	find "$cache" -maxdepth 1 -name "*.img" -mtime +7 -delete
	scratch=$(mktemp -d "$cache/.new.XXXXXX")
	make_disk "$scratch/disk" >"$cache/log" 2>&1 || {
		tail -n 20 "$cache/log" >&2
		say "the guest's disk could not be made; $cache/log"
		exit 1
	}
	mv "$scratch/disk" "$disk"
	rm -rf "$scratch"
	scratch=
}

# The story.

# guest_vmadiff: prints the path of one that runs in the guest, which is bookworm: it
# may have an older libc than this machine.
guest_vmadiff() {
	if [ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = bookworm ]; then
		echo "$build/vmadiff"
		return
	fi
	make -s -C "$root" -f bench/Makefile B="$build/static" LDFLAGS=-static \
		"$build/static/vmadiff" >&2
	echo "$build/static/vmadiff"
}

# The suite as it is installed on a machine, but for vmabench, which does to the
# machine what the test wants, once, and is the real one otherwise.
make_srv() {
	mkdir -p "$1/suite/build" "$1/suite/scripts" "$1/suite/real" "$1/faults"
	cp "$(guest_vmadiff)" "$1/suite/build"
	cp "$build/vmabench" "$1/suite/real"
	cp -r "$root/scripts/metal.sh" "$root/scripts/metal" "$root/scripts/quiet.sh" \
		"$root/scripts/kernel.sh" "$1/suite/scripts"
	cp -r "$root/kernel-patches" "$1/suite"
	cat >"$1/suite/build/vmabench" <<-'END'
	#!/bin/sh
	order=$(echo "$*" | sed -n 's/.*--order \([0-9]*\).*/\1/p')
	fault=$(cat /srv/faults/measure-$order 2>/dev/null)
	rm -f /srv/faults/measure-$order
	sync
	case $fault in
	panic)	echo c >/proc/sysrq-trigger ;;
	hang)	# Nothing else runs any more, systemd neither.
		echo -1 >/proc/sys/kernel/sched_rt_runtime_us
		for cpu in $(seq $(nproc)); do
			chrt -f 99 sh -c 'while :; do :; done' &
		done
		wait ;;
	cut)	# Here the host pulls the plug; to sleep would take no time.
		echo "CUT HERE" >/dev/console
		while :; do :; done ;;
	esac
	exec /srv/suite/real/vmabench "$@"
	END
	chmod +x "$1/suite/build/vmabench"
	cat >"$1/early" <<-'END'
	grep -q vmabench.metal= /proc/cmdline || exit 0
	boot=$(tail -n 1 /srv/results/metal/latest/state |
		awk '$2 == "booting" { print $3 }')
	[ -f "/srv/faults/boot-$boot" ] || exit 0
	rm "/srv/faults/boot-$boot"
	sync
	echo c >/proc/sysrq-trigger
	END
	# What there is: the contents of what is small.
	cat >"$1/look" <<-'END'
	cd /
	find boot -type f -printf '%p %s %t\n' | grep -v /grubenv | sort
	find etc boot/grub -type f | sort | xargs sha256sum
	END
	cat >"$1/operator" <<-END
	export RESULTS=/srv/results
	state=/srv/results/metal/latest/state
	cd /srv/suite
	if [ ! -f /srv/started ]; then
		touch /srv/started
		sh /srv/look >/srv/before
		set -- \$(ls -v /boot/vmlinuz-*)
		SCENARIOS=anon_append scripts/metal.sh plan \${1#*vmlinuz-} \
			\${2#*vmlinuz-} --seconds 1 --seed 7 --name test $plan
		scripts/metal.sh run --yes $run || poweroff
	fi
	until grep -q ' finished ' \$state; do sleep 2; done
	scripts/metal.sh status
	scripts/metal.sh undo
	sh /srv/look >/srv/after
	sync
	systemctl poweroff
	END
}

# Time is counted in instructions, and goes by as it does here where the guest only
# waits: a busy host can neither make it look hung nor make the watchdog bite.  Were
# waiting skipped (sleep=off), a disk that is slow here would take hours there, and
# systemd would give it up.
start_qemu() {
	qemu-system-x86_64 -M q35 -accel tcg -icount shift=2,sleep=on -rtc clock=vm \
		-cpu Nehalem \
		-m 1G -nodefaults -display none \
		-serial "file:$dir/console.$1" \
		-drive "if=virtio,format=raw,cache=unsafe,file=$dir/disk" \
		-drive "if=virtio,format=raw,cache=unsafe,file=$dir/srv" \
		</dev/null >"$dir/qemu.log" 2>&1 &
	qemu=$!
}

ticks_per_s=$(getconf CLK_TCK)
# cpu_s: seconds of a CPU that QEMU has taken.
cpu_s() {
	sed 's/.*) //' "/proc/$qemu/stat" 2>/dev/null |
		awk -v hz="$ticks_per_s" '{ s = int(($12 + $13) / hz) }
			END { print s + 0 }'
}

failed=
check() {
	what=$1
	shift
	if "$@"; then
		say "ok: $what"
	else
		say "NOT OK: $what"
		failed=1
	fi
}

events() {
	awk -v event="$1" '$2 == event && / \.$/' "$dir/out/metal/test/state"
}

count() {
	events "$1" | wc -l
}

machine
if [ -n "${METAL_TEST_DIR:-}" ]; then
	dir=$METAL_TEST_DIR
	mkdir -p "$dir"
else
	dir=$(mktemp -d "$cache/test.XXXXXX")
fi
boots=8
plan="--blocks 2 --boots 2"
run=
if [ "$form" = short ]; then
	boots=4
	plan="--blocks 2 --boots 1"
	run="--boot grub"
fi
rm -rf "$dir/tree" "$dir/out"
mkdir "$dir/tree" "$dir/out"
make_srv "$dir/tree"
if [ "$form" = short ]; then
	echo panic >"$dir/tree/faults/measure-1"
	wanted_failures=1
else
	echo panic >"$dir/tree/faults/boot-2"
	echo hang >"$dir/tree/faults/measure-3"
	echo cut >"$dir/tree/faults/measure-5"
	wanted_failures=3
fi
cp --sparse=always "$disk" "$dir/disk"
rm -f "$dir/srv" "$dir"/console.*
mkfs.ext4 -q -d "$dir/tree" "$dir/srv" 256m

start=$(date +%s)
power=1
before_cut_s=0
start_qemu $power
shown=0
while sleep 1; do
	lines=$(cat "$dir"/console.* 2>/dev/null |
		sed -n 's/^\[[^]]*] [a-z.]*sh\[[0-9]*\]: metal.sh: //p' | tr -d '\r')
	total=$(echo "$lines" | wc -l)
	if [ "$total" -gt "$shown" ]; then
		echo "$lines" | tail -n +$((shown + 1)) |
			sed "s/^/$(($(date +%s) - start)) s: /"
		shown=$total
	fi
	if [ $power = 1 ] && grep -q 'CUT HERE' "$dir/console.1"; then
		say "$(($(date +%s) - start)) s: power cut"
		before_cut_s=$(cpu_s)
		kill -9 "$qemu"
		wait "$qemu" 2>/dev/null || :
		power=2
		start_qemu $power
	fi
	kill -0 "$qemu" 2>/dev/null || break
	if [ $((before_cut_s + $(cpu_s))) -gt "$limit_s" ] ||
		[ $(($(date +%s) - start)) -gt $((4 * limit_s)) ]; then
		say "not done within $limit_s s of a CPU, or $((4 * limit_s)) s;" \
			"$dir has the disks and the console"
		exit 1
	fi
done
wait "$qemu" 2>/dev/null || :
qemu=
say "the machine was up for $(($(date +%s) - start)) s"

debugfs -R "rdump /results/metal $dir/out" "$dir/srv" 2>/dev/null
for file in before after; do
	debugfs -R "dump /$file $dir/$file" "$dir/srv" 2>/dev/null
done
session=$dir/out/metal/test
if [ ! -f "$session/state" ]; then
	say "no session; the console is in $dir"
	exit 1
fi

check "all $boots boots are done" [ "$(count "done")" -eq $boots ]
check "each of them once" \
	[ "$(events "done" | awk '{ print $3 }' | sort -u | wc -l)" -eq $boots ]
check "each by a machine that had been booted for it" \
	[ "$(events "done" | awk '{ print $5 }' | sort -u | wc -l)" -eq $boots ]
check "$wanted_failures attempts failed" [ "$(count failed)" -eq $wanted_failures ]
check "each boot and attempt is accounted for" \
	[ "$(count booting)" -eq "$((boots + $(count failed) + $(count excused)))" ]
records=$(find "$session" -name 'boot-*.jsonl')
check "there are $boots records" [ "$(echo "$records" | wc -l)" -eq $boots ]
# shellcheck disable=SC2086 # one word a record
whole=$("$build/vmadiff" check $records >/dev/null && echo yes) || :
check "the records are whole" [ "$whole" = yes ]
check "each boot id is that of one record" \
	[ "$(for r in $records; do head -n 1 "$r" | jq -r .boot.boot_id; done |
		sort -u | wc -l)" -eq $boots ]
check "each record is of the kernel of its folder" \
	[ "$(for r in $records; do
		[ "$(head -n 1 "$r" | jq -r .kernel.release)" = \
			"$(basename "$(dirname "$r")")" ] || echo "$r"
	done)" = "" ]
check "block and order are those of the plan" \
	[ "$(for r in $records; do head -n 1 "$r" |
			jq -r '"\(.boot.order) \(.boot.block) \(.kernel.release)"'
		done | sort -n)" = \
	"$(jq -r '.boots[] | "\(.order) \(.block) \(.kernel)"' "$session/session.json")" ]
check "the comparison came out" grep -q 'maple_stores\|insns\|latency\|vmas' \
	"$session/compare.txt"
check "what was added is gone" cmp "$dir/before" "$dir/after"
cat "$session/state"
head -n 40 "$session/compare.txt"
[ -z "$failed" ] || {
	say "failed; $dir has the disks and the console"
	exit 1
}
[ -n "${METAL_TEST_DIR:-}" ] || rm -rf "$dir"
