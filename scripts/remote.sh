#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: remote.sh HOST [SCENARIO...]
#        remote.sh --hosts FILE [SCENARIO...]
#
# make bench on another machine, over ssh: copies vmabench, which is best static,
# into a temporary directory there, runs it as the user that ssh logs in as,
# brings the record back and removes the directory, however it ends.
#
# HOST is user@host[:port] or a name of ~/.ssh/config.  FILE has one a line;
# # begins a comment.  They are measured at the same time, by GNU parallel; one
# that fails is named with the reason, and the others go on.
#
# What comes back is not trusted: up to 64 MiB of a record and 1 MiB of messages
# are taken, within three times BENCH_SECONDS and ten minutes.
#
# A record goes to RESULTS/<host>/<kernel>/<session>/, by the host that it names.
# That is a kind of machine: of those alike to the board and the CPU, the second
# one has RESULTS/<host>-<machine>/.
#
# Environment:
#   BENCH_SECONDS  about how long to measure (60)
#   SET            set of scenarios: primary, extended, which has the primary
#                  one, too, or mm (primary)
#   SSH_OPTIONS    more options of ssh, as words: -p 2222 -i key
#   REMOTE_DIR     where the temporary directory is made, on a disk (/var/tmp)
#   RESULTS        results folder (results)
#   QUIET=1        no progress
#
# Exit status: that of vmabench bench for one host, 1 if it could not be run;
# for a file, 0 if all were measured, 3 if some failed, 1 if all did.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/hosts.sh
. "$root/scripts/hosts.sh"

export LC_ALL=C.UTF-8
build=${B:-$root/build}
results=${RESULTS:-$root/results}
seconds=${BENCH_SECONDS:-60}
tmp=

# Of what another machine sends: a record, whose first line is short, and messages.
record_mib=64
place_bytes=500
messages_bytes=1048576

# shellcheck disable=SC2317 # the trap reaches it
undo()
{
	# parallel takes the first one for a wish to start no more.
	[ -z "$child" ] || kill "$child" 2>/dev/null || :
	end_child
	[ -z "$tmp" ] || rm -rf "$tmp"
}
trap undo EXIT
exit_on_signals

# plain: standard input, with "?" for all that is not printed in ASCII: nothing of another
# machine's moves a cursor here, or tells the terminal anything else.
plain()
{
	LC_ALL=C tr -c '\n\t -~' '?'
}

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
	die "$host: cannot write to $1 (full, or read-only?); the record is $saved"
}

# keep ANSWER: check what came, put it in its place, in $record.
keep()
{
	place=$(head -c "$place_bytes" "$1" | plain | head -n 1)
	machine=${place%% *}
	path=${place#* }
	printf '%s\n' "$machine $path" | grep -qE \
		'^[0-9a-f]{8} [0-9a-f]+/[A-Za-z0-9][A-Za-z0-9._+-]*/[0-9]{8}-[0-9]{6}/boot-[0-9]+\.jsonl$' ||
		die "$host: what came back is no record"
	tail -n +2 "$1" >"$tmp/record.jsonl"
	"$build/vmadiff" check "$tmp/record.jsonl" >/dev/null ||
		die "$host: the record did not come back whole"
	id=${path%%/*}
	head -n 1 "$tmp/record.jsonl" | grep -qF "\"host\":\"$id\"" ||
		die "$host: the record is of another host than $id"

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

# is_too_much FILE
is_too_much()
{
	[ "$(wc -c <"$1")" -gt $((record_mib << 20)) ]
}

# take_answer: what $child sends, until it ends; where it does not, it is ended.
take_answer()
{
	head -c $(((record_mib << 20) + 1)) <"$tmp/from" >"$tmp/answer"
	! is_too_much "$tmp/answer" || kill "$child" 2>/dev/null || :
}

one()
{
	host=$1
	shift
	check_host "$host"
	number BENCH_SECONDS "$seconds"
	for name in vmabench vmadiff; do
		[ -x "$build/$name" ] || die "no $build/$name: run make"
	done
	trust_folder own RESULTS "$results"
	take_scratch 1
	tmp=$scratch

	size=$(wc -c <"$build/vmabench")
	command="exec env $(quoted "QUIET=${QUIET:-0}" sh -c \
		"$(sed -n '/^foreign_part()/,/^)/p' "$root/scripts/trust.sh"
		cat "$root/scripts/remote/there.sh")" remote.sh \
		"$(uname -m)" "$size" "${REMOTE_DIR:-/var/tmp}" \
		--seconds "$seconds" --set "${SET:-primary}" "$@")"

	mkfifo "$tmp/to" "$tmp/from" "$tmp/says"
	limit=$((3 * seconds + 600))
	exec_ssh "$host" "$command" timeout --foreground -k 10 "$limit" \
		<"$tmp/to" >"$tmp/from" 2>"$tmp/says" &
	child=$!
	exec 3>"$tmp/to"
	take_answer 3>&- &
	taker=$!
	# ssh ends its own lines as a terminal in raw mode wants it.
	head -c "$messages_bytes" <"$tmp/says" 3>&- | tr -d '\r' | plain >&2 &
	says=$!
	cat "$build/vmabench" >&3 2>/dev/null &
	status=0
	wait_child || status=$?
	exec 3>&-
	wait "$taker" "$says" || :
	! is_too_much "$tmp/answer" ||
		die "$host: what came back is more than $record_mib MiB, and no record"
	case $status in
	124 | 137)
		die "$host: no answer within $limit s" ;;
	esac
	[ "$status" -ne 255 ] ||
		die "$host: ssh failed, or lost the connection"
	[ -s "$tmp/answer" ] ||
		fail "$((status ? status : 1))" "$host: no record, status $status"
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
	command -v parallel >/dev/null || die "no parallel here (Debian: parallel)"
	check_hosts "$file"
	take_scratch 1
	tmp=$scratch
	hosts_of "$file" | sort -u >"$tmp/hosts"

	# Nobody is there to be asked for twenty passwords.
	export SSH_OPTIONS="${SSH_OPTIONS:-} -o BatchMode=yes" QUIET=1 BRIEF=1
	[ $# -eq 0 ] || set -- "$(quoted "$@")"
	mkdir "$tmp/out"
	export PARALLEL_HOME="$tmp/parallel"
	in_child parallel --will-cite --plain -j 0 \
		--joblog "$tmp/log" --results "$tmp/out/{#}" \
		--arg-file "$tmp/hosts" \
		"$(quoted "$0")" '{}' "$@" >/dev/null 2>&1 || :

	failed=0
	all=0
	while read -r host; do
		all=$((all + 1))
		status=$(awk -v n="$all" 'NR > 1 && $1 == n { print $7 }' "$tmp/log")
		record=$(sed -n 's/^Record: *//p' "$tmp/out/$all")
		[ "$status" = 0 ] || {
			failed=$((failed + 1))
			echo "$host: failed with status ${status:-unknown}:" \
				"$(tail -n 2 "$tmp/out/$all.err" | tail -c 600 |
					sed 's/^remote.sh: //' | tr '\n' ' ')" >&2
		}
		[ -z "$record" ] || echo "$host: $record"
	done <"$tmp/hosts"
	[ "$failed" -gt 0 ] || exit 0
	[ "$failed" -lt "$all" ] || die "$failed of $all hosts failed"
	fail 3 "$failed of $all hosts failed"
}

case ${1:-} in
--hosts)
	[ $# -ge 2 ] || fail 2 "--hosts takes a file"
	shift
	many "$@" ;;
'')
	misuse "which host?" ;;
*)
	one "$@" ;;
esac
