#ifndef WS_HTTP_SHEET_HTTP_H
#define WS_HTTP_SHEET_HTTP_H

/*
 * What imports from Excel have in common: the uploaded workbook, the kept preview, and the hash of
 * it that a commit must name.
 */

#include "core/base/grid.h"
#include "core/school/calendar.h"
#include "core/school/plan_store.h"
#include "core/school/roster.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

/* The sheets of an uploaded workbook. */
struct sheets {
	struct grid *grids[ROSTER_SHEETS_MAX];
	size_t count;
};
void sheets_free(struct sheets *s);
DEFINE_FREEP(struct sheets *, sheets_free);

/* The part "file" of an upload, as sheets. When there is none, or it cannot be read, the request is
 * answered and *out stays NULL. */
enum err sheets_take(
		const struct request *req, struct reply *reply, struct sheets **out) MUST_CHECK;
/* Answers for a workbook that a plan cannot be made of: ERR_LIMIT; others are given back. */
enum err sheets_refuse(struct reply *reply, enum err e);

/* Keeps a saved plan (its first line the preview) and answers with the preview. */
enum err sheets_keep(const struct request *req, struct reply *reply, enum plan_kind kind,
		uint64_t target_id, struct str saved) MUST_CHECK;
/* GET, DELETE of a kept one; its id is the first of the path. */
enum err sheets_reply(
		const struct request *req, struct reply *reply, enum plan_kind kind) MUST_CHECK;
enum err sheets_drop(
		const struct request *req, struct reply *reply, enum plan_kind kind) MUST_CHECK;

/* The plan that a commit names by id and hash. Answered when the hash is missing: then
 * *out_is_answered. ERR_STALE: another hash. */
enum err sheets_named(const struct request *req, struct reply *reply, enum plan_kind kind,
		struct plan *out, bool *out_is_answered) MUST_CHECK;

#endif
