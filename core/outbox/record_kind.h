#ifndef CORE_OUTBOX_RECORD_KIND_H
#define CORE_OUTBOX_RECORD_KIND_H

/*
 * A kind of records: where its rows come from, what is told of each, and what changes it follows.
 * core/outbox knows no table of other modules: each gives its kinds as such structs, and the
 * program composes them into one list (ws/service/record_kinds.h).
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/date.h"
#include "core/outbox/record_set.h"

struct db_stmt;

/* What was changed, as whoever changes it says (outbox_owe()). */
enum record_topic {
	RECORD_OF_YEAR,          /* place: the school year */
	RECORD_OF_SUBJECT,       /* place: the subject */
	RECORD_OF_SUBJECT_CODE,  /* place: the subject, and its code is another */
	RECORD_OF_CLASS,         /* class */
	RECORD_OF_CLASS_NAME,    /* class, and its name or grade is another */
	RECORD_OF_PERSON,        /* place: a person, in whatever school */
	RECORD_OF_STUDENT,       /* student */
	RECORD_OF_STUDENT_CODE,  /* student, and the code is another */
	RECORD_OF_ENROLMENT,     /* class, student */
	RECORD_OF_TEACHER,       /* place: the person; membership or subjects */
	RECORD_OF_TEACHER_LOGIN, /* place: the person, and the sign-in name is another */
	RECORD_OF_TEACHING,      /* class, place: the person */
	RECORD_OF_COLUMN,        /* class, place: the column of marks */
	RECORD_OF_MARK,          /* class, place: the column */
	RECORD_OF_CONDUCT,       /* class: the one in which it was said, and the one before */
	RECORD_OF_REMARK,        /* the same */
	RECORD_OF_ABSENCE,       /* student */
	RECORD_OF_JUDGEMENT,     /* class: as of conduct */
	RECORD_OF_REASSESSMENT,  /* class: the same */
	RECORD_OF_EXEMPTION,     /* student */
	RECORD_OF_RESULT,        /* class: closed or opened, and what was kept */
	RECORD_OF_SITTING,       /* place: the first 8 bytes of its id, big-endian */
	RECORD_TOPIC_COUNT_,
};

/* Where a change is; 0: anywhere. */
struct record_scope {
	uint64_t class_id;
	uint64_t student_id;
	uint64_t place_id;
};

/* How a kind follows a topic: which members of the change's scope hold for it, too. */
enum record_follow {
	RECORD_BY_CLASS = 1,
	RECORD_BY_STUDENT = 2,
	RECORD_BY_PLACE = 4,
	RECORD_ANYWHERE = 8, /* none of them: every record of the school is looked at */
};

struct record_kind {
	const char *name; /* bang */
	/*
	 * SELECT of the records of one school: class, student and place (0 where the kind has none),
	 * then what `read` wants. It ends in a WHERE whose one parameter is the school, to which
	 * " AND column = ?" can be added.
	 */
	const char *sql;
	/* The columns of a scope in the SELECT; NULL: the kind has none. What has a class is gone
	 * through class by class. */
	const char *class_column;
	const char *student_column;
	const char *place_column;
	/* By topic: 0, or what of enum record_follow holds. */
	uint8_t follows[RECORD_TOPIC_COUNT_];
	/* Says of one row what is told, by record_set.h. */
	enum err (*read)(const struct db_stmt *row, struct record_draft *draft);
};

/* The kinds of a program; the order is that in which they are told. */
struct record_kinds {
	const struct record_kind *const *list;
	size_t count;
};

/* ---- for a kind's `read`: columns of a row, as members of the data ---- */

/* A text that may be NULL. */
void record_text(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i);
/* A whole number that may be NULL. */
void record_number(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i);
/* A DATE that may be NULL. */
void record_date(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i);
/* Member and part of the key. */
void record_key_text(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i);
void record_key_number(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i);
void record_key_date(
		struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i);
/* namhoc and malop, which are "lop" of the line, too. */
void record_key_class(
		struct record_draft *d, const struct db_stmt *row, unsigned year, unsigned name);
/* The same not as parts of the key. */
void record_class(struct record_draft *d, const struct db_stmt *row, unsigned year, unsigned name);
/* mahocsinh, which is "hocsinh" of the line, too. */
void record_key_student(struct record_draft *d, const struct db_stmt *row, unsigned i);
/* hocky, which is that of the line, too. */
void record_key_term(struct record_draft *d, const struct db_stmt *row, unsigned i);
/* One of words by a number 1..count; null for NULL or any other. */
void record_word(struct record_draft *d, const char *name, const struct db_stmt *row, unsigned i,
		const char *const *words, size_t count);

#endif
