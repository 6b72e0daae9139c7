#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion, as it is installed, in a real bash: commands, options, and the names that
# an option or an argument may have.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

command -v bash >/dev/null || {
	skip_test 'completion' 'no bash'
	finish
	exit 0
}
try env DESTDIR="$tmp/root" PREFIX=/usr scripts/install.sh
is 'installed' "$status" 0
bin=$tmp/root/usr/bin
completions=$tmp/root/usr/share/bash-completion/completions
# The suite is at home where it was installed, not in a folder above.
sed -i "s,/usr/share,$tmp/root/usr/share,; s,/usr/lib,$tmp/root/usr/lib," "$bin/vmabench-suite"
is 'of the three programs' "$(cd "$completions" && echo *)" 'vmabench vmabench-suite vmadiff'

# completes LINE: what bash would offer for its last word, one a line.  "=" is a word of its
# own there, too.
completes() {
	# shellcheck disable=SC2016 # bash's
	PATH=$bin:$PATH bash -c '
		line=$2
		for file in "$1"/*; do source "$file"; done
		read -ra COMP_WORDS <<<"${line//=/ = }"
		[[ $line != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		function=$(complete -p "${COMP_WORDS[0]}")
		function=${function#*-F }
		"${function%% *}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$completions" "$1" 2>"$tmp/err"
}

# offers LINE NAME...: these are among them, and bash says nothing else.
offers() {
	line=$1
	shift
	completes "$line" >"$tmp/out"
	for name; do
		ok "$line: $name" grep -qxF -e "$name" "$tmp/out"
	done
	ok "$line: without a word of error" [ ! -s "$tmp/err" ]
}

# only LINE NAMES: these, in one line, and no others.
only() {
	is "$1: only $2" "$(completes "$1" | paste -s -d ' ')" "$2"
}

only 'vmadiff comp' compare
only 'vmadiff compare --met' --metric=
offers 'vmadiff compare -m ' insns latency maple_stores
offers 'vmadiff compare --metric ' insns
only 'vmadiff compare --metric=insns_d' insns_deferred
only 'vmadiff letter --style=' "$("$bin/vmadiff" names STYLE | paste -s -d ' ')"
only 'vmadiff export -f mark' markdown
only 'vmadiff functions -c ref' refill
only 'vmadiff functions -m lines_' 'lines_read lines_written lines_code'
offers 'vmadiff data ' effects waterfall
only 'vmadiff import hyp' hyperfine
only 'vmadiff names ST' STYLE
offers 'vmadiff history secretmem_app' secretmem_append
offers 'vmadiff stages secretmem_app' secretmem_append
offers 'vmadiff check ' README.md
only 'vmabench exact --set=e' extended
only 'vmabench list --set=m' mm
only 'vmabench exact --stacks secretmem_appe' \
	"$("$bin/vmabench" list | sed -n 's/^\(secretmem_appe[a-z0-9_]*\) .*/\1/p' | paste -s -d ' ')"
offers 'vmabench bench secretmem_appe' secretmem_append
only 'vmabench exact --retry=l' late
offers 'vmabench exact --im' --image=
offers 'vmabench-suite ser' series
offers 'vmabench-suite series def' deferred
only 'vmabench-suite series --ch' --check
offers 'vmabench-suite bench secretmem_appe' secretmem_append
offers 'vmabench-suite ran' range
only 'vmabench-suite range re' resume
offers 'vmabench-suite range ' submit status cancel resume collect model check cells
offers 'vmabench-suite range status READ' README.md

try "$bin/vmabench-suite" sereis
is 'a command that there is not' "$status" 2
says '  is answered with the one that was meant' "did you mean 'series'?"

finish
