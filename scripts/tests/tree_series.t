#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# series.sh on the commits of a tree, with a source that only pretends to be a kernel, and a
# program that needs none to boot.
#
# shellcheck disable=SC2154 # variables of tree_history.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/tree_history.sh
. "$here/tree_history.sh"

# What series.sh runs is here, or where the program under test is.
: "${B:=$root/build}"

break_and_mend
state >"$tmp/before"

mkdir "$tmp/bin"
ln -s "$(cd "$B" && pwd)/vmadiff" "$tmp/bin/vmadiff"
cat >"$tmp/bin/vmabench" <<EOT
#!/bin/sh
[ "\$1" = exact ] || { echo 'nop '; exit; }
while [ \$# -gt 0 ]; do
	case \$1 in
	--probe) exit 0 ;;
	--needs-module) exit 1 ;;
	--kept) kept=\$2 ;;
	--reason) reason=\$2 ;;
	--stage) stage=\$2 ;;
	--commit) commit=\$2 ;;
	--retry) echo "\$stage \$2" >>$tmp/retries ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ ! -e "$tmp/no-boot" ] || [ "\$stage" != s01_use_mmap_prepare ] || {
	echo 'the kernel did not boot: Kernel panic - not syncing: no' >"\$reason"
	exit 3
}
[ ! -e "$tmp/tool-fails" ] || [ "\$stage" != s03_mend_it ] || exit 1
[ -n "\${kept-}" ] || echo "\$stage" >>"$tmp/measured"
commit=\$(echo "\$commit" | sed 's/"/\\\\\\\\"/g')
"$root/bench/tests/make_fixture.sh" stock | sed "1s|\"stock\"|\"\$stage\"|
1s|\"info\":{|&\"commit\":\"\$commit\"|" >"\$out"
EOT
chmod +x "$tmp/bin/vmabench"
echo plugin >"$tmp/bin/vmabench-insns-1.so"
echo symbols >"$tmp/bin/vmabench-symbols"

# series ARGUMENT...: with what it leaves in $session.
series() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		RANGE="$1" "$root/scripts/series.sh" --tree
	session=$tmp/results/series/latest
}
series whole~1..topic
is 'measured: exit 3, for one failed' "$status" 3
# It is folded where it is long.
tr -s '\n ' '  ' <"$tmp/out" >"$tmp/unfolded"
ok 'measured: the table names it, and why' grep -q \
	' s02_break_it BUILD-FAILED .*("mm: break it").*#error' "$tmp/unfolded"
ok 'measured: and the others, with their commits' grep -qF \
	"$(git -C "$TREE" rev-parse --short topic) (\"mm: mend it\")" "$tmp/out"
ok 'measured: so does the report' grep -q 'BUILD-FAILED.*#error' \
	"$session/report.md"
ok 'measured: so does the summary' grep -q '"reason": "BUILD-FAILED' \
	"$session/summary.json"
is 'measured: a record of each kernel that there is' \
	"$(cd "$session" && echo ./*.jsonl)" \
	'./s00_base.jsonl ./s01_use_mmap_prepare.jsonl ./s03_mend_it.jsonl'
is 'measured: with what is known of its retries' \
	"$(sort -u "$tmp/retries" | paste -s -d ' ')" \
	's00_base late s01_use_mmap_prepare none s03_mend_it none'
: >"$tmp/measured"
series whole~1..topic
is 'again: exit 3' "$status" 3
ok 'again: nothing is measured twice' [ ! -s "$tmp/measured" ]
is 'again: another session with all records' \
	"$(cd "$session" && echo ./*.jsonl)" \
	'./s00_base.jsonl ./s01_use_mmap_prepare.jsonl ./s03_mend_it.jsonl'
mv "$cache/records" "$tmp/aside"
: >"$cache/records"
series whole~1..topic
is 'nothing can be kept: measured all the same' "$status" 3
rm "$cache/records"
mkdir "$cache/records"
: >"$tmp/tool-fails"
series whole~1..topic
is 'the tool fails at the last: exit 1' "$status" 1
says 'the tool fails: said where the records are' \
	"the records so far are in $tmp/results/series/"
rm "$tmp/tool-fails"
: >"$tmp/measured"
series whole~1..topic
is 'resumed: only what was missing is measured' \
	"$(paste -s -d ' ' "$tmp/measured")" s03_mend_it
rm -r "$cache/records"
: >"$tmp/no-boot"
series whole~1..topic
is 'one that does not boot: exit 3' "$status" 3
ok 'one that does not boot: said so' grep -q \
	'^s01_use_mmap_prepare  *BOOT-FAILED' "$tmp/out"
ok 'one that does not boot: and why' grep -q \
	'the kernel did not boot: Kernel panic - not syncing: no' "$tmp/out"
series whole~1..whole
is 'fewer than two left: exit 3' "$status" 3
says 'fewer than two left: said' 'fewer than two kernels were measured'
series nowhere..topic
is 'no such commit: exit 2, and no session' "$status" 2
ok 'a session without a record is none' sh -c "
	for dir in '$tmp/results/series'/2*; do
		ls \"\$dir\"/*.jsonl || exit 1
	done"
# An option that the tree lacks is said once, of all of them.
echo CONFIG_NOSUCH=y >>"$tmp/patches/guest.config"
series main..whole
is 'an option that the tree lacks: exit 0' "$status" 0
is 'an option that the tree lacks: the report says so' \
	"$(grep '^- guest.config' "$session/report.md")" \
	'- guest.config: asked for CONFIG_NOSUCH=y; the kernel has: no such option: all kernels'
sed -i /NOSUCH/d "$tmp/patches/guest.config"
# Whatever cannot be drawn: the records stay, and the report says so.
series_in() {
	try env B="$tmp/bin" RESULTS="$tmp/results" SCENARIOS=nop QUIET=1 \
		GNUPLOT=false RANGE="$1" "$root/scripts/series.sh" --tree
}
series_in main..whole
is 'nothing can be drawn: exit 0' "$status" 0
ok 'nothing can be drawn: the records are there' \
	[ -f "$tmp/results/series/latest/s00_base.jsonl" ]
ok 'nothing can be drawn: the report says so' \
	grep -q "^- .*gnuplot" "$tmp/results/series/latest/report.md"
ok 'the tree is untouched after all' untouched

finish
