#include "gradebook/oneroster/province_source_store.h"

#include <stdlib.h>

#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/base/json.h"
#include "core/exchange/exchange_line.h"

enum {
	TERMS = 2,
	LINE_BYTES_MAX = 64 << 10,
	KIND_COMMENT = 2, /* desk_subject.kind */
	LETTER_PASSED = 1,
	LETTER_FAILED = 2,
};

#define MEMBER(name) \
	"JSON_VALUE(CONVERT(r.line USING utf8mb4), '$.dulieu." name "') COLLATE utf8mb4_bin"
/* Records of one kind of a class: bound are the school and the class as they are in a record. */
#define OF_CLASS(kinds)                                                                     \
	" FROM province_record r WHERE r.school_id = ? AND r.lop = ? AND r.bang IN (" kinds \
	") AND r.sukien <> 3"

static const char sql_school[] =
		"SELECT p.code, p.name, s.commune_code, COALESCE(a.name, s.commune_code), s.code, s.name,"
		" s.level FROM province_school s JOIN province p ON p.id = s.province_id"
		" LEFT JOIN area a ON a.tier = 2 AND a.code = s.commune_code AND a.valid_to IS NULL"
		" WHERE s.province_id = ? AND s.id = ?";

static const char sql_year[] =
		"SELECT line FROM province_record WHERE school_id = ? AND idbanghi = ? AND sukien <> 3";

static const char sql_classes[] =
		"SELECT c.class, c.grade, COALESCE(t.teacher, '') FROM desk_class c"
		" LEFT JOIN desk_teacher t ON t.school_id = c.school_id"
		" AND t.teacher = c.homeroom WHERE c.school_id = ? AND c.year = ?"
		" ORDER BY c.grade, c.class";

static const char sql_pairs[] =
		"SELECT d.subject, d.name, d.kind FROM (SELECT subject FROM desk_mark"
		" WHERE school_id = ? AND year = ? AND class = ? GROUP BY subject"
		" UNION SELECT subject FROM desk_subject_result"
		" WHERE school_id = ? AND year = ? AND class = ? GROUP BY subject"
		" UNION SELECT " MEMBER("mamon") OF_CLASS(
				"'phancong', 'cotdiem'") ") x"
							 " JOIN desk_subject d ON d.school_id = ? AND d.subject = x.subject ORDER BY d.subject";

static const char sql_teachers[] = "SELECT teacher, full_name, born_on, COALESCE(sex, 0), state = 1"
				   " FROM desk_teacher WHERE school_id = ? ORDER BY teacher";

static const char sql_students[] =
		"SELECT s.student, s.full_name, s.born_on, COALESCE(s.sex, 0), s.state = 1"
		" FROM desk_student s WHERE s.school_id = ? AND EXISTS (SELECT 1 FROM desk_enrolment e"
		" JOIN desk_class c ON c.school_id = e.school_id AND c.year = e.year AND c.class = e.class"
		" WHERE e.school_id = s.school_id AND e.year = ? AND e.student = s.student)"
		" ORDER BY s.student";

static const char sql_members[] =
		"SELECT e.student, e.from_on, e.to_on FROM desk_enrolment e JOIN desk_student s"
		" ON s.school_id = e.school_id AND s.student = e.student"
		" WHERE e.school_id = ? AND e.year = ? AND e.class = ? ORDER BY e.student";

static const char sql_teaching[] =
		"SELECT t.teacher FROM (SELECT " MEMBER("magiaovien") " teacher, " MEMBER("mamon") " subject" OF_CLASS(
				"'phancong'") ") x JOIN desk_teacher t ON t.school_id = ?"
					      " AND t.teacher = x.teacher WHERE x.subject = ? ORDER BY t.teacher";

static const char sql_columns[] =
		"SELECT d.subject, d.name, d.kind, x.part, x.kind, x.number, MAX(x.published) FROM"
		" (SELECT subject, part, kind, number, 0 published FROM desk_mark"
		" WHERE school_id = ? AND year = ? AND class = ? GROUP BY subject, part, kind, number"
		" UNION ALL SELECT " MEMBER("mamon") ", " MEMBER(
				"hocky") " + 0,"
					 " FIELD(" MEMBER("loai") ", 'tx', 'gk', 'ck'), " MEMBER(
							 "lan") " + 0,"
								" COALESCE(" MEMBER("congbo") ", 0) + 0" OF_CLASS(
										"'cotdiem'") ") x"
											     " JOIN desk_subject d ON d.school_id = ? AND d.subject = x.subject"
											     " GROUP BY d.subject, d.name, d.kind, x.part, x.kind, x.number"
											     " ORDER BY d.subject, x.part, x.kind, x.number";

static const char sql_marks[] =
		"SELECT d.subject, d.name, d.kind, m.part, m.kind, m.number, m.student, m.value_x10,"
		" m.letter, COALESCE(m.state, '') = 'vang' FROM desk_mark m JOIN desk_subject d"
		" ON d.school_id = m.school_id AND d.subject = m.subject JOIN desk_enrolment e"
		" ON e.school_id = m.school_id AND e.year = m.year AND e.class = m.class"
		" AND e.student = m.student JOIN desk_student s ON s.school_id = m.school_id"
		" AND s.student = m.student WHERE m.school_id = ? AND m.year = ? AND m.class = ?"
		" ORDER BY d.subject, m.part, m.kind, m.number, m.student";

static const char sql_means[] =
		"SELECT d.subject, d.name, d.kind, m.part, 4, 0, m.student, m.value_x10, m.letter, 0"
		" FROM desk_subject_result m JOIN desk_subject d ON d.school_id = m.school_id"
		" AND d.subject = m.subject JOIN desk_enrolment e ON e.school_id = m.school_id"
		" AND e.year = m.year AND e.class = m.class AND e.student = m.student"
		" JOIN desk_student s ON s.school_id = m.school_id AND s.student = m.student"
		" WHERE m.school_id = ? AND m.year = ? AND m.class = ?"
		" ORDER BY d.subject, m.student, m.part";

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
	struct oneroster_session_fact sessions[TERMS + 1];
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

struct str province_source_code(const struct province_source *s) {
	return s->school;
}

static enum err keep(struct province_source *s, const struct db_stmt *stmt, unsigned index,
		struct str *out) {
	return arena_copy(&s->arena, db_col_str(stmt, index), out);
}

/* ---- what everything refers to ---- */

static enum err load_school(struct province_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	struct oneroster_org_fact *o = s->orgs;
	enum err e = db_prepare(s->db, sql_school, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->wish.province_id);
	db_bind_u64(stmt, 1, s->wish.school_id);
	e = db_next(stmt);
	for (unsigned k = 0; k < 3 && !e; k++) {
		o[k].kind = (enum oneroster_org)k;
		e = keep(s, stmt, 2 * k, &o[k].code);
		e = e ? e : keep(s, stmt, 2 * k + 1, &o[k].name);
	}
	e = e ? e : keep(s, stmt, 6, &o[ONEROSTER_SCHOOL].level);
	o[ONEROSTER_COMMUNE].parent = o[ONEROSTER_PROVINCE].code;
	o[ONEROSTER_SCHOOL].parent = o[ONEROSTER_COMMUNE].code; /* "" when it is not known */
	s->school = o[ONEROSTER_SCHOOL].code;
	return e;
}

static enum err read_days(const struct json *from, struct oneroster_session_fact *out) {
	struct str text;
	enum err e = json_get_str(from, "ngaybatdau", &text);
	e = e ? e : date_parse_iso(text, &out->starts_on);
	e = e ? e : json_get_str(from, "ngayketthuc", &text);
	return e ? e : date_parse_iso(text, &out->ends_on);
}

/* The year's record has its terms. */
static enum err read_year(struct province_source *s, struct str line) {
	_cleanup_(json_freep) struct json *doc = NULL;
	enum err e = json_parse(line, LINE_BYTES_MAX, &doc);
	const struct json *data = e ? NULL : json_get(doc, "dulieu");
	e = e ? e : read_days(data, &s->sessions[0]);
	unsigned found = 0;
	for (const struct json *it = json_first(json_get(data, "hocky")); it && !e;
			it = json_next(it)) {
		int64_t term = 0;
		e = json_get_i64(it, "so", &term);
		if (!e && term >= 1 && term <= TERMS) {
			s->sessions[term].term = (unsigned)term;
			e = read_days(it, &s->sessions[term]);
			found |= 1U << term;
		}
	}
	return e || found != ((1U << 1) | (1U << TERMS)) ? ERR_MISSING : ERR_OK;
}

static enum err load_year(struct province_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf id = buf_make(EXCHANGE_ID_BYTES_MAX);
	exchange_id_add(&id, s->school);
	exchange_id_add(&id, str_from("namhoc"));
	exchange_id_add(&id, s->wish.year);
	enum err e = buf_err(&id) ? ERR_MISSING : db_prepare(s->db, sql_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->wish.school_id);
	db_bind_str(stmt, 1, (struct str){ id.data, id.len });
	e = db_next(stmt);
	return e == ERR_NOT_FOUND ? ERR_MISSING : e ? e : read_year(s, db_col_str(stmt, 0));
}

static enum err load_class(struct province_source *s, const struct db_stmt *stmt) {
	_cleanup_(buf_finish) struct buf lop = buf_make(EXCHANGE_ID_BYTES_MAX);
	enum err e = GROW(&s->classes, PROVINCE_SOURCE_CLASSES_MAX);
	if (e) {
		return e;
	}
	struct held_class *c = &s->classes.items[s->classes.count++];
	c->grade = (unsigned)db_col_u64(stmt, 1);
	e = keep(s, stmt, 0, &c->name);
	e = e ? e : keep(s, stmt, 2, &c->homeroom);
	exchange_id_add(&lop, s->wish.year);
	exchange_id_add(&lop, c->name);
	e = e ? e : buf_err(&lop);
	return e ? e : arena_copy(&s->arena, (struct str){ lop.data, lop.len }, &c->lop);
}

static enum err load_classes(struct province_source *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(s->db, sql_classes, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->wish.school_id);
	db_bind_str(stmt, 1, s->wish.year);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = load_class(s, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Binds the school, the year and the class. */
static unsigned bind_class(const struct province_source *s, const struct held_class *c,
		struct db_stmt *stmt, unsigned at) {
	db_bind_u64(stmt, at, s->wish.school_id);
	db_bind_str(stmt, at + 1, s->wish.year);
	db_bind_str(stmt, at + 2, c->name);
	return at + 3;
}

/* The same of records, then the school for what is joined. */
static unsigned bind_records(const struct province_source *s, const struct held_class *c,
		struct db_stmt *stmt, unsigned at) {
	db_bind_u64(stmt, at, s->wish.school_id);
	db_bind_str(stmt, at + 1, c->lop);
	db_bind_u64(stmt, at + 2, s->wish.school_id);
	return at + 3;
}

static enum err load_pairs(struct province_source *s, struct held_class *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(s->db, sql_pairs, &stmt);
	if (e) {
		return e;
	}
	unsigned at = bind_class(s, c, stmt, 0);
	at = bind_class(s, c, stmt, at);
	(void)bind_records(s, c, stmt, at); /* the last of it */
	c->first_pair = s->pairs.count;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&s->pairs, PROVINCE_SOURCE_PAIRS_MAX);
		if (e) {
			return e;
		}
		struct oneroster_subject *subject = &s->pairs.items[s->pairs.count++];
		subject->is_comment = db_col_u64(stmt, 2) == KIND_COMMENT;
		e = keep(s, stmt, 0, &subject->code);
		e = e ? e : keep(s, stmt, 1, &subject->name);
		if (e) {
			return e;
		}
		c->pair_count++;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err province_source_new(struct db *db, const struct province_source_wish *wish,
		struct province_source **out) {
	_cleanup_(province_source_freep) struct province_source *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	s->db = db;
	s->wish = *wish;
	s->arena = arena_make(PROVINCE_SOURCE_TEXT_BYTES);
	enum err e = load_school(s);
	e = e ? e : load_year(s);
	e = e ? e : load_classes(s);
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		e = load_pairs(s, &s->classes.items[i]);
	}
	if (!e) {
		*out = STEAL(s);
	}
	return e;
}

void province_source_free(struct province_source *s) {
	if (s) {
		free(s->classes.items);
		free(s->pairs.items);
		arena_finish(&s->arena);
		free(s);
	}
}

/* ---- the walks ---- */

struct giving {
	const struct province_source *s;
	const struct oneroster_take *to;
	const struct held_class *c; /* NULL outside of the classes */
};

static struct oneroster_fact fact_of(const struct giving *g, enum oneroster_part part) {
	bool is_place = part == ONEROSTER_PART_ORGS || part == ONEROSTER_PART_PEOPLE;
	return (struct oneroster_fact){ .part = part,
		.school = g->s->school,
		.year = is_place ? str_from("") : g->s->wish.year };
}

static enum err give(const struct giving *g, const struct oneroster_fact *fact) {
	return g->to->take(g->to->ctx, fact);
}

static struct oneroster_class_fact class_of(
		const struct held_class *c, const struct oneroster_subject *subject) {
	struct oneroster_class_fact out = { .name = c->name, .grade = c->grade };
	if (subject) {
		out.subject = *subject;
	}
	return out;
}

static enum err give_orgs(const struct giving *g) {
	enum err e = ERR_OK;
	for (unsigned k = 0; k < 3 && !e; k++) {
		struct oneroster_fact f = fact_of(g, ONEROSTER_PART_ORGS);
		f.of.org = g->s->orgs[k];
		f.school = k == ONEROSTER_SCHOOL ? f.school : str_from("");
		e = f.of.org.code.n ? give(g, &f) : ERR_OK;
	}
	return e;
}

static enum err give_sessions(const struct giving *g) {
	enum err e = ERR_OK;
	for (unsigned k = 0; k <= TERMS && !e; k++) {
		struct oneroster_fact f = fact_of(g, ONEROSTER_PART_SESSIONS);
		f.of.session = g->s->sessions[k];
		e = give(g, &f);
	}
	return e;
}

/* Whether an earlier class of the same grade has the subject, too. Classes stand by grade. */
static bool is_given(const struct province_source *s, size_t class_index, struct str subject) {
	unsigned grade = s->classes.items[class_index].grade;
	for (size_t i = class_index; i-- > 0 && s->classes.items[i].grade == grade;) {
		const struct held_class *c = &s->classes.items[i];
		for (size_t k = 0; k < c->pair_count; k++) {
			if (str_eq(s->pairs.items[c->first_pair + k].code, subject)) {
				return true;
			}
		}
	}
	return false;
}

static enum err give_courses(const struct giving *g) {
	const struct province_source *s = g->s;
	enum err e = ERR_OK;
	struct oneroster_fact f = fact_of(g, ONEROSTER_PART_COURSES);
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		unsigned grade = s->classes.items[i].grade;
		if (i == 0 || s->classes.items[i - 1].grade != grade) {
			f.of.course = (struct oneroster_course_fact){ .grade = grade };
			e = give(g, &f);
		}
	}
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		const struct held_class *c = &s->classes.items[i];
		for (size_t k = 0; k < c->pair_count && !e; k++) {
			const struct oneroster_subject *subject =
					&s->pairs.items[c->first_pair + k];
			f.of.course = (struct oneroster_course_fact){ .subject = *subject,
				.grade = c->grade };
			e = is_given(s, i, subject->code) ? ERR_OK : give(g, &f);
		}
	}
	return e;
}

static enum err give_class(const struct giving *g) {
	struct oneroster_fact f = fact_of(g, ONEROSTER_PART_CLASSES);
	f.of.class = class_of(g->c, NULL);
	enum err e = give(g, &f);
	for (size_t k = 0; k < g->c->pair_count && !e; k++) {
		f.of.class = class_of(g->c, &g->s->pairs.items[g->c->first_pair + k]);
		e = give(g, &f);
	}
	return e;
}

static enum err give_role(const struct giving *g, const char *sql, enum oneroster_role role) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, g->s->wish.school_id);
	if (role == ONEROSTER_STUDENT) {
		db_bind_str(stmt, 1, g->s->wish.year);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = fact_of(g, ONEROSTER_PART_PEOPLE);
		f.of.person = (struct oneroster_person_fact){ .role = role,
			.key = db_col_str(stmt, 0),
			.username = db_col_str(stmt, 0),
			.full_name = db_col_str(stmt, 1),
			.birth = db_col_date(stmt, 2),
			.sex = (unsigned)db_col_u64(stmt, 3),
			.is_active = db_col_bool(stmt, 4) };
		e = give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_people(const struct giving *g) {
	enum err e = give_role(g, sql_teachers, ONEROSTER_TEACHER);
	return e ? e : give_role(g, sql_students, ONEROSTER_STUDENT);
}

static enum err give_members(const struct giving *g, const struct oneroster_subject *subject) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql_members, &stmt);
	if (e) {
		return e;
	}
	(void)bind_class(g->s, g->c, stmt, 0); /* the last of it */
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = fact_of(g, ONEROSTER_PART_ENROLMENTS);
		f.of.enrolment =
				(struct oneroster_enrolment_fact){ .class = class_of(g->c, subject),
					.role = ONEROSTER_STUDENT,
					.key = db_col_str(stmt, 0),
					.from_on = db_col_date(stmt, 1),
					.to_on = db_col_date(stmt, 2) };
		e = give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_teacher(const struct giving *g, const struct oneroster_subject *subject,
		struct str key, bool is_primary) {
	struct oneroster_fact f = fact_of(g, ONEROSTER_PART_ENROLMENTS);
	f.of.enrolment = (struct oneroster_enrolment_fact){ .class = class_of(g->c, subject),
		.role = ONEROSTER_TEACHER,
		.key = key,
		.is_primary = is_primary };
	return give(g, &f);
}

static enum err give_teachers(const struct giving *g, const struct oneroster_subject *subject) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql_teaching, &stmt);
	if (e) {
		return e;
	}
	unsigned at = bind_records(g->s, g->c, stmt, 0);
	db_bind_str(stmt, at, subject->code);
	bool is_first = true;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = give_teacher(g, subject, db_col_str(stmt, 0), is_first);
		if (e) {
			return e;
		}
		is_first = false;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_enrolments(const struct giving *g) {
	enum err e = g->c->homeroom.n ? give_teacher(g, NULL, g->c->homeroom, true) : ERR_OK;
	e = e ? e : give_members(g, NULL);
	for (size_t k = 0; k < g->c->pair_count && !e; k++) {
		const struct oneroster_subject *subject = &g->s->pairs.items[g->c->first_pair + k];
		e = give_teachers(g, subject);
		e = e ? e : give_members(g, subject);
	}
	return e;
}

/* ---- marks ---- */

/* The column of subject (0..2), term, kind and position (3..5); ERR_CORRUPT for none. */
static enum err read_column(const struct giving *g, const struct db_stmt *stmt,
		struct oneroster_column_fact *out) {
	uint64_t term = db_col_u64(stmt, 3);
	uint64_t kind = db_col_u64(stmt, 4);
	struct oneroster_subject subject = { .code = db_col_str(stmt, 0),
		.name = db_col_str(stmt, 1),
		.is_comment = db_col_u64(stmt, 2) == KIND_COMMENT };
	if (term > TERMS || kind < ONEROSTER_TX || kind > ONEROSTER_MEAN) {
		return ERR_CORRUPT;
	}
	*out = (struct oneroster_column_fact){ .class = class_of(g->c, &subject),
		.term = (unsigned)term,
		.kind = (enum oneroster_kind)kind,
		.position = (unsigned)db_col_u64(stmt, 5),
		.starts_on = g->s->sessions[term].starts_on,
		.ends_on = g->s->sessions[term].ends_on };
	return ERR_OK;
}

static enum err give_means_columns(const struct giving *g) {
	enum err e = ERR_OK;
	for (size_t k = 0; k < g->c->pair_count && !e; k++) {
		for (unsigned n = 0; n <= TERMS && !e; n++) {
			unsigned term = n == TERMS ? 0 : n + 1; /* the year behind its terms */
			struct oneroster_fact f = fact_of(g, ONEROSTER_PART_COLUMNS);
			f.of.column = (struct oneroster_column_fact){
				.class = class_of(g->c, &g->s->pairs.items[g->c->first_pair + k]),
				.term = term,
				.kind = ONEROSTER_MEAN,
				.starts_on = g->s->sessions[term].starts_on,
				.ends_on = g->s->sessions[term].ends_on,
			};
			e = give(g, &f);
		}
	}
	return e;
}

static enum err give_columns(const struct giving *g) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql_columns, &stmt);
	if (e) {
		return e;
	}
	unsigned at = bind_class(g->s, g->c, stmt, 0);
	(void)bind_records(g->s, g->c, stmt, at); /* the last of it */
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = fact_of(g, ONEROSTER_PART_COLUMNS);
		e = read_column(g, stmt, &f.of.column);
		f.of.column.published_at_ms = db_col_i64(stmt, 6);
		e = e ? e : give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? give_means_columns(g) : e;
}

/* The value of a row: tenths, or of a comment 1 or 0; false when it says nothing. */
static bool read_value(const struct db_stmt *stmt, struct oneroster_result_fact *out) {
	uint64_t letter = db_col_u64(stmt, 8);
	out->state = db_col_bool(stmt, 9) ? ONEROSTER_MISSING : ONEROSTER_VALUE;
	if (out->state == ONEROSTER_MISSING) {
		return true;
	}
	if (out->column.class.subject.is_comment) {
		out->value_x10 = letter == LETTER_PASSED;
		return letter == LETTER_PASSED || letter == LETTER_FAILED;
	}
	out->value_x10 = (int)db_col_u64(stmt, 7);
	return !db_col_is_null(stmt, 7);
}

static enum err give_results_of(const struct giving *g, const char *sql) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql, &stmt);
	if (e) {
		return e;
	}
	(void)bind_class(g->s, g->c, stmt, 0); /* the last of it */
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = fact_of(g, ONEROSTER_PART_RESULTS);
		struct oneroster_result_fact *r = &f.of.result;
		e = read_column(g, stmt, &r->column);
		r->student = db_col_str(stmt, 6);
		r->on = r->column.ends_on;
		e = e || !read_value(stmt, r) ? e : give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_results(const struct giving *g) {
	enum err e = give_results_of(g, sql_marks);
	return e ? e : give_results_of(g, sql_means);
}

static enum err each_class(struct giving *g, enum err (*one)(const struct giving *g)) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < g->s->classes.count && !e; i++) {
		g->c = &g->s->classes.items[i];
		e = one(g);
	}
	return e;
}

static enum err walk(void *ctx, enum oneroster_part part, const struct oneroster_take *to) {
	struct giving g = { .s = ctx, .to = to };
	switch (part) {
	case ONEROSTER_PART_ORGS:
		return give_orgs(&g);
	case ONEROSTER_PART_SESSIONS:
		return give_sessions(&g);
	case ONEROSTER_PART_COURSES:
		return give_courses(&g);
	case ONEROSTER_PART_CLASSES:
		return each_class(&g, give_class);
	case ONEROSTER_PART_PEOPLE:
		return give_people(&g);
	case ONEROSTER_PART_ENROLMENTS:
		return each_class(&g, give_enrolments);
	case ONEROSTER_PART_COLUMNS:
		return each_class(&g, give_columns);
	case ONEROSTER_PART_RESULTS:
		return each_class(&g, give_results);
	case ONEROSTER_PARTS:
		break;
	}
	return ERR_INVAL;
}

struct oneroster_source province_source_walker(struct province_source *s) {
	return (struct oneroster_source){ walk, s };
}
