#include "core/notice/delivery.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json_out.h"

static const char *const states[DELIVERY_STATE_COUNT_] = {
	[DELIVERY_WAITING] = "waiting",
	[DELIVERY_SENT] = "sent",
	[DELIVERY_FAILED] = "failed",
	[DELIVERY_DROPPED] = "dropped",
};

const char *delivery_state_name(enum delivery_state state) {
	assert(state >= DELIVERY_WAITING && state < DELIVERY_STATE_COUNT_);
	return states[state];
}

enum err delivery_state_parse(struct str name, enum delivery_state *out) {
	for (unsigned i = DELIVERY_WAITING; i < DELIVERY_STATE_COUNT_; i++) {
		if (str_eq_z(name, states[i])) {
			*out = (enum delivery_state)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

const char *delivery_kind_name(enum delivery_kind kind) {
	switch (kind) {
	case DELIVERY_NOTICE:
		return "notice";
	case DELIVERY_CONFIRM:
		return "confirm";
	case DELIVERY_TEST:
		return "test";
	}
	assert(false);
	return "";
}

/* ---- whether ---- */

static bool is_wanted(const struct delivery *d, enum notice_channel channel) {
	static const uint8_t none[NOTICE_NONCE_BYTES] = { 0 };
	switch (d->kind) {
	case DELIVERY_TEST:
		return true; /* the office tries a channel before it is switched on */
	case DELIVERY_CONFIRM:
		return d->is_on && d->email_state == NOTICE_EMAIL_ASKED &&
				strcmp(d->email, d->address) == 0 &&
				memcmp(d->nonce, none, sizeof(none)) != 0;
	case DELIVERY_NOTICE:
		return d->is_on &&
				(channel == NOTICE_MAIL ? d->by_email && d->email_state == NOTICE_EMAIL_CONFIRMED
							: d->by_phone && d->phone[0]);
	}
	return false;
}

enum delivery_plan delivery_plan_of(const struct delivery *d, enum notice_channel channel,
		int64_t now_ms, int64_t *out_until_ms) {
	const struct quiet quiet = { d->quiet_from_min, d->quiet_to_min, d->utc_offset_min };
	if (!is_wanted(d, channel)) {
		return DELIVERY_LEAVE;
	}
	if (d->kind != DELIVERY_NOTICE || !quiet_is_valid(&quiet)) {
		return DELIVERY_SEND;
	}
	int64_t until_ms = quiet_until_ms(&quiet, now_ms);
	if (until_ms == now_ms) {
		return DELIVERY_SEND;
	}
	*out_until_ms = until_ms;
	return DELIVERY_WAIT;
}

const char *delivery_to(const struct delivery *d, enum notice_channel channel) {
	if (d->kind != DELIVERY_NOTICE) {
		return d->address;
	}
	return channel == NOTICE_MAIL ? d->email : d->phone;
}

/* ---- words ---- */

static void add_link(const struct delivery *d, const char *base, struct buf *out) {
	if (d->thread_id) {
		buf_addf(out, "%s/tin-nhan/%" PRIu64, base, d->thread_id);
	} else {
		buf_addf(out, "%s/thong-bao", base);
	}
}

static void add_confirm_link(const struct delivery *d, const char *base, struct buf *out) {
	struct buf token = buf_make(DELIVERY_TOKEN_BYTES);
	buf_add_be64(&token, d->person_id);
	buf_add(&token, d->nonce, sizeof(d->nonce));
	buf_addf(out, "%s/xac-nhan-email#", base);
	str_b64_add(out, token.data, token.len);
	buf_finish(&token);
}

static enum err add_sentence(const struct delivery *d, struct buf *out) {
	if (d->kind == DELIVERY_NOTICE) {
		return notice_print(d->notice, str_from(d->about), d->on, d->lang, out);
	}
	const struct message_param school = { "school", str_from(d->school_name) };
	return messages_print("notice.test_body", d->lang, &school, 1, out);
}

static enum err add_subject(const struct delivery *d, struct buf *out) {
	struct buf sentence = buf_make(DELIVERY_TEXT_BYTES_MAX);
	enum err e = add_sentence(d, &sentence);
	const struct message_param params[] = { { "school", str_from(d->school_name) },
		{ "sentence", { buf_str(&sentence), sentence.len } } };
	const char *code = d->kind == DELIVERY_CONFIRM ? "notice.confirm_subject"
			: d->kind == DELIVERY_TEST     ? "notice.test_subject"
						       : "notice.mail_subject";
	e = e ? e : messages_print(code, d->lang, params, 2, out);
	buf_finish(&sentence);
	return e;
}

/* A sentence of the catalogue as a paragraph. */
static enum err add_line(const struct delivery *d, const char *code, struct str link,
		struct str settings, struct buf *out) {
	const struct message_param params[] = { { "school", str_from(d->school_name) },
		{ "link", link }, { "settings", settings } };
	enum err e = messages_print(code, d->lang, params, 3, out);
	buf_add_str(out, "\n\n");
	return e;
}

static enum err add_confirm(const struct delivery *d, struct str link, struct buf *out) {
	enum err e = add_line(d, "notice.confirm_who", link, link, out);
	buf_add(out, link.p, link.n);
	buf_add_str(out, "\n\n");
	return e ? e : add_line(d, "notice.confirm_else", link, link, out);
}

enum err delivery_print_mail(
		const struct delivery *d, const char *base, struct buf *subject, struct buf *body) {
	struct buf link = buf_make(DELIVERY_TEXT_BYTES_MAX);
	struct buf settings = buf_make(DELIVERY_TEXT_BYTES_MAX);
	if (d->kind == DELIVERY_CONFIRM) {
		add_confirm_link(d, base, &link);
	} else {
		add_link(d, base, &link);
	}
	buf_addf(&settings, "%s/thong-bao/cai-dat", base);
	struct str at = { buf_str(&link), link.len };
	struct str how = { buf_str(&settings), settings.len };
	enum err e = add_subject(d, subject);
	if (!e && d->kind == DELIVERY_CONFIRM) {
		e = add_confirm(d, at, body);
	} else if (!e) {
		e = add_sentence(d, body);
		buf_add_str(body, "\n\n");
		e = e || d->kind == DELIVERY_TEST ? e
						  : add_line(d, "notice.mail_see", at, how, body);
		e = e || d->kind == DELIVERY_TEST ? e
						  : add_line(d, "notice.mail_foot", at, how, body);
	}
	buf_finish(&link);
	buf_finish(&settings);
	return e ? e : buf_err(body);
}

enum err delivery_print_hook(
		const struct delivery *d, const char *base, const char *key, struct buf *out) {
	struct buf text = buf_make(DELIVERY_TEXT_BYTES_MAX);
	struct buf link = buf_make(DELIVERY_TEXT_BYTES_MAX);
	struct json_out w;
	enum err e = add_sentence(d, &text);
	add_link(d, base, &link);
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "id", key);
	jo_kstrz(&w, "kind", delivery_kind_name(d->kind));
	jo_kstrz(&w, "event", d->kind == DELIVERY_NOTICE ? notice_kind_name(d->notice) : NULL);
	jo_kstrz(&w, "phone", delivery_to(d, NOTICE_HOOK));
	jo_kstr(&w, "text", (struct str){ buf_str(&text), text.len });
	jo_kstr(&w, "link", (struct str){ buf_str(&link), link.len });
	jo_kobj(&w, "school");
	jo_kstrz(&w, "code", d->school_code);
	jo_kstrz(&w, "name", d->school_name);
	jo_end_obj(&w);
	jo_kstrz(&w, "language", messages_lang_name(d->lang));
	jo_ki64(&w, "at", d->made_at_ms);
	jo_end_obj(&w);
	buf_finish(&text);
	buf_finish(&link);
	return e ? e : buf_err(out);
}
