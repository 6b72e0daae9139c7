#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# native-series.sh: settings that cannot be, layouts that do not boot, runs that are
# killed, others at the same time, on a vmabench that boots nothing, and a kernel.sh that
# builds nothing. TAP.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
: "${B:=$root/build}"
B=$(cd "$B" && pwd)
# shellcheck source=scripts/tests/native_suite.sh
. "$here/native_suite.sh"

# Settings, before anything is built.

# refused NAME TEXT SETTING...: with --check, and without.
refused() {
	name=$1
	text=$2
	shift 2
	rm -f "$tmp/linked"
	for option in '' --check; do
		# shellcheck disable=SC2086 # there may be none
		try env B="$tmp/bin" CACHE="$tmp/cache" NATIVE_LAYOUTS=2 PLAN_FILE="$tmp/linked" "$@" \
			"$tmp/suite/scripts/native-series.sh" $option base new
		is "$name${option:+, $option}: exit 2" "$status" 2
		is '  says why, and nothing else' "$(cat "$tmp/err")" "native-series.sh: $text"
	done
	ok '  nothing is built' test ! -e "$tmp/linked"
}

refused 'a seed that has no layouts' \
	'SEED=1000000, NATIVE_LAYOUTS=2: the last layout would be 1000001, and there are 1000000' \
	SEED=1000000
refused 'no number' "NATIVE_LAYOUTS: 'many' is not a number above 0" NATIVE_LAYOUTS=many
refused 'no seconds' "NATIVE_SECONDS: '0' is not a number above 0" NATIVE_SECONDS=0
refused 'a CPU that is none' "CPU: 'x' is not the number of a CPU" CPU=x
printf '%s\n' 'vmabench native: --cpu: cannot run on CPU 99 alone: why' \
	"Try \`vmabench native --help' or \`vmabench native --usage' for more" \
	'information.' >"$tmp/wrong"
refused 'a CPU that is not there' 'CPU: cannot run on CPU 99 alone: why' CPU=99
echo "vmabench native: --events: not a list of up to 4 events: ','" >"$tmp/wrong"
refused 'no list of events' "EVENTS: not a list of up to 4 events: ','" EVENTS=,
rm "$tmp/wrong"
try env B="$tmp/bin" CACHE="$tmp/no/cache" NATIVE_LAYOUTS=999999 \
	"$tmp/suite/scripts/native-series.sh" --check base new
is 'more layouts than the disk holds: exit 2' "$status" 2
says '  says how many that are' 'NATIVE_LAYOUTS=999999: of 2 stages these take 13999986 MiB'
says '  and for how many there is room' "$tmp/no/cache has room for "
: >"$tmp/refuses"
try env B="$tmp/bin" "$tmp/suite/scripts/native-series.sh" --check
is 'the machine refuses such kernels, which is no setting: exit 0' "$status" 0
ok '  without a word' silent
run NATIVE_REASON="$tmp/why" PLAN_FILE="$tmp/linked"
is '  but no kernel is built for it' "$(cat "$tmp/why")" noexec
ok '  really' test ! -e "$tmp/linked"
rm "$tmp/refuses"
run PLAN_FILE="$tmp/linked"
is 'kernels that do not build: the status of kernel.sh' "$status" 1

run TMPDIR="$tmp/nowhere"
is 'TMPDIR is not there: exit 1' "$status" 1
says '  says so' "no folder can be made in $tmp/nowhere: No such file or directory; set TMPDIR to one that can be written"
if unshare --mount --propagation private true 2>/dev/null; then
	mkdir "$tmp/full"
	try unshare --mount --propagation private sh -c "mount -t tmpfs -o size=1m none '$tmp/full'
		TMPDIR='$tmp/full' B='$tmp/bin' '$tmp/suite/scripts/native-series.sh' base new &&
			exit; ls -A '$tmp/full'; exit 1"
	is 'TMPDIR is full: exit 1' "$status" 1
	says '  says so' "$tmp/full has less than 8 MiB of free space: make some, or set TMPDIR"
	is '  and nothing is left there' "$(cat "$tmp/out")" ''
else
	skip_test 'TMPDIR is full' 'nothing can be mounted'
fi

# A layout that does not boot.
rm -rf "$RESULTS"
echo '3 new' >"$tmp/damaged"
# Three boots of each, but for that one.
run_boots 26
is 'a layout of a stage that does not boot: exit 3' "$status" 3
is '  is booted twice' "$(grep -c '^3 3 new ' "$tmp/boots")" 2
says '  which is said' 'layout 3 of new is not booted again'
is '  the others go on' "$(cut -d ' ' -f 2-3 "$tmp/boots" | sort | uniq -c |
	awk '$1 > 2' | wc -l | tr -d ' ')" 7
echo none >"$tmp/damaged"
cp "$tmp/bin/vmabench" "$tmp/vmabench"
# shellcheck disable=SC2016 # of vmabench
sed -i 's/^shared=0$/[ "$order" -lt 8 ] || exit 3; shared=1/' "$tmp/bin/vmabench"
begin=$(date +%s)
run NATIVE_SECONDS=600
is 'none boots any more: exit 3' "$status" 3
is '  each is tried twice more' "$(cut -d ' ' -f 2-3 "$tmp/boots" | sort | uniq -c |
	awk '{ print $1 }' | sort -u)" 3
ok '  and that is the end' test $(($(date +%s) - begin)) -lt 300
mv "$tmp/vmabench" "$tmp/bin/vmabench"

# Killed.

# killed SIGNAL STATUS [GROUP]: in the middle of a boot, after three.
killed() {
	rm -rf "$RESULTS" "$tmp/pid" "$tmp/here"
	mkdir "$tmp/here"
	: >"$tmp/hangs-later"
	# shellcheck disable=SC2086 # an assignment, or none
	setsid env --default-signal TMPDIR="$tmp/here" B="$tmp/bin" QUIET=1 NATIVE_LAYOUTS=4 \
		NATIVE_SECONDS=60 $with "$tmp/suite/scripts/native-series.sh" base new \
		>"$tmp/out" 2>"$tmp/err" &
	pid=$!
	ok "a boot runs" within 60 test -s "$tmp/pid"
	# Who ends all of a group ends some of it twice.
	kill -s "$1" -- "${3:+-}$pid"
	[ -z "${3-}" ] || kill -s "$1" -- "-$pid" 2>/dev/null || :
	status=0
	wait $pid || status=$?
	is "  SIG$1${3:+ to its group}: exit $2" "$status" "$2"
	ok '  no process is left' within 60 is_ended "$(cat "$tmp/pid")"
	is '  nor a file' "$(ls "$tmp/here")" ''
	rm "$tmp/hangs-later" "$tmp/hangs"
}
for signal in TERM:143 INT:130 HUP:129; do
	with=
	killed "${signal%:*}" "${signal#*:}"
	says '  says where the boots are' \
		"not finished; the boots so far are in $RESULTS/native/abc/*/"
	says '  and what to do with them' "$tmp/bin/vmadiff compare A B compares two"
	is '  which are there' "$(find "$RESULTS" -name 'boot-*.jsonl' | wc -l | tr -d ' ')" 3
done
for _ in 1 2 3 4 5; do
	killed TERM 143 group
done
with=NATIVE_DIR=$RESULTS/mine
killed TERM 143
ok 'in NATIVE_DIR: without a word' silent
: >"$tmp/hangs"
rm -rf "$RESULTS"
rm "$tmp/pid"
env --default-signal B="$tmp/bin" "$tmp/suite/scripts/native-series.sh" base new \
	>"$tmp/out" 2>"$tmp/err" &
pid=$!
ok 'the first boot runs' within 60 test -s "$tmp/pid"
kill $pid
wait $pid || :
ok '  there is nothing to say' silent
is '  no folder without records' "$(ls "$RESULTS/native/abc")" ''
rm "$tmp/hangs"

mkdir "$tmp/pipe"
try sh -c "{ TMPDIR='$tmp/pipe' B='$tmp/bin' NATIVE_LAYOUTS=4 NATIVE_SECONDS=1 QUIET=1 \
	'$tmp/suite/scripts/native-series.sh' base new 2>&1; echo \$? >'$tmp/status'; } | true"
is 'nobody reads what it says: nothing is left' "$(ls "$tmp/pipe")" ''
ok '  SIGPIPE' grep -qx '141\|1' "$tmp/status"

# In the same second, and with a stage in common.
cat >"$tmp/bin/date" <<EOT
#!/bin/sh
case \$* in
*%Y*) echo 20260101-000000 ;;
*) exec $(command -v date) "\$@" ;;
esac
EOT
chmod +x "$tmp/bin/date"
rm -rf "$RESULTS"
mkdir -p "$RESULTS/native/abc/new/20260101-000000"
run PATH="$tmp/bin:$PATH"
is 'another has begun in this second: exit 0' "$status" 0
is '  and the second stage is not mixed with its' \
	"$(cd "$RESULTS/native/abc" && ls -d ./*/*)" \
	'./base/20260101-000000+
./new/20260101-000000
./new/20260101-000000+'
rm -rf "$RESULTS"
for stages in 'base new' 'new base'; do
	# shellcheck disable=SC2086 # one word a stage
	env PATH="$tmp/bin:$PATH" B="$tmp/bin" QUIET=1 NATIVE_LAYOUTS=2 NATIVE_SECONDS=1 \
		"$tmp/suite/scripts/native-series.sh" $stages >"$tmp/out" 2>"$tmp/err" &
	pids="${pids-} $!"
done
for pid in $pids; do
	wait "$pid" || echo "$pid" >>"$tmp/unwell"
done
ok 'two at the same time: both do well' test ! -e "$tmp/unwell"
is '  and each has its own folders' \
	"$(find "$RESULTS/native/abc" -mindepth 2 -type d ! -empty | wc -l | tr -d ' ')" 4
: >"$tmp/file"
run RESULTS="$tmp/file/results"
is 'records can be nowhere: exit 1' "$status" 1

finish
