#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which plugin QEMU takes is known before a kernel is built, and if it takes none,
# what QEMU said.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=$(cd "${B:-build}" && pwd)
try "$build/vmabench" exact --probe
is 'the QEMU that is here takes one' "$status" 0
ok 'which is printed' grep -q "^$build/vmabench-insns-[0-9]*\.so\$" "$tmp/out"
try "$build/vmabench" exact --probe --plugin "$(cat "$tmp/out")"
is 'it takes that one alone, too' "$status" 0

# A QEMU that only pretends, of the version in qemu.api.
bin=$tmp/bin
mkdir "$bin"
cat >"$bin/qemu-system-x86_64" <<EOT
#!/bin/sh
[ "\$1" != --version ] || { echo "QEMU emulator version 99.0"; exit; }
for plugin; do :; done
case \$(cat $tmp/api) in
hangs) sleep 60 & echo \$! >>$tmp/started; wait ;;
dies) kill -s SEGV \$\$ ;;
none) echo "qemu-system-x86_64: -plugin: invalid option" >&2; exit 1 ;;
esac
plugin=\$(readlink "\${plugin%,probe=on}")
plugin=\${plugin%.so}
echo "qemu-system-x86_64: warning: something else" >&2
[ "\${plugin##*-}" = "\$(cat $tmp/api)" ] && { echo "vmabench-insns: API 1 of 1"; exit; }
echo "qemu-system-x86_64: Could not load plugin: plugin requires API version \
\${plugin##*-}, but this QEMU supports only a minimum version of \$(cat $tmp/api)" >&2
exit 1
EOT
chmod +x "$bin/qemu-system-x86_64"
probe() {
	echo "$1" >"$tmp/api"
	shift
	try env PATH="$bin:$PATH" "$@"
}
gone() {
	! kill -0 "$1" 2>/dev/null
}
for api in 7 3 2 1; do
	probe $api "$build/vmabench" exact --probe
	is "a QEMU of API $api takes the plugin of that" "$(cat "$tmp/out")" \
		"$build/vmabench-insns-$api.so"
done
probe 8 "$build/vmabench" exact --probe
is 'one that takes none: exit 1' "$status" 1
says '  which QEMU that is' 'QEMU emulator version 99.0'
says '  and its own words' \
	'plugin requires API version 7, but this QEMU supports only a minimum version of 8'
is '  and nothing else: one line for each' "$(grep -c . "$tmp/err")" 5
probe none "$build/vmabench" exact --probe
is 'one that knows of no plugins: exit 1' "$status" 1
says '  its own words' 'invalid option'
is '  once' "$(grep -c invalid "$tmp/err")" 1
probe dies "$build/vmabench" exact --probe
is 'one that dies without a word: exit 1' "$status" 1
says '  of what' '(nothing: signal 11 ended it)'
probe hangs "$build/vmabench" exact --probe --timeout 2
is 'one that hangs: exit 1' "$status" 1
says '  with no words' '(nothing, until it was killed)'
is '  it is not waited for once a plugin' "$(grep -c . "$tmp/started")" 1
ok '  what it has started is ended' within 60 gone "$(cat "$tmp/started")"

# As programs that do not care for their children start others.
probe 7 env --ignore-signal=CHLD "$build/vmabench" exact --probe
is 'SIGCHLD is ignored: exit 0' "$status" 0

# Paths that others do not take as they are.
mkdir "$tmp/a b" "$tmp/a,b"
cp "$bin/qemu-system-x86_64" "$tmp/a b"
probe 7 "$build/vmabench" exact --probe --qemu "$tmp/a b/qemu-system-x86_64"
is 'a QEMU in a folder with a blank: exit 0' "$status" 0
probe 7 env TMPDIR="$tmp/a,b" "$build/vmabench" exact --probe
is 'TMPDIR with a comma: exit 0' "$status" 0
ok '  nothing is left there' rmdir "$tmp/a,b"

# Nothing was built for one that takes none.
mkdir "$tmp/cache"
probe 8 env VMABENCH_CACHE="$tmp/cache" RESULTS="$tmp/results" \
	scripts/series.sh deferred noretry
is 'series.sh, where QEMU takes none: exit 1' "$status" 1
says '  its own words' 'supports only a minimum version of 8'
ok '  no kernel is built' rmdir "$tmp/cache"
ok '  there is no session' test ! -e "$tmp/results"

finish
