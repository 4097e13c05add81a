#ifndef WS_HTTP_ENROLMENT_HTTP_H
#define WS_HTTP_ENROLMENT_HTTP_H

/* How a school and its province come to know each other's keys (docs/exchange.md). */

#include "ws/http/route.h"

/* POST /exchange/enrolments */
route_handler enrolment_create;
/* POST /exchange/keys: the school's next key. */
route_handler school_key_create;
/* GET /exchange/keys: the province's keys, each signed by the one before it. */
route_handler province_keys_get;

#endif
