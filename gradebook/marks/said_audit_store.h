#ifndef GRADEBOOK_MARKS_SAID_AUDIT_STORE_H
#define GRADEBOOK_MARKS_SAID_AUDIT_STORE_H

/*
 * What is said of students beside the marks (conduct, judgements, what was assessed again) stands in
 * a table each, and every change of it in the class's own chain. For `truongthi audit` each table is
 * held against that chain here, class by class and all of one moment. That the chains are whole is
 * ledger_audit_store.h's.
 */

#include "core/db/db.h"

struct said_finding {
	bool is_missing; /* the history has one, and there is no row; else it was changed or added */
	uint64_t class_id;
	uint64_t student_id;
	uint64_t place; /* a term's or a moment's number, or a subject: the table's own header says */
	uint64_t item; /* 0: a place has but one */
};

struct said_audit_out {
	void (*report)(void *owner, const struct said_finding *finding);
	void *owner;
};

/* Two statements, each bound to the class twice; both give class, student, place and item. */
struct said_audit {
	const char *sql_changed; /* rows that are not what the chain says last */
	const char *sql_missing; /* what the chain says last and no row has */
};

/* A school's, or with school 0 all. The errors are the database's. */
enum err said_audit_store_run(struct db *db, uint64_t school, const struct said_audit *audit,
		struct said_audit_out out) MUST_CHECK;

#endif
