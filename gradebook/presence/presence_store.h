#ifndef GRADEBOOK_PRESENCE_PRESENCE_STORE_H
#define GRADEBOOK_PRESENCE_PRESENCE_STORE_H

/*
 * The SQL for roll calls and absences. Everything is of one school: a row of another is not found.
 * Each taking of a session is kept with what it changed. Texts given to `each` are valid during
 * the call; an error of `each` ends the reading and is given back.
 */

#include "core/db/db.h"
#include "gradebook/presence/presence.h"

enum { PRESENCE_KEY_BYTES = 16 };

/* Which session of which class. */
struct presence_call {
	uint64_t school_id;
	uint64_t class_id;
	struct date on;
	unsigned session;
};

struct presence_head {
	unsigned version; /* 0: not taken yet */
	int64_t taken_at_ms;
	uint64_t taken_by;
	struct str taken_by_name; /* valid until the next call of `each`, or during it */
};
/* Gives the head to `each`, also when the session was not taken. ERR_NOT_FOUND: no such class. */
enum err presence_store_head(struct db *db, const struct presence_call *call,
		enum err (*each)(const struct presence_head *head, void *ctx),
		void *ctx) MUST_CHECK;

struct presence_row {
	uint64_t student_id;
	struct str code;
	struct str full_name;
	enum presence_kind kind;
	struct str note;
};
/* Those who were in the class on that day, in the order of its list. */
enum err presence_store_rows(struct db *db, const struct presence_call *call,
		enum err (*each)(const struct presence_row *row, void *ctx), void *ctx) MUST_CHECK;

/* Who is not simply there. */
struct presence_mark {
	uint64_t student_id;
	enum presence_kind kind;
	struct str note; /* at most PRESENCE_NOTE_CHARS_MAX characters */
};

struct presence_take {
	struct presence_call call;
	unsigned term_number; /* that the day counts for */
	unsigned version;     /* that was seen; 0: not taken yet */
	bool has_key;
	uint8_t key[PRESENCE_KEY_BYTES]; /* sent twice, it is done once */
	const struct presence_mark *marks;
	size_t count;
	uint64_t person_id;
	int64_t now_ms;
};

/*
 * Takes or corrects a session as a whole: whoever is not in `marks` was there. Inside a
 * transaction. *out_version is the version that now stands; saying what stands already, or the
 * same key again, changes nothing.
 * Errors  ERR_STALE      somebody else has taken or corrected it meanwhile
 *         ERR_NOT_FOUND  a student was not in the class that day
 *         ERR_INVAL      a student twice, or marked as present
 *         ERR_CLOSED     the class's term or year is closed
 *         ERR_LIMIT      more than PRESENCE_STUDENTS_MAX students
 */
enum err presence_store_take(
		struct db *db, const struct presence_take *take, unsigned *out_version) MUST_CHECK;

/* One thing that was changed in a session, the oldest first; a taking that changed nobody comes
 * once, with student 0. */
struct presence_change {
	unsigned version;
	int64_t at_ms;
	uint64_t person_id;
	struct str person_name;
	uint64_t student_id;
	enum presence_kind old_kind;
	enum presence_kind new_kind;
};
enum err presence_store_history(struct db *db, const struct presence_call *call,
		enum err (*each)(const struct presence_change *change, void *ctx),
		void *ctx) MUST_CHECK;

/* ---- over many days, both ends included ---- */

struct presence_span {
	uint64_t school_id;
	struct date from;
	struct date to;
};

struct presence_absence {
	uint64_t student_id;
	struct date on;
	unsigned session;
	enum presence_kind kind;
	struct str note;
	struct str class_name;
};
/* Of the students who are in a class now, wherever they were then; of one student. By day, the
 * newest first. */
enum err presence_store_class_absences(struct db *db, const struct presence_span *span,
		uint64_t class_id, enum err (*each)(const struct presence_absence *a, void *ctx),
		void *ctx) MUST_CHECK;
enum err presence_store_student_absences(struct db *db, const struct presence_span *span,
		uint64_t student_id, enum err (*each)(const struct presence_absence *a, void *ctx),
		void *ctx) MUST_CHECK;

/* Sessions that were taken, the newest first. */
struct presence_taken {
	struct date on;
	unsigned session;
	int64_t taken_at_ms;
	uint64_t taken_by;
	struct str taken_by_name;
	unsigned away;
	unsigned late;
};
enum err presence_store_taken(struct db *db, const struct presence_span *span, uint64_t class_id,
		enum err (*each)(const struct presence_taken *taken, void *ctx),
		void *ctx) MUST_CHECK;

#endif
