#ifndef WS_HTTP_SCHEDULE_HTTP_H
#define WS_HTTP_SCHEDULE_HTTP_H

/* What the office plans for a term: from when on marks are locked and published, and which places
 * are reopened in spite of a lock. */

#include "ws/http/route.h"

route_handler schedule_get;
route_handler schedule_lock_put;
route_handler schedule_publishing_put;
route_handler reopening_create;
route_handler reopening_end;

#endif
