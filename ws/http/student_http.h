#ifndef WS_HTTP_STUDENT_HTTP_H
#define WS_HTTP_STUDENT_HTTP_H

/* One student: what the office keeps and changes, what a teacher of the class may see of it. */

#include "ws/http/route.h"

route_handler student_get;
route_handler student_put;
route_handler student_activation;

/* Answers with the student of the first id in the path, as student_get() does. */
enum err student_reply(const struct request *req, struct reply *reply, int status) MUST_CHECK;
/* 409 `stale` with that student as it stands now. */
enum err student_reply_stale(const struct request *req, struct reply *reply) MUST_CHECK;

#endif
