#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Usage: relation.sh METAL NATIVE EXACT
#
# Says how far the tiers agree about what is dear: times of system calls on a
# machine (METAL), of the same inside of a kernel that is a program (NATIVE), and
# instructions (EXACT), of one version of the kernel.  Each is a record, or a
# folder with the records of boots, as "vmadiff export" takes them.
#
# Of all operations that two of them share it prints the values, Spearman's
# correlation of their ranks, the rows whose ranks are farthest apart, and
# secretmem against memfd within each.  Where METAL has rows of the body of calls
# (bench/kmod), these are one more.
#
# Environment:
#   OUTLIERS  rows to name of each two (5)
#
# Exit status: 0 done, 1 failed, 2 usage, or two of them share fewer than 3 rows.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/lib.sh
. "$root/scripts/lib.sh"
# shellcheck source=scripts/scratch.sh
. "$root/scripts/scratch.sh"
build=${B:-$root/build}
outliers=${OUTLIERS:-5}

no_options "$@"
[ $# -eq 3 ] || usage
number OUTLIERS "$outliers"
take_scratch 1
tmp=$scratch
trap 'rm -rf "$tmp"' EXIT
exit_on_signals

# values NAME RECORD METRIC: "SCENARIO OP NAME VALUE" of each operation that has one.
values() {
	"$build/vmadiff" export -f csv "$2" >"$tmp/csv" || [ $? -eq 3 ] ||
		die "$2 cannot be read"
	# What is quoted has commas in it, and is not looked at.
	sed 's/"[^"]*"//g' "$tmp/csv" | awk -F , -v name="$1" -v metric="$3" '
	NR == 1 {
		for (i = 1; i <= NF; i++)
			at[$i] = i
		next
	}
	$at["metric"] == metric && $at["value"] + 0 > 0 {
		print $at["scenario"], $at["op"], name, $at["value"]
	}'
}

{
	values metal "$1" latency
	values body "$1" latency_body
	values native "$2" latency
	values exact "$3" insns
} >"$tmp/values"

awk -v outliers="$outliers" '
# rank_all TIER ROWS N TO: ranks of their values, those of equal ones are their mean.
function rank_all(tier, rows, n, to, i, j, less, same) {
	for (i = 1; i <= n; i++) {
		less = same = 0
		for (j = 1; j <= n; j++) {
			less += value[tier, rows[j]] < value[tier, rows[i]]
			same += value[tier, rows[j]] == value[tier, rows[i]]
		}
		to[i] = less + (same + 1) / 2
	}
}
function pearson(x, y, n, i, mx, my, xx, yy, xy) {
	for (i = 1; i <= n; i++) {
		mx += x[i] / n
		my += y[i] / n
	}
	for (i = 1; i <= n; i++) {
		xx += (x[i] - mx) ^ 2
		yy += (y[i] - my) ^ 2
		xy += (x[i] - mx) * (y[i] - my)
	}
	return xx && yy ? xy / sqrt(xx * yy) : 0
}
# relate A B: how far two tiers agree.
function relate(a, b, rows, n, i, k, best, x, y, done) {
	n = 0
	for (i = 1; i <= nr; i++)
		if ((a, row[i]) in value && (b, row[i]) in value)
			rows[++n] = row[i]
	if (!n && (a == "body" || b == "body"))
		return
	if (n < 3) {
		printf "%s and %s share %d rows: too few\n", a, b, n >"/dev/stderr"
		status = 2
		return
	}
	rank_all(a, rows, n, x)
	rank_all(b, rows, n, y)
	printf "\n%s and %s: %d rows, rank correlation %.2f\n", a, b, n, pearson(x, y, n)
	for (k = 1; k <= outliers && k <= n; k++) {
		best = 0
		for (i = 1; i <= n; i++)
			if (!(i in done) && (!best ||
			    (x[i] - y[i]) ^ 2 > (x[best] - y[best]) ^ 2))
				best = i
		done[best] = 1
		if (x[best] == y[best])
			break
		printf "  %-36s rank %5.1f in %s, %5.1f in %s\n", rows[best],
			x[best], a, y[best], b
	}
}
function cell(tier, name) {
	return (tier, name) in value ? sprintf("%.0f", value[tier, name]) : "-"
}
function shared(name) {
	return (("exact", name) in value) + (("native", name) in value) + \
		(("metal", name) in value) > 1
}
function ratio(tier, a, b) {
	if (!((tier, a) in value) || !((tier, b) in value))
		return "-"
	return sprintf("%.2f", value[tier, a] / value[tier, b])
}
{
	name = $1 " " $2
	if (!(name in known)) {
		known[name] = 1
		row[++nr] = name
	}
	value[$3, name] = $4
	has[$3] = 1
}
END {
	for (i = 2; i <= nr; i++)
		for (j = i; j > 1 && row[j] < row[j - 1]; j--) {
			name = row[j]
			row[j] = row[j - 1]
			row[j - 1] = name
		}
	body = "body" in has
	form = "%-36s %8s %8s %8s" (body ? " %8s" : "%s") "\n"
	printf form, "operation", "exact", "native", "metal", body ? "body" : ""
	printf form, "", "insns", "ns", "ns", body ? "ns" : ""
	for (i = 1; i <= nr; i++)
		if (shared(row[i]))
			printf form, row[i], cell("exact", row[i]),
				cell("native", row[i]), cell("metal", row[i]),
				body ? cell("body", row[i]) : ""
	relate("native", "metal")
	relate("native", "exact")
	relate("metal", "exact")
	relate("body", "native")
	relate("body", "exact")
	print "\nsecretmem as a multiple of memfd"
	for (i = 1; i <= nr; i++) {
		if (row[i] !~ /^secretmem_/)
			continue
		name = row[i]
		sub(/^secretmem/, "memfd", name)
		if (name in known)
			printf form, row[i], ratio("exact", row[i], name),
				ratio("native", row[i], name),
				ratio("metal", row[i], name),
				body ? ratio("body", row[i], name) : ""
	}
	exit status
}' "$tmp/values"
