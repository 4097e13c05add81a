#include "ws/http/request.h"

#include <assert.h>
#include <string.h>

#include "ws/http/field.h"
#include "ws/http/multipart.h"
#include "ws/http/request_inner.h"

void request_init(struct request *req, struct app *app) {
	*req = (struct request){
		.app = app,
		.lang = LANG_VI,
		.text = buf_make(REQUEST_TEXT_BYTES_MAX),
		.body = buf_make(0),
		.file_names = buf_make((size_t)REQUEST_PARTS_MAX * REQUEST_FILE_NAME_BYTES),
	};
}

void request_finish(struct request *req) {
	/* The head holds the session's token and the body may hold a password. */
	if (req->text.data) {
		explicit_bzero(req->text.data, req->text.len);
	}
	if (req->body.data) {
		explicit_bzero(req->body.data, req->body.len);
	}
	buf_finish(&req->text);
	buf_finish(&req->body);
	buf_finish(&req->file_names);
	json_free(req->json);
	req->json = NULL;
}

enum err request_keep(struct request *req, struct str s, struct str *out) {
	if (!s.p) {
		*out = (struct str){ NULL, 0 };
		return ERR_OK;
	}
	if (!req->text.data) {
		/* One allocation for the whole head, so that spans into it stay where they are. */
		char *room = malloc(REQUEST_TEXT_BYTES_MAX);
		if (!room) {
			return ERR_NOMEM;
		}
		req->text.data = room;
		req->text.cap = REQUEST_TEXT_BYTES_MAX;
	}
	if (s.n + 1 > req->text.cap - req->text.len) {
		return ERR_LIMIT;
	}
	char *at = req->text.data + req->text.len;
	memcpy(at, s.p, s.n);
	at[s.n] = '\0';
	req->text.len += s.n + 1;
	*out = (struct str){ at, s.n };
	return ERR_OK;
}

static enum err keep_part(struct request *req, const struct multipart_part *from) {
	struct request_part *part = &req->parts[req->part_count++];
	*part = (struct request_part){ from->name, { "", 0 }, from->type, from->bytes };
	if (!from->file_name.p) {
		return ERR_OK;
	}
	_cleanup_(buf_finish) struct buf name = buf_make(REQUEST_FILE_NAME_BYTES);
	enum err e = field_file_name(from->file_name, &name);
	if (e) {
		return e;
	}
	struct str kept = { NULL, 0 };
	e = request_keep(req, (struct str){ buf_str(&name), name.len }, &kept);
	if (!e) {
		part->file_name = kept;
	}
	return e;
}

static enum err read_parts(struct request *req) {
	struct multipart_part parts[REQUEST_PARTS_MAX];
	size_t count = 0;
	struct str body = request_body(req);
	enum err e = multipart_parse(req->content_type, body, parts, REQUEST_PARTS_MAX, &count);
	for (size_t i = 0; !e && i < count; i++) {
		e = keep_part(req, &parts[i]);
	}
	return e;
}

/* The body is one file, its name percent-encoded in a header. */
static enum err read_bare_file(struct request *req) {
	_cleanup_(buf_finish) struct buf name = buf_make(REQUEST_TEXT_BYTES_MAX);
	enum err e = field_percent_decode(req->file_name, &name);
	if (e) {
		return e;
	}
	struct multipart_part one = {
		.name = str_from("file"),
		.file_name = { buf_str(&name), name.len },
		.type = req->content_type,
		.bytes = request_body(req),
	};
	return keep_part(req, &one);
}

enum err request_read_body(struct request *req) {
	if (req->body.len == 0) {
		return ERR_OK;
	}
	if (req->match.route->flags & ROUTE_UPLOAD) {
		return field_type_is(req->content_type, "multipart/form-data")
				? read_parts(req)
				: read_bare_file(req);
	}
	if (req->match.route->flags & ROUTE_RAW) {
		return ERR_OK;
	}
	if (!field_type_is(req->content_type, "application/json")) {
		return ERR_UNSUPPORTED;
	}
	return json_parse(request_body(req), REQUEST_JSON_BYTES_MAX, &req->json);
}

struct db *request_db(const struct request *req) {
	assert(req->db);
	return req->db;
}

struct app *request_app(const struct request *req) {
	return req->app;
}

const struct access_actor *request_who(const struct request *req) {
	return &req->who;
}

uint64_t request_person_id(const struct request *req) {
	return req->who.person_id;
}

uint64_t request_school_id(const struct request *req) {
	return req->who.school_id;
}

bool request_has_role(const struct request *req, uint32_t access_bits) {
	return (req->who.roles & access_bits) != 0;
}

const struct hash *request_session(const struct request *req) {
	return req->who.roles ? &req->session : NULL;
}

int64_t request_now_ms(const struct request *req) {
	return req->now_ms;
}

enum lang request_lang(const struct request *req) {
	return req->lang;
}

const char *request_address(const struct request *req) {
	return req->address;
}

struct str request_origin(const struct request *req) {
	return req->origin;
}

static const struct route_param *param_at(const struct request *req, size_t index) {
	assert(index < req->match.param_count);
	return &req->match.params[index];
}

uint64_t request_path_id(const struct request *req, size_t index) {
	uint64_t id = param_at(req, index)->id;
	assert(id != 0); /* else the row's brace has another form */
	return id;
}

const uint8_t *request_path_bytes16(const struct request *req, size_t index) {
	return param_at(req, index)->bytes16;
}

struct str request_path_str(const struct request *req, size_t index) {
	return param_at(req, index)->text;
}

struct str request_query(const struct request *req, const char *name) {
	for (size_t i = 0; i < req->query_count; i++) {
		if (str_eq_z(req->query[i].name, name)) {
			return req->query[i].value;
		}
	}
	return (struct str){ NULL, 0 };
}

enum err request_query_u64(
		const struct request *req, const char *name, uint64_t fallback, uint64_t *out) {
	struct str s = request_query(req, name);
	if (!s.p || s.n == 0) {
		*out = fallback;
		return ERR_OK;
	}
	uint64_t v = 0;
	if (str_parse_u64(s, &v) || v > INT64_MAX) {
		return ERR_INVAL;
	}
	*out = v;
	return ERR_OK;
}

const struct json *request_json(const struct request *req) {
	return req->json;
}

struct str request_body(const struct request *req) {
	return (struct str){ buf_str(&req->body), req->body.len };
}

const struct request_part *request_part(const struct request *req, const char *field) {
	for (size_t i = 0; i < req->part_count; i++) {
		if (str_eq_z(req->parts[i].field, field)) {
			return &req->parts[i];
		}
	}
	return NULL;
}

struct str request_signing_key(const struct request *req) {
	return req->signing_key;
}

struct str request_signature(const struct request *req) {
	return req->signature;
}

bool request_type_is(const struct request *req, const char *type) {
	return field_type_is(req->content_type, type);
}

struct str request_if_none_match(const struct request *req) {
	return req->if_none_match;
}

bool request_idem_key(const struct request *req, uint8_t out[REQUEST_IDEM_BYTES]) {
	if (req->has_idem) {
		memcpy(out, req->idem, REQUEST_IDEM_BYTES);
	}
	return req->has_idem;
}

struct str request_bearer(const struct request *req) {
	return req->is_by_cookie || !req->token.p ? (struct str){ "", 0 } : req->token;
}

bool request_wants_token(const struct request *req) {
	return req->wants_token;
}

bool request_may_hash(const struct request *req) {
	return req->may_hash;
}

bool request_is_secure(const struct request *req) {
	return req->is_secure;
}
