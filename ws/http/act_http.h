#ifndef WS_HTTP_ACT_HTTP_H
#define WS_HTTP_ACT_HTTP_H

/* What an invigilator does to a student or to the whole room: more time, a message, handing in. */

#include "ws/http/route.h"

route_handler act_create;

#endif
