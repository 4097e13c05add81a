#ifndef WS_HTTP_CLASS_MARKS_HTTP_H
#define WS_HTTP_CLASS_MARKS_HTTP_H

/*
 * A whole class in a term or the year, all subjects at once, for its homeroom teacher and the office:
 * means and levels, how much is missing and what, sessions missed, whom to call, the homeroom
 * teacher's remark.
 */

#include "ws/http/route.h"

/* GET /classes/{class}/marks/{part:word} */
route_handler class_marks_get;

#endif
