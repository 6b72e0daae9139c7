#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vmabench linked with shared libraries, as where there are no static ones: what
# the build says, and a guest that is given the libraries.
#
#   STAGE   the kernel to boot (deferred); built if it is not in the cache
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

build=${B:-build}
stage=${STAGE:-deferred}
need_kernels "$stage"
image=$(scripts/kernel.sh path "$stage")

# linked FOLDER VARIABLE...: vmabench in FOLDER, of the objects that there are.
linked() {
	folder=$1
	shift
	mkdir -p "$folder"
	cp -a "$build/obj" "$build/revision" "$build"/vmabench-insns-*.so \
		"$build/vmabench-symbols" "$folder"
	try env -u LINK -u MAKEFLAGS make -f bench/Makefile B="$folder" "$@" \
		"$folder/vmabench"
}
is_shared() {
	readelf -lW "$1" | grep -q INTERP
}

# A linker that finds no static libraries.
cat >"$tmp/gcc" <<'EOT'
#!/bin/sh
for word; do
	[ "$word" != -static ] || set -- "$@" -lno_such_library
done
exec gcc "$@"
EOT
chmod 755 "$tmp/gcc"

linked "$tmp/either" CC="$tmp/gcc"
is 'no static libraries: linked all the same' "$status" 0
ok 'shared' is_shared "$tmp/either/vmabench"
ok 'which is said, with the reason' \
	grep -q 'shared libraries, .*cannot find -lno_such_library' "$tmp/out"
linked "$tmp/static" CC="$tmp/gcc" LINK=static
is 'where it has to be static: an error' "$status" 2
says 'which is the one of the linker' 'cannot find -lno_such_library'
ok 'and no program' [ ! -e "$tmp/static/vmabench" ]
linked "$tmp/static" LINK=static
is 'static libraries' "$status" 0
ok 'static' sh -c "! readelf -lW '$tmp/static/vmabench' | grep INTERP"
linked "$tmp/static" LINK=shared
is 'linked anew if that changes' "$status" 0
ok 'shared on demand' is_shared "$tmp/static/vmabench"
try make -f bench/Makefile B="$tmp/static" LINK=other "$tmp/static/vmabench"
is 'another word: an error' "$status" 2
says 'which says what there is' "LINK is static or shared, not 'other'"

"$build/vmabench" list >"$tmp/list.static"
"$tmp/either/vmabench" list >"$tmp/list.shared"
ok 'it has the same scenarios' cmp "$tmp/list.static" "$tmp/list.shared"

# exact PROGRAM RECORD
exact() {
	try "$1" exact --layouts 0 --stage "$stage" --image "$image" --retry late --once -o "$2" \
		nop secretmem_append
}
exact "$tmp/either/vmabench" "$tmp/shared.jsonl"
is 'its guest boots and is measured' "$status" 0
ok 'nothing was skipped or failed' \
	sh -c "[ -s '$tmp/shared.jsonl' ] &&
		! grep -E '\"type\":\"(skip|failure)\"' '$tmp/shared.jsonl'"
ok 'the record says how it is linked' \
	sh -c "sed 1q '$tmp/shared.jsonl' | grep -F '\"linking\":\"shared\"'"
is 'the empty operation takes no kernel instruction' \
	"$(batches "$tmp/shared.jsonl" nop nop insns)" '0,0'
is 'two stores a secretmem mmap' \
	"$(batches "$tmp/shared.jsonl" secretmem_append mmap maple_stores)" '398,398'
exact "$tmp/either/vmabench" "$tmp/again.jsonl"
ok 'the same again, to the byte' cmp "$tmp/shared.jsonl" "$tmp/again.jsonl"

# A loader where no guest has one.
ln -s "$(readelf -lW "$tmp/either/vmabench" |
	sed -n 's/.*interpreter: \(.*\)]/\1/p')" "$tmp/loader"
linked "$tmp/odd" LINK=shared LDFLAGS="-Wl,--dynamic-linker=$tmp/loader"
is 'a loader somewhere else' "$status" 0
exact "$tmp/odd/vmabench" "$tmp/odd.jsonl"
is 'no guest for it: exit 1' "$status" 1
says 'which is said' "no guest has its loader at $tmp/loader"

finish
