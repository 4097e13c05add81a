#include "core/notice/notice.h"

#include <assert.h>
#include <stdio.h>

static const char *const kinds[NOTICE_KIND_COUNT_] = {
	[NOTICE_LETTER] = "letter",
	[NOTICE_REPLY] = "reply",
	[NOTICE_MARKS] = "marks",
	[NOTICE_ABSENCE] = "absence",
	[NOTICE_PRESENT] = "present",
	[NOTICE_EXAM] = "exam",
	[NOTICE_APPROVED] = "approved",
	[NOTICE_REFUSED] = "refused",
	[NOTICE_RESULT] = "result",
	[NOTICE_RESULT_1] = "result_1",
	[NOTICE_RESULT_2] = "result_2",
};

static const char *const channels[NOTICE_CHANNEL_COUNT_] = {
	[NOTICE_MAIL] = "email",
	[NOTICE_HOOK] = "webhook",
};

const char *notice_kind_name(enum notice_kind kind) {
	assert(kind >= NOTICE_LETTER && kind < NOTICE_KIND_COUNT_);
	return kinds[kind];
}

enum err notice_kind_from(uint64_t number, enum notice_kind *out) {
	if (number < NOTICE_LETTER || number >= NOTICE_KIND_COUNT_) {
		return ERR_CORRUPT;
	}
	*out = (enum notice_kind)number;
	return ERR_OK;
}

const char *notice_channel_name(enum notice_channel channel) {
	assert(channel >= NOTICE_MAIL && channel < NOTICE_CHANNEL_COUNT_);
	return channels[channel];
}

enum err notice_channel_parse(struct str name, enum notice_channel *out) {
	for (unsigned i = NOTICE_MAIL; i < NOTICE_CHANNEL_COUNT_; i++) {
		if (str_eq_z(name, channels[i])) {
			*out = (enum notice_channel)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err notice_print(enum notice_kind kind, struct str about, struct date on, enum lang lang,
		struct buf *out) {
	char code[32];
	char day[32];
	(void)snprintf(code, sizeof(code), "notice.%s", notice_kind_name(kind));       /* fits */
	(void)snprintf(day, sizeof(day), "%02d/%02d/%04d", on.day, on.month, on.year); /* fits */
	const struct message_param params[] = { { "about", about }, { "date", str_from(day) } };
	return messages_print(code, lang, params, sizeof(params) / sizeof(params[0]), out);
}
