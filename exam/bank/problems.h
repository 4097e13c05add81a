#ifndef EXAM_BANK_PROBLEMS_H
#define EXAM_BANK_PROBLEMS_H

/*
 * What is doubtful about a question, as the bank keeps it (codes and parameters, so that it can
 * be said in either language) and as people read it. Pure.
 */

#include "core/base/diag.h"
#include "core/base/json.h"
#include "core/base/messages.h"

enum { PROBLEMS_BYTES_MAX = 64 << 10 };

/* Writes the stored form: [{"code","level":"error|warning","params":{…}}]. */
void problems_store(const struct diag *diag, struct json_out *w);

/* Writes the elements {"code","level","detail"} of a stored list into an open array. A code that
 * the catalogue does not know is shown as it is. */
void problems_show_stored(const struct json *stored, enum lang lang, struct json_out *w);
/* The same for the column's text; what is not a list shows nothing. */
void problems_show_text(struct str stored, enum lang lang, struct json_out *w);
/* The same for a list in memory, with "row" where there is one. */
void problems_show(const struct diag *diag, enum lang lang, struct json_out *w);

#endif
