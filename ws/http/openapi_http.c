#include "ws/http/openapi_http.h"

#include "ws/http/reply.h"
#include "ws/http/request.h"

enum err openapi_get(const struct request *req, struct reply *reply) {
	(void)req;
	_cleanup_(buf_finish) struct buf bytes = buf_make(openapi_json_bytes);
	buf_add(&bytes, openapi_json, openapi_json_bytes);
	if (buf_err(&bytes)) {
		return buf_err(&bytes);
	}
	reply_file(reply, "application/json", NULL, &bytes);
	return ERR_OK;
}
