# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-metal.sh
#
# Of test-metal.sh: the disk of the guest, with Debian, GRUB and two kernels.  No test
# changes it, so that it is made once, and kept under a name that says what it is made
# by: this file.

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
			systemd-repart.service systemd-sysusers.service \
			systemd-random-seed.service systemd-binfmt.service \
			systemd-pcrphase.service systemd-pcrphase-sysinit.service \
			proc-sys-fs-binfmt_misc.automount \
			sys-fs-fuse-connections.mount sys-kernel-config.mount \
			getty@tty1.service serial-getty@ttyS0.service; do
		ln -sf /dev/null "$1/etc/systemd/system/$masked"
	done
	# Only what is mounted: nobody waits for other devices, and their modules would
	# have to be unpacked.
	mkdir -p "$1/etc/systemd/system/systemd-udev-trigger.service.d"
	cat >"$1/etc/systemd/system/systemd-udev-trigger.service.d/metal.conf" <<-END
	[Service]
	ExecStart=
	ExecStart=udevadm trigger --type=devices --subsystem-match=block
	END
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

# make_grub ROOT UUID: a grub.cfg of the parts that make Debian's, and the kernel that
# sorts last as its default.  Nothing is placed at random: what QEMU has translated at
# one address, it would translate again at another, in each process.
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
				mitigations=off audit=0 nokaslr norandmaps
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

# machine: sees to the disk, and sets $disk to its path.
machine() {
	key=$(sha256sum <"$root/scripts/test-metal/machine.sh" | cut -c 1-16)
	disk=$cache/$key.img
	if [ -f "$disk" ]; then
		touch "$disk"
		return 0
	fi
	[ "$(id -u)" -eq 0 ] ||
		stop "mmdebstrap makes the guest's root, which takes root"
	tell "making the guest's disk, once: two minutes"
	mkdir -p "$cache"
	# Another checkout may be using its own: only what nobody wants any more.
	find "$cache" -maxdepth 1 -name "*.img" -mtime +7 -delete
	scratch=$(mktemp -d "$cache/.new.XXXXXX")
	make_disk "$scratch/disk" >"$cache/log" 2>&1 || {
		tail -n 20 "$cache/log" >&2
		stop "the guest's disk could not be made; $cache/log"
	}
	mv "$scratch/disk" "$disk"
	rm -rf "$scratch"
	scratch=
}
