#ifndef GRADEBOOK_ONEROSTER_WORDS_H
#define GRADEBOOK_ONEROSTER_WORDS_H

/* How things are called in a bundle: titles for people, words of the specification, times. Pure. */

#include <stddef.h>

#include "gradebook/oneroster/source.h"

enum {
	ONEROSTER_TITLE_BYTES = 640,
	ONEROSTER_TIME_BYTES = 25, /* "2026-11-22T01:02:03.004Z" and its end */
};

/* "tx", "gk", "ck", "tb". */
const char *oneroster_kind_code(enum oneroster_kind kind);
enum err oneroster_kind_parse(struct str code, enum oneroster_kind *out) MUST_CHECK;
const char *oneroster_kind_title(enum oneroster_kind kind);
/* 1, 2, 3; 0 of a mean. */
unsigned oneroster_kind_weight(enum oneroster_kind kind);
/* "student", "teacher", "guardian". */
const char *oneroster_role_name(enum oneroster_role role);

/* Titles, cut at worst. */
void oneroster_session_title(const struct oneroster_fact *f, unsigned term, char *out, size_t size);
/* Of the term that is as long as the year. */
void oneroster_whole_year_title(const struct oneroster_fact *f, char *out, size_t size);
void oneroster_course_title(const struct oneroster_course_fact *c, char *out, size_t size);
void oneroster_class_title(const struct oneroster_class_fact *c, char *out, size_t size);
void oneroster_column_title(const struct oneroster_column_fact *c, char *out, size_t size);
void oneroster_column_about(const struct oneroster_column_fact *c, char *out, size_t size);

/* How what stands in a column is written: as a mark, as "Đ" and "CĐ", or (in a primary class, beside
 * the tests of the middle and the end of a term) as a level. */
enum oneroster_scale { ONEROSTER_MARKS, ONEROSTER_COMMENTS, ONEROSTER_LEVELS };
enum oneroster_scale oneroster_scale_of(const struct oneroster_column_fact *c);
/* The text of a value of that scale; NULL when it has none. */
const char *oneroster_scale_text(enum oneroster_scale scale, int value);
/* ERR_INVAL */
enum err oneroster_scale_parse(enum oneroster_scale scale, struct str text, int *out) MUST_CHECK;

/* UTC with milliseconds, of the years 1 to 9999. */
void oneroster_print_time(int64_t at_ms, char out[ONEROSTER_TIME_BYTES]);
/* Exactly that form. ERR_INVAL */
enum err oneroster_parse_time(struct str s, int64_t *out_ms) MUST_CHECK;

/* A Vietnamese name: the family's first, the given one last. A name of one word is both. */
struct oneroster_name {
	struct str family;
	struct str middle;
	struct str given;
};
void oneroster_split_name(struct str full_name, struct oneroster_name *out);

#endif
