#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kernel.sh um and kernel.sh native, on a source that only pretends to be a kernel: stages
# as programs, their driver, their layouts. TAP.
#
# shellcheck disable=SC2154 # variables of kernel_series.sh

set -eu

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=scripts/tests/tap.sh
. "$here/tap.sh"
# shellcheck source=scripts/tests/fake_kernel.sh
. "$here/fake_kernel.sh"
# shellcheck source=scripts/tests/kernel_series.sh
. "$here/kernel_series.sh"

# native ARGUMENT...: what it prints is in $tmp/out.
native() {
	try "$kernel" native "$@"
}

# moved: when the tree was written to.
moved() {
	stat -c %Y,%Z "$cache"/work/src/mm/*.c "$cache/work/applied/series" | paste -s -d ' '
}

# built: which images and drivers are there.
built() {
	(cd "$cache" && ls -d images/* um-drivers/um-*) 2>/dev/null
}

"$kernel" build one 2>/dev/null
exact=$("$kernel" key one)
native 1 2 one two
is 'native: exit 0' "$status" 0
is '  a line for each layout of each stage' "$(cut -d ' ' -f 1,2 "$tmp/out" | paste -s -d ,)" \
	'1 one,1 two,2 one,2 two'
while read -r _ _ _ dir; do
	ok "  a program" [ -x "$dir/vmlinux" ] || break
done <"$tmp/out"
is '  of one set, which the folder has' "$(cut -d ' ' -f 3 "$tmp/out" | sort -u)" \
	"$(cd "$cache/um-layouts" && echo [0-9a-f]*)"
# first N: the folder of the Nth line.
folder() {
	sed -n "$1p" "$tmp/out" | cut -d ' ' -f 4
}
ok '  stages differ' sh -c "! cmp -s '$(folder 1)/vmlinux' '$(folder 2)/vmlinux'"
is '  objects are named by what they are' "$(cat "$(folder 1)/objects.id")" \
	"$(cat "$cache/um-drivers/um-one-"*/objects.o | sha256sum | cut -d ' ' -f 1)"
ok '  symbols of both the kernel and the driver are in' sh -c \
	"nm '$(folder 1)/vmlinux' | grep -c ' T \(sum\|main\)\$' | grep -qx 2"
is '  the other images have their own key' "$("$kernel" key one)" "$exact"
ok '  and this one says what was added' sh -c \
	"'$kernel' um key one | grep -q '^added '"
is '  and is the hash of its file' \
	"$("$kernel" um key one | sha256sum | cut -c 1-16)" \
	"$(basename "$("$kernel" um path one)" | sed 's/.*-//')"
cp "$tmp/out" "$tmp/first"
native 1 2 one two
ok 'again: the same' cmp "$tmp/out" "$tmp/first"
ok '  and nothing is done' [ ! -s "$tmp/err" ]

# Layouts that are damaged, killed, too many

set_of_both=$(dirname "$(dirname "$(folder 1)")")
truncate -s 100 "$set_of_both/1/two/vmlinux"
native 1 2 one two
is 'a layout is damaged: exit 0' "$status" 0
is '  which is said' "$(cat "$tmp/err")" \
	"kernel.sh: $set_of_both/1/two is linked again: damaged are vmlinux"
ok '  and it is whole' "$set_of_both/1/two/vmlinux"
objects=$(ls -d "$cache"/um-drivers/um-two-*)
chmod u+w "$objects" "$objects/objects.o"
truncate -s 100 "$objects/objects.o"
native 5 5 one two
is 'what is linked is damaged: exit 1' "$status" 1
says '  is said, and what to do' "$objects cannot be linked; if it is damaged, remove it"
rm -rf "$objects"
native 5 5 one two
is '  which helps' "$status" 0
# Links that take a while.
mkdir "$tmp/slow"
cat >"$tmp/slow/gcc" <<EOT
#!/bin/sh
case " \$* " in
*" -static "*)
	echo \$\$ >>"$tmp/links"
	sleep 1 ;;
esac
exec $(command -v gcc) "\$@"
EOT
chmod +x "$tmp/slow/gcc"
runs() {
	find "$cache/um-layouts" -name '.run.*' | wc -l
}
ended() {
	! kill -0 "$1" 2>/dev/null
}
env --default-signal PATH="$tmp/slow:$PATH" "$kernel" native 3 99 one two \
	>"$tmp/slow/out" 2>"$tmp/slow/err" &
pid=$!
ok 'layouts are linked' within 20 test -s "$tmp/links"
native 3 3 one two
is '  by another one, too: exit 0' "$status" 0
ok '  which has what it asked for' "$set_of_both/3/two/vmlinux"
is '  and leaves the first one alone' "$(runs)" 1
kill $pid
status=0
wait $pid || status=$?
is '  which is ended: exit 143' "$status" 143
is '  and leaves nothing' "$(runs)" 0
ok '  no link goes on' ended "$(tail -n 1 "$tmp/links")"
mkdir "$cache/um-layouts/.run.killed"
native 1 1 one two
is 'what a killed one has left goes' "$(runs)" 0
printf '#!/bin/sh\nprintf "a\\nb 1 1 20 1%%%% /\\n"\n' >"$tmp/slow/df"
chmod +x "$tmp/slow/df"
try env PATH="$tmp/slow:$PATH" "$kernel" native 101 102 one two
is 'more than the disk holds: exit 1' "$status" 1
says '  says how many' 'that is for 4 layouts: NATIVE_LAYOUTS'
says '  and how much that is' "$cache needs 28 MiB of free space and has 20"
is '  nothing is left' "$(runs)" 0
ok '  nor linked' test ! -e "$set_of_both/101"

# The driver

built >"$tmp/before"
moved >"$tmp/moved"
echo 'another one' >"$KMOD/um/driver.c"
native 1 1 one two
is 'another driver: exit 0' "$status" 0
is '  another one for each stage' "$(built | grep -cvxFf "$tmp/before")" 2
is '  images stay' "$(built | grep -c '^images/')" "$(grep -c '^images/' "$tmp/before")"
is '  and so does the tree' "$(moved)" "$(cat "$tmp/moved")"
ok '  other layouts' sh -c "! cmp -s '$tmp/out' '$tmp/first'"
rm -rf "$cache/work"
echo 'a third one' >"$KMOD/um/driver.c"
native 1 1 one two
is 'it takes no tree: exit 0' "$status" 0
ok '  none was unpacked' [ ! -e "$cache/work" ]
echo '#error' >"$KMOD/um/driver.c"
native 1 1 one two
is 'a driver that does not build: exit 1' "$status" 1
says '  is said' 'one: the driver does not build'
says '  and why' '#error'
ok '  nothing half-built' sh -c "! ls -A '$cache/um-drivers' | grep -q '^[.]new'"
echo 'the driver' >"$KMOD/um/driver.c"
touch -d '8 days ago' "$cache"/um-drivers/um-*
echo 'a fourth one' >"$KMOD/um/driver.c"
native 1 1 one
is 'what nobody has asked for in a week is forgotten' "$(built | grep -c '^um-drivers/')" 1

# Other folders

# sets: how many there are.
sets() {
	find "$cache/um-layouts" -mindepth 1 -maxdepth 1 ! -name lock | wc -l
}
for stages in 'one three' 'two three' 'one two three' 'one two' three; do
	# shellcheck disable=SC2086 # one word a stage
	native 1 1 $stages
done
ok 'sets of layouts: those that somebody may be booting stay' [ "$(sets)" -gt 5 ]
find "$cache/um-layouts" -exec touch -d '2 hours ago' {} +
native 1 1 three
is '  and then the last four' "$(sets)" 4
try "$kernel" um build one nonsense
is 'unknown stage: exit 2' "$status" 2
try "$kernel" um list
is 'what is not of programs: exit 2' "$status" 2
sed -i 's/^+two/+#no-um/' "$KERNEL_PATCHES/two.patch"
native 1 1 one two
is 'a stage that does not build: exit 1' "$status" 1
says '  the error is shown' 'error: not with ARCH=um'
echo CONFIG_NOSUCH=y >>"$KERNEL_PATCHES/um.config"
native 1 1 one
is 'an option that the kernel lacks: exit 1' "$status" 1
says '  is named, with the file that asks for it' 'um.config asks for CONFIG_NOSUCH=y'

# What links them

mkdir "$tmp/bin"
pretend() {
	printf '#!/bin/sh\n%s\nexec %s "$@"\n' "$2" "$(command -v "$1")" >"$tmp/bin/$1"
	chmod +x "$tmp/bin/$1"
	try env PATH="$tmp/bin:$PATH" "$kernel" native 1 1 one
	rm "$tmp/bin/$1"
}
# shellcheck disable=SC2016 # a script
pretend gcc '[ "$*" != -print-file-name=libc.a ] || { echo libc.a; exit; }'
is 'no libc.a: exit 1' "$status" 1
says '  is said, and which package has it' 'Fedora: glibc-static, openSUSE: glibc-devel-static'
# shellcheck disable=SC2016 # a script
pretend ld '[ "$*" != --version ] || { echo LLD 19.1.0; exit; }'
is 'another ld: exit 1' "$status" 1
says '  is said' 'ld is LLD 19.1.0; the layouts'
rm "$KERNEL_PATCHES/um.config"
native 1 1 one
is 'no um.config: exit 1' "$status" 1
says '  is said' 'the native tier needs one beside guest.config'
try "$kernel" build one
is '  the others are not asked for it' "$status" 0
"$kernel" purge
ok 'purge: nothing is left' [ ! -e "$cache" ]

finish
