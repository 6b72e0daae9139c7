#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A range on Slurm and over ssh, on loopback, against the same on this machine; the source
# only pretends to be a kernel.  make test-cluster boots a real one.
#
# shellcheck disable=SC2016,SC2154 # what eval expands; variables of range_world.sh and cluster.sh
set -u

root=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/tests/tap.sh
. "$root/scripts/tests/tap.sh"
# shellcheck source=scripts/test-cluster/cluster.sh
. "$root/scripts/test-cluster/cluster.sh"
# shellcheck source=scripts/test-cluster/engines.sh
. "$root/scripts/test-cluster/engines.sh"

why=$(no_cluster)$(no_sshds)
[ -z "$why" ] || {
	skip_test 'a range on a cluster' "$why"
	finish
	exit
}
trap 'stop_ground; rm -rf "$tmp"' EXIT
exit_on_signals
# shellcheck source=scripts/tests/range_world.sh
. "$root/scripts/tests/range_world.sh"
break_and_mend
export RANGE=main..topic JOBS=1
dir=$tmp/ranges
mkdir "$dir"
cd "$tmp" || exit 1

# On the node that a file names the compiler is another one; "here" is this machine.
mkdir tools
cat >tools/gcc <<EOT
#!/bin/sh
other=\$(cat $tmp/other-gcc 2>/dev/null)
if [ "\$*" = --version ] && [ -n "\$other" ] &&
	[ "\${SLURMD_NODENAME:-here}" = "\$other" ]; then
	echo 'gcc 99.1'
	exit
fi
exec $(command -v gcc) "\$@"
EOT
chmod +x tools/gcc
PATH=$tmp/tools:$PATH

ok 'three nodes start' start_cluster "$tmp/ground" 3
ok 'two machines start' start_sshds "$tmp/ground" 2

# Three ways to the same records

range_on local submit
is 'local: one does not build: exit 3' "$status" 3
whole local 6
is 'local: one after the other, all in one tree' "$(find "$dir/local" -name 'slot-*' | wc -l)" 1
range_on ssh submit
is 'ssh: exit 3' "$status" 3
whole ssh 6
is 'ssh: on both machines' \
	"$(cut -d ' ' -f 1 "$(range_in ssh)"/range/*.tries | sort -u | wc -l)" 2

# all_are_busy: each node has written down which cell it is at.
all_are_busy() {
	for node in n1 n2 n3; do
		is_busy $node || return 1
	done
}

# A node that loses power in the middle, a whole run that is cancelled, and one resumed

: >hold
range_on slurm submit
is 'slurm: submitted: exit 0' "$status" 0
ok 'slurm: all nodes are at a cell' in_time 120 all_are_busy
lost=$(on_node n2)
range_on slurm status
ok 'slurm: status: three run' grep -q '^running  *3 ' out
ok 'slurm: status: on which node' grep -q "^  $lost .* on n2, since" out
ok 'slurm: status: three are to go' grep -q '^to go  *3$' out
ok 'slurm: status: what Slurm says' grep -q '^Slurm: 3 RUNNING$' out
range_on slurm resume
is 'slurm: resumed while it runs: exit 2' "$status" 2
kill_node n2
rm hold
ok 'slurm: it ends, and is collected' in_time 600 collected
whole slurm 6
is "slurm: $lost was begun twice" "$(wc -l <"$(range_in slurm)/range/$lost.tries")" 2
is 'slurm: the others once' "$(cat "$(range_in slurm)"/range/*.tries | wc -l)" 7
ok 'slurm: not again on the node that died' \
	eval '[ "$(tail -n 1 "$(range_in slurm)/range/$lost.tries" | cut -d " " -f 1)" != n2 ]'
same_records
ok 'n2 is there again' restart_node n2

echo '# another one' >>"$B/vmabench"
: >hold
range_on slurm submit
ok 'cancelled: n1 is at a cell' in_time 60 is_busy n1
range_on slurm cancel
is 'cancelled: exit 0' "$status" 0
ok 'cancelled: no job is left' in_time 120 eval '[ -z "$(squeue -h -o %i)" ]'
range_on slurm status
ok 'cancelled: status says so' grep -q '^cancelled; to go on: scripts/range.sh resume ' out
ok 'cancelled: nothing runs' grep -q '^running  *0$' out
rm hold
range_on slurm resume
is 'resumed: exit 0' "$status" 0
ok 'resumed: it ends, and is collected' in_time 600 collected
whole slurm 6

# Whose tools are others

echo n3 >other-gcc
range_on slurm submit
is 'another compiler on n3: exit 2' "$status" 2
says 'another compiler on n3: says so' 'n3 has another compiler than this machine: gcc 99.1'
says 'another compiler on n3: before anything is built' 'nothing was built'
echo 'exclude n3' >"$dir/more"
echo '# yet another one' >>"$B/vmabench"
range_on slurm submit
is 'another compiler on n3, which is left out: exit 0' "$status" 0
ok 'another compiler on n3, which is left out: it ends' in_time 600 collected
whole slurm 6
ok 'another compiler on n3, which is left out: nothing ran there' \
	eval '! grep -q "^n3 " "$(range_in slurm)"/range/*.tries'
rm "$dir/more"
echo here >other-gcc
range_on ssh submit
is 'another compiler here than over ssh: exit 2' "$status" 2
says 'another compiler here than over ssh: says so' ', and not gcc 99.1; nothing was built'
rm other-gcc

# What Slurm would take, and never run

refused() {
	range_on slurm submit
	is "$1: exit 2" "$status" 2
	says "$1: says so" "$2"
	is "$1: no job was submitted" "$(squeue -h -o %i)" ''
}
echo 'partition cell' >"$dir/more"
refused 'a partition that there is not' "did you mean 'cells'"
printf 'partition cells\ntime 2:00:00\n' >"$dir/more"
refused 'a time limit above the largest' 'such jobs would never start'
printf 'partition cells\ntime soon\n' >"$dir/more"
refused 'a time limit that is none' "'soon' is not"

# Slurm has no limit below a minute, and tells a job half a minute before.
over_time() {
	[ "$(cat "$(range_in slurm)"/range/*.end | grep -c 'FAILED n[123]: its time limit is over')" -eq 2 ]
}
: >hold
echo '# one more' >>"$B/vmabench"
printf 'partition cells\ntime 1\n' >"$dir/more"
RANGE=main..topic~4
range_on slurm submit
is 'time is over: submitted: exit 0' "$status" 0
ok 'time is over: this is what became of both cells' in_time 400 over_time
range_on slurm cancel
is 'time is over: cancelled, exit 0' "$status" 0
ok 'time is over: no job is left' in_time 120 eval '[ -z "$(squeue -h -o %i)" ]'
rm hold
rm -f "$(range_in slurm)/range/collect.log"
range_on slurm resume
is 'time is over: resumed: exit 0' "$status" 0
ok 'time is over: resumed: it ends' in_time 600 collected
is 'time is over: resumed: each cell has an answer' \
	"$(cut -d ' ' -f 1 "$(range_in slurm)"/range/*.end | sort -u)" 'done'
RANGE=main..topic
rm "$dir/more"

kill_node h2
rm -rf "$dir/ssh/store/cells"
range_on ssh submit
is 'a machine that is down: exit 3, as without' "$status" 3
says 'a machine that is down: is left out' 'is left out'
whole ssh 6
kill_node h1
range_on ssh submit
is 'no machine: exit 2' "$status" 2
says 'no machine: says so' 'none of them answers'

kill_node slurmctld
range_on slurm submit
is 'no slurmctld: exit 2' "$status" 2
says 'no slurmctld: says so' 'no answer of slurmctld'
restart_node slurmctld
kill_node munged
range_on slurm submit
is 'no munged: exit 2' "$status" 2
says 'no munged: says so' 'no answer of slurmctld'
finish
