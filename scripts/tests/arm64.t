#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench compiles for arm64, where its clock is cntvct_el0.  It is not run.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

compiler=aarch64-linux-gnu-gcc
if ! command -v $compiler >/dev/null; then
	echo "1..0 # SKIP no $compiler"
	exit 0
fi

# The libraries' headers are the same for every architecture; their place is
# that of this one, to be looked at after the cross compiler's own.
compile() {
	$compiler -std=gnu11 -O2 -Wall -Wextra -Wno-unused-parameter \
		-Wmissing-prototypes -Wvla -Wshadow -Werror -D_GNU_SOURCE -DSCENARIO_VERSION='""' \
		-DSUITE_REVISION='""' -Ibench -Ibench/include -Ibench/vmabench \
		-Ibench/kmod -Ibench/kmod/native -Ibench/scenarios \
		-I/usr/include/tracefs -I/usr/include/traceevent \
		-idirafter /usr/include \
		-idirafter "/usr/include/$(gcc -print-multiarch)" \
		-S -o "$tmp/$(basename "$1" .c).s" "$1"
}

for file in bench/vmabench/*.c bench/vmabench/*/*.c bench/scenarios/*.c \
		bench/scenarios/common/*.c bench/instruments/*.c bench/system/*.c; do
	ok "$file compiles" compile "$file"
done
ok 'the clock is cntvct_el0' grep -q 'cntvct_el0' "$tmp/run.s"

finish
