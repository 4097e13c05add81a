/* Places, school years, terms and subjects of two schools in one database. */
#include "core/school/calendar_store.h"
#include "core/school/lessons_store.h"
#include "core/school/place_store.h"
#include "tests/check.h"
#include "tests/core/school/seen.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static enum err see_subject(const struct subject *subject, void *ctx) {
	struct seen *seen = ctx;
	note(seen, subject->code);
	note(seen, subject->name);
	seen->count++;
	return ERR_OK;
}

static enum err see_place(const struct place_row *row, void *ctx) {
	struct seen *seen = ctx;
	note(seen, row->name);
	seen->count++;
	return ERR_OK;
}

static void test_places(struct db *db, const struct seed *a) {
	struct school school;
	CHECK_INT("by code", place_store_school_by_code(db, str_from("ALPHA"), &school), ERR_OK);
	CHECK("which",
			school.id == a->school_id && school.province_id == 1 &&
					school.level == PLACE_UPPER_SECONDARY);
	CHECK_STR("name", school.name, "Trường THPT ALPHA");
	CHECK_INT("none", place_store_school_by_code(db, str_from("alpha"), &school),
			ERR_NOT_FOUND);
	CHECK_INT("by id", place_store_school(db, a->school_id, &school), ERR_OK);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("then", place_store_provinces(db, (struct date){ 2025, 6, 30 }, see_place, &seen),
			ERR_OK);
	CHECK_INT("not yet", seen.count, 0);
	CHECK_INT("now", place_store_provinces(db, (struct date){ 2025, 7, 1 }, see_place, &seen),
			ERR_OK);
	CHECK_INT("one", seen.count, 1);
	CHECK_INT("communes",
			place_store_communes(db, 1, (struct date){ 2026, 1, 1 }, see_place, &seen),
			ERR_OK);
	CHECK_INT("two more", seen.count, 3);
	uint32_t commune = 0;
	CHECK_INT("no province",
			place_store_add_commune(db, 99, str_from("x"), str_from("x"),
					(struct date){ 2026, 1, 1 }, &commune),
			ERR_MISSING);
	CHECK_INT("code taken", place_store_add_school(db, &school, 1, &(uint64_t){ 0 }),
			ERR_EXISTS);
}

static void test_calendar(struct db *db, const struct seed *a, const struct seed *b) {
	struct school_year year;
	CHECK_INT("year", calendar_store_year(db, a->school_id, a->year_id, &year), ERR_OK);
	CHECK_STR("code", year.code, "2026-2027");
	CHECK_INT("terms", year.term_count, 2);
	CHECK_INT("starts", year.terms[1].starts_on.day, 18);
	CHECK_INT("not theirs", calendar_store_year(db, b->school_id, a->year_id, &year),
			ERR_NOT_FOUND);
	struct school_year next = {
		.code = "2027-2028", .starts_on = { 2027, 9, 5 }, .ends_on = { 2028, 5, 31 }
	};
	uint64_t next_id = 0;
	CHECK_INT("next", calendar_store_add_year(db, a->school_id, &next, &next_id), ERR_OK);
	CHECK_INT("twice", calendar_store_add_year(db, a->school_id, &next, &next_id), ERR_EXISTS);
	next.code[0] = 'x';
	CHECK_INT("wrong", calendar_store_add_year(db, a->school_id, &next, &next_id), ERR_INVAL);
	static const struct {
		struct date on;
		const char *want;
	} days[] = { { { 2026, 9, 4 }, "2026-2027" }, { { 2026, 9, 5 }, "2026-2027" },
		{ { 2027, 7, 1 }, "2026-2027" }, { { 2027, 9, 5 }, "2027-2028" },
		{ { 2030, 1, 1 }, "2027-2028" } };
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		CHECK_INT("current",
				calendar_store_current_year(db, a->school_id, days[i].on, &year),
				ERR_OK);
		CHECK_STR("current", year.code, days[i].want);
	}
	/* A chosen year is the present one, whatever the day; another school's cannot be chosen. */
	CHECK_INT("not theirs", calendar_store_choose_year(db, b->school_id, a->year_id),
			ERR_NOT_FOUND);
	CHECK_INT("choose", calendar_store_choose_year(db, a->school_id, a->year_id), ERR_OK);
	CHECK_INT("current",
			calendar_store_current_year(
					db, a->school_id, (struct date){ 2030, 1, 1 }, &year),
			ERR_OK);
	CHECK_STR("chosen", year.code, "2026-2027");
	year.ends_on = (struct date){ 2027, 6, 5 };
	year.terms[1].ends_on = (struct date){ 2027, 6, 1 };
	CHECK_INT("not theirs", calendar_store_update_year(db, b->school_id, &year), ERR_NOT_FOUND);
	CHECK_INT("dates", calendar_store_update_year(db, a->school_id, &year), ERR_OK);
	CHECK_INT("again", calendar_store_year(db, a->school_id, a->year_id, &year), ERR_OK);
	CHECK("kept", year.ends_on.day == 5 && year.terms[1].ends_on.month == 6);
	year.terms[1].ends_on = (struct date){ 2027, 6, 6 };
	CHECK_INT("past the year", calendar_store_update_year(db, a->school_id, &year), ERR_INVAL);
	struct term term;
	CHECK_INT("term", calendar_store_term(db, a->school_id, a->term_ids[1], &term), ERR_OK);
	CHECK_INT("second", term.number, 2);
	CHECK_INT("not theirs", calendar_store_term(db, b->school_id, a->term_ids[1], &term),
			ERR_NOT_FOUND);
	_cleanup_(seen_finish) struct seen seen = see();
	CHECK_INT("subjects", calendar_store_subjects(db, b->school_id, see_subject, &seen),
			ERR_OK);
	CHECK("its own", seen.count == 2 && saw(&seen, "Toán BETA") && !saw(&seen, "ALPHA"));
	struct subject s = { .id = a->subject_ids[0],
		.code = str_from("toan"),
		.name = str_from("Toán học"),
		.kind = SUBJECT_MARK };
	CHECK_INT("not theirs", calendar_store_update_subject(db, b->school_id, &s), ERR_NOT_FOUND);
	CHECK_INT("change", calendar_store_update_subject(db, a->school_id, &s), ERR_OK);
	s.code = str_from("gdtc");
	CHECK_INT("code taken", calendar_store_update_subject(db, a->school_id, &s), ERR_EXISTS);
}

struct lessons_seen {
	size_t count;
	struct lessons last;
};

static enum err see_lessons(const struct lessons *lessons, void *ctx) {
	struct lessons_seen *seen = ctx;
	seen->count++;
	seen->last = *lessons;
	return ERR_OK;
}

static void test_lessons(struct db *db, const struct seed *a, const struct seed *b) {
	struct lessons_seen seen = { 0 };
	CHECK_INT("list", lessons_store_list(db, a->school_id, a->year_id, see_lessons, &seen),
			ERR_OK);
	CHECK("of the seed", seen.count == 1 && seen.last.a_year == 105 && seen.last.grade == 10);
	struct lessons one = { .subject_id = a->subject_ids[0], .grade = 10, .a_year = 70 };
	CHECK_INT("there is one", lessons_store_set(db, a->school_id, a->year_id, &one), ERR_STALE);
	one.version = 1;
	CHECK_INT("not theirs", lessons_store_set(db, b->school_id, a->year_id, &one), ERR_STALE);
	CHECK_INT("change", lessons_store_set(db, a->school_id, a->year_id, &one), ERR_OK);
	CHECK_INT("once", lessons_store_set(db, a->school_id, a->year_id, &one), ERR_STALE);
	seen = (struct lessons_seen){ 0 };
	CHECK_INT("list", lessons_store_list(db, a->school_id, a->year_id, see_lessons, &seen),
			ERR_OK);
	CHECK("changed", seen.last.a_year == 70 && seen.last.version == 2);
	one = (struct lessons){ .subject_id = b->subject_ids[0], .grade = 10, .a_year = 70 };
	CHECK_INT("subject of another school",
			lessons_store_set(db, a->school_id, a->year_id, &one), ERR_NOT_FOUND);
	one.subject_id = a->subject_ids[1];
	one.a_year = CALENDAR_LESSONS_MAX + 1;
	CHECK_INT("one past", lessons_store_set(db, a->school_id, a->year_id, &one), ERR_LIMIT);
	one.a_year = CALENDAR_LESSONS_MAX;
	CHECK_INT("at the limit", lessons_store_set(db, a->school_id, a->year_id, &one), ERR_OK);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "calendar_store");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_places(t.db, &alpha);
	test_calendar(t.db, &alpha, &beta);
	test_lessons(t.db, &alpha, &beta);
	testdb_stop(&t);
	return check_done();
}
