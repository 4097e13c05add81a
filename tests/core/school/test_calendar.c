#include "core/school/calendar.h"
#include "core/school/place.h"

#include "tests/check.h"

#define FIRST                                                                        \
	{                                                                            \
		.number = 1, .starts_on = { 2026, 9, 5 }, .ends_on = { 2027, 1, 15 } \
	}
#define SECOND                                                                        \
	{                                                                             \
		.number = 2, .starts_on = { 2027, 1, 18 }, .ends_on = { 2027, 5, 31 } \
	}

/* Each row is a year that begins on 2026-09-05 and ends on 2027-05-31. */
static const struct {
	const char *name;
	const char *code;
	unsigned term_count;
	struct term terms[CALENDAR_TERMS_MAX];
	enum err want;
} rows[] = {
	{ "a year", "2026-2027", 2, { FIRST, SECOND }, ERR_OK },
	{ "no terms yet", "2026-2027", 0, { { 0 } }, ERR_OK },
	{ "years apart", "2026-2028", 2, { FIRST, SECOND }, ERR_INVAL },
	{ "one year", "2026", 2, { FIRST, SECOND }, ERR_INVAL },
	{ "letters", "2O26-2027", 2, { FIRST, SECOND }, ERR_INVAL },
	{ "order of terms", "2026-2027", 2, { SECOND, FIRST }, ERR_INVAL },
	{ "too many terms", "2026-2027", 3, { FIRST, SECOND }, ERR_INVAL },
	{ "terms overlap", "2026-2027", 2,
			{ FIRST,
					{ .number = 2,
							.starts_on = { 2027, 1, 15 },
							.ends_on = { 2027, 5, 31 } } },
			ERR_INVAL },
	{ "before the year", "2026-2027", 1,
			{ { .number = 1,
					.starts_on = { 2026, 9, 4 },
					.ends_on = { 2027, 1, 15 } } },
			ERR_INVAL },
	{ "past the year", "2026-2027", 1,
			{ { .number = 1, .starts_on = { 2026, 9, 5 }, .ends_on = { 2027, 6, 1 } } },
			ERR_INVAL },
	{ "no such day", "2026-2027", 1,
			{ { .number = 1,
					.starts_on = { 2026, 9, 31 },
					.ends_on = { 2027, 1, 1 } } },
			ERR_INVAL },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct school_year year = { .starts_on = { 2026, 9, 5 },
			.ends_on = { 2027, 5, 31 },
			.term_count = rows[i].term_count };
		snprintf(year.code, sizeof(year.code), "%s", rows[i].code);
		memcpy(year.terms, rows[i].terms, sizeof(year.terms));
		CHECK_INT(rows[i].name, calendar_check_year(&year), rows[i].want);
	}
	enum subject_kind kind = SUBJECT_COMMENT;
	CHECK_INT("mark", subject_kind_parse(str_from("mark"), &kind), ERR_OK);
	CHECK_INT("mark", kind, SUBJECT_MARK);
	CHECK_INT("other", subject_kind_parse(str_from("marks"), &kind), ERR_INVAL);
	CHECK_INT("unknown", subject_kind_from_db(3, &kind), ERR_CORRUPT);
	enum place_level level = PLACE_PRIMARY;
	unsigned first = 0;
	unsigned last = 0;
	CHECK_INT("level", place_level_parse(str_from("thpt"), &level), ERR_OK);
	place_level_grades(level, &first, &last);
	CHECK_INT("first grade", first, 10);
	CHECK_INT("last grade", last, 12);
	CHECK_INT("no level", place_level_parse(str_from("dh"), &level), ERR_INVAL);
	return check_done();
}
