#ifndef TESTS_BENCH_PROVINCE_H
#define TESTS_BENCH_PROVINCE_H

/*
 * A province's schools for the bench, worked out from a seed: every row of every table follows from
 * its place alone, so that each table can be written by itself, in the order of its key, and a
 * second time. province_shape.c says who and what there is; province_tables.h prints the rows.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/date.h"
#include "core/base/err.h"

enum {
	PROVINCE_SUBJECTS = 10,
	PROVINCE_TERMS = 2,
	PROVINCE_COLUMNS_MAX = 6,     /* of one subject in one term */
	PROVINCE_CLASS_COLUMNS = 100, /* of one class in a year: a mark of each student in each */
	PROVINCE_TEACHERS_A_SUBJECT = 6, /* of one school */
	PROVINCE_DAYS = 175,             /* of roll calls */
	PROVINCE_FIRST_GRADE = 10,
	PROVINCE_GRADES = 3,
};

/* How large, and the seed. Ids follow from it: schools, classes and students count from 1. */
struct province {
	uint64_t seed;
	uint64_t schools;
	uint64_t classes;  /* of each school */
	uint64_t students; /* of each school */
};

struct province_subject {
	const char *code;
	const char *name;
	unsigned kind; /* 1 marks, 2 comments */
	unsigned lessons_a_year;
	unsigned regular; /* columns TX of a term; GK and CK come on top */
};

extern const struct province_subject province_subjects[PROVINCE_SUBJECTS];

/* One class: its place and the ids that follow. */
struct province_class {
	uint64_t id;
	uint64_t school; /* also the id of its year */
	uint64_t index;  /* within the school, from 0 */
	unsigned grade;
	uint64_t first_student; /* id; the others follow it */
	uint64_t size;
};

/* One column of a class. */
struct province_column {
	uint64_t id;
	unsigned subject; /* index */
	unsigned term;    /* 0 or 1 */
	unsigned kind;    /* 1 TX, 2 GK, 3 CK */
	unsigned position;
	int64_t at_ms;        /* when its marks were entered */
	int64_t published_ms; /* and when it was published */
};

/* What happened to one cell: set once, and a few of them changed. */
struct province_cell {
	uint8_t first;
	uint8_t last;
	bool is_changed;
	int64_t first_ms;
	int64_t last_ms;
};

/* Uniform in 0 .. bound - 1; the same for the same three numbers. */
uint64_t province_draw(const struct province *p, uint64_t a, uint64_t b, uint64_t bound);

struct province_class province_class_of(const struct province *p, uint64_t school, uint64_t index);
void province_each_class(const struct province *p,
		void (*row)(const struct province *p, const struct province_class *c));
/* The columns of a class in the order of their ids, subject by subject. */
void province_columns_of(
		const struct province_class *c, struct province_column out[PROVINCE_CLASS_COLUMNS]);
struct province_cell province_cell_of(
		const struct province *p, const struct province_column *column, uint64_t student);

uint64_t province_subject_id(uint64_t school, unsigned subject);
uint64_t province_term_id(uint64_t school, unsigned term);
/* Person ids: a student's own is the student's id; then guardians, then the schools' staff. */
uint64_t province_guardian(const struct province *p, uint64_t student);
uint64_t province_office(const struct province *p, uint64_t school);
uint64_t province_teacher(
		const struct province *p, const struct province_class *c, unsigned subject);
uint64_t province_homeroom(const struct province *p, const struct province_class *c);

/* Conduct of a term: 1 Tốt to 4 Chưa đạt, and when it was given. */
unsigned province_conduct(const struct province *p, uint64_t student, unsigned term);
int64_t province_conduct_ms(unsigned term, uint64_t place_in_class);

/* 0 present; as absence.kind. */
unsigned province_absence(const struct province *p, uint64_t student, unsigned day);
/* "2025-09-08" and the days of school after it. */
enum err province_day(unsigned day, char out[DATE_ISO_BYTES]) MUST_CHECK;
int64_t province_day_ms(unsigned day);

#endif
