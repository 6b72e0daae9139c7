# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of test-kernel.sh
#
# Of test-kernel.sh: the mm selftests, in a guest of each stage.  Their Makefile builds
# them, once for all stages that have the same source of them.  What a guest said is kept:
#
#   CACHE/test-kernel/guest-KEY/	tests console	what the tests and the kernel said

selftests=tools/testing/selftests
selftest_folders="$selftests/mm $selftests/lib.mk $selftests/kselftest.h
	$selftests/kselftest_harness.h $selftests/kselftest $selftests/x86
	$selftests/pidfd $selftests/clone3 $selftests/cgroup tools/include tools/scripts
	tools/arch/x86/include scripts/subarch.include mm/gup_test.h"

# Patience with one of them, and with the guest.
test_seconds=300
guest_seconds=1800

# Of its 4 GiB a guest takes what is written to.
guest_machine="-M q35 -accel tcg -cpu max -m 4096"
guest_append="console=ttyS1 norandmaps secretmem.enable=1 panic=-1 rdinit=/init
	TEST_SECONDS=$test_seconds"

# hash_all FOLDER: of all files in it, and their names.
hash_all() {
	(cd "$1" && find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum) |
		sha256sum
}

# build_selftests STAGE: to $tmp/root, with a list of them.  Those that the tree has not
# are said; 1 if one does not build.
build_selftests() {
	# shellcheck disable=SC2086 # folders are words
	take_source "$1" $selftest_folders
	id=$(hash_all "$source")
	[ "$id" != "${built_id:-}" ] || return 0
	built_id=$id
	rm -rf "$tmp/root"
	mkdir -p "$tmp/root/tests"
	: >"$tmp/root/tests/list"
	lacks=
	broken=0
	grep -v '^#' "$root/scripts/test-kernel/selftests" >"$tmp/selftests"
	while read -r name <&3; do
		[ -f "$source/$selftests/mm/$name.c" ] || {
			lacks="$lacks $name"
			continue
		}
		draw_line "$1: building the selftest $name"
		log=$results/selftest-$name.build
		if build_test "$log" "$selftests/mm" LDFLAGS=-static \
			OUTPUT="$tmp/root/tests" "$tmp/root/tests/$name"; then
			echo "$name" >>"$tmp/root/tests/list"
		else
			tell "$1: the selftest $name DOES NOT BUILD; all that make said is" \
				"in $log"
			broken=1
		fi
	done 3<"$tmp/selftests"
	[ -z "$lacks" ] || tell "$1: this kernel has no selftest$lacks"
	gcc -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -static -o "$tmp/root/init" \
		"$root/bench/tests/selftests/init.c" || die "the guest's init does not build"
	(cd "$tmp/root" && find init tests -print | LC_ALL=C sort |
		cpio --quiet --reproducible -o -H newc) >"$tmp/initrd"
	return $broken
}

# guest_line STAGE: which test it is at.
guest_line() {
	echo "$1: selftests, $(grep -a '^== [^ ]*$' "$tmp/said/tests" 2>/dev/null |
		tail -n 1 | tr -d '\r= ' | grep . || echo booting)"
}

# boot_selftests STAGE: $results/STAGE.tests and .console.
boot_selftests() {
	image=$("$kernel" path "$1") || die "$1: no image"
	kept=$cache/test-kernel/guest-$({
		sha256sum <"$image/vmlinux"
		hash_all "$tmp/root"
		echo "$guest_machine $guest_append"
		qemu-system-x86_64 --version
	} | sha256sum | cut -c 1-16)
	if [ ! -d "$kept" ] || [ "${REMEASURE:-0}" = 1 ]; then
		rm -rf "$tmp/said"
		mkdir "$tmp/said"
		begin_drawer guest_line "$1"
		status=0
		# shellcheck disable=SC2086 # words
		in_child timeout "$guest_seconds" qemu-system-x86_64 $guest_machine \
			-nodefaults -display none -no-reboot \
			-serial "file:$tmp/said/tests" -serial "file:$tmp/said/console" \
			-kernel "$image/vmlinux" -initrd "$tmp/initrd" \
			-append "$(echo $guest_append)" || status=$?
		case $status in
		0) ;;
		124)	tell "$1: the guest does not come to an end within $guest_seconds s" ;;
		*)	tell "$1: QEMU ends with status $status" ;;
		esac
		end_drawer
		if grep -aq '^== done' "$tmp/said/tests" 2>/dev/null; then
			rm -rf "$kept"
			cp -r "$tmp/said" "$kept.$$"
			mv -T "$kept.$$" "$kept"
		else
			kept=$tmp/said
		fi
	fi
	touch -c "$kept"
	for file in tests console; do
		cp "$kept/$file" "$results/$1.$file" 2>/dev/null || : >"$results/$1.$file"
	done
}

# results_of FILE: "TEST: ok WHAT", "TEST: not ok WHAT", "TEST: skip WHAT" and "TEST: exit
# STATUS" of what a guest said.
results_of() {
	tr -d '\r' <"$1" | LC_ALL=C awk '
	/^== / {
		if (NF == 2) {
			test = $2
			next
		}
		sub(/^== [^ ]+ /, "")
		print test ": " $0
		next
	}
	/^(not )?ok [0-9]+/ {
		line = $0
		result = line ~ /^not/ ? "not ok" : line ~ /# *SKIP/ ? "skip" : "ok"
		sub(/^(not )?ok /, "", line)
		# It takes more until that takes long enough: a matter of time.
		if (test == "mrelease_test")
			sub(/[0-9]+MB/, "some MB", line)
		print test ": " result " " line
	}
	# As uffd-unit-tests says it.
	/^Testing .*[.][.][.] / {
		line = $0
		result = line ~ /[.] done/ ? "ok" : line ~ /[.] skipped/ ? "skip" : "not ok"
		sub(/^Testing /, "", line)
		print test ": " result " " line
	}
	/^Bail out!/ { print test ": " $0 }'
}

# table STAGE: what its tests said, a line each; 1 if nothing passed.
table() {
	printf '%-22s %6s %6s %7s  %s\n' "on $1" passed failed skipped ended
	awk '
	FILENAME == ARGV[1] {
		order[++n] = $1
		next
	}
	{ test = substr($1, 1, length($1) - 1) }
	$2 == "ok" { passed[test]++ }
	$2 == "not" { failed[test]++ }
	$2 == "skip" { skipped[test]++ }
	$2 ~ /^(exit|signal|hung)$/ { how[test] = $2 " " $3 }
	END {
		for (i = 1; i <= n; i++) {
			test = order[i]
			all += passed[test]
			printf "%-22s %6d %6d %7d  %s\n", test, passed[test],
				failed[test], skipped[test],
				test in how ? how[test] : "not run"
		}
		exit !all
	}' "$tmp/root/tests/list" "$results/$1.results"
}

# has_passed STAGE TEST: something of it; of one that gives no results, all.
has_passed() {
	grep -q "^$2: ok " "$results/$1.results" || {
		grep -q "^$2: exit 0" "$results/$1.results" &&
			! grep -q "^$2: skip " "$results/$1.results"
	}
}

# why_not STAGE TEST: the first result that is no good, or the last that it said.
why_not() {
	grep -m 1 "^$2: \(not ok\|Bail out\|skip\|signal\|hung\)" "$results/$1.results" ||
		tr -d '\r' <"$results/$1.tests" | awk -v test="$2" '
			$1 == "==" {
				inside = $2 == test && NF == 2
				next
			}
			inside && NF { last = $0 }
			END { print test ": " last }'
}

# nowhere: the tests of which nothing passes on any stage, and why on the first one.
nowhere() {
	while read -r name; do
		for stage in $stages; do
			! has_passed "$stage" "$name" || continue 2
		done
		tell "$name passes on no stage: $(why_not "${stages%% *}" "$name" |
			sed 's/^[^ ]*: //')"
	done <"$tmp/root/tests/list"
}

# judge_guest STAGE FIRST: what it said, against what the first one did; 1 if it is not
# the same, or not all that there is.
judge_guest() {
	results_of "$results/$1.tests" >"$results/$1.results"
	nr=$(grep -c ': \(ok\|not ok\|skip\) ' "$results/$1.results" || :)
	if [ "$nr" -eq 0 ]; then
		tail -n 5 "$results/$1.console" >&2
		tell "$1: NO SELFTEST RAN; what the guest said is in $results"
	elif ! grep -aq '^== done' "$results/$1.tests"; then
		[ "$1" != "$2" ] || table "$1" || :
		tell "$1: the guest DID NOT COME TO ITS END, but to" \
			"$(grep -a '^== [^ ]*$' "$results/$1.tests" | tail -n 1 | tr -d '\r= ');" \
			"what it said is in $results"
	elif [ "$1" = "$2" ]; then
		table "$1" && return
		tell "$1: NO SELFTEST PASSED"
	elif diff "$results/$2.results" "$results/$1.results" >"$tmp/diff"; then
		tell "$1: $nr results of selftests, the same as on $2"
		return
	else
		sed -n "s/^</  $2:/p; s/^>/  $1:/p" "$tmp/diff"
		tell "$1: the selftests DIFFER from those on $2"
	fi
	return 1
}

# guest_tests: of all stages; 1 if one is not like the first, or nothing was tested.
guest_tests() {
	failed=0
	first=${stages%% *}
	# shellcheck disable=SC2086 # stages are words
	in_child "$kernel" build $stages || die "a stage could not be built"
	for stage in $stages; do
		build_selftests "$stage" || failed=1
		boot_selftests "$stage"
		[ "$stage" != "$first" ] || first_kept=$kept
		passed=1
		judge_guest "$stage" "$first" || passed=
		quiet_console "$stage" "$results/$stage.console" || passed=
		# What did not pass is run again, and what it is held against.
		[ -n "$passed" ] || {
			rm -rf "$kept" "$first_kept"
			failed=1
		}
	done
	nowhere
	return $failed
}
