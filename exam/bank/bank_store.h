#ifndef EXAM_BANK_BANK_STORE_H
#define EXAM_BANK_BANK_STORE_H

/*
 * Banks and their questions in the database. A bank belongs to a teacher; a shared one may be read
 * by the other teachers of the school, and only its owner changes it. A question's revisions are
 * never changed once written: editing adds the next one. Every function is guarded by the school,
 * and by the person where one is given; what is not the caller's to see is ERR_NOT_FOUND.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/str.h"
#include "core/db/db.h"
#include "exam/bank/question.h"

enum {
	BANK_STORE_BANKS_MAX = 500,      /* that one person sees */
	BANK_STORE_QUESTIONS_MAX = 3000, /* in one bank */
	BANK_STORE_TOPIC_BYTES_MAX = 200,
	BANK_STORE_DIFFICULTY_MAX = 4,    /* vận dụng cao */
	BANK_STORE_CONFIDENCE_SURE = 100, /* a person wrote it */
};

struct bank {
	uint64_t id;
	uint64_t subject_id; /* 0: none */
	uint64_t owner_id;
	bool is_shared;
	uint32_t version;
	unsigned question_count; /* in use */
	char *name;
};

struct bank_list {
	struct bank *items;
	size_t count;
	size_t cap;
};

void bank_list_finish(struct bank_list *list);

/* One revision of a question, with what belongs to the question as a whole. */
struct bank_question {
	uint64_t id;
	uint64_t bank_id;
	uint32_t revision;
	uint32_t newest; /* revision */
	bool is_retired;
	unsigned difficulty; /* 0 not said, 1 nhận biết … 4 vận dụng cao */
	unsigned confidence; /* 0..100 */
	uint64_t passage_id; /* 0: none */
	char *passage;       /* stored rich text, "" when there is none */
	char *topic;
	char *source;   /* the text it was read from */
	char *problems; /* JSON array as import wrote it */
	struct question q;
};

struct bank_questions {
	struct bank_question *items;
	size_t count;
	size_t cap;
};

void bank_questions_finish(struct bank_questions *list);
void bank_question_finish(struct bank_question *q);

/* What a new question or revision is made of. Texts are NFC and already checked. */
struct bank_draft {
	const struct question *q;
	struct str topic;
	unsigned difficulty;
	uint64_t passage_id; /* 0: none; a passage of the same bank */
	unsigned confidence;
	struct str source;
	struct str problems; /* JSON array; empty writes [] */
};

/* Who asks: the school and the person. */
struct bank_actor {
	uint64_t school_id;
	uint64_t person_id;
};

/* The banks that this person sees, own ones first, by name. */
enum err bank_store_list(struct db *db, struct bank_actor actor, struct bank_list *out) MUST_CHECK;
/* ERR_NOT_FOUND. The caller frees out->name. */
enum err bank_store_load(struct db *db, struct bank_actor actor, uint64_t bank_id,
		struct bank *out) MUST_CHECK;
/* Makes a bank of this person: name, subject and is_shared are taken from `bank`. ERR_MISSING when
 * the subject is not one of the school. */
enum err bank_store_add(struct db *db, struct bank_actor actor, const struct bank *bank,
		int64_t now_ms, uint64_t *out_id) MUST_CHECK;
/* Name, subject, is_shared. ERR_STALE when bank->version is not the stored one, ERR_NOT_FOUND
 * when it is not the person's own. */
enum err bank_store_save(
		struct db *db, struct bank_actor actor, const struct bank *bank) MUST_CHECK;

/* The questions in use of a bank, newest revisions, in their order. */
enum err bank_store_questions(struct db *db, struct bank_actor actor, uint64_t bank_id,
		struct bank_questions *out) MUST_CHECK;
/* One question; revision 0 is the newest. */
enum err bank_store_question(struct db *db, struct bank_actor actor, uint64_t question_id,
		uint32_t revision, struct bank_question *out) MUST_CHECK;
/* The revisions that the items of a paper name, in the order of the items; whoever may see the
 * paper may see them, so only the school guards. */
enum err bank_store_of_paper(struct db *db, uint64_t school_id, uint64_t paper_id,
		struct bank_questions *out) MUST_CHECK;

/*
 * Adds a question as revision 1 behind the others of a bank. Inside a transaction of the caller or
 * its own. ERR_NOT_FOUND when the bank is not the person's own.
 */
enum err bank_store_question_add(struct db *db, struct bank_actor actor, uint64_t bank_id,
		const struct bank_draft *draft, int64_t now_ms, uint64_t *out_id) MUST_CHECK;

/*
 * Writes the revision after `revision`.
 *
 * Errors  ERR_NOT_FOUND  no such question of the person's own banks, or retired
 *         ERR_STALE      `revision` is not the newest
 */
enum err bank_store_question_revise(struct db *db, struct bank_actor actor, uint64_t question_id,
		uint32_t revision, const struct bank_draft *draft, int64_t now_ms) MUST_CHECK;
/* Takes it out of the bank's list; papers that hold it keep it. Once more does nothing. */
enum err bank_store_question_retire(
		struct db *db, struct bank_actor actor, uint64_t question_id) MUST_CHECK;

/* Adds a passage to a bank of the person's own. The HTML is stored rich text. */
enum err bank_store_passage_add(struct db *db, struct bank_actor actor, uint64_t bank_id,
		struct str html, int64_t now_ms, uint64_t *out_id) MUST_CHECK;
/* Every question of the bank that has the one passage gets the other: how a passage is edited. */
enum err bank_store_passage_replace(struct db *db, struct bank_actor actor, uint64_t bank_id,
		uint64_t old_id, uint64_t new_id) MUST_CHECK;

#endif
