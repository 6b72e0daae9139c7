#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What range.sh is asked for that cannot be, and machines that are not as they should be;
# the source only pretends to be a kernel.
#
# shellcheck disable=SC2154 # variables of range_world.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/range_world.sh
. "$here/range_world.sh"
export RANGE=main..topic QUIET=1
cd "$tmp"
mkdir path
ln -s /bin/* path/ 2>/dev/null || :
rm -f path/sbatch

run() {
	try env "$@" "$root/scripts/range.sh" submit
}

# refused NAME TEXT VARIABLE=VALUE...: with 2, in one line, and nothing was made.
refused() {
	name=$1
	text=$2
	shift 2
	run "$@"
	is "$name: exit 2" "$status" 2
	says "$name: says so" "$text"
	is "$name: in one line" "$(wc -l <err)" 1
	ok "$name: there is no session" [ -z "$(find results -name plan 2>/dev/null)" ]
}

refused 'an engine that there is not' "did you mean 'slurm'" ON=slurn
refused 'ssh without machines' 'HOSTS=FILE' ON=ssh
refused 'machines without ssh' 'HOSTS is for ON=ssh' ON=local HOSTS=hosts
refused 'a file that there is not' 'cannot read nowhere' ON=ssh HOSTS=nowhere
: >hosts
refused 'a file without machines' 'names no machine' ON=ssh HOSTS=hosts
echo 'me@host;touch mine' >hosts
refused 'a machine that is a command' 'is not user@host' ON=ssh HOSTS=hosts
ok 'a machine that is a command: is not run' [ ! -e mine ]
printf 'a\nb\na\n' >hosts
refused 'a machine twice' 'a is named twice' ON=ssh HOSTS=hosts
refused 'slots that are no number' "SLOTS: '0'" SLOTS=0
echo 'partitoin x' >cluster
refused 'a setting that there is not' "did you mean 'partition'" CLUSTER=cluster
echo 'partition' >cluster
refused 'a setting without a value' "'partition' has no value" CLUSTER=cluster
echo 'scratch here' >cluster
refused 'a scratch folder that is anywhere' 'not an absolute path: here' CLUSTER=cluster
refused 'a store that is anywhere' 'VMABENCH_STORE is not an absolute path' VMABENCH_STORE=here
refused 'a store in two lines' 'has a line break' VMABENCH_STORE="$tmp/a
b"
echo 'scratch /var/tmp/a b' >cluster
refused 'a scratch folder that make takes apart' 'make cannot build in a path' CLUSTER=cluster
refused 'more seeds' 'SEEDS' SEEDS='2 3'
refused 'a model of caches' 'MODEL' MODEL=l1d=32k
refused 'patches' 'SERIES' SERIES=patches
refused 'guests' 'TIER with ON' TIER=kvm
refused 'a range of nothing' 'there is no commit in topic..topic' RANGE=topic..topic
refused 'a commit that there is not' 'no commit nowhere' RANGE=main..nowhere
refused 'no tree' 'TREE=DIRECTORY' TREE=
refused 'Slurm that there is not' 'there is no sbatch' ON=slurm PATH="$tmp/path"
is 'nothing was built' "$(find cache -name vmlinux 2>/dev/null | wc -l)" 0

try env ON=slurm "$root/scripts/series.sh" --check stock noretry
is 'stages on a cluster: exit 2' "$status" 2
says 'stages on a cluster: says so' 'ON=slurm is for the commits of a TREE'
for command in status cancel resume collect model; do
	try "$root/scripts/range.sh" "$command"
	is "$command without a range: exit 2" "$status" 2
	says "$command without a range: says how to begin one" 'RANGE=v6.15..topic ON=slurm'
	mkdir -p other
	try "$root/scripts/range.sh" "$command" other
	is "$command of another folder: exit 2" "$status" 2
done
try "$root/scripts/range.sh" statsu
is 'another command: exit 2' "$status" 2
says 'another command: which was meant' "did you mean 'status'"

# Machines

run ON=local
is 'a range: exit 0' "$status" 0
session=$tmp/$(find results/series -mindepth 1 -name '2*')
cell=$root/scripts/range/cell.sh
nonce=$(sed -n 's/^nonce //p' "$session/range/plan")
: >"cache/.plan-$nonce"
rm -rf cache/cells cache/records

try env NODE=n7 "$cell" "$session" "$nonce" s01_defer_the_retry
is 'a cell: exit 0' "$status" 0
try env NODE=n7 "$cell" "$session" 0123456789abcdef s01_defer_the_retry
is 'a folder that is not shared: exit 1' "$status" 1
says 'a folder that is not shared: says so' "n7 has another $session: it must be on a file system"
try env NODE=n7 "$cell" "$tmp/nowhere" "$nonce" s01_defer_the_retry
is 'no such folder: exit 1' "$status" 1
says 'no such folder: says so' "n7 has no $tmp/nowhere: it must be on a file system"
try env NODE=n7 "$cell" "$session" "$nonce" s09_nothing
is 'a cell that there is not: exit 1' "$status" 1
rm "cache/.plan-$nonce"
try env NODE=n7 "$cell" "$session" "$nonce" s01_defer_the_retry
is 'a store that is not shared: exit 1' "$status" 1
says 'a store that is not shared: says so' 'VMABENCH_STORE must be on a file system'
: >"cache/.plan-$nonce"

# why: what the cell says of its end.
why() {
	cat "$session/range/s01_defer_the_retry.end"
}

# another TOOL LINE: a program in front of the others that says LINE when it is asked which.
another() {
	mkdir -p "path-$1"
	printf '#!/bin/sh\necho "%s"\n' "$2" >"path-$1/$1"
	chmod +x "path-$1/$1"
}
for tool in gcc ld qemu-system-x86_64; do
	another "$tool" "$tool 99.1"
	rm -rf cache/cells cache/records cache/images
	try env NODE=n7 PATH="$tmp/path-$tool:$PATH" "$cell" "$session" "$nonce" s01_defer_the_retry
	is "another $tool: exit 1" "$status" 1
	ok "another $tool: says which it is and which was wanted" \
		grep -q "^FAILED n7: this machine has another .*$tool 99.1, and not " \
		"$session/range/s01_defer_the_retry.end"
	is "another $tool: nothing was built" "$(find cache -name vmlinux -path '*/images/*' | wc -l)" 0
	try env NODE=n7 PATH="$tmp/path-$tool:$PATH" "$cell" --node "$session" "$nonce"
	ok "another $tool: is told before" grep -q "$tool 99.1" out
done

another df 'x x x 5'
printf '#!/bin/sh\necho h\necho x x x 100\n' >path-df/df
try env NODE=n7 PATH="$tmp/path-df:$PATH" "$cell" "$session" "$nonce" s01_defer_the_retry
is 'a full scratch folder: exit 1' "$status" 1
ok 'a full scratch folder: says how much is free' grep -q 'MiB' "$session/range/s01_defer_the_retry.end"
rm -rf path-df

# The user's tree may have lost what a rebase has taken away.
git_in checkout -q main
git_in branch -q -D topic
git_in reflog expire --expire=now --all
git_in gc -q --prune=now
rm -rf cache/trees
try env NODE=n7 "$cell" "$session" "$nonce" s01_defer_the_retry
is 'a commit that is gone: exit 1' "$status" 1
ok 'a commit that is gone: is named' grep -q 'is gone from' "$session/range/s01_defer_the_retry.end"

echo "1..$tap_count"
