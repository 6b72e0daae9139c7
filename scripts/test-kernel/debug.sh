# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-kernel.sh
#
# Of test-kernel.sh: a kernel that checks itself runs every scenario, in one boot.  What
# came of a boot is kept:
#
#   CACHE/test-kernel/debug-KEY/	console record

# Of each pass of a scenario, after one that warms up.
debug_batches=2
# Patience: "vmabench kvm" gives up after ten times as long, and some minutes; a pass gets
# a share of it. How long all takes is up to the batches.
debug_seconds=3600
# validate_mm() looks at every VMA of a process whenever one changes, so that it takes the
# square of their number to make them: of a pass 14 s among 1 000, a hundred times as long among 10 000.
debug_leaves_out='_p[0-9]*0000$'

# quiet_console WHAT CONSOLE: says what the kernel complains of; 1 if it does.
quiet_console() {
	status=0
	complaints "$2" >"$tmp/complaints" || status=$?
	case $status in
	0)	return ;;
	1)	cat "$tmp/complaints"
		tell "$1: the kernel COMPLAINS $(grep -c '^[^ ]' "$tmp/complaints") times;" \
			"all that it said is in $2" ;;
	*)	tell "$1: NO KERNEL has said anything in $2" ;;
	esac
	return 1
}

# left_out: those that run only where they are named.
left_out() {
	scenario_names "$build/vmabench" | grep -e "$debug_leaves_out"
}

# chosen: the scenarios that are run, one a line.
chosen() {
	# shellcheck disable=SC2086 # names are words
	if [ -n "${SCENARIOS:-}" ]; then
		printf '%s\n' $SCENARIOS
	else
		scenario_names "$build/vmabench" | grep -v -e "$debug_leaves_out"
	fi
}

# debug_line NAME CONSOLE ALL: which scenario it is at.
debug_line() {
	scenarios_of "$2" 2>/dev/null | awk -v name="$1" -v all="$3" '
		{ at = $1 }
		END { print name ": " (NR ? NR " of " all " scenarios: " at : "booting") }'
}

# said_of TYPE RECORD: the scenarios that it has lines of this type of, one a line.
said_of() {
	sed -n "s/.*\"type\":\"$1\",\"scenario\":\"\([^\"]*\)\".*/\1/p" "$2" |
		LC_ALL=C sort -u
}

# reasons TYPE RECORD: "SCENARIO: WHY" of its lines of this type.
reasons() {
	sed -n "s/.*\"type\":\"$1\",\"scenario\":\"\([^\"]*\)\".*\"reason\":\"\([^\"]*\)\".*/\1: \2/p" \
		"$2" | LC_ALL=C sort -u
}

# boot_debug STAGE NAME SCENARIO...: to $results/NAME.console and NAME.jsonl.
boot_debug() {
	of=$1
	name=$2
	shift 2
	image=$("$kernel" debug path "$of") || die "debug: $of is not built"
	module=$("$kernel" debug module "$of") || die "debug: $of has no module"
	retry=$("$kernel" retry "$of")
	kept=$cache/test-kernel/debug-$({
		echo "$debug_batches $retry $*"
		sha256sum <"$image/vmlinux"
		sha256sum <"$module"
		sha256sum <"$build/vmabench"
		qemu-system-x86_64 --version
	} | sha256sum | cut -c 1-16)
	rm -f "$results/$name.jsonl"
	if [ ! -d "$kept" ] || [ "${REMEASURE:-0}" = 1 ]; then
		rm -rf "$tmp/keep" "$tmp/said"
		mkdir "$tmp/keep" "$tmp/said"
		begin_drawer debug_line "$name" "$tmp/keep/boot.console" $#
		status=0
		VMABENCH_KVM_ACCEL=tcg in_child "$build/vmabench" kvm --stage "$of" \
			--image "$image" --module "$module" --retry "$retry" \
			--keep "$tmp/keep" --batches $debug_batches --cpus 2 \
			--seconds $debug_seconds -o "$tmp/said/record" "$@" \
			>"$results/$name.log" 2>&1 || status=$?
		end_drawer
		cp "$tmp/keep/boot.console" "$tmp/said/console" 2>/dev/null || :
		if [ -f "$tmp/said/record" ]; then
			rm -rf "$kept"
			cp -r "$tmp/said" "$kept.$$"
			mv -T "$kept.$$" "$kept"
		else
			tail -n 20 "$results/$name.log" >&2
			tell "$name: the guest did not come to its end (status $status)"
			kept=$tmp/said
		fi
	fi
	touch -c "$kept"
	cp "$kept/console" "$results/$name.console" 2>/dev/null ||
		: >"$results/$name.console"
	cp "$kept/record" "$results/$name.jsonl" 2>/dev/null || : >"$results/$name.jsonl"
}

# judge_debug NAME: of its record, what did not run and what failed; 1 if something that
# could run did not go to its end.
judge_debug() {
	record=$results/$1.jsonl
	chosen | LC_ALL=C sort -u >"$tmp/chosen"
	said_of row "$record" >"$tmp/ran"
	said_of failure "$record" >"$tmp/failed"
	said_of skip "$record" | LC_ALL=C comm -23 - "$tmp/ran" >"$tmp/skipped"
	scenarios_of "$results/$1.console" >"$results/$1.seconds"
	reasons failure "$record" | sed 's/^/  FAILS: /'
	reasons skip "$record" | awk -F : '
		FILENAME == ARGV[1] { skipped[$1]; next }
		$1 in skipped && !said[$1]++ { print "  cannot run here: " $0 }' \
		"$tmp/skipped" -
	LC_ALL=C sort -u "$tmp/ran" "$tmp/failed" "$tmp/skipped" |
		LC_ALL=C comm -23 "$tmp/chosen" - | sed 's/^/  DID NOT RUN: /' >"$tmp/lost"
	cat "$tmp/lost"
	[ -n "${SCENARIOS:-}" ] ||
		left_out | sed 's/^/  left out, for there are too many VMAs to look at: /'
	tell "$1: $(wc -l <"$tmp/ran") of $(wc -l <"$tmp/chosen") scenarios ran," \
		"$(wc -l <"$tmp/skipped") cannot here, in" \
		"$(awk '{ all += $2 } END { printf "%.0f", all }' "$results/$1.seconds") s;" \
		"the longest: $(sort -k 2 -g -r "$results/$1.seconds" | head -n 3 |
		awk '{ printf "%s%s %.0f s", (NR > 1 ? ", " : ""), $1, $2 }')"
	[ -s "$tmp/ran" ] && [ ! -s "$tmp/failed" ] && [ ! -s "$tmp/lost" ]
}

# The faults of kernel-patches/selftest/splats.patch: a scenario that meets one, and what
# the kernel then says.
faults() {
	cat <<-'EOT'
	secretmem_append KASAN: slab-use-after-free
	anon_seal possible circular locking dependency
	anon_populated_mlock_1 WARNING: .*validate_mm
	EOT
}

# detected STAGE: are the faults seen, each of them?
detected() {
	missed=0
	mkdir "$tmp/patches"
	cp "${KERNEL_PATCHES:-$root/kernel-patches/${KERNEL_BASE:-6.12}}"/* "$tmp/patches"
	cp "$root/kernel-patches/selftest/splats.patch" "$tmp/patches"
	chmod u+w "$tmp/patches"/*
	awk -v stage="$1" '
		stage != "stock" { print }
		stage == "stock" || $1 == stage || $1 == stage ".patch" { exit }' \
		"$tmp/patches/series" >"$tmp/series"
	echo splats.patch >>"$tmp/series"
	mv "$tmp/series" "$tmp/patches/series"
	echo "retry splats $("$kernel" retry "$1")" >>"$tmp/patches/about"
	KERNEL_PATCHES=$tmp/patches
	export KERNEL_PATCHES
	in_child "$kernel" debug build splats || die "what is to be detected could not be built"
	faults >"$tmp/faults"
	# One boot each: the first complaint turns off lockdep, and KASAN's own others.
	while read -r scenario text <&3; do
		boot_debug splats "splats-$scenario" "$scenario"
		complaints "$results/splats-$scenario.console" >"$tmp/complaints" || :
		if grep -q "^while $scenario ran: .*$text" "$tmp/complaints"; then
			tell "$(grep -m 1 "$text" "$tmp/complaints"), as it must"
			continue
		fi
		cat "$tmp/complaints"
		tell "$scenario: a fault of splats.patch IS NOT SEEN: no '$text' in" \
			"$results/splats-$scenario.console"
		rm -rf "$kept"
		missed=1
	done 3<"$tmp/faults"
	return $missed
}

# debug_tests: 1 if the kernel complains, a scenario does not run, or a fault is not seen.
debug_tests() {
	failed=0
	stage=${STAGE:-$("$kernel" series | tail -n 1)}
	in_child "$kernel" debug build "$stage" || die "debug: $stage could not be built"
	# shellcheck disable=SC2046 # names are words
	boot_debug "$stage" "debug-$stage" $(chosen)
	judge_debug "debug-$stage" || failed=1
	quiet_console "debug-$stage" "$results/debug-$stage.console" || failed=1
	# What did not pass is run again.
	[ $failed -eq 0 ] || rm -rf "$kept"
	detected "$stage" || failed=1
	return $failed
}
