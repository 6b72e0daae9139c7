# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: the boot loaders, and kexec.  Each loader has NAME_there (says why not),
# NAME_entries, NAME_remove, NAME_has KERNEL, NAME_once KERNEL.

custom=/boot/grub/custom.cfg
grub_cfg=/boot/grub/grub.cfg

grub_there() {
	[ -f "$sys$grub_cfg" ] || { echo "no $grub_cfg"; return 1; }
	command -v grub-reboot >/dev/null || { echo "no grub-reboot"; return 1; }
	if ! grep -qF next_entry "$sys$grub_cfg" ||
			! grep -qF custom.cfg "$sys$grub_cfg"; then
		echo "$grub_cfg knows no next_entry or no custom.cfg;" \
			"update-grub makes one that does"
		return 1
	fi
	# What GRUB cannot clear it would boot again and again.
	where=$(grub-probe --target=abstraction "$sys/boot/grub" 2>/dev/null) || :
	fs=$(grub-probe --target=fs "$sys/boot/grub" 2>/dev/null) || :
	case $where$fs in
	ext2 | xfs | fat) ;;
	*)	echo "GRUB cannot write its grubenv on ${where:-$fs}"
		return 1 ;;
	esac
}

# grub_place FILE: as GRUB sees it; its file system is asked for once a folder.
grub_place() {
	if [ "$(dirname "$1")" != "${place_of:-}" ]; then
		place_of=$(dirname "$1")
		uuid=$(grub-probe --target=fs_uuid "$sys$place_of")
		place=$(grub-mkrelpath "$sys$place_of")
	fi
	file=${place%/}/$(basename "$1")
}

# grub_words COMMAND-LINE: so that GRUB, which has quotes as a shell does, takes them apart
# again; a ";" would end its command.
grub_words() (
	set -f
	# shellcheck disable=SC2086 # words
	quoted $1
)

# grub_entry ID TITLE IMAGE INITRD CMDLINE
grub_entry() {
	grub_place "$3"
	cat <<-END
	menuentry '$2' --id $1 {
		search --no-floppy --fs-uuid --set=root $uuid
		linux $file $(grub_words "$5")
	END
	if [ -n "$4" ]; then
		grub_place "$4"
		echo "initrd $file"
	fi
	echo "}"
}

grub_entries() {
	grub_remove
	{
		echo "### vmabench-metal $name: begin"
		# Sourced after grub.cfg has chosen its default.
		# shellcheck disable=SC2016 # it is GRUB that expands
		echo 'if [ -z "${boot_once}" ]; then set default=vmabench-safe; fi'
		grub_entry vmabench-safe "vmabench: safe kernel" \
			"$(kernel .safe image)" "$(kernel .safe initrd)" \
			"$(setting cmdline)"
		for k in $(kernels); do
			grub_entry "vmabench-$k" "vmabench: $k" \
				"$(kernel "$k" image)" "$(kernel "$k" initrd)" \
				"$(setting cmdline) $(safety)"
		done
		echo "### vmabench-metal $name: end"
	} >"$dir/custom.cfg.new"
	[ -f "$sys$custom" ] || added created "$custom"
	{ cat "$sys$custom" 2>/dev/null || :; cat "$dir/custom.cfg.new"; } \
		>"$sys$custom.new"
	rm "$dir/custom.cfg.new"
	replace "$custom"
}

grub_remove() {
	[ -f "$sys$custom" ] || return 0
	grep -q '^### vmabench-metal .*: begin' "$sys$custom" || return 0
	sed '/^### vmabench-metal .*: begin/,/^### vmabench-metal .*: end/d' \
		"$sys$custom" >"$sys$custom.new"
	replace "$custom"
	if [ ! -s "$sys$custom" ] && grep -qxF "created $custom" "$dir/added"; then
		rm "$sys$custom"
	fi
	! command -v grub-editenv >/dev/null ||
		grub-editenv "$sys/boot/grub/grubenv" unset next_entry || :
}

grub_has() {
	grep -qF -e "--id vmabench-$1 {" "$sys$custom" 2>/dev/null &&
		grep -qF -e "--id vmabench-safe {" "$sys$custom"
}

grub_once() {
	grub-reboot "vmabench-$1" && sync "$sys/boot/grub/grubenv"
}

esp() {
	bootctl --print-boot-path 2>/dev/null
}

systemd_boot_there() {
	if ! bootctl is-installed >/dev/null 2>&1; then
		echo "systemd-boot is not installed"
		return 1
	fi
	default=$(bootctl list --json=short 2>/dev/null |
		jq -r '.[] | select(.isDefault) | .version // .id' | head -n 1)
	case $default in
	*"$(uname -r)"*) ;;
	*)	echo "systemd-boot's default is '$default', not the kernel that" \
			"runs: bootctl set-default"
		return 1 ;;
	esac
}

# Everything that it boots has to be on its own partition.
systemd_boot_entries() {
	systemd_boot_remove
	mkdir -p "$(esp)/vmabench-metal" "$(esp)/loader/entries"
	kernels | while read -r k; do
		on_esp=/vmabench-metal/$k
		cp "$sys$(kernel "$k" image)" "$(esp)$on_esp.linux"
		initrd=$(kernel "$k" initrd)
		[ -z "$initrd" ] || cp "$sys$initrd" "$(esp)$on_esp.initrd"
		{
			echo "title vmabench: $k"
			echo "linux $on_esp.linux"
			[ -z "$initrd" ] || echo "initrd $on_esp.initrd"
			echo "options $(setting cmdline) $(safety)"
			# Last in the menu: never the default by its age.
			echo "sort-key zzz-vmabench"
		} >"$(esp)/loader/entries/vmabench-$k.conf"
	done
	sync
}

systemd_boot_remove() {
	command -v bootctl >/dev/null && [ -n "$(esp)" ] || return 0
	[ -d "$(esp)/vmabench-metal" ] || return 0
	kernels | while read -r k; do
		rm -f "$(esp)/loader/entries/vmabench-$k.conf" \
			"$(esp)/vmabench-metal/$k.linux" \
			"$(esp)/vmabench-metal/$k.initrd"
	done
	rmdir "$(esp)/vmabench-metal" 2>/dev/null || :
	bootctl set-oneshot '' || :
}

systemd_boot_has() {
	[ -f "$(esp)/loader/entries/vmabench-$1.conf" ] &&
		[ -f "$(esp)/vmabench-metal/$1.linux" ]
}

systemd_boot_once() {
	bootctl set-oneshot "vmabench-$1.conf"
}

# kexec needs no entry; where it comes from is the kernel's image.
kexec_load() {
	initrd=$(kernel "$1" initrd)
	kexec -a -l "$sys$(kernel "$1" image)" ${initrd:+"--initrd=$sys$initrd"} \
		"--command-line=$(setting cmdline) $(safety)"
}

kexec_there() {
	command -v kexec >/dev/null || { echo "no kexec (Debian: kexec-tools)"; return 1; }
	first=$(kernels | head -n 1)
	kexec_load "$first" 2>"$dir/kexec.log" || {
		echo "kexec cannot load $first: $(tail -n 1 "$dir/kexec.log")"
		return 1
	}
	kexec -u
}

loader_function() {
	echo "$1" | tr - _
}

# choose_loader: the boot loader that falls back to the safe kernel, and the way
# to the next one.  A kexec that loads may still come up with nothing: that is
# found out at the first boot, see not_come_up.
choose_loader() {
	loader=
	why=
	for candidate in grub systemd-boot; do
		case $how in
		auto | kexec | "$candidate") ;;
		*)	continue ;;
		esac
		if reason=$("$(loader_function $candidate)_there"); then
			loader=$candidate
			break
		fi
		why="$why${why:+; }$candidate: $reason"
	done
	[ -n "$loader" ] ||
		die "no boot loader that would fall back to the safe kernel: $why"
	backend=$loader
	case $how in
	auto | kexec)
		if has_event backend && [ "$how" = auto ]; then
			# It was tried before, in this session.
			backend=$(last_backend)
		elif reason=$(kexec_there); then
			backend=kexec
		elif [ "$how" = kexec ]; then
			die "$reason"
		else
			warn "$reason; booting by $loader"
		fi ;;
	esac
	echo "$loader" >"$dir/loader"
	echo "$how" >"$dir/how"
	log backend - 0 "$backend"
}

last_backend() {
	lines | awk '$2 == "backend" { b = $6 } END { print b }'
}
