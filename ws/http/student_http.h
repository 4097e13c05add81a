#ifndef WS_HTTP_STUDENT_HTTP_H
#define WS_HTTP_STUDENT_HTTP_H

/* One student: what the office keeps and changes, what a teacher of the class may see of it. */

#include "ws/http/route.h"

route_handler student_get;
route_handler student_put;
route_handler student_activation;

#endif
