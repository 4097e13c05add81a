#include "tests/exam/hall/vectors.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json_out.h"
#include "exam/hall/event.h"
#include "exam/hall/receipt.h"
#include "exam/hall/sealed.h"

enum { SCHOOL = 7, HEX_BYTES = 2 * 64 + 1 };

#define AT_MS INT64_C(1700000000000)

#define TIMES_8(v) v, v, v, v, v, v, v, v
#define TIMES_16(v) TIMES_8(v), TIMES_8(v)
#define TIMES_32(v) TIMES_16(v), TIMES_16(v)

static const uint8_t salt[EVENT_SALT_BYTES] = { TIMES_32(1) };
static const struct id16 attempt = { { TIMES_16(2) } };
static const struct id16 sitting = { { TIMES_16(3) } };
static const uint8_t mac_key[HASH_KEY_BYTES] = { TIMES_32(4) };
static const uint8_t sign_seed[SIGN_SEED_BYTES] = { TIMES_32(5) };
static const uint8_t paper_key[BOX_KEY_BYTES] = { TIMES_32(6) };
static const uint8_t paper_nonce[BOX_NONCE_BYTES] = { TIMES_16(7), TIMES_8(7) };

/* One attempt from its first event to its hand-in: every kind of answer, text with marks and
 * with every escape of JSON.stringify, a changed and a withdrawn answer. */
static const struct {
	enum event_kind kind;
	uint16_t slot;
	const char *value;
	int64_t after_ms;
} rows[] = {
	{ EVENT_ANSWER, 7, "\"B\"", 0 },
	{ EVENT_SIGNAL, 0, "\"blur\"", 1200 },
	{ EVENT_ANSWER, 1, "[\"A\",\"C\"]", 5000 },
	{ EVENT_ANSWER, 2, "[true,false,true,null]", 9000 },
	{ EVENT_ANSWER, 3, "\"3,14\"", 12000 },
	{ EVENT_ANSWER, 4, "\"Nguyễn Thị Ánh viết: “Trường thi”\"", 20001 },
	{ EVENT_ANSWER, 300, "\"\\\"a\\\\b\\\"\\b\\f\\n\\r\\t\\u0001\\u001f/\x7f\xE2\x80\xA8🙂\"",
			20001 },
	{ EVENT_ANSWER, 7, "\"D\"", 31000 },
	{ EVENT_ANSWER, 3, "null", 40000 },
	{ EVENT_ANSWER, 65535, "[[\"1\",\"A\"],[\"2\",\"C\"]]", 41000 },
	{ EVENT_ANSWER, 5, "\"\"", 42000 },
	{ EVENT_SUBMIT, 0, "null", 2700000 },
};
enum { ROW_COUNT = sizeof(rows) / sizeof(rows[0]) };

static void hex_member(struct json_out *w, const char *name, const void *bytes, size_t n) {
	char hex[HEX_BYTES];
	str_hex(bytes, n, hex);
	jo_kstrz(w, name, hex);
}

static void hash_member(struct json_out *w, const char *name, const struct hash *h) {
	hex_member(w, name, h->b, HASH_BYTES);
}

static void long_hex_member(struct json_out *w, const char *name, const struct buf *bytes) {
	_cleanup_(buf_finish) struct buf hex = buf_make(2 * bytes->len + 1);
	for (size_t i = 0; i < bytes->len; i++) {
		char two[3];
		str_hex(bytes->data + i, 1, two);
		buf_add(&hex, two, 2);
	}
	jo_kstrz(w, name, buf_str(&hex));
}

static struct event_origin origin_of(const char *variant) {
	return (struct event_origin){ SCHOOL, sitting, attempt, salt, str_from(variant) };
}

static void print_given(struct json_out *w) {
	jo_kobj(w, "given");
	hex_member(w, "salt", salt, sizeof(salt));
	hex_member(w, "attempt", attempt.b, sizeof(attempt.b));
	hex_member(w, "sitting", sitting.b, sizeof(sitting.b));
	jo_kid(w, "school", SCHOOL);
	hex_member(w, "macKey", mac_key, sizeof(mac_key));
	jo_end_obj(w);
}

static void print_genesis(struct json_out *w) {
	static const char *const variants[] = { "103", "1", "ĐỀ 1", "" };
	jo_karr(w, "genesis");
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		struct event_origin origin = origin_of(variants[i]);
		struct hash h;
		event_genesis(&origin, &h);
		jo_obj(w);
		jo_kstrz(w, "variant", variants[i]);
		hash_member(w, "genesis", &h);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

/* Gives the head and the times behind the last row. */
static void print_chain(struct json_out *w, struct hash *out_head, struct hash *out_times) {
	struct event_origin origin = origin_of("103");
	struct hash head;
	struct hash times = { { 0 } };
	event_genesis(&origin, &head);
	jo_karr(w, "chain");
	for (size_t i = 0; i < ROW_COUNT; i++) {
		struct event ev = { (uint32_t)i + 1, rows[i].kind, rows[i].slot,
			str_from(rows[i].value) };
		jo_obj(w);
		jo_ki64(w, "seq", ev.seq);
		jo_ki64(w, "kind", ev.kind);
		jo_ki64(w, "slot", ev.slot);
		jo_kstr(w, "value", ev.value);
		jo_ki64(w, "at", AT_MS + rows[i].after_ms);
		hash_member(w, "prev", &head);
		event_head(&head, &attempt, &ev, &head);
		event_times(&times, &head, AT_MS + rows[i].after_ms, &times);
		hash_member(w, "head", &head);
		hash_member(w, "times", &times);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	*out_head = head;
	*out_times = times;
}

static void print_macs(struct json_out *w) {
	struct event_origin origin = origin_of("103");
	struct event first = { 1, EVENT_ANSWER, 7, str_from("\"B\"") };
	struct receipt_mac what = { 1, SCHOOL, attempt, 1, 1, 1, AT_MS, { { 0 } } };
	event_genesis(&origin, &what.head);
	event_head(&what.head, &attempt, &first, &what.head);
	struct receipt_mac later = what;
	later.kid = 255;
	later.gen = 2;
	later.lease = 70000;
	later.seq = 4294967295;
	later.at_ms = AT_MS + 1;
	const struct receipt_mac *const all[] = { &what, &later };
	jo_karr(w, "macs");
	for (size_t i = 0; i < 4; i++) {
		const struct receipt_mac *m = all[i / 2];
		enum receipt_proof proof = i % 2 ? RECEIPT_STAMP : RECEIPT_ACK;
		struct hash mac;
		receipt_mac_make(mac_key, proof, m, &mac);
		jo_obj(w);
		jo_kstrz(w, "proof", proof == RECEIPT_ACK ? "ack" : "stamp");
		jo_ki64(w, "kid", m->kid);
		jo_ki64(w, "gen", m->gen);
		jo_ki64(w, "lease", m->lease);
		jo_ki64(w, "seq", m->seq);
		jo_ki64(w, "at", m->at_ms);
		hash_member(w, "head", &m->head);
		hash_member(w, "mac", &mac);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

/* The slots of the chain in ascending order with their last values; 3 was withdrawn. */
static const struct {
	uint16_t slot;
	size_t row;
} folded[] = { { 1, 2 }, { 2, 3 }, { 4, 5 }, { 5, 10 }, { 7, 7 }, { 300, 6 }, { 65535, 9 } };

static void print_answers(struct json_out *w, struct hash *out) {
	struct hasher h;
	struct hash one;
	receipt_answers_begin(&h, salt);
	receipt_answers_add(&h, 7, str_from("\"B\""));
	receipt_answers_end(&h, &one);
	jo_karr(w, "answers");
	jo_obj(w);
	jo_kraw(w, "slots", str_from("[[7,\"\\\"B\\\"\"]]"));
	hash_member(w, "answers", &one);
	jo_end_obj(w);

	jo_obj(w);
	jo_karr(w, "slots");
	receipt_answers_begin(&h, salt);
	for (size_t i = 0; i < sizeof(folded) / sizeof(folded[0]); i++) {
		struct str value = str_from(rows[folded[i].row].value);
		receipt_answers_add(&h, folded[i].slot, value);
		jo_arr(w);
		jo_i64(w, folded[i].slot);
		jo_str(w, value);
		jo_end_arr(w);
	}
	receipt_answers_end(&h, out);
	jo_end_arr(w);
	hash_member(w, "answers", out);
	jo_end_obj(w);
	jo_end_arr(w);
}

static void print_receipt(struct json_out *w, const struct receipt *r, enum receipt_kind kind,
		const uint8_t *secret) {
	uint8_t bytes[RECEIPT_BYTES + SIGN_BYTES];
	receipt_print(kind, r, bytes);
	sign_make(secret, bytes, RECEIPT_BYTES, bytes + RECEIPT_BYTES);
	_cleanup_(buf_finish) struct buf both = buf_make(sizeof(bytes));
	_cleanup_(buf_finish) struct buf b64 = buf_make(2 * sizeof(bytes));
	buf_add(&both, bytes, RECEIPT_BYTES);
	str_b64_add(&b64, bytes, sizeof(bytes));
	jo_obj(w);
	jo_kstrz(w, "magic", kind == RECEIPT_CLOSED ? "TT1R" : "TT1H");
	jo_ki64(w, "gen", r->gen);
	jo_ki64(w, "seq", r->seq);
	jo_ki64(w, "at", r->at_ms);
	jo_ki64(w, "why", r->why);
	hash_member(w, "head", &r->head);
	hash_member(w, "times", &r->times);
	hash_member(w, "answers", &r->answers);
	long_hex_member(w, "bytes", &both);
	hex_member(w, "signature", bytes + RECEIPT_BYTES, SIGN_BYTES);
	jo_kstrz(w, "signed", buf_str(&b64));
	jo_end_obj(w);
}

static void print_receipts(struct json_out *w, const struct hash *head, const struct hash *times,
		const struct hash *answers) {
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	sign_pair(sign_seed, public_key, secret);
	const int64_t at_ms = AT_MS + rows[ROW_COUNT - 1].after_ms;
	struct receipt r = { .school = SCHOOL,
		.sitting = sitting,
		.attempt = attempt,
		.gen = 1,
		.seq = ROW_COUNT,
		.at_ms = at_ms,
		.head = *head,
		.times = *times,
		.answers = *answers };
	sign_kid(public_key, r.sign_kid);
	struct receipt checkpoint = r;
	checkpoint.at_ms = at_ms + 60000;
	r.why = 1;
	event_times(times, head, at_ms, &r.times); /* the close row */
	hex_member(w, "signSeed", sign_seed, sizeof(sign_seed));
	hex_member(w, "signPublic", public_key, sizeof(public_key));
	hex_member(w, "signKid", r.sign_kid, sizeof(r.sign_kid));
	jo_karr(w, "receipts");
	print_receipt(w, &r, RECEIPT_CLOSED, secret);
	print_receipt(w, &checkpoint, RECEIPT_CHECKPOINT, secret);
	jo_end_arr(w);
}

static enum err print_sealed(struct json_out *w) {
	static const char plain[] = "{\"v\":1,\"title\":\"Kiểm tra giữa kỳ\"}";
	struct sealed_make make = {
		.header = { sitting, str_from("103"), 1, 2, 5 },
		.key = paper_key,
		.nonce = paper_nonce,
		.plain = str_from(plain),
		.padded = 64,
	};
	_cleanup_(buf_finish) struct buf file = buf_make(1000);
	enum err e = sealed_make(&make, &file);
	if (e) {
		return e;
	}
	jo_kobj(w, "sealed");
	hex_member(w, "key", paper_key, sizeof(paper_key));
	hex_member(w, "nonce", paper_nonce, sizeof(paper_nonce));
	jo_kstrz(w, "variant", "103");
	jo_ki64(w, "section", make.header.section);
	jo_ki64(w, "part", make.header.part);
	jo_ki64(w, "rev", make.header.rev);
	jo_ki64(w, "padded", (int64_t)make.padded);
	jo_kstrz(w, "plain", plain);
	long_hex_member(w, "file", &file);
	jo_end_obj(w);
	return ERR_OK;
}

enum err vectors_print(struct buf *out) {
	struct json_out w;
	struct hash head;
	struct hash times;
	struct hash answers;
	jo_begin(&w, out);
	jo_obj(&w);
	print_given(&w);
	print_genesis(&w);
	print_chain(&w, &head, &times);
	print_macs(&w);
	print_answers(&w, &answers);
	print_receipts(&w, &head, &times, &answers);
	enum err e = print_sealed(&w);
	if (e) {
		return e;
	}
	jo_end_obj(&w);
	buf_add_char(out, '\n');
	return buf_err(out);
}
