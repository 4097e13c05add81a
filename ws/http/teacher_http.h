#ifndef WS_HTTP_TEACHER_HTTP_H
#define WS_HTTP_TEACHER_HTTP_H

/* Teachers, and who teaches what in which class: the office's. */

#include "ws/http/route.h"

route_handler teacher_list;
route_handler teacher_create;
route_handler teaching_list;
route_handler teaching_put;
route_handler teaching_delete;

#endif
