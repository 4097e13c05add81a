#ifndef WS_HTTP_HALL_HTTP_H
#define WS_HTTP_HALL_HTTP_H

/*
 * The student's way into the hall by HTTP: what the exam page needs before the socket, and the
 * path beside it, since recovery must not wait for a socket (docs/protocol.md, "The HTTP path").
 */

#include "ws/http/route.h"

route_handler hall_attempt_get;
route_handler hall_sealed_get;
route_handler hall_key_get;
route_handler hall_hello_post;
route_handler hall_take_post;
route_handler hall_begin_post;
route_handler hall_log_post;
route_handler hall_events_post;

#endif
