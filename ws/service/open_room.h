#ifndef WS_SERVICE_OPEN_ROOM_H
#define WS_SERVICE_OPEN_ROOM_H

/*
 * Loads a room from the database, on a worker: the sitting's times, variants with the shapes of
 * their answers, opened paper keys, attempts with names. The service thread makes the live room
 * of it (ws/sock/hall.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/room.h"
#include "exam/hall/sitting.h"

enum {
	OPEN_ROOM_NAME_BYTES = 128,
	OPEN_ROOM_CODE_BYTES = 40,
	OPEN_ROOM_KEY_EARLY_MS = 3000, /* so long before the bell the start is fixed for good */
};

struct open_seat {
	struct room_attempt_row row; /* variant is set, salt points to `salt` below */
	uint8_t salt[EVENT_SALT_BYTES];
	char name[OPEN_ROOM_NAME_BYTES];
	char code[OPEN_ROOM_CODE_BYTES];
	bool is_submitted; /* a submit is stored, and no close: it is owed */
	int64_t submitted_at_ms;
};

struct open_room {
	uint64_t school;
	uint64_t room;
	struct sitting sitting;
	struct room_variant *variants;
	size_t variant_count;
	struct room_key *keys;
	size_t key_count;
	struct open_seat *seats;
	size_t seat_count;
	size_t seat_cap;
};

/*
 * Once the bell is nearer than OPEN_ROOM_KEY_EARLY_MS, or past, the sitting is marked so that its
 * start cannot move any more, before any key can go out.
 * Errors  ERR_NOT_FOUND  no such room in the school
 *         ERR_CORRUPT    a stored key or layout does not open
 */
enum err open_room_load(struct db *db, const struct keys *keys, uint64_t school, uint64_t room,
		int64_t now_ms, struct open_room **out) MUST_CHECK;
void open_room_free(struct open_room *o);
DEFINE_FREEP(struct open_room *, open_room_free);

/* What room_new needs; points into `o`. */
struct room_config open_room_config(const struct open_room *o);

#endif
