# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# Of bisect.sh: which commits to try next, so that what is left is in K + 1 parts that are
# as large as each other.  Nothing here but section_graph asks git, and that once: the rest
# is of the graph that it printed, and of what was found out since.

# section_graph TREE GOOD BAD: the commits that BAD has and GOOD has not, "ID PARENT..."
# each, none before one of its parents.
section_graph() {
	GIT_OPTIONAL_LOCKS=0 GIT_NO_REPLACE_OBJECTS=1 git -C "$1" rev-list \
		--topo-order --reverse --parents "$3" --not "$2" --
}

# section GRAPH VERDICTS K: reads the last line of GRAPH, which is bad, and VERDICTS, lines
# "good ID", "bad ID" and "skip ID"; prints one of
#
#   left SUSPECTS COMMITS     how many could be the first bad one, and how many are yet to
#   try ID                    be tried, at most, if all of them can be; and up to K to try
#   found ID
#   skipped                   none is left that was not tried in vain
#   one ID                    of those, the oldest first
#   contradiction GOOD BAD    the one descends from the other
#   apart ID...               bad ones that have no suspect in common
#
# Suspects are what all the bad ones descend from (or are) and no good one does.  What lies
# between two of them is one, too, so that parents lead from each to all that it is made of.
#
# Where history is a line this divides it evenly.  Elsewhere each commit to try is chosen
# in the largest part of those that are to be divided: a part is what the same ones of the
# commits to try descend from, and no two of its commits would be told apart.
section() {
	awk -v want="$3" '
	# mark_parents(c): with stamp; those that are not in the graph have the number 0.
	function mark_parents(c,    k) {
		mark[first_parent[c]] = mark[second_parent[c]] = stamp
		for (k = 3; k <= nr_parents[c]; k++)
			mark[parent[c, k]] = stamp
	}

	# after(c): marks c and what it is made of, among the graph.
	function after(c,    i) {
		mark[c] = ++stamp
		for (i = c; i >= 1; i--)
			if (mark[i] == stamp)
				mark_parents(i)
	}

	# weigh(q): how many commits of part q each of its commits is made of, in weight;
	# the commits are in member[1...m], which it returns.
	function weigh(q,    m, i, j, k, c, inside, last) {
		m = 0
		for (i = 1; i <= nr; i++)
			if (part[suspect[i]] == q)
				member[++m] = suspect[i]
		for (i = 1; i <= m; i++) {
			c = member[i]
			inside = 0
			for (k = 1; k <= nr_parents[c]; k++)
				if (part[parent[c, k]] == q) {
					inside++
					last = parent[c, k]
				}
			weight[c] = inside ? weight[last] + 1 : 1
			if (inside < 2)
				continue
			mark[c] = ++stamp
			weight[c] = 0
			for (j = i; j >= 1; j--)
				if (mark[member[j]] == stamp) {
					weight[c]++
					mark_parents(member[j])
				}
		}
		return m
	}

	function far_from(c, where) {
		return weight[c] > where ? weight[c] - where : where - weight[c]
	}

	# find_gaps(m): how far it is from each weight to that of one tried in vain, in gap.
	function find_gaps(m,    i) {
		for (i = 0; i <= m; i++)
			gap[i] = m
		for (i = 1; i <= m; i++)
			if (known[member[i]] == "skip")
				gap[weight[member[i]]] = 0
		for (i = 1; i <= m; i++)
			if (gap[i] > gap[i - 1] + 1)
				gap[i] = gap[i - 1] + 1
		for (i = m - 1; i >= 1; i--)
			if (gap[i] > gap[i + 1] + 1)
				gap[i] = gap[i + 1] + 1
	}

	# choose(q, tries): a commit of part q, for it to have tries more of them later in
	# what is below, and above; 0 if none would divide it.  One that was tried in vain
	# may have neighbours that do not build either: the more there were, the farther
	# away it is, up to half-way to the end, and then where the gaps are.
	function choose(q, tries,    m, i, c, wanted, room, nearest, vain, farthest, away, spread, d, least, best) {
		m = weigh(q)
		below = int((tries + 1) / 2)
		wanted = int(m * below / (tries + 1) + 0.5)
		wanted = wanted < 1 ? 1 : wanted
		room = int((wanted < m - wanted ? wanted : m - wanted) / 2)
		nearest = vain = m
		farthest = away = best = 0
		for (i = 1; i <= m; i++) {
			c = member[i]
			d = far_from(c, wanted)
			if (known[c] == "skip") {
				if (d < vain)
					vain = d
				if (d <= room && d > farthest)
					farthest = d
			} else if (!known[c] && weight[c] < m && d < nearest)
				nearest = d
		}
		spread = vain < nearest && 2 * farthest + 1 > room
		if (spread)
			find_gaps(m)
		else if (vain < nearest)
			away = 2 * farthest + 1
		for (i = 1; i <= m; i++) {
			c = member[i]
			if (known[c] || weight[c] >= m)
				continue
			d = far_from(c, wanted) - away
			d = d < 0 ? -d : d
			if (spread)
				d = -(gap[weight[c]] ^ 2) * \
					(weight[c] < m / 2 ? weight[c] : m - weight[c])
			if (!best || d < least) {
				best = c
				least = d
			}
		}
		if (best && weight[best] != wanted) {
			below = int((tries + 1) * weight[best] / m + 0.5)
			below = below < 1 ? 1 : below > tries ? tries : below
		}
		return best
	}

	# divide(q, c): each part by c; what is left to try in q, too, but in c itself.
	function divide(q, c,    i, p, n, low, tries, first) {
		first = nr_parts
		after(c)
		for (i = 1; i <= nr; i++) {
			if (mark[suspect[i]] != stamp)
				continue
			p = part[suspect[i]]
			if (!(p in lower) || lower[p] <= first) {
				lower[p] = ++nr_parts
				size[nr_parts] = left_to[nr_parts] = 0
			}
			n = lower[p]
			part[suspect[i]] = n
			size[n]++
		}
		for (p = 1; p <= first; p++) {
			if (!(p in lower) || lower[p] <= first)
				continue
			n = lower[p]
			tries = left_to[p]
			low = p == q ? below - 1 : int(tries * size[n] / size[p] + 0.5)
			left_to[n] = low
			left_to[p] = (p == q ? tries - 1 : tries) - low
			size[p] -= size[n]
		}
	}

	# largest(): the part to divide next.
	function largest(    q, best) {
		best = 0
		for (q = 1; q <= nr_parts; q++)
			if (left_to[q] && (!best || size[q] > size[best]))
				best = q
		return best
	}

	# give(tries): where one part cannot be divided, others may.
	function give(tries,    q, best) {
		best = 0
		for (q = 1; q <= nr_parts; q++)
			if (!whole[q] && size[q] > 1 && (!best || size[q] > size[best]))
				best = q
		if (best)
			left_to[best] += tries
	}

	# yet_to(n): how many commits it takes to find one of n, at most, in a line.
	function yet_to(n,    sum) {
		for (sum = 0; n > 1; n = int((n + want) / (want + 1)))
			sum += want < n - 1 ? want : n - 1
		return sum
	}

	FILENAME == ARGV[1] {
		id[FNR] = $1
		place[$1] = nr_all = FNR
		for (i = 2; i <= NF; i++)
			if ($i in place)
				parent[FNR, ++nr_parents[FNR]] = place[$i]
		first_parent[FNR] = nr_parents[FNR] > 0 ? parent[FNR, 1] : 0
		second_parent[FNR] = nr_parents[FNR] > 1 ? parent[FNR, 2] : 0
		next
	}
	$2 in place { known[place[$2]] = $1 }

	END {
		known[nr_all] = "bad"
		for (i = 1; i <= nr_all; i++)
			alive[i] = 1
		for (i = 1; i <= nr_all; i++) {
			if (known[i] != "good" && known[i] != "bad")
				continue
			after(i)
			for (j = 1; j <= nr_all; j++) {
				if (known[i] == "good" && mark[j] == stamp) {
					if (known[j] == "bad") {
						print "contradiction", id[i], id[j]
						exit
					}
					alive[j] = 0
				}
				if (known[i] == "bad" && mark[j] != stamp)
					alive[j] = 0
			}
		}
		nr = open = 0
		for (i = 1; i <= nr_all; i++)
			if (alive[i]) {
				suspect[++nr] = i
				part[i] = 1
				open += !known[i]
			}
		if (!nr) {
			printf "apart"
			for (i = 1; i < nr_all; i++)
				if (known[i] == "bad")
					printf " %s", id[i]
			print ""
			exit
		}
		if (nr == 1 && known[suspect[1]] == "bad") {
			print "found", id[suspect[1]]
			exit
		}
		if (!open) {
			print "skipped"
			for (i = 1; i <= nr; i++)
				print "one", id[suspect[i]]
			exit
		}
		want = want < nr ? want : nr
		print "left", nr, (nr > 1 ? yet_to(nr) : 1)
		nr_parts = 1
		size[1] = nr
		left_to[1] = want
		tried = 0
		while ((q = largest())) {
			c = choose(q, left_to[q])
			if (!c) {
				whole[q] = 1
				tries = left_to[q]
				left_to[q] = 0
				give(tries)
				continue
			}
			divide(q, c)
			known[c] = "chosen"
			tried++
		}
		for (i = 1; i <= nr; i++)
			if (known[suspect[i]] == "chosen")
				print "try", id[suspect[i]]
		# What bad ones of other branches have in common was not measured.
		for (i = nr; !tried && i >= 1; i--)
			if (!known[suspect[i]]) {
				print "try", id[suspect[i]]
				tried++
			}
	}' "$1" "$2"
}
