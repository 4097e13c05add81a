#ifndef WS_HTTP_PICTURE_VIEW_H
#define WS_HTTP_PICTURE_VIEW_H

/* A picture of a question as a reply. Who may see it is the caller's to decide. */

#include "exam/bank/picture_store.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

/* Pictures are named by their bytes, so a browser may keep one for long. ERR_NOT_FOUND. */
enum err picture_view_reply(const struct request *req, uint64_t school_id,
		const uint8_t hash[PICTURE_STORE_HASH_BYTES], struct reply *reply) MUST_CHECK;

#endif
