# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of the tests
#
# A range of a source that only pretends to be a kernel (fake_kernel.sh), and a vmabench that
# boots nothing: its record is a row, which is how many lines the kernel has.  To be sourced
# after tap.sh, with $root.  What vmabench does is in files of $tmp:
#
#   version     is part of what the program is
#   dies        has a line "LINE" for each kernel, of which one line is that, that does not boot
#   broken      is there: so it fails, for a reason that is no kernel's
#   hold        is there: so it waits until it is not
#   measured    gets the stage of each that was measured
tmp=${tmp:?}
root=${root:?}

# shellcheck source=scripts/tests/fake_kernel.sh
. "$root/scripts/tests/fake_kernel.sh"
# shellcheck source=scripts/tests/tree_history.sh
. "$root/scripts/tests/tree_history.sh"

real=${B:-$root/build}
export B="$tmp/bin" RESULTS="$tmp/results"
unset ON HOSTS CLUSTER SLOTS SET SCENARIOS SEEDS SERIES VMABENCH_STORE LAYOUTS
mkdir "$B"
ln -s "$real/vmadiff" "$B/vmadiff"
echo plugin >"$B/vmabench-insns-1.so"
echo symbols >"$B/vmabench-symbols"
cat >"$B/vmabench" <<EOT
#!/bin/sh
real=$real/vmabench
tmp=$tmp
EOT
cat >>"$B/vmabench" <<'EOT'
[ "$1" = exact ] || exec "$real" "$@"
shift
stage=x commit= image= record= kept= reason=/dev/null
while [ $# -gt 0 ]; do
	case $1 in
	--needs-*) exit 1 ;;
	--stage) stage=$2; shift ;;
	--commit) commit=$2; shift ;;
	--image) image=$2; shift ;;
	--kept) kept=$2; shift ;;
	--reason) reason=$2; shift ;;
	-o) record=$2; shift ;;
	esac
	shift
done
lines() {
	printf '{"type":"header","schema":{"name":"vmabench-record","major":1,"minor":11},"tier":"exact",'
	printf '"stage":"%s","kernel":{"release":"6.12"},"env":{"qemu":"7"},' "$stage"
	printf '"info":{"commit":%s},' "$(printf '%s' "$commit" | sed 's/["\\]/\\&/g; s/.*/"&"/')"
	printf '"suite":{"version":"0"},"boot":{"index":0,"block":0,"order":0,"seed":1,"boot_id":null}}\n'
}
[ -z "$kept" ] || {
	tail -n 1 "$kept" | grep -q '"trailer"' || exit 1
	{ lines; tail -n +2 "$kept"; } >"$record.new" && mv "$record.new" "$record"
	exit
}
[ ! -e "$tmp/broken" ] || { echo "vmabench: the disk is full" >&2; exit 1; }
while [ -e "$tmp/hold" ]; do sleep 0.1; done
echo "$stage" >>"$tmp/measured"
[ ! -e "$tmp/dies" ] || ! grep -qxF -f "$tmp/dies" "$image/vmlinux" || {
	echo "Kernel panic - not syncing" >"$reason"
	exit 3
}
{
	lines
	bytes=$(wc -c <"$image/vmlinux")
	printf '{"type":"row","scenario":"anon_append","version":"1","op":"mmap","set":"primary",'
	printf '"metric":"insns","unit":"insns/op","pass":"insns","better":"lower","exact":true,'
	printf '"ops":1,"batches":[%d,%d],"per_op":[%d,%d]}\n' "$bytes" "$bytes" "$bytes" "$bytes"
	printf '{"type":"trailer","lines":2}\n'
} >"$record.new" && mv "$record.new" "$record"
EOT
chmod +x "$B/vmabench"
