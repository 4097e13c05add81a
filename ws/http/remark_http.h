#ifndef WS_HTTP_REMARK_HTTP_H
#define WS_HTTP_REMARK_HTTP_H

/* Remarks on the students of a class in a term, of a subject or the homeroom teacher's ("0" in the
 * place of the subject), and phrases for them. */

#include "ws/http/route.h"

route_handler remark_list_get;
route_handler remark_list_put;
route_handler phrase_list_get;
route_handler phrase_create;
route_handler phrase_drop;

#endif
