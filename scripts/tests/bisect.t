#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/bisect.sh, in a copy where what builds and measures only pretends to: a commit
# has a file "state" that says what would come out.  One after the other, several at a time,
# what is given to range.sh, what is said of each commit, and what is refused.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

export TMPDIR="$tmp/tmp" B="$tmp/programs" RESULTS="$tmp/results" calls="$tmp/calls"
export cache="$tmp/cache"
unset ON HOSTS CLUSTER TREE SLOTS
mkdir "$tmp/suite" "$TMPDIR" "$B" "$cache"
cp -r scripts "$tmp/suite"
bisect=$tmp/suite/scripts/bisect.sh

# fake FILE: a script of standard input.
fake() {
	{ echo '#!/bin/sh'; cat; } >"$1"
	chmod +x "$1"
}
fake "$B/vmabench" <<'EOT'
case $1 in
list)	printf '%s\n' 'nop  nothing' 'hooked  needs the module' ;;
exact)	[ "$3" = hooked ] ;;
esac
EOT
# between GOOD BAD NEW ROW
fake "$B/vmadiff" <<'EOT'
good=$(cat "$2") bad=$(cat "$3") new=$(cat "$4")
[ "$good" != "$bad" ] || { echo "vmadiff: does not tell" >&2; exit 128; }
printf '%s: %s: ' "$5" "$new"
case $new in
"$good") echo good ;;
"$bad")	echo bad; exit 1 ;;
*)	echo neither; exit 125 ;;
esac
EOT
fake "$tmp/suite/scripts/kernel.sh" <<'EOT'
case $1 in
cache)	echo "$cache" ;;
tree)	echo "here module=$MODULE $(git -C "$2" log -1 --format=%s)" >>"$calls"
	! grep -q broken "$2/state" || exit 3
	echo "$2" ;;
esac
EOT
# What can be measured is a record; STAGE=DIRECTORY RECORD ...
fake "$tmp/suite/scripts/exact.sh" <<'EOT'
[ "$1" != --probe ] || exit 0
state=$(cat "${1#*=}/state")
case $state in
panics)	exit 3 ;;
lost)	exit 1 ;;
esac
echo "$state" >"$2"
EOT
# It checks what it is asked for, but for a Slurm, which need not be here.
cp scripts/range.sh "$tmp/suite/scripts/range-itself.sh"
fake "$tmp/suite/scripts/range.sh" <<'EOT'
[ "$1" != check ] || [ "$ON ${HOSTS:-}" = 'slurm ' ] || exec "${0%.sh}-itself.sh" check
[ "$1" != check ] || exit 0
[ "$1" = cells ] && cd "$2" && [ -z "${refuse:-}" ] || exit 2
echo "$ON slots=$SLOTS module=$MODULE $SCENARIOS layouts=$LAYOUTS: $(wc -l <range/cells)" >>"$calls"
echo "$2" >>"$calls.folders"
status=0
while read -r name commit; do
	state=$(git -C "$TREE" show "$commit:state")
	end="done 3"
	case $state in
	broken)	end="BUILD-FAILED mm/mmap.c:1: error" ;;
	panics)	end="BOOT-FAILED it panics" ;;
	empty)	;;
	silent)	continue ;;
	lost)	end="FAILED no space left"
		echo "node6 12 1" >range/$name.tries
		echo "node7 12 1" >>range/$name.tries
		status=1 ;;
	*)	echo "$state" >"$name.jsonl" ;;
	esac
	echo "$end" >"range/$name.end"
done <range/cells
exit $status
EOT

# history TREE: makes it, of lines "NUMBER STATE PARENT..." (none: the one before); each
# commit has a tag, cNUMBER.
history() {
	rm -rf "$1"
	git -c init.defaultBranch=main init -q "$1"
	awk '{
		print "commit refs/tags/c" $1 "\nmark :" $1 + 1
		print "committer t <t@localhost> 1700000000 +0000\ndata <<E\nmm: " $1 "\nE"
		if (NR > 1)
			print "from :" (NF > 2 ? $3 : $1 - 1) + 1
		if (NF > 3)
			print "merge :" $4 + 1
		print "M 100644 inline state\ndata <<E\n" $2 "\nE"
	}' | git -C "$1" fast-import --quiet
	state "$1" >"$tmp/before"
}
state() { (cd "$1" && git for-each-ref && find .git | sort); }
# numbered STATE FROM TO
numbered() { seq "$2" "$3" | sed "s/\$/ $1/"; }
first_bad() { sed -n 's/ is the first bad commit$//p' "$tmp/out"; }
commit() { git -C "$tmp/tree" rev-parse "$1"; }
called() { paste -s -d ';' "$calls"; }
# run [NAME=VALUE...] ARGUMENT...
run() {
	: >"$calls"
	try env "$@"
}
nothing_left() { [ -z "$(ls -A "$TMPDIR")$(ls -A "$RESULTS/series" 2>/dev/null)" ]; }

{ numbered before 0 11; numbered after 12 20; } | history "$tmp/tree"

# One after the other

run "$bisect" -r nop/nop/insns "$tmp/tree" c0 c20
is 'one after the other: exit 0' "$status" 0
is '  it is found' "$(first_bad)" "$(commit c12)"
ok '  and shown' grep -q '^    mm: 12$' "$tmp/out"
is '  both ends and five commits are measured, here' "$(grep -c ^here "$calls")" 7
says '  the round is said' 'round 1: 1 of 5 commits, 20 suspects left'
ok '  each verdict is said' grep -qxE '[0-9a-f]* \("mm: 10"\): nop/nop/insns: before: good' "$tmp/out"
ok '  the tree is as it was' sh -c "cd '$tmp/tree' && { git for-each-ref && find .git | sort; } |
	cmp - '$tmp/before'"
ok '  nothing is left' nothing_left
cp "$tmp/out" "$tmp/first"
run "$bisect" --jobs 1 -r nop/nop/insns "$tmp/tree" c0 c20
ok '--jobs 1: the same' cmp "$tmp/out" "$tmp/first"

# Several at a time

run "$bisect" --jobs 3 -r hooked/nop/insns "$tmp/tree" c0 c20
is 'three at a time: exit 0' "$status" 0
is '  it is found' "$(first_bad)" "$(commit c12)"
is '  range.sh measures, in rounds' "$(called)" "$(printf 'local slots=3 module=1 hooked layouts=0: %s;' 2 3 3 1 |
	sed 's/;$//')"
says '  the round is said' 'round 1: 3 of 7 commits, 20 suspects left'
ok '  nothing is left' nothing_left
echo node1 >"$tmp/hosts"
run ON=ssh HOSTS="$tmp/hosts" "$bisect" --jobs=64 -r nop/nop/insns "$tmp/tree" c0 c20
is 'more machines than commits: exit 0' "$status" 0
is '  one round' "$(called)" \
	'ssh slots=64 module=0 nop layouts=0: 2;ssh slots=64 module=0 nop layouts=0: 19'
ok '  in a folder that all machines see' grep -q "^$RESULTS/series/" "$calls.folders"
ok '  of which nothing is left' nothing_left
run ON=slurm "$bisect" -r nop/nop/insns "$tmp/tree" c11 c12
is 'nothing in between: found at once' "$(first_bad) $(wc -l <"$calls")" "$(commit c12) 1"

# What cannot be measured

{ numbered before 0 9; echo 10 broken; echo 11 panics; echo 12 odd
numbered after 13 20; } | history "$tmp/tree"
for k in 1 3; do
	run "$bisect" --jobs $k -r nop/nop/insns "$tmp/tree" c0 c20
	is "$k at a time: one of several: exit 3" "$status" 3
	is '  which' "$(sed -n '/^it is one of these, of which all but the last/,$s/^  .*"\(.*\)".*/\1/p' \
		"$tmp/out" | paste -s -d ' ')" 'mm: 10 mm: 11 mm: 12 mm: 13'
	ok '  one does not build' grep -q '("mm: 10"): does not build' "$tmp/out"
	ok '  one does not boot' grep -q '("mm: 11"): does not boot' "$tmp/out"
	ok '  one is neither' grep -q '("mm: 12"): nop/nop/insns: odd: neither' "$tmp/out"
done
ok '  and why' grep -q '("mm: 10"): does not build: mm/mmap.c:1: error' "$tmp/out"
run "$bisect" -r nop/nop/insns "$tmp/tree" c10 c20
is 'GOOD does not build: exit 128' "$status" 128
says '  said' 'the good kernel cannot be measured'
run "$bisect" -r nop/nop/insns "$tmp/tree" c0 c5
is 'GOOD and BAD are alike: exit 128' "$status" 128

for how in lost silent empty; do
	{ numbered before 0 4; echo "5 $how"; numbered after 6 9; } | history "$tmp/tree"
	run "$bisect" --jobs 3 -r nop/nop/insns "$tmp/tree" c0 c9
	is "$how: exit 128" "$status" 128
	ok '  which commit' grep -q '("mm: 5"): not measured' "$tmp/err"
	ok '  no other is blamed' [ -z "$(first_bad)" ]
done
{ numbered before 0 4; echo 5 lost; numbered after 6 9; } | history "$tmp/tree"
run "$bisect" --jobs 3 -r nop/nop/insns "$tmp/tree" c0 c9
says 'where, and why' '("mm: 5"): not measured on node7: no space left'
run "$bisect" -r nop/nop/insns "$tmp/tree" c1 c9
is 'here: exit 128' "$status" 128

fake "$tmp/hold.sh" <<'EOT'
trap 'echo ended >>"$calls"; exit 143' TERM
[ "$1" = cells ] || exit 0
echo begun >>"$calls"
sleep 60 &
wait
EOT
mv "$tmp/suite/scripts/range.sh" "$tmp/range.sh"
cp "$tmp/hold.sh" "$tmp/suite/scripts/range.sh"
: >"$calls"
"$bisect" --jobs 3 -r nop/nop/insns "$tmp/tree" c0 c9 >"$tmp/out" 2>"$tmp/err" &
pid=$!
within 20 grep -q begun "$calls"
kill "$pid"
status=0
wait "$pid" || status=$?
is 'TERM: exit 143' "$status" 143
ok '  range.sh is told' grep -q ended "$calls"
ok '  nothing is left' nothing_left
cp "$tmp/range.sh" "$tmp/suite/scripts/range.sh"

# Merges, and what contradicts

{ numbered before 0 9; echo 10 before 3; numbered after 11 18; echo 19 after 9 18
numbered after 20 22; } | history "$tmp/tree"
for k in 1 2 7; do
	run "$bisect" --jobs $k -r nop/nop/insns "$tmp/tree" c0 c22
	is "$k at a time, on a branch: found" "$(first_bad)" "$(commit c11)"
done
{ numbered before 0 3; numbered after 4 4; numbered before 5 5; numbered after 6 8; } |
	history "$tmp/tree"
run "$bisect" --jobs 8 -r nop/nop/insns "$tmp/tree" c0 c8
is 'good after bad: exit 128' "$status" 128
says '  said' '("mm: 5") is good, and descends from'
{ numbered before 0 3; numbered after 4 9; echo 10 before 3; numbered after 11 18
echo 19 after 9 18; } | history "$tmp/tree"
run "$bisect" --jobs 30 -r nop/nop/insns "$tmp/tree" c0 c19
is 'two culprits: exit 128' "$status" 128
says '  said' 'all that both descend from is good: more than one commit changed'

# What is refused

# refuses NAME TEXT [NAME=VALUE...] ARGUMENT...
refuses() {
	refused=$1 text=$2
	shift 2
	run "$@"
	is "$refused: exit 2" "$status" 2
	says '  said' "$text"
	ok '  nothing is measured' [ ! -s "$calls" ]
}
tree=$tmp/tree
for k in 0 x 03 -1 1.5 '' '2 3'; do
	refuses "--jobs '$k'" "--jobs: '$k' is not a number above 0" \
		"$bisect" --jobs "$k" -r nop/nop/insns "$tree" c0 c19
done
refuses '--jobs alone' '--jobs: what?' "$bisect" --jobs
for row in nop nop/nop /nop/insns nop/nop/ nop//insns nop/nop/insns/more ''; do
	refuses "-r '$row'" "-r: '$row' is not SCENARIO/OP/METRIC" "$bisect" -r "$row" "$tree" c0 c19
done
refuses 'a scenario that is none' "there is no scenario 'nopp'; did you mean 'nop'?" \
	"$bisect" -r nopp/nop/insns "$tree" c0 c19
refuses 'an option that is none' "there is no option '--job'" "$bisect" --job 3 "$tree" c0 c19
refuses 'ON that is none' "there is no ON 'slum'; did you mean 'slurm'?" \
	ON=slum "$bisect" -r nop/nop/insns "$tree" c0 c19
refuses 'HOSTS without ON' 'HOSTS is for ON=ssh' \
	HOSTS="$tmp/hosts" "$bisect" -r nop/nop/insns "$tree" c0 c19
refuses 'HOSTS with ON=slurm' 'HOSTS is for ON=ssh' \
	ON=slurm HOSTS="$tmp/hosts" "$bisect" -r nop/nop/insns "$tree" c0 c19
refuses 'ON=ssh without HOSTS' 'ON=ssh: HOSTS=FILE with the machines' \
	ON=ssh "$bisect" -r nop/nop/insns "$tree" c0 c19
refuses 'HOSTS that is not there' "HOSTS: cannot read $tmp/none" \
	ON=ssh HOSTS="$tmp/none" "$bisect" -r nop/nop/insns "$tree" c0 c19
refuses 'CLUSTER without ON' 'CLUSTER: ON= says what it is for' \
	CLUSTER="$tmp/hosts" "$bisect" -r nop/nop/insns "$tree" c0 c19
refuses 'no such commit' "no commit c99 in $tree" "$bisect" -r nop/nop/insns "$tree" c0 c99
refuses 'the same commit' 'are the same commit' "$bisect" -r nop/nop/insns "$tree" c19 c19~0
refuses 'the other way round' 'c19 descends from c0: GOOD is to be the older one' \
	"$bisect" -r nop/nop/insns "$tree" c19 c0
refuses 'beside each other' 'c10 is not an ancestor of c9' "$bisect" -r nop/nop/insns "$tree" c10 c9
refuses 'no tree' 'TREE: there is no directory' "$bisect" -r nop/nop/insns "$tmp/none" c0 c9
run refuse=1 "$bisect" --jobs 2 -r nop/nop/insns "$tree" c0 c19
is 'range.sh refuses: exit 2' "$status" 2
ok '  nothing is left' nothing_left
finish
