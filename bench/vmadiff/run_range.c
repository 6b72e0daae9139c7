// SPDX-License-Identifier: GPL-2.0-or-later
/* Which commit of many moved which row. */
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "range/range.h"

/* A metric that neither the table nor a record knows is a typing error. */
static bool metric_is_there(const struct range *r, const char *name)
{
	if (!name || metric_by_name(name) < NR_METRICS)
		return true;
	for (size_t i = 0; i < r->nr_rows; i++)
		if (!strcmp(r->rows[i].key.metric, name))
			return true;
	say_no_such("metric", name, metric_names(), NULL);
	return false;
}

static enum status print_range(const struct options *opt, const struct range *r)
{
	const struct range_view view = { .metric = opt->metric, .all = opt->all };
	enum status status = STATUS_OK;

	if (!metric_is_there(r, opt->metric))
		return STATUS_USAGE;
	if (opt->dir)
		status = range_write(r, &view, opt->dir);
	if (status == STATUS_USAGE)
		return status;
	if (opt->json)
		range_print_json(r, &view, opt->out.f);
	else if (opt->letter)
		range_print_letter(r, &view, opt->out.f);
	else
		range_print(r, &view, &opt->out);
	return status ? status : range_status(r);
}

enum status run_range(const struct options *opt)
{
	struct range range = { 0 };
	enum status status;

	if (opt->json && opt->letter) {
		warnx("--json and --letter: one of them is printed");
		return STATUS_USAGE;
	}
	if (!is_session(opt->args[0])) {
		warnx("%s: is no session of make series, such as results/series/latest: it has no file stages",
		      opt->args[0]);
		return STATUS_USAGE;
	}
	for (size_t i = 0; i < opt->nr_allow; i++)
		comparison_allow(opt->cmp, opt->allow[i]);
	status = range_read(&range, opt->args[0], opt->cmp);
	if (!status)
		status = print_range(opt, &range);
	range_free(&range);
	return status;
}
