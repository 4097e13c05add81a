#ifndef WS_HTTP_CONDUCT_HTTP_H
#define WS_HTTP_CONDUCT_HTTP_H

/* Conduct of a class: entered by its homeroom teacher, read and mended by the office. */

#include "ws/http/route.h"

/* GET, PUT /classes/{class}/conduct/{term} */
route_handler conduct_get;
route_handler conduct_put;
/* GET /classes/{class}/conduct-history/{student}: every change of the year */
route_handler conduct_history;

#endif
