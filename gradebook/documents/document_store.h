#ifndef GRADEBOOK_DOCUMENTS_DOCUMENT_STORE_H
#define GRADEBOOK_DOCUMENTS_DOCUMENT_STORE_H

/*
 * The SQL of printed documents: what they show, where the chains of marks stand, what was issued,
 * and whether the records still say the same.
 */

#include "core/db/db.h"
#include "gradebook/documents/report.h"
#include "gradebook/results/class_year_store.h"

enum { DOCUMENT_HEADS_BYTES_MAX = 1 << 20 };

/* A class's year with its remarks: once it is closed what was kept then. `out` was made by
 * report_year_init(). Errors of kept_year_store_load. */
enum err document_store_class(struct db *db, uint64_t school_id, uint64_t class_id,
		struct report_year *out) MUST_CHECK;
/* One student's year: of a part that is closed what was kept then. Errors of
 * kept_year_store_load. */
enum err document_store_year(struct db *db, const struct class_year_wanted *wanted,
		enum class_scope scope, struct report_year *out) MUST_CHECK;

/*
 * Appends where every chain of a class stands: subject u64, number u32, hash, by subject, behind
 * the class u64 and their count u32.
 */
enum err document_store_heads(
		struct db *db, uint64_t school_id, uint64_t class_id, struct buf *out) MUST_CHECK;
/*
 * Whether every row that such heads name stands in its chain with that hash.
 * Errors  ERR_CORRUPT  one does not; ERR_FORMAT  no heads
 */
enum err document_store_check_heads(struct db *db, uint64_t school_id, struct str heads) MUST_CHECK;

/* The classes in which a student was, the oldest first, one a school year. */
struct document_classes {
	uint64_t ids[REPORT_YEARS_MAX];
	size_t count;
};
enum err document_store_classes(struct db *db, uint64_t school_id, uint64_t student_id,
		struct document_classes *out) MUST_CHECK;

/* Something that was issued. */
struct document_issue {
	struct statement statement;
	uint8_t signature[SIGN_BYTES];
	struct str heads;
	uint64_t issued_by;
};
/* Inside the transaction of the deed. */
enum err document_store_add(struct db *db, const struct document_issue *issue) MUST_CHECK;
/* What was issued with these signed bytes: the heads are appended. ERR_NOT_FOUND. */
enum err document_store_find(struct db *db, struct str signed_bytes, struct buf *heads) MUST_CHECK;

/* When the history of a class last changed for a student (0: for anybody) after that moment, in
 * any of the classes; 0 when it did not. */
enum err document_store_changed(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, int64_t after_ms, int64_t *out_at_ms) MUST_CHECK;

#endif
