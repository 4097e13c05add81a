#include "ws/http/class_list.h"

#include <stdlib.h>

#include "core/base/grow.h"
#include "core/school/roster_store.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

void class_list_finish(struct class_list *list) {
	free(list->items);
	arena_finish(&list->arena);
}

static enum err take_class(const struct class_row *row, void *ctx) {
	struct class_list *list = ctx;
	list->class_id = row->id;
	list->school_year_id = row->school_year_id;
	return arena_copy(&list->arena, row->name, &list->class_name);
}

static enum err take_student(const struct student_row *row, void *ctx) {
	struct class_list *list = ctx;
	enum err e = GROW(list, CLASS_LIST_MAX);
	if (e) {
		return e;
	}
	struct class_member *m = &list->items[list->count++];
	m->person_id = row->person_id;
	m->student_id = row->id;
	m->position = row->position;
	m->is_activated = row->is_activated;
	e = arena_copy(&list->arena, row->full_name, &m->full_name);
	return e ? e : arena_copy(&list->arena, row->login, &m->login);
}

enum err class_list_load(const struct request *req, uint64_t class_id, struct class_list *out) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	out->arena = arena_make(TEXT_BYTES_MAX);
	enum err e = roster_store_class(db, school, class_id, take_class, out);
	return e ? e : roster_store_class_students(db, school, class_id, take_student, out);
}
