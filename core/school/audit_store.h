#ifndef CORE_SCHOOL_AUDIT_STORE_H
#define CORE_SCHOOL_AUDIT_STORE_H

/* Who did what: append only. Written in the transaction of the deed, so neither stands alone. */

#include "core/db/db.h"

enum {
	AUDIT_PAGE_MAX = 201, /* rows read at once: a page of 200 and the one behind it */
	AUDIT_DETAIL_BYTES_MAX = 16384,
};

/* Texts belong to the caller, or are valid during `each`. */
struct audit_entry {
	uint64_t id;          /* given by the database */
	uint64_t school_id;   /* 0: none */
	uint32_t province_id; /* of whose department; 0: none */
	uint64_t person_id;   /* 0: the program itself */
	int64_t at_ms;
	struct str action;      /* "roster.commit" */
	struct str subject;     /* what kind of thing: "class" */
	struct str subject_id;  /* which one */
	struct str detail;      /* a JSON object without secrets; empty writes "{}" */
	struct str address;     /* where it came from, as text */
	struct str person_name; /* read only: "" for the program itself */
};

/* ERR_LIMIT when a text is too long. */
enum err audit_store_add(struct db *db, const struct audit_entry *entry) MUST_CHECK;

/* Rows of one school, the newest first: at most limit, behind the row `before` (its id; 0: from
 * the newest). ERR_LIMIT past AUDIT_PAGE_MAX. */
enum err audit_store_page(struct db *db, uint64_t school_id, uint64_t before, unsigned limit,
		enum err (*each)(const struct audit_entry *entry, void *ctx), void *ctx) MUST_CHECK;

#endif
