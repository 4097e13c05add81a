#ifndef EXAM_HALL_BOUND_STORE_H
#define EXAM_HALL_BOUND_STORE_H

/*
 * The macs of bound.h in the tables. Who changes a bound row does so in one transaction: first the
 * rows whose mac holds are locked and noted, then they are changed, then their macs are made anew.
 * A row whose mac did not hold keeps the wrong one, so that a change by the program never hides an
 * edit; a row from before there were macs has none and gets none. Nothing here is on an answer's
 * way.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/event.h"

/* The bound columns of a row as one text; the table's alias as in the names. A closed attempt's row
 * is bound as an open one's. */
#define BOUND_ATTEMPT_TEXT                                                                   \
	"CONCAT_WS('|', a.school_id, HEX(a.id), HEX(a.sitting_id), a.room_id, a.student_id," \
	" a.person_id, HEX(a.variant), HEX(a.salt), a.delay_ms, a.extra_ms,"                 \
	" IFNULL(a.personal_limit_ms, '-'), IFNULL(a.started_at_ms, '-'), a.ends_at_ms,"     \
	" a.ends_revision)"
#define BOUND_ROOM_TEXT                                                                 \
	"CONCAT_WS('|', r.school_id, r.id, HEX(r.sitting_id), IFNULL(r.class_id, '-')," \
	" HEX(r.name), r.invigilator_id)"
#define BOUND_ACT_TEXT                                                                 \
	"CONCAT_WS('|', t.school_id, t.room_id, t.id, IFNULL(HEX(t.attempt_id), '-')," \
	" t.person_id, t.kind, t.amount_ms, HEX(t.text), HEX(t.idem_key), t.at_ms)"
#define BOUND_SITTING_TEXT                                                                     \
	"CONCAT_WS('|', s.school_id, HEX(s.id), s.paper_id, s.subject_id, HEX(s.title),"       \
	" s.lobby_at_ms, s.starts_at_ms, s.window_end_ms, s.limit_ms, s.grace_ms,"             \
	" s.variant_count, s.seed, s.is_practice, s.outage_policy, s.release_policy,"          \
	" IFNULL(s.released_at_ms, '-'), IFNULL(s.term_id, '-'), IFNULL(s.mark_kind, '-'),"    \
	" IFNULL(s.mark_position, '-'), s.revision, s.sealing, s.created_by, s.created_at_ms," \
	" s.root_count, (SELECT COUNT(*) FROM attempt a WHERE a.sitting_id = s.id),"           \
	" (SELECT COUNT(*) FROM room r WHERE r.sitting_id = s.id),"                            \
	" IFNULL((SELECT GROUP_CONCAT(v.school_id, ':', HEX(v.code), ':', SHA2(v.layout, 256)" \
	"   ORDER BY v.code) FROM variant v WHERE v.sitting_id = s.id), '-'))"

/* A sitting that was just written with all of its rooms, variants and attempts. */
enum err bound_store_deal(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting) MUST_CHECK;

/* --- attempts whose times change --- */

/* Those whose mac held before. */
struct bound_attempts {
	struct id16 *items;
	size_t count;
	size_t cap;
};
void bound_attempts_finish(struct bound_attempts *list);

/* Locks and notes: one, those of a room or a sitting that are not closed, or those not closed whose
 * end is in (from, until]. */
enum err bound_store_attempt(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *attempt, struct bound_attempts *out) MUST_CHECK;
enum err bound_store_of_room(struct db *db, const struct keys *keys, uint64_t school, uint64_t room,
		struct bound_attempts *out) MUST_CHECK;
enum err bound_store_of_sitting(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting, struct bound_attempts *out) MUST_CHECK;
enum err bound_store_ending(struct db *db, const struct keys *keys, int64_t from_ms,
		int64_t until_ms, struct bound_attempts *out) MUST_CHECK;
/* Makes their macs anew, from the rows as they are now. */
enum err bound_store_renew(struct db *db, const struct keys *keys,
		const struct bound_attempts *list) MUST_CHECK;

/* --- a sitting --- */

/* Locks it and says whether its mac holds. ERR_NOT_FOUND. */
enum err bound_store_holds(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting, bool *out) MUST_CHECK;
/* Makes its mac anew. */
enum err bound_store_sitting(struct db *db, const struct keys *keys, uint64_t school,
		const struct id16 *sitting) MUST_CHECK;

/* --- acts --- */

/* Binds the room's newest act behind those before it. The room's row has been locked since before
 * the act was written. */
enum err bound_store_act(
		struct db *db, const struct keys *keys, uint64_t school, uint64_t room) MUST_CHECK;

#endif
