#ifndef GRADEBOOK_FAMILY_NEWS_STORE_H
#define GRADEBOOK_FAMILY_NEWS_STORE_H

/*
 * What a family is told of one student's gradebook, the newest first: marks in published columns,
 * remarks, assessments to be made up, closed terms. Never anything of another student. Everything
 * is of one school; texts given to `each` are valid during the call, and an error of `each` ends
 * the reading and is given back.
 */

#include "core/db/db.h"
#include "gradebook/marks/mark.h"

enum { NEWS_MAX = 60 /* of each sort */ };

/* A mark in a published column. */
struct news_mark {
	struct str subject_name;
	enum mark_subject subject;
	bool is_primary; /* of a primary class: levels, and tests in whole points */
	enum mark_kind kind;
	unsigned position;
	unsigned term;
	int value_x10; /* unless it is to be made up */
	int64_t at_ms; /* since when it stands there for the family to see */
};
/* Marks seen for the first time, or changed, since then. */
enum err news_store_marks(struct db *db, uint64_t school_id, uint64_t student_id, int64_t since_ms,
		enum err (*each)(const struct news_mark *mark, void *ctx), void *ctx) MUST_CHECK;
/* Assessments that the student was away from, of classes where he or she is now, in terms that are
 * not closed. */
enum err news_store_to_make_up(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct news_mark *mark, void *ctx), void *ctx) MUST_CHECK;

struct news_remark {
	struct str year;         /* "2026-2027" */
	struct str subject_name; /* "" for the homeroom teacher's */
	unsigned term;
	struct str text;
	struct str writer_name;
	int64_t at_ms;
};
/* Written or changed since then; 0: all, at most NEWS_MAX of them. */
enum err news_store_remarks(struct db *db, uint64_t school_id, uint64_t student_id,
		int64_t since_ms, enum err (*each)(const struct news_remark *remark, void *ctx),
		void *ctx) MUST_CHECK;

struct news_closed {
	struct str year;
	uint64_t class_id;
	unsigned scope; /* 1 and 2 terms, 0 the year */
	int64_t at_ms;
};
enum err news_store_closed(struct db *db, uint64_t school_id, uint64_t student_id, int64_t since_ms,
		enum err (*each)(const struct news_closed *closed, void *ctx),
		void *ctx) MUST_CHECK;

#endif
