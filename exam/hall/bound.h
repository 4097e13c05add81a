#ifndef EXAM_HALL_BOUND_H
#define EXAM_HALL_BOUND_H

/*
 * Macs over the hall's rows that nothing signed speaks of (docs/protocol.md, "What is bound"). The
 * key is derived from the root key, outside the database: who edits a row there cannot make its
 * mac. Only the program itself is convinced by them, in the audit. Pure.
 */

#include "core/base/str.h"
#include "core/seal/hash.h"
#include "core/seal/keys.h"

enum bound_kind {
	BOUND_ATTEMPT,
	BOUND_CHECKPOINT, /* of an attempt: first its id, then each checkpoint behind the last */
	BOUND_SITTING,
	BOUND_ROOM,
	BOUND_ACT, /* behind the last one of the room, or the room's */
	BOUND_SALT,
};

/* The mac of the bytes, behind another one or (NULL) first. */
void bound_mac(const struct keys *keys, enum bound_kind kind, const struct hash *before,
		struct str bytes, struct hash *out);

/*
 * Marks the random salt of a new attempt: its last bytes follow from the others by the key. The
 * salt is part of all that is signed of an attempt, so nobody can say later that it is one from
 * before there were macs. To others the salt is as random as before.
 */
void bound_mark_salt(const struct keys *keys, uint8_t *salt);
bool bound_is_marked(const struct keys *keys, const uint8_t *salt);

#endif
