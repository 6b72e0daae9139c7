# SPDX-License-Identifier: GPL-2.0-or-later
#
# What R says of the same numbers; bench/tests/test_stats_golden.c reads it.
# Usage: Rscript --vanilla bench/tests/golden/golden.R >bench/tests/golden/golden.txt
#
# R 4.2.2, of Debian's r-base-core; nothing but base R. Numbers have 17 digits.
# No random numbers: samples are written out, or made by a formula.
#
# The exact stratified p is by full enumeration: every way to choose the boots of
# NEW, in every block, with the statistic counted from the pairs. That shares
# nothing with the C, which adds up ranks. Where there is one block without ties,
# it has to be what wilcox.test(exact = TRUE, conf.int = TRUE) says.

options(warn = 2)

line <- function(...) cat(paste(c(...), collapse = " "), "\n", sep = "")
out <- function(key, ...) line(key, sprintf("%.17g", c(...)))
none <- function(key) line(key, "none")

# Pairs in which NEW is larger, tied ones counted half.
pairs <- function(new, base)
	sum(outer(new, base, ">")) + sum(outer(new, base, "==")) / 2

# T for all choices: one number each, not a table of them.
enumerate <- function(blocks) {
	all <- 0
	for (b in blocks) {
		v <- c(b$base, b$new)
		chosen <- combn(length(v), length(b$new))
		u <- apply(chosen, 2, function(i) pairs(v[i], v[-i]))
		all <- as.vector(outer(all, u, "+"))
	}
	all
}

exact_p <- function(blocks) {
	t <- sum(sapply(blocks, function(b) pairs(b$new, b$base)))
	all <- enumerate(blocks)
	min(1, 2 * min(mean(all <= t), mean(all >= t)))
}

# The same numbers of boots, no two of them alike.
untied <- function(blocks) lapply(blocks, function(b) {
	n <- length(b$base)
	list(base = seq_len(n), new = n + seq_along(b$new))
})

differences <- function(blocks, f)
	sort(unlist(lapply(blocks, function(b) outer(f(b$new), f(b$base), "-"))))

interval <- function(blocks, f, alpha) {
	d <- differences(blocks, f)
	all <- enumerate(untied(blocks))
	c <- 0
	while (2 * mean(all <= c) <= alpha + 1e-12)
		c <- c + 1
	if (c == 0)
		return(NULL)
	c(d[c], d[length(d) + 1 - c], 1 - 2 * mean(all <= c - 1))
}

block_t <- function(blocks, f) {
	y <- unlist(lapply(blocks, function(b) f(c(b$base, b$new))))
	arm <- unlist(lapply(blocks, function(b)
		rep(0:1, c(length(b$base), length(b$new)))))
	size <- sapply(blocks, function(b) length(b$base) + length(b$new))
	block <- factor(rep(seq_along(blocks), size))
	fit <- if (length(blocks) > 1) lm(y ~ block + arm) else lm(y ~ arm)
	if (fit$df.residual < 1 || sum(fit$residuals^2) < 1e-25)
		return(NULL)
	c(summary(fit)$coefficients["arm", ], fit$df.residual)
}

emit <- function(key, v) if (is.null(v)) none(key) else out(key, v)

check <- function(name, blocks, exact = TRUE) {
	v <- unlist(blocks)
	f <- if (all(v > 0)) log else identity
	line("case", name)
	for (b in seq_along(blocks)) {
		for (x in blocks[[b]]$base) out(paste("base", b), x)
		for (x in blocks[[b]]$new) out(paste("new", b), x)
	}
	both <- Filter(function(b) length(b$base) && length(b$new), blocks)
	d <- differences(both, f)
	base <- f(unlist(lapply(both, `[[`, "base")))
	new <- f(unlist(lapply(both, `[[`, "new")))
	line("scale", if (all(v > 0)) "ratio" else "difference")
	out("shift", median(d))
	if (exact) {
		p <- exact_p(both)
		c95 <- interval(both, f, 0.05)
		c90 <- interval(both, f, 0.10)
		if (length(both) == 1 && !anyDuplicated(c(base, new))) {
			w <- wilcox.test(new, base, exact = TRUE)
			stopifnot(all.equal(w$p.value, p))
			for (ci in list(c95, c90)) if (!is.null(ci)) {
				w <- wilcox.test(new, base, exact = TRUE,
					conf.int = TRUE, conf.level = ci[3] - 1e-9)
				stopifnot(all.equal(as.vector(w$conf.int), ci[1:2]),
					all.equal(unname(w$estimate), median(d)))
			}
		}
		out("p", p)
		emit("ci95", c95)
		emit("ci90", c90)
	} else {
		w <- wilcox.test(new, base, exact = FALSE, correct = TRUE)
		out("normal_p", w$p.value)
	}
	emit("block_t", block_t(both, f))
	if (length(base) > 1 && length(new) > 1 && var(base) + var(new) > 1e-25) {
		w <- t.test(new, base)
		out("welch", mean(new) - mean(base), w$stderr, w$statistic,
			w$p.value, w$parameter)
	} else {
		none("welch")
	}
	line("end")
}

block <- function(base, new) list(base = base, new = new)

line("# SPDX-License-Identifier: GPL-2.0-or-later")
line("# Made by: Rscript --vanilla bench/tests/golden/golden.R",
	">bench/tests/golden/golden.txt")
line("#", R.version.string)

check("one_block_4_4", list(block(c(101.2, 99.7, 100.4, 100.9),
	c(103.1, 102.2, 101.7, 102.9))))
check("one_block_5_5_overlapping", list(block(c(10.1, 9.4, 9.9, 10.6, 10.3),
	c(10.2, 9.8, 10.9, 11.3, 10.7))))
check("one_block_7_5", list(block(c(1392, 1401, 1377, 1420, 1388, 1395, 1409),
	c(1399, 1415, 1404, 1431, 1390))))
check("one_block_8_8_no_effect", list(block(
	c(2.11, 2.05, 2.19, 2.02, 2.08, 2.15, 2.13, 2.01),
	c(2.06, 2.17, 2.03, 2.12, 2.09, 2.04, 2.16, 2.10))))
check("one_block_1_1", list(block(100, 107)))
check("one_block_2_2", list(block(c(100, 101), c(110, 111))))
check("one_block_3_3_apart", list(block(c(100, 101, 102), c(110, 111, 112))))
check("one_block_3_3_mixed", list(block(c(100, 111, 102), c(110, 101, 112))))
check("one_block_1_5", list(block(7, c(8, 9, 10, 11, 12))))
check("one_block_2_16", list(block(c(50, 61), 51 + 1.5 * (0:15))))
check("two_blocks_3_3", list(block(c(1000, 1004, 998), c(1011, 1006, 1009)),
	block(c(1020, 1017, 1025), c(1031, 1019, 1028))))
check("two_blocks_2_2", list(block(c(5.1, 5.3), c(5.6, 5.7)),
	block(c(6.1, 6.4), c(6.3, 6.8))))
check("three_blocks_of_unequal_size", list(block(c(10, 12, 11), c(13, 14)),
	block(c(20, 23), c(22, 25, 24, 26)), block(c(30, 33, 31), 32)))
check("four_blocks_3_3", list(
	block(c(412.1, 409.8, 411.0), c(413.2, 410.4, 412.6)),
	block(c(415.3, 414.9, 413.7), c(416.0, 415.1, 417.4)),
	block(c(408.8, 410.2, 409.1), c(409.9, 411.3, 408.5)),
	block(c(420.5, 418.2, 419.7), c(421.1, 422.6, 418.9))))
check("six_pairs", list(block(10, 11), block(20, 22.5), block(30, 31),
	block(15, 14.5), block(25, 27), block(18, 19)))
check("a_block_of_one_arm", list(block(c(10, 12, 14, 11), c(13, 15, 17, 16)),
	block(c(100, 200), numeric(0)), block(numeric(0), 3)))
check("ties_one_block", list(block(c(10, 11, 11, 12), c(11, 12, 13, 13))))
check("ties_within_arms_only", list(block(c(10, 10, 11, 11), c(12, 12, 13, 13))))
check("ties_unequal_sizes", list(block(c(1, 1, 2, 3, 3), c(2, 3, 4))))
check("ties_two_blocks", list(block(c(20, 20, 21), c(20, 21, 22)),
	block(c(30, 31, 31), c(31, 31, 32))))
check("ties_three_blocks", list(block(c(5, 5), c(5, 6)), block(c(7, 8), c(8, 8)),
	block(c(9, 9, 10), c(10, 11))))
check("constant_and_equal", list(block(rep(64, 4), rep(64, 4))))
check("constant_and_equal_two_blocks", list(block(rep(64, 3), rep(64, 3)),
	block(rep(65, 3), rep(65, 3))))
check("constant_and_different", list(block(rep(2, 4), rep(1, 4))))
check("one_arm_constant", list(block(rep(10, 4), c(10, 11, 10, 12))))
check("zeros", list(block(rep(0, 4), c(0, 1, 3, 2))))
check("all_zeros", list(block(rep(0, 4), rep(0, 4))))
check("negative", list(block(c(-3, -1, -2, 0.5), c(1, 2, -0.5, 4))))
check("tiny_and_huge", list(block(c(1e-150, 3e-150, 2e-150, 5e-150),
	c(1e100, 4e100, 2e100, 3e100))))
check("beyond_exact_untied", list(block(1000 + (1:70 * 7919) %% 1009 / 7,
	1003 + (1:66 * 6007) %% 997 / 6.5)), exact = FALSE)
check("beyond_exact_tied", list(block(100 + (1:70 * 7919) %% 17,
	101 + (1:80 * 6007) %% 19)), exact = FALSE)

# P(U <= u) without ties.
for (mn in list(c(3, 3), c(5, 7), c(12, 12), c(1, 20), c(25, 40), c(50, 50), c(64, 64)))
	for (part in c(0, 0.2, 0.35, 0.5, 0.7))
		out("below", mn, floor(part * prod(mn)),
			pwilcox(floor(part * prod(mn)), mn[1], mn[2]))

for (df in c(1, 1.5, 2, 4.7, 10, 19, 100, 5000, 1e6))
	for (t in c(0, 1e-8, 0.3, 1, 2.5, 8, 50))
		out("t", t, df, 2 * pt(-t, df))
for (df in c(1, 2, 3.3, 6, 19, 1000))
	for (upper in c(0.5, 0.4, 0.2, 0.025, 0.001, 1e-7))
		out("quantile", upper, df, qt(upper, df, lower.tail = FALSE))

adjust <- function(p) {
	line("adjust", length(p))
	out("raw", p)
	out("holm", p.adjust(p, "holm"))
	out("bh", p.adjust(p, "BH"))
}
adjust(0.03)
adjust(c(0.01, 0.04, 0.03, 0.005))
adjust(c(0.05, 0.05, 0.05))
adjust(c(1, 0, 0.5, 0.5, 1e-12))
adjust(c(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
	0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000))
