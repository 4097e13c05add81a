#include "ws/sock/proto.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "exam/hall/answer.h"
#include "ws/sock/proto_scan.h"

/* The members of one object, and how many of them were asked for. */
struct members {
	struct proto_member m[PROTO_MEMBERS_MAX];
	size_t count;
	size_t used;
	enum err err; /* the first failure sticks */
};

struct proto_scratch proto_scratch_make(void) {
	/* Canonical values are never longer than what they were read from, but for control
	 * characters, and what is not canonical is rare. */
	return (struct proto_scratch){ .values = buf_make(8 * PROTO_FRAME_BYTES_MAX) };
}

void proto_scratch_finish(struct proto_scratch *s) {
	buf_finish(&s->values);
	free(s->events);
	free(s->proofs);
	*s = proto_scratch_make();
}

static enum err scratch_begin(struct proto_scratch *s) {
	buf_clear(&s->values);
	if (!s->events) {
		s->events = calloc(PROTO_EVENTS_MAX, sizeof(*s->events));
	}
	if (!s->proofs) {
		s->proofs = calloc(PROTO_EVENTS_MAX, sizeof(*s->proofs));
	}
	return s->events && s->proofs ? ERR_OK : ERR_NOMEM;
}

static bool is_ascii(struct str s) {
	unsigned char all = 0;
	for (size_t i = 0; i < s.n; i++) {
		all |= (unsigned char)s.p[i];
	}
	return all < 0x80;
}

static struct members members_of(struct str text) {
	struct members ms = { .count = 0 };
	ms.err = proto_scan_object(text, ms.m, &ms.count);
	return ms;
}

/* A member's value; an empty span when it is not there. */
static struct str optional(struct members *ms, const char *name) {
	for (size_t i = 0; i < ms->count; i++) {
		if (str_eq_z(ms->m[i].name, name)) {
			ms->used++;
			return ms->m[i].value;
		}
	}
	return (struct str){ NULL, 0 };
}

static struct str required(struct members *ms, const char *name) {
	struct str v = optional(ms, name);
	if (!v.p && !ms->err) {
		ms->err = ERR_FORMAT;
	}
	return v;
}

static void keep(struct members *ms, enum err e) {
	if (!ms->err && e) {
		ms->err = e == ERR_NOMEM || e == ERR_LIMIT ? e : ERR_FORMAT;
	}
}

/* Nothing may be there that was not asked for. */
static enum err members_end(const struct members *ms) {
	if (ms->err) {
		return ms->err;
	}
	return ms->used == ms->count ? ERR_OK : ERR_FORMAT;
}

static uint64_t take_uint(struct members *ms, const char *name, uint64_t most) {
	struct str v = required(ms, name);
	uint64_t n = 0;
	if (!ms->err) {
		keep(ms, proto_scan_uint(v, most, &n));
	}
	return n;
}

static struct str take_text(struct members *ms, const char *name) {
	struct str v = required(ms, name);
	struct str text = { "", 0 };
	if (!ms->err) {
		keep(ms, proto_scan_text(v, &text));
	}
	return text;
}

static void take_bytes(struct members *ms, const char *name, void *out, size_t n) {
	struct str text = take_text(ms, name);
	if (!ms->err) {
		keep(ms, str_unb64(text, out, n));
	}
}

/* --- values --- */

/*
 * The canonical bytes of a value: as they stand; or written anew into the scratch, then the span
 * has no pointer yet (the scratch may move while it grows, fix_values sets it); or none.
 */
static enum err take_value(struct str raw, struct proto_scratch *s, struct str *out) {
	if (answer_is_canonical(raw)) {
		*out = raw;
		return ERR_OK;
	}
	*out = (struct str){ "", 0 };
	_cleanup_(json_freep) struct json *root = NULL;
	_cleanup_(buf_finish) struct buf b = buf_make(EVENT_VALUE_BYTES_MAX);
	enum err e = json_parse(raw, PROTO_FRAME_BYTES_MAX, &root);
	if (!e) {
		e = json_value_canonical(root, &b);
	}
	if (e == ERR_NOMEM) {
		return e;
	}
	if (e || buf_err(&b)) {
		return ERR_OK; /* no value of the protocol: refused as "value" */
	}
	buf_add(&s->values, b.data, b.len);
	*out = (struct str){ NULL, b.len };
	return buf_err(&s->values);
}

/* Puts the spans of values written anew where they are now, in their order. */
static void fix_values(struct message_event *events, size_t count, const struct proto_scratch *s) {
	size_t at = 0;
	for (size_t i = 0; i < count; i++) {
		if (!events[i].value.p) {
			events[i].value.p = s->values.data + at;
			at += events[i].value.n;
		}
	}
}

/* --- events --- */

static bool is_signal_name(struct str s) {
	if (s.n == 0 || s.n > PROTO_SIGNAL_BYTES_MAX) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || s.p[i] == '_')) {
			return false;
		}
	}
	return true;
}

/* The value of an event is "blur", or ["blur",detail]. */
static enum err signal_value(
		struct str name, struct str detail, struct proto_scratch *s, struct str *out) {
	size_t from = s->values.len;
	buf_add_str(&s->values, detail.p ? "[\"" : "\"");
	buf_add(&s->values, name.p, name.n);
	buf_add_char(&s->values, '"');
	if (detail.p) {
		buf_add_char(&s->values, ',');
		buf_add(&s->values, detail.p, detail.n);
		buf_add_char(&s->values, ']');
	}
	*out = (struct str){ NULL, s->values.len - from };
	return buf_err(&s->values);
}

static bool is_detail(struct str v) {
	return v.n >= 2 && v.p[0] == '"' && answer_is_canonical(v) &&
			str_utf8_count(v) <= PROTO_DETAIL_CHARS_MAX + 2;
}

/* answer, event or submit, with "t" taken already. */
static void take_event(struct members *ms, struct str t, struct proto_scratch *s,
		struct message_event *out) {
	struct message_event ev = { .seq = (uint32_t)take_uint(ms, "seq", UINT32_MAX) };
	ev.value = str_from("null");
	if (str_eq_z(t, "answer")) {
		ev.kind = EVENT_ANSWER;
		ev.slot = (uint16_t)take_uint(ms, "slot", UINT16_MAX);
		struct str raw = required(ms, "value");
		if (!ms->err) {
			keep(ms, take_value(raw, s, &ev.value));
		}
	} else if (str_eq_z(t, "event")) {
		ev.kind = EVENT_SIGNAL;
		struct str name = take_text(ms, "kind");
		struct str detail = optional(ms, "detail");
		if (!ms->err && (!is_signal_name(name) || (detail.p && !is_detail(detail)))) {
			ms->err = ERR_FORMAT;
		}
		if (!ms->err) {
			keep(ms, signal_value(name, detail, s, &ev.value));
		}
	} else if (str_eq_z(t, "submit")) {
		ev.kind = EVENT_SUBMIT;
	} else {
		keep(ms, ERR_FORMAT);
	}
	*out = ev;
}

/* An event of a log: {"seq","kind":1|2|3,"slot","value"}. */
static enum err parse_log_event(
		struct str text, struct proto_scratch *s, struct message_event *out) {
	struct members ms = members_of(text);
	struct message_event ev = {
		.seq = (uint32_t)take_uint(&ms, "seq", UINT32_MAX),
		.kind = (enum event_kind)take_uint(&ms, "kind", EVENT_SUBMIT),
		.slot = (uint16_t)take_uint(&ms, "slot", UINT16_MAX),
	};
	struct str raw = required(&ms, "value");
	if (!ms.err) {
		keep(&ms, take_value(raw, s, &ev.value));
	}
	enum err e = members_end(&ms);
	if (!e &&
			(ev.seq == 0 || ev.kind < EVENT_ANSWER ||
					(ev.kind != EVENT_ANSWER && ev.slot != 0))) {
		e = ERR_FORMAT;
	}
	if (e) {
		return e;
	}
	*out = ev;
	return ERR_OK;
}

static enum err parse_proof(struct str text, struct message_proof *out) {
	struct members ms = members_of(text);
	struct message_proof p = {
		.seq = (uint32_t)take_uint(&ms, "seq", UINT32_MAX),
		.at_ms = (int64_t)take_uint(&ms, "at", (uint64_t)JSON_INT_MAX),
		.kid = (uint8_t)take_uint(&ms, "kid", UINT8_MAX),
		.lease = (uint32_t)take_uint(&ms, "lease", UINT32_MAX),
	};
	take_bytes(&ms, "mac", p.mac.b, HASH_BYTES);
	struct str stamp = required(&ms, "stamp");
	p.is_stamp = str_eq_z(stamp, "true");
	if (!ms.err && !p.is_stamp && !str_eq_z(stamp, "false")) {
		ms.err = ERR_FORMAT;
	}
	enum err e = members_end(&ms);
	if (e) {
		return e;
	}
	*out = p;
	return ERR_OK;
}

static enum err parse_log_events(struct str array, struct proto_scratch *s, size_t *out_count) {
	size_t at = 0;
	size_t count = 0;
	struct str text;
	enum err e = proto_scan_element(array, &at, &text);
	while (!e) {
		if (count == PROTO_EVENTS_MAX) {
			return ERR_LIMIT;
		}
		e = parse_log_event(text, s, &s->events[count]);
		if (!e && count > 0 && s->events[count].seq != s->events[count - 1].seq + 1) {
			e = ERR_FORMAT;
		}
		count += !e;
		e = e ? e : proto_scan_element(array, &at, &text);
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err parse_proofs(struct str array, struct proto_scratch *s, size_t *out_count) {
	size_t at = 0;
	size_t count = 0;
	struct str text;
	enum err e = proto_scan_element(array, &at, &text);
	while (!e) {
		if (count == PROTO_EVENTS_MAX) {
			return ERR_LIMIT;
		}
		e = parse_proof(text, &s->proofs[count]);
		if (!e && count > 0 && s->proofs[count].seq < s->proofs[count - 1].seq) {
			e = ERR_FORMAT;
		}
		count += !e;
		e = e ? e : proto_scan_element(array, &at, &text);
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void take_log(struct members *ms, struct proto_scratch *s, struct message_log *out) {
	struct message_log log = { .gen = (uint32_t)take_uint(ms, "gen", UINT32_MAX) };
	struct str events = required(ms, "events");
	struct str acks = required(ms, "acks");
	if (!ms->err) {
		keep(ms, parse_log_events(events, s, &log.event_count));
	}
	if (!ms->err) {
		keep(ms, parse_proofs(acks, s, &log.proof_count));
	}
	if (!ms->err) {
		fix_values(s->events, log.event_count, s);
	}
	log.events = s->events;
	log.proofs = s->proofs;
	*out = log;
}

/* --- hello --- */

/* "head" may be empty or missing: what the browser holds is told by its number, and the chain
 * is compared when it sends its log. */
static void take_hello(struct members *ms, struct message_hello *out) {
	struct message_hello h = *out;
	h.gen = (uint32_t)take_uint(ms, "gen", UINT32_MAX);
	h.seq = (uint32_t)take_uint(ms, "seq", UINT32_MAX);
	struct str raw = optional(ms, "head");
	struct str text = { "", 0 };
	if (raw.p && !ms->err) {
		keep(ms, proto_scan_text(raw, &text));
		if (!ms->err && text.n > 0) {
			keep(ms, str_unb64(text, h.head.b, HASH_BYTES));
		}
	}
	raw = optional(ms, "device");
	if (raw.p && !ms->err) {
		h.has_device = true;
		keep(ms, proto_scan_text(raw, &text));
		if (!ms->err) {
			keep(ms, str_unb64(text, h.device, MESSAGE_DEVICE_BYTES));
		}
	}
	*out = h;
}

/* --- frames --- */

static enum err check_text(struct str text, size_t most) {
	if (text.n > most) {
		return ERR_LIMIT;
	}
	return is_ascii(text) || str_is_utf8(text) ? ERR_OK : ERR_FORMAT;
}

static void take_frame(struct members *ms, struct str t, struct proto_scratch *s,
		struct proto_frame *out) {
	if (str_eq_z(t, "pulse")) {
		out->kind = PROTO_PULSE;
		take_bytes(ms, "n", out->as.nonce, MESSAGE_NONCE_BYTES);
	} else if (str_eq_z(t, "hello")) {
		out->kind = PROTO_HELLO;
		out->as.hello = (struct message_hello){ .has_device = false };
		take_bytes(ms, "attempt", out->as.hello.attempt.b, ID16_BYTES);
		take_hello(ms, &out->as.hello);
	} else if (str_eq_z(t, "take")) {
		out->kind = PROTO_TAKE;
	} else if (str_eq_z(t, "begin")) {
		out->kind = PROTO_BEGIN;
	} else if (str_eq_z(t, "log")) {
		out->kind = PROTO_LOG;
		take_log(ms, s, &out->as.log);
	} else {
		out->kind = PROTO_EVENT;
		take_event(ms, t, s, &out->as.event);
		fix_values(&out->as.event, 1, s);
	}
}

enum err proto_parse(struct str text, struct proto_scratch *scratch, struct proto_frame *out) {
	enum err e = check_text(text, PROTO_FRAME_BYTES_MAX);
	if (!e) {
		e = scratch_begin(scratch);
	}
	if (e) {
		return e;
	}
	struct members ms = members_of(text);
	struct str t = take_text(&ms, "t");
	struct proto_frame frame = { .kind = PROTO_TAKE };
	if (!ms.err) {
		take_frame(&ms, t, scratch, &frame);
	}
	e = members_end(&ms);
	if (e) {
		return e;
	}
	*out = frame;
	return ERR_OK;
}

static enum err parse_post_events(struct str array, struct proto_scratch *s, size_t *out_count) {
	size_t at = 0;
	size_t count = 0;
	struct str text;
	enum err e = proto_scan_element(array, &at, &text);
	while (!e) {
		if (count == PROTO_EVENTS_MAX) {
			return ERR_LIMIT;
		}
		struct members ms = members_of(text);
		struct str t = take_text(&ms, "t");
		if (!ms.err) {
			take_event(&ms, t, s, &s->events[count]);
		}
		e = members_end(&ms);
		count += !e;
		e = e ? e : proto_scan_element(array, &at, &text);
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err proto_parse_post(struct str body, struct proto_scratch *scratch, struct proto_post *out) {
	enum err e = check_text(body, PROTO_POST_BYTES_MAX);
	if (!e) {
		e = scratch_begin(scratch);
	}
	if (e) {
		return e;
	}
	struct members ms = members_of(body);
	struct proto_post post = { .lease = (uint32_t)take_uint(&ms, "lease", UINT32_MAX) };
	struct str events = required(&ms, "events");
	if (!ms.err) {
		keep(&ms, parse_post_events(events, scratch, &post.event_count));
	}
	e = members_end(&ms);
	if (e) {
		return e;
	}
	fix_values(scratch->events, post.event_count, scratch);
	post.events = scratch->events;
	*out = post;
	return ERR_OK;
}

enum err proto_parse_hello(struct str body, const struct id16 *attempt, struct message_hello *out) {
	enum err e = check_text(body, PROTO_POST_BYTES_MAX);
	if (e) {
		return e;
	}
	struct members ms = members_of(body);
	struct message_hello hello = { .attempt = *attempt };
	take_hello(&ms, &hello);
	e = members_end(&ms);
	if (e) {
		return e;
	}
	*out = hello;
	return ERR_OK;
}

enum err proto_parse_log(struct str body, struct proto_scratch *scratch, struct message_log *out) {
	enum err e = check_text(body, PROTO_POST_BYTES_MAX);
	if (!e) {
		e = scratch_begin(scratch);
	}
	if (e) {
		return e;
	}
	struct members ms = members_of(body);
	struct message_log log = { .gen = 0 };
	take_log(&ms, scratch, &log);
	e = members_end(&ms);
	if (e) {
		return e;
	}
	*out = log;
	return ERR_OK;
}
