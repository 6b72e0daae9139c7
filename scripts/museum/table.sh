# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of museum.sh
#
# Of museum.sh: the table, a line a case, with tabs in between:
#
#   case kind expected worse better set row percent functions verdict reason
#
# WORSE and BETTER are how many rows are flagged; SET is where those are that were expected.
# ROW moved most of them, or of all, by PERCENT. FUNCTIONS lead its bill, the guilty ones
# with an asterisk. What is not there is "-".

# table_line CASE KIND EXPECTED WORSE BETTER SET ROW PERCENT FUNCTIONS VERDICT REASON
table_line() {
	line=
	for column; do
		line="$line${line:+	}${column:--}"
	done
	printf '%s\n' "$line"
}

# not_measured CASE REASON: its line.
not_measured() {
	table_line "$1" "$(kind_of "$1")" "$(expected_of "$1")" - - - - - - "NOT MEASURED" \
		"$(printf '%s\n' "$2" | tr '\t' ' ')"
}

# keep_line LINE: in the table, in the order of the list.
keep_line() {
	kept_case=${1%%	*}
	{
		awk -F '\t' -v name="$kept_case" '$1 != name' "$table"
		printf '%s\n' "$1"
	} >"$tmp/unsorted"
	while read -r name _; do
		awk -F '\t' -v name="$name" '$1 == name' "$tmp/unsorted"
	done <"$tmp/list" >"$table"
}

# as_text: the table on standard input for a terminal.
as_text() {
	awk -F '\t' '
	function rows(n) { return n == 1 ? "1 row" : n " rows" }
	function moved(percent) {
		return percent == "inf" ? "from 0" : sprintf("%+.4g %%", percent)
	}
	{
		printf "%-20s%-12s%s\n", $1, $2, $10
		if ($11 != "-")
			print "    " $11
		if ($4 + $5 > 0) {
			printf "    %s worse, %d better%s\n", rows($4), $5,
				$6 == "-" ? "" : ", expected ones in: " $6
			printf "    %s, %s\n", $7, moved($8)
			n = split($9, f, " ")
			line = "    bill:"
			for (i = 1; i <= n; i++) {
				sub(/\*$/, " (guilty)", f[i])
				line = line " " f[i] (i < n ? "," : "")
			}
			print line
		}
	}'
}

# subjects: "CASE	SUBJECT" of each patch, a line.
subjects() {
	for patch in "$museum"/*.patch; do
		name=${patch##*/}
		printf '%s\t%s\n' "${name%.patch}" "$(head -n 1 "$patch")"
	done
}

# as_markdown: the table on descriptor 3, for a page. What changes nothing, and is not flagged, is in one line.
as_markdown() {
	echo "| case | what it does | | rows | in the set | row that moved most | its bill is led by | verdict |"
	echo "| --- | --- | --- | --- | --- | --- | --- | --- |"
	subjects | awk -F '\t' '
	function moved(percent) {
		return percent == "inf" ? "from 0" : sprintf("%+.3g %%", percent)
	}
	function code(text) { return "`" text "`" }
	function cell(text) { gsub(/\|/, "\\\\|", text); return text }
	NR == FNR { subject[$1] = $2; next }
	$10 == "not flagged" && $4 + $5 == 0 {
		same = same (same == "" ? "" : ", ") code($1)
		next
	}
	{
		rows = $4 == "-" ? "" : $4 + $5 == 0 ? "none" : \
			$4 > 0 ? $4 " worse" ($5 > 0 ? ", " $5 " better" : "") : $5 " better"
		row = $7 == "-" ? "" : code($7) ", " moved($8)
		n = split($9 == "-" ? "" : $9, f, " ")
		bill = ""
		for (i = 1; i <= n; i++) {
			f[i] = sub(/\*$/, "", f[i]) ? "**" code(f[i]) "**" : code(f[i])
			bill = bill (i > 1 ? ", " : "") f[i]
		}
		printf "| %s | %s | %s | %s | %s | %s | %s | %s |\n", code($1), cell(subject[$1]), $2,
			rows, $6 == "-" ? "" : $6, row, bill, $10 ($11 == "-" ? "" : ": " cell($11))
	}
	END {
		if (same != "")
			printf "| %s | | neutral | none | | | | not flagged |\n", same
	}' - /dev/fd/3
}

# summary: of the table on standard input, in a few lines; returns 1 where the goals do not
# hold, 3 where a case was not measured.
summary() {
	awk -F '\t' '
	function of(n, all, what) { printf "%d of %d %s\n", n, all, what }
	$10 == "NOT MEASURED" { lost++; next }
	$2 == "neutral" { neutral++; wrong += $10 != "not flagged"; next }
	$3 == "missed" { missed++; better += $10 != "missed as expected"; next }
	{ cases++; right += $10 == "flagged" }
	END {
		if (cases)
			of(right, cases, "regressions and gains flagged, with a guilty function among the first three of the bill")
		if (neutral)
			of(wrong, neutral, "changes that change nothing called a regression")
		if (missed)
			of(missed - better, missed, "missed as expected")
		if (lost)
			of(lost, NR, "not measured")
		# At least 11 of each 12, and none that changes nothing.
		exit lost ? 3 : right * 12 < cases * 11 || wrong ? 1 : 0
	}'
}

# in_list FILE: of the table on standard input, the cases that are in FILE.
in_list() {
	awk -F '\t' 'NR == FNR { wanted[$1]; next } $1 in wanted' "$1" -
}

# is_table FILE: has it lines of a table, and no other ones?
is_table() {
	awk -F '\t' 'NF != 11 { wrong = 1 } END { exit wrong || !NR }' "$1"
}

# as_page TABLE: a whole page in Markdown.
as_page() {
	as_markdown 3<"$1"
	echo
	summary <"$1" || :
}

# take_table: RESULTS/museum is for this one alone, which keeps the table in $table, and
# makes what is moved there in $pages.
take_table() {
	make_lock "$results/.lock"
	exec 9>>"$results/.lock"
	flock -w 3 9 || die "another museum.sh is at work in $results: wait for it, or set RESULTS"
	adopt_ours "$results" key table.tsv table.txt table.md
	check_ours "$results" key table.tsv table.txt table.md
	take_scratch 1 "$results" museum
	pages=$scratch
	table=$tmp/table.tsv
}

# keep_pages: what is kept of the table as it is.
keep_pages() {
	{
		as_text <"$table"
		echo
		summary <"$table" || :
	} >"$pages/table.txt"
	as_page "$table" >"$pages/table.md"
	cp "$table" "$pages/table.tsv"
	put_ours "$pages" "$results" table.txt table.md table.tsv
}
