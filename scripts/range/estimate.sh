# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of range.sh
#
# Of range.sh: what the commits will cost, before they are built.

# touched: "ID FILE" a line, of what each commit of the range changes in its first parent.
touched() {
	git -C "$(plan tree)" log --no-show-signature --first-parent -m --no-renames --name-only \
		--format='commit %H' --no-walk=unsorted --stdin <"$tmp/ids" |
		awk '$1 == "commit" { id = $2; next } NF { print id, $0 }'
}

# includes: "OBJECTS FILE" a line: how many objects depend on it, as the last build of this
# tree on this machine has it; the first line has all objects.
includes() {
	where=$("$root/scripts/kernel.sh" cache)/trees/$(plan tree | sha256sum | cut -c 1-16)
	[ -d "$where/obj" ] || return 0
	# ccache has the compiler say where files are from the folder of the build.
	find "$where/obj" -name '.*.o.cmd' -exec cat {} + | awk -v src="$where/src/" '
		/^savedcmd_|^cmd_/ { all++; next }
		index($1, src) == 1 { n[substr($1, length(src) + 1)]++ }
		index($1, "../src/") == 1 { n[substr($1, 8)]++ }
		END {
			print all + 0, "."
			for (file in n)
				print n[file], file
		}'
}

estimate() {
	awk 'NR > 1 { print $2 }' "$range/cells" >"$tmp/ids"
	touched >"$tmp/touched"
	includes >"$tmp/includes"
	awk '
		FILENAME == ARGV[1] { if (FNR == 1) all = $1; objects[$2] = $1; next }
		FILENAME == ARGV[2] { if ($2 ~ /\.(h|S|lds)$|Kconfig|Makefile|Kbuild/) {
				n = $2 in objects ? objects[$2] : 0
				if (!($1 in file) || n > most[$1]) {
					most[$1] = n
					file[$1] = $2
				}
			} else {
				plain[$1]
			}
			next
		}
		FNR == 1 { cells = 0 }
		{ cells++ }
		cells > 1 && !($2 in file) { few++ }
		cells > 1 && $2 in file {
			if (all && most[$2] < all / 4 && file[$2] ~ /\.h$/) {
				few++
				next
			}
			many++
			if (++told <= 5)
				text = text "\n  " $1 ": " file[$2] (all && most[$2] ? \
					", which " most[$2] " of " all " objects include" : \
					all ? "" : ", a header or a part of the build")
		}
		END {
			print few + 0 " of " cells - 1 " commits touch little that others include;" \
				(many ? " " many " will take as long as a whole build, or nearly:" \
					text (many > 5 ? "\n  and " many - 5 " more" : "") : \
					" none needs a whole build")
		}' "$tmp/includes" "$tmp/touched" "$range/cells" |
		while IFS= read -r line; do
			say "$line"
		done
}
