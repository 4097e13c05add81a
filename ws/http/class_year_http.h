#ifndef WS_HTTP_CLASS_YEAR_HTTP_H
#define WS_HTTP_CLASS_YEAR_HTTP_H

/*
 * What students come to in a term or the year: of a class for its homeroom teacher and the office,
 * of one student also for the student and the guardians, who see published marks alone.
 */

#include "core/base/json_out.h"
#include "gradebook/results/class_year.h"
#include "ws/http/route.h"

/* GET /classes/{class}/results/{part:word} */
route_handler class_results_get;
/* GET /students/{student}/results, /children/{student}/results, /my/results */
route_handler student_results_get;
route_handler child_results_get;
route_handler my_results_get;

/* The office of the class's school, or its homeroom teacher; ERR_NOT_FOUND for a class of another
 * school, else ERR_DENIED. */
enum err class_results_allowed(const struct request *req, uint64_t class_id) MUST_CHECK;
/* "class", "year", "pack", "closed" and "subjects" into the object that is open. */
void class_year_put_head(struct json_out *w, const struct class_year *year);
/* "keptAt": when the part was closed of which the student's results are; null: of the present. */
void class_year_put_kept(struct json_out *w, const struct class_student *student);
/* {"id","code","fullName","birthDate"} */
void class_year_put_who(struct json_out *w, const struct class_student *student);

#endif
