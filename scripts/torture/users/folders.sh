# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of users.sh
#
# Of users.sh: folders that others may change, in each place where root works; and names of
# kernels.

# places: "ATTACK|COMMAND" for each, with $at for the folder.
places() {
	cat <<-'END'
	folders: cache|VMABENCH_CACHE=$at scripts/kernel.sh key stock
	folders: cache|VMABENCH_CACHE=$at scripts/kernel.sh build stock
	folders: cache|VMABENCH_CACHE=$at scripts/kernel.sh um path stock
	folders: cache|VMABENCH_CACHE=$at scripts/kernel.sh debug build stock
	folders: cache|VMABENCH_CACHE=$at scripts/kernel.sh module stock
	folders: cache|VMABENCH_CACHE=$at scripts/kernel.sh purge
	folders: cache|env -u VMABENCH_CACHE HOME=$at scripts/kernel.sh key stock
	folders: cache|env -u VMABENCH_CACHE XDG_CACHE_HOME=$at scripts/kernel.sh build stock
	folders: programs and sources|B=$at scripts/blocks.sh 1 1 1 a b
	folders: programs and sources|KMOD=$at scripts/kernel.sh module stock
	folders: programs and sources|KERNEL_PATCHES=$at scripts/kernel.sh build stock
	folders: programs and sources|KERNEL_TARBALL=$at/linux.tar.xz scripts/kernel.sh build stock
	folders: programs and sources|TREE=$at RANGE=a..b scripts/tree-series.sh
	folders: programs and sources|scripts/kernel.sh tree $at name
	folders: programs and sources|scripts/kernel.sh um tree $at name
	folders: programs and sources|scripts/kernel.sh module $at/image
	folders: programs and sources|scripts/kernel.sh path $at/image
	folders: programs and sources|$build/vmabench native --stage stock --image $at -o $tmp/never nop
	folders: results|RESULTS=$at scripts/bench.sh nop
	folders: pictures|scripts/plot.sh $at
	folders: results|REPORT=$at/report scripts/report.sh $tmp/session
	folders: results|ARCHIVE=$at/a.tar.xz scripts/publish.sh $tmp/session
	folders: results|scripts/flame.sh $at/a.svg --folded /dev/null ns title
	folders: results|RESULTS=$at scripts/remote.sh somewhere nop
	folders: ranges|VMABENCH_STORE=$at scripts/range.sh check
	folders: ranges|scripts/range.sh resume $at
	folders: ranges|scripts/range/cell.sh --node $at 0123456789abcdef
	folders: ranges|scripts/range.sh cells $at
	folders: records of vmabench|$build/vmabench bench -s 1 -o $at/record.jsonl nop
	folders: records of vmabench|$build/vmabench bench -s 1 --results $at nop
	folders: settings|QUIET_STATE=$at/state scripts/quiet.sh on --only aslr
	folders: settings|QUIET_STATE=$at/state scripts/quiet.sh off
	folders: settings|QUIET_STATE=$at/state scripts/quiet.sh run --only aslr true
	folders: settings|scripts/quiet.sh run --only aslr --reproduce $at/r.sh true
	folders: temporary files|TMPDIR=$at scripts/blocks.sh 1 1 1 a b
	folders: temporary files|TMPDIR=$at scripts/quiet.sh check
	folders: temporary files|TMPDIR=$at scripts/report.sh $tmp/session
	folders: another machine|REMOTE_DIR=$at scripts/remote.sh somewhere nop
	END
}

# make_world: what these commands need: a machine with settings, an ssh that goes nowhere,
# programs that do nothing, and a source that is none.
make_world() {
	QUIET_ROOT=$tmp/tree
	mkdir -p "$QUIET_ROOT/sys/devices/system/cpu/cpu0" "$QUIET_ROOT/proc/self" \
		"$QUIET_ROOT/proc/sys/kernel/random" "$tmp/bin"
	echo boot-1 >"$QUIET_ROOT/proc/sys/kernel/random/boot_id"
	echo 2 >"$QUIET_ROOT/proc/sys/kernel/randomize_va_space"
	echo 'Cpus_allowed_list:	0' >"$QUIET_ROOT/proc/self/status"
	cat >"$tmp/bin/ssh" <<-'END'
	#!/bin/sh
	for command; do :; done
	exec sh -c "$command"
	END
	chmod 755 "$tmp/bin/ssh"
	mkdir "$tmp/session"
	for name in deferred noretry; do
		ABOUT=1 sh bench/tests/make_fixture.sh $name >"$tmp/session/$name.jsonl"
	done
	record=$tmp/session/noretry.jsonl
	echo source >"$tmp/linux.tar.xz"
	KERNEL_TARBALL=$tmp/linux.tar.xz
	PATH=$tmp/bin:$PATH
	VMABENCH_CACHE=$tmp/cache
	export QUIET_ROOT KERNEL_TARBALL VMABENCH_CACHE PATH build tmp at record theirs
	foreign_folders >"$tmp/foreign"
	# What of theirs would be run, wherever root looks.
	nobody mkdir "$theirs/image" "$theirs/work"
	nobody git init -q "$theirs"
	for name in Makefile Kbuild image/vmlinux linux.tar.xz vmlinux; do
		printf 'all allnoconfig modules:\n\ttouch %s\n' "$tmp/ran" |
			nobody tee "$theirs/$name" >/dev/null
	done
	printf '#!/bin/sh\ntouch %s\n' "$tmp/ran" | nobody tee "$theirs/vmabench" >/dev/null
	nobody chmod 755 "$theirs/vmabench" "$theirs/vmlinux"
	nobody cp "$theirs/vmabench" "$theirs/vmadiff"
}

# run_in FOLDER COMMAND
run_in() {
	at=$1
	try timeout 600 sh -c "$2"
}

# attack_folders: all of them in the full form; in the short one, two that are drawn for
# each place.
attack_folders() {
	make_world
	foreign=$(wc -l <"$tmp/foreign")
	places >"$tmp/places"
	while IFS='|' read -r attack command; do
		number=$((number + 1))
		# That it is the folder that root refuses.
		if [ -z "$torture_short" ] && [ -z "${TORTURE_ONLY:-}" ]; then
			run_in "$tmp/own" "$command"
			! grep -qE "$distrust" "$tmp/err" ||
				fail 1 "a folder of root's own was refused by $command:" \
					"$(head -n 1 "$tmp/err")"
			rm -rf "$tmp/own"
			mkdir -p "$tmp/own/sub" "$tmp/cache"
		fi
		begin_attempt $number || :
		draw first "$foreign"
		draw step $((foreign - 1))
		n=0
		while IFS=$tab read -r at why name; do
			n=$((n + 1))
			case ${torture_short:+$n} in
			"" | $((first + 1)) | $(((first + step + 1) % foreign + 1))) ;;
			*)	number=$((number + 1))
				continue ;;
			esac
			! begins || attack_folder
		done <"$tmp/foreign"
	done <"$tmp/places"
}

attack_folder() {
	case $attack:$name:$command in
	# Everybody makes his own there, as in /tmp; what root makes in it is root's.
	*"the same with a sticky bit"*HOME=* | *"that by another name"*HOME=*) return 0 ;;
	# It is looked for before it is looked at.
	"folders: pictures:a link to itself"*) return 0 ;;
	esac
	case $attack:$name in
	*"temporary files:the same with a sticky bit" | *"temporary files:that by another name" | \
	*"another machine:the same with a sticky bit" | *"another machine:that by another name" | \
	*"records of vmabench:the same with a sticky bit" | \
	*"records of vmabench:that by another name" | \
	"folders: pictures:one that is not there yet"* | "folders: pictures:the same with a sticky bit" | \
	"folders: pictures:that by another name") return 0 ;;
	esac
	run_in "$at" "$command"
	judge "$attack" "$command, with $at, $name" "$distrust"
}

# attack_names: of kernels, that lead elsewhere, are options, or commands.
attack_names() {
	# shellcheck disable=SC2016 # as it is
	for name in ../x ../../etc /etc/passwd -x --help-me "a b" "" . .. stock/../.. '*' \
			"stock;touch $tmp/ran" "\$(touch $tmp/ran)" "\`touch $tmp/ran\`" \
			"stock|noretry" "stock
noretry" "$(printf 'stock\033[2J')" "$theirs"; do
		for command in "kernel.sh check" "kernel.sh build" "kernel.sh key" \
				"kernel.sh path" "kernel.sh module" "kernel.sh retry" \
				"kernel.sh um path" "metal.sh check stock" \
				"series.sh --check"; do
			# An image may have a path; whose it is metal.sh run looks.
			case $command:$name in
			"metal.sh check stock":/etc/passwd) continue ;;
			esac
			begins 10 || continue
			# shellcheck disable=SC2086 # words
			try timeout 600 scripts/$command "$name"
			judge 'names of kernels' "$command '$name'" .
		done
	done
}
