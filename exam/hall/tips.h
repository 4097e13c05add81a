#ifndef EXAM_HALL_TIPS_H
#define EXAM_HALL_TIPS_H

/*
 * The tips of the chains that one writer knows: a hash map by attempt. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/seal/hash.h"
#include "exam/hall/event.h"

struct tip {
	struct id16 attempt;
	uint64_t school;
	uint64_t room;
	uint32_t gen;
	uint32_t lease; /* under which the tip was read or moved: a newer one means read again */
	uint32_t seq;   /* the last number, 0 when there is none */
	int64_t last_at_ms;
	struct hash head;
	struct hash times;
	/* The connection that read or moved it last. After a connection was lost the database may
	 * have lost rows too: then the tip still serves for stamps, but not for deciding. */
	uint64_t connection;
	bool is_used;
};

#define TIP_BY_JOIN UINT64_MAX /* read by a join, together with raising its lease */
#define TIP_BY_STAMP 0         /* moved by stamps: the database has not seen it yet */

struct tips {
	struct tip *slots;
	size_t cap; /* a power of two, or 0 */
	size_t count;
};

void tips_finish(struct tips *t);
/* The attempt's tip, or NULL. Valid until the next tips_put or tips_drop. */
struct tip *tips_find(const struct tips *t, const struct id16 *attempt);
/* Adds or replaces. ERR_NOMEM. */
enum err tips_put(struct tips *t, const struct tip *tip) MUST_CHECK;
/*
 * After a batch: the tip that the database has confirmed. One that stamps have moved farther under
 * the same lease stays: until its journal is replayed to the end, stamps go on from there.
 */
void tips_confirm(struct tips *t, const struct tip *tip);
/* Forgets one; nothing happens when it is not there. */
void tips_drop(struct tips *t, const struct id16 *attempt);

#endif
