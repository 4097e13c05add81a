#ifndef GRADEBOOK_CLOSING_SNAPSHOT_H
#define GRADEBOOK_CLOSING_SNAPSHOT_H

/*
 * What one student's term or year came to when the class was closed: the few values that lists ask
 * for, the whole as JSON, and the hash that the class's history keeps of it. Pure; stored by
 * close_store.h.
 */

#include <stdint.h>

#include "core/base/buf.h"
#include "core/seal/hash.h"
#include "gradebook/results/class_year.h"

enum {
	SNAPSHOT_JSON_BYTES_MAX = 256 << 10, /* of one student */
	SNAPSHOT_NONE = 255, /* a value that cannot be said, or is not of this part */
	SNAPSHOT_NOTE_BYTES = 2 + 2 * HASH_BYTES + 1,
};

struct snapshot {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t student_id;
	enum class_scope scope;
	struct str pack; /* the rules that said so: "tt22" */
	unsigned learning; /* 1 Tốt … 4 Chưa đạt, of primary school 1 HTXS … 4 CHT; SNAPSHOT_NONE */
	unsigned conduct;   /* the same */
	unsigned promotion; /* enum pack_promotion; of the year alone */
	unsigned award;    /* 0 none, else one more than the index in the pack; of the year alone */
	unsigned absences; /* sessions in that part */
	struct str json;   /* the class's subjects and the student's line of docs/compute.md */
};

/*
 * Makes the snapshot of a student, whose class was worked out. After a summer the year is what it
 * became. `json` is filled, and the snapshot points into it.
 * Errors  ERR_LIMIT  the JSON is too long; those of class_year_put_student
 */
enum err snapshot_make(const struct class_year *year, const struct class_student *student,
		enum class_scope scope, struct buf *json, struct snapshot *out) MUST_CHECK;

/*
 *     H("TT1Y" || school u64 || class u64 || student u64 || part u8 || learning u8 || conduct u8 ||
 *       promotion u8 || award u8 || absences u16 || len u8 || pack || len u32 || json)
 */
void snapshot_hash(const struct snapshot *s, struct hash *out);

/* What the history's row says: the part's number, a blank, the hash in hex. */
void snapshot_note(enum class_scope scope, const struct hash *hash, char out[SNAPSHOT_NOTE_BYTES]);
/* ERR_FORMAT for anything else. */
enum err snapshot_note_parse(
		struct str note, enum class_scope *out_scope, struct hash *out) MUST_CHECK;

#endif
