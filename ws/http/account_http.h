#ifndef WS_HTTP_ACCOUNT_HTTP_H
#define WS_HTTP_ACCOUNT_HTTP_H

/*
 * Signing in and out, and what a signed-in person is told of himself.
 */

#include "ws/http/route.h"

route_handler session_create;   /* POST /api/v1/session, by password */
route_handler session_get;      /* GET /api/v1/session */
route_handler session_end;      /* DELETE /api/v1/session */
route_handler session_school;   /* PUT /api/v1/session/school */
route_handler session_language; /* PUT /api/v1/session/language */

#endif
