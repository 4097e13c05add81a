#ifndef TESTS_CORE_SCHOOL_STAFF_OF_H
#define TESTS_CORE_SCHOOL_STAFF_OF_H

/* A small school for tests of staff lists, and a plan's rows as one text. */

#include <stdio.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/school/staff_plan.h"
#include "tests/check.h"
#include "tests/core/school/grid_of.h"

/* Subjects 1 toan, 2 van, 3 ly, 4 dia, 5 hdtn; classes 11 10A1, 12 10A2, 13 10A 3; teachers 101 to
 * 105; 201 is a parent with a number. 101 teaches Toán in 10A1, 104 Ngữ văn in 10A2. */
static inline struct staff_known staff_of(void) {
	static const struct staff_teacher teachers[] = {
		{ .person_id = 101, .version = 1, .birth = { 1980, 1, 2 } },
		{ .person_id = 102, .version = 1 },
		{ .person_id = 103, .version = 1 },
		{ .person_id = 104, .version = 1, .is_elsewhere = true },
		{ .person_id = 105, .version = 1 },
	};
	static const char *const names[] = { "Nguyễn Thị Lan", "Trần Văn Lan", "Lê Thị Hoa",
		"Lê Thị Hòa", "Phạm Minh Đức" };
	static const char *const logins[] = { "co.lan", "thay.lan", "co.hoa", "co.hoaf",
		"thay.duc" };
	static const char *const phones[] = { "+84911000001", "", "", "+84911000004", "" };
	static const char *const subjects[][2] = { { "toan", "Toán" }, { "van", "Ngữ văn" },
		{ "ly", "Vật lí" }, { "dia", "Địa lí" },
		{ "hdtn", "Hoạt động trải nghiệm, hướng nghiệp" } };
	static const char *const classes[] = { "10A1", "10A2", "10A 3" };
	struct staff_known known = staff_known_make();
	for (size_t i = 0; i < 5; i++) {
		struct staff_teacher t = teachers[i];
		t.full_name = str_from(names[i]);
		t.login = str_from(logins[i]);
		t.phone = str_from(phones[i]);
		CHECK_INT("teacher", staff_add_teacher(&known, &t), ERR_OK);
		struct staff_person p = { t.person_id, t.full_name, t.login, t.phone };
		CHECK_INT("person", staff_add_person(&known, &p), ERR_OK);
		struct staff_subject s = { .id = i + 1,
			.code = str_from(subjects[i][0]),
			.name = str_from(subjects[i][1]) };
		CHECK_INT("subject", staff_add_subject(&known, &s), ERR_OK);
	}
	for (size_t i = 0; i < 3; i++) {
		struct staff_class c = { .id = 11 + i, .name = str_from(classes[i]) };
		CHECK_INT("class", staff_add_class(&known, &c), ERR_OK);
	}
	struct staff_person parent = { 201, str_from("Hồ Phụ Huynh"), str_from(""),
		str_from("+84911000201") };
	struct staff_teaching taught[] = { { 11, 1, 101 }, { 12, 2, 104 } };
	CHECK_INT("parent", staff_add_person(&known, &parent), ERR_OK);
	CHECK_INT("taught", staff_add_teaching(&known, &taught[0]), ERR_OK);
	CHECK_INT("taught", staff_add_teaching(&known, &taught[1]), ERR_OK);
	return known;
}

typedef enum err (*staff_planner)(const struct grid *const *grids, size_t grid_count,
		const struct staff_known *known, struct staff_plan **out);

/* The plan of one sheet; the grid is freed. */
static inline struct staff_plan *staff_plan_of(
		staff_planner make, const struct staff_known *known, struct grid *grid) {
	struct staff_plan *plan = NULL;
	const struct grid *grids[] = { grid };
	CHECK_INT("plan", make(grids, 1, known, &plan), ERR_OK);
	grid_free(grid);
	return plan;
}

/* "3 new 11/1/101", "4 error C import.x": row, action, class/subject/person, then each message with
 * its column, and "-104" for who stops. */
static inline void staff_plan_text(const struct staff_plan *plan, struct buf *out) {
	for (size_t i = 0; i < plan->row_count; i++) {
		const struct staff_row *row = &plan->rows[i];
		buf_addf(out, "%s%u %s", i ? "; " : "", row->number,
				roster_action_name(row->action));
		if (row->class_id || row->subject_id || row->person_id) {
			buf_addf(out, " %u/%u/%u", (unsigned)row->class_id,
					(unsigned)row->subject_id, (unsigned)row->person_id);
		}
		for (size_t k = 0; k < row->remove_count; k++) {
			buf_addf(out, " -%u", (unsigned)row->removes[k]);
		}
		for (size_t k = 0; k < row->change_count; k++) {
			buf_addf(out, " %s", row->changes[k].field);
		}
		for (size_t k = 0; k < row->notes.count; k++) {
			const struct sheet_message *m = &row->notes.items[k];
			buf_addf(out, " %u:%s", m->column, m->code.p + strlen("import."));
		}
	}
}

#endif
