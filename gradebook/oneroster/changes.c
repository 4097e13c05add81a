#include "gradebook/oneroster/changes.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/grow.h"
#include "core/exchange/exchange_line.h"
#include "core/outbox/envelope.h"
#include "core/seal/hash.h"
#include "gradebook/oneroster/words.h"

enum { PARTS_MAX = 10, PART_BYTES_MAX = 512, ID_BYTES_MAX = 2048, NUMBER_BYTES = 16 };

void oneroster_changes_finish(struct oneroster_changes *c) {
	free(c->items);
}

/* ---- keys ---- */

static uint64_t key_of(struct str id) {
	struct hash hash;
	uint64_t key = 0;
	hash_bytes(NULL, id.p, id.n, &hash);
	for (size_t i = 0; i < sizeof(key); i++) {
		key = key << 8 | hash.b[i];
	}
	return key;
}

/* The key of a record, or (with a kind that no record has) of what follows from some. */
static uint64_t key_of_parts(
		struct str school, const char *kind, const struct str *parts, size_t count) {
	_cleanup_(buf_finish) struct buf id = buf_make(ID_BYTES_MAX);
	record_id_begin(&id, school, kind);
	for (size_t i = 0; i < count; i++) {
		record_id_add(&id, parts[i]);
	}
	record_id_end(&id);
	return key_of((struct str){ buf_str(&id), id.len });
}

static enum err add_key(struct oneroster_changes *c, uint64_t key, int64_t at_ms) {
	enum err e = GROW(c, ONEROSTER_CHANGES_MAX);
	if (!e) {
		c->items[c->count++] = (struct oneroster_change){ key, at_ms };
	}
	return e;
}

/* ---- what follows from a record ---- */

/* kinds of keys that are no records */
static const char class_subject[] = "~lopmon"; /* year, class, subject */
static const char mean[] = "~tb";              /* year, subject, student */
static const char student[] = "~hs";           /* year, student */
static const char taught[] = "~mon";           /* year, subject */
static const char any_class[] = "~khoi";       /* year */

/* Of records of `bang`, the parts of the idbanghi (0 the school, 1 the kind) that make the key. */
static const struct {
	const char *bang;
	const char *what;
	unsigned parts[3];
	unsigned count;
} follows[] = {
	{ "phancong", class_subject, { 2, 3, 4 }, 3 },
	{ "cotdiem", class_subject, { 2, 3, 4 }, 3 },
	{ "diem", mean, { 2, 4, 8 }, 3 },
	{ "miengiam", mean, { 2, 4, 5 }, 3 },
	{ "xeplop", student, { 2, 4 }, 2 },
	{ "phancong", taught, { 2, 4 }, 2 },
	{ "cotdiem", taught, { 2, 4 }, 2 },
	{ "lophoc", any_class, { 2 }, 1 },
};

struct id_parts {
	struct buf text; /* of all, behind each other */
	size_t ends[PARTS_MAX];
	size_t count;
};

static struct str part_of(const struct id_parts *p, size_t i) {
	size_t from = i ? p->ends[i - 1] : 0;
	return (struct str){ buf_str(&p->text) + from, p->ends[i] - from };
}

static enum err split(struct str id, struct id_parts *p) {
	enum err e = ERR_OK;
	while (!e && p->count < PARTS_MAX) {
		e = exchange_id_part(id, p->count, &p->text);
		if (!e) {
			p->ends[p->count++] = p->text.len;
		}
	}
	return e == ERR_NOMEM ? e : ERR_OK;
}

enum err oneroster_changes_add(struct oneroster_changes *c, struct str record_id, int64_t at_ms) {
	struct id_parts p = { .text = buf_make(PART_BYTES_MAX) };
	enum err e = split(record_id, &p);
	e = e ? e : add_key(c, key_of(record_id), at_ms);
	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]) && !e && p.count > 1; i++) {
		struct str parts[3];
		bool is_it = str_eq_z(part_of(&p, 1), follows[i].bang);
		for (unsigned k = 0; k < follows[i].count && is_it; k++) {
			is_it = follows[i].parts[k] < p.count;
			parts[k] = is_it ? part_of(&p, follows[i].parts[k]) : str_from("");
		}
		if (is_it) {
			e = add_key(c,
					key_of_parts(part_of(&p, 0), follows[i].what, parts,
							follows[i].count),
					at_ms);
		}
	}
	buf_finish(&p.text);
	return e;
}

static int compare(const void *a, const void *b) {
	const struct oneroster_change *x = a;
	const struct oneroster_change *y = b;
	int order = (x->key > y->key) - (x->key < y->key);
	return order ? order : (x->at_ms < y->at_ms) - (x->at_ms > y->at_ms);
}

/* Of one key the newest stands first. */
void oneroster_changes_sort(struct oneroster_changes *c) {
	if (c->count) {
		qsort(c->items, c->count, sizeof(*c->items), compare);
	}
}

/* ---- asking ---- */

static int64_t find(const struct oneroster_changes *c, uint64_t key) {
	size_t low = 0;
	size_t high = c->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (c->items[middle].key < key) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < c->count && c->items[low].key == key ? c->items[low].at_ms : 0;
}

static int64_t later(int64_t a, int64_t b) {
	return a > b ? a : b;
}

static int64_t ask(const struct oneroster_changes *c, const struct oneroster_fact *f,
		const char *kind, const struct str *parts, size_t count) {
	return find(c, key_of_parts(f->school, kind, parts, count));
}

static int64_t of_class(const struct oneroster_changes *c, const struct oneroster_fact *f,
		const struct oneroster_class_fact *class) {
	const struct str parts[] = { f->year, class->name, class->subject.code };
	int64_t at = ask(c, f, "lophoc", parts, 2);
	if (class->subject.code.n) {
		at = later(at, ask(c, f, class_subject, parts, 3));
		at = later(at, ask(c, f, "monhoc", parts + 2, 1));
	}
	return at;
}

static int64_t of_person(const struct oneroster_changes *c, const struct oneroster_fact *f) {
	const struct oneroster_person_fact *p = &f->of.person;
	const struct str parts[] = { f->year, p->key };
	if (p->role == ONEROSTER_TEACHER) {
		return ask(c, f, "giaovien", parts + 1, 1);
	}
	/* Whoever comes into a class may be new in the year. */
	return later(ask(c, f, "hocsinh", parts + 1, 1), ask(c, f, student, parts, 2));
}

static int64_t of_enrolment(const struct oneroster_changes *c, const struct oneroster_fact *f) {
	const struct oneroster_enrolment_fact *n = &f->of.enrolment;
	struct str subject = n->class.subject.code;
	if (n->role == ONEROSTER_STUDENT) {
		const struct str parts[] = { f->year, n->class.name, n->key };
		const struct str pair[] = { f->year, n->class.name, subject };
		int64_t at = ask(c, f, "xeplop", parts, 3);
		return subject.n ? later(at, ask(c, f, class_subject, pair, 3)) : at;
	}
	const struct str parts[] = { f->year, n->class.name, subject, n->key };
	return subject.n ? ask(c, f, "phancong", parts, 4) : ask(c, f, "lophoc", parts, 2);
}

/* Year, class, subject, term, kind, number, student. */
static int64_t of_place(const struct oneroster_changes *c, const struct oneroster_fact *f,
		const struct oneroster_column_fact *column, struct str who) {
	char term[NUMBER_BYTES];
	char position[NUMBER_BYTES];
	(void)snprintf(term, sizeof(term), "%u", column->term);             /* fits */
	(void)snprintf(position, sizeof(position), "%u", column->position); /* fits */
	const struct str parts[] = { f->year, column->class.name, column->class.subject.code,
		str_from(term), str_from(oneroster_kind_code(column->kind)), str_from(position),
		who };
	return ask(c, f, who.n ? "diem" : "cotdiem", parts, who.n ? 7 : 6);
}

static int64_t of_column(const struct oneroster_changes *c, const struct oneroster_fact *f) {
	const struct oneroster_column_fact *column = &f->of.column;
	return column->kind == ONEROSTER_MEAN ? of_class(c, f, &column->class)
					      : of_place(c, f, column, str_from(""));
}

static int64_t of_result(const struct oneroster_changes *c, const struct oneroster_fact *f) {
	const struct oneroster_result_fact *r = &f->of.result;
	const struct str parts[] = { f->year, r->column.class.subject.code, r->student };
	return r->column.kind == ONEROSTER_MEAN ? ask(c, f, mean, parts, 3)
						: of_place(c, f, &r->column, r->student);
}

static int64_t of_course(const struct oneroster_changes *c, const struct oneroster_fact *f) {
	const struct str parts[] = { f->year, f->of.course.subject.code };
	if (!parts[1].n) {
		return ask(c, f, any_class, parts, 1);
	}
	return later(ask(c, f, "monhoc", parts + 1, 1), ask(c, f, taught, parts, 2));
}

int64_t oneroster_changes_find(const struct oneroster_changes *c, const struct oneroster_fact *f) {
	const struct str year[] = { f->year };
	switch (f->part) {
	case ONEROSTER_PART_ORGS:
		return f->of.org.kind == ONEROSTER_SCHOOL ? ask(c, f, "truong", NULL, 0) : 0;
	case ONEROSTER_PART_SESSIONS:
		return ask(c, f, "namhoc", year, 1);
	case ONEROSTER_PART_COURSES:
		return of_course(c, f);
	case ONEROSTER_PART_CLASSES:
		return of_class(c, f, &f->of.class);
	case ONEROSTER_PART_PEOPLE:
		return of_person(c, f);
	case ONEROSTER_PART_ENROLMENTS:
		return of_enrolment(c, f);
	case ONEROSTER_PART_COLUMNS:
		return of_column(c, f);
	case ONEROSTER_PART_RESULTS:
		return of_result(c, f);
	case ONEROSTER_PARTS:
		break;
	}
	return 0;
}
