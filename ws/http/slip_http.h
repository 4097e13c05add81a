#ifndef WS_HTTP_SLIP_HTTP_H
#define WS_HTTP_SLIP_HTTP_H

/*
 * Sign-in slips on paper, for the office: of a class's students, of their guardians, of teachers.
 * A slip that somebody holds and has not used stays good unless the office asks to print it again.
 */

#include "ws/http/route.h"

/* What printing would do: who gets a slip, and who holds one that still works. */
route_handler slip_class_get;
route_handler slip_teachers_get;
/* The PDF; again=true makes slips anew for those too who hold one. */
route_handler slip_class_create;
route_handler slip_teachers_create;

#endif
