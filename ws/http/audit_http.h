#ifndef WS_HTTP_AUDIT_HTTP_H
#define WS_HTTP_AUDIT_HTTP_H

/*
 * Who did what in a school: read by its office, and written by every handler whose deed must be
 * known afterwards. The row stands in the transaction of the deed, so neither stands alone.
 */

#include <stdint.h>

#include "core/auth/access.h"
#include "ws/http/route.h"

struct db;
struct id16;

struct audit_deed {
	const char *action;  /* "class.change" */
	const char *subject; /* what kind of thing: "class" */
	const uint64_t *id;  /* which one; read when the deed is done */
};

/*
 * Carries the deed out and writes its row, in one transaction; `deed` may be run again, so it
 * keeps nothing from a run that failed. Errors are those of the deed and of core/db/db.h.
 */
enum err audit_run(const struct request *req, const struct audit_deed *what,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) MUST_CHECK;

/* The same with what was said about it, kept as {"why": "…"}. */
enum err audit_run_why(const struct request *req, const struct audit_deed *what, struct str why,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) MUST_CHECK;

/* The same with a JSON object of what must be known, at most AUDIT_DETAIL_BYTES_MAX. */
enum err audit_run_detail(const struct request *req, const struct audit_deed *what,
		struct str detail, enum err (*deed)(struct db *db, void *ctx),
		void *ctx) MUST_CHECK;

/* The same for somebody whom no session names: the holder of an activation code. */
enum err audit_run_by(const struct request *req, const struct access_actor *by,
		const struct audit_deed *what, enum err (*deed)(struct db *db, void *ctx),
		void *ctx) MUST_CHECK;
/* The same for what has an id of 16 bytes: a sitting, an attempt. It stands there as base64url. */
struct audit_deed16 {
	const char *action;
	const char *subject;
	const struct id16 *id;
};
enum err audit_run16(const struct request *req, const struct audit_deed16 *what,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) MUST_CHECK;

/* GET /audit: the newest first. */
route_handler audit_list;

#endif
