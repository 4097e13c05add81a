#ifndef CORE_AUTH_TOKEN_H
#define CORE_AUTH_TOKEN_H

/*
 * Session tokens: 256 random bits that mean nothing. The browser holds the token, the database
 * only its hash, so that a copied database opens no session. A token is random enough to need no
 * key and no slow hash.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

enum {
	TOKEN_BYTES = 32,
	TOKEN_TEXT_BYTES = 44, /* 43 characters of base64url and the end */
};

struct token {
	uint8_t b[TOKEN_BYTES];
};

/* A new token. Wipe it with token_wipe when it has been handed out. */
void token_make(struct token *out);
void token_wipe(struct token *t);
/* The form in which it travels: in the cookie, or behind "Bearer ". */
void token_print(const struct token *t, char out[TOKEN_TEXT_BYTES]);
/* ERR_INVAL for anything but 43 characters of canonical base64url. */
enum err token_parse(struct str text, struct token *out) MUST_CHECK;
/* What the database holds: BLAKE2b of "TT1O" and the token. */
void token_hash(const struct token *t, struct hash *out);

#endif
