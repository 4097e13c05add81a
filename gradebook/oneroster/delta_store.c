#include "gradebook/oneroster/delta_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/exchange/exchange_line.h"
#include "core/outbox/outbox_store.h"
#include "core/school/account.h"
#include "core/seal/hash.h"
#include "gradebook/oneroster/changes.h"
#include "gradebook/oneroster/days.h"
#include "gradebook/oneroster/ids.h"
#include "gradebook/oneroster/school_source_inner_store.h"
#include "gradebook/oneroster/words.h"

static const char sql_changed[] =
		"SELECT r.idbanghi, o.at_ms FROM record r"
		" JOIN outbox o ON o.school_id = r.school_id AND o.number = r.number"
		" WHERE r.school_id = ? AND o.at_ms > ?";
static const char sql_gone[] =
		"SELECT o.line, o.at_ms FROM record r"
		" JOIN outbox o ON o.school_id = r.school_id AND o.number = r.number"
		" WHERE r.school_id = ? AND r.bang = ? AND r.sukien = 3 AND o.at_ms > ?"
		" ORDER BY o.number";

struct delta_source {
	struct db *db;
	struct school_source *source;
	int64_t since_ms;
	struct oneroster_changes changes;
	const struct oneroster_take *to; /* of the walk under way */
	struct {
		uint64_t *items; /* subjects of classes that were told as gone in this walk */
		size_t count;
		size_t cap;
	} told;
};

/* ---- what changed ---- */

static enum err load_changes(struct delta_source *d) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(d->db, sql_changed, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->source->wish.school_id);
	db_bind_i64(stmt, 1, d->since_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = oneroster_changes_add(&d->changes, db_col_str(stmt, 0), db_col_i64(stmt, 1));
		if (e) {
			return e;
		}
	}
	oneroster_changes_sort(&d->changes);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err delta_source_new(struct db *db, struct school_source *source, int64_t since_ms,
		struct delta_source **out) {
	struct outbox_head head;
	_cleanup_(delta_source_freep) struct delta_source *d = calloc(1, sizeof(*d));
	if (!d) {
		return ERR_NOMEM;
	}
	d->db = db;
	d->source = source;
	d->since_ms = since_ms;
	enum err e = outbox_store_head(db, source->wish.school_id, &head);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_UNSUPPORTED : e;
	}
	e = head.seeded_at_ms ? load_changes(d) : ERR_EARLY;
	if (!e) {
		*out = STEAL(d);
	}
	return e;
}

void delta_source_free(struct delta_source *d) {
	if (d) {
		oneroster_changes_finish(&d->changes);
		free(d->told.items);
		free(d);
	}
}

/* Lets through what was changed. */
static enum err sift(void *ctx, const struct oneroster_fact *fact) {
	const struct delta_source *d = ctx;
	struct oneroster_fact f = *fact;
	f.changed_at_ms = oneroster_changes_find(&d->changes, fact);
	return f.changed_at_ms ? d->to->take(d->to->ctx, &f) : ERR_OK;
}

/* ---- what is gone ---- */

struct gone {
	struct delta_source *d;
	const struct json *data; /* as it was told last */
	struct oneroster_fact fact;
};

static struct str text(const struct gone *g, const char *name) {
	struct str s = str_from("");
	return json_get_str(g->data, name, &s) ? str_from("") : s;
}

static unsigned number(const struct gone *g, const char *name) {
	int64_t v = 0;
	return json_get_i64(g->data, name, &v) || v < 0 ? 0 : (unsigned)v;
}

static struct date date(const struct gone *g, const char *name) {
	struct date d = { 0 };
	return date_parse_iso(text(g, name), &d) ? (struct date){ 0 } : d;
}

/* A class by its name; of one that is gone, too, the name alone. */
static const struct source_class *find_class(const struct gone *g) {
	const struct school_source *s = g->d->source;
	struct str name = text(g, "malop");
	for (size_t i = 0; i < s->classes.count; i++) {
		if (str_eq(s->classes.items[i].name, name)) {
			return &s->classes.items[i];
		}
	}
	return NULL;
}

static struct oneroster_subject subject_of(const struct gone *g) {
	const struct school_source *s = g->d->source;
	struct str code = text(g, "mamon");
	for (size_t i = 0; i < s->subjects.count; i++) {
		if (str_eq(s->subjects.items[i].fact.code, code)) {
			return s->subjects.items[i].fact;
		}
	}
	return (struct oneroster_subject){ .code = code, .name = code };
}

static struct oneroster_class_fact class_of(const struct gone *g, bool has_subject) {
	const struct source_class *c = find_class(g);
	struct oneroster_class_fact f = { .name = text(g, "malop"),
		.grade = c ? c->grade : number(g, "khoi") };
	if (has_subject) {
		f.subject = subject_of(g);
	}
	return f;
}

static enum err give(struct gone *g) {
	return g->d->to->take(g->d->to->ctx, &g->fact);
}

static enum err gone_class(struct gone *g) {
	g->fact.of.class = class_of(g, false);
	return give(g);
}

static bool has_pair(const struct gone *g, const struct source_class *c, struct str subject) {
	const struct school_source *s = g->d->source;
	for (size_t i = 0; c && i < c->pair_count; i++) {
		size_t at = s->pairs.items[c->first_pair + i];
		if (str_eq(s->subjects.items[at].fact.code, subject)) {
			return true;
		}
	}
	return false;
}

/* The last who taught it is gone: told once, however many they were. */
static enum err gone_class_subject(struct gone *g) {
	struct delta_source *d = g->d;
	char id[ONEROSTER_ID_MAX + 1];
	struct hash hash;
	uint64_t key = 0;
	if (has_pair(g, find_class(g), text(g, "mamon"))) {
		return ERR_OK;
	}
	g->fact.of.class = class_of(g, true);
	oneroster_class_id(&g->fact, &g->fact.of.class, id);
	hash_bytes(NULL, id, strlen(id), &hash);
	memcpy(&key, hash.b, sizeof(key));
	for (size_t i = 0; i < d->told.count; i++) {
		if (d->told.items[i] == key) {
			return ERR_OK;
		}
	}
	enum err e = GROW(&d->told, ONEROSTER_PAIRS_MAX);
	if (e) {
		return e;
	}
	d->told.items[d->told.count++] = key;
	return give(g);
}

static enum err gone_person(struct gone *g, enum oneroster_role role) {
	struct str key = text(g, role == ONEROSTER_STUDENT ? "mahocsinh" : "magiaovien");
	struct str sex = text(g, "gioitinh");
	g->fact.of.person = (struct oneroster_person_fact){ .role = role,
		.key = key,
		.username = key,
		.full_name = text(g, "hoten"),
		.birth = date(g, "ngaysinh"),
		.sex = str_eq_z(sex, "nam")           ? SEX_MALE
				: str_eq_z(sex, "nu") ? SEX_FEMALE
						      : 0 };
	return give(g);
}

static enum err gone_student(struct gone *g) {
	return gone_person(g, ONEROSTER_STUDENT);
}

static enum err gone_teacher(struct gone *g) {
	return gone_person(g, ONEROSTER_TEACHER);
}

/* Out of the class and of each of its subjects. */
static enum err gone_enrolment(struct gone *g) {
	const struct school_source *s = g->d->source;
	const struct source_class *c = find_class(g);
	g->fact.of.enrolment = (struct oneroster_enrolment_fact){ .class = class_of(g, false),
		.role = ONEROSTER_STUDENT,
		.key = text(g, "mahocsinh"),
		.from_on = date(g, "tungay"),
		.to_on = date(g, "denngay") };
	oneroster_enrolment_within(&g->fact.of.enrolment, &s->sessions[0]);
	enum err e = give(g);
	for (size_t i = 0; c && i < c->pair_count && !e; i++) {
		size_t at = s->pairs.items[c->first_pair + i];
		g->fact.of.enrolment.class.subject = s->subjects.items[at].fact;
		e = give(g);
	}
	return e;
}

static enum err gone_teaching(struct gone *g) {
	g->fact.of.enrolment = (struct oneroster_enrolment_fact){
		.class = class_of(g, true), .role = ONEROSTER_TEACHER, .key = text(g, "magiaovien")
	};
	return give(g);
}

/* ERR_NOT_FOUND for a place that this program has not. */
static enum err read_place(const struct gone *g, struct oneroster_column_fact *out) {
	unsigned term = number(g, "hocky");
	enum oneroster_kind kind = ONEROSTER_TX;
	if (oneroster_kind_parse(text(g, "loai"), &kind) || term < 1 || term > PACK_TERMS) {
		return ERR_NOT_FOUND;
	}
	*out = (struct oneroster_column_fact){ .class = class_of(g, true),
		.term = term,
		.kind = kind,
		.position = number(g, "lan"),
		.starts_on = g->d->source->sessions[term].starts_on,
		.ends_on = g->d->source->sessions[term].ends_on };
	return ERR_OK;
}

static enum err gone_column(struct gone *g) {
	return read_place(g, &g->fact.of.column) ? ERR_OK : give(g);
}

static enum err gone_mark(struct gone *g) {
	struct oneroster_result_fact *r = &g->fact.of.result;
	r->student = text(g, "mahocsinh");
	r->state = ONEROSTER_VALUE;
	enum err e = date_in_vietnam(g->fact.changed_at_ms, &r->on);
	return e ? e : read_place(g, &r->column) ? ERR_OK : give(g);
}

static const struct {
	enum oneroster_part part;
	const char *bang;
	enum err (*give)(struct gone *g);
} gones[] = {
	{ ONEROSTER_PART_CLASSES, "lophoc", gone_class },
	{ ONEROSTER_PART_CLASSES, "phancong", gone_class_subject },
	{ ONEROSTER_PART_PEOPLE, "giaovien", gone_teacher },
	{ ONEROSTER_PART_PEOPLE, "hocsinh", gone_student },
	{ ONEROSTER_PART_ENROLMENTS, "xeplop", gone_enrolment },
	{ ONEROSTER_PART_ENROLMENTS, "phancong", gone_teaching },
	{ ONEROSTER_PART_COLUMNS, "cotdiem", gone_column },
	{ ONEROSTER_PART_RESULTS, "diem", gone_mark },
};

/* One cancelled record, if it is of this year or of none. */
static enum err give_line(struct delta_source *d, size_t which, struct str line, int64_t at_ms) {
	_cleanup_(exchange_line_finish) struct exchange_line read = { .root = NULL };
	enum err e = exchange_line_parse(line, &read);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	struct gone g = { .d = d, .data = read.data };
	g.fact = source_fact(d->source, gones[which].part);
	g.fact.changed_at_ms = at_ms;
	g.fact.is_gone = true;
	struct str year = text(&g, "namhoc");
	bool is_ours = !year.n || str_eq(year, d->source->year);
	return is_ours ? gones[which].give(&g) : ERR_OK;
}

static enum err walk_gone(struct delta_source *d, size_t which) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(d->db, sql_gone, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->source->wish.school_id);
	db_bind_text(stmt, 1, gones[which].bang);
	db_bind_i64(stmt, 2, d->since_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = give_line(d, which, db_col_str(stmt, 0), db_col_i64(stmt, 1));
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err walk(void *ctx, enum oneroster_part part, const struct oneroster_take *to) {
	struct delta_source *d = ctx;
	const struct oneroster_source inner = school_source_walker(d->source);
	const struct oneroster_take sifted = { sift, d };
	d->to = to;
	d->told.count = 0;
	enum err e = inner.walk(inner.ctx, part, &sifted);
	for (size_t i = 0; i < sizeof(gones) / sizeof(gones[0]) && !e; i++) {
		if (gones[i].part == part) {
			e = walk_gone(d, i);
		}
	}
	return e;
}

struct oneroster_source delta_source_walker(struct delta_source *d) {
	return (struct oneroster_source){ walk, d };
}
