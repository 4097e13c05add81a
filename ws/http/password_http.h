#ifndef WS_HTTP_PASSWORD_HTTP_H
#define WS_HTTP_PASSWORD_HTTP_H

/* Activation codes, and the own password. */

#include "ws/http/route.h"

route_handler activation_look; /* POST /api/v1/activation */
route_handler activation_use;  /* POST /api/v1/activation/use */
route_handler password_change; /* PUT /api/v1/account/password */

#endif
