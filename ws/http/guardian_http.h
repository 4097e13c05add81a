#ifndef WS_HTTP_GUARDIAN_HTTP_H
#define WS_HTTP_GUARDIAN_HTTP_H

/*
 * A student's guardians, changed by the office. A phone number that is somebody's already links that
 * person, once the office has seen who it is and said yes.
 */

#include "ws/http/route.h"

route_handler guardian_create;
route_handler guardian_put;
route_handler guardian_delete;

#endif
