#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Manual pages: mandoc finds nothing wrong in them, they fit 80 columns, whatis finds
# them by the name of their file, and they have the commands and options that --help
# has, no more and no fewer.  Then each of these rules is broken in a copy, which must
# be noticed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
programs=$(cd "${B:-build}" && pwd)

man=$tmp/man
pages() {
	ls "$man"/man[18]/*
}
copy_pages() {
	mkdir -p "$man/man1" "$man/man8"
	for page in bench/*/*.[18] scripts/*.[18]; do
		cp "$page" "$man/man${page##*.}"
	done
}

# plain PAGE COLUMNS: as text, with neither bold nor underlines.
plain() {
	mandoc -Tascii -O width="$2" "$1" | sed "s/.$(printf '\b')//g"
}

# section PAGE NAME: each of its items in one line.
section() {
	plain "$1" 1000 | sed -n "/^$2/,/^[A-Z]/s/^ \{1,\}//p"
}

# What follows prints those that break a rule.

# Which pages of others are there depends on the machine.
not_clean() {
	for page in $(pages); do
		mandoc -Tlint "$page" 2>"$tmp/null"
	done | grep -v 'referenced manual not found' | sed 's,.*/,,'
	# shellcheck disable=SC2046 # one word a page
	sed -n 's/^\.Xr \(vma[a-z-]*\) \([18]\).*/\1.\2/p' $(pages) | sort -u |
		while read -r name; do
			[ -f "$man/man${name##*.}/$name" ] || echo "there is no $name"
		done
}

# An address cannot be broken.
too_wide() {
	for page in $(pages); do
		plain "$page" 78 | awk -v page="${page##*/}" \
			'length > 80 && NF > 1 { print page ": " $0 }'
	done
}

# The heading and the section NAME are those of the file.
misnamed() {
	for page in $(pages); do
		name=$(basename "$page")
		upper=$(echo "${name%.*}(${name##*.})" | tr '[:lower:]' '[:upper:]')
		{ plain "$page" 78 | head -n 1 | grep -q "^$upper .* $upper\$" &&
			section "$page" NAME | grep -q "^${name%.*} - [a-z]"; } ||
			echo "$name"
		! command -v lexgrog >"$tmp/null" ||
			[ "$(lexgrog "$page" | grep -c ": \"${name%.*} - ")" -eq 1 ] ||
			echo "$name: lexgrog"
	done
}

# options: of --help, on standard input, one a line, "-s --seconds" where there are two
# names; --help itself, --usage and --version are every program's.
options() {
	sed -n 's/^ \{1,\}\(-[A-Za-z], \)\{0,1\}\(--[a-z][a-z-]*\).*/\1\2/p
		s/^ \{1,\}\(-[A-Za-z]\) .*/\1/p' |
		tr -d , | grep -vE -- '--(help|usage|version)$'
}

# synopsis PAGE WORDS: the options that its synopsis has for what begins with WORDS; a
# group of short ones, one by one.
synopsis() {
	section "$1" SYNOPSIS | sed -n "s/^$2 / /p" |
		grep -oE -- '[[ ]--?[A-Za-z][A-Za-z-]*' | tr -d '[ ' |
		sed '/^-[A-Za-z]/{ s/^-//; s/./-& /g; }' | tr ' ' '\n' |
		grep -vE -- '^$|^--(help|usage|version)$' | sort -u
}

# not_described PAGE WHAT: options in $tmp/help that no text after the synopsis has.
not_described() {
	plain "$1" 1000 | sed '1,/^DESCRIPTION/d' >"$tmp/text"
	while read -r names; do
		grep -qE -- "(^|[ ,])($(echo "$names" | tr ' ' '|'))([] =,.]|\$)" "$tmp/text" ||
			echo "$2: nothing explains $names"
	done <"$tmp/help"
}

# apart WHAT: the options in $tmp/help and $tmp/page that are not in the other.
apart() {
	while read -r names; do
		for option in $names; do
			! grep -qxe "$option" "$tmp/page" || continue 2
		done
		echo "$1: $names is not in the page"
	done <"$tmp/help"
	while read -r option; do
		grep -qwe "$option" "$tmp/help" || echo "$1: there is no $option"
	done <"$tmp/page"
}

# commands PROGRAM: by its --help.
commands() {
	"$programs/$1" --help | sed -n 's/^  \([a-z][a-z0-9-]*\)  .*/\1/p'
}

# In the page of a program, each command has its own synopsis.
program_apart() {
	page=$man/man1/$1.1
	for command in $(commands "$1"); do
		section "$page" SYNOPSIS | grep -qE "^$1 $command( |\$)" ||
			echo "$1 $command is not in the page"
		"$programs/$1" "$command" --help 2>"$tmp/null" | options >"$tmp/help"
		synopsis "$page" "$1 $command" >"$tmp/page"
		apart "$1 $command"
		not_described "$page" "$1 $command"
	done
	for command in $(section "$page" SYNOPSIS |
			sed -n "s/^$1 \([a-z]\{1,\}\).*/\1/p" | sort -u); do
		commands "$1" | grep -qx "$command" || echo "there is no $1 $command"
	done
}

# Of a script it is one for all commands.
scripts_apart() {
	for page in $(pages); do
		name=$(basename "${page%.*}")
		script=scripts/${name#vmabench-}.sh
		[ -f "$script" ] || continue
		{
			"$script" --help | sed '/^$/,$d' | grep -wF "${script##*/}" |
				grep -oE -- '--[a-z][a-z-]*' | grep -vx -- --help
			"$script" --help | options
		} | sort -u >"$tmp/help"
		synopsis "$page" "vmabench-suite ${name#vmabench-}" >"$tmp/page"
		apart "$name"
		not_described "$page" "$name"
	done
}

copy_pages
ok 'there are pages of both sections' \
	sh -c "ls '$man'/man1/vmadiff.1 '$man'/man8/vmabench-quiet.8"
is 'mandoc -Tlint finds nothing' "$(not_clean)" ''
is 'they fit 80 columns' "$(too_wide)" ''
is 'they are found by the names of their files' "$(misnamed)" ''
if [ -x "$programs/vmadiff" ]; then
	is 'commands and options of vmabench are those of --help' "$(program_apart vmabench)" ''
	is 'so are those of vmadiff' "$(program_apart vmadiff)" ''
else
	skip_test 'commands and options of the programs' 'nothing is built'
fi
is 'and those of scripts' "$(scripts_apart)" ''

# Broken, one by one.
victim=$man/man1/vmadiff.1
broken() {
	sed "$1" bench/vmadiff/vmadiff.1 >"$victim"
	cmp -s bench/vmadiff/vmadiff.1 "$victim" && echo 'is as it was' >&2
}

broken 's/^\.Dd .*/.Dd 2026/'
not_clean >"$tmp/said"
ok 'what mandoc warns of is noticed' grep -q '^vmadiff.1:2:.*date' "$tmp/said"
broken 's/^\.Xr vmabench-suite 1/.Xr vmabench-suite 8/'
not_clean >"$tmp/said"
ok 'so is a page of ours that there is not' grep -qx 'there is no vmabench-suite.8' "$tmp/said"
broken "s/^\.Sh DESCRIPTION/&\n.Bd -literal\n0 $(printf '%081d' 0)\n.Ed\n.Pp/"
too_wide >"$tmp/said"
ok 'so is a line that is too wide' grep -q '^vmadiff.1:  *0 0000' "$tmp/said"
broken 's/^\.Dt VMADIFF/.Dt DIFF/'
misnamed >"$tmp/said"
ok 'so is another heading' grep -qx vmadiff.1 "$tmp/said"
if [ -x "$programs/vmadiff" ]; then
	broken '/^\.Cm lint$/d; s/^\.Cm strip$/.Cm scrub/; /^\.It Fl p ,/d
		s/^\.Op Fl atx$/.Op Fl ax/; s/^\.Op Fl j Ar file/.Op Fl -xml Ar file/'
	cat >"$tmp/wanted" <<-'EOT'
		vmadiff compare: -t --tails is not in the page
		vmadiff gate: -j --junit is not in the page
		vmadiff gate: there is no --xml
		vmadiff gate: nothing explains -p --ktap
		vmadiff lint is not in the page
		vmadiff strip is not in the page
		vmadiff strip: -o --output is not in the page
		there is no vmadiff scrub
	EOT
	program_apart vmadiff >"$tmp/said"
	is 'so are commands and options of one side' "$(grep -vxFf "$tmp/said" "$tmp/wanted")" ''
fi
victim=$man/man8/vmabench-quiet.8
sed -i 's/^\.Op Fl .-only .*/.Op Fl -but Ar list/' "$victim"
is 'those of scripts as well' "$(scripts_apart | grep quiet)" \
	'vmabench-quiet: --only is not in the page
vmabench-quiet: there is no --but'

finish
