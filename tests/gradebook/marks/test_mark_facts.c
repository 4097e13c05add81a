/* By which rules a class and subject is marked: columns, plans and scales of every grade. */
#include "gradebook/marks/mark_facts.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"

static struct mark_facts facts_of(unsigned grade, const char *code, enum mark_subject subject) {
	struct mark_facts f = {
		.grade = grade, .subject = subject, .year = 2026, .lessons_a_year = 70
	};
	memcpy(f.subject_code, code, strlen(code) + 1);
	mark_facts_find_rules(&f);
	return f;
}

static void check_columns(void) {
	static const struct {
		unsigned grade;
		const char *code;
		enum mark_subject subject;
		/* Whether a column may stand there: TX 1, GK 1, GK 2, GK 3, CK 1, CK 2. */
		const char *want;
		unsigned midterm; /* of the plan */
		unsigned final;
	} rows[] = {
		{ 1, "toan", MARK_SUBJECT_MARK, "--+-++", 1, 2 },
		{ 3, "toan", MARK_SUBJECT_MARK, "--+-++", 1, 2 },
		{ 4, "toan", MARK_SUBJECT_MARK, "-++-++", 2, 2 },
		{ 5, "tieng_viet", MARK_SUBJECT_MARK, "-++-++", 2, 2 },
		{ 5, "khoa_hoc", MARK_SUBJECT_MARK, "--+-++", 1, 2 },
		{ 5, "gdtc", MARK_SUBJECT_COMMENT, "--+--+", 1, 1 },
		{ 5, "toan", MARK_SUBJECT_COMMENT, "--+--+", 1, 1 },
		{ 6, "toan", MARK_SUBJECT_MARK, "++--+-", 1, 1 },
		{ 12, "gdtc", MARK_SUBJECT_COMMENT, "++--+-", 1, 1 },
	};
	static const struct {
		enum mark_kind kind;
		unsigned position;
	} places[] = { { MARK_TX, 1 }, { MARK_GK, 1 }, { MARK_GK, 2 }, { MARK_GK, 3 },
		{ MARK_CK, 1 }, { MARK_CK, 2 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mark_facts f = facts_of(rows[i].grade, rows[i].code, rows[i].subject);
		char name[60];
		char got[sizeof(places) / sizeof(places[0]) + 1] = "";
		(void)snprintf(name, sizeof(name), "%s of grade %u", rows[i].code, rows[i].grade);
		for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
			got[k] = mark_facts_check_column(&f, places[k].kind, places[k].position)
					? '-'
					: '+';
		}
		CHECK_STR(name, got, rows[i].want);
		struct mark_plan plan = mark_facts_plan(&f, 0);
		CHECK_INT(name, plan.midterm_count, rows[i].midterm);
		CHECK_INT(name, plan.final_count, rows[i].final);
		CHECK_INT(name, plan.pack == NULL, rows[i].grade <= 5);
	}
}

static void check_scales(void) {
	struct mark_facts primary = facts_of(4, "toan", MARK_SUBJECT_MARK);
	struct mark_facts comment = facts_of(4, "gdtc", MARK_SUBJECT_COMMENT);
	struct mark_facts secondary = facts_of(9, "toan", MARK_SUBJECT_MARK);
	CHECK_INT("a test", mark_facts_scale(&primary, MARK_GK, 1), MARK_SCALE_WHOLE);
	CHECK_INT("a level", mark_facts_scale(&primary, MARK_GK, 2), MARK_SCALE_LEVEL);
	CHECK_INT("a level", mark_facts_scale(&primary, MARK_CK, 2), MARK_SCALE_LEVEL);
	CHECK_INT("a level by comments", mark_facts_scale(&comment, MARK_CK, 2), MARK_SCALE_LEVEL);
	CHECK_INT("a mark", mark_facts_scale(&secondary, MARK_GK, 1), MARK_SCALE_TENTHS);
	CHECK_INT("never a level", mark_facts_scale(&secondary, MARK_GK, 2), MARK_SCALE_TENTHS);
	CHECK_INT("a second regular mark", mark_scale_of(MARK_SUBJECT_MARK, MARK_TX, 2),
			MARK_SCALE_TENTHS);
}

static void check_no_rules(void) {
	struct mark_facts f = { .grade = 1, .year = 2019, .subject = MARK_SUBJECT_MARK };
	mark_facts_find_rules(&f);
	CHECK("before the circular", !mark_facts_has_rules(&f));
	CHECK_INT("no column", mark_facts_check_column(&f, MARK_GK, 2), ERR_UNSUPPORTED);
	CHECK_INT("no plan", mark_facts_plan(&f, 3).regular_count, 0);
}

int main(void) {
	check_columns();
	check_scales();
	check_no_rules();
	return check_done();
}
