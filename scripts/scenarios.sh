# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# To be sourced after lib.sh: which scenarios a vmabench has.

# For sed -n: of what "vmabench list" prints, the names.
scenario_lines='s/^\([a-z][a-z0-9_]*\) .*/\1/p'

# scenario_names VMABENCH [OPTION...]: those that it lists with these options, one a line.
scenario_names() {
	scenario_program=$1
	shift
	"$scenario_program" list "$@" | sed -n "$scenario_lines"
}

# need_modules VMABENCH OPTION or SCENARIO...: can these be measured with modules of the kernel
# only, or be measured over layouts of the maple tree with one?
need_modules() {
	scenario_program=$1
	shift
	"$scenario_program" exact --needs-module "$@" || "$scenario_program" exact --needs-tree "$@"
}

# known_scenarios VMABENCH NAME...: exits with 2 where one of them is none.
known_scenarios() {
	scenario_all=$(scenario_names "$1")
	scenario_hint="'$1 list' names all of them"
	shift
	for scenario_name; do
		printf '%s\n' "$scenario_all" | typed=$scenario_name awk '
			$0 == ENVIRON["typed"] { found = 1 } END { exit !found }' ||
			printf '%s\n' "$scenario_all" |
				no_such scenario "$scenario_name" "$scenario_hint" || exit $?
	done
}
