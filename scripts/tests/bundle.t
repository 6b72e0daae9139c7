#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A bundle, as somebody else gets it: unpacked in a folder with blanks, booted by who has
# nothing but QEMU; what of it was changed is noticed, and nothing is left behind.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=${B:-build}
need_kernels deferred noretry
vmadiff=$PWD/$build/vmadiff
session=$tmp/series/small
mkdir -p "$session" "$tmp/else where" "$tmp/tmp"

# with_layouts RECORD: it has lines of layouts of the maple tree, which no bundle boots.
with_layouts() {
	of=$(grep -o '"scenario":"[^"]*","version":"[^"]*","op":"mmap"' "$1" | head -n 1)
	layout='{"depth":2,"slot":5,"entries":12,"behind":false}'
	awk -v of="$of" -v layout="$layout" '
		/"type":"trailer"/ {
			printf "{\"type\":\"layout\",%s,\"layout\":%s,\"ops\":8,", of, layout
			printf "\"totals\":{\"insns\":16}}\n"
			printf "{\"type\":\"layouts\",%s,\"measured\":1,\"left_out\":[]}\n", of
			printf "{\"type\":\"trailer\",\"lines\":%d}\n", NR + 1
			next
		}
		{ print }' "$1" >"$tmp/with" && mv "$tmp/with" "$1"
}

# What is counted in a moment, and differs.
for stage in deferred noretry; do
	try scripts/exact.sh $stage "$session/$stage.jsonl" secretmem_fail_free
	with_layouts "$session/$stage.jsonl"
	echo "$stage $stage.jsonl " >>"$session/stages"
done
is 'there is a session' "$status" 0

# publish SESSION [NAME=VALUE...]
publish() {
	at=$1
	shift
	try env "$@" BUNDLE=1 QUIET=1 RESULTS="$tmp" VMADIFF="$vmadiff" GNUPLOT=true \
		scripts/publish.sh "$at"
}

try env BUNDLE=yes RESULTS="$tmp" scripts/publish.sh "$session"
is 'BUNDLE is something else: exit 2' "$status" 2
says 'what it may be' "BUNDLE is 1 for a bundle, or nothing, and not 'yes'"

# No bundle of what cannot be booted, and it is said why before that takes long.
mkdir "$tmp/empty"
publish "$session" VMABENCH_CACHE="$tmp/empty"
is 'the images are gone: exit 2' "$status" 2
says 'which one, and how it comes back' 'the image that deferred.jsonl is of (build id '
ok 'without a bundle' [ ! -e "$tmp/reports/small-bundle.tar.xz" ]
mkdir "$tmp/series/one"
cp "$session/deferred.jsonl" "$tmp/series/one"
echo 'deferred deferred.jsonl
noretry BUILD-FAILED 0123: mm/mmap.c:7:2: error' >"$tmp/series/one/stages"
publish "$tmp/series/one"
is 'one kernel alone was counted: exit 2' "$status" 2
says 'what is missing' 'no bundle: the session has not two kernels that were counted'
cp -R "$session" "$tmp/series/own"
sed -i 's/ $/ 0123456789ab ("subject")/' "$tmp/series/own/stages"
publish "$tmp/series/own"
is 'of commits without their tree: exit 2' "$status" 2
says 'what is missing' 'TREE=DIR says which'

publish "$session"
is 'a bundle is made' "$status" 0
archive=$tmp/reports/small-bundle.tar.xz
ok 'and named' grep -q '^Bundle: .*small-bundle.tar.xz$' "$tmp/out"
ok 'with how to boot it' grep -qx '        /tmp/small-bundle/boot.sh' "$tmp/out"
sum=$(sed -n '/^sha256 of its SHA256SUMS/{n;s/^ *//p;}' "$tmp/out")
tar -xJf "$archive" -C "$tmp/else where"
bundle="$tmp/else where/small-bundle"
is 'its README fits a terminal' "$(grep '.\{81\}' "$bundle/README")" ''
is 'with the hash of its hashes' "$(sha256sum <"$bundle/SHA256SUMS")" "$sum  -"
ok 'the records are those that were published' \
	sh -c "tar -xJOf '$tmp/reports/small.tar.xz' small/records/noretry.jsonl |
		cmp - '$bundle/records/noretry.jsonl'"
ok 'patches of the kernels and sources of the programs are in it' sh -c \
	"tar -tf '$bundle/sources.tar' >'$tmp/list' &&
	grep -q '^sources/patches/noretry.patch' '$tmp/list' &&
	grep -q '^sources/bench/plugin/vmabench-insns.c' '$tmp/list'"
ok 'its programs run anywhere' sh -c \
	"! ldd '$bundle/bin/vmabench' 2>/dev/null | grep '=>'"
ok 'nothing of this machine is in it' sh -c \
	"! grep -raF '$PWD' '$bundle' && ! grep -raF '$tmp' '$bundle'"

# By a user who has an empty home, and next to nothing in $PATH.
mkdir "$tmp/bin"
for tool in sh awk cat cut dirname df grep id mkdir mktemp nproc rm rmdir sed sha256sum cp \
	tr uname wc env; do
	ln -s "$(command -v $tool)" "$tmp/bin"
done
chmod -R a+rX,go-w "$tmp"
chmod 1777 "$tmp/tmp"
as_user=
[ "$(id -u)" -ne 0 ] || as_user='setpriv --reuid 65534 --regid 65534 --clear-groups'
qemu=$(command -v qemu-system-x86_64)
# boot [NAME=VALUE...] ARGUMENT...
boot() {
	# shellcheck disable=SC2086 # words
	try $as_user env -i PATH="$tmp/bin" TMPDIR="$tmp/tmp" QEMU="$qemu" QUIET=1 \
		"$@"
}
left() {
	ls -A "$tmp/tmp"
}

boot "$bundle/boot.sh" --help
is '--help' "$status" 0
boot "$bundle/boot.sh" --hashes
is 'the hashes are shown' "$status" 0
ok 'of the images' grep -qE '^[0-9a-f]{64}  same   kernels/noretry/vmlinux$' "$tmp/out"
is 'and nothing else' "$(grep -c same "$tmp/out")" "$(($(wc -l <"$bundle/SHA256SUMS") + 1))"
boot "$bundle/boot.sh" no_such_scenario
is 'a scenario that is not in there: exit 2' "$status" 2
says 'which are' '  secretmem_fail_free'
boot QEMU= "$bundle/boot.sh"
is 'no QEMU: exit 2' "$status" 2
says 'what to install' 'there is no qemu-system-x86_64: install it (Debian, Ubuntu: qemu-system-x86;'

# A QEMU that hangs is killed in the middle.
# shellcheck disable=SC2016 # of that one
printf '#!/bin/sh\n[ "$1" != --version ] || { echo QEMU; exit; }\n: >"%s"\nexec sleep 100\n' \
	"$tmp/tmp/hangs" >"$tmp/bin/hangs"
chmod 755 "$tmp/bin/hangs"
ln -s "$(command -v sleep)" "$tmp/bin"
# shellcheck disable=SC2086 # words
$as_user env -i PATH="$tmp/bin" TMPDIR="$tmp/tmp" QEMU=hangs "$bundle/boot.sh" \
	>"$tmp/out" 2>"$tmp/err" &
booting=$!
within 20 [ -e "$tmp/tmp/hangs" ]
kill "$booting"
ok 'killed: it does not wait for QEMU' within 20 sh -c "[ \"\$(ls '$tmp/tmp')\" = hangs ]"
status=0
wait "$booting" || status=$?
is 'exit 143' "$status" 143
rm -f "$tmp/tmp/hangs"
is 'and nothing is left of it' "$(left)" ''

boot "$bundle/boot.sh"
is 'both kernels boot, and the digits are the same: exit 0' "$status" 0
ok 'of the one' grep -qE '^deferred: [1-9][0-9]* rows, every digit as published$' "$tmp/out"
ok 'of the other' grep -qE '^noretry: [1-9][0-9]* rows, every digit as published$' "$tmp/out"
ok 'the hashes come first' sh -c "head -n 1 '$tmp/out' | grep -q '^sha256'"
ok 'what the series does is shown' \
	grep -qE '^secretmem_fail_free mmap +3[0-9.]+ +[0-9.]+ +-[0-9.]+%$' "$tmp/out"
is 'and nothing is left behind' "$(left)" ''

# Something else is counted, by one that only pretends to.
sum_up() {
	(cd "$bundle" && cut -c 67- SHA256SUMS | xargs -d '\n' sha256sum >"$tmp/sums" &&
		cp "$tmp/sums" SHA256SUMS)
}
cp -R "$bundle/records" "$tmp/counted"
cat >"$bundle/bin/vmabench" <<EOT
#!/bin/sh
case " \$* " in
*' --probe '* | *' --version '*) exit ;;
*' noretry '*) cp "$tmp/counted/noretry.jsonl" "$tmp/tmp"/*/; exit \$(cat "$tmp/counted/status") ;;
esac
cp "$tmp/counted/deferred.jsonl" "$tmp/tmp"/*/
EOT
echo 0 >"$tmp/counted/status"
boot "$bundle/boot.sh"
is 'the program was changed: exit 2' "$status" 2
says 'which' 'not as they were when the bundle was made: bin/vmabench'
sum_up
boot "$bundle/boot.sh"
is 'the one that pretends counts the same: exit 0' "$status" 0

sed -i '/"metric":"insns",/s/"batches":\[/&9/' "$tmp/counted/noretry.jsonl"
boot "$bundle/boot.sh"
is 'another digit is counted: exit 1' "$status" 1
ok 'which is said' grep -qE \
	'^  secretmem_fail_free mmap insns: [0-9.]+ published, [0-9.]+ here \(\+[0-9.]+ %\)$' \
	"$tmp/out"
ok 'of the one kernel only' grep -qE '^deferred: .* every digit as published$' "$tmp/out"
ok 'and that it is not for QEMU' grep -q 'although it is the same QEMU' "$tmp/out"
cp "$bundle/records/noretry.jsonl" "$tmp/counted"
sed -i 's/"functions":\[\["[^"]*",/&9/' "$tmp/counted/noretry.jsonl"
sed -i '1s/QEMU emulator version /&99./' "$tmp/counted/deferred.jsonl"
boot "$bundle/boot.sh"
is 'a function has others: exit 1' "$status" 1
ok 'which one' grep -qE \
	'^  secretmem_fail_free mmap, instructions a call: [^ ]+ \+[0-9.]+$' "$tmp/out"
ok 'by a QEMU of another version, which is said' \
	sh -c "grep -q '^QEMU here: *99[.]' '$tmp/out' &&
		grep -q '^Digits differ, and so does QEMU' '$tmp/out'"
sed 's/{"type":"shape",\("scenario":"[^"]*"\).*/{"type":"failure",\1,"reason":"it hung"}/' \
	"$bundle/records/noretry.jsonl" >"$tmp/counted/noretry.jsonl"
echo 3 >"$tmp/counted/status"
boot "$bundle/boot.sh"
is 'a scenario fails: exit 3' "$status" 3
ok 'which one, and how' grep -q '^  secretmem_fail_free: it hung$' "$tmp/out"
rm "$tmp/counted/noretry.jsonl"
boot "$bundle/boot.sh"
is 'a kernel does not boot: exit 3' "$status" 3
is 'nothing is left behind' "$(left)" ''

printf x >>"$bundle/kernels/deferred/vmlinux"
boot "$bundle/boot.sh"
is 'an image was changed: exit 2' "$status" 2
ok 'it is shown' grep -q '  WRONG  kernels/deferred/vmlinux$' "$tmp/out"
says 'and not booted' 'nothing was booted: have the bundle sent again'
is 'nothing is left behind' "$(left)" ''

try "$build/vmabench" exact --stage a --image "$(scripts/kernel.sh path deferred)" \
	--disks "$tmp/empty" -o "$tmp/none" nop
is 'disks that are not there: exit 1' "$status" 1
says 'which' 'empty/ext4.disk: No such file'

finish
