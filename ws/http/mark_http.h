#ifndef WS_HTTP_MARK_HTTP_H
#define WS_HTTP_MARK_HTTP_H

/* Marks: the sheet of a class, subject and term for its teacher and the office; what was
 * published for students and their guardians. */

#include "gradebook/marks/mark_store.h"
#include "ws/http/route.h"

struct entry;
struct json;
struct json_out;

/* The cells of a body into out[most]: {"column","student","valueX10","state","isMakeup","version"}.
 * ERR_INVAL, or ERR_LIMIT when there are more. */
enum err mark_get_cells(const struct json *list, struct mark_stored *out, size_t most,
		size_t *out_count) MUST_CHECK;

/* What became of an entry, as members of an open object: "saved", "conflicts", "locked", "means". */
enum err mark_put_done(const struct request *req, const struct entry *entry,
		struct json_out *w) MUST_CHECK;

route_handler mark_sheet_get;
route_handler mark_sheet_put;
route_handler mark_column_create;
route_handler mark_publish;
/* What exams propose against the marks of a place, and what a person decides about it. */
route_handler mark_proposals_get;
route_handler mark_proposals_post;
route_handler mark_column_link;
route_handler mark_column_unlink;
route_handler mark_exemptions_put;
route_handler mark_request_create;
route_handler mark_request_list;
route_handler mark_request_decide;
route_handler mark_request_withdraw;
route_handler mark_history_get;
route_handler mark_mine_get;
route_handler mark_child_get;

#endif
