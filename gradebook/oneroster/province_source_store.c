#include "gradebook/oneroster/province_source_inner_store.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/base/json.h"
#include "core/exchange/exchange_line.h"

enum { LINE_BYTES_MAX = 64 << 10 };

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
		if (!e && term >= 1 && term <= PROVINCE_TERMS) {
			s->sessions[term].term = (unsigned)term;
			e = read_days(it, &s->sessions[term]);
			found |= 1U << term;
		}
	}
	return e || found != ((1U << 1) | (1U << PROVINCE_TERMS)) ? ERR_MISSING : ERR_OK;
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

unsigned province_bind_class(const struct province_source *s, const struct held_class *c,
		struct db_stmt *stmt, unsigned at) {
	db_bind_u64(stmt, at, s->wish.school_id);
	db_bind_str(stmt, at + 1, s->wish.year);
	db_bind_str(stmt, at + 2, c->name);
	return at + 3;
}

unsigned province_bind_records(const struct province_source *s, const struct held_class *c,
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
	unsigned at = province_bind_class(s, c, stmt, 0);
	at = province_bind_class(s, c, stmt, at);
	(void)province_bind_records(s, c, stmt, at); /* the last of it */
	c->first_pair = s->pairs.count;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&s->pairs, PROVINCE_SOURCE_PAIRS_MAX);
		if (e) {
			return e;
		}
		struct oneroster_subject *subject = &s->pairs.items[s->pairs.count++];
		subject->is_comment = db_col_u64(stmt, 2) == PROVINCE_KIND_COMMENT;
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

struct oneroster_fact province_fact(const struct province_giving *g, enum oneroster_part part) {
	bool is_place = part == ONEROSTER_PART_ORGS || part == ONEROSTER_PART_PEOPLE;
	return (struct oneroster_fact){ .part = part,
		.school = g->s->school,
		.year = is_place ? str_from("") : g->s->wish.year };
}

enum err province_give(const struct province_giving *g, const struct oneroster_fact *fact) {
	return g->to->take(g->to->ctx, fact);
}

struct oneroster_class_fact province_class_fact(
		const struct held_class *c, const struct oneroster_subject *subject) {
	struct oneroster_class_fact out = { .name = c->name, .grade = c->grade };
	if (subject) {
		out.subject = *subject;
	}
	return out;
}

static enum err give_orgs(const struct province_giving *g) {
	enum err e = ERR_OK;
	for (unsigned k = 0; k < 3 && !e; k++) {
		struct oneroster_fact f = province_fact(g, ONEROSTER_PART_ORGS);
		f.of.org = g->s->orgs[k];
		f.school = k == ONEROSTER_SCHOOL ? f.school : str_from("");
		e = f.of.org.code.n ? province_give(g, &f) : ERR_OK;
	}
	return e;
}

static enum err give_sessions(const struct province_giving *g) {
	enum err e = ERR_OK;
	for (unsigned k = 0; k <= PROVINCE_TERMS && !e; k++) {
		struct oneroster_fact f = province_fact(g, ONEROSTER_PART_SESSIONS);
		f.of.session = g->s->sessions[k];
		e = province_give(g, &f);
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

static enum err give_courses(const struct province_giving *g) {
	const struct province_source *s = g->s;
	enum err e = ERR_OK;
	struct oneroster_fact f = province_fact(g, ONEROSTER_PART_COURSES);
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		unsigned grade = s->classes.items[i].grade;
		if (i == 0 || s->classes.items[i - 1].grade != grade) {
			f.of.course = (struct oneroster_course_fact){ .grade = grade };
			e = province_give(g, &f);
		}
	}
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		const struct held_class *c = &s->classes.items[i];
		for (size_t k = 0; k < c->pair_count && !e; k++) {
			const struct oneroster_subject *subject =
					&s->pairs.items[c->first_pair + k];
			f.of.course = (struct oneroster_course_fact){ .subject = *subject,
				.grade = c->grade };
			e = is_given(s, i, subject->code) ? ERR_OK : province_give(g, &f);
		}
	}
	return e;
}

static enum err give_class(const struct province_giving *g) {
	struct oneroster_fact f = province_fact(g, ONEROSTER_PART_CLASSES);
	f.of.class = province_class_fact(g->c, NULL);
	enum err e = province_give(g, &f);
	for (size_t k = 0; k < g->c->pair_count && !e; k++) {
		f.of.class = province_class_fact(g->c, &g->s->pairs.items[g->c->first_pair + k]);
		e = province_give(g, &f);
	}
	return e;
}

static enum err each_class(
		struct province_giving *g, enum err (*one)(const struct province_giving *g)) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < g->s->classes.count && !e; i++) {
		g->c = &g->s->classes.items[i];
		e = one(g);
	}
	return e;
}

static enum err walk(void *ctx, enum oneroster_part part, const struct oneroster_take *to) {
	struct province_giving g = { .s = ctx, .to = to };
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
		return province_give_people(&g);
	case ONEROSTER_PART_ENROLMENTS:
		return each_class(&g, province_give_enrolments);
	case ONEROSTER_PART_COLUMNS:
		return each_class(&g, province_give_columns);
	case ONEROSTER_PART_RESULTS:
		return each_class(&g, province_give_results);
	case ONEROSTER_PARTS:
		break;
	}
	return ERR_INVAL;
}

struct oneroster_source province_source_walker(struct province_source *s) {
	return (struct oneroster_source){ walk, s };
}
