#ifndef WS_HTTP_ACCOUNT_HTTP_H
#define WS_HTTP_ACCOUNT_HTTP_H

/*
 * Signing in and out, activation codes, passwords, the published keys and the time.
 */

#include "ws/http/route.h"

route_handler session_create;   /* POST /api/v1/session, by password */
route_handler session_get;      /* GET /api/v1/session */
route_handler session_end;      /* DELETE /api/v1/session */
route_handler session_school;   /* PUT /api/v1/session/school */
route_handler session_language; /* PUT /api/v1/session/language */
route_handler activation_look;  /* POST /api/v1/activation */
route_handler activation_use;   /* POST /api/v1/activation/use */
route_handler password_change;  /* PUT /api/v1/account/password */
route_handler keys_get;         /* GET /api/v1/keys */
route_handler about_get;        /* GET /api/v1/about */
route_handler time_get;         /* GET /api/v1/time */

#endif
