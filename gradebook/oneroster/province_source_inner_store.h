#ifndef GRADEBOOK_ONEROSTER_PROVINCE_SOURCE_INNER_STORE_H
#define GRADEBOOK_ONEROSTER_PROVINCE_SOURCE_INNER_STORE_H

/* What the files of province_source_store.h share; nobody else includes it. */

#include "core/base/arena.h"
#include "gradebook/oneroster/province_source_store.h"

enum {
	PROVINCE_TERMS = 2,
	PROVINCE_KIND_COMMENT = 2, /* desk_subject.kind */
};

#define MEMBER(name) \
	"JSON_VALUE(CONVERT(r.line USING utf8mb4), '$.dulieu." name "') COLLATE utf8mb4_bin"
/* Records of one kind of a class: bound are the school and the class as they are in a record. */
#define OF_CLASS(kinds)                                                                     \
	" FROM province_record r WHERE r.school_id = ? AND r.lop = ? AND r.bang IN (" kinds \
	") AND r.sukien <> 3"

struct held_class {
	struct str name;
	unsigned grade;
	struct str homeroom;
	struct str lop; /* as in a record */
	size_t first_pair;
	size_t pair_count;
};

struct province_source {
	struct db *db;
	struct province_source_wish wish;
	struct arena arena;
	struct str school;
	struct oneroster_org_fact orgs[3];
	struct oneroster_session_fact sessions[PROVINCE_TERMS + 1];
	struct {
		struct held_class *items;
		size_t count;
		size_t cap;
	} classes;
	struct {
		struct oneroster_subject *items;
		size_t count;
		size_t cap;
	} pairs;
};

/* A walk under way. */
struct province_giving {
	const struct province_source *s;
	const struct oneroster_take *to;
	const struct held_class *c; /* NULL outside of the classes */
};

/* A fact of that school and year with nothing else in it. */
struct oneroster_fact province_fact(const struct province_giving *g, enum oneroster_part part);
enum err province_give(
		const struct province_giving *g, const struct oneroster_fact *fact) MUST_CHECK;
/* A class, or with a subject one subject of it. */
struct oneroster_class_fact province_class_fact(
		const struct held_class *c, const struct oneroster_subject *subject);
/* Binds the school, the year and the class from `at` on; gives the place behind them. */
unsigned province_bind_class(const struct province_source *s, const struct held_class *c,
		struct db_stmt *stmt, unsigned at);
/* The same of records, then the school for what is joined. */
unsigned province_bind_records(const struct province_source *s, const struct held_class *c,
		struct db_stmt *stmt, unsigned at);

/* The walks; the last three of one class. */
enum err province_give_people(const struct province_giving *g) MUST_CHECK;
enum err province_give_enrolments(const struct province_giving *g) MUST_CHECK;
enum err province_give_columns(const struct province_giving *g) MUST_CHECK;
enum err province_give_results(const struct province_giving *g) MUST_CHECK;

#endif
