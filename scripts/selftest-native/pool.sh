# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of selftest-native.sh
#
# Of selftest-native.sh: boots of the self-test's kernels, in many layouts.
#
#   POOL/patches/           the series, with the self-test's patches behind it
#   POOL/native/SEED/STAGE/ records of a session
#   POOL/sessions/SEED      "STAGE FOLDER" of a session that was finished, SEED being
#                           that of its first layout
#   POOL/delays             "CYCLES NS" of known_delay, after each session

base=delay0
stages="$base same delay10 delay20 delay50"

# Layouts of a session, and seconds of boots for each: for one of a stage as long as
# native-series.sh takes in 60 seconds for 32 of two stages.
session_layouts=16
layout_seconds=5

# make_patches: with the stages that the self-test compares at the end.
make_patches() {
	KERNEL_PATCHES=$pool/patches
	export KERNEL_PATCHES
	[ ! -f "$pool/patches/series" ] || return 0
	rm -rf "$pool/.patches"
	mkdir "$pool/.patches"
	cp "$root/kernel-patches/${KERNEL_BASE:-6.12}"/* "$pool/.patches"
	chmod u+w "$pool/.patches"/*
	for stage in $stages; do
		cp "$root/kernel-patches/selftest/$stage.patch" "$pool/.patches"
		echo "$stage.patch" >>"$pool/.patches/series"
		echo "retry $stage none" >>"$pool/.patches/about"
	done
	mv "$pool/.patches" "$pool/patches"
}

# collect SEED LAYOUTS: a session of all stages, in layouts that are linked for it and
# removed behind it: those of a long run would be some gigabytes.
collect() {
	status=0
	# shellcheck disable=SC2086 # one word a stage
	in_child "$root/scripts/kernel.sh" native "$1" $(($1 + $2 - 1)) $stages \
		>"$tmp/layouts"
	rm -rf "$pool/native/$1"
	# shellcheck disable=SC2086 # one word a stage
	in_child env SEED="$1" NATIVE_LAYOUTS="$2" QUIET=1 \
		NATIVE_SECONDS=$(($2 * layout_seconds)) NATIVE_DIR="$pool/native/$1" \
		SCENARIOS="$scenarios" "$root/scripts/native-series.sh" $stages || status=$?
	cut -d ' ' -f 4- "$tmp/layouts" | xargs -d '\n' rm -rf
	set=$(head -n 1 "$tmp/layouts" | cut -d ' ' -f 4-)
	find "${set%/*/*}" -depth -type d -empty -delete
	case $status in
	0 | 3) ;;
	*)	exit 1 ;;
	esac
	in_child "$build/tests/known_delay" ${CPU:+"$CPU"} >>"$pool/delays"
	mkdir -p "$pool/sessions"
	for stage in $stages; do
		echo "$stage $pool/native/$1/$stage"
	done >"$tmp/folders"
	mv "$tmp/folders" "$pool/sessions/$1"
}

# fill_pool LAYOUTS: with sessions that are not there yet.
fill_pool() {
	seed=1
	while [ "$seed" -le "$1" ]; do
		nr=$session_layouts
		[ $((seed + nr - 1)) -le "$1" ] || nr=$(($1 - seed + 1))
		if [ ! -f "$pool/sessions/$seed" ]; then
			say "layouts $seed to $((seed + nr - 1)) of $1"
			collect "$seed" "$nr"
		fi
		seed=$((seed + nr))
	done
}
