#ifndef GRADEBOOK_ONEROSTER_SOURCE_H
#define GRADEBOOK_ONEROSTER_SOURCE_H

/*
 * Where the rows of a OneRoster bundle come from: somebody who can walk through the facts of a
 * school year (of one school, or of several) part by part and gives them one by one. The writer
 * (writer.h) makes rows, references and sourcedIds of them. Natural keys alone: no id of a table is
 * known here. Texts are valid during the call in which they are given.
 *
 * The tables of a school are one source (school_source_store.h); what a province holds is another.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

/* The parts, in the order in which they are walked. A part may be walked several times, and gives
 * the same things in the same order each time. */
enum oneroster_part {
	ONEROSTER_PART_ORGS,     /* province, commune, school: each once, parents first */
	ONEROSTER_PART_SESSIONS, /* the school year, then its terms */
	ONEROSTER_PART_COURSES,  /* a subject in a grade; each grade's own first */
	ONEROSTER_PART_CLASSES,  /* the class, then its subjects */
	ONEROSTER_PART_PEOPLE,
	ONEROSTER_PART_ENROLMENTS, /* who is in which class, who teaches it */
	ONEROSTER_PART_COLUMNS,    /* places for marks; of each class, then its means */
	ONEROSTER_PART_RESULTS,    /* what stands there */
	ONEROSTER_PARTS,
};

enum oneroster_org { ONEROSTER_PROVINCE, ONEROSTER_COMMUNE, ONEROSTER_SCHOOL };

struct oneroster_org_fact {
	enum oneroster_org kind;
	struct str code;
	struct str name;
	struct str parent; /* code of the commune of a school, of the province of a commune; "" */
	struct str level;  /* of a school: th, thcs, thpt */
};

struct oneroster_session_fact {
	unsigned term; /* 0 the year, 1, 2 */
	struct date starts_on;
	struct date ends_on;
};

/* A subject as it is taught. */
struct oneroster_subject {
	struct str code; /* "": none, the class as such */
	struct str name;
	bool is_comment; /* judged by comments: Đạt, Chưa đạt */
};

struct oneroster_course_fact {
	struct oneroster_subject subject;
	unsigned grade;
	unsigned lessons; /* a year; 0: not known */
};

/* A class, or one subject of it. */
struct oneroster_class_fact {
	struct str name; /* "10A1" */
	unsigned grade;
	struct oneroster_subject subject;
};

enum oneroster_role { ONEROSTER_STUDENT, ONEROSTER_TEACHER, ONEROSTER_GUARDIAN };

/* Students are named by their code, teachers by their sign-in name, guardians by what the source
 * makes up of a child's code. */
struct oneroster_person_fact {
	enum oneroster_role role;
	struct str key;
	struct str username;
	struct str full_name;
	struct date birth; /* zeros: not known */
	unsigned sex;      /* enum sex of core/school/account.h */
	struct str ethnicity;
	struct str birth_place;
	bool is_active;
	struct str subjects; /* of a teacher: codes with "," between them */
	struct str agents;   /* keys of a student's guardians, of a guardian's children; as above */
};

struct oneroster_enrolment_fact {
	struct oneroster_class_fact class;
	enum oneroster_role role; /* student or teacher */
	struct str key;           /* of the person */
	bool is_primary;          /* the homeroom teacher, or the first who teaches the subject */
	struct date from_on;      /* zeros: not said */
	struct date to_on;        /* zeros: still */
	unsigned position;        /* number in the class list; 0: none */
};

enum oneroster_kind {
	ONEROSTER_TX = 1, /* regular, weight 1; the numbers are those of enum mark_kind */
	ONEROSTER_GK = 2,
	ONEROSTER_CK = 3,
	ONEROSTER_MEAN = 4, /* computed by the rules: of a term, or of the year */
};

/* A place for marks. */
struct oneroster_column_fact {
	struct oneroster_class_fact class; /* with its subject */
	unsigned term;                     /* 1, 2; 0 the year */
	enum oneroster_kind kind;
	unsigned position;       /* from 1; 0 of a mean */
	int64_t published_at_ms; /* 0: not published */
	struct date starts_on;   /* of the term or the year */
	struct date ends_on;
};

enum oneroster_state { ONEROSTER_VALUE, ONEROSTER_MISSING, ONEROSTER_EXEMPT };

struct oneroster_result_fact {
	struct oneroster_column_fact column; /* dates and publication are not looked at */
	struct str student;
	enum oneroster_state state; /* exempt: on the mean of a term alone */
	int value_x10;              /* tenths; of a comment 1 or 0. ONEROSTER_VALUE alone */
	bool is_makeup;
	struct date on;
};

/* One thing. */
struct oneroster_fact {
	enum oneroster_part part;
	struct str school; /* code; "" of a province or commune */
	struct str year;   /* "2026-2027"; not of orgs and people */
	/* Of a delta: when it changed last (UTC ms), and whether it is gone. Not looked at in bulk. */
	int64_t changed_at_ms;
	bool is_gone;
	union {
		struct oneroster_org_fact org;
		struct oneroster_session_fact session;
		struct oneroster_course_fact course;
		struct oneroster_class_fact class;
		struct oneroster_person_fact person;
		struct oneroster_enrolment_fact enrolment;
		struct oneroster_column_fact column;
		struct oneroster_result_fact result;
	} of;
};

struct oneroster_take {
	enum err (*take)(void *ctx, const struct oneroster_fact *fact);
	void *ctx;
};

struct oneroster_source {
	/* Gives every thing of the part to `to`; its error ends the walk and is given back. */
	enum err (*walk)(void *ctx, enum oneroster_part part, const struct oneroster_take *to);
	void *ctx;
};

#endif
