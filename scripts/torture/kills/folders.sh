# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034,SC2154 # variables of kills.sh
#
# Of kills.sh: what writes folders of results; machines.sh says which functions a kind has.

# check_results COMMAND...: what there is in $RESULTS and $TMPDIR, now and after COMMAND.
check_results() {
	bad=$(partial "$RESULTS")
	[ -z "$bad" ] || echo "not whole is $bad"
	still "$RESULTS" "$tmp/had" || echo "what was there before is another"
	sums "$RESULTS" -name '*.jsonl' ! -path '*/.*' ! -path './reports/*' >"$tmp/measured"
	"$@" >/dev/null 2>"$tmp/next" || echo "the next one fails: $(tail -n 2 "$tmp/next")"
	bad=$(partial "$RESULTS")
	[ -z "$bad" ] || echo "after the next one, not whole is $bad"
	still "$RESULTS" "$tmp/measured" || echo "what was measured is gone"
	# A record whose place is gone is kept elsewhere, which is said.
	left=$(find "$RESULTS" -mindepth 1 -name '.*' ! -name .vmabench.sums
		find "$TMPDIR" -mindepth 1 | while read -r file; do
			grep -qF "it is in $file" "$tmp/err" || echo "$file"
		done)
	[ -z "$left" ] || echo "after the next one there is still $left"
}

# --- report.sh and publish.sh, where there is a report and an archive of what it was before

make_session() {
	mkdir "$tmp/t"
	make_results "$tmp/results"
	TMPDIR=$tmp/t
	RESULTS=$tmp/results
	VMADIFF=$build/vmadiff
	VMABENCH=$build/vmabench
	[ -z "$torture_short" ] || export GNUPLOT=/nonexistent
	export TMPDIR RESULTS VMADIFF VMABENCH
	sums "$RESULTS" -path './session/*' >"$tmp/had"
}

can_report() { :; }
draw_report() { :; }
make_report() { make_session; }
begin_report() { begin scripts/report.sh "$RESULTS/session"; }
keep_report() { sums "$RESULTS/reports/session" >"$torture_dir/report.new"; }

check_report() {
	# Between two steps the old one is beside its place, and the next run brings it back.
	place=$RESULTS/reports/session
	[ -e "$place" ] || place=$RESULTS/reports/.session.replaced
	sums "$place" ! -name .vmabench-run >"$tmp/now" 2>/dev/null || :
	sums "$torture_dir/.made/reports/session" >"$tmp/old"
	# A picture that could not be drawn, the report says so.
	cmp -s "$tmp/now" "$tmp/old" || cmp -s "$tmp/now" "$torture_dir/report.new" ||
		grep -q ' ./plots/missing.txt$' "$tmp/now" ||
		echo "the report is neither what it was nor the new one"
	check_results scripts/report.sh "$RESULTS/session"
	sums "$RESULTS/reports/session" | cmp -s - "$torture_dir/report.new" ||
		echo "the next report is another"
}

# archive_sum FOLDER
archive_sum() {
	sha256sum <"$1/reports/session.tar.xz"
}

can_publish() { :; }
draw_publish() { :; }
make_publish() { make_session; }
begin_publish() { begin scripts/publish.sh "$RESULTS/session"; }
keep_publish() { archive_sum "$RESULTS" >"$torture_dir/publish.new"; }

check_publish() {
	archive_sum "$RESULTS" >"$tmp/now" 2>/dev/null || :
	archive_sum "$torture_dir/.made" | cmp -s - "$tmp/now" ||
		cmp -s "$tmp/now" "$torture_dir/publish.new" ||
		tar -tJf "$RESULTS/reports/session.tar.xz" | grep -q '/plots/missing.txt$' ||
		echo "the archive is neither what it was nor the new one"
	check_results scripts/publish.sh "$RESULTS/session"
	archive_sum "$RESULTS" | cmp -s - "$torture_dir/publish.new" ||
		echo "the next archive is another"
}

# --- series.sh

can_series() { are_cached; }
draw_series() { :; }
keep_series() { :; }

make_series() {
	mkdir -p "$tmp/t" "$tmp/results/series/before"
	sh bench/tests/make_fixture.sh noretry >"$tmp/results/series/before/noretry.jsonl"
	make_cache "$tmp/cache"
	TMPDIR=$tmp/t
	RESULTS=$tmp/results
	VMABENCH_CACHE=$tmp/cache
	GNUPLOT=/nonexistent
	export TMPDIR RESULTS VMABENCH_CACHE GNUPLOT
	quick_series
	sums "$RESULTS" >"$tmp/had"
}

begin_series() {
	# shellcheck disable=SC2086 # words
	begin scripts/series.sh $series_stages
}

check_series() {
	kept=$tmp/cache/records
	mkdir -p "$kept"
	sums "$kept" ! -name '.new*' >"$tmp/kept"
	# shellcheck disable=SC2086 # words
	check_results scripts/series.sh $series_stages
	left=$(find "$kept" -name '.new*')
	[ -z "$left" ] || echo "after the next one there is still $left"
	bad=$(partial "$kept")
	[ -z "$bad" ] || echo "not whole is $bad"
	still "$kept" "$tmp/kept" || echo "what was kept for the next time is gone"
}
