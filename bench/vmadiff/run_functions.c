// SPDX-License-Identifier: GPL-2.0-or-later
/* Where instructions and cache lines went, and the data of pictures. */
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commands.h"
#include "pictures/pictures.h"
#include "tables/tables.h"

static enum status print_functions(const struct options *opt,
				   const struct comparison *cmp,
				   const char *scenario, const char *op)
{
	const struct bill_request asked = { scenario, op, opt->class,
					    opt->metric };
	struct operation o;
	enum status status = find_operation(cmp, &asked, &o);

	if (status)
		return status;
	if (opt->objects && !operation_is_headline(&o)) {
		warnx("objects are known of class 'task' only, not of '%s'",
		      opt->class);
		return STATUS_USAGE;
	}
	if (opt->objects)
		return print_objects(cmp, &o, &opt->out, opt->all);
	return print_bill(cmp, &o, &opt->out,
			  &(const struct bill_view){ .all = opt->all });
}

/* Of a session: of what the series is about, unless another operation is named. */
static enum status session_functions(const struct options *opt,
				     const struct options *session)
{
	const struct comparison *cmp = opt->cmp;
	enum status status = add_stages(session, 0, session->nr_args);
	const struct line *line;

	if (status)
		return status;
	if (opt->nr_args > 1)
		return print_functions(opt, cmp->shown, opt->args[1],
				       opt->nr_args > 2 ? opt->args[2] : NULL);
	line = headline_line(cmp->shown);
	for (size_t i = 0; !line && i < cmp->nr_lines; i++)
		if (cmp->lines[i].key->metric_id == METRIC_INSNS)
			line = &cmp->lines[i];
	if (!line) {
		warnx("%s: no record has instructions of an operation",
		      opt->args[0]);
		return STATUS_DATA;
	}
	return print_functions(opt, cmp->shown, line->key->scenario,
			       line->key->op);
}

enum status run_functions(const struct options *opt)
{
	struct options session = *opt;
	enum status status;

	if (is_folder(opt->args[0])) {
		status = open_session(opt->args[0], &session);
		if (!status)
			status = session_functions(opt, &session);
		close_session(&session);
		return status;
	}
	if (opt->nr_args < 3) {
		warnx("%s: is no folder; SESSION, or BASE.jsonl NEW.jsonl SCENARIO is wanted",
		      opt->args[0]);
		return STATUS_USAGE;
	}
	status = add_pair(opt);
	if (status)
		return status;
	return print_functions(opt, opt->cmp, opt->args[2],
			       opt->nr_args > 3 ? opt->args[3] : NULL);
}

enum status run_stages(const struct options *opt)
{
	/* The operation is an argument that names no file. */
	size_t named = strchr(opt->args[1], '=') ? 1 : 2;
	const char *op = named == 2 ? opt->args[1] : NULL;
	const struct bill_request asked = { opt->args[0], op, opt->class,
					    opt->metric };
	enum status status = add_stages(opt, named, opt->nr_args);
	struct operation o;

	if (!status)
		status = find_operation(opt->cmp, &asked, &o);
	if (!status)
		status = print_stages(opt->cmp, &o, &opt->out, opt->all);
	return !status && opt->cmp->nr_refused ? STATUS_DATA : status;
}

enum status run_folded(const struct options *opt)
{
	size_t files = opt->diff ? 2 : 1;
	bool has_op = opt->nr_args > files + 1;
	struct bill_request asked = { .metric = opt->metric };
	struct operation o;
	enum status status;

	if (opt->nr_args <= files || opt->nr_args > files + 2) {
		warnx("%zu argument%s, not %s SCENARIO [OP]", opt->nr_args,
		      opt->nr_args == 1 ? "" : "s",
		      opt->diff ? "BASE.jsonl NEW.jsonl" : "RECORD");
		return STATUS_USAGE;
	}
	if (opt->diff) {
		status = add_pair(opt);
	} else {
		comparison_add(opt->cmp, "record", NULL, opt->args[0]);
		say_refused(opt);
		status = opt->cmp->nr_refused ? STATUS_DATA : STATUS_OK;
	}
	asked.scenario = opt->args[files];
	asked.op = has_op ? opt->args[files + 1] : NULL;
	if (!status)
		status = find_operation(opt->cmp, &asked, &o);
	return status ? status : print_folded(opt->cmp, &o, stdout);
}

/* Of one record where the argument is a file, else of stages. */
static enum status data_of_picture(const struct options *opt,
				   const struct picture *picture)
{
	bool record = opt->nr_args == 2 &&
		      (!picture->of_stages || !strchr(opt->args[1], '='));
	enum status status;

	if (opt->metric) {
		warnx("--metric is of the picture waterfall, not of %s",
		      picture->name);
		return STATUS_USAGE;
	}
	if (record ? !picture->of_record : !picture->of_stages) {
		warnx("the picture %s is of %s", picture->name,
		      picture->of_record ? "one record" : "stages");
		return STATUS_USAGE;
	}
	status = record ? add_record(opt, opt->args[1])
			: add_stages(opt, 1, opt->nr_args);
	if (status)
		return status;
	if (picture->print(opt->cmp, stdout)) {
		warnx("no record has rows for the picture %s: %s", picture->name,
		      picture->needs ? picture->needs
				     : "nothing of it was measured");
		return STATUS_DATA;
	}
	return opt->cmp->nr_refused ? STATUS_DATA : STATUS_OK;
}

static enum status data_of_waterfall(const struct options *opt)
{
	struct bill_request asked = { .metric = opt->metric };
	struct operation o;
	enum status status;

	if (opt->nr_args != 5) {
		warnx("the picture waterfall takes BASE=FILE NEW=FILE SCENARIO OP");
		return STATUS_USAGE;
	}
	status = add_stages(opt, 1, 3);
	asked.scenario = opt->args[3];
	asked.op = opt->args[4];
	if (!status)
		status = find_operation(opt->cmp, &asked, &o);
	if (!status && print_waterfall_data(opt->cmp, &o, stdout)) {
		warnx("%s %s: the functions do not add up", o.scenario, o.op);
		status = STATUS_DATA;
	}
	return status;
}

/** picture_names() - what data takes as its first argument */
struct names picture_names(void)
{
	struct names names =
		names_of(&pictures[0].name, nr_pictures, sizeof(pictures[0]));

	names.v[names.nr++] = "waterfall";
	return names;
}

enum status run_data(const struct options *opt)
{
	const char *name = opt->args[0];

	for (size_t i = 0; i < nr_pictures; i++)
		if (!strcmp(name, pictures[i].name))
			return data_of_picture(opt, &pictures[i]);
	if (!strcmp(name, "waterfall"))
		return data_of_waterfall(opt);

	say_no_such("picture", name, picture_names(), NULL);
	return STATUS_USAGE;
}
