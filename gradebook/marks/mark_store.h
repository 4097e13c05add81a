#ifndef GRADEBOOK_MARKS_MARK_STORE_H
#define GRADEBOOK_MARKS_MARK_STORE_H

/*
 * The SQL for marks: columns and cells of a class, subject and term. Each change of a column writes
 * its row of the ledger in the same transaction; cells are changed by mark_change_store.h.
 * Everything is of one school: a row of another is not found.
 */

#include "core/db/db.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/mark_facts.h"

enum { MARK_SITTING_BYTES = 16, MARK_STUDENTS_MAX = 200 };

struct mark_place {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id;
	uint64_t term_id;
};

/* Who changes what, when, and why. */
struct mark_actor {
	uint64_t person_id;
	int64_t now_ms;
	struct str why;       /* may be empty until parents have seen the column */
	uint64_t approved_by; /* who allows it after locking; 0: nobody */
};

/* What the place is. ERR_NOT_FOUND unless class, subject and term are of the school and of one school year. */
enum err mark_store_facts(
		struct db *db, const struct mark_place *place, struct mark_facts *out) MUST_CHECK;

/* The name of somebody of the school, into `out`; nothing for one who is not. */
enum err mark_store_person(
		struct db *db, uint64_t school_id, uint64_t person_id, struct buf *out) MUST_CHECK;

struct mark_column {
	uint64_t id;
	struct mark_place place;
	enum mark_kind kind;
	unsigned position;
	int64_t published_at_ms; /* 0: not published */
	bool has_sitting;
	uint8_t sitting_id[MARK_SITTING_BYTES];
};
/* The columns of a place, by kind and position; at most MARK_COLUMNS_MAX are given. */
enum err mark_store_columns(struct db *db, const struct mark_place *place,
		struct mark_column columns[MARK_COLUMNS_MAX], size_t *out_count) MUST_CHECK;
enum err mark_store_column(struct db *db, uint64_t school_id, uint64_t column_id,
		struct mark_column *out) MUST_CHECK;
/* A column with the row of its history that says what it was made as. Inside a transaction.
 * ERR_EXISTS when there is one at that kind and position, ERR_LIMIT past MARK_COLUMNS_MAX. */
enum err mark_store_make_column(struct db *db, const struct mark_place *place, enum mark_kind kind,
		unsigned position, const struct mark_actor *actor, uint64_t *out_id) MUST_CHECK;
/* The same without that row, for who writes the whole history of a place anew. */
enum err mark_store_add_column(struct db *db, const struct mark_place *place, enum mark_kind kind,
		unsigned position, uint64_t *out_id) MUST_CHECK;
/* Finds the column, or makes it, and links it to the sitting that fills it. ERR_CONFLICT when it
 * is linked to another, or a person unlinked it from this one. Inside a transaction. */
enum err mark_store_link_column(struct db *db, const struct mark_column *column,
		const struct mark_actor *actor, uint64_t *out_id) MUST_CHECK;
/* The same by a person's word: one that was unlinked is linked again. */
enum err mark_store_relink_column(struct db *db, const struct mark_column *column,
		const struct mark_actor *actor) MUST_CHECK;
/* Its marks stay, and the exam fills it no more. ERR_CONFLICT when it is linked to none. Inside a
 * transaction. */
enum err mark_store_unlink_column(struct db *db, uint64_t school_id, uint64_t column_id,
		const struct mark_actor *actor) MUST_CHECK;
/* The sitting that a person unlinked the column from last; ERR_NOT_FOUND when there is none, or
 * the column was linked again. */
enum err mark_store_unlinked_from(struct db *db, const struct mark_column *column,
		uint8_t out_sitting[MARK_SITTING_BYTES]) MUST_CHECK;
/* Whether that is the sitting. */
enum err mark_store_is_unlinked(struct db *db, const struct mark_column *column,
		const uint8_t *sitting_id, bool *out) MUST_CHECK;
/* Lets students and parents see the column, and tells them; once more changes nothing. */
enum err mark_store_publish(struct db *db, uint64_t school_id, uint64_t column_id,
		const struct mark_actor *actor) MUST_CHECK;

struct mark_stored {
	uint64_t column_id;
	uint64_t student_id;
	struct cell cell;
	unsigned version; /* 0: no cell */
	bool has_attempt;
	uint8_t attempt_id[MARK_SITTING_BYTES];
	uint64_t changed_by; /* not looked at when it is set */
	int64_t changed_at_ms;
};
/* Cells of one column, or of a whole place. */
enum err mark_store_column_cells(struct db *db, uint64_t school_id, uint64_t column_id,
		enum err (*each)(const struct mark_stored *cell, void *ctx), void *ctx) MUST_CHECK;
enum err mark_store_cells(struct db *db, const struct mark_place *place,
		enum err (*each)(const struct mark_stored *cell, void *ctx), void *ctx) MUST_CHECK;

/* A published mark of one student. Texts are valid during the call. */
struct mark_seen {
	uint64_t term_id;
	unsigned term_number;
	int year;
	uint64_t subject_id;
	struct str subject_name;
	enum mark_subject subject;
	unsigned grade;
	unsigned lessons_a_year;
	enum mark_kind kind;
	unsigned position;
	int value_x10;
};
/* Of the newest school year in which the student is in a class: by term, subject, kind. At each
 * place one: of the class that the student is in, or else of the one that was left last. */
enum err mark_store_published(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct mark_seen *mark, void *ctx), void *ctx) MUST_CHECK;

#endif
