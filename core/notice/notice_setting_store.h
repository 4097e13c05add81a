#ifndef CORE_NOTICE_NOTICE_SETTING_STORE_H
#define CORE_NOTICE_NOTICE_SETTING_STORE_H

/*
 * The SQL of how somebody wants to be told outside the program: an address for mail, which counts
 * once its owner has opened a link in it; which channels; quiet hours. A person is global, and so
 * are these. Who changed nothing has the usual settings at version 0.
 */

#include "core/db/db.h"
#include "core/notice/delivery.h"
#include "core/notice/quiet.h"

enum {
	NOTICE_LINK_HOURS = 24,
	NOTICE_LINK_WAIT_MS = 60000, /* from one link to the next */
	NOTICE_LINKS_A_DAY = 5,
};

struct notice_setting {
	char email[NOTICE_EMAIL_BYTES]; /* "": none */
	enum notice_email email_state;
	bool by_email;
	bool by_phone;
	bool has_phone;
	unsigned quiet_from_min;
	unsigned quiet_to_min;
	unsigned version; /* 0: nothing was chosen yet */
};
/* ERR_NOT_FOUND: no such account. */
enum err notice_setting_store_load(
		struct db *db, uint64_t person_id, struct notice_setting *out) MUST_CHECK;
/* Writes channels and quiet hours, seen at that version. ERR_STALE at another. */
enum err notice_setting_store_save(
		struct db *db, uint64_t person_id, const struct notice_setting *wanted) MUST_CHECK;

struct notice_email_ask {
	uint64_t person_id;
	struct str email;
	uint8_t nonce[NOTICE_NONCE_BYTES]; /* fresh, for the link */
	int64_t now_ms;
};
/* Takes an address that is to be confirmed, in the place of the one that was there. Inside a
 * transaction. ERR_THROTTLED: the last link is too young, or there were too many in a day. */
enum err notice_setting_store_ask(struct db *db, const struct notice_email_ask *ask) MUST_CHECK;
/* Takes the address away. Also when a code has set the password: whoever used it must not be the one
 * who reads what the person's other schools send. */
enum err notice_setting_store_drop_email(struct db *db, uint64_t person_id) MUST_CHECK;
/* The link was opened; a second time it does no harm. ERR_EXPIRED when it is no link to what is
 * asked for now, or too old. */
enum err notice_setting_store_confirm(struct db *db, uint64_t person_id,
		const uint8_t nonce[NOTICE_NONCE_BYTES], int64_t now_ms) MUST_CHECK;

#endif
