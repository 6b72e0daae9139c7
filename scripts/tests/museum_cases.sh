# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of tap.sh and of the test
#
# For tests of museum.sh: cases that are made up, of a source that only pretends to be a
# kernel, measured by a program that makes records up.

: "${B:=$root/build}"
case $B in
/*) ;;
*) B=$root/$B ;;
esac

export TMPDIR="$tmp" VMABENCH_CACHE="$tmp/cache" QUIET=1 RESULTS="$tmp/results"
export KERNEL_PATCHES="$tmp/patches" KMOD="$tmp/kmod" MUSEUM="$tmp/museum"
export KERNEL_TARBALL="$tmp/linux.tar" POLICY="$tmp/policy"
unset CASES SCENARIOS LUCK REMEASURE ONCE 2>/dev/null || :
mkdir "$tmp/patches" "$tmp/kmod" "$tmp/bin" "$tmp/linux" "$tmp/museum" "$tmp/fixtures"
printf 'CONFIG_A=y\n' >"$tmp/patches/guest.config"
: >"$tmp/patches/series"
echo 'retry stock early' >"$tmp/patches/about"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"
fake_kernel "$tmp/linux"
touch "$tmp/linux/Kbuild"
mkdir -p "$tmp/linux/include/linux" "$tmp/linux/init"
touch "$tmp/linux/include/linux/mm.h" "$tmp/linux/init/main.c"
tar -C "$tmp" -cf "$tmp/linux.tar" linux

cat >"$tmp/policy" <<'EOT'
[policy]
tier = exact
shape_changed = pass

[instructions]
rows = */*/insns
set = primary mm
max_increase = 2
EOT

# measured NAME STAGE: what the stage NAME is measured like.
measured() {
	"$root/bench/tests/make_fixture.sh" "$2" wide | sed "1s/\"stage\":\"$2\"/\"stage\":\"$1\"/" \
		>"$tmp/fixtures/$1"
}
measured stock secretmem

# new_case NAME KIND LIKE GUILTY EXPECTED...: a case of the museum, whose kernel is measured
# like that of a stage, or not at all.
new_case() {
	name=$1 kind=$2 like=$3 guilty=$4
	shift 4
	echo "$name $kind $*" >>"$MUSEUM/list"
	[ -z "$like" ] || measured "$name" "$like"
	cat >"$MUSEUM/$name.patch" <<EOT
$name

Cause: mas_store_prealloc() is not what is guilty.

Guilty: $guilty.

SPDX-License-Identifier: GPL-2.0-only
---
--- a/mm/a.c
+++ b/mm/a.c
@@ -1,3 +1,4 @@
 1
+$name
 2
 3
EOT
}
: >"$MUSEUM/list"
printf '# none of these\n*_fail_* *_fill\n' >"$MUSEUM/left_out"
new_case slower regression hook '__mmap_region(), which is new' secretmem_append nop
new_case elsewhere regression hook 'mmap_region()' secretmem_append
new_case quiet regression secretmem '__mmap_region()' secretmem_append
new_case opposite gain hook '__mmap_region()' secretmem_append
new_case faster gain noretry '__mmap_region()' secretmem_append
new_case unseen regression secretmem '' missed
new_case seen regression hook '' missed
new_case saved regression noretry '' missed
new_case same neutral secretmem ''
new_case moved neutral noretry ''
new_case harmful neutral hook ''
new_case wrong regression '' '__mmap_region()' secretmem_append
sed -i 's/^+wrong/+#error/' "$MUSEUM/wrong.patch"
new_case refused regression '' '__mmap_region()' secretmem_append
sed -i 's/^ 2$/ 22/' "$MUSEUM/refused.patch"
new_case dead regression '' '__mmap_region()' secretmem_append
new_case spoiled neutral secretmem ''

cat >"$tmp/bin/vmabench" <<EOF
#!/bin/sh
case " \$* " in
*" --probe "*) exit 0 ;;
*" nosuch "*) exit 2 ;;
*" --needs-module "* | *" --needs-tree "*) exit 1 ;;
" list --set primary ") printf 'Set primary:\nsecretmem_append mmap\n  what\nsecretmem_fill mmap\n' ; exit ;;
" list --set mm ") echo 'nop nop'; exit ;;
esac
kept=
echo "\$*" >>$tmp/calls
while [ \$# -gt 0 ]; do
	case \$1 in
	--stage) stage=\$2 ;;
	-o) out=\$2 ;;
	esac
	shift
done
[ "\$stage" != dead ] || {
	echo '{"type":"failure","scenario":"nop","version":"1","op":null,"reason":"it hung"}' >"\$out"
	exit 3
}
[ "\$stage" != spoiled ] || [ ! -e $tmp/spoil ] || rm "$POLICY"
if [ "\$stage" != stock ] && [ -e $tmp/hold ]; then
	echo \$\$ >>$tmp/held
	exec sleep 20
fi
cat $tmp/fixtures/"\$stage" >"\$out"
EOF
chmod +x "$tmp/bin/vmabench"
: >"$tmp/bin/vmabench-insns-1.so"
: >"$tmp/bin/vmabench-symbols"
ln -s "$B/vmadiff" "$tmp/bin/vmadiff"
programs=$B
export B="$tmp/bin"

museum() {
	: >"$tmp/calls"
	try env LUCK="${LUCK:-0}" CASES="$*" "$root/scripts/museum.sh"
}
table=$RESULTS/museum/table.tsv
# of CASE COLUMN...: what the table has.
of() {
	of_case=$1
	shift
	awk -F '\t' -v name="$of_case" '$1 == name' "$table" | cut -f "$(echo "$*" | tr ' ' ,)"
}
