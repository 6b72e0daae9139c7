#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: remote.sh HOST [SCENARIO...]
#	 remote.sh --hosts FILE [SCENARIO...]
#
# make bench on another machine, over ssh: copies vmabench, which is best static,
# into a temporary directory there, runs it as the user that ssh logs in as,
# brings the record back and removes the directory, however it ends.
#
# HOST is user@host[:port] or a name of ~/.ssh/config.  FILE has one a line;
# # begins a comment.  They are measured at the same time, by GNU parallel; one
# that fails is named with the reason, and the others go on.
#
# A record goes to RESULTS/<host>/<kernel>/<session>/, by the host that it names.
# That is a kind of machine: of those alike to the board and the CPU, the second
# one has RESULTS/<host>-<machine>/.
#
# Environment:
#   BENCH_SECONDS  about how long to measure (60)
#   SET            primary, or extended, which has all scenarios (primary)
#   SSH_OPTIONS    more options of ssh, as words: -p 2222 -i key
#   REMOTE_DIR     where the temporary directory is made, on a disk (/var/tmp)
#   RESULTS        results folder (results)
#   QUIET=1        no progress
#
# Exit status: that of vmabench bench for one host, 1 if it could not be run;
# for a file, 0 if all were measured, 3 if some failed, 1 if all did.

set -eu

export LC_ALL=C.UTF-8

root=$(cd "$(dirname "$0")/.." && pwd)
build=${B:-$root/build}
results=${RESULTS:-$root/results}
tmp=
child=

die()
{
	status=$1
	shift
	echo "remote.sh: $*" >&2
	exit "$status"
}

usage()
{
	sed -n '/^# Usage/,/^set/s/^# \{0,1\}//p' "$0"
}

undo()
{
	if [ -n "$child" ]; then
		# parallel takes the first one for a wish to start no more.
		kill "$child" 2>/dev/null || :
		kill "$child" 2>/dev/null || :
		wait "$child" 2>/dev/null || :
	fi
	[ -z "$tmp" ] || rm -rf "$tmp"
}
trap undo EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# check_host HOST: a name ends up in command lines, of ssh and of what its
# configuration has for it.
check_host()
{
	case $1 in
	*[!]A-Za-z0-9@._:%+[-]*) ;;
	*)
		! printf '%s\n' "$1" | grep -qE \
			'^([A-Za-z0-9_][A-Za-z0-9._+-]*@)?([A-Za-z0-9_][A-Za-z0-9._-]*|\[[A-Za-z0-9:.%_-]+\])(:[0-9]+)?$' ||
			return 0 ;;
	esac
	die 2 "'$1' is not user@host[:port] or a name of ~/.ssh/config"
}

# quoted WORD...: as one line that a shell takes apart again.
quoted()
{
	for word in "$@"; do
		printf "'%s' " "$(printf %s "$word" | sed "s/'/'\\\\''/g")"
	done
}

# What runs there, of sh -c.  Its input is the program, of a known size, and then
# stays open: at its end, whoever asked for this is gone, or the connection is.
# No single quotes, for the sake of the login shell.
# shellcheck disable=SC2016 # expanded there
there='
set -eu
umask 077
arch=$1 size=$2 parent=$3
shift 3
here=$(uname -m)
[ "$here" = "$arch" ] || {
	echo "it is $here, and this vmabench is for $arch: clone and make bench there" >&2
	exit 1
}
dir=$(mktemp -d "$parent/vmabench.XXXXXX") || {
	echo "cannot write to $parent there: set REMOTE_DIR" >&2
	exit 1
}
bench=
undo() {
	if [ -n "$bench" ]; then
		kill "$bench" 2>/dev/null || :
		wait "$bench" || :
	fi
	rm -rf "$dir"
}
trap undo EXIT
trap "exit 1" HUP INT TERM PIPE
head -c "$size" >"$dir/vmabench"
[ "$(wc -c <"$dir/vmabench")" -eq "$size" ] || {
	echo "vmabench was cut off on its way" >&2
	exit 1
}
chmod 700 "$dir/vmabench"
"$dir/vmabench" --version >/dev/null || {
	# The status of a shell, and of the loader, that miss something.
	if [ $? -eq 127 ]; then
		echo "shared libraries of this vmabench are not there:" \
			"make LINK=static here, or clone and make bench there" >&2
	else
		echo "cannot run programs in $parent there: set REMOTE_DIR" >&2
	fi
	exit 1
}
exec 3<&0
"$dir/vmabench" bench --results "$dir/results" --dir "$dir" "$@" \
	>"$dir/path" </dev/null 3<&- &
bench=$!
(read -r line <&3 || :; kill "$bench") >/dev/null 2>&1 &
watcher=$!
status=0
wait "$bench" || status=$?
bench=
kill "$watcher" 2>/dev/null || :
if [ -s "$dir/path" ]; then
	path=$(cat "$dir/path")
	machine=$({ cat /etc/machine-id 2>/dev/null || :; uname -n; } |
		sha256sum | cut -c 1-8)
	echo "$machine ${path#"$dir/results/"}"
	cat "$path"
fi
exit "$status"
'

# folder_of HOST MACHINE: where records of this machine go.  Of machines that are
# alike, it is the first one's, or ours.
folder_of()
{
	mkdir -p "$results" || return 1
	if [ "$(dirname "$("$build/vmabench" where)")" = "$1" ]; then
		owner=$({ cat /etc/machine-id 2>/dev/null || :; uname -n; } |
			sha256sum | cut -c 1-8)
	else
		# Two of them may be first at the same time.
		claim=$(mktemp -d "$results/.host.XXXXXX") || return 1
		chmod 755 "$claim"
		echo "$2" >"$claim/machine" || return 1
		mv -T "$claim" "$results/$1" 2>/dev/null || rm -rf "$claim"
		owner=$(cat "$results/$1/machine" 2>/dev/null) || owner=
	fi
	if [ "$owner" = "$2" ]; then
		echo "$results/$1"
	else
		echo "$results/$1-$2"
	fi
}

# cannot_keep WHERE: what was measured is not thrown away.
cannot_keep()
{
	saved=$(mktemp "${TMPDIR:-/tmp}/vmabench-XXXXXX.jsonl") &&
		cp "$tmp/record.jsonl" "$saved" || saved='lost'
	die 1 "$host: cannot write to $1 (full, or read-only?); the record is $saved"
}

# keep ANSWER: check what came, put it in its place, in $record.
keep()
{
	read -r machine path <"$1"
	printf '%s\n' "$machine $path" | grep -qE \
		'^[0-9a-f]{8} [0-9a-f]+/[A-Za-z0-9][A-Za-z0-9._+-]*/[0-9]{8}-[0-9]{6}/boot-[0-9]+\.jsonl$' ||
		die 1 "$host: what came back is no record"
	tail -n +2 "$1" >"$tmp/record.jsonl"
	"$build/vmadiff" check "$tmp/record.jsonl" >/dev/null ||
		die 1 "$host: the record did not come back whole"
	id=${path%%/*}
	head -n 1 "$tmp/record.jsonl" | grep -qF "\"host\":\"$id\"" ||
		die 1 "$host: the record is of another host than $id"

	session=$(folder_of "$id" "$machine") || cannot_keep "$results"
	session=$session/$(dirname "${path#*/}")
	again=
	mkdir -p "$(dirname "$session")" || cannot_keep "$results"
	# Under two names, a machine may be measured twice in a second.
	until mkdir "$session$again" 2>/dev/null; do
		[ -d "$session$again" ] || cannot_keep "$session$again"
		again=.$((${again#.} + 1))
	done
	record=$session$again/${path##*/}
	if ! cp "$tmp/record.jsonl" "$record.part" ||
		! chmod 444 "$record.part" || ! mv "$record.part" "$record"; then
		rm -f "$record.part"
		cannot_keep "$session$again"
	fi
}

one()
{
	host=$1
	shift
	check_host "$host"
	for name in vmabench vmadiff; do
		[ -x "$build/$name" ] || die 1 "no $build/$name: run make"
	done
	tmp=$(mktemp -d)

	size=$(wc -c <"$build/vmabench")
	command="exec env $(quoted "QUIET=${QUIET:-0}" sh -c "$there" remote.sh \
		"$(uname -m)" "$size" "${REMOTE_DIR:-/var/tmp}" \
		--seconds "${BENCH_SECONDS:-60}" --set "${SET:-primary}" "$@")"

	name=${host%%@*}
	address=${host##*@}
	port=
	case $address in
	*\]:* | [!\[]*:*)
		port=${address##*:}
		address=${address%:*} ;;
	esac
	address=${address#\[}
	address=${address%\]}
	[ "$name" = "$host" ] || address=$name@$address
	# A machine that vanishes is noticed in a minute.
	set -f
	# shellcheck disable=SC2086 # options are words
	set -- ${SSH_OPTIONS:-} -T -o ConnectTimeout=15 \
		-o ServerAliveInterval=15 -o ServerAliveCountMax=4
	set +f
	[ -z "$port" ] || set -- -p "$port" "$@"

	mkfifo "$tmp/to"
	ssh "$@" -- "$address" "$command" <"$tmp/to" >"$tmp/answer" &
	child=$!
	exec 3>"$tmp/to"
	cat "$build/vmabench" >&3 2>/dev/null &
	status=0
	wait "$child" || status=$?
	child=
	exec 3>&-
	[ "$status" -ne 255 ] ||
		die 1 "$host: ssh failed, or lost the connection"
	[ -s "$tmp/answer" ] ||
		die "$status" "$host: no record, status $status"
	keep "$tmp/answer"
	[ -n "${BRIEF:-}" ] || "$build/vmadiff" show "$record"
	echo "Record:   $record"
	exit "$status"
}

# many FILE SCENARIO...
many()
{
	file=$1
	shift
	command -v parallel >/dev/null || die 1 "no parallel here (Debian: parallel)"
	{ [ -f "$file" ] && [ -r "$file" ]; } || die 2 "cannot read $file"
	tmp=$(mktemp -d)
	sed 's/#.*//; s/^[[:space:]]*//; s/[[:space:]]*$//; /^$/d' "$file" |
		sort -u >"$tmp/hosts"
	[ -s "$tmp/hosts" ] || die 2 "$file names no host"
	while read -r host; do
		check_host "$host"
	done <"$tmp/hosts"

	# Nobody is there to be asked for twenty passwords.
	export SSH_OPTIONS="${SSH_OPTIONS:-} -o BatchMode=yes" QUIET=1 BRIEF=1
	[ $# -eq 0 ] || set -- "$(quoted "$@")"
	mkdir "$tmp/out"
	PARALLEL_HOME=$tmp/parallel parallel --will-cite --plain -j 0 \
		--joblog "$tmp/log" --results "$tmp/out/{#}" \
		"$(quoted "$0")" '{}' "$@" <"$tmp/hosts" >/dev/null 2>&1 &
	child=$!
	wait "$child" || :
	child=

	failed=0
	all=0
	while read -r host; do
		all=$((all + 1))
		status=$(awk -v n="$all" 'NR > 1 && $1 == n { print $7 }' "$tmp/log")
		record=$(sed -n 's/^Record: *//p' "$tmp/out/$all")
		[ "$status" = 0 ] || {
			failed=$((failed + 1))
			echo "$host: failed with status ${status:-unknown}:" \
				"$(tail -n 2 "$tmp/out/$all.err" |
					sed 's/^remote.sh: //' | tr '\n' ' ')" >&2
		}
		[ -z "$record" ] || echo "$host: $record"
	done <"$tmp/hosts"
	[ "$failed" -gt 0 ] || exit 0
	echo "remote.sh: $failed of $all hosts failed" >&2
	[ "$failed" -lt "$all" ] || exit 1
	exit 3
}

case ${1:-} in
--help)
	usage ;;
--hosts)
	[ $# -ge 2 ] || die 2 "--hosts takes a file"
	shift
	many "$@" ;;
'')
	usage >&2
	die 2 "which host?" ;;
*)
	one "$@" ;;
esac
