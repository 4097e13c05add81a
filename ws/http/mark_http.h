#ifndef WS_HTTP_MARK_HTTP_H
#define WS_HTTP_MARK_HTTP_H

/* Marks: the sheet of a class, subject and term for its teacher and the office; what was
 * published for students and their guardians. */

#include "ws/http/route.h"

route_handler mark_sheet_get;
route_handler mark_sheet_put;
route_handler mark_column_create;
route_handler mark_publish;
route_handler mark_history_get;
route_handler mark_mine_get;
route_handler mark_child_get;

#endif
