#ifndef EXAM_BANK_PAPER_CHECK_H
#define EXAM_BANK_PAPER_CHECK_H

/* All that a person should know about a paper before it is held: its shape and its questions. */

#include "exam/bank/blueprint.h"
#include "exam/bank/question.h"

/*
 * blueprint_check() and, for each item, question_check() of its question, with the item's
 * 1-based position as row. questions[i] belongs to items[i]. Errors as blueprint_check().
 */
enum err paper_check(const struct blueprint *bp, const struct blueprint_item *items,
		const struct question *const *questions, size_t item_count,
		struct diag *diag) MUST_CHECK;

/* Adds the errors of a list to another, without its warnings. */
void paper_check_errors(const struct diag *found, struct diag *out);

#endif
