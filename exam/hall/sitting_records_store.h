#ifndef EXAM_HALL_SITTING_RECORDS_STORE_H
#define EXAM_HALL_SITTING_RECORDS_STORE_H

/*
 * The kind of records `cathi`: an exam as the outside sees it. What goes on inside it (who came in,
 * who has handed in) changes with every answer's thread and is never told from there: whoever
 * carries records out looks at the running ones about once a minute.
 */

#include "core/db/db.h"
#include "core/outbox/record_kind.h"

/* Practice is no exam, and a draft is nobody's business: neither is told. */
extern const struct record_kind record_kind_sitting;

/* A sitting as a place of record_kind.h. */
uint64_t sitting_record_place(const uint8_t id[16]);

/*
 * Looks at every exam of every school that exchanges which is under way: from its lobby until a day
 * behind its window, or as long as somebody has not handed in. Each in a transaction of its own.
 */
enum err sitting_records_store_tell(struct db *db, int64_t now_ms) MUST_CHECK;

#endif
