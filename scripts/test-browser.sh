#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: test-browser.sh [REPORT.html...]
#
# Opens pages in headless Chromium: light, dark, as narrow as a phone, without
# JavaScript.  Nothing may be said on the console, nothing be wider than the
# window, names break after "_" alone, worse is told from better in grey, and
# axe-core must find nothing.  Sorting, filtering and copying are tried.  Printed,
# a page is four pages of paper at most.  Screenshots and prints are kept in
# build/browser.  Without pages it makes some of made-up records, hostile ones
# and those of 40 commits among them.
#
# Needs chromium (deps.sh browser) and npm, which fetches axe-core and
# playwright-core into build/browser; nothing of it is shipped.
#
# Exit status: 0 all is well, 1 not, 2 something is missing.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
dir=$root/build/browser
vmadiff=${VMADIFF:-$root/build/vmadiff}
no_options "$@"
for command in npm node chromium; do
	command -v "$command" >/dev/null ||
		fail 2 "no $command (Debian: nodejs npm chromium)"
done

mkdir -p "$dir"
if [ ! -d "$dir/node_modules/axe-core" ] ||
		[ ! -d "$dir/node_modules/playwright-core" ]; then
	(cd "$dir" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-save \
		--no-package-lock --no-audit --no-fund --silent \
		axe-core playwright-core) || exit 2
fi

if [ $# -eq 0 ]; then
	fixture=$root/bench/tests/make_fixture.sh
	for stage in stock deferred hook secretmem noretry; do
		"$fixture" "$stage" wide >"$dir/$stage.jsonl"
		set -- "$@" "$stage=$dir/$stage.jsonl"
	done
	rm -rf "$dir/base" "$dir/new" "$dir/session" "$dir/range"
	mkdir "$dir/session" "$dir/range"
	cp "$dir/deferred.jsonl" "$dir/noretry.jsonl" "$dir/session"
	for n in 0 1 2 3; do
		for i in 0 1 2 3 4 5 6 7 8 9; do
			stage=s$n${i}_one_of_many
			sed "s/\"stage\":\"[a-z]*\"/\"stage\":\"$stage\"/
				s/\"info\":{}/\"info\":{\"commit\":\"c0ffee$n$i (\\\\\"mm: one of many\\\\\")\"}/
				/\"anon_append\".*\"op\":\"mmap\",\"metric\":\"maple_stores\"/s/\[64\]/[$((64 * (10 * n + i)))]/" \
				"$dir/hook.jsonl" >"$dir/range/$stage.jsonl"
			echo "$stage x" >>"$dir/range/stages"
		done
	done
	"$fixture" session "$dir/base" aaaa side=0 boots=6 blocks=2
	"$fixture" session "$dir/new" bbbb side=1 change=0.9 boots=6 blocks=2
	"$root/bench/tests/hostile_records.sh" "$dir/hostile"
	"$vmadiff" report -o "$dir/series" "$@" || [ $? -eq 3 ]
	"$vmadiff" report -o "$dir/metal" "$dir/base" "$dir/new" || [ $? -eq 3 ]
	"$vmadiff" report -o "$dir/evil" "$dir/hostile/deferred.jsonl" \
		"$dir/hostile/noretry.jsonl" || [ $? -eq 3 ]
	# With pictures, where there is something to draw them with.
	for session in session range; do
		REPORT=$dir/pictures-$session "$root/scripts/report.sh" "$dir/$session" >/dev/null ||
			[ $? -eq 3 ]
	done
	set -- "$dir/series/report.html" "$dir/pictures-session/report.html" \
		"$dir/pictures-range/report.html" "$dir/metal/report.html" \
		"$dir/evil/report.html"
fi
NODE_PATH=$dir/node_modules exec node "$root/scripts/test-browser.js" "$dir" "$@"
