#ifndef CORE_PROVINCE_GRADE_STORE_H
#define CORE_PROVINCE_GRADE_STORE_H

/*
 * The grades of a school's classes while a batch is applied. A mark says its class, not its grade:
 * when a class gets another grade, or comes after its marks, what was counted under the old one
 * moves to the new one.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/db/db.h"
#include "core/province/tally.h"

enum { GRADES_MAX = 20000 /* classes of one school in all its years */ };

struct grade {
	struct str year;
	struct str class_name;
	unsigned before; /* 0: the class was not there */
	unsigned now;
};

struct grades {
	struct grade *items; /* sorted by year and class */
	size_t count;
	size_t cap;
};

void grades_finish(struct grades *g);
/* 0 when the class is not known. */
unsigned grades_get(const struct grades *g, struct str year, struct str class_name);
/* The texts outlive the list. ERR_LIMIT, ERR_NOMEM */
enum err grades_set(struct grades *g, struct str year, struct str class_name,
		unsigned grade) MUST_CHECK;

/* Adds the classes of the school as they are in the database; texts lie in the arena. */
enum err grade_store_load(struct db *db, uint64_t school_id, struct arena *arena,
		struct grades *out) MUST_CHECK;
/* Adds the steps by which the typed rows in the database move from each class's grade before to
 * that of now. */
enum err grade_store_move(struct db *db, uint64_t school_id, const struct grades *g,
		struct arena *arena, struct tally *tally) MUST_CHECK;

#endif
