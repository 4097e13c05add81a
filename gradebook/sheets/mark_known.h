#ifndef GRADEBOOK_SHEETS_MARK_KNOWN_H
#define GRADEBOOK_SHEETS_MARK_KNOWN_H

/*
 * What the gradebook has of one class, subject and term: what Excel files of marks are held against,
 * and made from. Plain values; the caller loads them.
 */

#include "core/base/date.h"
#include "core/base/str.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/lock.h"

enum { MARK_KNOWN_STUDENTS_MAX = 200 };

struct mark_known_column {
	uint64_t id;
	enum mark_kind kind;
	unsigned position;
	enum mark_scale scale; /* what may stand in it */
	bool is_published;
	enum lock_state lock;
};

struct mark_known_cell {
	struct cell cell;
	unsigned version; /* 0: nothing was ever there */
};

/* A mark brought along from a former class, where nothing was entered in this one: it counts, but
 * is no mark of this class's columns. */
struct mark_known_carried {
	struct mark_cell mark;
	enum mark_scale scale;
	struct str class_name;
};

struct mark_known_student {
	uint64_t id;
	struct str code;
	struct str full_name;
	struct date birth; /* year 0: not known */
	bool is_exempt;
	struct mark_known_cell cells[MARK_COLUMNS_MAX]; /* in the order of the columns */
	struct mark_known_carried carried[MARK_COLUMNS_MAX];
	size_t carried_count;
};

struct mark_known {
	uint64_t class_id;
	uint64_t subject_id;
	uint64_t term_id;
	struct str class_name;
	struct str subject_name;
	enum mark_subject subject;
	bool is_primary; /* levels, and tests of whole marks */
	unsigned term_number;
	int year; /* the school year's first half */
	struct mark_known_column columns[MARK_COLUMNS_MAX];
	size_t column_count;
	struct mark_known_student students[MARK_KNOWN_STUDENTS_MAX]; /* as in the class list */
	size_t student_count;
};

#endif
