#ifndef CORE_NET_MAIL_H
#define CORE_NET_MAIL_H

/*
 * The bytes of one mail (RFC 5322, MIME): plain text in UTF-8, every text in a header as encoded
 * words (RFC 2047). Nothing that a person typed can end a header line: texts leave as base64,
 * addresses are checked letter by letter. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	MAIL_ADDRESS_BYTES_MAX = 254, /* RFC 5321 */
	MAIL_LOCAL_BYTES_MAX = 64,
	MAIL_LABEL_BYTES_MAX = 63, /* of a name in the domain */
	MAIL_BYTES_MAX = 64 << 10,
};

/* An address as people have one: letters, digits and .!#$%&'*+/=?^_`{|}~- before the @, no dot at
 * an end or twice, and a domain of at least two names behind it. No quotes, no comments, ASCII. */
bool mail_address_is_good(struct str s);

/* One mail. Texts are UTF-8; control characters in a header's text become blanks. */
struct mail {
	const char *key;  /* makes the Message-ID: letters, digits, "-" and "."; the same for the
				 * same mail sent again */
	const char *from; /* a good address */
	struct str from_name;
	const char *to; /* a good address */
	struct str subject;
	struct str body;      /* lines end with "\n" */
	const char *language; /* "vi" */
	int64_t date_ms;      /* UTC */
};

/* Appends the mail with its headers, lines ending with CR LF. ERR_INVAL when an address or the key
 * is not good; otherwise what stuck to the buffer. */
enum err mail_print(const struct mail *mail, struct buf *out) MUST_CHECK;

#endif
