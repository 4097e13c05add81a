#ifndef WS_HTTP_COMPLETION_HTTP_H
#define WS_HTTP_COMPLETION_HTTP_H

/* How far the marks of a term are, of every class and subject of the school, for the office. */

#include "ws/http/route.h"

route_handler completion_get;

#endif
