#ifndef CORE_PROVINCE_DESK_LOG_STORE_H
#define CORE_PROVINCE_DESK_LOG_STORE_H

/*
 * The log of a department: what its officers did and looked at, and what was done at its terminal.
 * Reads only; the rows are written by core/school/audit_store.h in the transaction of the deed.
 */

#include "core/db/db.h"

enum { DESK_LOG_PAGE_MAX = 201 }; /* rows read at once: a page of 200 and the one behind it */

/* Which rows: of one province, newest first, behind the row `before`. */
struct desk_log_ask {
	uint32_t province_id;
	struct str action;  /* "": every deed */
	uint64_t school_id; /* province_school.id; 0: whatever it was done to */
	uint64_t before;    /* a row's id; 0: from the newest */
	unsigned limit;     /* at most DESK_LOG_PAGE_MAX */
};

/* Texts are valid during `each`. */
struct desk_log_row {
	uint64_t id;
	int64_t at_ms;
	uint64_t person_id; /* 0: at the terminal */
	struct str person_name;
	struct str action;
	uint64_t school_id; /* 0: it was done to no school of this province */
	struct str school_name;
	struct str detail; /* a JSON object */
};
/* ERR_LIMIT past DESK_LOG_PAGE_MAX; an error of `each` ends it and is given back. */
enum err desk_log_store_each(struct db *db, const struct desk_log_ask *ask,
		enum err (*each)(const struct desk_log_row *row, void *ctx), void *ctx) MUST_CHECK;

#endif
