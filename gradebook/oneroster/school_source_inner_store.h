#ifndef GRADEBOOK_ONEROSTER_SCHOOL_SOURCE_INNER_STORE_H
#define GRADEBOOK_ONEROSTER_SCHOOL_SOURCE_INNER_STORE_H

/* What the files of school_source_store.h share; nobody else includes it. */

#include "core/base/arena.h"
#include "gradebook/oneroster/school_source_store.h"
#include "gradebook/rules/pack.h"

struct source_subject {
	uint64_t id;
	struct oneroster_subject fact;
};

struct source_class {
	uint64_t id;
	struct str name;
	unsigned grade;
	struct str homeroom;          /* the teacher's sign-in name; "": none */
	const struct rule_pack *pack; /* NULL: no rules for that grade: no means */
	size_t first_pair;
	size_t pair_count;
};

/* The year's texts and lists; subjects of classes in the order of the classes. */
struct school_source {
	struct db *db;
	struct school_source_wish wish;
	struct arena arena;
	struct str school;
	struct str year;
	struct oneroster_org_fact orgs[3]; /* by enum oneroster_org */
	struct oneroster_session_fact sessions[PACK_TERMS + 1];
	uint64_t term_ids[PACK_TERMS + 1]; /* from 1 */
	struct {
		struct source_subject *items;
		size_t count;
		size_t cap;
	} subjects; /* by id */
	struct {
		struct source_class *items;
		size_t count;
		size_t cap;
	} classes;
	struct {
		size_t *items; /* indexes into subjects */
		size_t count;
		size_t cap;
	} pairs;
};

/* A fact of this school and year with nothing else in it. */
struct oneroster_fact source_fact(const struct school_source *s, enum oneroster_part part);
/* A class of it, or with a subject one subject of it. */
struct oneroster_class_fact source_class_fact(
		const struct source_class *c, const struct source_subject *subject);
/* NULL when it is none of the school's. */
const struct source_subject *source_find_subject(const struct school_source *s, uint64_t id);
/* Prepares a statement whose first two values are the school and the class. */
enum err source_begin(const struct school_source *s, const char *sql, uint64_t class_id,
		struct db_stmt **out) MUST_CHECK;

/* The walks. */
enum err source_people(struct school_source *s, const struct oneroster_take *to) MUST_CHECK;
enum err source_enrolments(struct school_source *s, const struct oneroster_take *to) MUST_CHECK;
enum err source_columns(struct school_source *s, const struct oneroster_take *to) MUST_CHECK;
enum err source_results(struct school_source *s, const struct oneroster_take *to) MUST_CHECK;

#endif
