# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # variables of selftest-native.sh
#
# Of selftest-native.sh: what the experiments come to.

# judge DELAYS RESULTS: tables, and 1 where something is so far off that chance would do
# that in less than 1 of 1000 such tests of a right tool.  Counts out of which chance
# falls in 1 of 50 are marked "*" alone: of many rows, some are.
judge() {
	awk '
	# Probability that of n events with probability p at most k happen.
	function at_most(k, n, p,	i, term, sum) {
		if (k < 0)
			return 0
		term = exp(n * log(1 - p))
		for (i = 0; i <= k && i <= n; i++) {
			sum += term
			term *= (n - i) / (i + 1) * p / (1 - p)
		}
		return sum
	}
	# Bounds that are exceeded on either side with probability q at most.
	function lower(n, p, q,	k) {
		k = 0
		while (at_most(k, n, p) <= q)
			k++
		return k
	}
	function upper(n, p, q,	k) {
		k = 0
		while (1 - at_most(k, n, p) > q)
			k++
		return k
	}
	# mark K N P TWO_SIDED: how a count is marked; notes what must not be.
	function mark(k, n, p, two_sided,	text) {
		if (k > upper(n, p, 0.0125) || (two_sided && k < lower(n, p, 0.0125)))
			text = "*"
		if (k > upper(n, p, 0.0005) || (two_sided && k < lower(n, p, 0.0005))) {
			text = "**"
			wrong = 1
		}
		return text
	}
	function sort(v, n,	i, j, t) {
		for (i = 2; i <= n; i++) {
			t = v[i]
			for (j = i - 1; j > 0 && v[j] > t; j--)
				v[j + 1] = v[j]
			v[j + 1] = t
		}
	}
	# quantile V N Q: of v[1 ... n], which are sorted.
	function quantile(v, n, q,	i) {
		i = int(q * n + 0.999999)
		return v[i < 1 ? 1 : i > n ? n : i]
	}
	function cycles_of(stage) {
		return stage ~ /^delay/ ? substr(stage, 6) : 0
	}
	# The delay that NEW adds to a row.
	function true_ns(stage, op) {
		return op == "mmap" ? delay[cycles_of(stage)] : 0
	}
	FILENAME == ARGV[1] {
		ns[$1, ++nr_ns[$1]] = $2
		next
	}
	!begun {
		begun = 1
		for (cycles in nr_ns) {
			for (i = 1; i <= nr_ns[cycles]; i++)
				v[i] = ns[cycles, i]
			sort(v, nr_ns[cycles])
			delay[cycles] = quantile(v, nr_ns[cycles], 0.5)
			least[cycles] = v[1]
			most[cycles] = v[nr_ns[cycles]]
		}
		cycle = (delay[50] - delay[10]) / 40
	}
	{
		set = $1 " " $2 " " $3
		row = $5 " " $6
		key = set " " row
		if (!(set in nr_rows))
			sets[++nr_sets] = set
		if (!(key in n))
			rows[set, ++nr_rows[set]] = row
		i = ++n[key]
		experiments[set] = $4
		truth = true_ns($2, $6)
		estimate = $7 * ($8 - 1)
		effects[key, i] = estimate
		part[key, i] = $8 - 1
		# An interval that is not known holds everything.
		known = $9 != "-"
		missed[key] += known && ($7 * ($9 - 1) > truth || $7 * ($10 - 1) < truth)
		slower[key] += known && $9 > 1
		faster[key] += known && $10 < 1
		far[key] += estimate > truth + 10 * cycle || estimate < truth - 10 * cycle
		level[key] += $11
		# What there would have to be for the interval to leave out zero.
		if (known) {
			wants[key, 2 * i - 1] = 1 - $9 > 0 ? 1 - $9 : 0
			wants[key, 2 * i] = $10 - 1 > 0 ? $10 - 1 : 0
		}
	}
	function counted(set, what) {
		printf "\n%s: %d experiments, %d layouts a side\n", what,
			experiments[set], size
	}
	function against_itself(set,	i, key, k, p, all, all_n, all_p, up, down) {
		if (kind == "others")
			counted(set, "The same kernel in other layouts")
		else
			counted(set, "A patch that changes nothing, in pairs of layouts")
		printf "  %-24s %9s  %6s  %6s  %s\n", "", "different", "slower", "faster",
			"expected"
		for (i = 1; i <= nr_rows[set]; i++) {
			key = set " " rows[set, i]
			k = slower[key] + faster[key]
			p = level[key] / n[key]
			printf "  %-24s %9d  %6d  %6d  %.1f (%d to %d) %s\n", rows[set, i], k,
				slower[key], faster[key], n[key] * p, lower(n[key], p, 0.0125),
				upper(n[key], p, 0.0125), mark(k, n[key], p, kind == "others")
			all += k
			all_n += n[key]
			all_p = p
			up += slower[key]
			down += faster[key]
		}
		printf "  %-24s %9d  %6d  %6d  %.1f of %d %s\n", "all rows", all, up, down,
			all_n * all_p, all_n, mark(all, all_n, all_p, kind == "others")
		# Both directions, where there are so many that one alone is no chance.
		if (all >= 12 && (!up || !down)) {
			print "  all in one direction **"
			wrong = 1
		}
	}
	function delayed(set,	i, j, key, p, m, v) {
		counted(set, sprintf("A delay of %d cycles, %.2f ns (%.2f to %.2f over sessions)",
			cycles_of(new), delay[cycles_of(new)], least[cycles_of(new)],
			most[cycles_of(new)]))
		printf "  %-24s %7s  %20s  %13s  %10s  %6s  %s\n", "", "true ns",
			"estimates [10, 90 %]", "of body", "held", "found", "off by 10 cycles"
		for (i = 1; i <= nr_rows[set]; i++) {
			key = set " " rows[set, i]
			m = n[key]
			for (j = 1; j <= m; j++)
				v[j] = effects[key, j]
			sort(v, m)
			for (j = 1; j <= m; j++)
				w[j] = part[key, j]
			sort(w, m)
			p = level[key] / m
			is_mmap = rows[set, i] ~ / mmap$/
			printf "  %-24s %7.2f  %6.2f [%5.2f, %5.2f]  %12.2f%%  %4d of %-3d%s  %6d  %d\n",
				rows[set, i], is_mmap ? delay[cycles_of(new)] : 0,
				quantile(v, m, 0.5), quantile(v, m, 0.1), quantile(v, m, 0.9),
				100 * quantile(w, m, 0.5), m - missed[key], m,
				mark(missed[key], m, p, 0), slower[key] + faster[key], far[key]
			if (cycles_of(new) == 50 && is_mmap && (far[key] > 0.05 * m || slower[key] < 0.95 * m)) {
				print "  which has to be found, and estimated within 10 cycles **"
				wrong = 1
			}
		}
	}
	# The effect that would have been found in 8 of 10: each interval, moved by it,
	# leaves out zero.
	function power(set,	i, j, key, m, v) {
		for (i = 1; i <= nr_rows[set]; i++) {
			key = set " " rows[set, i]
			m = 0
			for (j = 1; j <= 2 * n[key]; j++)
				if ((key, j) in wants)
					v[++m] = wants[key, j]
			sort(v, m)
			if (m)
				printf "  %-24s %7d  %10.2f%%  (%d experiments)\n", rows[set, i],
					size, 100 * quantile(v, m, 0.8), n[key]
		}
	}
	function take(set,	f) {
		split(set, f, " ")
		kind = f[1]
		new = f[2]
		size = f[3]
	}
	END {
		if (!nr_sets) {
			print "no experiments" >"/dev/stderr"
			exit 1
		}
		for (s = 1; s <= nr_sets; s++) {
			take(sets[s])
			if (new == "same")
				against_itself(sets[s])
			else
				delayed(sets[s])
		}
		printf "\nThe smallest effect that is found in 8 of 10 experiments\n"
		printf "  %-24s %7s  %11s\n", "", "layouts", "of the body"
		for (s = 1; s <= nr_sets; s++) {
			take(sets[s])
			if (new == "same" && kind == "pairs")
				power(sets[s])
		}
		exit wrong
	}' "$1" "$2"
}
