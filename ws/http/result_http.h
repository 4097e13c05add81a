#ifndef WS_HTTP_RESULT_HTTP_H
#define WS_HTTP_RESULT_HTTP_H

/* What came of a sitting: results for its teacher, a student's own, receipts, and points that a
 * person gives. */

#include "ws/http/route.h"

route_handler result_list;
route_handler result_workbook;
route_handler result_review;
route_handler result_picture;
route_handler result_mark_choose;
route_handler result_slot_put;
route_handler result_receipt;
route_handler result_mine;
route_handler result_of_child;

struct json_out;
struct result_mine;

/* A student's attempt as a family sees it: its result by the release policy. */
void result_put_mine(struct json_out *w, const struct result_mine *m, int64_t now_ms);

#endif
