#ifndef WS_HTTP_JUDGEMENT_HTTP_H
#define WS_HTTP_JUDGEMENT_HTTP_H

/*
 * Qualities and competences of a primary class at one of the year's four moments, as the homeroom
 * teacher enters them: a sheet in the manner of the sheet of marks, so that the same grid enters it.
 */

#include "ws/http/reply.h"
#include "ws/http/request.h"

enum err judgement_get(const struct request *req, struct reply *reply) MUST_CHECK;
enum err judgement_put(const struct request *req, struct reply *reply) MUST_CHECK;
/* Everything that was said of one of a student's. */
enum err judgement_history(const struct request *req, struct reply *reply) MUST_CHECK;

#endif
