#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmadiff luck, and what --luck does: a change that is no larger than what changes that
# mean nothing move, in functions that are the same, is neither better nor worse, and a
# gate says so where it fails by one. TAP.
set -u

# shellcheck source=bench/tests/vmadiff_tap.sh
. "$(cd "$(dirname "$0")" && pwd)/vmadiff_tap.sh"

# As many instructions more in each munmap() of the row that is edited, and in its function.
ops=64
"$fixture" stock >stock.jsonl || exit 1
# kernel NAME HASH INSNS: a record of that stage, in which do_vmi_munmap() has this hash,
# and executes so many instructions more.
kernel() {
	awk -v name="$1" -v hash="$2" -v more=$(($3 * ops)) '
	NR == 1 { sub(/"stage":"stock"/, "\"stage\":\"" name "\"") }
	/"type":"trailer"/ {
		print "{\"type\":\"code\",\"functions\":[[\"do_vmi_munmap\",\"" hash "\"]]}"
		sub(/[0-9]+/, NR)
	}
	/"anon_append","version":"f1","op":"munmap","metric":"insns",/ {
		match($0, /\[[0-9]+\]/)
		$0 = substr($0, 1, RSTART) substr($0, RSTART + 1, RLENGTH - 2) + more "]}"
	}
	/"functions","scenario":"anon_append","version":"f1","op":"munmap","region":"op","class":"task"/ {
		match($0, /"do_vmi_munmap",[0-9]+/)
		$0 = substr($0, 1, RSTART + 15) substr($0, RSTART + 16, RLENGTH - 16) + more \
			substr($0, RSTART + RLENGTH)
	}
	{ print }' stock.jsonl >"$1.jsonl"
}
kernel base 0a 0
kernel same 0a 0
kernel moved 0a 1
kernel less 0a -1
kernel new 0a 2
kernel touched 0b 2
kernel more 0a 3
run 0 'the records are whole' check base.jsonl same.jsonl moved.jsonl less.jsonl touched.jsonl

# --- what luck there is
run 0 'two variants' luck -o luck.json base=base.jsonl moved=moved.jsonl same=same.jsonl less=less.jsonl
says '^Luck of base, .*: 3 variants that change'
says 'move 1 of 147 rows'
says '^insns  *[0-9][0-9]*  *1  *-1  *+1$'
says '^anon_append munmap insns  *2504\.0*  *-1  *+1  moved, less$'
ok '  written' grep -q '"name": "vmabench-luck"' luck.json
run 0 'nothing moves' luck base=base.jsonl same=same.jsonl
says 'move 0 of'
run 2 'one kernel alone' luck base=base.jsonl
run 4 'no such record' luck base=base.jsonl x=nothing.jsonl
run 4 'no folder for it' luck -o nothing/luck.json base=base.jsonl same=same.jsonl

# --- what it does to a comparison
run 0 'without it' compare --all base.jsonl new.jsonl
says 'anon_append munmap .* EXACT-CHANGED'
run 0 'within luck' compare --luck luck.json --all base.jsonl new.jsonl
says 'anon_append munmap .* LUCK$'
says '^worse  *0 rows'
says '^LUCK: 1 row, the first one anon_append munmap insns, changed by no more'
run 0 'more than that' compare --luck luck.json --all base.jsonl more.jsonl
says 'anon_append munmap .* EXACT-CHANGED'
run 0 'in a function that is another one' compare --luck luck.json --all base.jsonl touched.jsonl
says 'anon_append munmap .* EXACT-CHANGED'
run 0 'the answer of a series' series --luck luck.json base=base.jsonl new=new.jsonl
says '1 row moved by no more than luck'
run 0 'for programs' export --luck luck.json --format csv base.jsonl new.jsonl
says 'anon_append,munmap,insns.*,LUCK,.*-1 to +1 over 3 variants'

# A session has its own.
mkdir session
cp base.jsonl new.jsonl luck.json session
printf 'base base.jsonl\nnew new.jsonl\n' >session/stages
run 0 'a session with it' series session
says '1 row moved by no more than luck'
rm session/luck.json
run 0 'and without' series session
ok '  says nothing of it' sh -c '! grep -q luck out'

# --- what it does not do to a gate
cat >policy <<'EOF'
[all]
rows = anon_append/munmap/insns
max_increase = 0
EOF
run 1 'a gate fails all the same' gate --luck luck.json policy base.jsonl new.jsonl
says 'it may be'
says 'luck, and fails by the policy'
run 1 'and says nothing of what is no luck' gate --luck luck.json policy base.jsonl touched.jsonl
ok '  nothing' sh -c '! grep -q luck out'

# --- what is no such file
run 4 'no file' compare --luck nothing.json base.jsonl new.jsonl
says 'nothing.json'
sed 's/6.12.0-fixture/6.13.0/' luck.json >other.json
run 4 'of another kernel' compare --luck other.json base.jsonl new.jsonl
says 'whose release is not that of base; make luck measures it anew'

finish
