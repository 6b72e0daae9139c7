#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: check-patch.sh [--json] [SESSION] <PATCH
#
# What a patch was measured to do, for "b4 prep --check" and "b4 review": the
# patch is a mail on standard input, and is found by its subject among the stages
# of a session of make series (results/series/latest).  In a kernel tree,
# with this one in DIR:
#
#   git config b4.prep-perpatch-check-cmd "$PWD/scripts/checkpatch.pl -q --terse"
#   git config --add b4.prep-perpatch-check-cmd DIR/scripts/check-patch.sh
#   git config b4.review-perpatch-check-cmd "DIR/scripts/check-patch.sh --json"
#
# b4 keeps an answer as long as commit and command are the same; after another
# make series, "b4 prep --check --no-cache" asks again.
#
# Environment:
#   RESULTS   results folder (results, of this clone)
#   VMADIFF   vmadiff (build/vmadiff)
#
# Exit status: 0 said what is known, 2 usage, 4 a record was refused.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
vmadiff=${VMADIFF:-$root/build/vmadiff}

format=lines
case ${1-} in
--json)	format=json
	shift ;;
-*)	usage ;;
esac
[ $# -le 1 ] || usage
session=${1:-${RESULTS:-$root/results}/series/latest}
{ [ -f "$vmadiff" ] && [ -x "$vmadiff" ]; } || fail 2 "no vmadiff at $vmadiff: run make"
exec "$vmadiff" patch --format "$format" "$session"
