/*
 * Frames and bodies of the hall's protocol. The first byte says which reader gets the rest. What
 * is taken must be JSON by the strict reader (but for an answer's value, which may be refused
 * later), and every value must be canonical or empty.
 */

#include <assert.h>

#include "core/base/json.h"
#include "exam/hall/answer.h"
#include "tests/fuzz/fuzz.h"
#include "ws/sock/proto.h"

static void check_value(struct str value, bool *out_has_empty) {
	if (value.n == 0) {
		*out_has_empty = true;
		return;
	}
	assert(value.n <= PROTO_FRAME_BYTES_MAX);
	assert(answer_is_canonical(value));
	assert(str_is_utf8(value));
	for (enum question_kind kind = QUESTION_SINGLE; kind <= QUESTION_ESSAY; kind++) {
		struct answer_spec spec = { kind, 4, 0 };
		bool is_valid = answer_is_valid(&spec, value);
		assert(is_valid || !str_eq_z(value, "null"));
	}
	(void)answer_is_blank(value); /* must only come back */
}

static void check_events(const struct message_event *events, size_t count, bool *out_has_empty) {
	assert(count <= PROTO_EVENTS_MAX);
	for (size_t i = 0; i < count; i++) {
		assert(events[i].kind >= EVENT_ANSWER && events[i].kind <= EVENT_SUBMIT);
		check_value(events[i].value, out_has_empty);
	}
}

static enum err parse(
		uint8_t which, struct str text, struct proto_scratch *s, bool *out_has_empty) {
	const struct id16 attempt = { { 1 } };
	struct proto_frame frame;
	struct proto_post post;
	struct message_hello hello;
	struct message_log log;
	enum err e = ERR_OK;
	switch (which % 4) {
	case 0:
		e = proto_parse(text, s, &frame);
		if (!e && frame.kind == PROTO_EVENT) {
			check_events(&frame.as.event, 1, out_has_empty);
		} else if (!e && frame.kind == PROTO_LOG) {
			check_events(frame.as.log.events, frame.as.log.event_count, out_has_empty);
		}
		return e;
	case 1:
		e = proto_parse_post(text, s, &post);
		if (!e) {
			check_events(post.events, post.event_count, out_has_empty);
		}
		return e;
	case 2:
		return proto_parse_hello(text, &attempt, &hello);
	default:
		e = proto_parse_log(text, s, &log);
		if (!e) {
			check_events(log.events, log.event_count, out_has_empty);
		}
		return e;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size == 0) {
		return 0;
	}
	struct str text = { (const char *)data + 1, size - 1 };
	struct proto_scratch s = proto_scratch_make();
	bool has_empty = false;
	if (parse(data[0], text, &s, &has_empty) == ERR_OK && !has_empty) {
		_cleanup_(json_freep) struct json *root = NULL;
		enum err e = json_parse(text, PROTO_FRAME_BYTES_MAX, &root);
		assert(!e);
	}
	proto_scratch_finish(&s);
	return 0;
}
