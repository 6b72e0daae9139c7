#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deb.sh, with programs that only pretend to build and to check (test-deb.sh has those
# that do): who is the maintainer, which version it is, what is refused.  And
# debian/copyright states the licence of each file that states its own.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

# --- a project of one commit
suite=$tmp/suite
bin=$tmp/bin
mkdir -p "$suite/scripts" "$suite/bench/base" "$bin"
cp -r scripts/deb.sh scripts/lib.sh scripts/trust.sh scripts/scratch.sh scripts/ours.sh \
	scripts/debian "$suite/scripts"
echo '#define VMABENCH_VERSION "1.2"' >"$suite/bench/base/base.h"
export GIT_CONFIG_GLOBAL="$tmp/gitconfig" GIT_CONFIG_NOSYSTEM=1
: >"$GIT_CONFIG_GLOBAL"
in_suite() {
	git -C "$suite" -c user.name=committer -c user.email=c@example.org "$@" >"$tmp/null"
}
in_suite init -q
in_suite add .
GIT_COMMITTER_DATE='Sun, 1 Nov 2026 23:30:00 -0200' in_suite commit -q -m one
id=$(git -C "$suite" rev-parse --short=12 HEAD)

# fake NAME LINE...
fake() {
	name=$1
	shift
	printf '%s\n' '#!/bin/sh' "$@" >"$bin/$name"
	chmod +x "$bin/$name"
}
# shellcheck disable=SC2016 # for the other shell
pretend() {
	fake dpkg-buildpackage \
		'name=$(sed -n "1s/^\(.*\) (\(.*\)).*/\1_\2_amd64/p" debian/changelog)' \
		'cat debian/control debian/changelog >../$name.deb' ': >../$name.changes'
	fake dpkg 'echo amd64'
	fake lintian 'exit 0'
}
pretend

# deb [NAME=VALUE...]
deb() {
	try env -u DEBFULLNAME -u DEBEMAIL PATH="$bin:$PATH" "$@" "$suite/scripts/deb.sh" "$tmp/deb"
}
# A line of the package that was built.
line() {
	sed -n "s/^$1//p" "$tmp"/deb/*.deb
}

# --- who it is
deb
is 'without a maintainer: exit 2' "$status" 2
says 'without a maintainer: what to set' \
	"set DEBFULLNAME and DEBEMAIL, or git's user.name and user.email"
ok 'without a maintainer: nothing is built' [ ! -e "$tmp/deb" ]
deb DEBFULLNAME='J. Doe'
is 'a name without an address: exit 2' "$status" 2
for address in root@localhost 'J. Doe <doe@example.org>' doe 'doe@example.org, x@example.org'; do
	deb DEBFULLNAME='J. Doe' DEBEMAIL="$address"
	is "address '$address': exit 2" "$status" 2
	says "address '$address': named" "'$address'"
done
deb DEBFULLNAME='J. Doe <x>' DEBEMAIL=doe@example.org
is 'a name with brackets: exit 2' "$status" 2

deb DEBFULLNAME='J. Dœ & Sons \1' DEBEMAIL=doe+deb@mail.example.org
is 'of the environment: built' "$status" 0
is 'of the environment: it is the maintainer' "$(line 'Maintainer: ')" \
	'J. Dœ & Sons \1 <doe+deb@mail.example.org>'
is 'and has written the changelog, when the commit was made, in UTC' "$(line ' -- ')" \
	'J. Dœ & Sons \1 <doe+deb@mail.example.org>  Mon, 02 Nov 2026 01:30:00 +0000'

git config --global user.name 'G. Committer'
git config --global user.email git@example.org
deb
is "else it is git's user" "$(line 'Maintainer: ')" 'G. Committer <git@example.org>'

# --- what it is
is 'the version has the commit' "$(line 'vmabench (')" \
	"1.2~git20261102013000.$id) UNRELEASED; urgency=medium"
is 'it names the package' "$(cat "$tmp/out")" \
	"Package: $tmp/deb/vmabench_1.2~git20261102013000.${id}_amd64.deb"
ok 'and warns of nothing' [ ! -s "$tmp/err" ]
echo >>"$suite/scripts/lib.sh"
deb
says 'of a change that is not committed it warns' 'what is not committed is not in the package'
in_suite checkout -q scripts/lib.sh
in_suite tag v1.2
deb
is 'a release has its version alone' "$(line 'vmabench (')" '1.2) UNRELEASED; urgency=medium'
is 'and is in the place of the package before' "$(ls "$tmp"/deb/*.deb)" \
	"$tmp/deb/vmabench_1.2_amd64.deb"

# --- what is not its own
for file in vmabench_1.2_amd64.deb build.log; do
	cp "$tmp/deb/$file" "$tmp/ours"
	echo mine >"$tmp/deb/$file"
	deb
	is "a $file of somebody's is there: exit 2" "$status" 2
	says '  which is said' "$tmp/deb/$file is there, and nothing says that an earlier run wrote it as it is"
	is '  and it stays' "$(cat "$tmp/deb/$file")" mine
	cp "$tmp/ours" "$tmp/deb/$file"
done
echo mine >"$tmp/deb/vmabench_0_amd64.deb"
deb
is 'one of another name is in nobody'"'"'s way: exit 0' "$status" 0
is '  and stays' "$(cat "$tmp/deb/vmabench_0_amd64.deb")" mine

# --- what fails
fake lintian 'echo "W: vmabench: nonsense"' 'exit 2'
deb
is 'lintian complains: exit 1' "$status" 1
says 'lintian complains: of what' 'W: vmabench: nonsense'
fake dpkg-buildpackage 'echo "no compiler"' 'exit 1'
deb
is 'it does not build: exit 1' "$status" 1
says 'it does not build: why' 'no compiler'
rm -rf "$suite/.git"
deb DEBFULLNAME='J. Doe' DEBEMAIL=doe@example.org GIT_CEILING_DIRECTORIES="$tmp"
is 'no git repository: exit 1' "$status" 1
says 'no git repository: said' "$suite is no git repository"

# --- copyright
# wrong_licence COPYRIGHT: files whose SPDX line is of another licence than the last
# stanza of COPYRIGHT that has them.
wrong_licence() {
	sed -n '/^Files:/,/^License:/p' "$1" | awk '
		/^(Files:| )/ { sub(/^Files:/, ""); files = files $0 }
		/^License:/ { n = split(files, name, " "); files = ""
			for (i = 1; i <= n; i++) print name[i], $2 }' >"$tmp/stanzas"
	git grep -m 1 -o 'SPDX-License-Identifier: [A-Za-z0-9.-]*[a-z]\( WITH [A-Za-z-]*\)*' \
			-- . ':!scripts/tests/deb.t' |
			sed 's/:.*Identifier: /:/; s/GPL-2.0-or-later/GPL-2+/; s/GPL-2.0-only/GPL-2/; s/ WITH /-with-/' |
		while IFS=: read -r file licence; do
			stated=
			while read -r pattern is; do
				# shellcheck disable=SC2254 # it is one
				case $file in
				$pattern) stated=$is ;;
				esac
			done <"$tmp/stanzas"
			[ "$licence" = "$stated" ] || echo "$file is $licence, not $stated"
		done
}
if git rev-parse -q --verify HEAD >"$tmp/null" 2>&1; then
	is 'debian/copyright has the licence of each file' "$(wrong_licence scripts/debian/copyright)" ''
	sed 's,^ kernel-patches/\*$, kernel-patches/um/*,' scripts/debian/copyright >"$tmp/copyright"
	wrong_licence "$tmp/copyright" >"$tmp/said"
	ok 'files of another one are noticed' \
		grep -qx 'kernel-patches/6.12/guest.config is GPL-2, not GPL-2+' "$tmp/said"
else
	skip_test 'debian/copyright has the licence of each file' 'this is no git repository'
fi
finish
