#ifndef CORE_NOTICE_LETTER_STORE_H
#define CORE_NOTICE_LETTER_STORE_H

/*
 * The SQL of letters: what somebody of the school writes once, to one family, a class, a grade or
 * everybody. Each who gets it has a thread of his or her own with the author and learns of nobody
 * else's. Who may write to whom was decided before. Texts given to `each` are valid during the
 * call; an error of `each` ends the reading and is given back.
 */

#include "core/db/db.h"

enum {
	LETTER_TITLE_CHARS_MAX = 150,
	LETTER_TEXT_CHARS_MAX = 4000,
	LETTER_KEY_BYTES = 16,
	LETTER_HASH_BYTES = 32,
	LETTER_PAGE_MAX = 101,
};

/* The numbers of both are the database's. */
enum letter_scope {
	LETTER_STUDENT = 1,
	LETTER_CLASS = 2,
	LETTER_GRADE = 3,
	LETTER_SCHOOL = 4,
	LETTER_SCOPE_COUNT_,
};
enum letter_audience {
	LETTER_GUARDIANS = 1,
	LETTER_STUDENTS = 2,
	LETTER_ALL = 3,
	LETTER_AUDIENCE_COUNT_,
};
/* "student", "class", "grade", "school"; "guardians", "students", "all". */
const char *letter_scope_name(enum letter_scope scope);
enum err letter_scope_parse(struct str name, enum letter_scope *out) MUST_CHECK;
const char *letter_audience_name(enum letter_audience audience);
enum err letter_audience_parse(struct str name, enum letter_audience *out) MUST_CHECK;

struct letter_new {
	uint64_t school_id;
	uint64_t author_id;
	enum letter_scope scope;
	uint64_t target_id; /* the student, the class, the grade; 0 for the school */
	uint64_t year_id;   /* whose classes a grade and the school are */
	enum letter_audience audience;
	struct str title;
	struct str text;
	bool has_key;
	uint8_t key[LETTER_KEY_BYTES];        /* sent twice, it is written once */
	uint8_t body_hash[LETTER_HASH_BYTES]; /* of what was sent */
	int64_t now_ms;
};

/*
 * Writes the letter and a thread for each who gets it: guardians in force of students who learn
 * in the class now, the students, or both; never the author. Inside a transaction. *out_is_new is
 * false when the same key was there already: then nothing is done.
 * Errors  ERR_MISSING  there is nobody to get it
 *         ERR_FORK     another letter stands under that key
 */
enum err letter_store_add(struct db *db, const struct letter_new *letter, uint64_t *out_id,
		bool *out_is_new) MUST_CHECK;

struct letter_row {
	uint64_t id;
	enum letter_scope scope;
	uint64_t target_id;
	struct str target_name; /* of the student or the class; "" otherwise */
	enum letter_audience audience;
	struct str title;
	struct str text;
	int64_t sent_at_ms;
	unsigned sent;    /* to how many */
	unsigned read;    /* by how many */
	unsigned replied; /* who answered */
	unsigned unread;  /* threads with an answer that the author has not read */
};
/* What a person wrote at a school, the newest first, below an id (0: from the newest). */
enum err letter_store_mine(struct db *db, uint64_t school_id, uint64_t author_id,
		const uint64_t page[2], enum err (*each)(const struct letter_row *row, void *ctx),
		void *ctx) MUST_CHECK;
/* Gives the one letter to `each`; ERR_NOT_FOUND when it is not this person's. */
enum err letter_store_one(struct db *db, uint64_t school_id, uint64_t author_id, uint64_t id,
		enum err (*each)(const struct letter_row *row, void *ctx), void *ctx) MUST_CHECK;

/* One who got a letter. */
struct letter_reader {
	uint64_t thread_id;
	struct str full_name;
	bool is_student;
	uint64_t student_id;
	struct str student_name;
	int64_t read_at_ms; /* 0: not yet */
	unsigned reply_count;
	bool is_unread; /* an answer that the author has not read */
};
/* By the student's name. */
enum err letter_store_readers(struct db *db, uint64_t school_id, uint64_t letter_id,
		enum err (*each)(const struct letter_reader *reader, void *ctx),
		void *ctx) MUST_CHECK;

#endif
