# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of test-distros.sh
#
# Of test-distros.sh: the short form.

# in_short COMMAND...: by the user, in his clone.
in_short() {
	"$root/scripts/in-root.sh" --read-only --bind "$home=home/user" \
		--bind "$image=mnt" "$at" user env -C vmabench "$@"
}

# all_same: vmadiff has found no row of the two that differs, but in "pages": of which
# frames the allocator has given out depends in how many pages struct pages are, and
# what lies in memory before the kernel is QEMU's.
all_same() {
	awk -F , '
	NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
	$(at["metric"]) == "pages" { next }
	$(at["verdict"]) == "EXACT-SAME" { same++; next }
	{ print; differ++ }
	END { exit !same || differ }' "$tmp/out"
}

short_form() {
	try short_root "$release"
	is "$release: there is a root with what the suite needs" "$status" 0
	[ "$status" -eq 0 ] || return 0
	at=$(cat "$tmp/out")
	home=$inside/home-$release
	cp -a "$at/home/user" "$home"
	try clone_into "$home"
	is "$release: what is committed is cloned" "$status" 0
	try in_short make programs
	is "$release: the programs are built" "$status" 0
	[ "$status" -eq 0 ] || return 0
	try in_short build/vmabench list
	ok "$release: vmabench runs" grep -q '^secretmem_append ' "$tmp/out"
	try in_short build/vmadiff --version
	is "$release: vmadiff runs" "$status" 0
	try in_short sh -c 'gcc --version && ld --version && ldd --version &&
		qemu-system-x86_64 --version'
	told "$(grep -E '^(gcc|GNU ld|ldd|QEMU)' "$tmp/out" | paste -s -d ';')"
	try in_short build/vmabench exact --probe
	is "$release: its QEMU takes the plugin" "$status" 0
	# shellcheck disable=SC2086 # one word a scenario
	try in_short env ONCE=1 scripts/exact.sh "$stage=/mnt" there.jsonl $scenarios
	is "$release: its QEMU measures a kernel of this machine" "$status" 0
	[ "$status" -eq 0 ] || return 0

	# The same program, so that what differs is QEMU's.
	mkdir "$tmp/mixed"
	cp "$build"/vmabench* "$tmp/mixed"
	cp "$home/vmabench/build/vmabench" "$tmp/mixed"
	# shellcheck disable=SC2086
	try env ONCE=1 B="$tmp/mixed" "$root/scripts/exact.sh" "$stage=$image" \
		"$tmp/here.jsonl" $scenarios
	is "$release: and so does this machine's" "$status" 0
	try "$build/vmadiff" export --format csv --allow=qemu --allow=firmware \
		"$tmp/here.jsonl" "$home/vmabench/there.jsonl"
	ok "$release: they count the same" all_same
	rm -rf "$tmp/mixed"
}
