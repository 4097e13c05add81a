/* The part of roster_import_store.h that reads what the school has. */
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/guardian_store.h"
#include "core/school/roster_import_store.h"
#include "core/school/roster_store.h"

enum { KNOWN_BYTES_MAX = 64 * 1024 * 1024, GUARDIANS_MAX = 60000 };

static const char sql_personal_ids[] =
		"SELECT s.id, p.personal_id_hash FROM student s JOIN person p ON p.id = s.person_id"
		" WHERE s.school_id = ? AND p.personal_id_hash IS NOT NULL ORDER BY s.id";

/* A school being read. Guardians come by student and are handed out when all are there. */
struct load {
	struct roster_known known;
	struct {
		struct roster_known_guardian *items;
		size_t count;
		size_t cap;
	} guardians;
	size_t at; /* the student that the last guardian belongs to */
};

static void load_finish(struct load *l) {
	roster_known_finish(&l->known);
	free(l->guardians.items);
}

static enum err copy_texts(struct arena *arena, const struct student_row *row,
		struct roster_known_student *out) {
	enum err e = arena_copy(arena, row->code, &out->code);
	if (!e) {
		e = arena_copy(arena, row->full_name, &out->full_name);
	}
	if (!e) {
		e = arena_copy(arena, row->birth_place, &out->birth_place);
	}
	if (!e) {
		e = arena_copy(arena, row->ethnicity, &out->ethnicity);
	}
	if (!e) {
		e = arena_copy(arena, row->address, &out->address);
	}
	if (!e) {
		e = arena_copy(arena, row->note, &out->note);
	}
	return e ? e : arena_copy(arena, row->class_name, &out->class_name);
}

static enum err take_student(const struct student_row *row, void *ctx) {
	struct load *l = ctx;
	struct roster_known *known = &l->known;
	if (known->student_count > 0 &&
			known->students[known->student_count - 1].student_id == row->id) {
		return ERR_CORRUPT; /* in two classes of one year, which enrolling forbids */
	}
	void *students = known->students;
	enum err e = grow_items(&students, &known->student_cap, known->student_count,
			sizeof(*known->students), ROSTER_STUDENTS_MAX);
	known->students = students;
	if (e) {
		return e;
	}
	struct roster_known_student *s = &known->students[known->student_count];
	s->student_id = row->id;
	s->person_id = row->person_id;
	s->student_version = row->version;
	s->person_version = row->person_version;
	s->has_left = row->state == STUDENT_LEFT;
	s->birth = row->birth;
	s->sex = row->sex;
	s->class_id = row->class_id;
	e = copy_texts(&known->arena, row, s);
	known->student_count += !e;
	return e;
}

static struct roster_known_student *find_student(struct roster_known *known, uint64_t id) {
	size_t low = 0;
	size_t high = known->student_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (known->students[middle].student_id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	bool is_it = low < known->student_count && known->students[low].student_id == id;
	return is_it ? &known->students[low] : NULL;
}

static enum err take_guardian(const struct guardian_row *row, void *ctx) {
	struct load *l = ctx;
	struct roster_known_student *s = find_student(&l->known, row->student_id);
	enum err e = GROW(&l->guardians, GUARDIANS_MAX);
	if (e || !s) {
		return e ? e : ERR_CORRUPT;
	}
	struct roster_known_guardian *g = &l->guardians.items[l->guardians.count++];
	g->person_id = row->person_id;
	e = roster_relation_from_db(row->relation, &g->relation);
	if (!e) {
		e = arena_copy(&l->known.arena, row->full_name, &g->full_name);
	}
	s->guardian_count++;
	return e ? e : arena_copy(&l->known.arena, row->phone, &g->phone);
}

/* They came by rising student, so each student's stand together. */
static enum err hand_out_guardians(struct load *l) {
	void *memory = NULL;
	size_t bytes = l->guardians.count * sizeof(*l->guardians.items);
	enum err e = arena_take(&l->known.arena, bytes, &memory);
	if (e) {
		return e;
	}
	if (bytes > 0) {
		memcpy(memory, l->guardians.items, bytes);
	}
	const struct roster_known_guardian *next = memory;
	for (size_t i = 0; i < l->known.student_count; i++) {
		l->known.students[i].guardians = next;
		next += l->known.students[i].guardian_count;
	}
	return ERR_OK;
}

static enum err take_class(const struct class_row *row, void *ctx) {
	struct roster_known *known = &((struct load *)ctx)->known;
	void *classes = known->classes;
	enum err e = grow_items(&classes, &known->class_cap, known->class_count,
			sizeof(*known->classes), ROSTER_CLASSES_MAX);
	known->classes = classes;
	if (e) {
		return e;
	}
	struct roster_known_class *class = &known->classes[known->class_count];
	class->id = row->id;
	class->grade = row->grade;
	e = arena_copy(&known->arena, row->name, &class->name);
	known->class_count += !e;
	return e;
}

static enum err load_personal_ids(struct db *db, uint64_t school_id, struct roster_known *known) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_personal_ids, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct roster_known_student *s = find_student(known, db_col_u64(stmt, 0));
		if (!s) {
			continue; /* came to the school since the students were read */
		}
		e = db_col_bytes(stmt, 1, s->personal_id_hash.b, HASH_BYTES);
		if (e) {
			return e;
		}
		s->has_personal_id = true;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct request {
	uint64_t school_id;
	uint64_t school_year_id;
	struct roster_known *out;
};

/* All of one moment: read in one transaction. */
static enum err load_all(struct db *db, void *ctx) {
	const struct request *r = ctx;
	_cleanup_(load_finish) struct load l = { .at = 0 };
	l.known.arena = arena_make(KNOWN_BYTES_MAX);
	enum err e = roster_store_school_students(
			db, r->school_id, r->school_year_id, take_student, &l);
	if (!e) {
		e = guardian_store_of_school(db, r->school_id, take_guardian, &l);
	}
	if (!e) {
		e = hand_out_guardians(&l);
	}
	if (!e) {
		e = load_personal_ids(db, r->school_id, &l.known);
	}
	if (!e) {
		e = roster_store_classes(db, r->school_id, r->school_year_id, take_class, &l);
	}
	if (e) {
		return e;
	}
	*r->out = l.known;
	l.known = (struct roster_known){ 0 };
	return ERR_OK;
}

enum err roster_import_load(struct db *db, uint64_t school_id, uint64_t school_year_id,
		struct roster_known *out) {
	struct request r = { school_id, school_year_id, out };
	return db_transact_with(db, DB_TX_READ, load_all, &r);
}
