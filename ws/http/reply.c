#include "ws/http/reply.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/seal/hash.h"
#include "ws/http/errmap.h"
#include "ws/http/field.h"

enum {
	SENTENCE_BYTES_MAX = 4096,
	TAG_BYTES = 16, /* of the hash */
};

static const char type_json[] = "application/json; charset=utf-8";
static const char type_problem[] = "application/problem+json; charset=utf-8";

struct reply reply_make(enum lang lang) {
	return (struct reply){
		.body = buf_make(REPLY_BODY_BYTES_MAX),
		.headers = buf_make(REPLY_HEADERS_BYTES_MAX),
		.lang = lang,
	};
}

void reply_finish(struct reply *r) {
	buf_finish(&r->body);
	buf_finish(&r->headers);
}

/* Forgets what was put in, for the one that replaces it. */
static void start(struct reply *r, int status, const char *type) {
	buf_clear(&r->body);
	r->status = status;
	r->type = type;
	r->is_json_open = false;
}

struct json_out *reply_json_value(struct reply *r, int status) {
	start(r, status, type_json);
	jo_begin(&r->json, &r->body);
	return &r->json;
}

struct json_out *reply_json(struct reply *r, int status) {
	struct json_out *w = reply_json_value(r, status);
	jo_obj(w);
	r->is_json_open = true;
	return w;
}

void reply_empty(struct reply *r, int status) {
	start(r, status, NULL);
}

/* The plain name for old programs: what is not ASCII becomes '_'. */
static void add_ascii_name(struct buf *out, const char *name) {
	for (const char *p = name; *p; p++) {
		unsigned char c = (unsigned char)*p;
		bool is_plain = c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '%';
		if (is_plain) {
			buf_add_char(out, *p);
		} else if (c < 0x80 || c >= 0xc0) { /* one '_' a character */
			buf_add_char(out, '_');
		}
	}
}

void reply_file(struct reply *r, const char *type, const char *file_name, struct buf *bytes) {
	start(r, 200, type);
	buf_finish(&r->body);
	r->body = *bytes;
	r->body.limit = REPLY_BODY_BYTES_MAX;
	*bytes = buf_make(bytes->limit);
	if (!file_name) {
		return;
	}
	_cleanup_(buf_finish) struct buf value = buf_make(REPLY_HEADERS_BYTES_MAX);
	buf_add_str(&value, "attachment; filename=\"");
	add_ascii_name(&value, file_name);
	buf_add_str(&value, "\"; filename*=UTF-8''");
	field_percent_encode(str_from(file_name), &value);
	if (buf_err(&value)) {
		r->body.err = buf_err(&value);
		return;
	}
	reply_header(r, "Content-Disposition", buf_str(&value));
}

/* Begins a problem and leaves its object open, so that members can follow. */
static void problem_begin(struct reply *r, int status, const char *code, struct str detail) {
	start(r, status, type_problem);
	jo_begin(&r->json, &r->body);
	struct json_out *w = &r->json;
	jo_obj(w);
	jo_kstrz(w, "type", "about:blank");
	jo_kstrz(w, "title", errmap_phrase(status));
	jo_ki64(w, "status", status);
	jo_kstrz(w, "code", code);
	if (detail.n > 0) {
		jo_kstr(w, "detail", detail);
	}
	r->is_json_open = true;
}

static struct str sentence_of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* Appends the sentence of a code whose parameters follow in pairs. */
static enum err print_sentence(const char *code, enum lang lang, va_list args, struct buf *out) {
	struct message_param params[REPLY_PARAMS_MAX];
	size_t count = 0;
	for (;;) {
		const char *name = va_arg(args, const char *);
		if (!name) {
			break;
		}
		assert(count < REPLY_PARAMS_MAX);
		params[count].name = name;
		params[count].value = str_from(va_arg(args, const char *));
		count++;
	}
	return messages_print(code, lang, params, count, out);
}

enum err reply_problem(struct reply *r, int status, const char *code, ...) {
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
	va_list args;
	va_start(args, code);
	enum err e = print_sentence(code, r->lang, args, &sentence);
	va_end(args);
	if (e) {
		return e;
	}
	problem_begin(r, status, code, sentence_of(&sentence));
	return ERR_OK;
}

enum err reply_file_large(struct reply *r, unsigned max_mib) {
	char limit[24];
	(void)snprintf(limit, sizeof(limit), "%u MiB", max_mib); /* any number fits */
	return reply_problem(r, 413, "http.body_too_large", "limit", limit, NULL);
}

enum err reply_err(struct reply *r, enum err which) {
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
	enum err e = messages_print_err(which, r->lang, &sentence);
	if (e) {
		return e;
	}
	int status = errmap_status(which);
	problem_begin(r, status, err_name(which), sentence_of(&sentence));
	int wait_s = errmap_retry_after_s(which);
	if (wait_s > 0) {
		reply_retry_after(r, wait_s);
	}
	return ERR_OK;
}

static enum err add_item(struct json_out *w, const struct diag_item *item, enum lang lang) {
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
	enum err e = messages_print_item(item, lang, &sentence);
	if (e) {
		return e;
	}
	jo_obj(w);
	if (item->where[0] == '/') {
		jo_kstrz(w, "field", item->where + 1);
	} else if (item->where[0]) {
		jo_kstrz(w, "where", item->where);
	}
	if (item->row > 0) {
		jo_ki64(w, "row", item->row);
	}
	if (item->column > 0) {
		jo_ki64(w, "column", item->column);
	}
	jo_kstrz(w, "level", item->level == DIAG_ERROR ? "error" : "warning");
	jo_kstrz(w, "code", item->code);
	jo_kstr(w, "detail", sentence_of(&sentence));
	jo_end_obj(w);
	return ERR_OK;
}

enum err reply_problem_list(
		struct reply *r, int status, const char *code, const struct diag *list) {
	char count[24];
	(void)snprintf(count, sizeof(count), "%zu", list->errors); /* fits by its size */
	enum err e = reply_problem(r, status, code, "count", count, NULL);
	if (e) {
		return e;
	}
	struct json_out *w = &r->json;
	jo_karr(w, "errors");
	for (size_t i = 0; i < list->count; i++) {
		e = add_item(w, &list->items[i], r->lang);
		if (e) {
			return e;
		}
	}
	jo_end_arr(w);
	if (list->dropped > 0) {
		jo_ki64(w, "more", (int64_t)list->dropped);
	}
	return ERR_OK;
}

enum err reply_field(struct reply *r, const char *field, const char *code, ...) {
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
	va_list args;
	va_start(args, code);
	enum err e = print_sentence(code, r->lang, args, &sentence);
	va_end(args);
	if (e) {
		return e;
	}
	e = reply_err(r, ERR_INVAL);
	if (e) {
		return e;
	}
	struct json_out *w = &r->json;
	jo_karr(w, "errors");
	jo_obj(w);
	jo_kstrz(w, "field", field);
	jo_kstrz(w, "code", code);
	jo_kstr(w, "detail", sentence_of(&sentence));
	jo_end_obj(w);
	jo_end_arr(w);
	return ERR_OK;
}

void reply_problem_member(struct reply *r, const char *name, struct str json) {
	assert(r->is_json_open);
	jo_kraw(&r->json, name, json);
}

enum err reply_current(
		struct reply *r, enum err (*write)(struct json_out *w, void *ctx), void *ctx) {
	enum err e = reply_err(r, ERR_STALE);
	if (e) {
		return e;
	}
	jo_kobj(&r->json, "current");
	e = write(&r->json, ctx);
	jo_end_obj(&r->json);
	return e;
}

void reply_header(struct reply *r, const char *name, const char *value) {
	for (const char *p = value; *p; p++) {
		assert(*p >= 0x20 && *p < 0x7f);
	}
	buf_addf(&r->headers, "%s: %s\r\n", name, value);
}

void reply_retry_after(struct reply *r, int64_t seconds) {
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)seconds); /* fits by its size */
	reply_header(r, "Retry-After", text);
}

void reply_cookie(struct reply *r, const char *token, int64_t max_age_s, bool is_secure) {
	assert(strlen(token) <= REPLY_COOKIE_BYTES_MAX);
	char text[REPLY_COOKIE_BYTES_MAX + 128];
	(void)snprintf(text, sizeof(text), /* fits by its size */
			"tt_session=%s; Path=/; HttpOnly; SameSite=Lax; Max-Age=%lld%s", token,
			(long long)max_age_s, is_secure ? "; Secure" : "");
	reply_header(r, "Set-Cookie", text);
}

void reply_cache(struct reply *r, int64_t max_age_s, bool is_immutable) {
	char text[80];
	(void)snprintf(text, sizeof(text), "private, max-age=%lld%s", (long long)max_age_s,
			is_immutable ? ", immutable" : ""); /* fits by its size */
	reply_header(r, "Cache-Control", text);
}

enum err reply_seal(struct reply *r) {
	if (r->is_json_open) {
		jo_end_obj(&r->json);
		r->is_json_open = false;
	}
	if (r->status == 0) {
		return ERR_MISSING;
	}
	enum err e = buf_err(&r->body);
	return e ? e : buf_err(&r->headers);
}

enum err reply_tag(struct reply *r, struct str if_none_match) {
	char tag[2 * TAG_BYTES + 3];
	struct hash hash;
	enum err e = reply_seal(r);
	if (e) {
		return e;
	}
	hash_bytes(NULL, buf_str(&r->body), r->body.len, &hash);
	tag[0] = '"';
	str_hex(hash.b, TAG_BYTES, tag + 1);
	tag[2 * TAG_BYTES + 1] = '"';
	tag[2 * TAG_BYTES + 2] = '\0';
	if (if_none_match.p && field_etag_is(if_none_match, tag)) {
		reply_empty(r, 304);
	}
	reply_header(r, "ETag", tag);
	return buf_err(&r->headers);
}
