#ifndef WS_HTTP_SAID_JSON_H
#define WS_HTTP_SAID_JSON_H

/* The history of what is said of a student beside marks, as the dialog of a mark's history takes it. */

#include "gradebook/marks/said_history_store.h"
#include "ws/http/reply.h"

/* Answers with {"items":[…]}, oldest first. Errors of said_history_store_load(). */
enum err said_put_history(
		struct db *db, const struct said_place *place, struct reply *reply) MUST_CHECK;

#endif
