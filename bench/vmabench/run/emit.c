// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of a record about a scenario that was run in this process. */
#include "record/write.h"
#include "session.h"

/** emit_failure - say why there are no numbers */
int emit_failure(struct session *s, const char *op, const char *reason)
{
	return emit(s->out, reason_line("failure", s->run.scenario, op, reason));
}

/** emit_skip - say why the scenario, or one operation, was not measured */
int emit_skip(struct session *s, const char *op, const char *reason)
{
	return emit(s->out, reason_line("skip", s->run.scenario, op, reason));
}

/** emit_batches - a row of values by batch; takes over @line, which may be NULL, and @batches */
int emit_batches(struct session *s, json_t *line, json_t *batches)
{
	json_object_set_new(line, "batches", batches);
	return emit(s->out, line);
}
