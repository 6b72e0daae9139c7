# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Three patches on a source that only pretends to be a kernel, for kernel.sh.  To be
# sourced after fake_kernel.sh, for $tmp, with $here, the folder of the tests.
tmp=${tmp:?}
here=${here:?}

kernel=$here/../kernel.sh

cache=$tmp/cache
export VMABENCH_CACHE="$cache"
export KERNEL_PATCHES="$tmp/patches"
export KERNEL_TARBALL="$tmp/linux-source-6.12.tar.gz"

fake=$tmp/linux-source-6.12
mkdir -p "$KERNEL_PATCHES"
fake_kernel "$fake"
mkdir "$tmp/kmod"
echo hook >"$tmp/kmod/hook.c"
echo kbuild >"$tmp/kmod/Kbuild"
fake_driver "$tmp/kmod"
export KMOD="$tmp/kmod"

pack() {
	tar -czf "$KERNEL_TARBALL" -C "$tmp" linux-source-6.12
}

# patch NAME SCRIPT FILE: the patch that sed makes of a file as the patches
# before left it.
patch_from() {
	cp "$fake/$3" "$tmp/was"
	sed -i "$2" "$fake/$3"
	{
		echo "Subject: $1"
		echo "---"
		diff -u --label "a/$3" --label "b/$3" "$tmp/was" "$fake/$3" || :
	} >"$KERNEL_PATCHES/$1.patch"
}

# image STAGE: what its vmlinux is made of.
image() {
	paste -s -d ' ' "$("$kernel" path "$1")/vmlinux"
}

nothing_half_built() {
	! find "$cache/images" -name '.new.*' | grep .
}

pack
cp -r "$fake" "$tmp/pristine"
patch_from one s/^15$/one/ mm/a.c
patch_from two s/^115$/two/ mm/b.c
patch_from three s/^25$/three/ mm/a.c
rm -r "$fake"
mv "$tmp/pristine" "$fake"
cat >"$KERNEL_PATCHES/series" <<EOT
# comment
one.patch
two.patch	# another

three.patch
EOT
printf '# comment\nCONFIG_A=y\n# CONFIG_B is not set\n' \
	>"$KERNEL_PATCHES/guest.config"
cp "$KERNEL_PATCHES/guest.config" "$KERNEL_PATCHES/um.config"
