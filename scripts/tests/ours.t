#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Scripts that put files of given names into a folder which is named replace there what an
# earlier run wrote, and nothing else.  vmadiff does so in bench/tests/folder.t, museum.sh
# in museum_judge.t, deb.sh in deb.t.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

# A gnuplot that draws the same whatever it is given.
cat >"$tmp/gnuplot" <<'EOT'
#!/bin/sh
out=${2##*out=\'}
out=${out%%\'*}
{
	echo "<svg>${DRAWN:-}"
	echo '</svg>'
} >"$out.svg"
printf '%b' "${DRAWN:-}\0111END\0256B\0140\0202" >"$out.png"
EOT
chmod +x "$tmp/gnuplot"
export GNUPLOT="$tmp/gnuplot" FLAMEGRAPH=''

# guards FILE COMMAND...: a FILE of somebody's stays.
guards() {
	guarded=$1
	shift
	echo mine >"$guarded"
	try "$@"
	is "${1##*/}, where there is a ${guarded##*/}: exit 2" "$status" 2
	says '  which is said' "$guarded is there, and nothing says that an earlier run wrote it as it is: move it"
	is '  and it stays' "$(cat "$guarded")" mine
}

# --- plot.sh
session=$tmp/session
mkdir -p "$session/plots"
printf '# picture: insns\n# title: a title\na\t1\n' >"$session/plots/insns.dat"
(cd "$session/plots" && sha256sum insns.dat >.vmabench.sums)
for file in insns.svg insns.png insns.txt missing.txt; do
	guards "$session/plots/$file" scripts/plot.sh "$session"
	is '  nothing is drawn beside it' "$(cd "$session/plots" && echo ./*)" \
		"$(printf './%s\n' insns.dat "$file" | LC_ALL=C sort | paste -s -d ' ')"
	rm "$session/plots/$file"
done
try scripts/plot.sh "$session"
is 'where there is none: exit 0' "$status" 0
try env DRAWN=again scripts/plot.sh "$session"
is 'what it has drawn is drawn again: exit 0' "$status" 0
ok '  and is the new one' grep -q again "$session/plots/insns.svg"
# shellcheck disable=SC2016 # the other shell's
ok '  as is what the folder says of it' sh -c 'cd "$1" && sha256sum -c .vmabench.sums 2>/dev/null |
	grep -qx "insns.svg: OK"' sh "$session/plots"
chmod a-w "$session/plots/insns.png"
try scripts/plot.sh "$session"
is 'one that somebody has protected: exit 2' "$status" 2
chmod u+w "$session/plots/insns.png"
guards "$session/plots/insns.svg" scripts/plot.sh "$session"
rm "$session/plots/insns.svg"
ln -s nowhere "$session/plots/insns.svg"
try scripts/plot.sh "$session"
is 'a link in the place of one: exit 2' "$status" 2
ok '  stays one' [ -L "$session/plots/insns.svg" ]
rm "$session/plots/insns.svg"

# A list of sums that somebody made for himself is not ours.
echo mine >"$session/plots/insns.svg"
(cd "$session/plots" && sha256sum insns.svg >SHA256SUMS)
guards "$session/plots/insns.svg" scripts/plot.sh "$session"

# A session of a version that kept no list: all that is in its plots/ was drawn by that.
rm "$session/plots/.vmabench.sums" "$session/plots/insns.svg"
echo '<svg>before</svg>' >"$session/plots/insns.svg"
try scripts/plot.sh "$session"
is 'a session without a list: exit 0' "$status" 0
ok '  is drawn again' grep -qx '<svg>' "$session/plots/insns.svg"
guards "$session/plots/insns.svg" scripts/plot.sh "$session"
rm "$session/plots/insns.svg"

# Somebody writes there while it draws.
sed "s,^out=,echo mine >$session/plots/insns.svg\n&," "$tmp/gnuplot" >"$tmp/slow"
chmod +x "$tmp/slow"
try env GNUPLOT="$tmp/slow" scripts/plot.sh "$session"
is 'what somebody writes meanwhile: exit 2' "$status" 2
is '  stays' "$(cat "$session/plots/insns.svg")" mine
rm "$session/plots/insns.svg"

# A list that is none.
mv "$session/plots/.vmabench.sums" "$tmp/sums"
for kind in fifo folder link long; do
	case $kind in
	fifo)	mkfifo "$session/plots/.vmabench.sums" ;;
	folder)	mkdir "$session/plots/.vmabench.sums" ;;
	link)	ln -s "$tmp/sums" "$session/plots/.vmabench.sums" ;;
	long)	head -c 2000000 /dev/zero >"$session/plots/.vmabench.sums" ;;
	esac
	try scripts/plot.sh "$session"
	is "a list that is a $kind: exit 2" "$status" 2
	says '  which is said' ".vmabench.sums is there, and is no list of files"
	rm -r "$session/plots/.vmabench.sums"
done

# --- flame.sh
mkdir "$tmp/flames"
echo 'a;b 2' >"$tmp/folded"
for suffix in svg png; do
	guards "$tmp/flames/x.$suffix" scripts/flame.sh "$tmp/flames/x.svg" \
		--folded "$tmp/folded" ns title
	rm "$tmp/flames/x.$suffix"
done
for round in first next; do
	try scripts/flame.sh "$tmp/flames/x.svg" --folded "$tmp/folded" ns title
	is "the $round flame graph: exit 0" "$status" 0
done
# Several at once.
for round in first next; do
	for n in 1 2 3 4 5 6; do
		scripts/flame.sh "$tmp/flames/$n.svg" --folded "$tmp/folded" ns title 2>/dev/null ||
			echo $n >>"$tmp/refused" &
	done
	wait
done
ok 'six at once: none is refused the next time' [ ! -s "$tmp/refused" ]

# --- aa.sh: before the first of many runs
host=$("${B:-build}/vmabench" where)
mkdir -p "$tmp/aa/${host%%/*}"
: >"$tmp/aa/${host%%/*}/.vmabench.sums"
guards "$tmp/aa/${host%%/*}/aa.json" env RESULTS="$tmp/aa" scripts/aa.sh metal

# --- regress.sh --renew
reference=$tmp/reference
mkdir -p "$reference/patches"
: >"$tmp/record"
for file in noretry.key noretry.jsonl.xz patches/mine.patch patches/.mine; do
	guards "$reference/$file" env REFERENCE="$reference" RECORD="$tmp/record" STAGES=noretry \
		scripts/regress.sh --renew
	rm "$reference/$file"
done
finish
