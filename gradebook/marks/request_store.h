#ifndef GRADEBOOK_MARKS_REQUEST_STORE_H
#define GRADEBOOK_MARKS_REQUEST_STORE_H

/*
 * The SQL of changes that teachers ask for after locking, and that another person decides. One that
 * is approved is carried out in the same transaction, with a row of the ledger that names both.
 */

#include "core/db/db.h"
#include "gradebook/marks/mark_change_store.h"

enum { REQUEST_PAGE_MAX = 200 };

/* The numbers are the database's. */
enum request_state {
	REQUEST_WAITING = 1,
	REQUEST_APPROVED = 2,
	REQUEST_REFUSED = 3,
	REQUEST_WITHDRAWN = 4,
	REQUEST_STATE_COUNT_,
};
const char *request_state_name(enum request_state state); /* "waiting", "approved", … */
enum err request_state_parse(struct str name, enum request_state *out) MUST_CHECK;

/* Texts are valid during the call. */
struct request_row {
	uint64_t id;
	struct mark_place place;
	struct str class_name;
	struct str subject_name;
	enum mark_subject subject;
	unsigned term_number;
	uint64_t column_id;
	enum mark_kind kind;
	unsigned position;
	uint64_t student_id;
	struct str student_code;
	struct str student_name;
	unsigned seen_version;
	unsigned version; /* of the cell now */
	struct cell was;
	struct cell wanted;
	struct str why;
	uint64_t asked_by;
	struct str asked_by_name;
	int64_t asked_at_ms;
	enum request_state state;
	uint64_t decided_by; /* 0: nobody yet */
	struct str decided_by_name;
	int64_t decided_at_ms;
	struct str decision;
};

struct request_each {
	enum err (*row)(const struct request_row *row, void *ctx);
	void *ctx;
};

/* Those that wait in a place. */
enum err request_store_place(struct db *db, const struct mark_place *place,
		const struct request_each *to) MUST_CHECK;

/* A page of the school's, the newest first: of one person (0: all), of one state (0: any), below
 * an id (0: from the newest). */
struct request_page {
	uint64_t school_id;
	uint64_t asked_by;
	unsigned state;
	uint64_t below_id;
	unsigned limit; /* at most REQUEST_PAGE_MAX */
};
enum err request_store_list(struct db *db, const struct request_page *page,
		const struct request_each *to) MUST_CHECK;

/*
 * Asks for changes of cells of one place; actor->why is the reason. Inside a transaction. *out_id is
 * the first one's; those of one call follow each other.
 * Errors  ERR_STALE     another version of a cell is there by now
 *         ERR_CONFLICT  a cell is not locked: it can be changed
 *         ERR_EXISTS    a request for the cell waits already
 *         ERR_INVAL     a cell that the subject cannot have, or what is there already
 *         ERR_NOT_FOUND no such column in the place, or the student is not in its class
 */
enum err request_store_ask(struct db *db, const struct mark_place *place,
		const struct mark_stored *wanted, size_t count, const struct mark_actor *actor,
		uint64_t *out_id) MUST_CHECK;

struct request_decision {
	uint64_t school_id;
	uint64_t id;
	bool is_approved;
	uint64_t person_id;
	int64_t now_ms;
	struct str note;
};
/*
 * Decides, and carries out what is approved. Inside a transaction.
 * Errors  ERR_NOT_FOUND  no such request in the school
 *         ERR_DENIED     it is the person's own
 *         ERR_CONFLICT   it was decided or withdrawn before
 *         ERR_STALE      the mark is not the one any more that was seen when it was asked for
 *         ERR_CLOSED     the class is closed, or the student exempt: it cannot be carried out
 */
enum err request_store_decide(struct db *db, const struct request_decision *d) MUST_CHECK;

/* ERR_NOT_FOUND unless it is the person's; ERR_CONFLICT when it does not wait any more. */
enum err request_store_withdraw(struct db *db, uint64_t school_id, uint64_t id, uint64_t person_id,
		int64_t now_ms) MUST_CHECK;

#endif
