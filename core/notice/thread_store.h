#ifndef CORE_NOTICE_THREAD_STORE_H
#define CORE_NOTICE_THREAD_STORE_H

/*
 * The SQL of threads: a letter as one person got it, and what that person and the author wrote
 * afterwards. Only these two find it. A person's own threads are found whatever school they came
 * from, as a guardian may have children at several; the author's are of the school that he or she
 * acts in. A thread that a guardian began (question_store.h) is found by the guardian, and by the
 * homeroom teacher that it went to or by whoever is of that school's office. Texts given to `each` are valid during the call; an error of `each` ends the reading
 * and is given back.
 */

#include "core/db/db.h"

enum {
	THREAD_PAGE_MAX = 101,
	THREAD_KEY_BYTES = 16,
	THREAD_REPLIES_MAX = 500, /* of one thread */
};

/* Who asks. */
struct thread_asker {
	uint64_t person_id;
	uint64_t school_id;
	bool is_teacher; /* at that school */
	bool is_office;
};

/* The numbers are the database's. */
enum thread_kind {
	THREAD_LETTER = 1,     /* of the school, to a family */
	THREAD_TO_TEACHER = 2, /* of a guardian */
	THREAD_TO_OFFICE = 3,  /* whoever is of the office reads and answers */
};

struct thread_row {
	uint64_t id;
	uint64_t school_id;
	struct str school_name;
	uint64_t letter_id;
	struct str title;
	struct str text; /* of the letter */
	int64_t sent_at_ms;
	uint64_t author_id;
	struct str author_name;
	uint64_t person_id;
	struct str person_name;
	uint64_t student_id;
	struct str student_name;
	bool is_student; /* the person is the student */
	int64_t last_at_ms;
	int64_t person_read_at_ms; /* 0: not yet */
	int64_t author_read_at_ms;
	int64_t author_last_at_ms;
	unsigned reply_count;
	int64_t person_last_at_ms;
	enum thread_kind kind;
};
/* Those that a person got, as that person or as the office, and those that he or she began, by their last word, the newest first, all before before_ms. */
enum err thread_store_mine(struct db *db, const struct thread_asker *who, int64_t before_ms,
		unsigned limit, enum err (*each)(const struct thread_row *row, void *ctx),
		void *ctx) MUST_CHECK;
/* Gives the one thread to `each`. ERR_NOT_FOUND when the asker is neither of the two. */
enum err thread_store_one(struct db *db, const struct thread_asker *who, uint64_t id,
		enum err (*each)(const struct thread_row *row, void *ctx), void *ctx) MUST_CHECK;

struct thread_reply {
	uint64_t id;
	uint64_t person_id;
	struct str text;
	int64_t at_ms;
};
/* The oldest first. */
enum err thread_store_replies(struct db *db, uint64_t thread_id,
		enum err (*each)(const struct thread_reply *reply, void *ctx),
		void *ctx) MUST_CHECK;

struct thread_answer {
	struct thread_asker who;
	uint64_t thread_id;
	struct str text;
	bool has_key;
	uint8_t key[THREAD_KEY_BYTES]; /* sent twice, it is written once */
	int64_t now_ms;
};
/*
 * Adds to a thread. Inside a transaction. *out_is_new is false when the key was there already.
 * Errors  ERR_NOT_FOUND  the asker is neither of the two
 *         ERR_LIMIT      THREAD_REPLIES_MAX are there
 *         ERR_FORK       the key stands at another thread or text
 */
enum err thread_store_answer(struct db *db, const struct thread_answer *answer, uint64_t *out_id,
		bool *out_is_new) MUST_CHECK;
/* The asker has read everything that is there. ERR_NOT_FOUND as above. */
enum err thread_store_read(struct db *db, const struct thread_asker *who, uint64_t id,
		int64_t now_ms) MUST_CHECK;

#endif
