#include "ws/http/destination_json.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "ws/http/exchange_reason.h"
#include "ws/http/school_json.h"

enum {
	SENTENCE_BYTES_MAX = 4 << 10,
	FINGERPRINT_GROUPS = 8, /* of four hex digits: 128 bits, to be read aloud */
};

/* ---- reasons ---- */

enum err destination_put_reason(struct json_out *w, const char *name, struct str code,
		struct str params, enum lang lang) {
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
	if (code.n == 0) {
		jo_knull(w, name);
		return ERR_OK;
	}
	enum err e = exchange_reason_print(code, params, lang, &sentence);
	if (e) {
		return e;
	}
	jo_kobj(w, name);
	jo_kstr(w, "code", code);
	jo_kstr(w, "detail", (struct str){ buf_str(&sentence), sentence.len });
	jo_end_obj(w);
	return ERR_OK;
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

/* The key by which the school signs for this destination. */
static void put_own_key(struct json_out *w, const struct destination *d) {
	char hex[2 * SIGN_KID_BYTES + 1];
	if (d->has_kid) {
		str_hex(d->kid, SIGN_KID_BYTES, hex);
	}
	jo_kstrz(w, "key", d->has_kid ? hex : NULL);
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
	put_own_key(w, d);
	put_counts(w, counts);
	school_put_time(w, "lastOkAt", d->last_ok_at_ms);
	school_put_time(w, "nextTryAt",
			d->error[0] && d->state == DESTINATION_ON ? d->next_try_at_ms : 0);
	enum err e = destination_put_reason(
			w, "error", str_from(d->error), str_from(d->error_params), lang);
	jo_kbool(w, "isComparing", d->wants_compare);
	school_put_time(w, "comparedAt", d->compared_at_ms);
	jo_ki64(w, "comparedFound", (int64_t)d->compared_found);
	jo_ki64(w, "version", d->version);
	jo_end_obj(w);
	return e;
}
