#include "ws/sock/proto.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "core/base/rng.h"
#include "tests/check.h"

#define A22 "AgICAgICAgICAgICAgICAg"                      /* 16 bytes of 2 */
#define H43 "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM" /* 32 bytes of 3 */

static struct str span(const struct buf *b) {
	return (struct str){ b->data, b->len };
}

static void check_good(void) {
	static const struct {
		const char *text;
		enum event_kind kind;
		uint32_t seq;
		unsigned slot;
		const char *value;
	} rows[] = {
		{ "{\"t\":\"answer\",\"seq\":42,\"slot\":7,\"value\":\"B\"}", EVENT_ANSWER, 42, 7,
				"\"B\"" },
		{ "{\"value\":[true,null],\"slot\":65535,\"seq\":4294967295,\"t\":\"answer\"}",
				EVENT_ANSWER, 4294967295, 65535, "[true,null]" },
		{ " {\"t\" : \"answer\" ,\t\"seq\":1,\n\"slot\":1,\"value\": [ \"A\" , \"C\" ] } ",
				EVENT_ANSWER, 1, 1, "[\"A\",\"C\"]" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"\\u00e0\\/\\u000a\"}",
				EVENT_ANSWER, 1, 1, "\"à/\\n\"" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"\\ud83d\\ude42\"}",
				EVENT_ANSWER, 1, 1, "\"🙂\"" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":null}", EVENT_ANSWER, 1, 1,
				"null" },
		/* JSON, but no value of the protocol: an empty span. */
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":3}", EVENT_ANSWER, 1, 1, "" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":{\"a\":1}}", EVENT_ANSWER, 1, 1,
				"" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"\\ud83d\"}", EVENT_ANSWER, 1,
				1, "" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"a\\u0000b\"}", EVENT_ANSWER,
				1, 1, "" },
		{ "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":[[[[]]]]}", EVENT_ANSWER, 1, 1,
				"" },
		{ "{\"t\":\"event\",\"seq\":43,\"kind\":\"blur\"}", EVENT_SIGNAL, 43, 0,
				"\"blur\"" },
		{ "{\"t\":\"event\",\"seq\":43,\"kind\":\"paste\",\"detail\":\"12 chữ\"}",
				EVENT_SIGNAL, 43, 0, "[\"paste\",\"12 chữ\"]" },
		{ "{\"t\":\"submit\",\"seq\":60}", EVENT_SUBMIT, 60, 0, "null" },
	};
	struct proto_scratch s = proto_scratch_make();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct proto_frame f;
		enum err e = proto_parse(str_from(rows[i].text), &s, &f);
		CHECK_INT(rows[i].text, e, ERR_OK);
		if (e) {
			continue;
		}
		CHECK_INT(rows[i].text, f.kind, PROTO_EVENT);
		CHECK_INT(rows[i].text, f.as.event.kind, rows[i].kind);
		CHECK_INT(rows[i].text, f.as.event.seq, rows[i].seq);
		CHECK_INT(rows[i].text, f.as.event.slot, rows[i].slot);
		CHECK(rows[i].text, str_eq_z(f.as.event.value, rows[i].value));
	}
	proto_scratch_finish(&s);
}

static void check_others(void) {
	struct proto_scratch s = proto_scratch_make();
	struct proto_frame f;
	CHECK_INT("hello",
			proto_parse(str_from("{\"t\":\"hello\",\"attempt\":\"" A22
					     "\",\"gen\":1,\"seq\":41,\"head\":\"" H43
					     "\",\"device\":\"" A22 "\"}"),
					&s, &f),
			ERR_OK);
	CHECK("hello",
			f.kind == PROTO_HELLO && f.as.hello.seq == 41 && f.as.hello.has_device &&
					f.as.hello.head.b[31] == 3 &&
					f.as.hello.attempt.b[15] == 2);
	CHECK_INT("hello of a new device",
			proto_parse(str_from("{\"t\":\"hello\",\"attempt\":\"" A22
					     "\",\"gen\":1,\"head\":\"\","
					     "\"seq\":0}"),
					&s, &f),
			ERR_OK);
	CHECK("no device", !f.as.hello.has_device);
	CHECK_INT("pulse", proto_parse(str_from("{\"t\":\"pulse\",\"n\":\"AQEBAQEBAQE\"}"), &s, &f),
			ERR_OK);
	CHECK("pulse", f.kind == PROTO_PULSE && f.as.nonce[7] == 1);
	CHECK_INT("take", proto_parse(str_from("{\"t\":\"take\"}"), &s, &f), ERR_OK);
	CHECK_INT("take", f.kind, PROTO_TAKE);
	CHECK_INT("begin", proto_parse(str_from("{\"t\":\"begin\"}"), &s, &f), ERR_OK);
	CHECK_INT("begin", f.kind, PROTO_BEGIN);
	CHECK_INT("log",
			proto_parse(str_from("{\"t\":\"log\",\"gen\":1,\"events\":["
					     "{\"seq\":3,\"kind\":1,\"slot\":7,\"value\":\"\\u0042\"},"
					     "{\"seq\":4,\"kind\":2,\"slot\":0,\"value\":\"blur\"},"
					     "{\"seq\":5,\"kind\":3,\"slot\":0,\"value\": null}],"
					     "\"acks\":[{\"seq\":5,\"at\":1700000000000,\"kid\":1,"
					     "\"lease\":2,\"mac\":\"" H43 "\",\"stamp\":true}]}"),
					&s, &f),
			ERR_OK);
	CHECK("log", f.kind == PROTO_LOG && f.as.log.event_count == 3 && f.as.log.proof_count == 1);
	CHECK("value anew", str_eq_z(f.as.log.events[0].value, "\"B\""));
	CHECK("value", str_eq_z(f.as.log.events[1].value, "\"blur\""));
	CHECK("value", str_eq_z(f.as.log.events[2].value, "null"));
	CHECK("proof", f.as.log.proofs[0].is_stamp && f.as.log.proofs[0].at_ms == 1700000000000);
	proto_scratch_finish(&s);
}

static void check_bad(void) {
	static const char *const rows[] = {
		"",
		"null",
		"[]",
		"{}",
		"{\"t\":\"take\"",
		"{\"t\":\"take\"} x",
		"{\"t\":\"take\",}",
		"{\"t\":\"take\",\"t\":\"take\"}",
		"{\"t\":\"take\",\"x\":1}",
		"{\"T\":\"take\"}",
		"{\"t\":\"tak\\u0065\"}",
		"{\"t\":\"nothing\"}",
		"{'t':'take'}",
		"{\"t\":\"submit\",\"seq\":01}",
		"{\"t\":\"submit\",\"seq\":-1}",
		"{\"t\":\"submit\",\"seq\":1.0}",
		"{\"t\":\"submit\",\"seq\":1e0}",
		"{\"t\":\"submit\",\"seq\":\"1\"}",
		"{\"t\":\"submit\",\"seq\":4294967296}",
		"{\"t\":\"submit\",\"seq\":1,\"value\":null}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":65536,\"value\":\"B\"}",
		"{\"t\":\"answer\",\"seq\":1,\"value\":\"B\"}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":1}",
		"{\"t\":\"answer\",\"seq\":1,\"seq\":2,\"slot\":1,\"value\":\"B\"}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"B}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"\xC0\x80\"}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"\x01\"}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":[[[[[[[[[1]]]]]]]]]}",
		"{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":tru}",
		"{\"t\":\"event\",\"seq\":1,\"kind\":\"Blur\"}",
		"{\"t\":\"event\",\"seq\":1,\"kind\":\"\"}",
		"{\"t\":\"event\",\"seq\":1,\"kind\":\"abcdefghijklmnopqrstuvwxy\"}",
		"{\"t\":\"event\",\"seq\":1,\"kind\":\"blur\",\"detail\":1}",
		"{\"t\":\"event\",\"seq\":1,\"kind\":\"blur\",\"detail\":[\"a\"]}",
		"{\"t\":\"pulse\",\"n\":\"AQEBAQEBAQ\"}",
		"{\"t\":\"pulse\",\"n\":\"AQEBAQEBAQF\"}",
		"{\"t\":\"hello\",\"attempt\":\"" A22 "\",\"gen\":1}",
		"{\"t\":\"hello\",\"attempt\":\"AgI\",\"gen\":1,\"seq\":1,\"head\":\"" H43 "\"}",
		"{\"t\":\"hello\",\"attempt\":\"" A22 "\",\"gen\":1,\"seq\":1,\"head\":\"AA\"}",
		"{\"t\":\"log\",\"gen\":1,\"events\":[],\"acks\":{}}",
		"{\"t\":\"log\",\"gen\":1,\"events\":[{\"seq\":1,\"kind\":255,\"slot\":0,"
		"\"value\":null}],\"acks\":[]}",
		"{\"t\":\"log\",\"gen\":1,\"events\":[{\"seq\":0,\"kind\":1,\"slot\":1,"
		"\"value\":null}],\"acks\":[]}",
		"{\"t\":\"log\",\"gen\":1,\"events\":[{\"seq\":1,\"kind\":2,\"slot\":1,"
		"\"value\":\"x\"}],\"acks\":[]}",
		"{\"t\":\"log\",\"gen\":1,\"events\":[{\"seq\":1,\"kind\":1,\"slot\":1,"
		"\"value\":null},{\"seq\":3,\"kind\":1,\"slot\":1,\"value\":null}],\"acks\":[]}",
	};
	struct proto_scratch s = proto_scratch_make();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct proto_frame f = { .kind = PROTO_LOG };
		CHECK_INT(rows[i], proto_parse(str_from(rows[i]), &s, &f), ERR_FORMAT);
		CHECK_INT("untouched", f.kind, PROTO_LOG);
	}
	proto_scratch_finish(&s);
}

static void add_answer(struct buf *b, size_t value_bytes) {
	buf_clear(b);
	buf_add_str(b, "{\"t\":\"answer\",\"seq\":1,\"slot\":1,\"value\":\"");
	while (b->len < value_bytes - 2) {
		buf_add_char(b, 'a');
	}
	buf_add_str(b, "\"}");
}

static void check_limits(void) {
	struct proto_scratch s = proto_scratch_make();
	_cleanup_(buf_finish) struct buf b = buf_make(1 << 20);
	struct proto_frame f;
	add_answer(&b, PROTO_FRAME_BYTES_MAX);
	CHECK_INT("length", b.len, PROTO_FRAME_BYTES_MAX);
	CHECK_INT("longest", proto_parse(span(&b), &s, &f), ERR_OK);
	add_answer(&b, PROTO_FRAME_BYTES_MAX + 1);
	CHECK_INT("one past", proto_parse(span(&b), &s, &f), ERR_LIMIT);

	for (size_t n = PROTO_EVENTS_MAX; n <= PROTO_EVENTS_MAX + 1; n++) {
		buf_clear(&b);
		buf_add_str(&b, "{\"lease\":3,\"events\":[");
		for (size_t i = 0; i < n; i++) {
			buf_addf(&b, "%s{\"t\":\"event\",\"seq\":%zu,\"kind\":\"a\"}", i ? "," : "",
					i + 1);
		}
		buf_add_str(&b, "]}");
		struct proto_post post;
		enum err e = proto_parse_post(span(&b), &s, &post);
		CHECK_INT("events of a post", e, n == PROTO_EVENTS_MAX ? ERR_OK : ERR_LIMIT);
		CHECK("all there",
				e ||
						(post.lease == 3 &&
								post.event_count ==
										PROTO_EVENTS_MAX &&
								str_eq_z(post.events[1023].value,
										"\"a\"")));
	}
	_cleanup_(buf_finish) struct buf detail = buf_make(1000);
	for (size_t n = PROTO_DETAIL_CHARS_MAX; n <= PROTO_DETAIL_CHARS_MAX + 1; n++) {
		buf_clear(&detail);
		buf_add_str(&detail, "{\"t\":\"event\",\"seq\":1,\"kind\":\"a\",\"detail\":\"");
		for (size_t i = 0; i < n; i++) {
			buf_add_str(&detail, "ế");
		}
		buf_add_str(&detail, "\"}");
		CHECK_INT("detail", proto_parse(span(&detail), &s, &f),
				n == PROTO_DETAIL_CHARS_MAX ? ERR_OK : ERR_FORMAT);
	}
	proto_scratch_finish(&s);
}

static void check_bodies(void) {
	struct proto_scratch s = proto_scratch_make();
	const struct id16 attempt = { { 9 } };
	struct message_hello hello;
	CHECK_INT("hello",
			proto_parse_hello(str_from("{\"gen\":2,\"seq\":5,\"head\":\"\"}"), &attempt,
					&hello),
			ERR_OK);
	CHECK("hello", hello.gen == 2 && hello.seq == 5 && id16_equal(&hello.attempt, &attempt));
	CHECK_INT("no \"t\" here",
			proto_parse_hello(str_from("{\"t\":\"hello\",\"gen\":2,"
						   "\"seq\":5,\"head\":\"\"}"),
					&attempt, &hello),
			ERR_FORMAT);
	struct message_log log;
	CHECK_INT("log",
			proto_parse_log(str_from("{\"gen\":1,\"events\":[ ],\"acks\":[]}"), &s,
					&log),
			ERR_OK);
	CHECK_INT("empty", log.event_count, 0);
	struct proto_post post;
	CHECK_INT("post",
			proto_parse_post(str_from("{\"lease\":1,\"events\":[{\"t\":\"take\"}]}"),
					&s, &post),
			ERR_FORMAT);
	proto_scratch_finish(&s);
}

/* Whatever is taken is JSON by the strict reader too, with the same members; whatever the strict
 * reader refuses is refused, or is an answer whose value is refused. */
static void check_agreement(void) {
	static const char *const pieces[] = { "{", "}", "\"t\":", "\"answer\"",
		"\"seq\":", "\"slot\":", "\"value\":", "1", "07", "65536", "\"B\"", "[\"A\"]",
		"null", ",", " ", "\\u0041", "\"\\ud800\"", "\"a\\u0000\"", "ữ", "\xC3", "[true,",
		"]", "1e2", "\"submit\"", "\"kind\":\"blur\"" };
	enum { COUNT = sizeof(pieces) / sizeof(pieces[0]) };
	struct rng rng;
	rng_init(&rng, 11, 0);
	struct proto_scratch s = proto_scratch_make();
	_cleanup_(buf_finish) struct buf b = buf_make(10000);
	int taken = 0;
	for (int round = 0; round < 40000; round++) {
		buf_clear(&b);
		buf_add_str(&b, "{\"t\":\"answer\",\"seq\":12,\"slot\":3,\"value\":[\"A\",\"ữ\"]}");
		size_t edits = rng_below(&rng, 3);
		for (size_t i = 0; i < edits; i++) {
			const char *piece = pieces[rng_below(&rng, COUNT)];
			size_t at = rng_below(&rng, b.len - strlen(piece));
			memcpy(b.data + at, piece, strlen(piece));
		}
		struct proto_frame f;
		_cleanup_(json_freep) struct json *root = NULL;
		enum err e = proto_parse(span(&b), &s, &f);
		enum err strict = json_parse(span(&b), PROTO_FRAME_BYTES_MAX, &root);
		if (e == ERR_OK && strict != ERR_OK) {
			CHECK(b.data, f.kind == PROTO_EVENT && f.as.event.value.n == 0);
		} else if (e == ERR_OK) {
			int64_t seq = -1;
			taken++;
			CHECK_INT(b.data, json_get_i64(root, "seq", &seq), ERR_OK);
			CHECK_INT(b.data, f.as.event.seq, seq);
			_cleanup_(buf_finish) struct buf v = buf_make(10000);
			const struct json *value = json_get(root, "value");
			if (value && json_value_canonical(value, &v) == ERR_OK) {
				CHECK(b.data, str_eq(span(&v), f.as.event.value));
			}
		}
	}
	CHECK("enough were taken", taken > 10000);
	proto_scratch_finish(&s);
}

static void check_print_one(const struct message *m, const char *want) {
	_cleanup_(buf_finish) struct buf b = buf_make(PROTO_PRINT_BYTES_MAX);
	_cleanup_(json_freep) struct json *root = NULL;
	CHECK_INT(want, proto_print(m, NULL, &b), ERR_OK);
	CHECK_STR(want, buf_str(&b), want);
	CHECK_INT("is JSON", json_parse(span(&b), b.len, &root), ERR_OK);
}

static void check_print(void) {
	struct message m = { .kind = MESSAGE_ACK };
	m.as.ack = (struct message_ack){ 42, 42, 1700000000000, 1, 3, { { 0 } }, { { 0 } } };
	memset(m.as.ack.head.b, 3, HASH_BYTES);
	memset(m.as.ack.mac.b, 3, HASH_BYTES);
	check_print_one(&m,
			"{\"t\":\"ack\",\"seq\":42,\"at\":1700000000000,\"kid\":1,\"lease\":3,"
			"\"head\":\"" H43 "\",\"mac\":\"" H43 "\"}");
	m.kind = MESSAGE_STAMP;
	m.as.ack.seq = 40;
	check_print_one(&m,
			"{\"t\":\"stamp\",\"seq\":40,\"upto\":42,\"at\":1700000000000,\"kid\":1,"
			"\"lease\":3,\"head\":\"" H43 "\",\"mac\":\"" H43 "\"}");
	m = (struct message){ .kind = MESSAGE_REFUSED };
	m.as.refused.code = REFUSED_LATE;
	m.as.refused.seq = 7;
	m.as.refused.tail = 6;
	check_print_one(&m, "{\"t\":\"refused\",\"seq\":7,\"code\":\"late\",\"tail\":6}");
	m.as.refused.seq = MESSAGE_SEQ_NONE;
	check_print_one(&m, "{\"t\":\"refused\",\"code\":\"late\",\"tail\":6}");
	m = (struct message){ .kind = MESSAGE_NOTICE };
	m.as.notice.at_ms = 5;
	m.as.notice.text = str_from("Còn \"10\" phút\n");
	check_print_one(&m, "{\"t\":\"notice\",\"at\":5,\"text\":\"Còn \\\"10\\\" phút\\n\"}");
	m = (struct message){ .kind = MESSAGE_CLOSED };
	m.as.closed = (struct message_closed){ CLOSED_TIME, 9, 1, 3, { NULL, 0 } };
	check_print_one(&m,
			"{\"t\":\"closed\",\"why\":\"time\",\"at\":9,\"gen\":1,\"seq\":3,"
			"\"receipt\":null}");
	m.as.closed.receipt = str_from("abc");
	check_print_one(&m,
			"{\"t\":\"closed\",\"why\":\"time\",\"at\":9,\"gen\":1,\"seq\":3,"
			"\"receipt\":\"YWJj\"}");
	m = (struct message){ .kind = MESSAGE_TIME };
	m.as.time.now_ms = 1;
	m.as.time.ends_ms = 2;
	m.as.time.why = TIME_EXTRA;
	check_print_one(&m, "{\"t\":\"time\",\"now\":1,\"ends\":2,\"why\":\"extra\"}");
	m = (struct message){ .kind = MESSAGE_LOCKED, .as.locked.why = "taken" };
	check_print_one(&m, "{\"t\":\"locked\",\"why\":\"taken\"}");
	m = (struct message){ .kind = MESSAGE_PULSE };
	memset(m.as.pulse.nonce, 1, MESSAGE_NONCE_BYTES);
	check_print_one(&m, "{\"t\":\"pulse\",\"n\":\"AQEBAQEBAQE\",\"now\":0}");
	uint8_t key[MESSAGE_KEY_BYTES];
	memset(key, 3, sizeof(key));
	m = (struct message){ .kind = MESSAGE_KEY };
	m.as.key = (struct message_key){ str_from("103"), 0, 1, key };
	check_print_one(&m,
			"{\"t\":\"key\",\"variant\":\"103\",\"section\":0,\"rev\":1,"
			"\"key\":\"" H43 "\"}");
	m = (struct message){ .kind = MESSAGE_WELCOME };
	m.as.welcome = (struct message_welcome){ .now_ms = 1,
		.room = 5,
		.variant = str_from("103"),
		.phase = PHASE_OPEN,
		.opens_ms = 2,
		.starts_ms = 3,
		.ends_ms = 4,
		.gen = 1,
		.lease = 3,
		.seq = 0,
		.salt = key };
	memset(m.as.welcome.head.b, 3, HASH_BYTES);
	check_print_one(&m,
			"{\"t\":\"welcome\",\"now\":1,\"room\":\"5\",\"variant\":\"103\","
			"\"phase\":\"open\",\"opens\":2,\"starts\":3,\"ends\":4,\"section\":0,"
			"\"gen\":1,\"lease\":3,\"seq\":0,\"head\":\"" H43 "\",\"salt\":\"" H43
			"\",\"ack\":null,\"answers\":{}}");
}

static void find_name(void *owner, uint64_t tag, struct str *out_name, struct str *out_code) {
	(void)owner; /* nothing to look in */
	*out_name = str_from(tag == 8 ? "Đỗ Thị Hoà" : "?");
	*out_code = str_from("HS8");
}

static void check_board(void) {
	struct message_row row = { .tag = 8,
		.variant = str_from("103"),
		.state = STATE_OPEN,
		.is_online = true,
		.answered = -1,
		.slots = 40 };
	struct message m = { .kind = MESSAGE_BOARD };
	m.as.board = (struct message_board){ 1, PHASE_OPEN, true, 1, &row };
	const struct proto_names names = { NULL, find_name, str_from("{\"title\":\"Toán\"}") };
	_cleanup_(buf_finish) struct buf b = buf_make(PROTO_PRINT_BYTES_MAX);
	CHECK_INT("board", proto_print(&m, &names, &b), ERR_OK);
	CHECK_STR("board", buf_str(&b),
			"{\"t\":\"board\",\"now\":1,\"phase\":\"open\",\"sitting\":{\"title\":\"Toán\"},"
			"\"last\":true,\"rows\":[{\"attempt\":\"AAAAAAAAAAAAAAAAAAAAAA\",\"name\":"
			"\"Đỗ Thị Hoà\",\"code\":\"HS8\",\"variant\":\"103\",\"state\":\"open\","
			"\"online\":true,\"since\":0,\"answered\":null,\"slots\":40,\"lastAt\":0,"
			"\"endsAt\":0,\"extraMs\":0,\"away\":0,\"awayNow\":false,\"devices\":0,"
			"\"stamped\":false,\"closeWhy\":null,\"closedAt\":null}]}");
}

int main(void) {
	check_good();
	check_others();
	check_bad();
	check_limits();
	check_bodies();
	check_agreement();
	check_print();
	check_board();
	return check_done();
}
