#ifndef WS_HTTP_YEAR_HTTP_H
#define WS_HTTP_YEAR_HTTP_H

/* School years, made and chosen by the office. */

#include "ws/http/route.h"

route_handler year_create;
route_handler year_put;
route_handler year_choose;

#endif
