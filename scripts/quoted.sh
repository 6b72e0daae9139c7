#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: quoted.sh [--renew] [FILE...]
#
# Checks that what README and manuals quote is what the commands print.  FILE is
# Markdown (NAME.md) or a manual page; without one, all of them are checked that
# users read.
#
# A block of output, or a table, stands behind a line that names its command, and
# is all that the command prints:
#
#   <!-- output of: COMMAND -->        in Markdown, and then ```, or a table
#   .\" output of: COMMAND             in a manual page, and then .Bd -literal
#
# COMMAND is run by sh in the source tree, with the programs of build/ in PATH.
# $session is the session that results/example keeps, unpacked, $merging and
# $seeds are two small ones, and $metal is a record of make bench.  Two filters
# print a part: "pick REGEX" the lines that match, with what is indented below
# them, and "..." where it leaves out others between them; "paragraph REGEX"
# what there is from a line that matches to the next empty one.
#
# A block without such a line is one of these: commands to type (```sh, or .Dl,
# or .\" commands), of which each has to exist, with its options; a source (```c
# and ```ini, or .\" source); or a drawing (```diagram).
#
# A figure with a unit in the text of Markdown, or of a manual page that quotes
# something, has to be in the output of a command in the same section: that of a
# block, or of "figures of: COMMAND", which prints nothing for the reader.
#
# With --renew the blocks are written anew, in place.
#
# Environment:
#   EXAMPLE   what is quoted (results/example)
#   B         where make has built (build)
#
# Exit status: 0 all of it is as printed, 1 something is not, 2 usage.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
# shellcheck source=scripts/text.sh
. "$root/scripts/text.sh"
# shellcheck source=scripts/quoted/typed.sh
. "$root/scripts/quoted/typed.sh"

renew=
[ "${1-}" != --renew ] || {
	renew=1
	shift
}
no_options "$@"
cd "$root"
B=$(cd "${B:-build}" && pwd) || fail 2 "no programs in ${B:-build}: run make"
PATH=$B:$PATH
export B PATH LC_ALL=C.UTF-8 TZ=UTC0 COLUMNS=80 NO_COLOR=1 QUIET=1
[ $# -gt 0 ] || set -- README.md results/FAQ.md scripts/*.[18] bench/*/*.[18]
for file; do
	[ -f "$file" ] || fail 2 "there is no file $file"
done

take_scratch 1
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals
example=${EXAMPLE:-results/example}
for kept in session merging seeds; do
	mkdir "$tmp/$kept"
	[ ! -f "$example/$kept.tar.xz" ] ||
		tar -xJf "$example/$kept.tar.xz" -C "$tmp/$kept"
done
[ ! -f "$example/metal.jsonl.xz" ] || xz -dc "$example/metal.jsonl.xz" >"$tmp/metal.jsonl"
# shellcheck disable=SC2034 # what commands name
session=$tmp/session merging=$tmp/merging seeds=$tmp/seeds metal=$tmp/metal.jsonl

# pick REGEX: the lines that match and what is indented below, "..." for others between.
# shellcheck disable=SC2317 # commands call it
pick() {
	PICK=$1 awk '
		!/^[[:space:]]/ || $0 ~ ENVIRON["PICK"] { on = $0 ~ ENVIRON["PICK"] }
		on {
			if (left && picked) print "..."
			left = 0
			picked = 1
			print
			next
		}
		{ left = 1 }'
}

# paragraph REGEX: from the first line that matches to the next empty one.
# shellcheck disable=SC2317 # commands call it
paragraph() {
	PICK=$1 awk '
		on && $0 == "" { exit }
		$0 ~ ENVIRON["PICK"] { on = 1 }
		on'
}

# marks FILE: "LINE output|figures COMMAND" of each.
marks() {
	awk '/^<!-- (output|figures) of: .* -->$/ || /^\.\\" (output|figures) of: / {
		kind = $2
		sub(/^[^:]*: /, "")
		sub(/ -->$/, "")
		print NR, kind, $0
	}' "$1"
}

# run_all FILE: the output of its Nth command is $tmp/N.
run_all() {
	marks "$1" >"$tmp/marks"
	nr=0
	while read -r line _ command; do
		nr=$((nr + 1))
		(set +eu; eval "$command") >"$tmp/$nr" 2>"$tmp/errors" </dev/null || :
		[ -s "$tmp/$nr" ] || {
			echo "$1:$line: this prints nothing: $command"
			sed 's/^/  /' "$tmp/errors"
		}
	done <"$tmp/marks"
}

# written_anew FILE: with each block as its command prints it.
written_anew() {
	folder=$tmp awk '
		function show(file, man, line) {
			while ((getline line <file) > 0) {
				if (man) {
					gsub(/\\/, "\\e", line)
					gsub(/-/, "\\-", line)
					if (line ~ /^[.\x27]/) line = "\\&" line
				}
				print line
			}
		}
		table && /^\|/ { next }
		{ table = 0 }
		skipping { if ($0 ~ /^(```|\.Ed)$/) { skipping = 0; print }; next }
		marked && /^(```$|\.Bd -literal)/ {
			print
			show(ENVIRON["folder"] "/" nr, /^\./)
			skipping = 1
			marked = 0
			next
		}
		marked && /^\|/ {
			show(ENVIRON["folder"] "/" nr, 0)
			table = 1
			marked = 0
			next
		}
		{ print; marked = 0 }
		/^(<!--|\.\\") (output|figures) of: / { nr++ }
		/^(<!--|\.\\") output of: / { marked = 1 }' "$1"
}

# unmarked FILE: blocks that do not say what they are.
unmarked() {
	name=$1 awk '
		BEGIN {
			name = ENVIRON["name"]
			man = name !~ /\.md$/
		}
		function refuse(text) { printf "%s:%d: %s\n", name, NR, text }
		!man && /^```/ {
			inside = !inside
			if (inside && ($0 == "```") != (before ~ /^<!-- output of: /) ||
			    inside && $0 !~ /^```(sh|c|ini|diagram)?$/)
				refuse("this block is neither of a command nor ```sh: " $0)
		}
		man && /^\.Bd -literal/ && before !~ /^\.\\" (output of: |commands$|source$)/ {
			refuse("this block is neither of a command nor of commands: " $0)
		}
		before ~ /^(<!--|\.\\") output of: / && !/^(```|\||\.Bd -literal)/ {
			refuse("no block comes after the command")
		}
		{ before = $0 }' "$1"
}

# figures FILE: those of the text that no command of their section prints.
figures() {
	folder=$tmp name=$1 awk '
		BEGIN { unit = "(%|ns|us|ms|s|KiB|MiB|GiB|kB|MB|GB|instructions?|seconds?" \
				"|minutes?|hours?|boots?|layouts?)([^a-z]|$)" }
		function known(number, text,    at, rest) {
			while ((at = index(text, number)) > 0) {
				rest = substr(text, at + length(number))
				if ((at == 1 || substr(text, at - 1, 1) !~ /[0-9.]/) &&
				    rest !~ /^\.?[0-9]/)
					return 1
				text = rest
			}
			return 0
		}
		function look(text, line,    number) {
			while (match(text, "[0-9][0-9.]* ?" unit)) {
				number = substr(text, RSTART, RLENGTH)
				text = substr(text, RSTART + RLENGTH)
				shown = number
				sub(/[^0-9.].*/, "", number)
				if (!known(number, printed[section[line]]))
					printf "%s:%d: no command of the section prints %s\n",
						ENVIRON["name"], line, shown
			}
		}
		/^```/ { inside = !inside; next }
		/^\.(Bd -literal|Ed)/ { inside = /^\.Bd/; next }
		inside { next }
		/^(#|\.S[hs] )/ { here++ }
		/^(<!--|\.\\") (output|figures) of: / {
			file = ENVIRON["folder"] "/" ++nr
			while ((getline line <file) > 0)
				printed[here] = printed[here] "\n" line
			next
		}
		{ text[FNR] = $0; section[FNR] = here }
		END { for (i = 1; i <= FNR; i++) if (i in text) look(text[i], i) }' "$1"
}

status=0
for file; do
	run_all "$file" >"$tmp/wrong"
	written_anew "$file" >"$tmp/new"
	if [ -n "$renew" ]; then
		cmp -s "$file" "$tmp/new" || {
			cat "$tmp/new" >"$file"
			tell "$file: written anew"
		}
	else
		diff -u --label "$file" --label "$file as its commands print it" \
			"$file" "$tmp/new" >>"$tmp/wrong" || :
	fi
	unmarked "$file" >>"$tmp/wrong"
	typed_wrongly "$file" >>"$tmp/wrong"
	case $file,$nr in
	*.[18],0) ;;
	*) figures "$file" >>"$tmp/wrong" ;;
	esac
	[ ! -s "$tmp/wrong" ] || {
		cat "$tmp/wrong"
		status=1
	}
done
exit "$status"
