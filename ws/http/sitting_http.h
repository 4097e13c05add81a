#ifndef WS_HTTP_SITTING_HTTP_H
#define WS_HTTP_SITTING_HTTP_H

/* Sittings: publishing, looking at them, moving the start, releasing results. */

#include "ws/http/route.h"

route_handler sitting_create;
route_handler sitting_ends_preview;
route_handler sitting_list_get;
route_handler sitting_get;
route_handler sitting_move;
route_handler sitting_ends;
route_handler sitting_release;

#endif
