#include "gradebook/marks/audit_classes_store.h"

#include <stdlib.h>

#include "core/base/grow.h"

static const char sql_of_school[] =
		"SELECT id FROM class WHERE school_id = ?"
		" UNION SELECT class_id FROM mark_ledger_head WHERE school_id = ?"
		" UNION SELECT class_id FROM class_closing WHERE school_id = ?";
/* Each by an index that begins with the class: one look a class, not a walk through the table. */
static const char sql_of_all[] = "SELECT id FROM class"
				 " UNION SELECT class_id FROM mark_ledger_head"
				 " UNION SELECT class_id FROM class_closing"
				 " UNION SELECT DISTINCT class_id FROM mark_ledger"
				 " UNION SELECT DISTINCT class_id FROM mark_head_signed"
				 " UNION SELECT DISTINCT class_id FROM conduct"
				 " UNION SELECT DISTINCT class_id FROM judgement"
				 " UNION SELECT DISTINCT class_id FROM reassessment"
				 " UNION SELECT DISTINCT class_id FROM student_result";

enum { SCHOOL_BINDS = 3 };

void audit_classes_finish(struct audit_classes *list) {
	free(list->ids);
}

enum err audit_classes_add(struct audit_classes *list, uint64_t class_id) {
	enum err e = grow_items((void **)&list->ids, &list->cap, list->count, sizeof(*list->ids),
			AUDIT_CLASSES_MAX);
	if (!e) {
		list->ids[list->count++] = class_id;
	}
	return e;
}

static int by_id(const void *a, const void *b) {
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

void audit_classes_sort(struct audit_classes *list) {
	size_t kept = 0;
	if (list->count == 0) {
		return;
	}
	qsort(list->ids, list->count, sizeof(*list->ids), by_id);
	for (size_t i = 0; i < list->count; i++) {
		if (i == 0 || list->ids[i] != list->ids[kept - 1]) {
			list->ids[kept++] = list->ids[i];
		}
	}
	list->count = kept;
}

enum err audit_classes_load(struct db *db, uint64_t school, struct audit_classes *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, school ? sql_of_school : sql_of_all, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < SCHOOL_BINDS && school; i++) {
		db_bind_u64(stmt, i, school);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = audit_classes_add(list, db_col_u64(stmt, 0));
		if (e) {
			return e;
		}
	}
	audit_classes_sort(list);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
