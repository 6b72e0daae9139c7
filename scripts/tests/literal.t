#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is given to make, or is in the environment of a script, is text: nothing of it is
# executed, on whatever way it comes.  The variables are those that the Makefile and the
# sections "Environment" of the scripts name, so that a new one is among them.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

executed=$tmp/executed
newline='
'
# Whatever way it goes, one of these leaves a file there: a shell that reads it inside of
# either quotes or of none, make, a line of a recipe of its own, sed, gnuplot, awk.
touch="touch $executed"
inline="\$($touch) '; $touch; ' \"; $touch; \" \`$touch\` \$(shell $touch)"
lines="x$newline$touch$newline$touch #"

# of FILE...: what variables.sh --list prints, but for what is a command by custom.
of() {
	scripts/variables.sh --list "$@" | grep -vxE 'AR|CC|CFLAGS|CXX|LD|LDFLAGS|MAKE'
}

# --- make: all of its targets, in a copy where what they run only writes down that it ran

suite=$tmp/suite
bin=$tmp/bin
mkdir -p "$suite" "$bin"
cp -r Makefile scripts "$suite"
stub() {
	# shellcheck disable=SC2016 # the stub's
	printf '#!/bin/sh\necho "${0##*/}" >>"%s"\nenv -0 >>"%s"\nprintf "%%s\\0" "$@" >>"%s"\n' \
		"$tmp/ran" "$tmp/given" "$tmp/given" >"$1"
	chmod +x "$1"
}
for script in "$suite"/scripts/*.sh; do
	stub "$script"
done
for program in prove gnuplot clang-format rm; do
	stub "$bin/$program"
done
mkdir "$suite/bench"
printf 'include scripts/literal.mk\n%%: ;\n' >"$suite/bench/Makefile"

# hostile WAY VALUE TARGET NAME...: has make build it, with these variables so.
hostile() {
	hostile_way=$1
	hostile_value=$2
	hostile_target=$3
	shift 3
	for hostile_name; do
		shift
		set -- "$@" "$hostile_name=$hostile_value"
	done
	: >"$tmp/given"
	case $hostile_way in
	typed)	try make -C "$suite" PATH="$bin:$PATH" "$hostile_target" "$@" ;;
	given)	try env "$@" PATH="$bin:$PATH" make -C "$suite" "$hostile_target" ;;
	esac
	[ ! -e "$executed" ] || bad="$bad $hostile_target ($hostile_way)"
	rm -f "$executed"
}

unset MAKEFLAGS MAKEOVERRIDES MAKELEVEL B
bad=
: >"$tmp/ran"
for target in $(sed -n 's/^\([a-z][a-z -]*\):.*/\1/p' Makefile | tr ' ' '\n' | sort -u); do
	names=$(of "$target")
	# shellcheck disable=SC2086 # names are words
	{
		hostile typed "$inline" "$target" $names
		hostile typed "$lines" "$target" $names
		hostile given "$inline" "$target" $names
	}
done
is 'no target of make executes what it is given' "$bad" ''
# shellcheck disable=SC2016 # the inner shell's
ok '  of which all that run a script did' sh -c \
	'for name in series bench remote report publish metal profile; do
		grep -qx "$name.sh" "$1" || { echo "$name.sh"; exit 1; }
	done' - "$tmp/ran"

# whole TARGET NAME MORE...: a value reaches what it is for as it is, each character of it.
whole() {
	whole_target=$1
	shift
	hostile typed "$inline" "$whole_target" "$@"
	ok "make $whole_target: $1 is passed on as it is" \
		grep -qzxF -e "$1=$inline" "$tmp/given"
}
whole report SESSION
whole metal BASE NEW
whole install PREFIX
hostile typed x "$inline"
hostile typed x "$lines" STAGES
is '  nor what is typed as a target' "$bad" ''

# --- the Makefile of the programs

cp bench/Makefile "$suite/bench"
mkdir -p "$suite/bench/base"
cp bench/base/revision.c bench/base/base.h "$suite/bench/base"
for value in "$inline" "$lines"; do
	for name in SUITE_REVISION LINK SHUFFLE V B; do
		try env "$name=$value" make -C "$suite" -f bench/Makefile build/link \
			build/revision build/obj/base/revision.o build/vmabench
		[ ! -e "$executed" ] || bad="$bad $name"
		rm -f "$executed"
	done
done
is 'nor does that of the programs' "$bad" ''

# --- names of folders, in what is drawn

folder="$tmp/it's, a \"$\`x\`\" ,e; folder"
mkdir "$folder"
printf 'a;b 3\na;c 4\n' >"$folder/folded"
if command -v gnuplot >/dev/null; then
	try env FLAMEGRAPH= scripts/flame.sh "$folder/out.svg" --folded "$folder/folded" \
		"insns'; system('$touch'); '" "of $inline"
	is 'a flame graph in any folder' "$status" 0
	ok '  is drawn there' [ -s "$folder/out.svg" ]
	ok '  and no name of it is executed' [ ! -e "$executed" ]
else
	skip_test 'a flame graph in any folder' 'no gnuplot'
fi

# --- and in what is installed

build=${B:-build}
if [ -x "$build/vmabench" ] && [ -x "$build/vmadiff" ]; then
	prefix="$tmp/to, it's a \"\$($touch)\" &\\1"
	try env DESTDIR='' PREFIX="$prefix" scripts/install.sh
	is 'the suite is installed in any folder' "$status" 0
	try "$prefix/bin/vmabench-suite" --help
	ok '  and finds its scripts there' grep -q '^  series$' "$tmp/out"
	ok '  and no name of it is executed' [ ! -e "$executed" ]
else
	skip_test 'the suite is installed in any folder' 'no programs'
fi

# --- paths of any length

if [ -x "$build/vmabench" ]; then
	deep=$tmp/$(printf '%0200d' 0)/$(printf '%0200d' 0)${newline}x
	mkdir -p "$deep"
	try env VMABENCH_BATCHES=1 "$build/vmabench" metal-run \
		"file_append time 0 1 1000000 0 $deep"
	# shellcheck disable=SC2016 # the inner shell's
	ok 'a folder is all of its path, which is long and has a line break' \
		sh -c '! grep -F "without a name: No such" "$1"' - "$tmp/out"
	try env VMABENCH_BATCHES=1 "$build/vmabench" metal-run \
		"file_append time 0 1 1000000 0 ${deep%x}y"
	ok '  and nothing is measured in another one' \
		grep -qF "without a name: No such" "$tmp/out"
else
	skip_test 'a folder is all of its path' 'no programs'
fi

# --- lines: what is replaced is not in the name of a folder, of which each letter may be one
# of mktemp's

# shellcheck disable=SC2016 # the inner shell's
try sh -c '. scripts/text.sh
	printf "%s\n" "a%b" | prefix "$1" | replace "a%" "$1"' - "\\n&,e'$inline/"
is 'a word that is put into lines is itself' "$(cat "$tmp/out")" \
	"\\n&,e'$inline/\\n&,e'$inline/b"
finish
