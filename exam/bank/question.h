#ifndef EXAM_BANK_QUESTION_H
#define EXAM_BANK_QUESTION_H

/*
 * A question of a bank: its kinds and what makes one valid. Pure: no database, no clock.
 */

#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	QUESTION_OPTIONS_MAX = 8,    /* A to H */
	QUESTION_STATEMENTS_MAX = 8, /* a to h; the 2025 graduation format has four */
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
/* From the database's number. ERR_CORRUPT for a number that is no kind. */
enum err question_kind_from_db(uint64_t number, enum question_kind *out) MUST_CHECK;

#endif
