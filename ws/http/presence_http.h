#ifndef WS_HTTP_PRESENCE_HTTP_H
#define WS_HTTP_PRESENCE_HTTP_H

/*
 * Roll calls and absences: taken by whoever teaches the class, read by them, the office, and of
 * one student by the student and his or her guardians.
 */

#include "core/school/roster_store.h"
#include "gradebook/presence/presence.h"
#include "gradebook/rules/pack.h"
#include "ws/http/route.h"

/* GET, PUT /classes/{class}/presence?date=&session= */
route_handler presence_get;
route_handler presence_put;

/* GET /classes/{class}/absences, /my/absences, /children/{student}/absences (absence_http.c) */
route_handler absence_class_get;
route_handler absence_mine_get;
route_handler absence_child_get;

struct json_out;
struct presence_absence;

/* The members of one absence: date, session, kind, note. */
void presence_put_absence(struct json_out *w, const struct presence_absence *a);

/* A class with the year that it is of. */
struct presence_class {
	uint64_t id;
	char name[ROSTER_CLASS_NAME_BYTES];
	unsigned grade;
	struct school_year year;
	struct date today;
};
/* ERR_NOT_FOUND for a class of another school. */
enum err presence_load_class(const struct request *req, uint64_t class_id,
		struct presence_class *out) MUST_CHECK;
/* Sessions that a student of that grade may miss in the year by its rules; -1: they name none. */
int presence_most(unsigned grade, const char *year_code);

#endif
