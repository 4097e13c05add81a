#ifndef GRADEBOOK_MARKS_ENTRY_STORE_H
#define GRADEBOOK_MARKS_ENTRY_STORE_H

/*
 * The SQL of entries of marks: many cells of one place by one person, in one transaction, at most
 * once a key.
 */

#include "gradebook/marks/entry.h"
#include "gradebook/marks/mark_change_store.h"

enum { ENTRY_CELLS_MAX = MARK_STUDENTS_MAX * MARK_COLUMNS_MAX };

struct entry;

/*
 * What an entry rests on besides its own cells, such as results of an exam: asked inside the
 * transaction, before anything is changed and unless the key was used before. It may fill in
 * attempts and reasons, and says by is_old which cells rest on what is no longer so.
 */
struct entry_ground {
	enum err (*look)(struct db *db, struct entry *entry, void *ctx); /* NULL: nothing */
	void *ctx;
};

/* What is particular about a cell of an exam. */
struct entry_exam {
	bool keeps;     /* what stands stays; `wanted` is the exam's mark that is refused */
	bool is_old;    /* told as a conflict */
	struct str why; /* when the entry has none */
};

struct entry {
	struct mark_place place;
	struct mark_actor actor;
	bool has_key;
	uint8_t key[ENTRY_KEY_BYTES]; /* of the person's own choosing */
	bool is_again;                /* is known to have been carried out: only tell */
	size_t count;
	struct mark_stored wanted[ENTRY_CELLS_MAX];
	struct entry_ground ground;
	struct entry_exam *exams; /* by cell; NULL: of no exam */
	/* What became of them, in the same order. */
	size_t done_count;
	struct entry_cell done[ENTRY_CELLS_MAX];
};

/*
 * Carries the entry out, or, when the key was used for the same entry before, gives what came of it
 * then. A cell that others changed meanwhile and one that may not be changed are told and left;
 * anything else undoes the whole.
 * Errors  ERR_EXISTS     the key was used for another entry
 *         ERR_CONFLICT   is_again, and what came of it is no longer known
 *         ERR_INVAL, ERR_MISSING, ERR_NOT_FOUND  as mark_desk_set()
 */
enum err entry_store_run(struct db *db, struct entry *entry) MUST_CHECK;

/* Forgets keys of entries before that time, at most `most`. */
enum err entry_store_sweep(
		struct db *db, int64_t before_ms, uint64_t most, uint64_t *out_count) MUST_CHECK;

#endif
