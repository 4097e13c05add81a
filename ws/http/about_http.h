#ifndef WS_HTTP_ABOUT_HTTP_H
#define WS_HTTP_ABOUT_HTTP_H

/* What anybody may know: whose server this is, its published keys, the time. */

#include "ws/http/route.h"

route_handler about_get; /* GET /api/v1/about */
route_handler keys_get;  /* GET /api/v1/keys */
route_handler time_get;  /* GET /api/v1/time */

#endif
