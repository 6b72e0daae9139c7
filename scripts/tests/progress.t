#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# How far a measurement is: one line of all stages that are measured at a time, which is
# rewritten on a terminal and sparse in a log; nothing with QUIET=1, and never on standard
# output.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
unset QUIET PROGRESS

# A script that measures for $1 seconds, by a clock that runs 10 times as fast.
cat >"$tmp/measure.sh" <<EOT
#!/bin/sh
# Usage: measure.sh SECONDS

set -eu
root=$PWD
. "\$root/scripts/lib.sh"
. "\$root/scripts/progress.sh"
date() {
	echo \$((\$(command date +%s%N) / 100000000))
}
trap end_progress EXIT
exit_on_signals
begin_progress "exact tier" 3
[ -z "\$drawer" ] || {
	echo "\$PROGRESS" >"$tmp/folder"
	echo "10 40 anon_append" >"\$PROGRESS/one"
	echo "30 40 memfd_append" >"\$PROGRESS/two"
}
sleep "\$1"
warn "measured"
end_progress
echo table
EOT
chmod 755 "$tmp/measure.sh"

try "$tmp/measure.sh" 6
is 'in a log' "$status" 0
ok 'a line of both stages' grep -qE \
	'^measure\.sh: exact tier: 40 of 120 runs, about [0-9]+ s left: one anon_append, two memfd_append$' \
	"$tmp/err"
ok '  no more than one in 20 seconds' [ "$(grep -c 'of 120' "$tmp/err")" -le 3 ]
ok '  and no character of a terminal' sh -c "! LC_ALL=C grep -q '[[:cntrl:]]' '$tmp/err'"
is 'standard output is the result' "$(cat "$tmp/out")" table
ok 'nothing is left behind' [ ! -e "$(cat "$tmp/folder")" ]

try env QUIET=1 "$tmp/measure.sh" 4
is 'QUIET=1' "$(cat "$tmp/err")" 'measure.sh: measured'

mkdir "$tmp/outer"
try env PROGRESS="$tmp/outer" "$tmp/measure.sh" 4
is 'where another draws: nothing' "$(cat "$tmp/err")" 'measure.sh: measured'
ok '  and its folder stays' [ -d "$tmp/outer" ]

# A script below it that draws, as that of the native tier.
cat >"$tmp/below.sh" <<EOT
#!/bin/sh
# Usage: below.sh

root=$PWD
. "\$root/scripts/lib.sh"
draw_line "boot 3 of 8"
sleep 4
clear_line
EOT
chmod 755 "$tmp/below.sh"
sed "s,^sleep.*,rm -f \"\$PROGRESS\"/*; $tmp/below.sh," "$tmp/measure.sh" >"$tmp/above.sh"
chmod 755 "$tmp/above.sh"
try "$tmp/above.sh" 4
ok 'what a script below it draws is drawn' grep -qx 'above.sh: boot 3 of 8' "$tmp/err"

# One below it that says something, which is passed on.
sed 's,^sleep.*,sleep 2.5; echo "measure.sh: 8 boots" | pass_on,; s/^warn.*//' "$tmp/measure.sh" \
	>"$tmp/pass.sh"
chmod 755 "$tmp/pass.sh"

if command -v script >/dev/null; then
	try env TERM=xterm script -qec "stty cols 60; $tmp/measure.sh 2.5" /dev/null
	tr '\r' '\n' <"$tmp/out" >"$tmp/lines"
	ok 'on a terminal it is drawn' grep -q 'exact tier: 40 of 120' "$tmp/lines"
	is '  which the terminal cuts at its width' "$(grep '\[K.*exact tier' "$tmp/lines" |
		grep -vc '\[?7l.*\[?7h$')" 0
	ok '  on one line' [ "$(grep -c . "$tmp/out")" -le 2 ]
	ok '  which gives way to what is said' grep -q '^.\[Kmeasure.sh: measured' "$tmp/lines"
	try env TERM=xterm script -qec "$tmp/pass.sh" /dev/null
	ok '  and to what a script below it says' grep -q "$(printf '\033')\[Kmeasure.sh: 8 boots" \
		"$tmp/out"
	try env TERM=dumb script -qec "$tmp/measure.sh 2.5" /dev/null
	ok 'a dumb terminal is a log' sh -c "! grep -q '\[K' '$tmp/out'"
else
	skip_test 'on a terminal' 'no script(1)'
fi

try "$tmp/pass.sh"
ok 'in a log it is as it was said' grep -qx 'measure.sh: 8 boots' "$tmp/err"

# Killed, it draws no more.
"$tmp/measure.sh" 30 2>"$tmp/err" >/dev/null &
pid=$!
ok 'it draws' within 10 grep -q 'of 120' "$tmp/err"
kill -s KILL $pid
wait $pid 2>/dev/null
sleep 1.5
before=$(wc -l <"$tmp/err")
sleep 4
is '  until the script is killed' "$(wc -l <"$tmp/err")" "$before"
rm -rf "$(cat "$tmp/folder")"

# What is cached is no part of what is left.
folder=$tmp/files
mkdir "$folder"
echo 0 0 >"$folder/cached"
echo 0 0 boots >"$folder/new"
# shellcheck source=scripts/progress.sh
. scripts/progress.sh
is 'a boot' "$(progress_line tier 2 5)" 'tier: new boots'
echo 20 40 nop >"$folder/new"
is 'half of it' "$(progress_line tier 2 5)" 'tier: 20 of 40 runs, about 5 s left: new nop'
: >"$folder/new"
echo 'boot 3 of 8' >"$folder/.line"
is 'what a script has drawn' "$(progress_line tier 2 5)" 'boot 3 of 8'
rm "$folder/.line"
is 'one that is being written' "$(progress_line tier 2 5)" ''

finish
