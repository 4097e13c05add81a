#include "ws/sock/http_head.h"

#include <libwebsockets.h>
#include <string.h>

#include "ws/app.h"
#include "ws/http/request_inner.h"
#include "ws/sock/conn.h"

enum { FIELD_BYTES_MAX = 8192 };

/* One field at a time, copied out of libwebsockets' fragments. */
struct reader {
	struct lws *wsi;
	char text[FIELD_BYTES_MAX];
};

static const struct head_refusal fine = { 0, NULL };
static const struct head_refusal bad = { 400, "http.bad_request" };

/* p == NULL when the field is not there. A field that came several times is joined by commas. */
static struct str field_of(struct reader *r, enum lws_token_indexes which) {
	if (lws_hdr_total_length(r->wsi, which) <= 0) {
		return (struct str){ NULL, 0 };
	}
	int n = lws_hdr_copy(r->wsi, r->text, sizeof(r->text), which);
	return n < 0 ? (struct str){ NULL, 0 } : str_trim((struct str){ r->text, (size_t)n });
}

/* name ends with ':' and is in lower case. */
static struct str custom_of(struct reader *r, const char *name) {
	int n = lws_hdr_custom_copy(r->wsi, r->text, sizeof(r->text), name, (int)strlen(name));
	return n < 0 ? (struct str){ NULL, 0 } : str_trim((struct str){ r->text, (size_t)n });
}

/* libwebsockets joins a repeated field; where that matters the second one is looked for. */
static bool is_repeated(struct lws *wsi, enum lws_token_indexes which) {
	return lws_hdr_fragment_length(wsi, which, 1) > 0;
}

static struct str method_of(struct lws *wsi) {
	static const struct {
		enum lws_token_indexes token;
		const char *name;
	} rows[] = {
		{ WSI_TOKEN_GET_URI, "GET" },
		{ WSI_TOKEN_POST_URI, "POST" },
		{ WSI_TOKEN_HEAD_URI, "HEAD" },
		{ WSI_TOKEN_PUT_URI, "PUT" },
		{ WSI_TOKEN_PATCH_URI, "PATCH" },
		{ WSI_TOKEN_DELETE_URI, "DELETE" },
		{ WSI_TOKEN_OPTIONS_URI, "OPTIONS" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (lws_hdr_total_length(wsi, rows[i].token) > 0) {
			return str_from(rows[i].name);
		}
	}
	return str_from("");
}

static bool takes_body(struct str method) {
	return str_eq_z(method, "POST") || str_eq_z(method, "PUT") || str_eq_z(method, "PATCH");
}

/* A length or a coding under a name with white space behind it (RFC 9112, 5.1): to libwebsockets a
 * field that nobody knows, to a proxy in front perhaps the length of the body. */
static bool is_disguised(struct lws *wsi) {
	static const char *const names[] = {
		"content-length :",
		"content-length\t:",
		"transfer-encoding :",
		"transfer-encoding\t:",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (lws_hdr_custom_length(wsi, names[i], (int)strlen(names[i])) >= 0) {
			return true;
		}
	}
	return false;
}

/* How long the body is, and whether that can be believed. */
static struct head_refusal read_length(struct reader *r, struct head *h) {
	struct lws *wsi = r->wsi;
	if (is_disguised(wsi)) {
		return bad;
	}
	bool is_chunked = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0;
	h->has_length = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) > 0;
	if (is_chunked) {
		return h->has_length ? bad : (struct head_refusal){ 411, "http.length_required" };
	}
	if (!h->has_length) {
		/* Without either field there is no body (RFC 9112, 6.3); libwebsockets would wait
		 * for one behind these methods all the same. */
		return takes_body(h->method) ? (struct head_refusal){ 411, "http.length_required" }
					     : fine;
	}
	if (is_repeated(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH)) {
		return bad;
	}
	enum err e = field_length(field_of(r, WSI_TOKEN_HTTP_CONTENT_LENGTH), &h->length);
	return e ? bad : fine;
}

static struct head_refusal read_expect(struct reader *r, struct head *h) {
	struct str s = field_of(r, WSI_TOKEN_HTTP_EXPECT);
	if (!s.p) {
		return fine;
	}
	h->expects_continue = str_eq_nocase(s, "100-continue");
	return h->expects_continue ? fine : (struct head_refusal){ 417, "http.expectation" };
}

static struct head_refusal read_version(struct reader *r) {
	struct str s = field_of(r, WSI_TOKEN_HTTP);
	bool is_known = str_eq_z(s, "HTTP/1.1") || str_eq_z(s, "HTTP/1.0");
	return is_known ? fine : (struct head_refusal){ 505, "http.bad_request" };
}

/* Where the client sees us: by the settings, else by Host. */
static enum err keep_origin(struct app *app, struct request *req, struct str host) {
	struct str base = str_from(app->config->listen_base_url);
	if (base.n > 0) {
		return request_keep(req, base, &req->origin);
	}
	_cleanup_(buf_finish) struct buf origin = buf_make(512);
	buf_add_str(&origin, req->is_secure ? "https://" : "http://");
	buf_add(&origin, host.p, host.n);
	enum err e = buf_err(&origin);
	return e ? e
		 : request_keep(req, (struct str){ buf_str(&origin), origin.len }, &req->origin);
}

/* Origin names our own host or the configured one. Without Origin, Sec-Fetch-Site can say it. */
static bool is_own_page(struct reader *r, struct app *app, const struct request *req,
		struct str host, bool *out_foreign) {
	struct str origin = field_of(r, WSI_TOKEN_ORIGIN);
	if (origin.p) {
		struct str base = str_from(app->config->listen_base_url);
		bool is_own = field_origin_is_own(origin, host, req->is_secure) ||
				(base.n > 0 && origin.n == base.n &&
						memcmp(origin.p, base.p, base.n) == 0);
		*out_foreign = !is_own || is_repeated(r->wsi, WSI_TOKEN_ORIGIN);
		return !*out_foreign;
	}
	struct str site = custom_of(r, "sec-fetch-site:");
	*out_foreign = site.p && !str_eq_z(site, "same-origin") && !str_eq_z(site, "none");
	return str_eq_z(site, "same-origin");
}

static void read_client(
		struct reader *r, struct app *app, const struct conn *c, struct request *req) {
	struct str peer = str_from(conn_address(c));
	bool is_behind_proxy = field_is_proxy(&app->proxies, peer);
	struct str forwarded = field_of(r, WSI_TOKEN_X_FORWARDED_FOR);
	field_client_address(&app->proxies, peer, forwarded, req->address);
	req->is_secure = app->config->listen_tls_certificate[0] != '\0' ||
			(is_behind_proxy &&
					str_eq_nocase(custom_of(r, "x-forwarded-proto:"), "https"));
}

static enum err read_token(struct reader *r, struct request *req) {
	struct str token = field_bearer(field_of(r, WSI_TOKEN_HTTP_AUTHORIZATION));
	if (!token.p) {
		token = field_cookie(field_of(r, WSI_TOKEN_HTTP_COOKIE), "tt_session");
		req->is_by_cookie = token.p != NULL;
	}
	return request_keep(req, token, &req->token);
}

static void read_idem(struct reader *r, struct request *req) {
	struct str s = custom_of(r, "idempotency-key:");
	req->has_idem = s.p && !str_unb64(s, req->idem, sizeof(req->idem));
}

/* name=value, decoded by libwebsockets already. */
static enum err read_query(struct reader *r, struct request *req) {
	for (int i = 0; i < REQUEST_QUERY_MAX; i++) {
		int n = lws_hdr_copy_fragment(
				r->wsi, r->text, sizeof(r->text), WSI_TOKEN_HTTP_URI_ARGS, i);
		if (n < 0) {
			return ERR_OK;
		}
		struct str pair = { NULL, 0 };
		struct str s = { r->text, (size_t)n };
		if (!str_is_utf8(s) || memchr(s.p, '\0', s.n)) {
			return ERR_FORMAT;
		}
		enum err e = request_keep(req, s, &pair);
		if (e) {
			return e;
		}
		const char *eq = pair.n ? memchr(pair.p, '=', pair.n) : NULL;
		size_t name_n = eq ? (size_t)(eq - pair.p) : pair.n;
		struct request_pair *p = &req->query[req->query_count++];
		p->name = (struct str){ pair.p, name_n };
		p->value = eq ? (struct str){ eq + 1, pair.n - name_n - 1 } : (struct str){ "", 0 };
	}
	return ERR_OK;
}

static enum err read_rest(struct reader *r, struct request *req, struct head *h) {
	req->lang = messages_lang_accept(field_of(r, WSI_TOKEN_HTTP_ACCEPT_LANGUAGE));
	struct str codings = field_of(r, WSI_TOKEN_HTTP_ACCEPT_ENCODING);
	h->takes_br = field_accepts(codings, "br");
	h->takes_gzip = field_accepts(codings, "gzip");
	req->wants_token = str_eq_z(custom_of(r, "x-want-token:"), "1");
	read_idem(r, req);
	enum err e = request_keep(
			req, field_of(r, WSI_TOKEN_HTTP_CONTENT_TYPE), &req->content_type);
	e = e ? e
	      : request_keep(req, field_of(r, WSI_TOKEN_HTTP_IF_NONE_MATCH), &req->if_none_match);
	e = e ? e : request_keep(req, field_of(r, WSI_TOKEN_HTTP_RANGE), &h->range);
	e = e ? e : request_keep(req, field_of(r, WSI_TOKEN_PROTOCOL), &h->protocol);
	e = e ? e : request_keep(req, custom_of(r, "x-file-name:"), &req->file_name);
	e = e ? e : request_keep(req, custom_of(r, "truongthi-key:"), &req->signing_key);
	e = e ? e : request_keep(req, custom_of(r, "truongthi-signature:"), &req->signature);
	e = e ? e : read_token(r, req);
	return e ? e : read_query(r, req);
}

struct head_refusal head_read(struct app *app, struct lws *wsi, const struct conn *c,
		struct str path, struct request *req, struct head *out) {
	struct reader r = { .wsi = wsi };
	struct head h = { .method = method_of(wsi) };
	read_client(&r, app, c, req);
	struct str host = { NULL, 0 };
	/* The host is copied first: the reader's text is used again. */
	enum err e = request_keep(req, field_of(&r, WSI_TOKEN_HOST), &host);
	if (e || !host.p || is_repeated(wsi, WSI_TOKEN_HOST) || !field_host_is_valid(host)) {
		return bad;
	}
	bool is_foreign = false;
	req->is_same_origin = is_own_page(&r, app, req, host, &is_foreign);
	e = keep_origin(app, req, host);
	e = e ? e : request_keep(req, path, &req->path);
	e = e ? e : read_rest(&r, req, &h);
	if (e || !str_is_utf8(req->path)) {
		return bad;
	}
	struct head_refusal no = read_version(&r);
	no = no.status ? no : read_length(&r, &h);
	no = no.status ? no : read_expect(&r, &h);
	bool is_read = str_eq_z(h.method, "GET") || str_eq_z(h.method, "HEAD");
	if (!no.status && is_foreign && (!is_read || out->is_upgrade)) {
		no = (struct head_refusal){ 403, "http.forbidden_origin" };
	}
	h.is_upgrade = out->is_upgrade;
	*out = h;
	return no;
}
