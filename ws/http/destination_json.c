#include "ws/http/destination_json.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "ws/http/mark_json.h"

enum {
	PARAMS_MAX = 8,
	NUMBER_BYTES = 24,
	SENTENCE_BYTES_MAX = 4 << 10,
	FINGERPRINT_GROUPS = 8, /* of four hex digits: 128 bits, to be read aloud */
};

/* ---- reasons ---- */

struct filled {
	struct message_param items[PARAMS_MAX];
	char names[PARAMS_MAX][NUMBER_BYTES];
	char numbers[PARAMS_MAX][NUMBER_BYTES];
	size_t count;
};

static void fill(const struct json *params, struct filled *f) {
	for (const struct json *it = json_first(params); it && f->count < PARAMS_MAX;
			it = json_next(it)) {
		size_t i = f->count;
		struct str name = json_name(it);
		struct str text;
		int64_t number = 0;
		if (name.n >= NUMBER_BYTES) {
			continue;
		}
		memcpy(f->names[i], name.p, name.n);
		f->names[i][name.n] = '\0';
		if (!json_as_i64(it, &number)) {
			struct buf digits = buf_make(NUMBER_BYTES - 1);
			buf_add_i64(&digits, number);
			memcpy(f->numbers[i], buf_str(&digits), digits.len + 1);
			buf_finish(&digits);
			text = str_from(f->numbers[i]);
		} else if (json_as_str(it, &text)) {
			continue;
		}
		f->items[i] = (struct message_param){ f->names[i], text };
		f->count++;
	}
}

enum err destination_put_reason(struct json_out *w, const char *name, struct str code,
		struct str params, enum lang lang) {
	_cleanup_(json_freep) struct json *root = NULL;
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
	struct filled f = { .count = 0 };
	char text[DESTINATION_ERROR_BYTES];
	if (code.n == 0 || code.n >= sizeof(text)) {
		jo_knull(w, name);
		return ERR_OK;
	}
	memcpy(text, code.p, code.n);
	text[code.n] = '\0';
	enum err e = json_parse(params, DESTINATION_PARAMS_BYTES, &root);
	if (!e) {
		fill(root, &f);
	}
	if (e == ERR_NOMEM) {
		return e;
	}
	e = messages_print(text, lang, f.items, f.count, &sentence);
	jo_kobj(w, name);
	jo_kstrz(w, "code", text);
	jo_kstrz(w, "detail", e ? text : buf_str(&sentence));
	jo_end_obj(w);
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* ---- destinations ---- */

/* "1a2b 3c4d …" of H(key): what two people compare by telephone. */
static void put_fingerprint(struct json_out *w, const uint8_t *key) {
	struct hash h;
	char hex[2 * HASH_BYTES + 1];
	char text[5 * FINGERPRINT_GROUPS];
	hash_bytes(NULL, key, SIGN_PUBLIC_BYTES, &h);
	str_hex(h.b, HASH_BYTES, hex);
	for (size_t i = 0; i < FINGERPRINT_GROUPS; i++) {
		memcpy(text + 5 * i, hex + 4 * i, 4);
		text[5 * i + 4] = ' ';
	}
	text[sizeof(text) - 1] = '\0';
	jo_kstrz(w, "fingerprint", text);
}

static void put_settings(struct json_out *w, const struct destination *d) {
	const struct destination_settings *s = &d->settings;
	jo_kstrz(w, "url", s->url[0] ? s->url : NULL);
	jo_kstrz(w, "host", s->host[0] ? s->host : NULL);
	if (s->port) {
		jo_ki64(w, "port", s->port);
	} else {
		jo_knull(w, "port");
	}
	jo_kstrz(w, "database", s->database[0] ? s->database : NULL);
	jo_kstrz(w, "user", s->user[0] ? s->user : NULL);
	jo_kstrz(w, "folder", s->folder[0] ? s->folder : NULL);
	jo_kbool(w, "hasPassword", d->password != NULL);
	jo_kstrz(w, "ca", d->ca_pem);
	if (!d->has_peer) {
		jo_knull(w, "province");
		return;
	}
	jo_kobj(w, "province");
	jo_kstrz(w, "code", d->peer_code);
	jo_kstrz(w, "name", d->peer_name);
	put_fingerprint(w, d->peer_key);
	jo_end_obj(w);
}

static void put_counts(struct json_out *w, const struct destination_counts *c) {
	jo_kobj(w, "counts");
	jo_ki64(w, "queued", (int64_t)c->queued);
	jo_ki64(w, "sent", (int64_t)c->sent);
	jo_ki64(w, "received", (int64_t)c->received);
	jo_ki64(w, "applied", (int64_t)c->applied);
	jo_ki64(w, "rejected", (int64_t)c->rejected);
	jo_end_obj(w);
}

enum err destination_put_json(struct json_out *w, const struct destination *d,
		const struct destination_counts *counts, enum lang lang) {
	jo_obj(w);
	jo_kid(w, "id", d->id);
	jo_kstrz(w, "kind", destination_kind_name(d->kind));
	jo_kstrz(w, "name", d->name);
	jo_kstrz(w, "state", destination_state_name(d->state));
	put_settings(w, d);
	put_counts(w, counts);
	mark_put_time(w, "lastOkAt", d->last_ok_at_ms);
	mark_put_time(w, "nextTryAt",
			d->error[0] && d->state == DESTINATION_ON ? d->next_try_at_ms : 0);
	enum err e = destination_put_reason(
			w, "error", str_from(d->error), str_from(d->error_params), lang);
	jo_kbool(w, "isComparing", d->wants_compare);
	mark_put_time(w, "comparedAt", d->compared_at_ms);
	jo_ki64(w, "comparedFound", (int64_t)d->compared_found);
	jo_ki64(w, "version", d->version);
	jo_end_obj(w);
	return e;
}
