#ifndef WS_HTTP_LETTER_HTTP_H
#define WS_HTTP_LETTER_HTTP_H

/*
 * What the school writes to families, and what they answer. A teacher writes to the families of
 * the classes that he or she teaches or is homeroom teacher of; the office to everybody. Each who
 * got a letter sees a thread with its author and nobody else.
 */

#include "ws/http/route.h"

/* POST /letters, GET /letters, GET /letters/{letter}: the author's. */
route_handler letter_create;
route_handler letter_list;
route_handler letter_get;

/* GET /threads: what one got; GET /threads/{thread}, POST /threads/{thread}/replies,
 * POST /threads/{thread}/read: of both sides. */
route_handler thread_list;
route_handler thread_get;
route_handler thread_reply_create;
route_handler thread_read;

/* POST /children/{student}/threads: a guardian writes first, to the homeroom teacher or the office. */
route_handler question_create;

#endif
