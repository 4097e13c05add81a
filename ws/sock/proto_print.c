#include "ws/sock/proto.h"

#include <assert.h>
#include <string.h>

#include "core/base/json_out.h"

enum { B64_DIGITS_MAX = 44 };

static const char b64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* base64url of at most 32 bytes at once: two of these stand in every ack. */
static size_t b64(const uint8_t *p, size_t n, char *out) {
	size_t k = 0;
	for (size_t i = 0; i < n; i += 3) {
		size_t have = n - i < 3 ? n - i : 3;
		unsigned v = (unsigned)p[i] << 16 | (have > 1 ? (unsigned)p[i + 1] << 8 : 0u) |
				(have > 2 ? p[i + 2] : 0u);
		for (size_t digit = 0; digit <= have; digit++) {
			out[k++] = b64_digits[v >> (18 - 6 * digit) & 63];
		}
	}
	return k;
}

#define ADD(b, text) buf_add((b), (text), sizeof(text) - 1)

static void add_bytes(struct buf *b, const uint8_t *p, size_t n) {
	char digits[B64_DIGITS_MAX];
	assert(n <= 32);
	buf_add_char(b, '"');
	buf_add(b, digits, b64(p, n, digits));
	buf_add_char(b, '"');
}

static void print_ack(const struct message_ack *ack, bool is_stamp, struct buf *b) {
	if (is_stamp) {
		ADD(b, "{\"t\":\"stamp\",\"seq\":");
	} else {
		ADD(b, "{\"t\":\"ack\",\"seq\":");
	}
	buf_add_u64(b, ack->seq);
	if (ack->upto != ack->seq) {
		ADD(b, ",\"upto\":");
		buf_add_u64(b, ack->upto);
	}
	ADD(b, ",\"at\":");
	buf_add_i64(b, ack->at_ms);
	ADD(b, ",\"kid\":");
	buf_add_u64(b, ack->kid);
	ADD(b, ",\"lease\":");
	buf_add_u64(b, ack->lease);
	ADD(b, ",\"head\":");
	add_bytes(b, ack->head.b, HASH_BYTES);
	ADD(b, ",\"mac\":");
	add_bytes(b, ack->mac.b, HASH_BYTES);
	buf_add_char(b, '}');
}

static void jo_kbytes(struct json_out *w, const char *name, const uint8_t *p, size_t n) {
	char digits[B64_DIGITS_MAX];
	jo_kstr(w, name, (struct str){ digits, b64(p, n, digits) });
}

static void print_welcome(const struct message_welcome *m, struct json_out *w) {
	jo_kstrz(w, "t", "welcome");
	jo_ki64(w, "now", m->now_ms);
	jo_kid(w, "room", m->room);
	jo_kstr(w, "variant", m->variant);
	jo_kstrz(w, "phase", phase_name(m->phase));
	jo_ki64(w, "opens", m->opens_ms);
	jo_ki64(w, "starts", m->starts_ms);
	jo_ki64(w, "ends", m->ends_ms);
	jo_ki64(w, "section", m->section);
	jo_ki64(w, "gen", m->gen);
	jo_ki64(w, "lease", m->lease);
	jo_ki64(w, "seq", m->seq);
	jo_kbytes(w, "head", m->head.b, HASH_BYTES);
	jo_kbytes(w, "salt", m->salt, EVENT_SALT_BYTES);
	if (m->tail) {
		jo_kobj(w, "ack");
		jo_ki64(w, "seq", m->tail->seq);
		jo_ki64(w, "at", m->tail->at_ms);
		jo_ki64(w, "kid", m->tail->kid);
		jo_ki64(w, "lease", m->tail->lease);
		jo_kbytes(w, "mac", m->tail->mac.b, HASH_BYTES);
		jo_end_obj(w);
	} else {
		jo_knull(w, "ack");
	}
	jo_kraw(w, "answers", m->answers.n > 0 ? m->answers : str_from("{}"));
}

static const char *time_why(enum message_time_why why) {
	switch (why) {
	case TIME_TICK:
		return "tick";
	case TIME_EXTRA:
		return "extra";
	case TIME_DELAY:
		return "delay";
	case TIME_START:
		return "start";
	}
	assert(false);
	return "";
}

static const char *closed_why(int why) {
	switch (why) {
	case CLOSED_SUBMIT:
		return "submit";
	case CLOSED_TIME:
		return "time";
	case CLOSED_INVIGILATOR:
		return "invigilator";
	default: /* a number of the database, not only of the enum */
		return NULL;
	}
}

static enum err print_closed(const struct message_closed *m, struct json_out *w) {
	jo_kstrz(w, "t", "closed");
	jo_kstrz(w, "why", closed_why((int)m->why));
	jo_ki64(w, "at", m->at_ms);
	jo_ki64(w, "gen", m->gen);
	jo_ki64(w, "seq", m->seq);
	if (m->receipt.n == 0) {
		jo_knull(w, "receipt");
		return ERR_OK;
	}
	struct buf b = buf_make(1024);
	str_b64_add(&b, m->receipt.p, m->receipt.n);
	enum err e = buf_err(&b);
	if (!e) {
		jo_kstrz(w, "receipt", buf_str(&b));
	}
	buf_finish(&b);
	return e;
}

static const char *state_name(enum message_state state) {
	switch (state) {
	case STATE_ABSENT:
		return "absent";
	case STATE_LOBBY:
		return "lobby";
	case STATE_OPEN:
		return "open";
	case STATE_CLOSED:
		return "closed";
	}
	assert(false);
	return "";
}

static void print_row(
		const struct message_row *r, const struct proto_names *names, struct json_out *w) {
	struct str name = { "", 0 };
	struct str code = { "", 0 };
	names->find(names->owner, r->tag, &name, &code);
	jo_obj(w);
	jo_kbytes(w, "attempt", r->attempt.b, ID16_BYTES);
	jo_kstr(w, "name", name);
	jo_kstr(w, "code", code);
	jo_kstr(w, "variant", r->variant);
	jo_kstrz(w, "state", state_name(r->state));
	jo_kbool(w, "online", r->is_online);
	jo_ki64(w, "since", r->since_ms);
	if (r->answered < 0) {
		jo_knull(w, "answered");
	} else {
		jo_ki64(w, "answered", r->answered);
	}
	jo_ki64(w, "slots", r->slots);
	jo_ki64(w, "lastAt", r->last_at_ms);
	jo_ki64(w, "endsAt", r->ends_ms);
	jo_ki64(w, "extraMs", r->extra_ms);
	jo_ki64(w, "away", r->away_ms);
	jo_kbool(w, "awayNow", r->is_away);
	jo_ki64(w, "devices", r->devices);
	jo_kbool(w, "stamped", r->is_stamped);
	jo_kstrz(w, "closeWhy", closed_why(r->close_why));
	if (r->closed_ms > 0) {
		jo_ki64(w, "closedAt", r->closed_ms);
	} else {
		jo_knull(w, "closedAt");
	}
	jo_end_obj(w);
}

static void print_board(const struct message_board *m, bool is_whole,
		const struct proto_names *names, struct json_out *w) {
	assert(names);
	jo_kstrz(w, "t", is_whole ? "board" : "room");
	jo_ki64(w, "now", m->now_ms);
	jo_kstrz(w, "phase", phase_name(m->phase));
	if (is_whole && names->sitting.n > 0) {
		jo_kraw(w, "sitting", names->sitting);
	}
	jo_kbool(w, "last", m->is_last);
	jo_karr(w, "rows");
	for (size_t i = 0; i < m->count; i++) {
		print_row(&m->rows[i], names, w);
	}
	jo_end_arr(w);
}

static void print_refused(const struct message *m, struct json_out *w) {
	jo_kstrz(w, "t", "refused");
	if (m->as.refused.seq != MESSAGE_SEQ_NONE) {
		jo_ki64(w, "seq", m->as.refused.seq);
	}
	jo_kstrz(w, "code", message_refusal_name(m->as.refused.code));
	jo_ki64(w, "tail", m->as.refused.tail);
}

static enum err print_object(
		const struct message *m, const struct proto_names *names, struct json_out *w) {
	switch (m->kind) {
	case MESSAGE_WELCOME:
		print_welcome(&m->as.welcome, w);
		return ERR_OK;
	case MESSAGE_KEY:
		jo_kstrz(w, "t", "key");
		jo_kstr(w, "variant", m->as.key.variant);
		jo_ki64(w, "section", m->as.key.section);
		jo_ki64(w, "rev", m->as.key.rev);
		jo_kbytes(w, "key", m->as.key.key, MESSAGE_KEY_BYTES);
		return ERR_OK;
	case MESSAGE_TIME:
		jo_kstrz(w, "t", "time");
		jo_ki64(w, "now", m->as.time.now_ms);
		jo_ki64(w, "ends", m->as.time.ends_ms);
		jo_kstrz(w, "why", time_why(m->as.time.why));
		return ERR_OK;
	case MESSAGE_PULSE:
		jo_kstrz(w, "t", "pulse");
		jo_kbytes(w, "n", m->as.pulse.nonce, MESSAGE_NONCE_BYTES);
		jo_ki64(w, "now", m->as.pulse.now_ms);
		return ERR_OK;
	case MESSAGE_NOTICE:
		jo_kstrz(w, "t", "notice");
		jo_ki64(w, "at", m->as.notice.at_ms);
		jo_kstr(w, "text", m->as.notice.text);
		return ERR_OK;
	case MESSAGE_LOCKED:
		jo_kstrz(w, "t", "locked");
		jo_kstrz(w, "why", m->as.locked.why);
		return ERR_OK;
	case MESSAGE_REFUSED:
		print_refused(m, w);
		return ERR_OK;
	case MESSAGE_CLOSED:
		return print_closed(&m->as.closed, w);
	case MESSAGE_BOARD:
	case MESSAGE_ROOM:
		print_board(&m->as.board, m->kind == MESSAGE_BOARD, names, w);
		return ERR_OK;
	case MESSAGE_ACK:
	case MESSAGE_STAMP:
		break; /* printed without a writer */
	}
	assert(false);
	return ERR_INVAL;
}

enum err proto_print(
		const struct message *message, const struct proto_names *names, struct buf *out) {
	if (message->kind == MESSAGE_ACK || message->kind == MESSAGE_STAMP) {
		print_ack(&message->as.ack, message->kind == MESSAGE_STAMP, out);
		return buf_err(out);
	}
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	enum err e = print_object(message, names, &w);
	if (e) {
		return e;
	}
	jo_end_obj(&w);
	return buf_err(out);
}
