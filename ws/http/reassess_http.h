#ifndef WS_HTTP_REASSESS_HTTP_H
#define WS_HTTP_REASSESS_HTTP_H

/* What is assessed again after a class's year: by its homeroom teacher and the office. */

#include "ws/http/reply.h"
#include "ws/http/request.h"

/* GET /classes/{class}/reassessment: who may be assessed again in what, and what it came to. */
enum err reassess_get(const struct request *req, struct reply *reply) MUST_CHECK;
/* PUT the same {"cells":[{"student","subject","item","valueX10","version"}]}. */
enum err reassess_put(const struct request *req, struct reply *reply) MUST_CHECK;
/* GET …/{subject}/{item}/history/{student}: everything that was said of it; subject 0: of none. */
enum err reassess_history(const struct request *req, struct reply *reply) MUST_CHECK;

#endif
