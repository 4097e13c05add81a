#ifndef EXAM_BANK_IMPORT_SETTLE_H
#define EXAM_BANK_IMPORT_SETTLE_H

/*
 * Turns what the recogniser found into questions: decides each one's kind and key, and says how
 * sure that is. A key that two places of the document give differently is never chosen silently.
 */

#include "core/base/err.h"
#include "exam/bank/import/assemble.h"
#include "exam/bank/import/draft.h"
#include "exam/bank/import/import.h"

/* Adds questions, parts, passages and unassigned lines to `out`, whose pictures are there. The
 * draft is used up: pieces may be cut. */
enum err settle(const struct flow *flow, struct draft *draft, struct imported *out) MUST_CHECK;

#endif
