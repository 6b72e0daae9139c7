# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of metal.sh
#
# Of metal.sh: getting a kernel booted once, and the safe one whenever that goes
# wrong.
#
# The safe kernel is the one that ran when the session was started, with the
# command line that it had.  While a session is under way it is what the boot
# loader starts by default: a panic (panic=), a hang (watchdog) and a power cut
# all end there, and there the unit finds out what happened.

unit=/etc/systemd/system/vmabench-metal.service
watchdog=/etc/systemd/system.conf.d/vmabench-metal.conf
softdog=/etc/modules-load.d/vmabench-metal.conf
no_kexec=/etc/default/kexec.d/vmabench-metal

# What makes a kernel that is broken reset the machine instead of sitting there.
# The first word tells a boot of this session from any other.
safety() {
	echo "vmabench.metal=$name panic=10 oops=panic softlockup_panic=1" \
		"nmi_watchdog=panic sysctl.kernel.hung_task_panic=1"
}

on_the_way() {
	tr ' ' '\n' <"$sys/proc/cmdline" | grep -qxF "vmabench.metal=$name"
}

# others: who is logged in besides the operator.
others() {
	who | awk -v me="$operator" '$1 != me { print $1 }' | sort -u |
		paste -s -d ' '
}

# added WHAT NAME: before it is added, or a cut would leave it behind.
added() {
	touch "$dir/added"
	grep -qxF "$*" "$dir/added" || put_line "$*" "$dir/added" ||
		die "$dir/added cannot be written: $(why_not "$dir")"
}

# replace FILE: by FILE.new, whole or not at all.
replace() {
	sync "$sys$1.new"
	mv "$sys$1.new" "$sys$1"
	sync "$(dirname "$sys$1")"
}

# put_file FILE: from standard input; one that was there and is not ours stays.
put_file() {
	if [ -e "$sys$1" ] && ! grep -q '^# vmabench metal' "$sys$1"; then
		die "$1 is there and is not ours"
	fi
	added file "$1"
	[ -d "$(dirname "$sys$1")" ] || added dir "$(dirname "$1")"
	mkdir -p "$(dirname "$sys$1")"
	{ echo "# vmabench metal.sh; metal.sh undo removes this"; cat; } >"$sys$1.new"
	replace "$1"
}

install_all() {
	describe_safe
	"$(loader_function "$loader")_entries"
	# Kicked by systemd: a machine that hangs is reset.
	put_file $watchdog <<-END
	[Manager]
	RuntimeWatchdogSec=60s
	RebootWatchdogSec=5min
	END
	[ -e "$sys/dev/watchdog" ] || echo softdog | put_file $softdog
	# Debian's kexec-tools turns a reboot into a kexec of the default kernel.
	[ ! -d "$sys/etc/default/kexec.d" ] ||
		echo LOAD_KEXEC=false | put_file $no_kexec
	put_file $unit <<-END
	# session $dir
	# since $(date '+%F %T')
	# by $operator
	[Unit]
	Description=vmabench: session $name
	After=multi-user.target
	RequiresMountsFor=$dir

	[Service]
	ExecStart=$dir/bin/scripts/metal.sh next $dir --user $operator${force:+ --force}
	StandardOutput=journal+console
	StandardError=journal+console
	Restart=on-abnormal
	TimeoutStopSec=60s

	[Install]
	WantedBy=multi-user.target
	END
	systemctl daemon-reload
	systemctl enable --quiet "$(basename $unit)"
}

describe_safe() {
	[ ! -f "$dir/kernels/.safe.json" ] || return 0
	image=$(tr ' ' '\n' <"$sys/proc/cmdline" | sed -n 's/^BOOT_IMAGE=//p' |
		sed 's/^([^)]*)//' | head -n 1)
	for file in "/boot/vmlinuz-$(uname -r)" "$image" "/boot$image"; do
		if [ -f "$sys$file" ]; then
			describe .safe "$file" '' any
			return 0
		fi
	done
	die "the image of the running kernel, $(uname -r), is not in /boot:" \
		"there would be nothing safe to fall back to"
}

# uninstall: all but the kernels, which take long to build.
uninstall() {
	[ -f "$dir/added" ] || return 0
	[ ! -f "$sys$unit" ] || systemctl disable --quiet "$(basename $unit)" || :
	grub_remove
	systemd_boot_remove
	for file in $unit $watchdog $softdog $no_kexec; do
		! grep -qxF "file $file" "$dir/added" || rm -f "$sys$file"
		! grep -qxF "dir ${file%/*}" "$dir/added" ||
			rmdir "$sys${file%/*}" 2>/dev/null || :
	done
	systemctl daemon-reload || :
	# Only here: until now it has been true.
	grep -vE '^(file|dir|created) ' "$dir/added" >"$dir/added.new" || :
	mv "$dir/added.new" "$dir/added"
	sync "$dir"
	departed
}

check_kernels() {
	for k in $(kernels); do
		[ -f "$dir/kernels/$k.json" ] ||
			die "$k is not built; metal.sh build $name does that"
		[ -f "$sys$(kernel "$k" image)" ] ||
			die "$k: $(kernel "$k" image) is gone; installed are:" \
				"$(installed | paste -s -d ' ')"
		for file in "$(kernel "$k" image)" "$(kernel "$k" initrd)"; do
			[ -z "$file" ] || root_only "kernel $k" "$sys$file"
		done
	done
}

# check_entries: of all kernels, and their images.
check_entries() {
	loader=$(cat "$dir/loader")
	for k in $(kernels); do
		"$(loader_function "$loader")_has" "$k" || {
			warn "the boot entry of $k vanished from $loader"
			return 1
		}
		for file in "$(kernel "$k" image)" "$(kernel "$k" initrd)"; do
			[ -z "$file" ] || [ -f "$sys$file" ] || {
				warn "$k: $file vanished"
				return 1
			}
		done
	done
}

# give_up REASON: nothing can be booted any more; what was measured stays.
give_up() {
	log stopped - 0 "$*"
	uninstall
	if on_the_way; then
		tell "to the safe kernel; metal.sh resume goes on"
		systemctl reboot
	fi
	exit 1
}

# Those who log in on the way are waited for, unless forced.
wait_for_others() {
	[ -z "$force" ] || return 0
	said=
	while others=$(others) && [ -n "$others" ]; do
		[ -n "$said" ] || tell "waiting for $others to log out"
		said=1
		in_child sleep "${METAL_POLL:-60}"
	done
}

# boot BOOT: into the kernel of the plan.
boot_into() {
	k=$(boot_field "$1" 6)
	backend=$(last_backend)
	reason=$(check_entries 2>&1) || give_up "${reason#metal.sh: }"
	check_space || give_up "no place for results"
	wait_for_others
	log booting "$1" $(($(failures "$1") + 1)) "$k by $backend"
	if [ "$backend" = kexec ]; then
		if ! kexec_load "$k"; then
			log excused "$1" 0 "kexec does not load $k"
			leave_kexec "$1"
			return 0
		fi
		systemctl kexec
	else
		! command -v kexec >/dev/null || kexec -u 2>/dev/null || :
		"$(loader_function "$backend")_once" "$k" ||
			give_up "$backend cannot boot $k once"
		systemctl reboot
	fi
}

leave_kexec() {
	log backend - 0 "$(cat "$dir/loader")"
	boot_into "$1"
}
