#ifndef TESTS_GRADEBOOK_RECORDS_KEYS_H
#define TESTS_GRADEBOOK_RECORDS_KEYS_H

/* What changes the natural keys of a class's records: another code of its first student, another
 * name or grade of the first class. */

#include "core/school/roster_store.h"
#include "tests/core/outbox/told.h"

static inline void set_student_code(struct world *w, const char *code, unsigned version) {
	struct student_change change = { .birth = { 2010, 9, 5 },
		.sex = SEX_FEMALE,
		.code = str_from(code),
		.state = STUDENT_LEARNING };
	CHECK_INT("name", account_name_parse(str_from("Nguyễn Thị Hoà"), &change.name), ERR_OK);
	CHECK_INT(code,
			roster_store_update_student(w->db, w->s.school_id, w->s.student_ids[0],
					version, &change),
			ERR_OK);
}

static inline void set_class(struct world *w, const char *name, unsigned grade) {
	CHECK_INT(name,
			roster_store_update_class(w->db, w->s.school_id, w->s.class_ids[0], grade,
					str_from(name), 0),
			ERR_OK);
}

#endif
