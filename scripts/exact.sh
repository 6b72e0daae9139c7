#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: exact.sh STAGE[=DIRECTORY] RECORD [OPTION or SCENARIO...]
#
# Measures one stage in the exact tier: with its image, its hook module, and
# what is known of its retries.  The image must have been built; that of a tree
# of one's own is in a DIRECTORY, and does without the module where that does not
# build.  What follows the name of the record goes to vmabench exact as it is.
#
# Exit status: that of vmabench exact.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 2 ] || {
	sed -n '/^# Usage/,/^$/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
stage=$1
record=$2
shift 2
image=$("$root/scripts/kernel.sh" path "${stage#*=}")
module=$("$root/scripts/kernel.sh" module "${stage#*=}") ||
	[ "$stage" != "${stage#*=}" ] || exit 1
retry=$("$root/scripts/kernel.sh" retry "${stage#*=}")
exec "${B:-$root/build}/vmabench" exact --stage "${stage%%=*}" \
	--image "$image" ${module:+--module "$module"} --retry "$retry" \
	-o "$record" "$@"
