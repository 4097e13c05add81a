#ifndef CORE_PROVINCE_PROJECTION_STORE_H
#define CORE_PROVINCE_PROJECTION_STORE_H

/*
 * Keeps the department's typed rows and tallies true to the province's records. Called by the
 * transaction that applies a batch, with every record that it changes: rows and tallies stand or
 * fall with the records. What the tallies come to depends only on the records that are there, not
 * on the order in which they came.
 *
 * The caller holds the school's row locked, so that the batches of one school follow each other;
 * batches of different schools touch no common row.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/province/projection.h"

enum {
	PROJECTION_CHANGES_MAX = 8192,         /* of one call */
	PROJECTION_ARENA_BYTES_MAX = 64 << 20, /* values of one call */
};

/* One record that changes. Everything belongs to the caller. */
struct projection_change {
	struct str bang;
	struct str idbanghi;
	/* The whole line that the province held, one that projection_read() took; empty when there
	 * was none. */
	struct str before;
	const struct projection_row *now; /* as projection_read() gave it */
	bool is_cancelled;                /* and it is there no more */
};

/*
 * In a transaction. The same record may change several times in one call, in that order.
 * Errors  ERR_CORRUPT  a line that projection_read() does not take: the caller let it through
 *         ERR_LIMIT    more than PROJECTION_CHANGES_MAX, or too large together
 *         ERR_NOMEM and those of db.h
 */
enum err projection_store_apply(struct db *db, uint64_t school_id,
		const struct projection_change *changes, size_t count) MUST_CHECK;

#endif
