#include "ws/http/exchange.h"

#include <stdlib.h>
#include <string.h>

#include "ws/app.h"
#include "ws/http/errmap.h"

enum { HEAD_BYTES_MAX = 8 << 10 };

/* On every answer, whatever it is. */
static const char security_headers[] =
		"Content-Security-Policy: default-src 'self'; script-src 'self'; style-src 'self'; "
		"img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; "
		"object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'\r\n"
		"X-Content-Type-Options: nosniff\r\n"
		"Referrer-Policy: same-origin\r\n"
		"Cross-Origin-Opener-Policy: same-origin\r\n"
		"Cross-Origin-Resource-Policy: same-origin\r\n"
		"Permissions-Policy: camera=(), microphone=(), geolocation=()\r\n";

struct exchange *exchange_new(struct app *app, uint64_t conn_id) {
	struct exchange *ex = calloc(1, sizeof(*ex));
	if (!ex) {
		return NULL;
	}
	request_init(&ex->req, app);
	ex->reply = reply_make(LANG_VI);
	ex->head = buf_make(HEAD_BYTES_MAX);
	ex->conn_id = conn_id;
	return ex;
}

void exchange_free(struct exchange *ex) {
	if (ex) {
		ex->req.app->raw_bytes -= ex->raw_bytes;
		request_finish(&ex->req);
		reply_finish(&ex->reply);
		buf_finish(&ex->head);
		free(ex);
	}
}

static bool has_header(const struct reply *r, const char *name) {
	struct str all = { buf_str(&r->headers), r->headers.len };
	return strstr(all.p, name) != NULL;
}

enum err exchange_make_head(struct exchange *ex, struct str content, const char *extra) {
	struct reply *r = &ex->reply;
	struct buf *h = &ex->head;
	buf_clear(h);
	buf_addf(h, "HTTP/1.1 %d %s\r\n", r->status, errmap_phrase(r->status));
	if (r->type) {
		buf_addf(h, "Content-Type: %s\r\n", r->type);
	}
	if (r->status != 204 && r->status != 304) {
		buf_addf(h, "Content-Length: %zu\r\n", content.n);
	}
	buf_add_str(h, security_headers);
	if (ex->req.is_secure) {
		buf_add_str(h, "Strict-Transport-Security: max-age=31536000\r\n");
	}
	if (!has_header(r, "Cache-Control: ") && !strstr(extra, "Cache-Control: ")) {
		buf_add_str(h, "Cache-Control: no-store\r\n");
	}
	buf_add(h, buf_str(&r->headers), r->headers.len);
	buf_add_str(h, extra);
	buf_add_str(h, ex->closes ? "Connection: close\r\n\r\n" : "\r\n");
	ex->content = ex->req.is_head ? (struct str){ "", 0 } : content;
	ex->sent = 0;
	return buf_err(h);
}
