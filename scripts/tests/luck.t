#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# luck.sh on a source that only pretends to be a kernel, measured by a program that makes
# records up: which variants there are, of a stage and of a commit, what is said of them,
# what is kept, and who takes it from there.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
: "${B:=$root/build}"
case $B in
/*) ;;
*) B=$root/$B ;;
esac

export TMPDIR="$tmp" VMABENCH_CACHE="$tmp/cache" QUIET=1
export KERNEL_PATCHES="$tmp/patches" KMOD="$tmp/kmod"
export KERNEL_TARBALL="$tmp/linux.tar"
unset TREE RANGE SERIES STAGE LUCK REMEASURE 2>/dev/null || :
mkdir "$tmp/patches" "$tmp/kmod" "$tmp/bin" "$tmp/linux" "$tmp/calls"
printf 'CONFIG_A=y\n' >"$tmp/patches/guest.config"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"

# A kernel with what is changed, and no mm/vma.c.
fake_kernel "$tmp/linux"
touch "$tmp/linux/Kbuild"
mkdir "$tmp/linux/init"
# shellcheck disable=SC2016 # variables of make
sed -i 's|^objs = .*|& $(O)/mmap.o $(O)/main.o|' "$tmp/linux/Makefile"
# shellcheck disable=SC2016 # likewise
printf '$(O)/main.o: init/main.c\n\tcp $< $@\n' >>"$tmp/linux/Makefile"
echo '/* main */' >"$tmp/linux/init/main.c"
cat >"$tmp/linux/mm/mmap.c" <<'EOF'
/* mmap_region */
unsigned long do_mmap(unsigned long len)
{
	struct mm_struct *mm = current->mm;
	int pkey = mm->pkey;
	int error = 0;

	if (!len)
		return -EINVAL;
	return error;
}
EOF
cat >"$tmp/patches/one.patch" <<'EOF'
--- a/mm/mmap.c
+++ b/mm/mmap.c
@@ -6,5 +6,6 @@
 	int error = 0;

+	/* one */
 	if (!len)
 		return -EINVAL;
 	return error;
EOF
echo one.patch >"$tmp/patches/series"
tar -C "$tmp" -cf "$tmp/linux.tar" linux

# What vmabench measures of a kernel: insns of one row are moved by one variant, and
# another one cannot be measured.
"$root/bench/tests/make_fixture.sh" stock wide >"$tmp/fixture"
grep -v '"type":"functions"\|"type":"stacks"' "$tmp/fixture" | awk '
	/"type":"trailer"/ { printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR - 1; next }
	{ print }' >"$tmp/record"
insns=$(batches "$tmp/record" anon_append mmap insns)
cat >"$tmp/bin/vmabench" <<EOF
#!/bin/sh
case " \$* " in
*" --probe "*) exit 0 ;;
*" --needs-module "* | *" --needs-tree "*) exit 1 ;;
*" list "*) exit 0 ;;
esac
kept= of=
while [ \$# -gt 0 ]; do
	case \$1 in
	--stage) stage=\$2 ;;
	--kept) kept=1 ;;
	-o) out=\$2 ;;
	--set=mm) of=\ mm ;;
	esac
	shift
done
[ "\$stage" != luck_bss_64 ] || exit 1
[ -n "\$kept" ] || echo "\$stage \${LAYOUTS-unset}\$of" >>$tmp/calls/measured
edit=
[ "\$stage" != luck_data_8 ] || edit='/"anon_append".*"mmap","metric":"insns"/s/\[$insns\]/[$((insns + 64))]/'
sed "1s/\"stage\":\"stock\"/\"stage\":\"\$stage\"/; \$edit" "$tmp/record" >"\$out"
EOF
chmod +x "$tmp/bin/vmabench"
: >"$tmp/bin/vmabench-insns-1.so"
: >"$tmp/bin/vmabench-symbols"
ln -s "$B/vmadiff" "$tmp/bin/vmadiff"
export B="$tmp/bin"

luck() {
	rm -f "$tmp"/calls/*
	try "$root/scripts/luck.sh" "$@"
}
names="function_mmap text_64 text_page align_mmap data_8 data_mmap percpu_8 order_mmap
unlikely_mmap"

# Of a stage

luck
is 'a stage with a variant that cannot be measured: exit 3' "$status" 3
says 'which is said' 'bss_64: left out: it does not build, or could not be measured'
is 'the last stage, and all variants that there is a place for, are measured' \
	"$(cut -d ' ' -f 1 "$tmp/calls/measured" | paste -s -d ' ')" \
	"one $(for name in $names; do echo "luck_$name"; done | paste -s -d ' ')"
is 'without layouts of the tree' "$(cut -d ' ' -f 2 "$tmp/calls/measured" | sort -u)" 0
ok 'it says how many rows moved' grep -q '^Luck of one, .*: 9 variants ' "$tmp/out"
ok 'and which, by how much, and by what' \
	grep -Eq '^anon_append mmap insns +[0-9.]+ +=  +\+1  luck_data_8$' "$tmp/out"
kept=$(ls "$tmp"/cache/luck/*.json)
ok 'that is kept' grep -q '"vmabench-luck"' "$kept"

source=$tmp/source
"$root/scripts/kernel.sh" source one "$source" mm/mmap.c mm/nothing.c
ok 'the source of a stage has its patches' grep -q '/\* one \*/' "$source/mm/mmap.c"
ok 'and no file that is not there' [ ! -e "$source/mm/nothing.c" ]

luck
is 'again: exit 3' "$status" 3
is 'nothing is measured that was' "$(cat "$tmp/calls/measured" 2>/dev/null)" ''

# Who takes it from there

luck_of() {
	# shellcheck disable=SC2016 # the arguments
	sh -c 'root=$1; . "$1/scripts/lib.sh"; . "$1/scripts/luck/kept.sh"; shift; luck_of "$@"' \
		luck "$root" "$@"
}
is 'it is found by the kernel' "$(luck_of one)" "$kept"
"$root/scripts/kernel.sh" build stock
is 'another kernel has none' "$(luck_of stock)" ''
is 'another set has none' "$(luck_of one --set=mm)" ''
is 'LUCK names another one' "$(LUCK=$tmp/other luck_of one)" "$tmp/other"
is 'LUCK=0 has none' "$(LUCK=0 luck_of one)" ''
try env LUCK="$tmp/nothing" "$root/scripts/series.sh" --check stock one
is 'LUCK that is no file: exit 2' "$status" 2
says 'which is said' "LUCK: there is no file $tmp/nothing"

# Of another set

SET=mm luck
is 'the set mm: exit 3' "$status" 3
is 'it is that which is measured' "$(sed -n 's/^one 0//p' "$tmp/calls/measured")" ' mm'
is 'its luck is kept apart' "$(find "$tmp/cache/luck" -name '*.json' | wc -l)" 2
ok 'and found' [ -f "$(luck_of one --set=mm)" ]
is 'that of the primary set is what it was' "$(luck_of one)" "$kept"
SET=extended luck
is 'a set of which there is none: exit 2' "$status" 2

# Of a commit

git_in() {
	git -C "$tmp/linux" -c user.name=t -c user.email=t@localhost "$@"
}
git -C "$tmp/linux" -c init.defaultBranch=main init -q
git_in add -A
git_in commit -q -m 'the base'
echo '/* two */' >>"$tmp/linux/mm/mmap.c"
echo two >"$tmp/linux/mm/b.c"
git_in add -A
git_in commit -q -m 'mm: two'
export TREE="$tmp/linux"
RANGE=HEAD^..HEAD luck
is 'a commit: exit 3' "$status" 3
is 'its variants are those of the stage' \
	"$(cut -d ' ' -f 1 "$tmp/calls/measured" | paste -s -d ' ')" \
	"s01_two $(for name in $names; do echo "luck_$name"; done | paste -s -d ' ')"
is 'and are kept beside them' "$(find "$tmp/cache/luck" -name '*.json' | wc -l)" 3
ok 'the tree is as it was' [ -z "$(git_in status --porcelain)" ]

# What goes wrong

luck
is 'TREE without RANGE: exit 2' "$status" 2
says 'which is said' 'which commit of'
STAGE=one RANGE=HEAD^..HEAD luck
is 'STAGE and TREE: exit 2' "$status" 2
unset TREE
STAGE=three luck
is 'no such stage: exit 2' "$status" 2
luck one
is 'an argument: exit 2' "$status" 2
sed -i 's/luck_bss_64/one/' "$tmp/bin/vmabench"
REMEASURE=1 luck
is 'a kernel that cannot be measured itself: exit 1' "$status" 1
says 'which is said' 'one could not be measured'

finish
