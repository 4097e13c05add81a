#ifndef GRADEBOOK_MARKS_LEDGER_STORE_H
#define GRADEBOOK_MARKS_LEDGER_STORE_H

/* The SQL of the marks' chained history. */

#include "core/db/db.h"
#include "gradebook/marks/ledger.h"

/* Adds a row behind its chain's head, which it locks until the transaction ends; row->number is
 * not looked at. Only inside a transaction, together with the change that it records. */
enum err ledger_store_add(struct db *db, const struct ledger_row *row) MUST_CHECK;

/* The history of a class in a subject; of the class itself with subject 0. */
struct ledger_chain {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id;
};

/*
 * Locks the chain's head until the transaction ends. The first statement of a transaction that
 * changes marks: changes of one class and subject then follow each other, and what the transaction
 * reads afterwards is what those before it left.
 */
enum err ledger_store_lock(struct db *db, const struct ledger_chain *chain) MUST_CHECK;

/* Texts are valid during the call. */
struct ledger_stored {
	struct ledger_row row;
	struct hash hash;
};
struct ledger_each {
	enum err (*row)(const struct ledger_stored *row, void *ctx);
	void *ctx;
};

/* The whole chain, from the first row. */
enum err ledger_store_chain(struct db *db, const struct ledger_chain *chain,
		const struct ledger_each *to) MUST_CHECK;
/* For the audit alone: the rows of a class and subject, also those that say another school. */
enum err ledger_store_rows(struct db *db, uint64_t class_id, uint64_t subject_id,
		const struct ledger_each *to) MUST_CHECK;
/* The rows of one column in which a person kept its mark against an exam's, oldest first. */
enum err ledger_store_kept(struct db *db, const struct ledger_chain *chain, uint64_t column_id,
		const struct ledger_each *to) MUST_CHECK;
/* Recomputes a chain. ERR_CORRUPT when a row was edited, dropped or moved; *out_number is the
 * last row that is good. */
enum err ledger_store_check(
		struct db *db, const struct ledger_chain *chain, uint32_t *out_number) MUST_CHECK;

#endif
