#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: cell.sh SESSION NONCE NAME     measure that cell on this machine
#        cell.sh SESSION NONCE FILE N   the one that the Nth line of FILE names
#        cell.sh --node SESSION NONCE   print what cells depend on here
#
# A cell of a range is a commit and a set of rows.  range.sh runs this on the
# machines that it has; the session must be on a file system that all of them
# have, which NONCE, that its plan has, is to show.
#
# What is in VMABENCH_STORE, by all that the record depends on (source, patches,
# configuration, compiler, QEMU, suite, rows), is not measured again, and an
# image that is in there is not built; times are not in there.  What is new is
# written there under another name and linked; machines never wait for each other.
#
# A machine that has another compiler, linker, QEMU, file system tool or program
# than the plan says builds nothing: its digits would not be those of the others.
#
# Environment:
#   NODE   what this machine is called (SLURMD_NODENAME, or its own name)
#
# Exit status: 0 there is an answer, which may be that the kernel does not build
# or boot; 1 there is none, which is so once where it hangs, too; 2 usage.

set -eu
# Slurm tells the script before it ends it, which may be before there is anything to end.
over=
trap 'over=1' USR1

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/range/plan.sh
. "$root/scripts/range/plan.sh"

only_node=
[ "${1-}" != --node ] || {
	only_node=1
	shift
	set -- "$@" -
}
[ $# -eq 3 ] || [ $# -eq 4 ] || usage
node=${NODE:-${SLURMD_NODENAME:-$(uname -n)}}
session=$1
range=$session/range
trust_folder own SESSION "$session"
[ -f "$range/plan" ] ||
	die "$node has no $session: it must be on a file system that all machines have"
[ "$(plan nonce)" = "$2" ] ||
	die "$node has another $session: it must be on a file system that all machines have"
name=$3
[ $# -eq 3 ] || name=$(sed -n "$(($4 + 1))p" "$3")
if [ -z "$only_node" ] && [ -z "$(cell "$name" 2)" ]; then
	die "there is no cell '$name' in $session"
fi

# take_settings: the plan's, whatever the environment of this machine is.
take_settings() {
	unset ABOUT ALL B CPU EVENTS KERNEL_BASE KERNEL_PATCHES KERNEL_TARBALL KMOD LAYOUTS MODULE \
		NATIVE_LAYOUTS NATIVE_SECONDS ONCE REMEASURE SEED VMABENCH_STORE
	while read -r key value; do
		case $key in
		env) export "${value?}" ;;
		esac
	done <"$range/plan"
	tree=$(plan tree)
	export QUIET=1
	build=${B:-$root/build}
	store=$(plan store)
	export VMABENCH_STORE="$store"
	[ -f "$store/.plan-$(plan nonce)" ] || die "$node does not have the cache $store:" \
		"VMABENCH_STORE must be on a file system that all machines have"
	[ -d "$tree" ] || die "$node does not have the tree $tree"
	jobs=${JOBS:-${SLURM_CPUS_ON_NODE:-$(nproc)}}
	export JOBS="$jobs"
	scenarios=$(plan scenarios)
	[ "$(plan tier)" != native ] || {
		um=um
		room=64
		return
	}
	# shellcheck disable=SC2086 # one word a scenario
	! need_modules "$build/vmabench" --set "$(plan set)" ${LAYOUTS:+--layouts "$LAYOUTS"} \
		$scenarios || export MODULE=1
}

# measure_with COMMAND...: and the rows.
measure_with() {
	# shellcheck disable=SC2086 # one word a scenario
	in_child "$@" --set "$(plan set)" $scenarios
}

# node_key: what a cell depends on besides its commit, "WHAT VALUE" a line.
node_key() {
	[ -z "$um" ] || {
		native_key
		return
	}
	"$root/scripts/kernel.sh" key &&
		measure_with "$root/scripts/exact.sh" --suite
}

# shellcheck source=scripts/range/image.sh
. "$root/scripts/range/image.sh"
# shellcheck source=scripts/range/native.sh
. "$root/scripts/range/native.sh"
# shellcheck source=scripts/range/counted.sh
. "$root/scripts/range/counted.sh"

um=
take_settings
[ -z "$only_node" ] || {
	node_key
	exit
}

# take_slot: a cache that no other cell of this machine works in.
take_slot() {
	here=$(plan scratch | replace %N "$node")
	[ -n "$here" ] || return 0
	make_trusted scratch "$here" || die "$node: no folder can be made at $here"
	slot=1
	while :; do
		exec 3>>"$here/slot-$slot"
		! flock -n 3 || break
		slot=$((slot + 1))
	done
	export VMABENCH_CACHE="$here/$slot"
}

# end_cell WHAT...
ended=
end_cell() {
	put "$*" "$range/$name.end"
	ended=1
}

began=$(date +%s)
# took STEP: since the last one.
took() {
	now=$(date +%s)
	echo "$1 $((now - began))" >>"$tmp/times"
	began=$now
}

# last_words: what was said before the end, in a line.
# shellcheck disable=SC2317 # the trap reaches it
last_words() {
	tail -n 2 "$range/$name.log" | sed 's/^[a-z.-]*: //' | tr -c '\n -~' '?' |
		awk '{ printf "%s%s", (NR > 1 ? "; " : ""), $0 }'
}

tmp=
watcher=
why=
# is_wanted: it is not cancelled; and on the machine that hands out cells, who does is there,
# for parallel outlives it, and this one outlives parallel.
owner=
is_wanted() {
	[ ! -e "$range/cancelled" ] && { [ -z "$owner" ] || [ -e "/proc/$owner/exe" ]; }
}

# shellcheck disable=SC2317 # the trap reaches it
cleanup() {
	end_child
	[ -z "$watcher" ] || kill -s KILL "$watcher" 2>/dev/null || :
	if [ -z "$ended" ] && ! is_wanted; then
		rm -f "$range/$name.tries"
	elif [ -z "$ended" ]; then
		end_cell "FAILED $node: ${why:-$(last_words)}"
	fi
	own_tree_stop
	[ -z "$tmp" ] || rm -rf "$tmp"
}

# shellcheck source=scripts/own-tree.sh
. "$root/scripts/own-tree.sh"
# shellcheck source=scripts/tree-series/build.sh
. "$root/scripts/tree-series/build.sh"

[ ! -e "$range/cancelled" ] || exit 1
echo "$node $$ $(date +%s)" >>"$range/$name.tries"
rm -f "$range/$name.end"
: >"$range/$name.log"
exec >"$range/$name.log" 2>&1
trap cleanup EXIT
exit_on_signals
end_over() {
	why='its time limit is over'
	exit_once 1
}
trap end_over USR1
[ -z "$over" ] || end_over
[ "$(plan on)" != local ] || { read -r _ owner <"$range/owner" || :; } 2>/dev/null
watch_cancelled() {
	while sleep 2 && [ -e "/proc/$$/exe" ]; do
		is_wanted || kill "$$"
	done
}
watch_cancelled 3>&- &
watcher=$!

take_slot
take_scratch "${room:-16}"
tmp=$scratch
began_all=$began

node_key >"$tmp/node"
! differs "$tmp/node" || die "this machine has another $differs_in than the plan: $differs"
id=$(cell "$name" 2)
what=$(cell "$name" 3-)
# shellcheck disable=SC2086 # a word, or none
"$kernel" $um key "$tree" "$id" >"$tmp/key" || die "the commit ${id} is gone from $tree"
cat "$tmp/node" >>"$tmp/key"
key=$(sha256sum <"$tmp/key" | cut -c 1-32)
kept=$store/cells/$key
mkdir -p "$store/cells" "$store/images" "$store/modules"

# finish WHAT: the answer, and where the time went.
finish() {
	echo "total $(($(date +%s) - began_all))" >>"$tmp/times"
	put - "$range/$name.times" <"$tmp/times"
	end_cell "$@"
	exit 0
}

[ -n "$um" ] || take_kept

own_tree_find "$tree"
tree=$own_tree
own_cache=$("$kernel" cache)
took prepare
TIMES=$tmp/build-times
export TIMES
[ -z "$um" ] || time_cell
count_cell
