#ifndef WS_HTTP_CLASS_HTTP_H
#define WS_HTTP_CLASS_HTTP_H

/* Classes of a year: read by the office and by their teachers, made and changed by the office. */

#include "ws/http/route.h"

route_handler class_list;
route_handler class_get;
route_handler class_create;
route_handler class_put;

#endif
