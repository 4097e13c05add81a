#ifndef WS_HTTP_DESK_VIEW_H
#define WS_HTTP_DESK_VIEW_H

/* What the handlers of the desk share: asking for figures, JSON of a school. */

#include "core/province/desk_store.h"
#include "core/province/figures_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/request.h"

enum {
	DESK_PURPOSE_CHARS_MIN = 5,
	DESK_PURPOSE_CHARS_MAX = 300,
};

uint32_t desk_province(const struct request *req);
/* ERR_NOT_FOUND unless the school is the officer's. */
enum err desk_has_school(const struct request *req, uint64_t school_id) MUST_CHECK;

/* The text of a member of what is asked, p == NULL when it is not there; ctx: the query or a body. */
typedef struct str desk_word(const void *ctx, const char *name);
/*
 * Reads measure, by, year, part, level, commune, school, subject, grade.
 * ERR_INVAL: something that cannot be asked; ERR_NOT_FOUND: a school that is not the officer's.
 */
enum err desk_read_ask(const struct request *req, desk_word *word, const void *ctx,
		struct figures_ask *out) MUST_CHECK;

/* What the log keeps of a deed beside its subject; an empty text is left out. */
struct desk_fact {
	const char *name;
	struct str text;
};
/* audit_run_detail() with these. */
enum err desk_audit_run(const struct request *req, const struct audit_deed *what,
		const struct desk_fact *facts, size_t count,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) MUST_CHECK;

void desk_put_school(struct json_out *w, const struct desk_school *school, int64_t now_ms);
/* A moment, or null for 0. */
void desk_put_time(struct json_out *w, const char *name, int64_t ms);

#endif
