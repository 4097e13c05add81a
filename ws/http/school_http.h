#ifndef WS_HTTP_SCHOOL_HTTP_H
#define WS_HTTP_SCHOOL_HTTP_H

/* How the school is made up: its years and subjects; for teachers their own classes. */

#include "ws/http/route.h"

route_handler school_get;
route_handler subject_list;
route_handler subject_create;
route_handler subject_put;
route_handler my_classes;

/* Answers with the school, its years and terms, as school_get() does. */
enum err school_reply(const struct request *req, struct reply *reply, int status) MUST_CHECK;

#endif
