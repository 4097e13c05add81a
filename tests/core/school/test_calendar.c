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

/* Each row changes one date of a good year and names the one field that is wrong then. */
static const struct {
	const char *name;
	enum calendar_field field; /* that is changed */
	struct date to;
	enum calendar_field wrong; /* CALENDAR_FIELD_COUNT_: none */
	const char *code;
} faults[] = {
	{ "a good one", CALENDAR_TERM1_START, { 2027, 9, 5 }, CALENDAR_FIELD_COUNT_, NULL },
	{ "begins too early", CALENDAR_YEAR_START, { 2026, 12, 31 }, CALENDAR_YEAR_START,
			"school.year_start" },
	{ "ends too early", CALENDAR_TERM2_END, { 2028, 1, 20 }, CALENDAR_TERM2_END,
			"school.date_order" },
	{ "on the last day", CALENDAR_TERM2_END, { 2028, 5, 31 }, CALENDAR_FIELD_COUNT_, NULL },
	{ "past the last day", CALENDAR_TERM2_END, { 2028, 6, 1 }, CALENDAR_TERM2_END,
			"school.term_outside" },
	{ "on the first day", CALENDAR_TERM1_START, { 2027, 8, 20 }, CALENDAR_FIELD_COUNT_, NULL },
	{ "before the first day", CALENDAR_TERM1_START, { 2027, 8, 19 }, CALENDAR_TERM1_START,
			"school.term_outside" },
	{ "one day", CALENDAR_TERM1_END, { 2027, 9, 5 }, CALENDAR_TERM1_END, "school.date_order" },
	{ "the day after", CALENDAR_TERM2_START, { 2028, 1, 16 }, CALENDAR_FIELD_COUNT_, NULL },
	{ "the same day", CALENDAR_TERM2_START, { 2028, 1, 15 }, CALENDAR_TERM2_START,
			"school.term_overlap" },
	{ "no day is not judged", CALENDAR_TERM2_START, { 2028, 2, 30 }, CALENDAR_FIELD_COUNT_,
			NULL },
};

static void test_faults(void) {
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		struct school_year year = { .code = "2027-2028",
			.starts_on = { 2027, 8, 20 },
			.ends_on = { 2028, 5, 31 },
			.term_count = 2,
			.terms = { { .number = 1,
						   .starts_on = { 2027, 9, 5 },
						   .ends_on = { 2028, 1, 15 } },
					{ .number = 2,
							.starts_on = { 2028, 1, 20 },
							.ends_on = { 2028, 5, 25 } } } };
		struct date *places[CALENDAR_FIELD_COUNT_] = { NULL, &year.starts_on, &year.ends_on,
			&year.terms[0].starts_on, &year.terms[0].ends_on, &year.terms[1].starts_on,
			&year.terms[1].ends_on };
		*places[faults[i].field] = faults[i].to;
		const char *found[CALENDAR_FIELD_COUNT_];
		bool is_good = faults[i].wrong == CALENDAR_FIELD_COUNT_;
		CHECK_INT(faults[i].name, calendar_year_faults(&year, found), is_good ? 0 : 1);
		if (!is_good && found[faults[i].wrong]) {
			CHECK_STR(faults[i].name, found[faults[i].wrong], faults[i].code);
		}
	}
	struct school_year odd = { .code = "2027-2029" };
	const char *found[CALENDAR_FIELD_COUNT_];
	CHECK_INT("the code alone", calendar_year_faults(&odd, found), 1);
	CHECK("is said", found[CALENDAR_CODE] != NULL);
}

int main(void) {
	test_faults();
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
