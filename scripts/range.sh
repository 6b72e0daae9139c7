#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: range.sh submit             begin a range: TREE, RANGE, ON
#        range.sh status [SESSION]   how far it is
#        range.sh cancel [SESSION]   end it; what was measured stays
#        range.sh resume [SESSION]   measure what has no answer yet
#        range.sh collect [SESSION]  write the result of what there is
#        range.sh model [SESSION]    how long it would take on 1 to 64 machines
#        range.sh check              only whether ON, HOSTS and CLUSTER can be
#        range.sh cells FOLDER       measure the cells that are named in
#                                    FOLDER/range/cells, and wait for them
#
# The commits of a range of a kernel tree, each built and measured in the exact
# tier, on as many machines as there are: the digits are the same on any of them.
# With TIER=native each is timed, beside the first, both on the same machine, in
# turns, and compared by itself, for times of two machines are not alike.  Only
# machines of one type may do that, of board, CPU and cores; another one builds
# nothing, or is left out.  The result is in SESSION/native.txt; times are kept
# in the session alone.
# One cell is a commit and a set of rows; "make series TREE=... RANGE=... ON=..."
# is range.sh submit.  SESSION is a folder of RESULTS/series (the latest range).
#
#   ON=local   this machine, SLOTS cells at a time
#   ON=ssh     those that the file HOSTS names, user@host[:port] a line, by GNU
#              parallel; user, suite, tree and results are the same there
#   ON=slurm   a job array of Slurm, and a job that waits for it and collects
#
# The first two wait until it is done; Slurm is told once and asked by "status".
# Suite, TREE, RESULTS and VMABENCH_STORE are on a file system that all machines
# have; what they build is in a folder of their own (scratch).  A machine with
# another compiler or QEMU is refused before anything is built.  A cell is done
# again only if what it depends on is new: source, patches, configuration,
# compiler, QEMU, suite, rows.  One that a machine took with it, or for which
# there is no answer, is begun once more.
#
# What the site wants to be told is in a file that CLUSTER names, "KEY VALUE" a
# line, # begins a comment; or in the environment, where it has a name there:
#
#   partition (SLURM_PARTITION), account (SLURM_ACCOUNT), qos (SLURM_QOS),
#   time (SLURM_TIMELIMIT), constraint (SLURM_CONSTRAINT), exclude (SLURM_EXCLUDE)
#   cpus, mem     as sbatch has them
#   limit N       cells at a time (no limit)
#   scratch DIR   of the machine's own, with room for 5 GB; %N is its name
#                 (/var/tmp/vmabench-UID; with ON=local the cache)
#   store DIR     VMABENCH_STORE
#   type ID       of TIER=native: what "vmabench where" prints before the / on
#                 machines that may time (this one; that of the first to answer)
#
# Environment:
#   TREE, RANGE   as tree-series.sh has them
#   ON            local, ssh or slurm (local)
#   HOSTS         file with the machines for ON=ssh
#   CLUSTER       file with the settings above
#   SLOTS         cells at a time on this machine, with ON=local (1)
#   TIER          exact or native (exact)
#   SET, SCENARIOS, LAYOUTS   the rows, as series.sh has them
#   SLURM_PARTITION, SLURM_ACCOUNT, SLURM_QOS, SLURM_TIMELIMIT, SLURM_CONSTRAINT,
#   SLURM_EXCLUDE   before what CLUSTER says
#   NATIVE_LAYOUTS, NATIVE_SECONDS, SEED, CPU, EVENTS   as in native-series.sh
#   SSH_OPTIONS   more options of ssh, as words
#   VMABENCH_STORE  images, cells and objects that all machines find (the cache)
#   RESULTS, JOBS, QUIET and what kernel.sh knows
#
# Exit status: 0 done, or submitted; 1 failed; 2 usage; 3 done, and kernels did
# not build or boot; 4 cells have no answer.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
# shellcheck source=scripts/own-folder.sh
. "$root/scripts/own-folder.sh"
# shellcheck source=scripts/scenarios.sh
. "$root/scripts/scenarios.sh"
# shellcheck source=scripts/hosts.sh
. "$root/scripts/hosts.sh"
# shellcheck source=scripts/range/plan.sh
. "$root/scripts/range/plan.sh"
# shellcheck source=scripts/range/settings.sh
. "$root/scripts/range/settings.sh"
# shellcheck source=scripts/range/submit.sh
. "$root/scripts/range/submit.sh"
# shellcheck source=scripts/range/estimate.sh
. "$root/scripts/range/estimate.sh"
# shellcheck source=scripts/range/local.sh
. "$root/scripts/range/local.sh"
# shellcheck source=scripts/range/ssh.sh
. "$root/scripts/range/ssh.sh"
# shellcheck source=scripts/range/slurm.sh
. "$root/scripts/range/slurm.sh"
# shellcheck source=scripts/range/run.sh
. "$root/scripts/range/run.sh"
# shellcheck source=scripts/range/timed.sh
. "$root/scripts/range/timed.sh"
# shellcheck source=scripts/range/status.sh
. "$root/scripts/range/status.sh"
# shellcheck source=scripts/range/collect.sh
. "$root/scripts/range/collect.sh"
# shellcheck source=scripts/range/model.sh
. "$root/scripts/range/model.sh"

[ $# -ge 1 ] || usage
command=$1
shift
build=${B:-$root/build}
results=${RESULTS:-$root/results}
runner=$root/scripts/range/cell.sh
# What is typed to run this.
self=scripts/range.sh
[ -f "$root/Makefile" ] || self='vmabench-suite range'

tmp=
new_session=
at_work=
took_range=
cleanup() {
	# Cells on other machines look for this file.
	[ -z "$at_work" ] || : >"$range/cancelled"
	end_child
	[ -z "$took_range" ] || rm -f "$range/owner"
	[ -z "$new_session" ] || drop_session
	[ -z "$tmp" ] || rm -rf "$tmp"
}
trap cleanup EXIT
exit_on_signals
take_scratch 1
tmp=$scratch

# the_session [FOLDER]: that one, or the latest that is a range.
the_session() {
	[ $# -le 1 ] || usage
	if [ $# -eq 1 ]; then
		take_session "$1"
		return
	fi
	latest=
	for one in "$results"/series/[0-9]*/range/plan; do
		[ ! -f "$one" ] || latest=${one%/range/plan}
	done
	[ -n "$latest" ] || fail 2 "there is no range in $results/series; begin one:" \
		"make series TREE=~/linux RANGE=v6.15..topic ON=slurm"
	take_session "$latest"
}

case $command in
submit)	[ $# -eq 0 ] || usage
	cmd_submit ;;
check)	[ $# -eq 0 ] || usage
	take_engine
	check_rows
	check_engine ;;
cells)	[ $# -eq 1 ] || usage
	cmd_cells "$1" ;;
status | cancel | resume | collect | model)
	the_session "$@"
	"cmd_$command" ;;
*)	printf '%s\n' submit status cancel resume collect model check cells |
		no_such command "$command" "--help names them" ;;
esac
