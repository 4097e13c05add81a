#ifndef CORE_NOTICE_QUESTION_STORE_H
#define CORE_NOTICE_QUESTION_STORE_H

/*
 * The SQL of questions: what a guardian writes of a child by himself or herself, to the homeroom
 * teacher or to the office. It is a letter (letter_store.h) with one thread, that goes on as any other
 * (thread_store.h).
 */

#include "core/notice/letter_store.h"
#include "core/notice/thread_store.h"

enum { QUESTIONS_A_DAY = 5 /* of one guardian to one school */ };

struct question_new {
	uint64_t school_id;
	uint64_t author_id;
	uint64_t student_id;
	enum thread_kind kind; /* THREAD_TO_TEACHER or THREAD_TO_OFFICE */
	struct str title;
	struct str text;
	bool has_key;
	uint8_t key[LETTER_KEY_BYTES];
	uint8_t body_hash[LETTER_HASH_BYTES]; /* of what was sent */
	int64_t now_ms;
};

struct question_done {
	uint64_t thread_id;
	uint64_t reader_id; /* who got it; of the office one */
	bool is_new;        /* false: the same key was there already */
};

/*
 * Inside a transaction.
 * Errors  ERR_MISSING    the child's class has no homeroom teacher, the school no office
 *         ERR_THROTTLED  QUESTIONS_A_DAY were begun in the last 24 hours
 *         ERR_FORK       another question stands under that key
 */
enum err question_store_add(struct db *db, const struct question_new *question,
		struct question_done *out) MUST_CHECK;

#endif
