#ifndef GRADEBOOK_MARKS_REMARK_STORE_H
#define GRADEBOOK_MARKS_REMARK_STORE_H

/* The SQL of what teachers write about students of a class in a term: of a subject, or with
 * subject_id 0 the homeroom teacher's; and of phrases that they use again. */

#include "core/db/db.h"
#include "gradebook/marks/mark_store.h"

enum {
	REMARK_CHARS_MAX = 1000,
	PHRASE_CHARS_MAX = 300,
	PHRASES_MAX = 300, /* of one person; and of the school */
};

struct remark {
	uint64_t student_id;
	struct str text;  /* valid during the call; empty when it was taken back */
	unsigned version; /* 0: there is none */
	uint64_t changed_by;
	int64_t changed_at_ms;
};

/* The term's number. ERR_NOT_FOUND unless class and term are of one year of the school. */
enum err remark_store_term(
		struct db *db, const struct mark_place *place, unsigned *out_number) MUST_CHECK;

/* Of those who are in the class now and have one. */
enum err remark_store_list(struct db *db, const struct mark_place *place,
		enum err (*each)(const struct remark *r, void *ctx), void *ctx) MUST_CHECK;
/* One; with version 0 when there is none. The text is put into `text`. */
enum err remark_store_one(struct db *db, const struct mark_place *place, uint64_t student_id,
		struct remark *out, struct buf *text) MUST_CHECK;

/*
 * Writes one: wanted->version is the version that was seen. Inside a transaction.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_NOT_FOUND  the student is not in the class
 */
enum err remark_store_set(struct db *db, const struct mark_place *place,
		const struct remark *wanted, const struct mark_actor *actor) MUST_CHECK;

/* A phrase of a person's own, or with person_id 0 the school's. */
struct phrase {
	uint64_t id;
	uint64_t person_id;
	struct str text; /* valid during the call */
	unsigned used_count;
};

/* A person's and the school's, the most used first. */
enum err phrase_store_list(struct db *db, uint64_t school_id, uint64_t person_id,
		enum err (*each)(const struct phrase *p, void *ctx), void *ctx) MUST_CHECK;
/* ERR_LIMIT past PHRASES_MAX. */
enum err phrase_store_add(struct db *db, uint64_t school_id, uint64_t person_id, struct str text,
		uint64_t *out_id) MUST_CHECK;
/* ERR_NOT_FOUND unless it is that person's (0: the school's). */
enum err phrase_store_drop(
		struct db *db, uint64_t school_id, uint64_t person_id, uint64_t id) MUST_CHECK;
/* Counts a use. ERR_NOT_FOUND unless it is the person's or the school's. */
enum err phrase_store_use(
		struct db *db, uint64_t school_id, uint64_t person_id, uint64_t id) MUST_CHECK;

#endif
