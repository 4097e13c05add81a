#include "exam/hall/bound.h"

#include <string.h>

#include "core/seal/secret.h"
#include "exam/hall/event.h"

enum { KEY_ID = 1, MARK_BYTES = 4, TAG_BYTES = 4 };

static const char *tag_of(enum bound_kind kind) {
	switch (kind) {
	case BOUND_ATTEMPT:
		return "TT1b";
	case BOUND_CHECKPOINT:
		return "TT1c";
	case BOUND_SITTING:
		return "TT1s";
	case BOUND_ROOM:
		return "TT1r";
	case BOUND_ACT:
		return "TT1a";
	case BOUND_SALT:
		return "TT1z";
	}
	return "";
}

void bound_mac(const struct keys *keys, enum bound_kind kind, const struct hash *before,
		struct str bytes, struct hash *out) {
	static const struct hash none;
	uint8_t key[KEYS_BYTES];
	struct hasher h;
	keys_derive(keys, KEYS_HALL_CONTEXT, KEY_ID, key);
	hash_begin(&h, key);
	secret_wipe(key, sizeof(key));
	hash_add(&h, tag_of(kind), TAG_BYTES);
	hash_add(&h, before ? before->b : none.b, HASH_BYTES);
	hash_add_be32(&h, (uint32_t)bytes.n);
	hash_add(&h, bytes.p, bytes.n);
	hash_end(&h, out);
}

static void mark_of(const struct keys *keys, const uint8_t *salt, struct hash *out) {
	struct str bytes = { (const char *)salt, EVENT_SALT_BYTES - MARK_BYTES };
	bound_mac(keys, BOUND_SALT, NULL, bytes, out);
}

void bound_mark_salt(const struct keys *keys, uint8_t *salt) {
	struct hash mark;
	mark_of(keys, salt, &mark);
	memcpy(salt + EVENT_SALT_BYTES - MARK_BYTES, mark.b, MARK_BYTES);
}

bool bound_is_marked(const struct keys *keys, const uint8_t *salt) {
	struct hash mark;
	mark_of(keys, salt, &mark);
	return secret_equal(salt + EVENT_SALT_BYTES - MARK_BYTES, mark.b, MARK_BYTES);
}
