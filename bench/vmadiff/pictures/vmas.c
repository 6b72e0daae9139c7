// SPDX-License-Identifier: GPL-2.0-or-later
/* How many VMAs adjacent mappings take: the data of the picture "vmas". */
#include <errno.h>
#include <stdlib.h>

#include "pictures/pictures.h"
#include "tables/tables.h"

static size_t count_differing(const struct adjacent *list, size_t nr)
{
	size_t n = 0;

	while (n < nr && list[n].differs)
		n++;
	return n;
}

/* How many scenarios take another number of VMAs in the last column. */
struct moves {
	size_t more;
	size_t less;
	size_t known; /* in both */
	int64_t from; /* VMAs of those that take more, 0 where these differ */
	int64_t to;
};

static struct moves count_moves(const struct comparison *cmp,
				const struct adjacent *list, size_t nr)
{
	struct moves m = { 0 };

	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *from =
			adjacent_shape(cmp, 0, &list[i]);
		const struct record_shape *to =
			adjacent_shape(cmp, cmp->nr_cols - 1, &list[i]);

		if (!from || !to)
			continue;
		m.known++;
		m.less += to->vmas_after < from->vmas_after;
		if (to->vmas_after <= from->vmas_after)
			continue;
		if (!m.more++) {
			m.from = from->vmas_after;
			m.to = to->vmas_after;
		} else if (from->vmas_after != m.from || to->vmas_after != m.to) {
			m.from = m.to = 0;
		}
	}
	return m;
}

static size_t count_merged(const struct comparison *cmp,
			   const struct adjacent *list, size_t nr)
{
	size_t merged = 0;

	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *shape =
			adjacent_shape(cmp, 0, &list[i]);

		merged += shape && shape->vmas_after == 1;
	}
	return merged;
}

/**
 * count_unmerged() - kinds of mapping that are one VMA in the first column alone
 * @cmp: comparison, built
 */
size_t count_unmerged(const struct comparison *cmp)
{
	size_t nr, n = 0;
	struct adjacent *list = collect_adjacent(cmp, &nr);

	for (size_t i = 0; i < nr; i++) {
		const struct record_shape *from =
			adjacent_shape(cmp, 0, &list[i]);
		const struct record_shape *to =
			adjacent_shape(cmp, cmp->nr_cols - 1, &list[i]);

		n += from && to && from->vmas_after == 1 && to->vmas_after > 1;
	}
	free(list);
	return n;
}

/* What moved between two columns. */
static void print_moves(const struct comparison *cmp, const struct moves *m,
			FILE *f)
{
	const char *base = cmp->cols[0].name;
	const char *new = cmp->cols[cmp->nr_cols - 1].name;

	if (!m->known)
		fprintf(f, "no kind of mapping is counted in both %s and %s\n",
			base, new);
	else if (m->more && m->from)
		fprintf(f,
			"%zu of %zu kinds of mapping take%s %lld VMAs in %s instead of %lld%s\n",
			m->more, m->known, m->more == 1 ? "s" : "",
			(long long)m->to, new, (long long)m->from,
			m->less ? fmt_text("; %zu take%s fewer", m->less,
					   m->less == 1 ? "s" : "")
				: "");
	else if (m->more || m->less)
		fprintf(f,
			"of %zu kinds of mapping %zu take%s more VMAs in %s than in %s, %zu fewer\n",
			m->known, m->more, m->more == 1 ? "s" : "", new, base,
			m->less);
	else
		fprintf(f,
			"all %zu kinds of mapping take as many VMAs in %s as in %s\n",
			m->known, new, base);
}

static void print_title(const struct comparison *cmp,
			const struct adjacent *list, size_t nr, FILE *f)
{
	const struct moves m = count_moves(cmp, list, nr);

	fputs("# title: ", f);
	if (cmp->nr_cols == 1)
		fprintf(f, "%zu of %zu kinds of mapping merge into one VMA\n",
			count_merged(cmp, list, nr), nr);
	else
		print_moves(cmp, &m, f);
}

/**
 * print_vmas_data() - data of the picture "vmas"
 * @cmp: comparison, built; one column will do
 * @f: where to
 *
 * Rows: scenario and operation, mappings, VMAs by column, or why there are none.
 *
 * Return: 0, -ENODATA when no scenario counts the VMAs of adjacent mappings.
 */
int print_vmas_data(const struct comparison *cmp, FILE *f)
{
	size_t nr;
	struct adjacent *list = collect_adjacent(cmp, &nr);

	if (!nr)
		return -ENODATA;
	fputs("# picture: vmas\n", f);
	print_title(cmp, list, nr, f);
	fprintf(f, "# subtitle: VMAs that %s adjacent mappings take%s\n",
		mappings_text(common_mappings(list, nr)),
		cmp->nr_cols > 1 ? "; above the line, what differs between stages"
				 : "");
	fprintf(f, "# mappings: %s\n", mappings_text(common_mappings(list, nr)));
	fprintf(f, "# differing: %zu\n", count_differing(list, nr));
	print_data_columns(cmp, f);
	for (size_t i = 0; i < nr; i++) {
		fprintf(f, "%s %s\t%lld", list[i].scenario, list[i].op,
			(long long)list[i].mappings);
		for (size_t c = 0; c < cmp->nr_cols; c++) {
			const struct record_shape *shape =
				adjacent_shape(cmp, c, &list[i]);

			if (shape)
				fprintf(f, "\t%lld",
					(long long)shape->vmas_after);
			else
				fprintf(f, "\t%.4s",
					absence_name(adjacent_absence(cmp, c,
								      &list[i])));
		}
		fputc('\n', f);
	}
	free(list);
	return 0;
}
