#ifndef GRADEBOOK_ONEROSTER_IDS_H
#define GRADEBOOK_ONEROSTER_IDS_H

/*
 * The sourcedId of everything in a bundle, made of natural keys: the same in every export of every
 * database that holds the same school. Each writes at most ONEROSTER_ID_MAX bytes and their end.
 * The school and the year are those of the fact. Pure.
 */

#include "gradebook/oneroster/source.h"
#include "gradebook/oneroster/table.h"
#include "gradebook/oneroster/words.h"

void oneroster_org_id(enum oneroster_org kind, struct str code, char *out);
/* term 0: the year. */
void oneroster_session_id(const struct oneroster_fact *f, unsigned term, char *out);
/* The session that results are of: a term, or (0) the term that is as long as the year, since line
 * items cannot be of a school year itself. */
void oneroster_period_id(const struct oneroster_fact *f, unsigned term, char *out);
void oneroster_category_id(const struct oneroster_fact *f, enum oneroster_kind kind, char *out);
/* subject "": what the classes of a grade themselves are. */
void oneroster_course_id(
		const struct oneroster_fact *f, struct str subject, unsigned grade, char *out);
void oneroster_class_id(
		const struct oneroster_fact *f, const struct oneroster_class_fact *c, char *out);
/* Of comments, or of levels. */
void oneroster_scale_id(const struct oneroster_fact *f, const struct oneroster_class_fact *c,
		enum oneroster_scale scale, char *out);
void oneroster_person_id(const struct oneroster_fact *f, enum oneroster_role role, struct str key,
		char *out);
void oneroster_role_id(const struct oneroster_fact *f, enum oneroster_role role, struct str key,
		char *out);
void oneroster_enrolment_id(const struct oneroster_fact *f,
		const struct oneroster_enrolment_fact *n, char *out);
void oneroster_column_id(
		const struct oneroster_fact *f, const struct oneroster_column_fact *c, char *out);
void oneroster_column_scale_id(
		const struct oneroster_fact *f, const struct oneroster_column_fact *c, char *out);
void oneroster_result_id(
		const struct oneroster_fact *f, const struct oneroster_result_fact *r, char *out);

#endif
