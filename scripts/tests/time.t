#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Of series.sh: what is timed is left in the session, and where nothing is, why.  TAP.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
suite=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
session=$tmp/session
tree=
root=$tmp/suite
mkdir -p "$session" "$root/scripts"
ln -s "$suite/scripts/trust.sh" "$root/scripts"

# shellcheck source=scripts/lib.sh
. "$suite/scripts/lib.sh"
# shellcheck source=scripts/progress.sh
. "$suite/scripts/progress.sh"
# shellcheck source=scripts/series/native.sh
. "$suite/scripts/series/native.sh"

# What is run beside it: leaves a boot of each stage, speaks, ends as it is told.
cat >"$root/scripts/native-series.sh" <<EOT
#!/bin/sh
for stage; do
	cp "\$NATIVE_DIR/missing.txt" "$tmp/during"
	mkdir -p "\$NATIVE_DIR/\$stage"
	echo made up >"\$NATIVE_DIR/\$stage/boot-0000.jsonl"
done
echo 'native-series.sh: 8 boots, 3 s' >&2
cat "$tmp/says" >&2
exit \$(cat "$tmp/ends")
EOT
chmod +x "$root/scripts/native-series.sh"

# run STATUS TEXT: of native-series.sh, and what it says
run() {
	echo "$1" >"$tmp/ends"
	echo "$2" >"$tmp/says"
	failed=
	rm -rf "$session/native" "$tmp/scratch"
	scratch=$tmp/scratch
	mkdir "$scratch"
	printf '%s %s\n' deferred deferred.jsonl hook hook.jsonl bad 'BOOT-FAILED: panic' \
		noretry noretry.jsonl >"$session/stages"
	time_natively >"$tmp/out" 2>"$tmp/err"
}
no_reason() {
	! [ -e "$session/native/missing.txt" ]
}

run 0 'native-series.sh: all is well'
is 'all went well' "$failed" ''
is 'the boots of each stage are in the session' \
	"$(cd "$session/native" && echo */boot-*)" \
	'deferred/boot-0000.jsonl hook/boot-0000.jsonl noretry/boot-0000.jsonl'
ok 'its progress is seen' grep -qx 'native-series.sh: 8 boots, 3 s' "$tmp/err"
ok 'there is nothing to explain' no_reason
ok '  as long as it runs, that it was cut short' grep -qx \
	'the session was cut short while kernels were booted: .*' "$tmp/during"

run 3 'native-series.sh: boot 7, noretry, layout 3, failed'
is 'a boot that failed is a failure' "$failed" ' of the native tier'
is '  which the reports name' "$(cat "$session/native/missing.txt")" \
	'native-series.sh: boot 7, noretry, layout 3, failed'
ok '  the others are there' test -s "$session/native/noretry/boot-0000.jsonl"

run 3 'native-series.sh: boot 7, noretry, layout 3, failed
native-series.sh: layout 3 of noretry is not booted again'
is '  and that it is not tried again' "$(tail -n 1 "$session/native/missing.txt")" \
	'native-series.sh: layout 3 of noretry is not booted again'

run 3 'vmabench: a scenario failed, which is in the record'
is 'a scenario that failed is one, too' "$failed" ' of the native tier'
ok '  its record says it, and nothing else is missing' no_reason

run 137 ''
is 'one that says nothing: the reason is its status' "$(cat "$session/native/missing.txt")" \
	'native-series.sh ended with status 137'
run 1 'vmabench: image: no ptrace here
Try `vmabench native --help'\'' or `vmabench native --usage'\'' for more
information.
native-series.sh: 9 boots, 4 s
native-series.sh: measuring deferred failed (1)'
is 'where nothing runs there is no failure' "$failed" ''
ok '  it is said, and how to do without' grep -q 'time was not measured; TIER=exact' \
	"$tmp/err"
is '  why is kept for the reports' "$(cat "$session/native/missing.txt")" \
	'vmabench: image: no ptrace here
native-series.sh: measuring deferred failed (1)'
cat >"$root/scripts/native-series.sh" <<'EOT'
#!/bin/sh
mkdir -p "$NATIVE_DIR/deferred" "$NATIVE_DIR/noretry"
echo 'there is no room' >"$NATIVE_REASON"
exit 1
EOT
run 1 ''
is '  or what it says itself' "$(cat "$session/native/missing.txt")" 'there is no room'
is '  no folder without boots is left' "$(ls "$session/native")" missing.txt

# What a session has that does not get to its end.
rm -rf "$session/native"
mkdir -p "$session/native/deferred" "$session/native/noretry"
echo 'native-series.sh: 8 boots' >"$session/native/.said"
tell_unfinished 2>"$tmp/err"
says 'before the first boot' "the records so far are in $session. The same command goes on"
ok '  nothing of boots is left' test ! -e "$session/native"
mkdir -p "$session/native/deferred" "$session/native/noretry"
echo made up >"$session/native/deferred/boot-0000.jsonl"
tell_unfinished 2>"$tmp/err"
says 'after it' "what was counted, and the boots so far, are in $session. "
is '  they stay' "$(cd "$session/native" && echo *)" deferred

finish
