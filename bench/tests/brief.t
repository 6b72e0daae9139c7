#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The letter that is at most 25 lines of 72 columns, whatever is compared, and holds
# what the long one holds: its table is of rows of that one, what it counts is counted
# again from the rows of the long one's tables by awk, and no kind of thing that got worse
# is left out. Paragraphs for patches, and what b4 is told of one.
#
# shellcheck disable=SC2086,SC2016 # pairs of records are several words; code of perl
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# Operations of the long letter's first table: all, changed, equal.
cat >operations.awk <<'EOT'
/^  operation / { inside = !done; next }
inside && NF == 0 { inside = 0; done = 1 }
inside {
	name = $1 " " $2
	verdict = $NF
	if ($3 !~ /vmas|stores|vma[+]|node[+]/) {
		all++
		cost[name] = verdict
	}
	if (verdict !~ /^(EXACT-SAME|EQUIVALENT|TRIVIAL|INCONCLUSIVE|UNSTABLE|MISSING|NONDETERMINISTIC)$/)
		changed[name] = 1
}
END {
	for (name in cost) {
		if (name in changed)
			nr++
		else if (cost[name] ~ /EXACT-SAME|EQUIVALENT|TRIVIAL/)
			equal++
	}
	print nr + 0, equal + 0, all + 0
}
EOT
# The same of the short one: rows of its table and those that it counts.
cat >counted.awk <<'EOT'
/^  (instructions|ns) of one / { inside = 1; next }
inside && /^  / { rows++; next }
{ inside = 0; text = text " " $0 }
END {
	if (match(text, /[0-9]+ (more )?operations? changed/))
		more = substr(text, RSTART) + 0
	match(text, /[0-9]+ of [0-9]+ (is|are) (equal|EQUIVALENT)/)
	split(substr(text, RSTART, RLENGTH), w, " ")
	print rows + more, w[1] + 0, w[3] + 0
}
EOT
# Each row of the short table has the cells of a row of the long one, in order.
cat >rows.awk <<'EOT'
NR == FNR {
	if (/^  [a-z]/ && !(($1 " " $2) in long) && $3 !~ /vmas|stores|vma[+]|node[+]/)
		long[$1 " " $2] = $0
	next
}
/^  (instructions|ns) of one / { inside = 1; next }
!/^  / { inside = 0 }
inside {
	n = split(long[$1 " " $2], w, " ")
	# Name, value of the first column, change: the long one has more in between.
	found = w[3] == $3
	seen = 0
	for (i = 4; i <= n; i++)
		for (k = 4; k <= NF && k <= 6; k++)
			if (w[i] == $k && $k ~ /%|^=$|^[-+]/)
				seen = 1
	bad += !found || !seen
	rows++
}
END { exit bad > 0 }
EOT

# brief STATUS NAME ARGUMENT...: a letter, held against the long one
brief() {
	want=$1 name=$2
	shift 2
	run "$want" "$name" letter "$@"
	cp out brief.txt
	"$vmadiff" letter --all "$@" >long.txt 2>/dev/null
	ok '  at most 25 lines' awk 'END { exit !(NR > 5 && NR <= 25) }' brief.txt
	# A link, and names within quotes of a shell, are in one piece.
	is '  of 72 columns, but for links' "$(grep -vE "^  https?://[^ ]*$|^ +STAGES='" brief.txt |
		awk 'length > 72')" ''
	run 0 '  fit for a mail' lint brief.txt
	is '  operations add up' "$(awk -f counted.awk brief.txt)" \
		"$(awk -f operations.awk long.txt)"
	ok '  rows are those of the long one' awk -f rows.awk long.txt brief.txt
	ok '  it says what got worse' grep -qE \
		'^(What got worse: |Nothing that was measured and can be told got worse)' brief.txt
	ok '  and how to do it again' grep -q '^To reproduce:' brief.txt
	tr '\n' ' ' <brief.txt | tr -s ' ' >text
}
# as_stage STAGE <RECORD: the same of that stage
as_stage() {
	sed "1s/\"stage\":\"[a-z]*\"/\"stage\":\"$1\"/"
}
# in_text PATTERN: the letter, as one line, holds this extended regular expression
in_text() {
	ok "  has: $1" grep -qE -- "$1" text
}

for stage in stock deferred hook secretmem noretry; do
	ABOUT=1 "$fixture" $stage wide >$stage.jsonl
	"$fixture" $stage >n_$stage.jsonl
done
about='"series":{"title":"mm: a title that is so long that no line of a mail has room for all of it, nor two","link":"https://lore.kernel.org/linux-mm/cover.1234567890.git.somebody.with.a.name@example.org/","headline":[{"scenario":"secretmem_append","op":"mmap"}],"scenarios":[{"scenario":"secretmem_append","text":"maps page beside page"}],"stages":[{"stage":"deferred","text":"as it was"},{"stage":"hook","text":"with a hook","patch":"mm: add a hook -- that is <not> 100%"},{"stage":"secretmem","patch":"mm/secretmem: use ->mmap_prepare()"},{"stage":"noretry","text":"with all of it","patch":"mm: do not retry"}]},'
for stage in deferred hook secretmem noretry; do
	"$fixture" $stage wide | sed "1s|\"kernel\":{|$about&|" >t_$stage.jsonl
done

brief 0 'two stages' deferred=deferred.jsonl noretry=noretry.jsonl
in_text 'secretmem_append mmap takes [0-9.]+ instead of [0-9.]+ instructions \(-[0-9.]+%\)'
in_text 'kinds of mapping no longer merge and leave [0-9]+ VMAs instead of 1'
brief 0 'all stages' stock=stock.jsonl deferred=deferred.jsonl hook=hook.jsonl \
	secretmem=secretmem.jsonl noretry=noretry.jsonl
in_text 'By stage: stock [0-9.]+, .*noretry [0-9.]+[.]'
brief 0 'the other way round' noretry=noretry.jsonl deferred=deferred.jsonl
as_stage b <deferred.jsonl >b.jsonl
brief 0 'nothing changed' deferred=deferred.jsonl b=b.jsonl
in_text 'Nothing that was measured and can be told got worse'
ok '  no table of it' sh -c '! grep -q "^  instructions of one" brief.txt'

# --- what is compared, in the words of who wrote the series
brief 0 'a series with words' deferred=t_deferred.jsonl noretry=t_noretry.jsonl
in_text 'deferred: [^ ]+ \(build [0-9a-z]*\) as it was'
in_text 'noretry: .*with all of it'
ok '  the link is whole' grep -qxF \
	'  https://lore.kernel.org/linux-mm/cover.1234567890.git.somebody.with.a.name@example.org/' brief.txt
in_text '"mm: do not retry"'
ok '  nowhere it is invented where the suite is' sh -c '! grep -q "^  https://example.org/v" brief.txt'
brief 0 'where the suite is to be had' --url https://example.org/vmabench \
	deferred=t_deferred.jsonl noretry=t_noretry.jsonl
ok '  is said' grep -qx '  https://example.org/vmabench' brief.txt

# --- everything got worse, by the number of rows
worse() {
	awk -v factor="$1" '/"type":"row"/ && match($0, /"batches":\[[-0-9.e+]+/) && /"metric":"insns"/ {
		v = substr($0, RSTART + 11, RLENGTH - 11)
		$0 = substr($0, 1, RSTART + 10) sprintf("%.17g", v * factor) substr($0, RSTART + RLENGTH)
	}
	!/"type":"(functions|stacks|symbols)"/ { print }' | renumber
}
worse 1 <n_deferred.jsonl >same.jsonl
worse 1.5 <n_deferred.jsonl | as_stage dear >dear.jsonl
brief 0 'everything costs more' deferred=same.jsonl dear=dear.jsonl
in_text '([0-9]+) of \1 operations take more instructions, at most by \+50'
worse 0.5 <n_deferred.jsonl | as_stage cheap >cheap.jsonl
brief 0 'everything costs less' deferred=same.jsonl cheap=cheap.jsonl
many() {
	head -n 1 same.jsonl
	awk -v n="$1" -v factor="$2" 'BEGIN {
		for (i = 0; i < n; i++)
			printf "{\"type\":\"row\",\"scenario\":\"%s_%03d\",\"version\":\"f1\",\"op\":\"mmap\",\"metric\":\"insns\",\"unit\":\"insns/op\",\"pass\":\"insns\",\"better\":\"lower\",\"exact\":true,\"ops\":1,\"batches\":[%d]}\n", "a_scenario_with_quite_a_long_name_indeed", i, (1000 + i) * factor }'
	echo '{"type":"trailer","lines":0}'
}
for n in 1 2 3 20 200; do
	many $n 1 | renumber >m1.jsonl
	many $n 2 | renumber >m2.jsonl
	brief 0 "$n rows got worse" m1.jsonl m2.jsonl
	in_text "$n of $n operations? takes? more instructions"
	brief 0 "$n rows got better" m2.jsonl m1.jsonl
done

# --- long names everywhere, and whatever else is wrong
long=a23456789012345678901234567890123456789012345678901234567
set -- "s01_$long=BUILD-FAILED 123 (\"mm: $long $long\"): $long: $long" \
	"s02_$long=BOOT-FAILED panics: $long <$long> $long" \
	"s03_$long=BOOT-FAILED hangs" "s04_$long=BUILD-FAILED x"
brief 3 'kernels that do not build or boot' deferred=deferred.jsonl "$@" noretry=noretry.jsonl
in_text 'Failed: 4 of 6 stages [(,].*s01_'
as_stage "s05_$long" <t_deferred.jsonl >long5.jsonl
as_stage "s06_$long" <t_noretry.jsonl >long6.jsonl
brief 3 'and with names that are long' "s05_$long=long5.jsonl" "$@" "s06_$long=long6.jsonl"
for n in 1 2; do
	awk -v long="$long" '/"type":"row"/ && !done {
		done = 1
		for (i = 0; i < 30; i++)
			printf "{\"type\":\"failure\",\"scenario\":\"%.60s%d\",\"reason\":\"%s\"}\n", long, i, long
	} { print }' m$n.jsonl | renumber >failing$n.jsonl
done
brief 3 'scenarios that fail' failing1.jsonl failing2.jsonl
in_text 'Failed: 30 scenarios failed'

# --- a tree of forty commits, some of which fail
mkdir tree
set --
for i in $(seq -w 0 39); do
	name=s${i}_a_commit_of_a_tree
	factor=1
	[ $((1$i % 3)) -ne 0 ] || factor=1.$i
	worse $factor <n_deferred.jsonl | as_stage $name |
		sed "1s/\"info\":{/&\"commit\":\"c0ffee0a$i (\\\\\"mm: subject $i of it\\\\\")\"/" >tree/$name.jsonl
	case $i in
	07 | 13 | 21) set -- "$@" "$name=BUILD-FAILED c0ffee0b$i (\"mm: broken $i\"): mm/mmap.c: error" ;;
	*) set -- "$@" "$name=tree/$name.jsonl" ;;
	esac
done
brief 3 'forty commits' "$@"
in_text 'commits moved rows: s[0-9]+_'
in_text 'Failed: 3 of 40 stages.* s07_a_commit_of_a_tree: BUILD-FAILED c0ffee0b07'
in_text 'RANGE=c0ffee0a00[.][.]c0ffee0a39'

# --- measured with noise, natively alone, with seeds
"$fixture" session b aaaa side=0 boots=12 blocks=4
for change in 0.9 1 1.1; do
	"$fixture" session "n$change" bbbb side=1 boots=12 blocks=4 change=$change
	brief 0 "boots, times $change" b "n$change"
	in_text '12 \+ 12 boots'
done
"$fixture" session slow bbbb side=1 boots=12 blocks=4 factor=1.2 tail=2
brief 0 'boots, all slower' b slow
in_text 'operations are slower, at most by'
"$fixture" session few aaa boots=1 blocks=1 side=0
"$fixture" session one bbb boots=1 blocks=1 side=1 seed=2
brief 0 'one boot each' few one
"$fixture" session lb aaaa side=0 boots=24 blocks=24
"$fixture" session ln bbbb side=1 boots=24 blocks=24 change=0.9
as_native lb deferred native/deferred
as_native ln noretry native/noretry
brief 0 'native alone' deferred=native/deferred noretry=native/noretry
brief 0 'with times' --times native deferred=t_deferred.jsonl noretry=t_noretry.jsonl
in_text 'timed, [0-9.]+ ns \[[0-9., ]+\] less of [0-9.]+ ns in the kernel \([0-9]+ \+ [0-9]+ layouts\)'
mkdir s2 s3
for seed in 2 3; do
	for stage in deferred noretry; do
		sed "1s/\"seed\":1,/\"seed\":$seed,/" n_$stage.jsonl >s$seed/n_$stage.jsonl
	done
done
worse 1.6 <s2/n_noretry.jsonl >w && mv w s2/n_noretry.jsonl
brief 0 'three seeds' --seed s3 --seed s2 deferred=n_deferred.jsonl noretry=n_noretry.jsonl
in_text 'seeds 1 2 3'

# --- of a session, as if its stages were named
mkdir whole
cp t_deferred.jsonl whole/deferred.jsonl
cp t_noretry.jsonl whole/noretry.jsonl
printf '%s\n' 'deferred deferred.jsonl ' 'noretry noretry.jsonl ' >whole/stages
run 0 'stages' letter deferred=t_deferred.jsonl noretry=t_noretry.jsonl
mv out named.txt
run 0 'session' letter whole
ok '  is the same' cmp out named.txt
rm whole/noretry.jsonl
run 4 'session that lacks a record' letter whole
run 2 'report of a session' report whole
says 'output is missing'

# --- what the other styles say of what was compared
run 0 'lkp' letter --style lkp deferred=t_deferred.jsonl noretry=t_noretry.jsonl
for line in 'commit: noretry ("mm: do not retry")' 'testcase: vmabench' 'parameters:' \
	'https://lore.kernel.org/linux-mm/cover' 'vmabench.secretmem_append.mmap.insns [0-9.]*% improvement$' \
	'noretry ("mm: do not retry")$' 'test machine: '; do
	says "^ *$line"
done
run 0 'mmtests' letter --style mmtests deferred=t_deferred.jsonl noretry=t_noretry.jsonl
says '^  Count     secretmem_append-mmap  *[0-9]*[.][0-9][0-9] (  0[.]00%)  *[0-9]*[.][0-9][0-9] [*] *[0-9.]*%[*]$'
says '^  vmabench  *deferred  *noretry$'
run 0 'fastpath' letter --style fastpath deferred=t_deferred.jsonl noretry=t_noretry.jsonl
says '^  | Benchmark  *| Result Class  *| deferred (base) |'
says '^  +=*+=*+=*+=*+$'
says '^  |  *| secretmem_append mmap (insns/op) *|  *[0-9.]* |  *(I) -[0-9.]*% |$'

# --- a paragraph for each patch
run 0 'per patch' letter --per-patch deferred=t_deferred.jsonl hook=t_hook.jsonl \
	secretmem=t_secretmem.jsonl noretry=t_noretry.jsonl
cp out patches.txt
is '  each has one' "$(grep -c '^- ' patches.txt)" 3
says '^- secretmem ("mm/secretmem: use ->mmap_prepare()")$'
run 0 '  fit for a mail' lint patches.txt
as_stage b <n_deferred.jsonl >n_b.jsonl
run 0 'a patch that changes nothing' letter --per-patch deferred=n_deferred.jsonl b=n_b.jsonl
ok '  is said to' sh -c 'tr "\n" " " <out | grep -q "changes nothing that was measured: all [0-9]* rows are equal to the digit"'
run 0 'one patch' letter --style perf secretmem=t_secretmem.jsonl noretry=t_noretry.jsonl
cp out perf.txt
is '  is one paragraph' "$(grep -c '^$' perf.txt)" 0
ok '  that git takes for no trailer' sh -c '! head -n 1 perf.txt | grep -q "^[A-Za-z-]*: "'
ok '  with the kernels' sh -c 'tr "\n" " " <perf.txt | grep -q "(build [0-9a-f]*) against "'
run 0 '  fit for a mail' lint perf.txt
# The numbers of a pair are those of the pair alone.
"$vmadiff" letter --per-patch hook=t_hook.jsonl secretmem=t_secretmem.jsonl | sed 1d >pair.txt
ok '  a pair of many says what the pair alone says' sh -c \
	"sed -n '/^- secretmem/,/^\$/p' patches.txt | sed '1d;/^\$/d' | cmp - pair.txt"

# --- what b4 is told
stages='deferred=t_deferred.jsonl hook=t_hook.jsonl secretmem=t_secretmem.jsonl noretry=t_noretry.jsonl'
# patch SUBJECT OPTION...: it, with a subject that is folded, through standard input
patch() {
	subject=$1
	shift
	printf 'From 1\nFrom: a <b>\nsubject: [PATCH mm v2 2/3] %s\n\nSubject: no\n---\n' "$subject" >mail
	"$vmadiff" patch "$@" $stages <mail >out 2>err
	status=$?
}
patch 'mm: do
 not retry'
is 'a patch that loses merges: exit 0' "$status" 0
ok '  is an error' grep -q '^ERROR: noretry against secretmem, counted: .*no longer merge' out
patch 'mm/secretmem: use ->mmap_prepare()'
is 'a patch without a regression' "$(grep -c ERROR out)" 0
patch 'no such patch'
says '^no stage that was measured is "no such patch"$'
patch 'mm: do not retry' --format json
ok 'as b4 review wants it' perl -MJSON::PP -e 'local $/; open F, "out"; $r = decode_json(<F>);
	exit !(@$r == 1 && $r->[0]{tool} eq "vmabench" && $r->[0]{status} eq "fail" &&
	$r->[0]{summary} && $r->[0]{details} =~ /no longer merge/)'
patch 'mm: do not retry' --format xml
is 'no such format' "$status" 2
as_stage b <t_deferred.jsonl | sed '1s/"stages":\[/&{"stage":"b","patch":"mm: nothing"},/' >nothing.jsonl
stages='deferred=t_deferred.jsonl b=nothing.jsonl'
patch 'mm: nothing'
is 'a patch that changes nothing: silence, which is success' "$status $(cat out err)" '0 '
printf 'no header\n' >mail
"$vmadiff" patch $stages <mail >out 2>err
is 'no mail' "$?" 2
says 'git format-patch'
finish
