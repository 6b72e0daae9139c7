#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Root trusts nobody's folder: what another user can do to the cache, to results, to
# temporary files, to the settings that quiet.sh restores, and on the far side of remote.sh.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/two_users.sh
. scripts/tests/tap.sh
meet

build=$PWD/${B:-build}
export QUIET=1

# The cache

echo source >"$tmp/linux.tar.xz"
export KERNEL_TARBALL="$tmp/linux.tar.xz"
nobody cp -r "$theirs" /var/tmp/vmabench-0
try env -u HOME scripts/kernel.sh key stock
is 'without HOME: root has a cache' "$status" 0
unharmed 'a folder of the name that root used to take'
is 'which is its own' "$(env -u HOME scripts/kernel.sh cache)" /var/cache/vmabench
ok 'and was written' [ -s /var/cache/vmabench/sources ]
rm -r /var/tmp/vmabench-0

foreign_folders >"$tmp/foreign"
tab=$(printf '\t')
while IFS=$tab read -r folder why name; do
	for command in "key stock" "purge"; do
		# shellcheck disable=SC2086 # words
		try env VMABENCH_CACHE="$folder" scripts/kernel.sh $command
		refused "a cache: $name, $command" "$why"
	done
done <"$tmp/foreign"
is 'there are access control lists' "${acl:-0}" 1
mkdir "$tmp/cache"
chmod 770 "$tmp/cache"
try env VMABENCH_CACHE="$tmp/cache" scripts/kernel.sh key stock
is "one that root's own group may write to is taken" "$status" 0
try env VMABENCH_CACHE=/var/tmp/new scripts/kernel.sh key stock
is 'so is one that is made where everybody may' "$status" 0
ok 'nobody can lock it' cannot_lock /var/tmp/new/lock
is 'it is made before anything is looked for in it' "$(VMABENCH_CACHE=/var/tmp/first \
	scripts/kernel.sh cache && stat -c '%u %a' /var/tmp/first)" '/var/tmp/first
0 755'
try env VMABENCH_CACHE=/var/tmp/new scripts/kernel.sh purge
ok 'and it can be purged' [ ! -e /var/tmp/new ]
(umask 000 && VMABENCH_CACHE="$tmp/made" scripts/kernel.sh key stock >"$tmp/out")
is 'what root makes root alone may change, whatever its umask' \
	"$(find "$tmp/made" -mindepth 1 | wc -l) $(find "$tmp/made" -perm /022)" '2 '
mkdir "$tmp/made/work" "$tmp/made/trees" "$tmp/made/trees/1"
try env VMABENCH_CACHE="$tmp/made" scripts/kernel.sh key stock
is 'a cache that has folders in it is taken' "$status" 0
chown -R 65534 "$tmp/made/work"
try env VMABENCH_CACHE="$tmp/made" scripts/kernel.sh key stock
refused 'a cache with a folder of theirs in it' "$tmp/made/work belongs to another user"
chown 0 "$tmp/made/work"
for place in sources trees/1; do
	chmod o+w "$tmp/made/$place"
	try env VMABENCH_CACHE="$tmp/made" scripts/kernel.sh key stock
	refused "one in which everybody may write to $place" \
		"$tmp/made/$place may be written by other users"
	chmod o-w "$tmp/made/$place"
done
chmod 777 "$tmp/made/trees"
try env VMABENCH_CACHE="$tmp/made" scripts/kernel.sh purge
is 'which can be purged' "$status" 0
ok '  for good' [ ! -e "$tmp/made" ]
nobody mkdir -p "$theirs/kernel"
nobody touch "$theirs/kernel/vmlinux" "$theirs/kernel/Kbuild"
for command in "module" "path" "retry"; do
	try env VMABENCH_CACHE="$tmp/cache" scripts/kernel.sh $command "$theirs/kernel"
	refused "$command of an image of theirs" "image: $theirs belongs to nobody"
done
try env VMABENCH_CACHE="$tmp/cache" scripts/kernel.sh tree "$theirs/kernel" theirs
refused 'a tree of theirs' "tree: $theirs belongs to nobody"
nobody mkdir -p "$theirs/home/.cache"
try env HOME="$theirs/home" scripts/kernel.sh key stock
refused 'a HOME of theirs' "$theirs belongs to nobody"

# The owner of the scripts, and who has had sudo run them, command root as it is.
try env SUDO_UID=65534 VMABENCH_CACHE="$theirs/mine" scripts/kernel.sh cache
is 'who had sudo run it is trusted' "$status" 0

# Root of a container of an ordinary user is that user.
try nobody env -u B -u TMPDIR -u KERNEL_TARBALL \
	unshare -r sh -c 'id -u && scripts/blocks.sh 1 1 1 a b'
if [ "$(head -n 1 "$tmp/out")" = 0 ]; then
	is "where root's own files are of nobody they are taken" "$status" 0
else
	skip_test 'a container of an ordinary user' 'nobody can make none here'
fi

# What cannot be looked at is nobody's word.
mkdir "$tmp/blind"
printf '#!/bin/sh\necho "stat: Permission denied" >&2\nexit 1\n' >"$tmp/blind/stat"
chmod +x "$tmp/blind/stat"
try env PATH="$tmp/blind:$PATH" scripts/blocks.sh 1 1 1 a b
refused 'a folder that cannot be looked at' 'cannot be looked at'

# An ordinary user has a folder in /var/tmp, and looks whose it is.
cp -r scripts "$tmp/suite-scripts"
mkdir "$tmp/suite"
mv "$tmp/suite-scripts" "$tmp/suite/scripts"
cp -r kernel-patches "$tmp/suite"
chmod 755 "$tmp"
try nobody env -u HOME "$tmp/suite/scripts/kernel.sh" cache
is 'nobody without HOME has a cache' "$(cat "$tmp/out")" /var/tmp/vmabench-65534
is 'for himself' "$(stat -c '%u %a' /var/tmp/vmabench-65534)" '65534 700'
rmdir /var/tmp/vmabench-65534
mkdir /var/tmp/vmabench-65534
chown 1 /var/tmp/vmabench-65534
try nobody env -u HOME "$tmp/suite/scripts/kernel.sh" cache
refused 'which was made by another user' '/var/tmp/vmabench-65534 belongs to daemon'

# Results and temporary files

for folder in "$theirs" "$theirs/new"; do
	try env RESULTS="$folder" scripts/bench.sh nop
	refused "results in $folder" "RESULTS: $theirs belongs to nobody"
done
try env RESULTS=/var/tmp scripts/bench.sh nop
refused 'results where everybody may make folders' 'everybody may write to /var/tmp'
try env TMPDIR="$theirs" scripts/blocks.sh 1 1 1 a b
refused 'temporary files in a folder of theirs' "TMPDIR: $theirs belongs to nobody"
try env TMPDIR=/var/tmp scripts/blocks.sh 1 1 1 a b
is 'but where everybody makes them, each his own' "$status" 0
for variable in B KMOD KERNEL_PATCHES KERNEL_TARBALL; do
	try env "$variable=$theirs" scripts/blocks.sh 1 1 1 a b
	refused "$variable of theirs" "$variable: $theirs belongs to nobody"
	try env "$variable=/var/tmp/none" scripts/blocks.sh 1 1 1 a b
	refused "$variable that others might make" "$variable: everybody may write to /var/tmp"
done
git init -q "$tmp/repository"
try env TREE="$tmp/repository" scripts/blocks.sh 1 1 1 a b
is 'a TREE of root is taken' "$status" 0
chown -R 1 "$tmp/repository"
try env TREE="$tmp/repository" scripts/blocks.sh 1 1 1 a b
is 'whose one is git asks' "$status" 0
chmod 777 "$tmp/repository"
try env TREE="$tmp/repository" scripts/blocks.sh 1 1 1 a b
refused 'one that everybody may write to' "TREE: everybody may write to $tmp/repository"
try scripts/plot.sh "$theirs"
refused 'pictures' "SESSION: $theirs belongs to nobody"
# shellcheck disable=SC2016 # as it is
is 'no script makes a folder of results without looking' "$(grep -rnE \
	'mkdir -p "\$(results|reference|session)' scripts --include='*.sh' |
	grep -vE '/(native|draw|remote|aa)\.sh:|metal/')" ''

# What quiet.sh restores

tree=$tmp/tree
mkdir -p "$tree/sys/devices/system/cpu/cpu0" "$tree/proc/sys/kernel/random" "$tree/proc/self"
echo boot-1 >"$tree/proc/sys/kernel/random/boot_id"
echo 2 >"$tree/proc/sys/kernel/randomize_va_space"
echo 'Cpus_allowed_list:	0' >"$tree/proc/self/status"
export QUIET_ROOT="$tree"
# quietly STATE COMMAND...
quietly() {
	QUIET_STATE=$1
	export QUIET_STATE
	shift
	try scripts/quiet.sh "$@"
}
# state_of FILE SETTING-FILE VALUE
state_of() {
	printf 'boot\tboot-1\ncpu\t0\nby\ton\nundo\taslr\t%s\t%s\n' "$2" "$3" >"$1"
}
quietly "$theirs/state" on --only aslr
refused 'a state in a folder of theirs' "$theirs belongs to nobody"
quietly /var/tmp/state on --only aslr
refused 'a state where everybody may make files' 'everybody may write to /var/tmp'
mkdir "$tmp/run"
state_of "$tmp/run/state" "$tree/proc/sys/kernel/randomize_va_space" 1
chown 65534 "$tmp/run/state"
quietly "$tmp/run/state" off
refused 'a state of theirs' "$tmp/run/state belongs to nobody"
chown 0 "$tmp/run/state"
for file in "$victim" "$tree/proc/../../victim" "$tree/proc/sys/./kernel/x"; do
	state_of "$tmp/run/state" "$file" theirs
	quietly "$tmp/run/state" off
	is "a state that restores $file: refused" "$status" 1
	says '  by its line' "line 4 of $tmp/run/state"
	unharmed 'which is no setting'
done
rm "$tmp/run/state"
# Where root was killed, others go on without what they may not change anyway.
chmod 755 "$tmp" "$tmp/run"
printf 'boot\tboot-1\ncpu\t0\nby\trun\nowner\t1 1\n' >"$tmp/run/state"
try nobody env QUIET_STATE="$tmp/run/state" TMPDIR=/var/tmp \
	"$tmp/suite/scripts/quiet.sh" run --only none true
is "what root has left is not in nobody's way" "$status" 0
rm "$tmp/run/state"
quietly "$tmp/run/state" run --only aslr --reproduce "$theirs/record.jsonl" true
refused 'the changes, as a script in a folder of theirs' "--reproduce: $theirs belongs"
quietly "$tmp/run/state" on --only aslr
is 'in a folder of its own it works' "$status $(cat "$tree/proc/sys/kernel/randomize_va_space")" \
	'0 0'
ok 'nobody can lock it' cannot_lock "$tmp/run/state.lock"
quietly "$tmp/run/state" off
is 'and is undone' "$status $(cat "$tree/proc/sys/kernel/randomize_va_space")" '0 2'

# The programs

if [ -x "$build/vmabench" ]; then
	for output in "-o $theirs/record.jsonl" "-o $theirs/new/record.jsonl" "--results $theirs"; do
		# shellcheck disable=SC2086 # words
		try "$build/vmabench" bench -s 1 $output nop
		is "vmabench bench $output: exit status 1" "$status" 1
		says '  and why' 'belongs to the user 65534'
		unharmed "$output"
	done
	for folder in "$tmp/acl" "$tmp/acl/in"; do
		try "$build/vmabench" bench -s 1 -o "$folder/record.jsonl" nop
		is "vmabench bench -o in a folder with an access control list: exit status 1" \
			"$status" 1
		says '  and why' "who is on its access control list may write to $tmp/acl"
		ok '  and no record' [ ! -e "$folder/record.jsonl" ]
	done
	try env TMPDIR="$theirs" "$build/vmabench" kvm --probe --image "$tmp"
	ok 'vmabench kvm with a TMPDIR of theirs: refused' [ "$status" -ne 0 ]
	ok '  with why' grep -qE 'belongs to the user 65534|no QEMU|cannot be run' "$tmp/err"
	printf '#!/bin/sh\ntouch %s\n' "$tmp/ran" >"$tmp/vmlinux"
	nobody cp "$tmp/vmlinux" "$theirs"
	nobody chmod 755 "$theirs/vmlinux"
	try "$build/vmabench" native --stage stock --image "$theirs" -o "$tmp/native.jsonl" nop
	refused 'vmabench native with a kernel of theirs' "$theirs belongs to the user 65534"
	try "$build/vmabench" native --stage stock --image "$tmp/sticky" -o "$tmp/native.jsonl" nop
	refused 'or with one that others may make' "everybody may write to $tmp/sticky"
	try "$build/vmabench" bench -s 1 -o /var/tmp/record.jsonl nop
	ok 'where everybody makes files there is a record' [ -f /var/tmp/record.jsonl ]
	try "$build/vmadiff" show /var/tmp/record.jsonl
	is 'that can be read' "$status" 0
	try env REPORT="$theirs/report" scripts/report.sh results/example
	refused 'a report' "REPORT: $theirs belongs to nobody"
else
	skip_test 'the programs' 'nothing is built'
fi

# The far side of remote.sh: what ssh runs there, with an ssh that goes nowhere.

mkdir "$tmp/bin" "$tmp/fake"
cat >"$tmp/bin/ssh" <<'END'
#!/bin/sh
for command; do :; done
exec sh -c "$command"
END
cat >"$tmp/fake/vmabench" <<END
#!/bin/sh
touch "$tmp/measured"
END
chmod 755 "$tmp/bin/ssh" "$tmp/fake/vmabench"
cp "$tmp/fake/vmabench" "$tmp/fake/vmadiff"
try env PATH="$tmp/bin:$PATH" B="$tmp/fake" RESULTS="$tmp/results" REMOTE_DIR="$theirs" \
	scripts/remote.sh somewhere nop
ok 'remote.sh: there, too, a folder of theirs is refused' grep -qF \
	"$theirs belongs to nobody: set REMOTE_DIR" "$tmp/err"
ok 'and nothing is run' [ ! -e "$tmp/measured" ]
try env PATH="$tmp/bin:$PATH" B="$tmp/fake" RESULTS="$tmp/results" REMOTE_DIR=/var/tmp \
	scripts/remote.sh somewhere nop
ok 'in /var/tmp it is' [ -e "$tmp/measured" ]
try env PATH="$tmp/bin:$PATH" B="$tmp/fake" RESULTS="$theirs" scripts/remote.sh somewhere nop
refused 'and records go to no folder of theirs' "RESULTS: $theirs belongs to nobody"

finish
