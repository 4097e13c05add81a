#ifndef EXAM_BANK_IMPORT_ASSEMBLE_H
#define EXAM_BANK_IMPORT_ASSEMBLE_H

/*
 * Turns stretches of lines into the stored HTML of questions. Colours and shades are never kept,
 * since they give keys away.
 */

#include "core/base/buf.h"
#include "core/base/err.h"
#include "exam/bank/import/draft.h"
#include "exam/bank/import/flow.h"
#include "exam/bank/import/import.h"

struct assembler {
	const struct flow *flow;
	const struct imported_picture *pictures; /* numbered as in the flow's objects */
	size_t picture_count;
};

/* Appends HTML; styles in drop_flags (flow_flag) are left out. */
enum err assemble_html(const struct assembler *a, const struct pieces *p, unsigned drop_flags,
		struct buf *out) MUST_CHECK;

/* What the pieces hold that a person must look at. */
struct assemble_doubts {
	size_t lost;      /* drawings and linked pictures that could not be taken */
	size_t unshown;   /* pictures in a form that no browser shows */
	size_t equations; /* equation editor objects of which only a picture is there */
	size_t unknown;   /* symbols that could not be read */
	size_t old_fonts; /* stretches in a font of an old encoding */
};

/* Adds the doubts, and the pictures' indexes (each once) to `pictures`, which has room for all. */
void assemble_inspect(const struct assembler *a, const struct pieces *p,
		struct assemble_doubts *doubts, size_t *pictures, size_t *picture_count);

/* Appends the pieces as plain text, paragraphs on lines of their own. */
void assemble_plain(const struct flow *f, const struct pieces *p, struct buf *out);

#endif
