#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What all scripts have in common: --help, where nothing is built and by who is not root;
# an unknown option is refused; none is longer than 300 lines; what lib.sh has is written
# once; what is installed is whole.  Then each of these rules is broken in a copy, which must be noticed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

# A copy with no programs, as if it had been cloned a moment ago.
suite=$tmp/suite
chmod 755 "$tmp"
mkdir "$suite"
cp -r scripts kernel-patches "$suite"

# Who has no privileges, where that can be.
by_user=
if [ "$(id -u)" -eq 0 ] && setpriv --reuid 65534 --regid 65534 --clear-groups true; then
	by_user="setpriv --reuid 65534 --regid 65534 --clear-groups"
fi

# programs: the scripts that can be run, one a line; parts, the others, are sourced.
programs() {
	(cd "$suite/scripts" && find . -name '*.sh' -perm -u+x | sed 's,^\./,,' | sort)
}
parts() {
	(cd "$suite/scripts" && find . -name '*.sh' ! -perm -u+x | sed 's,^\./,,' | sort)
}

# What follows prints those that break a rule.

no_help() {
	for script in $(programs); do
		for option in --help -h; do
			# shellcheck disable=SC2086 # words
			try env -i PATH="$PATH" $by_user "$suite/scripts/$script" $option
			{ [ "$status" -eq 0 ] && [ ! -s "$tmp/err" ] &&
				head -n 1 "$tmp/out" | grep -q "^Usage: ${script##*/}" &&
				[ "$(wc -l <"$tmp/out")" -gt 2 ]; } ||
				echo "$script $option"
		done
	done
}

# too_wide: lines of --help that a terminal would break.
too_wide() {
	for script in $(programs); do
		"$suite/scripts/$script" --help | awk -v script="$script" \
			'length > 80 { print script ": " length }'
	done
}

# not_a_screen: scripts of which an error in the first word is not what is seen last, on
# one screen.
not_a_screen() {
	for script in $(programs); do
		try env -u TREE -u RANGE -u SERIES "$suite/scripts/$script" --no-such-option
		{ [ "$(wc -l <"$tmp/err")" -le 24 ] &&
			tail -n 1 "$tmp/err" | grep -qE "^${script##*/}: "; } ||
			echo "$script"
	done
}

# A selftest of the kernel has other statuses: 2 is an expected failure.
takes_anything() {
	for script in $(programs); do
		wanted=2
		[ "$script" != kselftest/vmabench.sh ] || wanted=1
		try env -u TREE -u RANGE -u SERIES "$suite/scripts/$script" --no-such-option
		{ [ "$status" -eq $wanted ] && [ -s "$tmp/err" ]; } ||
			echo "$script: $status"
	done
}

too_long() {
	find "$suite/scripts" \( -name '*.sh' -o -name '*.t' \) -exec wc -l {} + |
		awk -v folder="$suite/scripts/" '$2 != "total" && $1 > 300 {
			print substr($2, length(folder) + 1) ": " $1 " lines" }'
}

# Names of functions of lib.sh that another script defines as well.
written_twice() {
	names=$(sed -n 's/^\([a-z_]*\)() {$/\1/p' "$suite/scripts/lib.sh" | paste -s -d '|')
	(cd "$suite/scripts" && grep -rnE "^[[:space:]]*($names)\(\)" --include='*.sh' \
		--include='*.t' . | grep -v '^\./lib.sh:' | sed 's,^\./,,')
}

# What can be run says by what, and what is only sourced cannot be run.
wrong_mode() {
	for script in $(programs); do
		head -n 1 "$suite/scripts/$script" | grep -q '^#!' ||
			echo "$script is executable"
	done
	for script in $(parts); do
		! head -n 1 "$suite/scripts/$script" | grep -q '^#!' ||
			echo "$script is not executable"
	done
}

ok 'there are scripts' [ "$(programs | wc -l)" -gt 30 ]
is 'each answers --help' "$(no_help)" ''
is 'each refuses an option that it does not have' "$(takes_anything)" ''
is 'which fits on a line of 80 columns' "$(too_wide)" ''
is 'with one screen, the error last' "$(not_a_screen)" ''
is 'none is longer than 300 lines' "$(too_long)" ''
is 'what lib.sh has is in no other' "$(written_twice)" ''
is 'none but what can be run is executable' "$(wrong_mode)" ''

# What install.sh installs is whole.
if [ -x "${B:-build}/vmadiff" ]; then
	try env DESTDIR="$tmp/installed" PREFIX=/usr scripts/install.sh
	is 'they can be installed' "$status" 0
	suite=$tmp/installed/usr/share/vmabench
	ok 'those for users' [ -x "$suite/scripts/series.sh" ]
	ok 'and no other' [ ! -e "$suite/scripts/test-metal.sh" ]
	is 'and answer --help there' "$(no_help)" ''
	is 'and refuse options there' "$(takes_anything)" ''
	suite=$tmp/suite
else
	skip_test 'they can be installed' 'nothing is built'
fi

# Broken, one by one.

sed -i '/lib\.sh/d' "$suite/scripts/blocks.sh"
is 'without lib.sh: no help is noticed' "$(no_help | paste -s -d ' ')" \
	'blocks.sh --help blocks.sh -h'
cp scripts/blocks.sh "$suite/scripts"
sed -i 's/^# Usage: blocks/# Usage: block/' "$suite/scripts/blocks.sh"
is 'under another name: noticed' "$(no_help | paste -s -d ' ')" \
	'blocks.sh --help blocks.sh -h'
cp scripts/blocks.sh "$suite/scripts"

sed -i 's/^# Exit status: 0 done/& .......................................................................,/' \
	"$suite/scripts/kernel.sh"
ok 'a line that is too wide: noticed' [ "$(too_wide | grep -c '^kernel.sh: ')" -eq 1 ]
cp scripts/kernel.sh "$suite/scripts"
sed -i '/^misuse/,/^}/s/^\tfail 2.*/\techo wrong >\&2; help >\&2; exit 2/' "$suite/scripts/lib.sh"
ok 'an error that is not last: noticed' [ "$(not_a_screen | grep -c metal.sh)" -ge 1 ]
cp scripts/lib.sh "$suite/scripts"

sed -i '/no_options/d' "$suite/scripts/bench.sh"
sed -i 's/fail 2 /fail 1 /' "$suite/scripts/lib.sh"
ok 'options that are taken, and another status: noticed' \
	[ "$(takes_anything | grep -cE '^(bench|kernel)\.sh: [^2]')" -eq 2 ]
cp scripts/bench.sh scripts/lib.sh "$suite/scripts"

seq 301 | sed 's/^/# /' >"$suite/scripts/kernel/long.sh"
is 'a part that is too long: noticed' "$(too_long)" 'kernel/long.sh: 301 lines'
sed -i '$d' "$suite/scripts/kernel/long.sh"
is 'one that is not: not' "$(too_long)" ''

printf 'die() {\n\texit 1\n}\n' >"$suite/scripts/kernel/long.sh"
is 'a second die(): noticed' "$(written_twice)" 'kernel/long.sh:1:die() {'

chmod +x "$suite/scripts/kernel/long.sh"
is 'a part that is executable: noticed' "$(wrong_mode)" 'kernel/long.sh is executable'

is 'make help fits a terminal' "$(make --no-print-directory help | awk 'length > 80 || NR > 24')" ''
is 'so are the lines of all of it' "$(make --no-print-directory help ALL=1 | grep '.\{81\}')" ''

finish
