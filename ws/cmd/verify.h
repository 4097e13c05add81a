#ifndef WS_CMD_VERIFY_H
#define WS_CMD_VERIFY_H

/* What the kinds of `truongthi verify` have in common. */

#include <stddef.h>

#include "core/base/str.h"
#include "core/seal/keys.h"

struct known_keys {
	struct keys_public items[KEYS_PUBLIC_MAX];
	size_t count;
};
/* NULL when it is none of them. */
const struct keys_public *verify_find_key(const struct known_keys *keys, const uint8_t *kid);

void verify_print_time(const char *what, int64_t ms);
void verify_print_b64(const char *what, const void *bytes, size_t n);
void verify_print_signer(const uint8_t *kid, const struct keys_public *key);
/* Says why it is not genuine; gives the exit status. */
int verify_refuse(const char *why);

/* Whether the text is what a province answered to a batch: whole, its first line alone, or such lines
 * of many. */
bool verify_is_answer(struct str text);
/* What it proves; gives the exit status. */
int verify_answer(struct str text, const struct known_keys *keys);

#endif
