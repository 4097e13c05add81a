#ifndef CORE_PROVINCE_INBOX_KEEP_STORE_H
#define CORE_PROVINCE_INBOX_KEEP_STORE_H

/*
 * How long a province keeps what came in. The records themselves stay for ever. A batch's mark and
 * receipt (`incoming`) stay for INBOX_KEEP_DAYS, and of each school the newest INBOX_KEEP_NEWEST
 * whatever their age: a school that was away for a summer is still answered by the same bytes, and
 * what it sends again later finds its records there and is stale. A rejection stays until a larger
 * phienban of its record is applied; of each school at most INBOX_REJECTIONS_MAX, for one that is
 * out of its mind must not fill the province's disk: then the oldest go.
 */

#include "core/db/db.h"

enum {
	INBOX_KEEP_DAYS = 180,
	INBOX_KEEP_NEWEST = 100,
	INBOX_KEEP_AT_ONCE = 1000,    /* batches of a school that go in one statement */
	INBOX_REJECTIONS_MAX = 20000, /* of a school */
};

/* Drops the marks that are older, in pieces; never inside a transaction. */
enum err inbox_keep_store_prune(struct db *db, int64_t now_ms, uint64_t *out_count) MUST_CHECK;

/* Holds a school to INBOX_REJECTIONS_MAX, in the running transaction. */
enum err inbox_keep_store_limit(struct db *db, uint64_t school_id) MUST_CHECK;

#endif
