# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-metal.sh
#
# Of test-metal.sh: what the guest does, and what happens to it.

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
	cp -r "$root"/scripts/metal* "$root"/scripts/quiet* "$root"/scripts/kernel* \
		"$root/scripts/lib.sh" "$root/scripts/trust.sh" "$root/scripts/scratch.sh" \
		"$root/scripts/guard.sh" "$root/scripts/text.sh" "$root/scripts/blocks.sh" \
		"$1/suite/scripts"
	cp -r "$root/kernel-patches" "$1/suite"
	# Where the session has the kernel reboot after a panic, it does so at once: to
	# wait there is to read the clock, which takes QEMU 4 s for each of the 10.
	panic='panic() {
		[ "$(cat /proc/sys/kernel/panic)" -le 0 ] || echo 1 >/proc/sys/kernel/panic
		echo c >/proc/sysrq-trigger
	}'
	cat >"$1/suite/build/vmabench" <<-END
	#!/bin/sh
	$panic
	END
	cat >>"$1/suite/build/vmabench" <<-'END'
	order=$(echo "$*" | sed -n 's/.*--order \([0-9]*\).*/\1/p')
	fault=$(cat /srv/faults/measure-$order 2>/dev/null)
	rm -f /srv/faults/measure-$order
	sync
	case $fault in
	panic)	panic ;;
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
	echo "$panic" >"$1/early"
	cat >>"$1/early" <<-'END'
	grep -q vmabench.metal= /proc/cmdline || exit 0
	boot=$(tail -n 1 /srv/results/metal/latest/state |
		awk '$2 == "booting" { print $3 }')
	[ -f "/srv/faults/boot-$boot" ] || exit 0
	rm "/srv/faults/boot-$boot"
	sync
	panic
	END
	# What there is: the contents of what is small.
	cat >"$1/look" <<-'END'
	cd /
	find boot -type f -printf '%p %s %t\n' | grep -v /grubenv | sort
	find etc boot/grub -type f | sort | xargs sha256sum
	END
	# All of the unit in which quiet.sh runs is killed; its guard is in one of its own.
	cat >"$1/kill-quiet" <<-'END'
	# Of those that it changes there, the last one that is restored.
	setting=/sys/kernel/mm/transparent_hugepage/enabled
	before=$(cat $setting)
	guards() { systemctl list-units --plain --no-legend 'vmabench-quiet-*'; }
	within() {
		tries=600
		until "$@"; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] || return 1
			sleep 0.1
		done
	}
	is_changed() { [ "$(cat $setting)" != "$before" ]; }
	is_restored() { [ "$(cat $setting)" = "$before" ]; }
	systemd-run --quiet --collect --unit victim /srv/suite/scripts/quiet.sh run sleep 100000
	within is_changed && echo changed
	[ -z "$(guards)" ] || echo guarded
	systemctl kill --signal KILL victim
	within is_restored && echo restored
	END
	cat >"$1/operator" <<-END
	export RESULTS=/srv/results
	state=/srv/results/metal/latest/state
	cd /srv/suite
	if [ ! -f /srv/started ]; then
		touch /srv/started
		sh /srv/look >/srv/before
		sh /srv/kill-quiet >/srv/quiet
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
