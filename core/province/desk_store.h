#ifndef CORE_PROVINCE_DESK_STORE_H
#define CORE_PROVINCE_DESK_STORE_H

/*
 * What an officer of a department looks at: its schools and how their records come in, exams that
 * are on now, the newest records, one student's records. Reads only. Everything is asked for under
 * the officer's own province: what belongs to another is not found. Texts given to `each` are valid
 * during the call; an error of `each` ends the reading and is given back.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"

enum {
	DESK_SCHOOLS_MAX = 5000,
	DESK_BATCHES_MAX = 50,
	DESK_REJECTIONS_MAX = 100,
	DESK_NEWEST_MAX = 20,
	DESK_EXAMS_MAX = 500,
	DESK_RECORDS_MAX = 2000,                   /* of one student */
	DESK_EXAM_AHEAD_MS = 24 * 60 * 60 * 1000,  /* exams that begin within a day are shown */
	DESK_EXAM_AFTER_MS = 24 * 60 * 60 * 1000,  /* whose school fell silent: for so long */
	DESK_LATE_MS = 3 * 24 * 60 * 60 * 1000,    /* not heard of for so long: late */
	DESK_SILENT_MS = 14 * 24 * 60 * 60 * 1000, /* and for so long: silent */
};

/* How a school stands, the worst first. */
enum desk_sign {
	DESK_SUSPENDED = 1,
	DESK_SILENT,
	DESK_LATE,
	DESK_REJECTS, /* something of it was not taken and waits to be put right */
	DESK_INVITED, /* has not enrolled yet */
	DESK_GOOD,
};
const char *desk_sign_name(enum desk_sign sign);

struct desk_school {
	uint64_t id;
	struct str code;
	struct str name;
	struct str level;
	struct str commune;      /* its code */
	struct str commune_name; /* "" when the code is not known */
	bool is_commune_past;    /* there is no such commune any more; the name is its last */
	unsigned state;          /* province_school.state */
	int64_t invited_at_ms;
	int64_t enrolled_at_ms;   /* 0: never */
	int64_t last_batch_at_ms; /* 0: none came */
	int64_t heard_at_ms;      /* a batch or a comparison; 0: never */
	struct str suspended_why;
	uint64_t rejected; /* records that wait to be put right */
	int64_t students;
};
/* Pure: how it stands at that moment. */
enum desk_sign desk_school_sign(const struct desk_school *school, int64_t now_ms);

/* school_id 0: all of the province, by name, at most DESK_SCHOOLS_MAX. */
enum err desk_store_schools(struct db *db, uint32_t province_id, uint64_t school_id,
		enum err (*each)(const struct desk_school *school, void *ctx),
		void *ctx) MUST_CHECK;

struct desk_batch {
	uint8_t id[16];
	uint64_t number;
	int64_t received_at_ms;
	uint32_t records;
	uint32_t applied;
	uint32_t stale;
	uint32_t rejected;
};
/* The newest first. Of a school that is the officer's: the caller has asked desk_store_schools(). */
enum err desk_store_batches(struct db *db, uint64_t school_id,
		enum err (*each)(const struct desk_batch *batch, void *ctx), void *ctx) MUST_CHECK;

struct desk_rejection {
	struct str kind; /* bang */
	struct str key;  /* idbanghi; "" when it could not be read */
	struct str code;
	struct str params; /* a JSON object */
	uint32_t version;
	int64_t at_ms;
};
enum err desk_store_rejections(struct db *db, uint64_t school_id,
		enum err (*each)(const struct desk_rejection *rejection, void *ctx),
		void *ctx) MUST_CHECK;

/* A record as it came in; who it is about is told only by desk_store_student(). */
struct desk_record {
	uint64_t id;
	struct str kind;
	struct str class_id; /* lop */
	unsigned term;
	unsigned event; /* 1 NEW, 2 UPDATE, 3 CANCEL */
	uint32_t version;
	int64_t changed_at_ms; /* by the school */
	int64_t received_at_ms;
	int64_t applied_at_ms;
	uint8_t batch_id[16];
	struct str line; /* "" in a list of the newest */
};
/* The newest applied first, without their lines. */
enum err desk_store_newest(struct db *db, uint64_t school_id,
		enum err (*each)(const struct desk_record *record, void *ctx),
		void *ctx) MUST_CHECK;
/* The records of one student with their lines, by kind and name. ERR_NOT_FOUND when there is none. */
enum err desk_store_student(struct db *db, uint64_t school_id, struct str student,
		enum err (*each)(const struct desk_record *record, void *ctx),
		void *ctx) MUST_CHECK;

struct desk_exam {
	uint64_t school_id;
	struct str school_name;
	struct str title;
	struct str subject; /* its name, or its code, or "" */
	int64_t starts_at_ms;
	int64_t ends_at_ms;
	unsigned state; /* desk_sitting.state */
	uint32_t sitters;
	uint32_t sitting_now;
	uint32_t handed_in;
	int64_t told_at_ms; /* when the school last said so; 0: not known */
};
/* Under way first, until DESK_EXAM_AFTER_MS behind their end; then those that begin within
 * DESK_EXAM_AHEAD_MS. */
enum err desk_store_exams(struct db *db, uint32_t province_id, int64_t now_ms,
		enum err (*each)(const struct desk_exam *exam, void *ctx), void *ctx) MUST_CHECK;

#endif
