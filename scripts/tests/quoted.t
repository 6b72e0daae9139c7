#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What README and manuals quote is what the commands print; and scripts/quoted.sh, which
# says so, finds what is not.
set -u

cd "$(dirname "$0")/../.." || exit 1
. scripts/tests/tap.sh

# --- what users read
try scripts/quoted.sh
is 'README, FAQ and manuals quote what the commands print' "$status" 0
# A table of what it catches, with a line for each case, is among them.
ok 'README has no more than 200 lines' [ "$(wc -l <README.md)" -le 200 ]
# Links: the file is there, and has a heading of that name.
for page in README.md results/FAQ.md; do
	grep -o ']([^)]*)' "$page" | sed 's/^](//; s/)$//' | sort -u >"$tmp/links"
	ok "$page has links" [ -s "$tmp/links" ]
	while read -r link; do
		case $link in
		*://*) continue ;;
		esac
		file=$(dirname "$page")/${link%%#*}
		ok "  $link is there" [ -s "$file" ]
		case $link in
		*#*)	ok '  and has the heading' sh -c "sed -n 's/^#* //p' '$file' |
				tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9\n-' | grep -qx '${link#*#}'" ;;
		esac
	done <"$tmp/links"
done

# --- one pair of stages
letter=results/example/cover-letter.txt
pair=$(sed -n 's/^\([a-z0-9_]*\) against \([a-z0-9_]*\): .*/\2 to \1/p' "$letter" | head -n 1)
ok 'the letter of the example compares two stages' [ -n "$pair" ]
ok "README's picture is of the same" grep -q "^!\[.*$pair" README.md
ok 'so is the page' grep -q ", $pair" results/example/report.html

# --- made-up files
# look_at NAME: the file of standard input is looked at.
look_at() {
	cat >"$tmp/$1"
	try scripts/quoted.sh "$tmp/$1"
}
finds() {
	is "$1: exit 1" "$status" 1
	ok '  and says where' grep -qF -- "$2" "$tmp/out"
}

look_at good.md <<'EOT'
Two lines come to 9 MB, a filter leaves out others.
<!-- figures of: echo 9 -->

<!-- output of: printf 'a 1\nb 2\n  of it\nc 3\nb 4\nd 5\n' | pick b -->
```
b 2
  of it
...
b 4
```
<!-- output of: printf 'a\n\nb\nc\n\nb\n' | paragraph b -->
```
b
c
```

```sh
make series STAGES=all TIER=exact       # a comment
vmadiff series --all deferred=a noretry=b && scripts/quiet.sh check
```
EOT
is 'a file that quotes what is printed: exit 0' "$status" 0
ok '  and not a word' silent

look_at stale.md <<'EOT'
<!-- output of: printf 'a\nb\n' -->
```
a
c
```
EOT
finds 'another line' '+b'
try scripts/quoted.sh --renew "$tmp/stale.md"
is '  --renew writes it anew' "$(sed -n 4p "$tmp/stale.md")" b
try scripts/quoted.sh "$tmp/stale.md"
is '  and then all is well' "$status" 0

look_at table.md <<'EOT'
<!-- output of: printf '| a |\n| - |\n| b |\n' -->
| a |
| - |
| c |

After it.
EOT
finds 'another line of a table' '+| b |'
try scripts/quoted.sh --renew "$tmp/table.md"
is '  --renew writes it anew, and nothing else' "$(sed 1d "$tmp/table.md" | paste -s -d ,)" \
	'| a |,| - |,| b |,,After it.'

look_at left.md <<'EOT'
<!-- output of: printf 'a\nb\nc\n' -->
```
a
c
```
EOT
finds 'a line that is left out without a word' '+b'

look_at unmarked.md <<'EOT'
```
a
```
EOT
finds 'a block of no command' "unmarked.md:1: this block"

look_at nothing.md <<'EOT'
<!-- output of: false -->
```
```
EOT
finds 'a command that prints nothing' 'nothing.md:1: this prints nothing: false'

look_at figure.md <<'EOT'
# One
<!-- figures of: echo 42.5 -->
It is 42.5 % or 2.5 % here.
# Two
It is 42.5 % there.
EOT
finds 'a figure that nothing prints' 'figure.md:3: no command of the section prints 2.5 %'
ok '  or another section' grep -qF 'figure.md:5: no command of the section prints 42.5 %' "$tmp/out"
is '  and these alone' "$(wc -l <"$tmp/out")" 2

look_at typed.md <<'EOT'
```sh
make no-such-target
make series NO_SUCH_VARIABLE=1
scripts/no-such.sh
scripts/quiet.sh check --no-such
vmadiff no-such a b
vmadiff series --no-such a=b c=d
vmabench-suite no-such
man no-such-page
no-such-command
scripts/bisect.sh -q tree good bad
```
EOT
is 'commands that do not exist: exit 1' "$status" 1
is '  each is said' "$(wc -l <"$tmp/out")" 10
for line in 2 3 4 5 6 7 8 9 10 11; do
	ok "  line $line" grep -q "typed.md:$line: " "$tmp/out"
done

look_at page.1 <<'EOT'
.Dd 2026
.\" output of: printf -- '-1\n.x\n'
.Bd -literal
\-1
\&.x
.Ed
.Dl make no-such-target
.Bd -literal
a
.Ed
It takes 7 MB.
EOT
finds 'a manual page' 'page.1:7: make has no target no-such-target'
ok '  its blocks say what they are, too' grep -q 'page.1:8: this block' "$tmp/out"
ok '  and so do figures' grep -q 'page.1:11: no command of the section prints 7 MB' "$tmp/out"
is '  and what is printed stands there as troff has it' "$(wc -l <"$tmp/out")" 3

try scripts/quoted.sh "$tmp/no-such.md"
is 'no such file: exit 2' "$status" 2
try scripts/quoted.sh --no-such
is 'no such option: exit 2' "$status" 2
finish
