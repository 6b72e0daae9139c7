# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2030,SC2031,SC2034,SC2154 # variables of kernel.sh
#
# Of kernel.sh: how a kernel that is a program (um.sh) is not configured as in the exact tier.

# guest_config NAME OBJ: what guest.config makes of this tree, as $scratch/guest; 1 if that
# cannot be done.
guest_config() (
	um=
	kind=
	obj=$2
	fragment=$patches/guest.config
	mkdir -p "$obj"
	configure "$1" "um-$1-guest" && mv "$new" "$scratch/guest"
)

# looked_at: the options that the sources of mmap() name, and the headers that they include.
looked_at() {
	{
		cat "$src"/mm/*.[ch] "$src/lib/maple_tree.c"
		sed -n 's,^#include <\(linux/.*\)>,/include/\1,p' \
			"$src/mm/mmap.c" "$src"/mm/vma*.[ch] |
			prefix "$src" | xargs -d '\n' cat
	} | grep -owE 'CONFIG_[A-Z0-9_]+' | sort -u
}

# config_differences: what of these is not as in the exact tier, in one line: "-SMP
# +TINY_RCU", or with both values.  What an architecture only says that it has is left out.
config_differences() {
	looked_at >"$scratch/looked"
	awk -F = '
	FILENAME == ARGV[1] { looked[$1]; next }
	!($1 in looked) || /^CONFIG_(ARCH|HAVE|NEED)_/ { next }
	{ all[$1] }
	FILENAME == ARGV[2] { guest[$1] = $2; next }
	{ own[$1] = $2 }
	END {
		for (option in all) {
			name = substr(option, 8)
			if (!(option in own))
				print name, "-" name
			else if (!(option in guest))
				print name, "+" name
			else if (own[option] != guest[option])
				print name, name " " guest[option] "->" own[option]
		}
	}' "$scratch/looked" "$scratch/guest" "$obj/.config" |
		LC_ALL=C sort | cut -d ' ' -f 2- | paste -s -d ' '
}
