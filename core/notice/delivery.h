#ifndef CORE_NOTICE_DELIVERY_H
#define CORE_NOTICE_DELIVERY_H

/*
 * One thing that is to leave the house, whether it should, and the words in which it does. What
 * goes out names no result and no student: it passes other companies and stands on locked screens.
 * The matter itself is behind the link, where its reader signs in. Pure.
 */

#include "core/notice/notice.h"
#include "core/notice/quiet.h"

enum {
	DELIVERY_NAME_BYTES = 200 * 4 + 1,
	DELIVERY_CODE_BYTES = 25,
	DELIVERY_PHONE_BYTES = 17,
	DELIVERY_TEXT_BYTES_MAX = 16 << 10,
	DELIVERY_TOKEN_BYTES = 8 + 16, /* of a link: who, and the nonce */
	NOTICE_EMAIL_BYTES = 255,      /* the longest address and its '\0' */
	NOTICE_NONCE_BYTES = 16,
};

/* The numbers are the database's. */
enum notice_email {
	NOTICE_EMAIL_NONE = 0,
	NOTICE_EMAIL_ASKED = 1, /* a link was sent to it */
	NOTICE_EMAIL_CONFIRMED = 2,
};

/* The numbers are the database's. */
enum delivery_kind {
	DELIVERY_NOTICE = 1,
	DELIVERY_CONFIRM = 2, /* the link that confirms an address */
	DELIVERY_TEST = 3,
};
enum delivery_state {
	DELIVERY_WAITING = 1,
	DELIVERY_SENT = 2,
	DELIVERY_FAILED = 3,  /* given up; the office may have it sent again */
	DELIVERY_DROPPED = 4, /* not wanted any more when its turn came */
	DELIVERY_STATE_COUNT_,
};
const char *delivery_state_name(enum delivery_state state); /* "waiting", "sent", … */
enum err delivery_state_parse(struct str name, enum delivery_state *out) MUST_CHECK;
const char *delivery_kind_name(enum delivery_kind kind); /* "notice", "confirm", "test" */

struct delivery {
	uint64_t id;
	enum delivery_kind kind;
	unsigned tries; /* this one included */
	uint64_t school_id;
	char school_code[DELIVERY_CODE_BYTES];
	char school_name[DELIVERY_NAME_BYTES];
	int utc_offset_min;
	uint64_t person_id;
	char phone[DELIVERY_PHONE_BYTES]; /* "": none */
	enum lang lang;
	char email[NOTICE_EMAIL_BYTES]; /* confirmed or not, "": none */
	enum notice_email email_state;
	bool by_email;
	bool by_phone;
	unsigned quiet_from_min;
	unsigned quiet_to_min;
	uint8_t nonce[NOTICE_NONCE_BYTES]; /* of the link; zeros: none */
	char address[NOTICE_EMAIL_BYTES];  /* of a link or a test */
	bool is_on;                        /* the school's office wants the channel */
	enum notice_kind notice;           /* of a notice */
	uint64_t thread_id;
	char about[DELIVERY_NAME_BYTES];
	struct date on;
	int64_t made_at_ms;
};

enum delivery_plan {
	DELIVERY_SEND,
	DELIVERY_WAIT,  /* the hours are quiet */
	DELIVERY_LEAVE, /* not wanted any more: switched off, another address */
};
/* What to do with a delivery now; *out_until_ms is set for DELIVERY_WAIT. A test and the link that
 * somebody waits for keep no quiet hours. */
enum delivery_plan delivery_plan_of(const struct delivery *d, enum notice_channel channel,
		int64_t now_ms, int64_t *out_until_ms);
/* Where it goes: an address of mail or a telephone number. */
const char *delivery_to(const struct delivery *d, enum notice_channel channel);

/* The text of a mail. base: "https://thi.example.vn". */
enum err delivery_print_mail(const struct delivery *d, const char *base, struct buf *subject,
		struct buf *body) MUST_CHECK;
/* The JSON for a gateway (docs/protocol.md, "Webhook"). */
enum err delivery_print_hook(const struct delivery *d, const char *base, const char *key,
		struct buf *out) MUST_CHECK;

#endif
