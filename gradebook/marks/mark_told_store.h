#ifndef GRADEBOOK_MARKS_MARK_TOLD_STORE_H
#define GRADEBOOK_MARKS_MARK_TOLD_STORE_H

/*
 * Who is told of what happens to marks. Inside the transaction of the event; once more tells
 * nobody again.
 */

#include "core/db/db.h"

/* A column that families see: tells those whose child has something in it. A column that is not
 * published tells nobody. */
enum err mark_told_store_column(
		struct db *db, uint64_t school_id, uint64_t column_id, int64_t now_ms) MUST_CHECK;
/* A request was decided: tells who asked. */
enum err mark_told_store_request(struct db *db, uint64_t school_id, uint64_t request_id,
		bool is_approved, int64_t now_ms) MUST_CHECK;

#endif
