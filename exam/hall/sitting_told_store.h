#ifndef EXAM_HALL_SITTING_TOLD_STORE_H
#define EXAM_HALL_SITTING_TOLD_STORE_H

/* Who is told that the result of an exam may be seen. Practice tells nobody. */

#include "core/db/db.h"
#include "exam/hall/sitting.h"

enum {
	SITTING_TOLD_BACK_MS = 86400000, /* how far back sittings that ended are looked for */
	SITTING_TOLD_AT_ONCE = 4,        /* sittings of one call: no long transaction */
};

/* Tells the families of those who sat it, when it shows its marks now. Inside the transaction of
 * its release; once more tells nobody again. */
enum err sitting_told_store_release(
		struct db *db, const struct sitting *sitting, int64_t now_ms) MUST_CHECK;
/* The same for sittings that show their marks because they are over; some of them a call. Each is
 * told in a transaction of its own. */
enum err sitting_told_store_over(struct db *db, int64_t now_ms) MUST_CHECK;

#endif
