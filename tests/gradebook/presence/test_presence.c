#include "gradebook/presence/presence.h"

#include "tests/check.h"

static const struct school_year year = {
	.starts_on = { 2026, 9, 5 },
	.ends_on = { 2027, 5, 31 },
	.term_count = 2,
	.terms = { { .number = 1, .starts_on = { 2026, 9, 5 }, .ends_on = { 2027, 1, 15 } },
			{ .number = 2, .starts_on = { 2027, 1, 18 }, .ends_on = { 2027, 5, 31 } } },
};

/* Each row is one day as it is on 22 November. */
static const struct {
	const char *name;
	struct date on;
	int64_t session;
	enum err look;
	enum err teacher;
	enum err office;
} rows[] = {
	{ "today", { 2026, 11, 22 }, 1, ERR_OK, ERR_OK, ERR_OK },
	{ "this afternoon", { 2026, 11, 22 }, 2, ERR_OK, ERR_OK, ERR_OK },
	{ "no session 0", { 2026, 11, 22 }, 0, ERR_INVAL, ERR_INVAL, ERR_INVAL },
	{ "no session 3", { 2026, 11, 22 }, 3, ERR_INVAL, ERR_INVAL, ERR_INVAL },
	{ "tomorrow", { 2026, 11, 23 }, 1, ERR_EARLY, ERR_EARLY, ERR_EARLY },
	{ "as old as may be", { 2026, 11, 8 }, 1, ERR_OK, ERR_OK, ERR_OK },
	{ "one day older", { 2026, 11, 7 }, 1, ERR_OK, ERR_LATE, ERR_OK },
	{ "the first day", { 2026, 9, 5 }, 1, ERR_OK, ERR_LATE, ERR_OK },
	{ "before the year", { 2026, 9, 4 }, 1, ERR_INVAL, ERR_INVAL, ERR_INVAL },
	{ "the last day", { 2027, 5, 31 }, 1, ERR_EARLY, ERR_EARLY, ERR_EARLY },
	{ "after the year", { 2027, 6, 1 }, 1, ERR_INVAL, ERR_INVAL, ERR_INVAL },
	{ "no such day", { 2026, 11, 31 }, 1, ERR_INVAL, ERR_INVAL, ERR_INVAL },
};

static void check_days(void) {
	const struct date today = { 2026, 11, 22 };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name,
				presence_check_day(&year, today, rows[i].on, rows[i].session),
				rows[i].look);
		CHECK_INT(rows[i].name,
				presence_check_take(
						&year, today, rows[i].on, rows[i].session, false),
				rows[i].teacher);
		CHECK_INT(rows[i].name,
				presence_check_take(
						&year, today, rows[i].on, rows[i].session, true),
				rows[i].office);
	}
}

static void check_terms(void) {
	CHECK_INT("first day", presence_term_of(&year, (struct date){ 2026, 9, 5 }), 1);
	CHECK_INT("last of term I", presence_term_of(&year, (struct date){ 2027, 1, 15 }), 1);
	CHECK_INT("between", presence_term_of(&year, (struct date){ 2027, 1, 17 }), 1);
	CHECK_INT("first of term II", presence_term_of(&year, (struct date){ 2027, 1, 18 }), 2);
	CHECK_INT("last day", presence_term_of(&year, (struct date){ 2027, 5, 31 }), 2);
	CHECK_INT("before", presence_term_of(&year, (struct date){ 2026, 8, 1 }), 1);
}

static void check_kinds(void) {
	enum presence_kind kind = PRESENCE_PRESENT;
	for (enum presence_kind k = PRESENCE_EXCUSED; k <= PRESENCE_LATE; k++) {
		CHECK_INT("parse", presence_kind_parse(str_from(presence_kind_name(k)), &kind),
				ERR_OK);
		CHECK_INT("round", kind, k);
		CHECK_INT("from the database", presence_kind_from_db((uint64_t)k, &kind), ERR_OK);
	}
	CHECK("present has no name", presence_kind_name(PRESENCE_PRESENT) == NULL);
	CHECK_INT("nonsense", presence_kind_parse(str_from("present"), &kind), ERR_INVAL);
	CHECK_INT("empty", presence_kind_parse(str_from(""), &kind), ERR_INVAL);
	CHECK_INT("past the last", presence_kind_from_db(4, &kind), ERR_CORRUPT);
	CHECK_INT("untouched", kind, PRESENCE_LATE);
}

static void check_count(void) {
	struct presence_count c = { 0 };
	static const enum presence_kind kinds[] = { PRESENCE_PRESENT, PRESENCE_LATE,
		PRESENCE_EXCUSED, PRESENCE_UNEXCUSED, PRESENCE_EXCUSED, PRESENCE_LATE };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		presence_count_add(&c, kinds[i]);
	}
	CHECK_INT("with leave", c.excused, 2);
	CHECK_INT("without", c.unexcused, 1);
	CHECK_INT("late", c.late, 2);
	CHECK_INT("away is with leave or without, not late", presence_absent(&c), 3);
}

int main(void) {
	check_days();
	check_terms();
	check_kinds();
	check_count();
	return check_done();
}
