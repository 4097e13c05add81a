#include "gradebook/oneroster/school_source_inner_store.h"

#include <stdlib.h>

#include "core/base/grow.h"

static const char sql_school[] =
		"SELECT s.code, s.name, s.level, c.code, c.name, p.code, p.name, y.code,"
		" y.starts_on, y.ends_on FROM school s JOIN commune c ON c.id = s.commune_id"
		" JOIN province p ON p.id = c.province_id"
		" JOIN school_year y ON y.school_id = s.id WHERE s.id = ? AND y.id = ?";
static const char sql_terms[] = "SELECT number, starts_on, ends_on, id FROM term"
				" WHERE school_id = ? AND school_year_id = ? ORDER BY number";
static const char sql_subjects[] =
		"SELECT id, code, name, kind FROM subject WHERE school_id = ? ORDER BY id";
static const char sql_classes[] =
		"SELECT c.id, c.name, c.grade, (SELECT MIN(l.login) FROM membership l"
		"  WHERE l.school_id = c.school_id AND l.person_id = c.homeroom_person_id"
		"  AND EXISTS (SELECT 1 FROM membership m WHERE m.school_id = c.school_id"
		"   AND m.person_id = l.person_id AND m.role = 2))"
		" FROM class c WHERE c.school_id = ? AND c.school_year_id = ? ORDER BY c.grade, c.name";
/* A subject is the class's when somebody teaches it there, or there are columns for it. */
static const char sql_pairs[] =
		"SELECT c.id, s.id FROM (SELECT class_id, subject_id FROM teaching WHERE school_id = ?"
		" UNION SELECT class_id, subject_id FROM mark_column WHERE school_id = ?) x"
		" JOIN class c ON c.id = x.class_id JOIN subject s ON s.id = x.subject_id"
		" WHERE c.school_id = ? AND c.school_year_id = ?"
		" ORDER BY c.grade, c.name, s.position, s.name, s.code";
static const char sql_courses[] =
		"SELECT s.id, g.grade, l.lessons_a_year FROM (SELECT subject_id, grade"
		"  FROM subject_load WHERE school_year_id = ? AND lessons_a_year > 0"
		" UNION SELECT t.subject_id, c.grade FROM teaching t"
		"  JOIN class c ON c.id = t.class_id WHERE c.school_year_id = ?"
		" UNION SELECT k.subject_id, c.grade FROM mark_column k"
		"  JOIN class c ON c.id = k.class_id WHERE c.school_year_id = ?) g"
		" JOIN subject s ON s.id = g.subject_id"
		" LEFT JOIN subject_load l ON l.school_year_id = ? AND l.subject_id = s.id"
		"  AND l.grade = g.grade"
		" WHERE s.school_id = ? ORDER BY s.position, s.name, s.code, g.grade";

enum { KIND_COMMENT = 2 };

/* ---- what the others share ---- */

struct oneroster_fact source_fact(const struct school_source *s, enum oneroster_part part) {
	return (struct oneroster_fact){ .part = part, .school = s->school, .year = s->year };
}

struct oneroster_class_fact source_class_fact(
		const struct source_class *c, const struct source_subject *subject) {
	struct oneroster_class_fact f = { .name = c->name, .grade = c->grade };
	if (subject) {
		f.subject = subject->fact;
	}
	return f;
}

const struct source_subject *source_find_subject(const struct school_source *s, uint64_t id) {
	size_t low = 0;
	size_t high = s->subjects.count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (s->subjects.items[middle].id == id) {
			return &s->subjects.items[middle];
		}
		if (s->subjects.items[middle].id < id) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

enum err source_begin(const struct school_source *s, const char *sql, uint64_t class_id,
		struct db_stmt **out) {
	enum err e = db_prepare(s->db, sql, out);
	if (e) {
		return e;
	}
	db_bind_u64(*out, 0, s->wish.school_id);
	db_bind_u64(*out, 1, class_id);
	return ERR_OK;
}

/* ---- reading the school ---- */

static enum err keep(struct school_source *s, const struct db_stmt *stmt, unsigned column,
		struct str *out) {
	return arena_copy(&s->arena, db_col_str(stmt, column), out);
}

static enum err load_school(struct school_source *s) {
	struct oneroster_org_fact *school = &s->orgs[ONEROSTER_SCHOOL];
	struct oneroster_org_fact *commune = &s->orgs[ONEROSTER_COMMUNE];
	struct oneroster_org_fact *province = &s->orgs[ONEROSTER_PROVINCE];
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(s, sql_school, s->wish.year_id, &stmt);
	e = e ? e : db_next(stmt);
	e = e ? e : keep(s, stmt, 0, &school->code);
	e = e ? e : keep(s, stmt, 1, &school->name);
	e = e ? e : keep(s, stmt, 2, &school->level);
	e = e ? e : keep(s, stmt, 3, &commune->code);
	e = e ? e : keep(s, stmt, 4, &commune->name);
	e = e ? e : keep(s, stmt, 5, &province->code);
	e = e ? e : keep(s, stmt, 6, &province->name);
	e = e ? e : keep(s, stmt, 7, &s->year);
	if (e) {
		return e;
	}
	s->sessions[0].starts_on = db_col_date(stmt, 8);
	s->sessions[0].ends_on = db_col_date(stmt, 9);
	s->school = school->code;
	school->kind = ONEROSTER_SCHOOL;
	school->parent = commune->code;
	commune->kind = ONEROSTER_COMMUNE;
	commune->parent = province->code;
	province->kind = ONEROSTER_PROVINCE;
	return ERR_OK;
}

static enum err load_terms(struct school_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(s, sql_terms, s->wish.year_id, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t number = db_col_u64(stmt, 0);
		if (number < 1 || number > PACK_TERMS) {
			return ERR_CORRUPT;
		}
		s->sessions[number] = (struct oneroster_session_fact){ .term = (unsigned)number,
			.starts_on = db_col_date(stmt, 1),
			.ends_on = db_col_date(stmt, 2) };
		s->term_ids[number] = db_col_u64(stmt, 3);
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	for (unsigned k = 1; k <= PACK_TERMS; k++) {
		if (!s->term_ids[k]) {
			return ERR_MISSING;
		}
	}
	return ERR_OK;
}

static enum err load_subjects(struct school_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(s->db, sql_subjects, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->wish.school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&s->subjects, ONEROSTER_SUBJECTS_MAX);
		if (e) {
			return e;
		}
		struct source_subject *one = &s->subjects.items[s->subjects.count++];
		one->id = db_col_u64(stmt, 0);
		one->fact.is_comment = db_col_u64(stmt, 3) == KIND_COMMENT;
		e = keep(s, stmt, 1, &one->fact.code);
		e = e ? e : keep(s, stmt, 2, &one->fact.name);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_class(struct school_source *s, const struct db_stmt *stmt) {
	int first_year = 0;
	enum err e = GROW(&s->classes, ONEROSTER_CLASSES_MAX);
	e = e ? e : pack_parse_year(s->year, &first_year);
	if (e) {
		return e;
	}
	struct source_class *c = &s->classes.items[s->classes.count++];
	c->id = db_col_u64(stmt, 0);
	c->grade = (unsigned)db_col_u64(stmt, 2);
	e = keep(s, stmt, 1, &c->name);
	e = e ? e : keep(s, stmt, 3, &c->homeroom);
	if (e) {
		return e;
	}
	e = pack_find(c->grade, first_year, &c->pack);
	return e == ERR_UNSUPPORTED ? ERR_OK : e;
}

static enum err load_classes(struct school_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(s, sql_classes, s->wish.year_id, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = load_class(s, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* In the order of the classes, so that those of one class stand together. */
static enum err load_pairs(struct school_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	size_t at = 0;
	enum err e = source_begin(s, sql_pairs, s->wish.school_id, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 2, s->wish.school_id);
	db_bind_u64(stmt, 3, s->wish.year_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct source_subject *subject = source_find_subject(s, db_col_u64(stmt, 1));
		while (at < s->classes.count && s->classes.items[at].id != db_col_u64(stmt, 0)) {
			at++;
		}
		if (!subject || at == s->classes.count) {
			return ERR_CORRUPT;
		}
		e = GROW(&s->pairs, ONEROSTER_PAIRS_MAX);
		if (e) {
			return e;
		}
		struct source_class *c = &s->classes.items[at];
		if (c->pair_count++ == 0) {
			c->first_pair = s->pairs.count;
		}
		s->pairs.items[s->pairs.count++] = (size_t)(subject - s->subjects.items);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err school_source_new(
		struct db *db, const struct school_source_wish *wish, struct school_source **out) {
	_cleanup_(school_source_freep) struct school_source *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	s->db = db;
	s->wish = *wish;
	s->arena = arena_make(ONEROSTER_SOURCE_TEXT_BYTES);
	enum err e = load_school(s);
	e = e ? e : load_terms(s);
	e = e ? e : load_subjects(s);
	e = e ? e : load_classes(s);
	e = e ? e : load_pairs(s);
	if (!e) {
		*out = STEAL(s);
	}
	return e;
}

void school_source_free(struct school_source *s) {
	if (s) {
		free(s->subjects.items);
		free(s->classes.items);
		free(s->pairs.items);
		arena_finish(&s->arena);
		free(s);
	}
}

/* ---- the walks over what was read ---- */

static enum err give_orgs(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (enum oneroster_org k = ONEROSTER_PROVINCE; k <= ONEROSTER_SCHOOL && !e; k++) {
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_ORGS);
		f.of.org = s->orgs[k];
		e = to->take(to->ctx, &f);
	}
	return e;
}

static enum err give_sessions(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (unsigned k = 0; k <= PACK_TERMS && !e; k++) {
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_SESSIONS);
		f.of.session = s->sessions[k];
		e = to->take(to->ctx, &f);
	}
	return e;
}

/* The grades themselves, from the classes, which stand by grade. */
static enum err give_grades(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		unsigned grade = s->classes.items[i].grade;
		if (i > 0 && s->classes.items[i - 1].grade == grade) {
			continue;
		}
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_COURSES);
		f.of.course = (struct oneroster_course_fact){ .grade = grade };
		e = to->take(to->ctx, &f);
	}
	return e;
}

static enum err give_courses(struct school_source *s, const struct oneroster_take *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = give_grades(s, to);
	e = e ? e : db_prepare(s->db, sql_courses, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 4; i++) {
		db_bind_u64(stmt, i, s->wish.year_id);
	}
	db_bind_u64(stmt, 4, s->wish.school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct source_subject *subject = source_find_subject(s, db_col_u64(stmt, 0));
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_COURSES);
		if (!subject) {
			return ERR_CORRUPT;
		}
		f.of.course = (struct oneroster_course_fact){ .subject = subject->fact,
			.grade = (unsigned)db_col_u64(stmt, 1),
			.lessons = (unsigned)db_col_u64(stmt, 2) };
		e = to->take(to->ctx, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_classes(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		const struct source_class *c = &s->classes.items[i];
		struct oneroster_fact f = source_fact(s, ONEROSTER_PART_CLASSES);
		f.of.class = source_class_fact(c, NULL);
		e = to->take(to->ctx, &f);
		for (size_t k = 0; k < c->pair_count && !e; k++) {
			size_t subject = s->pairs.items[c->first_pair + k];
			f.of.class = source_class_fact(c, &s->subjects.items[subject]);
			e = to->take(to->ctx, &f);
		}
	}
	return e;
}

static enum err walk(void *ctx, enum oneroster_part part, const struct oneroster_take *to) {
	struct school_source *s = ctx;
	switch (part) {
	case ONEROSTER_PART_ORGS:
		return give_orgs(s, to);
	case ONEROSTER_PART_SESSIONS:
		return give_sessions(s, to);
	case ONEROSTER_PART_COURSES:
		return give_courses(s, to);
	case ONEROSTER_PART_CLASSES:
		return give_classes(s, to);
	case ONEROSTER_PART_PEOPLE:
		return source_people(s, to);
	case ONEROSTER_PART_ENROLMENTS:
		return source_enrolments(s, to);
	case ONEROSTER_PART_COLUMNS:
		return source_columns(s, to);
	case ONEROSTER_PART_RESULTS:
		return source_results(s, to);
	case ONEROSTER_PARTS:
		break;
	}
	return ERR_INVAL;
}

struct oneroster_source school_source_walker(struct school_source *s) {
	return (struct oneroster_source){ walk, s };
}
