#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# scripts/metal.sh build and undo: revisions of a git tree, with a make and a dpkg
# that only say what they were asked for.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

m=$tmp/machine
mkdir -p "$m/proc/sys/kernel/random" "$m/boot" "$m/run" "$tmp/bin"
cp /proc/sys/kernel/random/boot_id "$m/proc/sys/kernel/random"
echo 'root=/dev/x quiet' >"$m/proc/cmdline"
export METAL_SYSROOT="$m" RESULTS="$tmp/results" TREE="$tmp/tree" TMPDIR="$tmp"
export PATH="$tmp/bin:$PATH"

fake() {
	{ echo '#!/bin/sh'; cat; } >"$1"
	chmod +x "$1"
}
fake "$tmp/bin/uname" <<'END'
echo running
END
# The build is told apart by its environment: it gets none of ours.
fake "$tmp/bin/make" <<END
echo "\$*" >>"$tmp/make"
[ -z "\${METAL_SYSROOT:-}" ] || echo "environment leaked" >>"$tmp/make"
src=\$(echo "\$*" | sed 's/.*-C \([^ ]*\).*/\1/')
version=\$(echo "\$*" | sed -n 's/.*LOCALVERSION=\([^ ]*\).*/\1/p')
case \$* in
*kernelrelease) echo "6.99.0\$version" ;;
*bindeb-pkg)
	cat "\$src/code" "\$src/.config" >>"$tmp/made"
	if grep -q broken "\$src/code"; then
		echo "mm/vma.c:1: error: broken"
		exit 1
	fi
	touch "\$src/../linux-image-6.99.0\${version}_1_amd64.deb" ;;
esac
END
fake "$tmp/bin/dpkg" <<END
echo "\$*" >>"$tmp/dpkg"
case \$1 in
-i)	touch "$m/boot/vmlinuz-\$(basename "\$2" | sed 's/linux-image-//; s/_.*//')" ;;
--purge) rm "$m/boot/vmlinuz-\${2#linux-image-}" ;;
esac
END
printf 'CONFIG_A=y\nCONFIG_LOCALVERSION="-mine"\nCONFIG_SYSTEM_TRUSTED_KEYS="debian/certs/x.pem"\n' \
	>"$m/boot/config-running"
touch "$m/boot/vmlinuz-running"

git init -q "$TREE"
for what in base new broken; do
	echo "$what" >"$TREE/code"
	git -C "$TREE" add code
	git -C "$TREE" -c user.name=x -c user.email=x@x commit -q -m "$what"
	git -C "$TREE" tag "$what"
done

try scripts/metal.sh plan base nosuch
is 'a revision that is not there is refused' "$status" 2
says 'with the tree' "TREE=$TREE has no such revision"

try scripts/metal.sh plan base new --quick --name built
is 'revisions can be planned' "$status" 0
is 'by commit, whatever moves later' \
	"$(jq -r '.kernels[1].what' "$RESULTS/metal/built/session.json")" \
	"$(git -C "$TREE" rev-parse new)"
try scripts/metal.sh run --yes
is 'what is not built cannot be run' "$status" 1
says 'and what to do is said' 'metal.sh build'

try scripts/metal.sh build
is 'they are built' "$status" 0
is 'from the revisions' "$(grep -xE 'base|new' "$tmp/made" | paste -s -d ' ')" \
	'base new'
is 'with the configuration of the running kernel' \
	"$(grep -c CONFIG_A=y "$tmp/made")" 2
is 'without a version or keys of its own' \
	"$(grep -cE 'mine|debian/certs' "$tmp/made")" 0
is 'under versions of their own' \
	"$(find "$m/boot" -name 'vmlinuz-6*' | sed 's/.*vmlinuz-//' | sort | paste -s -d ' ')" \
	'6.99.0-vmabench-built-base 6.99.0-vmabench-built-new'
ok 'and nothing of our environment' sh -c "! grep leaked '$tmp/make'"
is 'no worktree stays' "$(git -C "$TREE" worktree list | wc -l)" 1
try scripts/metal.sh build
is 'a second build builds nothing' "$(grep -c bindeb-pkg "$tmp/make")" 2

echo another >"$RESULTS/metal/built/compiler"
rm "$RESULTS/metal/built/kernels/new.json"
try scripts/metal.sh build
is 'another compiler is refused' "$status" 1
says 'with both' 'were built by another, this is'

touch "$m/boot/vmlinuz-6.99.0-vmabench-mine"
try scripts/metal.sh undo
is 'undo removes the packages that were added' \
	"$(grep -c -e '^--purge' "$tmp/dpkg")" 2
is 'and no other kernel' "$(find "$m/boot" -name 'vmlinuz-*' | sed 's/.*vmlinuz-//' |
	sort | paste -s -d ' ')" '6.99.0-vmabench-mine running'

try scripts/metal.sh plan base broken --name broken
try scripts/metal.sh build
is 'a revision that does not build is an error' "$status" 1
says 'with what the compiler said' 'mm/vma.c:1: error: broken'
is 'and no worktree stays either' "$(git -C "$TREE" worktree list | wc -l)" 1

try env -u TREE scripts/metal.sh plan hook noretry --name stages
is 'stages can be planned' "$(jq -r '.kernels[].kind' \
	"$RESULTS/metal/stages/session.json" | sort -u)" stage

finish
