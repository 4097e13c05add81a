#ifndef WS_HTTP_LESSONS_HTTP_H
#define WS_HTTP_LESSONS_HTTP_H

/* Lessons a year of every subject in every grade, for the office; they give the number of regular
 * marks by the rules of that year. */

#include "ws/http/route.h"

route_handler lessons_get;
route_handler lessons_put;

#endif
