#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Of series.sh: counts and times side by side, and what is said where there are no times.
# TAP.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
suite=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
build=${B:-$suite/build}
fixture=$suite/bench/tests/make_fixture.sh
dir=$tmp/session
scratch=$tmp/scratch
root=$tmp/suite
mkdir -p "$dir" "$scratch" "$root/scripts"

# shellcheck source=scripts/lib.sh
. "$suite/scripts/lib.sh"
# shellcheck source=scripts/series/native.sh
. "$suite/scripts/series/native.sh"
# shellcheck source=scripts/series/beside.sh
. "$suite/scripts/series/beside.sh"
tree=
missing=$tmp/missing

"$fixture" deferred | grep -v '"nop"' >"$tmp/deferred"
"$fixture" noretry | grep -v '"nop"' >"$tmp/noretry"
for stage in deferred noretry; do
	awk -v quote='"' '/"type":"trailer"/ {
		print "{" quote "type" quote ":" quote "trailer" quote "," \
			quote "lines" quote ":" NR - 1 "}"
		next
	}
	{ print }' "$tmp/$stage" >"$dir/$stage.jsonl"
done
"$fixture" session "$tmp/base" aaaa111122223333 boots=12 blocks=6 side=0
"$fixture" session "$tmp/new" bbbb111122223333 boots=12 blocks=6 side=1 change=0.5

printf '%s\n' 'deferred deferred.jsonl' 'hook BOOT-FAILED: no' 'noretry noretry.jsonl' \
	>"$dir/stages"

# What is run beside it: prints, leaves records, ends as it is told.
cat >"$root/scripts/native-series.sh" <<EOT
#!/bin/sh
echo "measured \$*"
mkdir -p "\$NATIVE_DIR"
cp -r "$tmp/base" "\$NATIVE_DIR/deferred"
cp -r "$tmp/new" "\$NATIVE_DIR/noretry"
exit \$(cat "$tmp/ends")
EOT
chmod +x "$root/scripts/native-series.sh"

# run STATUS: of native-series.sh
run() {
	echo "$1" >"$tmp/ends"
	failed=
	rm -rf "$dir/beside.txt" "$dir/native"
	time_natively >"$tmp/out" 2>"$tmp/err"
}

run 0
is 'all went well' "$failed" ''
ok 'all that was counted is timed, and what is said of it in the session' grep -qx 'measured deferred noretry' \
	"$dir/native.txt"
ok 'the stages are named' grep -q '^deferred > noretry: counted in QEMU' "$tmp/out"
row=$(grep '^secretmem_append mmap ' "$tmp/out")
insns() {
	"$build/vmadiff" export -f csv "$dir/$1.jsonl" |
		awk -F , '/^secretmem_append,mmap,insns,/ { printf "%.0f", $11 }'
}
ok 'instructions of both' expr "$row" : \
	".* $(insns deferred) > $(insns noretry) "
ok 'stores of both' expr "$row" : '.*  2 > 1  '
ok 'half of the time, and by how many ns' expr "$row" : \
	'.* \([0-9.]*\) > [0-9.]*  -[0-9.]* \[-[0-9.]*, -[0-9.]*\] IMPROVED$'
ok '  which is in the interval' sh -c "echo '$row' | awk '{
	sub(/.*  /, \"\")
	gsub(/[^-.0-9 ]/, \" \")
	exit !(\$2 <= \$1 && \$1 <= \$3 && \$3 < 0)
}'"
ok 'what was timed and not counted' grep -q '^nop nop  *-  *-  *-  *[0-9]' "$tmp/out"
ok 'what is equivalent has the interval of the verdict' \
	grep -q ' =\[.*\] EQUIVALENT$' "$tmp/out"
ok '  which is explained' grep -q '^= 90 %' "$tmp/out"
ok 'the table is in the session' grep -q '^secretmem_append mmap ' "$dir/beside.txt"

run 3
is 'a boot that failed is a failure' "$failed" ' of the native tier'
ok '  what was measured is shown' grep -q '^secretmem_append mmap ' "$tmp/out"

run 1
is 'where nothing runs there is no failure' "$failed" ''
ok '  it is said, and how to do without' grep -q 'time was not measured; TIER=exact' \
	"$tmp/err"
no_table() {
	! [ -e "$dir/beside.txt" ]
}
ok '  and there is no table' no_table

finish
