#include "gradebook/oneroster/ids.h"

#include <stdio.h>

enum { NUMBER_BYTES = 16, PARTS_MAX = 9 };

/* Parts of an id in the order in which they are put in. */
struct parts {
	struct str all[PARTS_MAX];
	size_t count;
};

static void part(struct parts *p, struct str s) {
	p->all[p->count++] = s;
}

static void partz(struct parts *p, const char *z) {
	part(p, str_from(z));
}

/* School, what it is, year. */
static struct parts of_year(const struct oneroster_fact *f, const char *what) {
	struct parts p = { .count = 0 };
	part(&p, f->school);
	partz(&p, what);
	part(&p, f->year);
	return p;
}

static void print(const struct parts *p, char *out) {
	oneroster_id(out, p->all, p->count);
}

static void number(unsigned v, char text[NUMBER_BYTES]) {
	(void)snprintf(text, NUMBER_BYTES, "%u", v); /* fits by its size */
}

void oneroster_org_id(enum oneroster_org kind, struct str code, char *out) {
	struct parts p = { .count = 0 };
	if (kind != ONEROSTER_SCHOOL) {
		partz(&p, kind == ONEROSTER_PROVINCE ? "tinh" : "xa");
	}
	part(&p, code);
	print(&p, out);
}

void oneroster_session_id(const struct oneroster_fact *f, unsigned term, char *out) {
	char text[NUMBER_BYTES];
	struct parts p = of_year(f, "namhoc");
	number(term, text);
	if (term) {
		partz(&p, text);
	}
	print(&p, out);
}

void oneroster_period_id(const struct oneroster_fact *f, unsigned term, char *out) {
	struct parts p = of_year(f, "namhoc");
	if (term) {
		oneroster_session_id(f, term, out);
		return;
	}
	partz(&p, "canam");
	print(&p, out);
}

void oneroster_category_id(const struct oneroster_fact *f, enum oneroster_kind kind, char *out) {
	struct parts p = { .count = 0 };
	part(&p, f->school);
	partz(&p, "loai");
	partz(&p, oneroster_kind_code(kind));
	print(&p, out);
}

void oneroster_course_id(
		const struct oneroster_fact *f, struct str subject, unsigned grade, char *out) {
	char text[NUMBER_BYTES];
	struct parts p = of_year(f, subject.n ? "mon" : "khoi");
	number(grade, text);
	if (subject.n) {
		part(&p, subject);
	}
	partz(&p, text);
	print(&p, out);
}

static struct parts of_class(const struct oneroster_fact *f, const char *what,
		const struct oneroster_class_fact *c) {
	struct parts p = of_year(f, what);
	part(&p, c->name);
	if (c->subject.code.n) {
		part(&p, c->subject.code);
	}
	return p;
}

void oneroster_class_id(
		const struct oneroster_fact *f, const struct oneroster_class_fact *c, char *out) {
	struct parts p = of_class(f, "lop", c);
	print(&p, out);
}

void oneroster_scale_id(const struct oneroster_fact *f, const struct oneroster_class_fact *c,
		enum oneroster_scale scale, char *out) {
	struct parts p = of_class(f, scale == ONEROSTER_LEVELS ? "thangmuc" : "thang", c);
	print(&p, out);
}

static const char *role_tag(enum oneroster_role role) {
	switch (role) {
	case ONEROSTER_STUDENT:
		return "hs";
	case ONEROSTER_TEACHER:
		return "gv";
	case ONEROSTER_GUARDIAN:
		return "ph";
	}
	return "";
}

void oneroster_person_id(const struct oneroster_fact *f, enum oneroster_role role, struct str key,
		char *out) {
	struct parts p = { .count = 0 };
	part(&p, f->school);
	partz(&p, role_tag(role));
	part(&p, key);
	print(&p, out);
}

void oneroster_role_id(const struct oneroster_fact *f, enum oneroster_role role, struct str key,
		char *out) {
	struct parts p = { .count = 0 };
	part(&p, f->school);
	partz(&p, "vaitro");
	partz(&p, role_tag(role));
	part(&p, key);
	print(&p, out);
}

void oneroster_enrolment_id(const struct oneroster_fact *f,
		const struct oneroster_enrolment_fact *n, char *out) {
	struct parts p = of_class(f, "xep", &n->class);
	partz(&p, role_tag(n->role));
	part(&p, n->key);
	print(&p, out);
}

/* Term and place: "1", "tx2". */
struct place {
	char term[NUMBER_BYTES];
	char place[NUMBER_BYTES];
};

static struct parts of_column(const struct oneroster_fact *f, const char *what,
		const struct oneroster_column_fact *c, struct place *text) {
	struct parts p = of_class(f, what, &c->class);
	number(c->term, text->term);
	if (c->position) {
		(void)snprintf(text->place, sizeof(text->place), "%s%u",
				oneroster_kind_code(c->kind), c->position); /* fits */
	} else {
		(void)snprintf(text->place, sizeof(text->place), "%s",
				oneroster_kind_code(c->kind)); /* fits */
	}
	partz(&p, text->term);
	partz(&p, text->place);
	return p;
}

void oneroster_column_id(
		const struct oneroster_fact *f, const struct oneroster_column_fact *c, char *out) {
	struct place text;
	struct parts p = of_column(f, "cot", c, &text);
	print(&p, out);
}

void oneroster_column_scale_id(
		const struct oneroster_fact *f, const struct oneroster_column_fact *c, char *out) {
	struct place text;
	struct parts p = of_column(f, "cotthang", c, &text);
	print(&p, out);
}

void oneroster_result_id(
		const struct oneroster_fact *f, const struct oneroster_result_fact *r, char *out) {
	struct place text;
	struct parts p = of_column(f, "diem", &r->column, &text);
	part(&p, r->student);
	print(&p, out);
}
