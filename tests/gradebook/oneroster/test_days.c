/* Days as OneRoster counts them: an end is the first day outside. */
#include "gradebook/oneroster/days.h"

#include "tests/check.h"

static const struct oneroster_session_fact year = { .starts_on = { 2026, 9, 5 },
	.ends_on = { 2027, 5, 31 } };

static const struct {
	const char *name;
	struct date from;
	struct date to;
	struct date want_from;
	struct date want_to;
} rows[] = {
	{ "within", { 2026, 9, 6 }, { 2026, 12, 1 }, { 2026, 9, 6 }, { 2026, 12, 1 } },
	{ "nothing is said", { 0 }, { 0 }, { 0 }, { 0 } },
	{ "put in during the holidays", { 2026, 8, 20 }, { 0 }, { 2026, 9, 5 }, { 0 } },
	{ "and out again", { 2026, 8, 20 }, { 2026, 8, 30 }, { 2026, 9, 5 }, { 2026, 9, 5 } },
	{ "left on the last day", { 2026, 9, 5 }, { 2027, 5, 31 }, { 2026, 9, 5 },
			{ 2027, 5, 31 } },
	{ "left after it", { 2026, 9, 5 }, { 2027, 7, 1 }, { 2026, 9, 5 }, { 2027, 6, 1 } },
	{ "came after it", { 2027, 7, 1 }, { 0 }, { 2027, 5, 31 }, { 0 } },
	{ "left, and nobody knows since when", { 0 }, { 2026, 8, 1 }, { 0 }, { 2026, 9, 5 } },
};

static bool is_same(struct date a, struct date b) {
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

static void test_within(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct oneroster_enrolment_fact n = { .from_on = rows[i].from,
			.to_on = rows[i].to };
		oneroster_enrolment_within(&n, &year);
		CHECK(rows[i].name, is_same(n.from_on, rows[i].want_from));
		CHECK(rows[i].name, is_same(n.to_on, rows[i].want_to));
	}
}

static void test_next(void) {
	struct date last = { 2027, 12, 31 };
	struct date first = { 2028, 1, 1 };
	struct date end = { 9999, 12, 31 };
	CHECK("after", is_same(oneroster_day_after(last), first));
	CHECK("before", is_same(oneroster_day_before(first), last));
	CHECK("none behind", is_same(oneroster_day_after(end), end));
	CHECK_INT("of none", oneroster_day_before((struct date){ 0 }).year, 0);
}

int main(void) {
	test_within();
	test_next();
	return check_done();
}
