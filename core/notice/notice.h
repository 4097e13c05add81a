#ifndef CORE_NOTICE_NOTICE_H
#define CORE_NOTICE_NOTICE_H

/*
 * What people are told of, and the words for it. A sentence names what it is about (a subject, an
 * exam, who wrote) and no result: the same sentence goes out by mail and as a text message, past
 * other companies and onto locked screens. Pure.
 */

#include "core/base/date.h"
#include "core/base/messages.h"

enum {
	NOTICE_EVENT_BYTES = 80,
};

/* The numbers are the database's. */
enum notice_kind {
	NOTICE_LETTER = 1,  /* about: who wrote */
	NOTICE_REPLY = 2,   /* about: who answered */
	NOTICE_MARKS = 3,   /* about: the subject */
	NOTICE_ABSENCE = 4, /* on: the day */
	NOTICE_PRESENT = 5, /* the absence was a mistake; on: the day */
	NOTICE_EXAM = 6,    /* about: the exam's title */
	NOTICE_APPROVED =
			7, /* a change of a mark that a teacher asked for; about: class and subject */
	NOTICE_REFUSED = 8,
	NOTICE_RESULT = 9,    /* the year was closed; about: the class */
	NOTICE_RESULT_1 = 10, /* term I, and term II */
	NOTICE_RESULT_2 = 11,
	NOTICE_KIND_COUNT_,
};
/* "letter", "reply", "marks", …: as in JSON and in the codes of messages. */
const char *notice_kind_name(enum notice_kind kind);
/* ERR_CORRUPT for a number that is no kind. */
enum err notice_kind_from(uint64_t number, enum notice_kind *out) MUST_CHECK;

enum notice_channel {
	NOTICE_MAIL = 1,
	NOTICE_HOOK = 2, /* a gateway for text messages, told by a webhook */
	NOTICE_CHANNEL_COUNT_,
};
const char *notice_channel_name(enum notice_channel channel); /* "email", "webhook" */
enum err notice_channel_parse(struct str name, enum notice_channel *out) MUST_CHECK;

/* Appends the sentence: "Có điểm mới môn Toán." */
enum err notice_print(enum notice_kind kind, struct str about, struct date on, enum lang lang,
		struct buf *out) MUST_CHECK;

#endif
