#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: login.sh FILE hN [--] COMMAND...
#
# Of range.sh: runs a command on the machine that the Nth line of FILE names,
# user@host[:port], over ssh, with NODE set to what it is called.  GNU parallel,
# which has its own idea of what may be in the name of a machine, takes this for
# its ssh.
#
# Environment: SSH_OPTIONS, more options of ssh, as words.
#
# Exit status: that of ssh.

set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"

[ $# -ge 3 ] || usage
host=$(sed -n "${2#h}p" "$1")
[ -n "$host" ] || fail 2 "$1 has no line ${2#h}"
shift 2
[ "$1" != -- ] || shift
# shellcheck source=scripts/hosts.sh
. "$root/scripts/hosts.sh"
# shellcheck source=scripts/range/plan.sh
. "$root/scripts/range/plan.sh"
node=$(node_of "$host")
# Who has another shell than sh has env as well; parallel, there, runs what it is given with
# $SHELL, which may be of that kind, or not be there at all.
command="env NODE=$node SHELL=/bin/sh sh -c $(quoted "$*")"
# Nobody is there to be asked for a password.
export SSH_OPTIONS="${SSH_OPTIONS:-} -o BatchMode=yes"
exec_ssh "$host" "$command"
