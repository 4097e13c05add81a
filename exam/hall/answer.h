#ifndef EXAM_HALL_ANSWER_H
#define EXAM_HALL_ANSWER_H

/*
 * The shape of an answer for each kind of question. Pure. Values are canonical bytes
 * (docs/protocol.md, "Bytes"): what JSON.stringify writes; reading the frame has made sure of it.
 *
 *     single     "B" or ""
 *     multiple   ["A","C"], ascending, each once, or []
 *     truefalse  [true,false,null,true], one for each statement
 *     numeric    "3,14": digits, '-', ',' and '.' in any order (a student may be typing)
 *     text       a string
 *     essay      a string
 * and null for each of them: the answer was taken back.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"
#include "exam/bank/question.h"

enum {
	ANSWER_NUMERIC_CHARS = 20, /* the usual limit */
	ANSWER_TEXT_CHARS = 500,
	ANSWER_ESSAY_BYTES = 50000, /* of the canonical bytes */
};

struct answer_spec {
	enum question_kind kind;
	unsigned count;     /* options or statements */
	unsigned chars_max; /* of numeric and text, in code points; 0: the usual limit */
};

/* Whether the value may be an answer to such a question; says nothing about right or wrong. */
bool answer_is_valid(const struct answer_spec *spec, struct str value);

/* Whether the value says nothing: null, "", [], or an array of nulls. For showing progress only:
 * in the hash of the answers only null is no answer. */
bool answer_is_blank(struct str value);

/* Whether the bytes are one value in canonical form: strings, booleans, null, arrays of them at
 * most three deep; shortest escapes, no white space, UTF-8, no NUL, no lone surrogate. */
bool answer_is_canonical(struct str value);

#endif
