#ifndef GRADEBOOK_MARKS_SAID_STORE_H
#define GRADEBOOK_MARKS_SAID_STORE_H

/*
 * What the writers of conduct, judgements and re-assessments have in common: each says something of
 * a student who is in the class, and what was said is of the class in which it was said last.
 */

#include "core/db/db.h"
#include "core/outbox/owe_store.h"

/* Holds the student in the class until the transaction ends. ERR_NOT_FOUND: is not in it. */
enum err said_store_hold_student(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id) MUST_CHECK;

/* Owes what was said in `class_id` now; of the class before, when another, it is no more. */
enum err said_store_owe(struct db *db, uint64_t school_id, enum record_topic topic,
		uint64_t class_id, uint64_t class_before) MUST_CHECK;

#endif
