#ifndef WS_HTTP_SITTING_VIEW_H
#define WS_HTTP_SITTING_VIEW_H

/* What several handlers need of a sitting: loading it for whom it may be loaded, and its shape. */

#include "exam/hall/sitting.h"
#include "exam/marking/result_store.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum sitting_view {
	SITTING_VIEW_OWN,   /* its teacher */
	SITTING_VIEW_WATCH, /* or who watches one of its rooms, or the office */
};

/* The sitting of the path's first parameter. ERR_NOT_FOUND when there is none, or it is not the
 * caller's in that sense. */
enum err sitting_view_load(
		const struct request *req, enum sitting_view view, struct sitting *out) MUST_CHECK;
/* The same by id. */
enum err sitting_view_load_id(const struct request *req, enum sitting_view view,
		const struct id16 *id, struct sitting *out) MUST_CHECK;

/* Writes the whole sitting as one value. */
enum err sitting_view_print(
		const struct request *req, const struct sitting *s, struct json_out *w) MUST_CHECK;
/* Loads it for whoever may watch it, and answers with it. */
enum err sitting_view_reply(const struct request *req, struct reply *reply, const struct id16 *id,
		int status) MUST_CHECK;

/* The member "student" of a result. */
void sitting_view_student(const struct result *r, struct json_out *w);

#endif
