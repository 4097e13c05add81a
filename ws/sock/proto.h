#ifndef WS_SOCK_PROTO_H
#define WS_SOCK_PROTO_H

/*
 * The text of the hall's frames (docs/protocol.md, "Frames"): strict reading of what browsers
 * send, and writing of what a room says. Pure. Reading takes no memory but the scratch, which is
 * kept from frame to frame; a usual answer is read without copying anything.
 *
 * A frame is one JSON object of known members, each at most once, all required ones there, valid
 * UTF-8, nothing behind it. The value of an answer is looked at apart: what is JSON but no value
 * of the protocol (a number, an object, a lone surrogate, NUL, four arrays deep) leaves an empty
 * span, which a room refuses as "value", so that an odd letter typed by a student does not cost
 * the connection.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "exam/hall/message.h"

enum {
	PROTO_FRAME_BYTES_MAX = 65536,
	PROTO_POST_BYTES_MAX = 65536, /* a body with events or a log */
	PROTO_EVENTS_MAX = 1024,      /* events of one log or post */
	PROTO_SIGNAL_BYTES_MAX = 24,  /* the kind of an event: [a-z_] */
	PROTO_DETAIL_CHARS_MAX = 200,
	PROTO_PRINT_BYTES_MAX = 1 << 20, /* a welcome with every answer, a part of a board */
};

enum proto_kind {
	PROTO_HELLO,
	PROTO_EVENT, /* answer, event, submit */
	PROTO_PULSE,
	PROTO_TAKE,
	PROTO_BEGIN,
	PROTO_LOG,
};

struct proto_frame {
	enum proto_kind kind;
	union {
		struct message_hello hello;
		struct message_event event;
		uint8_t nonce[MESSAGE_NONCE_BYTES];
		struct message_log log;
	} as;
};

/* Memory that reading uses; what a frame points at lives until the next reading. */
struct proto_scratch {
	struct buf values;
	struct message_event *events;
	struct message_proof *proofs;
};
struct proto_scratch proto_scratch_make(void);
void proto_scratch_finish(struct proto_scratch *s);

/*
 * Reads a frame. What it gives points into text and scratch.
 * Errors  ERR_LIMIT   longer than PROTO_FRAME_BYTES_MAX, or more than PROTO_EVENTS_MAX events
 *         ERR_FORMAT  not a frame of the protocol
 *         ERR_NOMEM
 */
enum err proto_parse(
		struct str text, struct proto_scratch *scratch, struct proto_frame *out) MUST_CHECK;

/* The bodies of the HTTP path; errors as above. POST …/events: {"lease":3,"events":[frames]}. */
struct proto_post {
	uint32_t lease;
	size_t event_count;
	const struct message_event *events;
};
enum err proto_parse_post(
		struct str body, struct proto_scratch *scratch, struct proto_post *out) MUST_CHECK;
/* POST …/hello and …/take: {"gen","seq","head","device"}; the attempt stands in the address. */
enum err proto_parse_hello(
		struct str body, const struct id16 *attempt, struct message_hello *out) MUST_CHECK;
/* POST …/log: {"gen","events","acks"}. */
enum err proto_parse_log(
		struct str body, struct proto_scratch *scratch, struct message_log *out) MUST_CHECK;

/* What boards show beside what a room knows. */
struct proto_names {
	void *owner;
	/* Full name and code of the student with that tag. */
	void (*find)(void *owner, uint64_t tag, struct str *out_name, struct str *out_code);
	struct str sitting; /* JSON object of the board's first message: title, times … */
};

/* Appends the frame's text. `names` is needed for boards only. ERR_LIMIT, ERR_NOMEM. */
enum err proto_print(const struct message *message, const struct proto_names *names,
		struct buf *out) MUST_CHECK;

#endif
