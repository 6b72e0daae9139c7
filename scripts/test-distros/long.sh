# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of test-distros.sh
#
# Of test-distros.sh: the long form, what the README says.

# typed COMMAND...: by $user in his clone; what it says goes to $log, and the end of
# that to where ok shows it.
typed() {
	status=0
	"$root/scripts/in-root.sh" "$at" "$user" env -C vmabench "$@" >"$log" 2>&1 </dev/null ||
		status=$?
	tail -n 40 "$log" >"$tmp/out"
}

# install_line: the one that $log has, of names of packages and nothing else.
install_line() {
	[ "$(grep -c 'apt-get install' "$log")" -eq 1 ] || return 1
	grep -xE '(sudo )?apt-get install( --?[a-z-]+)*( [a-z0-9][a-z0-9.+-]*)+' "$log"
}

# as_root LINE: what the owner of the machine types, and answers.
as_root() {
	"$root/scripts/in-root.sh" "$at" root env DEBIAN_FRONTEND=noninteractive \
		sh -c "$(echo "${1#sudo }" | sed 's/^apt-get/& -q -y/')"
}

# asks_first TARGET: make stops, and names the line; root types it.
asks_first() {
	ok "$name: make $1 stops where packages are missing" [ "$status" -ne 0 ]
	line=$(install_line) || line=
	ok "$name: and prints the one line that installs them" [ -n "$line" ]
	[ -n "$line" ] || return 0
	try as_root "$line"
	is "$name: which works" "$status" 0
}

# make_it TARGET
make_it() {
	log=$logs/$1.log
	told "$user: make $1; all that it says is in $log"
	start=$(date +%s)
	typed make "$1"
	if [ "$user" != root ]; then
		asks_first "$1"
		start=$(date +%s)
		typed make "$1"
	fi
	is "$name: make $1" "$status" 0
	told "$user: make $1: $((($(date +%s) - start) / 60)) min, exit status $status"
	tail -n 12 "$log" | sed 's/^/#   /' >&2
	# What does not run here is to be seen.
	grep -E 'skipped' "$log" | sed 's/^/#   /' >&2
}

versions() {
	log=$logs/versions.log
	# shellcheck disable=SC2016 # for the other shell
	typed sh -c 'gcc --version; ldd --version; ld --version
		qemu-system-x86_64 --version
		dpkg-query -W -f "\${Package} \${Version}\n" "linux-source-*"'
	told "$user: $(grep -E '^(gcc|ldd|GNU ld|QEMU|linux-source)' "$log" |
		paste -s -d ';')"
}

# What root has built is the other one's as well: the key of an image is what it is
# made of.
keep_built() {
	mkdir "$inside/built"
	for what in images modules ccache; do
		mv "$home/.cache/vmabench/$what" "$inside/built" 2>/dev/null || :
	done
}

share_built() {
	[ -n "$(ls "$inside/built" 2>/dev/null)" ] || return 0
	mkdir -p "$home/.cache/vmabench"
	cp -a "$inside"/built/* "$home/.cache/vmabench"
	chown -R --reference="$home" "$home/.cache"
	told "$user has $(cd "$inside/built" && echo *) that were there before"
}

# The README for one user, in a root of his own.
reads_readme() {
	name="$release, $user"
	at=$inside/root
	cp -a "$inside/base" "$at"
	home=$at$(awk -F : -v user="$user" '$1 == user { print $6 }' "$at/etc/passwd")
	logs=$results/$release-$user
	rm -rf "$logs"
	mkdir -p "$logs"
	try clone_into "$home"
	is "$name: what is committed is cloned" "$status" 0
	share_built
	# Others than root have somebody who does that for them now and then.
	[ "$user" = root ] || as_root 'apt-get update' >/dev/null 2>&1 || :
	for target in $targets; do
		make_it "$target"
	done
	versions
	[ "$user" = root ] || ok "$name: nothing is written outside of home and /tmp" \
		nothing_elsewhere
	[ -d "$inside/built" ] || keep_built
	rm -rf "$at"
}

nothing_elsewhere() {
	find "$at" -xdev \( -path "$at/home" -o -path "$at/tmp" \) -prune -o \
		-uid "$(stat -c %u "$at/home/user")" -print >"$tmp/out"
	[ ! -s "$tmp/out" ]
}

# Debian 12 has the kernel's source in its security suite alone.
without_security() {
	user=root
	name="$release without its security suite"
	at=$inside/root
	cp -a "$inside/base" "$at"
	rm "$at"/etc/apt/sources.list.d/*security*
	log=$tmp/log
	try clone_into "$at/root"
	typed make series
	ok "$name: make series stops" [ "$status" -ne 0 ]
	line=$(grep -xE "deb [a-z]+://[^ ]+ $release-security main" "$log") || line=
	ok "$name: and prints the line that adds it" [ -n "$line" ]
	echo "$line" >"$at/etc/apt/sources.list.d/security.list"
	try as_root 'apt-get update'
	try "$root/scripts/in-root.sh" "$at" root apt-cache show \
		"linux-source-${KERNEL_BASE:-6.12}"
	is "$name: which helps" "$status" 0
	rm -rf "$at"
}
