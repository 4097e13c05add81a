#ifndef EXAM_BANK_IMPORT_MARKS_H
#define EXAM_BANK_IMPORT_MARKS_H

/*
 * Which option a paper marks as right by its looks: an underlined, bold, coloured or shaded letter
 * or text, or a star. A look says something only when it singles out exactly one option of a
 * question; how much it is worth depends on how many questions of the document it does that for,
 * since letters that are bold everywhere say nothing.
 */

#include "exam/bank/import/draft.h"
#include "exam/bank/import/flow.h"

enum mark {
	MARK_STAR,
	MARK_LETTER_UNDERLINE,
	MARK_LETTER_SHADE,
	MARK_LETTER_COLOR,
	MARK_TEXT_UNDERLINE,
	MARK_TEXT_SHADE,
	MARK_TEXT_COLOR,
	MARK_LETTER_BOLD,
	MARK_TEXT_BOLD,
	MARK_TEXT_ITALIC,
	MARK_COUNT,
};

/* The looks of one option or statement: 0 for none; colours as numbers. */
struct mark_looks {
	uint32_t of[MARK_COUNT];
};

/* Shares of the document's questions, in per cent, in which a look singles out one option. */
struct marks {
	unsigned trust[MARK_COUNT];
	uint32_t statement_use;   /* bit per look: tells statements apart somewhere */
	bool marks_one_statement; /* in three questions or more, and in each it is exactly one */
};

void marks_measure(const struct flow *f, const struct draft *d, struct marks *out);
void marks_looks(const struct flow *f, const struct draft_choice *c, struct mark_looks *out);

/* What a question's looks say. */
struct marks_verdict {
	int option;       /* the one singled out, or -1 */
	unsigned trust;   /* of the look that did it */
	bool is_disputed; /* another look of the same trust singles out another one */
	uint32_t several; /* options that a trusted look marks, when they are more than one */
};

void marks_options(const struct flow *f, const struct marks *m, const struct draft_question *q,
		struct marks_verdict *out);
/* The statements that are marked (true); false when no look is in use in the document. */
bool marks_statements(const struct flow *f, const struct marks *m, const struct draft_question *q,
		uint32_t *out_marked);
/* Styles (flow_flag) that cover nearly all of a text and so say nothing in it. */
unsigned marks_whole_flags(const struct flow *f, const struct pieces *p);

#endif
