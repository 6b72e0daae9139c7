#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# SHA256SUMS and archives of folders: of all files, or an error, whichever of the programs
# that make them is killed.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

mkdir "$tmp/bin" "$tmp/in"
seq 20 | while read -r n; do
	seq 1000 >"$tmp/in/$n"
done
: >"$tmp/in/.vmabench-run"
cat >"$tmp/make" <<'EOS'
#!/bin/sh
# Usage: make FOLDER

set -eu
root=$PWD
. scripts/lib.sh
. scripts/sums.sh
write_sums "$1/in" ./
write_archive "$1" in "$1/archive" -6
EOS

try sh "$tmp/make" "$tmp"
is 'a folder is summed up, and put into an archive' "$status" 0
ok '  the sums are right' sh -c "cd '$tmp/in' && sha256sum --quiet -c SHA256SUMS"
is '  they are of all of its files' "$(wc -l <"$tmp/in/SHA256SUMS")" 20
ok '  in an order' grep -q '  \./1$' "$tmp/in/SHA256SUMS"
is '  all of it is in the archive' "$(tar -tJf "$tmp/archive" | grep -c '/.')" 22
is '  beside which there is nothing' "$(find "$tmp" -maxdepth 1 -name 'archive*')" "$tmp/archive"

# Each is killed after half of its work.
for program in find sort xargs sed sha256sum tar xz; do
	cat >"$tmp/bin/$program" <<-EOS
	#!/bin/sh
	$(command -v $program) "\$@" | head -c 50
	kill -9 \$\$
	EOS
	chmod +x "$tmp/bin/$program"
	try env PATH="$tmp/bin:$PATH" sh "$tmp/make" "$tmp"
	ok "$program is killed: an error" [ "$status" -ne 0 ]
	rm "$tmp/bin/$program"
done

finish
