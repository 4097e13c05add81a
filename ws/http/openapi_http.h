#ifndef WS_HTTP_OPENAPI_HTTP_H
#define WS_HTTP_OPENAPI_HTTP_H

/* The description of every route, as it was when the program was built (webroot/openapi.json). */

#include <stddef.h>

#include "ws/http/route.h"

extern const unsigned char openapi_json[];
extern const size_t openapi_json_bytes;

route_handler openapi_get;

#endif
