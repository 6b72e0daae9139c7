# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of values.sh
#
# Of values.sh: a world in which scripts may be given anything.  It has a copy of the suite,
# a source that only pretends to be a kernel, programs that only say which ones they are
# instead of those that boot, install, log in or change the machine, sessions of made-up
# records, and files that nobody has a reason to touch.  To be sourced after torture/lib.sh.
#
#   $world           all of it
#   $suite           the suite, three folders below, so that "../" leads into the world
#   $world/tmp, home, cache, out    what scripts may write to without being told

# stand_ins FOLDER: programs that are not to be run here.
stand_ins() {
	mkdir "$1"
	for program in ssh scp sudo su pkexec apt-get dnf zypper pacman apk dpkg-buildpackage \
			lintian mmdebstrap chroot systemctl systemd-run grub-reboot \
			grub-editenv update-grub kexec reboot shutdown poweroff \
			update-initramfs dracut bootctl qemu-system-x86_64 npm chromium \
			perf parallel prove b4 cppcheck clang clang-format wget curl \
			sbatch srun sinfo squeue scancel scontrol; do
		# shellcheck disable=SC2016 # the stand-in's
		printf '#!/bin/sh\necho "${0##*/}: a stand-in" >&2\nexit 1\n' >"$1/$program"
		chmod +x "$1/$program"
	done
}

# stub_suite FOLDER: a copy of the Makefile, with scripts that only write into the file
# $1.ran that they were run.
stub_suite() {
	mkdir -p "$1/bench"
	cp -r "$root/Makefile" "$root/scripts" "$1"
	for script in "$1"/scripts/*.sh; do
		printf '#!/bin/sh\necho "%s" >>"%s"\n' "${script##*/}" "$1.ran" >"$script"
	done
	printf 'include scripts/literal.mk\n%%: ;\n' >"$1/bench/Makefile"
}

# made_up_records FOLDER: a session of a series, two of metal, a record of each tier.
made_up_records() {
	fixture=$root/bench/tests/make_fixture.sh
	mkdir -p "$1/series" "$1/metal"
	for stage in stock noretry; do
		"$fixture" $stage >"$1/series/$stage.jsonl"
	done
	"$fixture" session "$1/metal/base" aaaa boots=4 blocks=2
	"$fixture" session "$1/metal/new" bbbb boots=4 blocks=2 side=1
	"$fixture" metal >"$1/metal.jsonl"
	sed '1s/"metal"/"native"/' "$1/metal.jsonl" >"$1/native.jsonl"
	printf 'stock %s\n' "$1" >"$1/stages"
	printf 'Subject: [PATCH] mm: no VMA more\n\n---\n' >"$1/mail"
}

# programs FOLDER: those that make has built, but that vmabench boots and measures nothing.
programs() {
	mkdir "$1"
	for program in vmadiff vmabench-symbols "vmabench-insns-1.so"; do
		ln -s "$build/$program" "$1/$program"
	done
	cat >"$1/vmabench" <<-EOT2
		#!/bin/sh
		out= stage= fixture=
		case "\$1 \$*" in
		exact*--needs* | exact*--kept* | *--help* | *--identify*) ;;
		exact*--probe*) exit 0 ;;
		native*--probe*) echo 48; exit 0 ;;
		kvm*--probe*) exit 0 ;;
		exact*) fixture=stock ;;
		bench* | kvm* | native*) fixture=metal ;;
		esac
		[ -n "\$fixture" ] || exec "$build/vmabench" "\$@"
		while [ \$# -gt 0 ]; do
			case \$1 in
			-o) out=\$2 ;;
			--stage) stage=\$2 ;;
			esac
			shift
		done
		[ -n "\$out" ] || exit 2
		"$root/bench/tests/make_fixture.sh" \$fixture >"\$out"
	EOT2
	chmod +x "$1/vmabench"
}

# make_world FOLDER: makes it, and has the environment say where things are.
make_world() {
	world=$1
	suite=$world/a/b/suite
	tmp=$world/kernel
	here=$root/scripts/tests
	mkdir -p "$suite" "$tmp" "$world/tmp" "$world/home" "$world/out" "$world/mine"
	cp -r "$root/Makefile" "$root/README.md" "$root/scripts" "$root/kernel-patches" \
		"$root/plots" "$suite"
	mkdir -p "$suite/bench" "$suite/results"
	cp -r "$root/bench/kmod" "$root/bench/tests" "$suite/bench"
	cp -r "$root/results/reference" "$suite/results"
	# What would be compiled is not.
	printf 'include scripts/literal.mk\n%%: ;\n' >"$suite/bench/Makefile"
	for page in "$root"/bench/*/*.[18]; do
		mkdir -p "$suite/${page#"$root/"}"
		rmdir "$suite/${page#"$root/"}"
		cp "$page" "$suite/${page#"$root/"}"
	done
	for file in "$world/mine/file" "$world/home/.profile" "$suite/mine"; do
		echo mine >"$file"
	done
	# shellcheck source=scripts/tests/fake_kernel.sh
	. "$here/fake_kernel.sh"
	# shellcheck source=scripts/tests/kernel_series.sh
	. "$here/kernel_series.sh"
	export HOME="$world/home" TMPDIR="$world/tmp" VMABENCH_CACHE="$world/cache"
	export RESULTS="$world/out" BENCH_SECONDS=1 NATIVE_SECONDS=1 NATIVE_LAYOUTS=2
	mkdir "$world/records"
	made_up_records "$world/records"
	programs "$suite/build"
	stand_ins "$world/bin"
	stub_suite "$world/stubs"
	git -C "$suite" -c init.defaultBranch=main init -q
	git -C "$suite" add -A
	git -C "$suite" config user.name t
	git -C "$suite" config user.email t@localhost
	git -C "$suite" commit -q -m all
	mkfifo "$world/fifo"
	mkdir -p "$world/machine/sys" "$world/machine/proc"
	(
		cd "$fake"
		git -c init.defaultBranch=main init -q
		for change in 15 16; do
			sed -i "s/^$change$/changed/" mm/a.c
			git add -A
			git -c user.name=t -c user.email=t@localhost commit -q -m "mm: $change"
		done
	)
	"$root/scripts/kernel.sh" build stock one 2>/dev/null
	"$root/scripts/kernel.sh" um build stock one 2>/dev/null
	export PATH="$world/bin:$PATH"
	cp "$root/scripts/tests/quiet_machine.sh" "$world"
}
