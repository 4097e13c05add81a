#ifndef WS_HTTP_SCHOOL_HTTP_H
#define WS_HTTP_SCHOOL_HTTP_H

/* How the school is made up, for those who work in it: years, subjects, classes, teachers, and for
 * guardians their children. */

#include "ws/http/route.h"

route_handler school_get;
route_handler subject_list;
route_handler class_list;
route_handler class_get;
route_handler teacher_list;
route_handler teaching_put;
route_handler teaching_delete;
route_handler my_classes;
route_handler my_children;

#endif
