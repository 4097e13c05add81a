#ifndef WS_SERVICE_PROPOSE_MARKS_H
#define WS_SERVICE_PROPOSE_MARKS_H

/*
 * What exams propose against the marks of one class, subject and term: an attempt was marked again
 * after its mark had been posted, or a person typed another one. Nothing changes by itself; a person
 * takes the exam's mark or keeps what stands. What was kept is not proposed again until the attempt
 * comes to another mark, and a column that was unlinked from its exam has no proposals.
 */

#include "core/base/arena.h"
#include "core/db/db.h"
#include "exam/hall/sitting.h"
#include "gradebook/marks/entry_store.h"

struct proposal {
	uint64_t column_id;
	uint64_t student_id;
	struct str student_code;
	struct str full_name;
	struct id16 sitting;
	struct str title; /* of the sitting */
	struct id16 attempt;
	int exam_x10;
	struct mark_stored stored; /* what stands; its version is to be sent back */
};

/* A column that a person unlinked from the exam which was planned to fill it: it can be linked
 * again. */
struct unlinked {
	uint64_t column_id;
	struct id16 sitting;
	struct str title;
};

struct proposals {
	struct {
		struct proposal *items;
		size_t count;
		size_t cap;
	} list; /* by column, then in the order of the class */
	struct unlinked unlinked[MARK_COLUMNS_MAX];
	size_t unlinked_count;
	struct arena arena;
};

void proposals_init(struct proposals *p);
void proposals_finish(struct proposals *p);

/* Whether the sitting was planned to fill that column, if it is of the column's class. */
bool propose_marks_is_for(const struct sitting *s, const struct mark_column *column);

/* Everything that is proposed in the place, where it differs and was not kept; and what could be
 * linked again. */
enum err propose_marks_list(
		struct db *db, const struct mark_place *place, struct proposals *out) MUST_CHECK;

/*
 * Carries decisions out, all in one transaction and at most once a key. entry->wanted holds the
 * exam's mark as it was seen, entry->exams (of entry->count) whether it is refused. One whose exam or
 * cell changed meanwhile is told as a conflict, and nothing is done about it. Errors of
 * entry_store_run().
 */
enum err propose_marks_decide(struct db *db, struct entry *entry) MUST_CHECK;

#endif
