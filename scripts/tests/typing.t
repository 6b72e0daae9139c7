#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What is typed after "make", and mistyped: real make, in a copy of the suite in which
# nothing is built yet, and where it is written down if something would be installed,
# built or measured.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

suite=$tmp/suite
mkdir "$suite" "$suite/bench"
cp -r Makefile README.md scripts kernel-patches "$suite"
cp bench/Makefile "$suite/bench"
printf '#!/bin/sh\necho "$*" >>"%s"\n' "$tmp/steps" >"$suite/scripts/deps.sh"
unset STAGES SCENARIOS SCENARIO SET TIER SEEDS MODEL BASE NEW PLAN TREE RANGE SERIES B MAKEFLAGS MAKEOVERRIDES

# typed ARGUMENT...: of make.
typed() {
	: >"$tmp/steps"
	try make -C "$suite" --no-print-directory "$@"
}

# refused NAME LINE ARGUMENT...: make ends with status 2 and this line, which is on the
# last screen, before anything else is done.
refused() {
	refused_name=$1
	refused_line=$2
	shift 2
	typed "$@"
	is "$refused_name: refused" "$status" 2
	# shellcheck disable=SC2016 # the inner shell's
	ok '  which says it, near the end' sh -c \
		'tail -n 3 "$1" | grep -qF -e "$2"' - "$tmp/err" "$refused_line"
	ok '  on one screen' [ "$(cat "$tmp/out" "$tmp/err" | wc -l)" -le 24 ]
	ok '  and nothing was installed' [ ! -s "$tmp/steps" ]
}

refused 'a target' "no target 'sereis'; did you mean 'series'?" sereis
refused 'a stage' "no stage 'defered'; did you mean 'deferred'?" series STAGES='stock defered'
refused 'one that nothing is like' "no stage 'xyzzy'; the stages are stock" series STAGES='stock xyzzy'
refused 'one stage' "STAGES='stock deferred'" series STAGES=deferred
refused 'a set' "no SET 'primry'; did you mean 'primary'?" series SET=primry
refused 'a tier' "no TIER 'exakt'; did you mean 'exact'?" series TIER=exakt
refused 'a seed' "SEEDS: 'two' is not a number" series SEEDS=two
refused 'a tree' "there is no directory $tmp/none" series TREE="$tmp/none" RANGE=a..b
refused 'a variable' "no variable 'SCENARIO'; did you mean 'SCENARIOS'?" series SCENARIO=x
refused 'one that only a text is about' "no variable 'STAGE'; did you mean 'STAGES'?" series STAGE=all
refused 'one of no use there' "no variable 'BASES'; did you mean 'BASE'?" metal BASES=a NEW=b
refused 'no kernels' 'make metal needs BASE=...; for example: make metal BASE=' metal
refused 'one kernel' 'make metal needs NEW=...' metal BASE=stock
refused 'a kernel' "no kernel 'stok'; did you mean 'stock'?" metal BASE=stok NEW=noretry
refused 'an option' "no option '--quik'" metal BASE=stock NEW=noretry PLAN=--quik
refused 'no scenario' 'make profile needs SCENARIO=...' profile
refused 'a stage of a profile' "no stage 'noretri'; did you mean 'noretry'?" \
	profile SCENARIO=nop STAGE=noretri
refused 'one profile' 'make profile-diff needs NEW=...' profile-diff BASE=a
refused 'two of three tiers' 'make relation needs EXACT=...' relation METAL=a NATIVE=b
refused 'a stage of the gate' "no stage 'noretri'" regress STAGES=noretri
refused 'a stage of faults' "no stage 'noretri'" faults STAGES=noretri

# answers LINE COMMAND...: the same of a script that is run by itself.
answers() {
	answers_line=$1
	shift
	try "$@"
	is "$*: refused" "$status" 2
	says '  with what was meant' "$answers_line"
}
answers "no command 'buld'; did you mean 'build'?" scripts/kernel.sh buld
answers "no tier 'exat'; did you mean 'exact'?" scripts/aa.sh exat
answers "no set 'sereis'; did you mean 'series'?" scripts/deps.sh sereis
answers "no command 'paln'; did you mean 'plan'?" scripts/metal.sh paln
answers "no --set 'primry'; did you mean 'primary'?" scripts/metal.sh plan a b --set primry
answers "no SET 'extendd'; did you mean 'extended'?" env SET=extendd scripts/regress-tree.sh
answers "no SET 'm'; did you mean 'mm'?" env SET=m scripts/regress-tree.sh
if [ -x "${B:-build}/vmabench" ]; then
	answers "no scenario 'secretmem_apend'; did you mean 'secretmem_append'?" \
		env SCENARIOS=secretmem_apend scripts/series.sh --check all
	answers 'MODEL: "l1i:32K" is no geometry of caches' \
		env MODEL=l1i:32K scripts/series.sh --check stock deferred
	answers "LAYOUTS: there is no scenario 'nosuch'" \
		env LAYOUTS=nosuch scripts/series.sh --check stock deferred
	answers 'LAYOUTS: nop is not meant to be measured over layouts' \
		env LAYOUTS=nop scripts/series.sh --check stock deferred
	answers 'LAYOUTS: anon_append is not one of the scenarios to be measured' \
		env LAYOUTS=anon_append SCENARIOS=nop scripts/series.sh --check stock deferred
fi

: >"$tmp/file"
refused 'no place for results' "RESULTS: no folder can be made in $tmp/file" \
	series STAGES=all RESULTS="$tmp/file/results"
export TMPDIR="$tmp/none"
refused 'no place for temporary files' 'set TMPDIR to one that can be written' series SET=primary
unset TMPDIR

# What bench/Makefile calls by the same names is what it says there.
wanted=$(make -n -f bench/Makefile B="$tmp/b" programs 2>&1 | wc -l)
ok 'the programs are made of files' [ "$wanted" -gt 100 ]
cp -r bench "$suite"
typed -n metal BASE=stock NEW=noretry
is 'make metal BASE=...: built as ever' "$status" 0
for name in SCENARIOS SEEDS SET STAGES TIER JOBS RESULTS TREE RANGE LAYOUTS MODEL; do
	typed -n series "$name=1"
	ok "make series $name=1 as well" [ "$status" -eq 0 ]
done
(cd "$suite" && MAKEFLAGS='' make -n metal BASE=stock NEW=noretry CC=my-cc) >"$tmp/out" 2>&1
ok 'and with the compiler that was typed' grep -q '^my-cc ' "$tmp/out"

# Each variable of the README and of make help is one that is read.
{
	cat README.md
	make help
	make help ALL=1
} | grep -oE '^ *make [a-z-]+( [A-Z_]+=[^ ]*)+' | sort -u >"$tmp/lines"
ok 'the README has lines with variables' [ "$(wc -l <"$tmp/lines")" -gt 5 ]
unread=$(while read -r _ target variables; do
	# shellcheck disable=SC2046 # names are words
	scripts/variables.sh "$target" $(echo "$variables" | grep -oE '[A-Z_]+=' | tr -d =) 2>&1
done <"$tmp/lines")
is 'which are all read' "$unread" ''

finish
