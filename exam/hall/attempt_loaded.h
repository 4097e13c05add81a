#ifndef EXAM_HALL_ATTEMPT_LOADED_H
#define EXAM_HALL_ATTEMPT_LOADED_H

/* An attempt with its answers, as it is handed from the database to its room. */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "exam/hall/room.h"

/* An attempt as a join, a beginning or a log finds it. Owns what room_joined points at. */
struct attempt_loaded {
	struct room_attempt_row row; /* variant is not set: see variant_code; salt points here */
	char variant_code[EVENT_VARIANT_BYTES_MAX + 1];
	uint8_t salt[EVENT_SALT_BYTES];
	uint64_t school;
	uint64_t room;
	uint64_t person;
	struct id16 sitting;
	uint32_t seq;
	struct hash head;
	struct hash times;
	bool has_tail;
	struct message_proof tail;
	uint32_t signal_count;
	struct buf answers; /* JSON object: slot to value */
	uint16_t *answered;
	size_t answered_count;
	struct buf receipt;
};
/* Nothing of it is known yet. NULL when there is no memory. */
struct attempt_loaded *attempt_loaded_new(void);
void attempt_loaded_free(struct attempt_loaded *loaded);
DEFINE_FREEP(struct attempt_loaded *, attempt_loaded_free);
/* The room's view of it; valid as long as it. `variant` is the room's index of variant_code. */
void attempt_loaded_view(
		const struct attempt_loaded *loaded, uint16_t variant, struct room_joined *out);

#endif
