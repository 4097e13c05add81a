#ifndef WS_HTTP_PAPER_HTTP_H
#define WS_HTTP_PAPER_HTTP_H

/* Papers: parts and items, and how a variant of them would look. For the teacher who made them. */

#include "ws/http/route.h"

route_handler paper_list;
route_handler paper_create;
route_handler paper_get;
route_handler paper_put;
route_handler paper_preview;

#endif
