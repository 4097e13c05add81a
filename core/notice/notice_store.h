#ifndef CORE_NOTICE_NOTICE_STORE_H
#define CORE_NOTICE_NOTICE_STORE_H

/*
 * The SQL of what people are told of. A notice is written in the transaction of its event, one for
 * each event, person and child: written again it stays the one that was there. What leaves the
 * house of it (a delivery a channel) is written with it by notice_store_queue(). Texts given to
 * `each` are valid during the call; an error of `each` ends the reading and is given back.
 */

#include "core/db/db.h"
#include "core/notice/notice.h"

enum { NOTICE_PAGE_MAX = 101 };

/* Something that happened at a school. */
struct notice_event {
	uint64_t school_id;
	enum notice_kind kind;
	const char *name; /* "marks:17": what makes it that event; under NOTICE_EVENT_BYTES */
	struct str about;
	struct date on; /* year 0: no day */
	int64_t at_ms;
};

/* Tells the guardians in force of a student of the school, and the student. */
enum err notice_store_family(
		struct db *db, const struct notice_event *event, uint64_t student_id) MUST_CHECK;
/*
 * Tells the families of the students that a statement gives in its first column, and queues what
 * that sends (notice_store_queue()). The statement is bound and has not run yet.
 */
enum err notice_store_families(struct db *db, const struct notice_event *event,
		struct db_stmt *students) MUST_CHECK;
/* Tells one person. */
enum err notice_store_person(
		struct db *db, const struct notice_event *event, uint64_t person_id) MUST_CHECK;
/* Tells everybody who got the letter. */
enum err notice_store_letter(
		struct db *db, const struct notice_event *event, uint64_t letter_id) MUST_CHECK;
/* Tells the other side of a thread. */
enum err notice_store_thread(struct db *db, const struct notice_event *event, uint64_t thread_id,
		uint64_t person_id) MUST_CHECK;
/* Of a thread with the office: whoever is of it. */
enum err notice_store_office(
		struct db *db, const struct notice_event *event, uint64_t thread_id) MUST_CHECK;
/*
 * Queues what the event's notices send: by mail to those who confirmed an address and want it, by
 * the gateway to those with a telephone who did not say no; each where the office has switched the
 * channel on. Behind the calls above, in the same transaction; once more adds nothing.
 */
enum err notice_store_queue(struct db *db, const struct notice_event *event) MUST_CHECK;

struct notice_row {
	uint64_t id;
	enum notice_kind kind;
	uint64_t school_id;
	struct str school_name;
	uint64_t student_id; /* 0: about nobody */
	struct str student_name;
	uint64_t thread_id; /* 0: none */
	struct str about;
	struct date on;
	int64_t at_ms;
	int64_t read_at_ms; /* 0: not yet */
};
/* A person's own, whatever school they came from; the newest first, below an id (0: from the
 * newest). ERR_LIMIT past NOTICE_PAGE_MAX. */
enum err notice_store_list(struct db *db, uint64_t person_id, uint64_t below_id, unsigned limit,
		enum err (*each)(const struct notice_row *row, void *ctx), void *ctx) MUST_CHECK;
enum err notice_store_unread(struct db *db, uint64_t person_id, uint64_t *out_count) MUST_CHECK;
/* Marks those up to an id as read; how many there were does not matter. */
enum err notice_store_read(
		struct db *db, uint64_t person_id, uint64_t upto_id, int64_t now_ms) MUST_CHECK;
/* Those of one thread. */
enum err notice_store_read_thread(
		struct db *db, uint64_t person_id, uint64_t thread_id, int64_t now_ms) MUST_CHECK;

#endif
