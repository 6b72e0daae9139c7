# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of the parts
#
# What parts need that attack what writes results: something to work on, and whether what
# there is afterwards is whole.  To be sourced after lib.sh, with $build, where the programs
# are, in the folder of the project.

# make_results FOLDER: into FOLDER/session, a series that was measured anew since there is a
# report of it and an archive, in FOLDER/reports.
make_results() {
	[ -d "$torture_dir/.made" ] || {
		mkdir -p "$torture_dir/.made/session"
		made_records
		(
			export RESULTS="$torture_dir/.made" VMADIFF="$build/vmadiff" GNUPLOT=/nonexistent
			scripts/report.sh "$RESULTS/session"
			scripts/publish.sh "$RESULTS/session"
		) >"$torture_dir/.said" 2>&1 || {
			cat "$torture_dir/.said" >&2
			exit 1
		}
		made_records wide
	}
	mkdir -p "$1"
	cp -a "$torture_dir/.made/." "$1"
}

made_records() {
	for made in deferred noretry; do
		ABOUT=1 sh bench/tests/make_fixture.sh "$made" "$@" \
			>"$torture_dir/.made/session/$made.jsonl"
	done
}

# are_cached: are the kernels of the series $series_stages, its last two, in the cache
# $series_cache?  None is built.
are_cached() {
	[ -z "${series_stages:-}" ] || return 0
	series_cache=$(scripts/kernel.sh cache)
	series_stages=$(scripts/kernel.sh series | tail -n 2)
	for stage in $series_stages; do
		image=$(scripts/kernel.sh path "$stage" 2>/dev/null) || image=
		[ -f "$image/vmlinux" ] || {
			warn "series.sh is not attacked: the kernel $stage is not in the cache;" \
				"scripts/kernel.sh build $stage builds it"
			series_stages=
			return 1
		}
	done
}

# make_cache FOLDER: one with the user's kernels, and records of its own.
make_cache() {
	mkdir "$1"
	for cached in "$series_cache"/*; do
		case ${cached##*/} in
		records | lock) ;;
		*)	ln -s "$cached" "$1" ;;
		esac
	done
}

# quick_series: one scenario, which is only counted, once.
quick_series() {
	TIER=exact SCENARIOS=nop LAYOUTS=0 LUCK=0 ONCE=1 JOBS=1
	export TIER SCENARIOS LAYOUTS LUCK ONCE JOBS
}

# sums FOLDER [TEST...]: of the files below, but for what says which of them are ours.
sums() (
	cd "$1" || exit
	shift
	find . -type f ! -name .vmabench.sums "$@" -exec sha256sum {} + | LC_ALL=C sort -k 2
)

# still FOLDER SUMS: are these files what they were?
still() {
	[ ! -s "$2" ] || (cd "$1" && sha256sum --quiet -c "$2" >/dev/null 2>&1)
}

# partial FOLDER: prints the files below that are not whole, by their names.
partial() {
	find "$1" ! -path '*/.*' -type f | while read -r file; do
		case $file in
		*.jsonl) "$build/vmadiff" check "$file" ;;
		*.json)	perl -MJSON::PP -0777 -ne 'decode_json($_)' "$file" ;;
		*.svg)	tail -n 1 "$file" | grep -q '</svg>' ;;
		*.png)	tail -c 8 "$file" | od -An -tx1 | grep -q '49 45 4e 44 ae 42 60 82' ;;
		*.html)	tail -n 1 "$file" | grep -q '</html>' ;;
		*.tar.xz) tar -tJf "$file" ;;
		*/SHA256SUMS) (cd "${file%/*}" && sha256sum --quiet -c SHA256SUMS) ;;
		*)	[ -s "$file" ] ;;
		esac >/dev/null 2>&1 || echo "$file"
	done
}
