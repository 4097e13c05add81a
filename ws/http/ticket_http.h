#ifndef WS_HTTP_TICKET_HTTP_H
#define WS_HTTP_TICKET_HTTP_H

/* Exam tickets of a room: new codes, on paper or for a program. The old ones are void. */

#include "ws/http/route.h"

route_handler room_tickets;

#endif
