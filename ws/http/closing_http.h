#ifndef WS_HTTP_CLOSING_HTTP_H
#define WS_HTTP_CLOSING_HTTP_H

/* Closing terms and years: what is missing, closing a class, opening it again. */

#include "ws/http/route.h"

route_handler closing_list; /* GET /closings: every class of a year, for the office */
route_handler closing_get;  /* GET /classes/{class}/closing: what is missing in one */
route_handler closing_post; /* POST /classes/{class}/closing */

#endif
