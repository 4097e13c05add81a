#ifndef WS_HTTP_INBOX_HTTP_H
#define WS_HTTP_INBOX_HTTP_H

/*
 * What schools send to their province, and what they ask about it (docs/exchange.md). No session:
 * each body is signed by the school's key, named in the head of the request.
 */

#include "ws/http/route.h"

/* POST /exchange/batches */
route_handler batch_create;
/* POST /exchange/tree */
route_handler tree_ask;

#endif
