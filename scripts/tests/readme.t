#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What README shows and quotes is of one pair of stages: its picture, its tables, its
# letter and results/example; and its figures are those of results/example and of
# results/reference, which are what the commands wrote.
#
#   EXAMPLE   another report than results/example, before it becomes that
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh
vmadiff=${B:-build}/vmadiff
example=${EXAMPLE:-results/example}
letter=$example/cover-letter.txt

# --- one pair
pair=$(sed -n 's/^\([a-z0-9_]*\) against \([a-z0-9_]*\): .*/\2 to \1/p' "$letter" | head -n 1)
ok 'the letter of the example compares two stages' [ -n "$pair" ]
is 'its table is of the same' "$(awk '/^  operation / { print $2 " to " $3; exit }' "$letter")" "$pair"
is "so is README's picture" \
	"$(sed -n 's/^!\[Change of instructions per operation, \(.*\)\].*/\1/p' README.md)" "$pair"
ok 'so is the page' sh -c "grep -q ', $pair' $example/report.html"
is "so are README's tables of what the first command prints" "$(
	awk '/^insns: |^maple_stores: / { getline; print $2 " to " $3 }' README.md | sort -u)" "$pair"
ok 'so is its bill' grep -q "^secretmem_append mmap, $pair: " README.md

# --- the letter
# Of README the block that begins with a headline, of the example the same lines.
awk '/^```/ { if (inside && text ~ / against [a-z0-9_]+: [a-z0-9_]+ [a-z]+ takes /) printf "%s", text; inside = !inside; text = ""; next }
	inside { text = text $0 "\n" }' README.md >"$tmp/quoted"
ok 'README quotes a letter' [ -s "$tmp/quoted" ]
is 'it is the beginning of that of the example' \
	"$(head -n "$(wc -l <"$tmp/quoted")" "$letter")" "$(cat "$tmp/quoted")"

# --- tables: "OPERATION MMAP FROM TO DIFF CHANGE VERDICT", as the letter has them
# name, old, new, change and verdict of rows below a heading
awk '/^```/ { metric = ""; next }
	/^insns: /        { metric = "insns"; getline; seeds = / all seeds /; next }
	/^maple_stores: / { metric = "stores"; getline; seeds = 0; next }
	metric != "" && NF && !seeds { print metric, $1, $2, $3, $4, $6, $7 }' README.md >"$tmp/rows"
ok 'README has tables' [ "$(wc -l <"$tmp/rows")" -gt 8 ]
while read -r metric scenario op old new change verdict; do
	[ "$metric" = insns ] && name="$scenario $op" || name="$scenario $op $metric"
	row=$(awk -v name="$name" '/^  / { n = split(name, w, " ")
		for (i = 1; i <= n; i++) if ($i != w[i]) next
		if (NF != n + 4) next
		print $(n + 1), $(n + 2), $(n + 3), $(n + 4); exit }' "$letter")
	is "$name: as the example has it" "$old $new $change $verdict" "$row"
done <"$tmp/rows"

# --- and as the reference measured the last stage
xz -dc results/reference/noretry.jsonl.xz >"$tmp/noretry.jsonl"
"$vmadiff" export --format csv "$tmp/noretry.jsonl" | tr -d '\r' >"$tmp/reference"
# measured SCENARIO OP METRIC: as tables print it
measured() {
	awk -F , -v s="$1" -v o="$2" -v m="$3" '$1 == s && $2 == o && $3 == m {
		v = $11 + 0
		print v == int(v) ? v : sprintf(v >= 100 ? "%.1f" : "%.2f", v)
		exit }' "$tmp/reference"
}
awk '/^```/ { metric = ""; next }
	/^insns: /        { metric = "insns"; getline; next }
	/^maple_stores: / { metric = "maple_stores"; getline; next }
	metric != "" && NF { print metric, $1, $2, $4 }' README.md >"$tmp/rows"
while read -r metric scenario op new; do
	is "$scenario $op $metric: as the reference has it" "$new" \
		"$(measured "$scenario" "$op" "$metric")"
done <"$tmp/rows"
# The bill: functions of the last stage, which a record against itself prints, too.
"$vmadiff" functions -a -w 120 "$tmp/noretry.jsonl" "$tmp/noretry.jsonl" secretmem_append mmap |
	awk '{ print $1, $3 }' >"$tmp/functions"
awk '/^function  *deferred noretry/ { on = 1; next } /^```/ { on = 0 }
	on && $1 ~ /^[a-z_0-9.]+$/ { print $1, $3 }' README.md >"$tmp/rows"
ok 'README has a bill' [ "$(wc -l <"$tmp/rows")" -gt 4 ]
while read -r function new; do
	got=$(awk -v f="$function" '$1 == f { print $2; exit }' "$tmp/functions")
	is "$function: as the reference has it" "$new" "${got:-0}"
done <"$tmp/rows"

# --- pictures that README shows are there
sed -n 's/^!\[.*\](\(results[^)]*\))$/\1/p' README.md >"$tmp/rows"
while read -r picture; do
	ok "$picture is there" [ -s "$picture" ]
done <"$tmp/rows"
finish
