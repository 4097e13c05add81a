#ifndef GRADEBOOK_MARKS_SCHEDULE_STORE_H
#define GRADEBOOK_MARKS_SCHEDULE_STORE_H

/*
 * What the office plans for the marks of a term: from when on those of a kind, of a grade or of
 * all, are locked (lock.h decides by it) and published (publish_store.h carries it out). Each plan
 * is versioned. Each step stands in the school's own chain, a lock also in the own chain of every class
 * that it holds for; schedule_audit_store.h holds the plans against it.
 */

#include "core/db/db.h"
#include "gradebook/marks/ledger.h"
#include "gradebook/marks/mark_store.h"

enum {
	SCHEDULE_KINDS = MARK_CK + 1, /* enum mark_kind, or 0: every kind */
	SCHEDULE_GRADE_MAX = 12,
	SCHEDULE_CLASSES_MAX = 1000, /* of one school year */
};

enum schedule_what {
	SCHEDULE_LOCK,
	SCHEDULE_PUBLISH,
};

struct schedule_scope {
	uint64_t school_id;
	uint64_t term_id;
	unsigned kind;  /* enum mark_kind, or 0: every kind */
	unsigned grade; /* 0: every grade */
};

/* A plan as it stands. The text is valid during the call. */
struct schedule_plan {
	unsigned kind;
	unsigned grade;
	int64_t at_ms; /* 0: taken away */
	unsigned version;
	uint64_t made_by;
	struct str made_by_name;
	int64_t made_at_ms;
	int64_t done_at_ms; /* of a publication that was carried out; else 0 */
};

/* The plans of a term, those that were taken away too, by kind and grade. */
enum err schedule_store_list(struct db *db, enum schedule_what what, uint64_t school_id,
		uint64_t term_id, enum err (*each)(const struct schedule_plan *plan, void *ctx),
		void *ctx) MUST_CHECK;

struct schedule_wanted {
	enum schedule_what what;
	struct schedule_scope scope;
	int64_t at_ms;    /* past or to come; 0 takes the plan away */
	unsigned version; /* that was seen; 0: there was none */
	uint64_t person_id;
	int64_t now_ms;
};

/* Who did what to a plan, and for when. */
struct schedule_note {
	int64_t plan_at_ms; /* 0: it was taken away */
	uint64_t person_id;
	int64_t now_ms;
};

/*
 * Sets, moves or takes away one plan. A lock waits for changes of marks that are under way. Inside
 * a transaction.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_NOT_FOUND  the term is not of the school
 */
enum err schedule_store_set(struct db *db, const struct schedule_wanted *wanted) MUST_CHECK;

/* What befell a plan, as a row of the school's own chain (ledger.h). Inside a transaction. */
enum err schedule_store_note(struct db *db, const struct schedule_scope *scope, enum ledger_act act,
		const struct schedule_note *note) MUST_CHECK;

/* How many columns a term has, and how many of them families see; by kind and grade. */
struct schedule_columns {
	unsigned kind;
	unsigned grade;
	unsigned count;
	unsigned published;
};
enum err schedule_store_columns(struct db *db, uint64_t school_id, uint64_t term_id,
		enum err (*each)(const struct schedule_columns *columns, void *ctx),
		void *ctx) MUST_CHECK;

#endif
