#ifndef CORE_OUTBOX_OWE_STORE_H
#define CORE_OUTBOX_OWE_STORE_H

/*
 * What a deed says of itself so that the outside gets to know: "this was changed, there". It is
 * paid at the end of the deed's transaction (core/db/db.h, struct db_last): for each school that
 * exchanges, the head of its outbox is locked, every kind that follows what was changed looks at
 * its records again, and what is new is written. So the deed and what is told of it stand or fall
 * together, and the lock is held no longer than it must be.
 *
 * A deed says it in the store that writes the rows, whatever called it. A deed that owes is a
 * transaction; a school that exchanges nothing costs it one SELECT.
 */

#include "core/db/db.h"
#include "core/outbox/record_kind.h"

enum {
	OWED_MAX = 4096, /* of one transaction, before schools are looked at as a whole */
	OWED_SCOPES_MAX =
			64 /* of one kind, before the class or the school is looked at as a whole */
};

/* Inside a transaction. Members of `scope` that the topic does not have are 0. */
enum err outbox_owe(struct db *db, uint64_t school_id, enum record_topic topic,
		const struct record_scope *scope) MUST_CHECK;
/* A person was changed, who is the same in every school. */
enum err outbox_owe_person(struct db *db, uint64_t person_id) MUST_CHECK;

/* What one statement changes. */
struct outbox_deed {
	uint64_t school_id;
	enum record_topic topic;
	struct record_scope scope;
	uint64_t *made; /* gets the AUTO_INCREMENT id that it makes: a member of `scope` as a rule */
};
/* Runs a bound statement that must change one row (as db_exec_one() does) and owes what it changes,
 * in the running transaction or in one of its own. */
enum err outbox_exec_one(struct db *db, struct db_stmt *stmt, struct outbox_deed *deed) MUST_CHECK;

/* For struct db_last; the context is a struct record_kinds. */
enum err outbox_ahead(struct db *db, struct str owed, const void *kinds) MUST_CHECK;
enum err outbox_pay(struct db *db, struct str owed, const void *kinds) MUST_CHECK;

#endif
