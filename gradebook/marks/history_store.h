#ifndef GRADEBOOK_MARKS_HISTORY_STORE_H
#define GRADEBOOK_MARKS_HISTORY_STORE_H

/* The SQL of a cell's history as people read it: with names, and the request behind a change. */

#include "core/db/db.h"
#include "gradebook/marks/ledger.h"
#include "gradebook/marks/mark_store.h"

/* Texts are valid during the call. */
struct history_row {
	struct ledger_row row;
	struct str person_name;
	struct str approver_name; /* "" without one */
	uint64_t request_id;      /* 0: it was not asked for */
};

struct history_each {
	enum err (*row)(const struct history_row *row, void *ctx);
	void *ctx;
};

/* What happened to one student's mark in a column and to the column as a whole, oldest first. */
enum err history_store_cell(struct db *db, const struct mark_column *column, uint64_t student_id,
		const struct history_each *to) MUST_CHECK;

#endif
