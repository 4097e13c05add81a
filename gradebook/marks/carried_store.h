#ifndef GRADEBOOK_MARKS_CARRIED_STORE_H
#define GRADEBOOK_MARKS_CARRIED_STORE_H

/*
 * The marks that a student brings along who changes class within a school year. As in a school's
 * paper books they travel with the student: in the new class each counts at its own place (subject,
 * term, kind, position), unless something was entered there in the new class's own column, which then
 * counts alone: a mark, or that the student was away. Of several former classes the last one with a
 * mark at a place gives it. A subject that the new class does not have brings nothing along.
 *
 * Nothing is copied: the mark stays in the column, the history and the locks of the class in which it
 * was given. Only marks are brought along, no cell that is empty or to be made up.
 */

#include "core/db/db.h"
#include "gradebook/marks/mark.h"

struct carried_wanted {
	uint64_t school_id;
	uint64_t class_id;   /* the new class */
	uint64_t student_id; /* one, even if he or she has left it; 0: all who are in it */
	uint64_t subject_id; /* 0: of every subject */
	uint64_t term_id;    /* 0: of both terms */
	bool is_for_family;  /* published columns alone */
};

struct carried {
	uint64_t student_id;
	uint64_t subject_id;
	uint64_t term_id;
	struct mark_cell cell;
	bool is_makeup;
	uint64_t class_id;     /* the former class */
	struct str class_name; /* valid during the call */
};

/* Of the class that was left first, then of the next: at one place the last one counts. */
enum err carried_store_list(struct db *db, const struct carried_wanted *wanted,
		enum err (*each)(const struct carried *mark, void *ctx), void *ctx) MUST_CHECK;

/* A place of the new class in which a mark that was brought along counts. */
struct carried_place {
	uint64_t class_id; /* the new class */
	uint64_t student_id;
	uint64_t subject_id; /* which the new class may not have */
	uint64_t term_id;
	enum mark_kind kind;
	unsigned position;
};

/* Of all who are in a class of that school year: each place once, and none in which something was
 * entered in the new class. One statement, however many classes. */
enum err carried_store_places(struct db *db, uint64_t school_id, uint64_t year_id,
		enum err (*each)(const struct carried_place *place, void *ctx),
		void *ctx) MUST_CHECK;

#endif
