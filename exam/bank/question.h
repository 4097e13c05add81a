#ifndef EXAM_BANK_QUESTION_H
#define EXAM_BANK_QUESTION_H

/*
 * A question of a bank: its kinds, its key and what makes one valid. Pure: no database, no clock.
 * All HTML in it is in the stored form of exam/bank/rich.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/json.h"
#include "core/base/str.h"

enum {
	QUESTION_OPTIONS_MAX = 8,    /* A to H */
	QUESTION_STATEMENTS_MAX = 8, /* a to h; the 2025 graduation format has four */
	QUESTION_CHOICES_MAX = 8,    /* whichever of the two a question has */
	QUESTION_ACCEPTED_MAX = 20,  /* short texts that count as right */
	QUESTION_ACCEPTED_BYTES_MAX = 200,
	QUESTION_NUMBER_BYTES_MAX = 20,
	QUESTION_NUMBER_PLACES = 6,     /* decimals that are compared */
	QUESTION_NUMBER_CHARS_THPT = 4, /* a short answer of the 2025 graduation exam: 4 boxes */
};

/* The numbers stand in the column question.kind: never change one. */
enum question_kind {
	QUESTION_SINGLE = 1, /* one right option */
	QUESTION_MULTIPLE,   /* every right option and no other */
	QUESTION_TRUEFALSE,  /* statements, each true or false */
	QUESTION_NUMERIC,    /* a number within a tolerance */
	QUESTION_TEXT,       /* a short text, one of the accepted ones */
	QUESTION_ESSAY,      /* marked by a person */
};

/* The kind's name in JSON: "single", "multiple", "truefalse", "numeric", "text", "essay". */
const char *question_kind_name(enum question_kind kind);
/* ERR_INVAL for any other name. */
enum err question_kind_parse(struct str name, enum question_kind *out) MUST_CHECK;

/*
 * A decimal number as students and teachers write it: blanks around it, a sign ('-' or U+2212),
 * ',' or '.' before the decimals. Gives 10^-6 units. ERR_INVAL when it is no number or has more
 * than six decimals that are not 0; ERR_LIMIT when it is longer than QUESTION_NUMBER_BYTES_MAX
 * or too large.
 */
enum err question_number_parse(struct str s, int64_t *out_x1e6) MUST_CHECK;

/* What counts as right. Which members are used depends on the question's kind. */
struct question_key {
	bool is_known;   /* false: the key is missing and the rest says nothing */
	uint32_t right;  /* bit i: option i is right, or statement i is true */
	uint32_t told;   /* statements: bit i: its truth is known */
	char *value;     /* numeric: as written, "3,14" */
	char *tolerance; /* numeric: how far off still counts, "0" or "0,01" */
	char *accepted[QUESTION_ACCEPTED_MAX]; /* text */
	size_t accepted_count;
	char *guide; /* essay: HTML for the person who marks it, or NULL */
};

struct question {
	enum question_kind kind;
	char *stem;                          /* HTML, never NULL in a parsed question */
	char *choices[QUESTION_CHOICES_MAX]; /* HTML of options A… or statements a… */
	size_t choice_count;
	bool shuffle;   /* options or statements may be put into another order */
	bool keep_last; /* … but the last one stays ("all of the above") */
	struct question_key key;
};

/* Frees what the question owns and leaves it empty. */
void question_finish(struct question *q);

/*
 * Reads a question from its JSON; HTML is rebuilt from the allow-list. The same form is used by
 * the HTTP interface and by the bank's columns `content` (without key) and `answer_key`:
 *     {"kind":"single","stem":"…","options":[{"id":"A","html":"…"}],"statements":[{"id":"a",…}],
 *      "key":…,"shuffle":true,"keepLast":false}
 * key by kind: single "C"; multiple ["A","C"]; truefalse [true,false,null,true]; numeric
 * {"value":"3,14","tolerance":"0"}; text {"accepted":["Hà Nội"]}; essay {"guide":"…"}; null while
 * it is not known. `key` NULL: content's own member "key" is read.
 *
 * Errors  ERR_INVAL, ERR_MISSING, ERR_FORMAT  the shape is wrong; `why` says which member
 *         ERR_LIMIT   too many options or too long; `why` says which member
 */
enum err question_parse(const struct json *content, const struct json *key, struct question *out,
		struct diag *why) MUST_CHECK;

/* Writes the members kind, stem, options, statements, shuffle, keepLast into an open object. */
void question_print(const struct question *q, struct json_out *w);
/* Writes the value of "key". */
void question_print_key(const struct question *q, struct json_out *w);

/*
 * Says what is wrong with a question: DIAG_ERROR for what must be mended before an exam can use
 * it (codes "question.…" of the message catalogue), DIAG_WARNING for what a person should see.
 */
void question_check(const struct question *q, struct diag *out);

#endif
