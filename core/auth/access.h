#ifndef CORE_AUTH_ACCESS_H
#define CORE_AUTH_ACCESS_H

/*
 * The one place that decides who may do what. Pure: it is given the roles of a session and the
 * facts about a thing (who teaches the class, whose attempt it is), and answers yes or no. The
 * facts come from the database and are read by the caller; what may be concluded from them is
 * decided here and nowhere else. What is not said is no.
 *
 * Two steps guard every request: the route's row says which roles may come in at all
 * (access_allows), and the handler asks one of the rules below about the thing it touches.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

/* What a person is; the numbers stand in the database (membership.role, up to ROLE_PARENT). */
enum role {
	ROLE_OFFICE = 1, /* the school's office */
	ROLE_TEACHER = 2,
	ROLE_STUDENT = 3,
	ROLE_PARENT = 4,     /* or another guardian */
	ROLE_DEPARTMENT = 5, /* an officer of the province */
	ROLE_SYSTEM = 6,     /* another program: a school's courier at the province */
	ROLE_COUNT_,
};

/*
 * Bits: who may use a route, and what a session holds (session.roles). A route that says nothing
 * is shut. A session opened by an exam ticket holds ACCESS_TICKET alone, not ACCESS_STUDENT: a
 * lost slip of paper opens one attempt and no marks.
 */
enum access {
	ACCESS_NOBODY = 0,
	ACCESS_OFFICE = 1 << ROLE_OFFICE,
	ACCESS_TEACHER = 1 << ROLE_TEACHER,
	ACCESS_STUDENT = 1 << ROLE_STUDENT,
	ACCESS_PARENT = 1 << ROLE_PARENT,
	ACCESS_DEPARTMENT = 1 << ROLE_DEPARTMENT,
	ACCESS_SYSTEM = 1 << ROLE_SYSTEM,
	ACCESS_TICKET = 1 << 8,
	ACCESS_SIGNED_IN = 1 << 16, /* any session; on a route only */
	ACCESS_PUBLIC = 1 << 17,    /* no session needed; on a route only */
};

/* The bits that a session may hold. */
#define ACCESS_HELD_MASK                                                              \
	((uint32_t)(ACCESS_OFFICE | ACCESS_TEACHER | ACCESS_STUDENT | ACCESS_PARENT | \
			ACCESS_DEPARTMENT | ACCESS_SYSTEM | ACCESS_TICKET))

/* May a session with these roles (0: no session) use a route that needs this? */
bool access_allows(uint32_t needed, uint32_t held);

/* The bit of a role. ERR_INVAL for a number that is no role. */
enum err access_from_role(uint64_t role, uint32_t *out_bit) MUST_CHECK;
/* "office", "teacher", "student", "parent", "department", "system", as in JSON. */
const char *access_role_name(enum role role);

enum { ACCESS_ATTEMPT_BYTES = 16 };

/* Who asks: a session, or a struct of zeros when there is none. */
struct access_actor {
	uint32_t roles; /* ACCESS_ bits, 0 without a session */
	uint64_t person_id;
	uint64_t school_id;   /* the school the session acts in, 0 for an officer */
	uint32_t province_id; /* of an officer, else 0 */
	bool has_attempt;     /* opened by a ticket: for this attempt only */
	uint8_t attempt_id[ACCESS_ATTEMPT_BYTES];
};

/* A class, or one of its subjects, as it is to the actor. */
struct access_class {
	uint64_t school_id;
	bool is_homeroom;     /* the actor is its homeroom teacher this year */
	bool teaches_any;     /* teaches some subject in it */
	bool teaches_subject; /* teaches the subject in question */
};

/* Its list of names; without phone numbers and codes. */
bool access_class_view(const struct access_actor *who, const struct access_class *what);
/* Its students' contacts, exports with them. */
bool access_class_contacts(const struct access_actor *who, const struct access_class *what);
/* What its students come to in all subjects, and the documents that say so. */
bool access_class_results(const struct access_actor *who, const struct access_class *what);
/* The marks of the subject in question. */
bool access_marks_view(const struct access_actor *who, const struct access_class *what);
bool access_marks_enter(const struct access_actor *who, const struct access_class *what);
/* What the homeroom teacher writes about the students of the class. */
bool access_homeroom_remark(const struct access_actor *who, const struct access_class *what);
/* Who is present: to look, to take the roll call. Whoever teaches there may, and the office. */
bool access_presence_take(const struct access_actor *who, const struct access_class *what);
/* Conduct, and the class as a whole: its homeroom teacher and the office. */
bool access_conduct_enter(const struct access_actor *who, const struct access_class *what);

/* A student, as he or she is to the actor. */
struct access_student {
	uint64_t person_id;
	bool is_guarded; /* the actor is a guardian of this student, in force */
};

/* Published marks, absences and results of one student: the student, and his or her guardians
 * wherever they are signed in. Classmates never (no comparison with others). */
bool access_student_results(const struct access_actor *who, const struct access_student *what);

/* An attempt at a sitting, as it is to the actor. */
struct access_attempt {
	uint64_t school_id;
	uint64_t student_id; /* the person who sits it */
	uint8_t attempt_id[ACCESS_ATTEMPT_BYTES];
	bool is_owner;       /* the actor made the sitting */
	bool is_invigilator; /* of the attempt's room */
	bool is_guarded;     /* the actor is a guardian of the student */
	bool marks_it;       /* the actor teaches the subject to the student's class */
};

/* To sit it: join, answer, hand in, take its key. Nobody else, whatever the role. */
bool access_attempt_sit(const struct access_actor *who, const struct access_attempt *what);
/* The board, extra time, messages, handing in for a student. */
bool access_attempt_watch(const struct access_actor *who, const struct access_attempt *what);
/* Answers beside the key, and points for an essay. */
bool access_attempt_mark(const struct access_actor *who, const struct access_attempt *what);
/* The receipt. */
bool access_attempt_receipt(const struct access_actor *who, const struct access_attempt *what);

/* A sitting, a paper or a question bank: things of a teacher in a school. */
struct access_owned {
	uint64_t school_id;
	bool is_owner;  /* the actor made it */
	bool is_shared; /* with the other teachers of the school */
};

bool access_owned_view(const struct access_actor *who, const struct access_owned *what);
bool access_owned_change(const struct access_actor *who, const struct access_owned *what);

/* Acts of the office in that school: roster, years, teachers, activation codes, audit. */
bool access_school_manage(const struct access_actor *who, uint64_t school_id);

#endif
