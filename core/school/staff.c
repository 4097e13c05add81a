#include "core/school/staff.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/roster_inner.h"

enum { KEY_BYTES = 2048 };

struct staff_known staff_known_make(void) {
	return (struct staff_known){ .arena = arena_make(STAFF_BYTES_MAX) };
}

void staff_known_finish(struct staff_known *known) {
	free(known->teachers);
	free(known->people);
	free(known->subjects);
	free(known->classes);
	free(known->teaching);
	arena_finish(&known->arena);
	*known = (struct staff_known){ 0 };
}

/* ---- texts to compare ---- */

/* Small letters, blanks as one, with marks or without. */
static enum err make_key(struct str s, bool has_marks, struct buf *out) {
	_cleanup_(buf_finish) struct buf clean = buf_make(KEY_BYTES);
	enum err e = roster_clean(s, &clean);
	struct str text = { buf_str(&clean), clean.len };
	return e ? e : has_marks ? str_fold_case(text, out) : str_fold(text, out);
}

static enum err keep_key(struct arena *arena, struct str s, bool has_marks, struct str *out) {
	_cleanup_(buf_finish) struct buf key = buf_make(KEY_BYTES);
	enum err e = make_key(s, has_marks, &key);
	return e ? e : arena_copy(arena, (struct str){ buf_str(&key), key.len }, out);
}

/* "vat ly" and "vat li" are one subject. */
static void make_y_an_i(char *text, size_t n) {
	for (size_t i = 0; i < n; i++) {
		text[i] = text[i] == 'y' ? 'i' : text[i];
	}
}

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* ---- filling it ---- */

enum err staff_add_teacher(struct staff_known *known, const struct staff_teacher *row) {
	void *items = known->teachers;
	enum err e = grow_items(&items, &known->teacher_cap, known->teacher_count,
			sizeof(*known->teachers), STAFF_TEACHERS_MAX);
	known->teachers = items;
	if (e) {
		return e;
	}
	struct staff_teacher *t = &known->teachers[known->teacher_count];
	*t = *row;
	e = arena_copy(&known->arena, row->full_name, &t->full_name);
	e = e ? e : arena_copy(&known->arena, row->login, &t->login);
	e = e ? e : arena_copy(&known->arena, row->phone, &t->phone);
	e = e ? e : keep_key(&known->arena, row->full_name, true, &t->key_case);
	e = e ? e : keep_key(&known->arena, row->full_name, false, &t->key_fold);
	known->teacher_count += !e;
	return e;
}

enum err staff_add_person(struct staff_known *known, const struct staff_person *row) {
	void *items = known->people;
	enum err e = grow_items(&items, &known->person_cap, known->person_count,
			sizeof(*known->people), STAFF_PEOPLE_MAX);
	known->people = items;
	if (e) {
		return e;
	}
	struct staff_person *p = &known->people[known->person_count];
	p->person_id = row->person_id;
	e = arena_copy(&known->arena, row->full_name, &p->full_name);
	e = e ? e : arena_copy(&known->arena, row->login, &p->login);
	e = e ? e : arena_copy(&known->arena, row->phone, &p->phone);
	known->person_count += !e;
	return e;
}

enum err staff_add_subject(struct staff_known *known, const struct staff_subject *row) {
	void *items = known->subjects;
	enum err e = grow_items(&items, &known->subject_cap, known->subject_count,
			sizeof(*known->subjects), STAFF_SUBJECTS_MAX);
	known->subjects = items;
	if (e) {
		return e;
	}
	struct staff_subject *s = &known->subjects[known->subject_count];
	s->id = row->id;
	e = arena_copy(&known->arena, row->code, &s->code);
	e = e ? e : arena_copy(&known->arena, row->name, &s->name);
	e = e ? e : keep_key(&known->arena, row->name, true, &s->key_case);
	e = e ? e : keep_key(&known->arena, row->name, false, &s->key_fold);
	if (!e) {
		make_y_an_i((char *)(uintptr_t)s->key_fold.p, s->key_fold.n); /* our own copy */
		known->subject_count++;
	}
	return e;
}

enum err staff_add_class(struct staff_known *known, const struct staff_class *row) {
	void *items = known->classes;
	enum err e = grow_items(&items, &known->class_cap, known->class_count,
			sizeof(*known->classes), STAFF_CLASSES_MAX);
	known->classes = items;
	if (e) {
		return e;
	}
	struct staff_class *c = &known->classes[known->class_count];
	c->id = row->id;
	_cleanup_(buf_finish) struct buf key = buf_make(KEY_BYTES);
	e = arena_copy(&known->arena, row->name, &c->name);
	e = e ? e : roster_class_key(row->name, &key);
	e = e ? e : arena_copy(&known->arena, of(&key), &c->key);
	known->class_count += !e;
	return e;
}

enum err staff_add_teaching(struct staff_known *known, const struct staff_teaching *row) {
	void *items = known->teaching;
	enum err e = grow_items(&items, &known->teaching_cap, known->teaching_count,
			sizeof(*known->teaching), STAFF_TEACHING_MAX);
	known->teaching = items;
	if (!e) {
		known->teaching[known->teaching_count++] = *row;
	}
	return e;
}

/* ---- the hash ---- */

static void hash_text(struct hasher *h, struct str s) {
	hash_add_be32(h, (uint32_t)s.n);
	hash_add(h, s.p, s.n);
}

static void hash_teacher(struct hasher *h, const struct staff_teacher *t) {
	hash_add_be64(h, t->person_id);
	hash_add_be32(h, t->version);
	hash_text(h, t->full_name);
	hash_text(h, t->login);
	hash_text(h, t->phone);
	hash_add_be64(h, t->birth.year ? (uint64_t)date_to_days(t->birth) : UINT64_MAX);
	hash_add_u8(h, t->is_elsewhere);
	hash_add_be32(h, (uint32_t)t->subject_count);
	for (size_t i = 0; i < t->subject_count; i++) {
		hash_add_be64(h, t->subjects[i]);
	}
}

void staff_known_hash(const struct staff_known *known, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add_be64(&h, known->teacher_count);
	for (size_t i = 0; i < known->teacher_count; i++) {
		hash_teacher(&h, &known->teachers[i]);
	}
	hash_add_be64(&h, known->subject_count);
	for (size_t i = 0; i < known->subject_count; i++) {
		hash_add_be64(&h, known->subjects[i].id);
		hash_text(&h, known->subjects[i].code);
		hash_text(&h, known->subjects[i].name);
	}
	hash_add_be64(&h, known->class_count);
	for (size_t i = 0; i < known->class_count; i++) {
		hash_add_be64(&h, known->classes[i].id);
		hash_text(&h, known->classes[i].name);
	}
	hash_add_be64(&h, known->teaching_count);
	for (size_t i = 0; i < known->teaching_count; i++) {
		hash_add_be64(&h, known->teaching[i].class_id);
		hash_add_be64(&h, known->teaching[i].subject_id);
		hash_add_be64(&h, known->teaching[i].person_id);
	}
	hash_end(&h, out);
}

/* ---- finding ---- */

void staff_print_teacher(const struct staff_teacher *teacher, struct buf *out) {
	buf_add(out, teacher->full_name.p, teacher->full_name.n);
	if (teacher->login.n > 0) {
		buf_add_str(out, " (");
		buf_add(out, teacher->login.p, teacher->login.n);
		buf_add_char(out, ')');
	}
}

/* Whether the text is that code, in letters of either case. */
static bool is_code(struct str code, struct str text) {
	char plain[ACCOUNT_LOGIN_BYTES];
	return account_login_parse(text, plain) == ERR_OK && str_eq_z(code, plain);
}

/* Whether `key` ends in the words of `end`, or begins with them. */
static bool ends_with(struct str key, struct str end) {
	return end.n > 0 && key.n > end.n && key.p[key.n - end.n - 1] == ' ' &&
			memcmp(key.p + key.n - end.n, end.p, end.n) == 0;
}

static bool begins_with(struct str key, struct str start) {
	return start.n > 0 && key.n > start.n && key.p[start.n] == ' ' &&
			memcmp(key.p, start.p, start.n) == 0;
}

/* What fits so far: the first, and the names of all. */
struct hits {
	size_t first;
	size_t count;
	struct buf *names;
};

static void hit(struct hits *hits, size_t index, struct str name, struct str login) {
	hits->first = hits->count == 0 ? index : hits->first;
	hits->count++;
	struct staff_teacher shown = { .full_name = name, .login = login };
	if (hits->names->len + name.n + login.n + 8 < STAFF_CANDIDATES_BYTES_MAX) {
		buf_add_str(hits->names, hits->names->len ? ", " : "");
		staff_print_teacher(&shown, hits->names);
	}
}

static enum err settle(const struct hits *hits, size_t *out) {
	if (hits->count == 1) {
		*out = hits->first;
	}
	return hits->count == 1 ? ERR_OK : hits->count == 0 ? ERR_NOT_FOUND : ERR_CONFLICT;
}

/* The sign-in name in "Nguyễn Thị Lan (co.lan)"; else the whole text. */
static struct str login_part(struct str text) {
	const char *open = text.n ? memrchr(text.p, '(', text.n) : NULL;
	if (!open || text.p[text.n - 1] != ')') {
		return text;
	}
	return str_trim((struct str){ open + 1, text.n - (size_t)(open + 1 - text.p) - 1 });
}

/* From the surest to the loosest. */
enum how { HOW_CASE, HOW_FOLD, HOW_END, HOW_END_FOLD, HOW_COUNT_ };

static bool fits(const struct staff_teacher *t, enum how how, struct str with_marks,
		struct str folded) {
	switch (how) {
	case HOW_CASE:
		return str_eq(t->key_case, with_marks);
	case HOW_FOLD:
		return str_eq(t->key_fold, folded);
	case HOW_END:
		return ends_with(t->key_case, with_marks);
	case HOW_END_FOLD:
		return ends_with(t->key_fold, folded);
	case HOW_COUNT_:
		return false;
	}
	return false;
}

enum err staff_find_teacher(const struct staff_known *known, struct str text, size_t *out,
		struct buf *candidates) {
	struct str login = login_part(str_trim(text));
	for (size_t i = 0; i < known->teacher_count; i++) {
		if (login.n > 0 && is_code(known->teachers[i].login, login)) {
			*out = i;
			return ERR_OK;
		}
	}
	_cleanup_(buf_finish) struct buf with_marks = buf_make(KEY_BYTES);
	_cleanup_(buf_finish) struct buf folded = buf_make(KEY_BYTES);
	enum err e = make_key(text, true, &with_marks);
	e = e ? e : make_key(text, false, &folded);
	if (e) {
		return e == ERR_LIMIT ? ERR_NOT_FOUND : e;
	}
	struct hits hits = { .names = candidates };
	for (enum how how = HOW_CASE; how < HOW_COUNT_ && hits.count == 0 && folded.len; how++) {
		for (size_t i = 0; i < known->teacher_count; i++) {
			const struct staff_teacher *t = &known->teachers[i];
			if (fits(t, how, of(&with_marks), of(&folded))) {
				hit(&hits, i, t->full_name, t->login);
			}
		}
	}
	return settle(&hits, out);
}

static bool subject_fits(const struct staff_subject *s, enum how how, struct str with_marks,
		struct str folded) {
	switch (how) {
	case HOW_CASE:
		return str_eq(s->key_case, with_marks);
	case HOW_FOLD:
		return str_eq(s->key_fold, folded);
	case HOW_END:
		return ends_with(s->key_case, with_marks) || begins_with(s->key_case, with_marks);
	case HOW_END_FOLD:
		return ends_with(s->key_fold, folded) || begins_with(s->key_fold, folded);
	case HOW_COUNT_:
		return false;
	}
	return false;
}

enum err staff_find_subject(const struct staff_known *known, struct str text, size_t *out,
		struct buf *candidates) {
	struct str code = str_trim(text);
	for (size_t i = 0; i < known->subject_count; i++) {
		if (code.n > 0 && is_code(known->subjects[i].code, code)) {
			*out = i;
			return ERR_OK;
		}
	}
	_cleanup_(buf_finish) struct buf with_marks = buf_make(KEY_BYTES);
	_cleanup_(buf_finish) struct buf folded = buf_make(KEY_BYTES);
	enum err e = make_key(text, true, &with_marks);
	e = e ? e : make_key(text, false, &folded);
	if (e || folded.len == 0) {
		return !e || e == ERR_LIMIT ? ERR_NOT_FOUND : e;
	}
	make_y_an_i(folded.data, folded.len);
	struct hits hits = { .names = candidates };
	for (enum how how = HOW_CASE; how < HOW_COUNT_ && hits.count == 0; how++) {
		for (size_t i = 0; i < known->subject_count; i++) {
			const struct staff_subject *s = &known->subjects[i];
			if (subject_fits(s, how, of(&with_marks), of(&folded))) {
				hit(&hits, i, s->name, s->code);
			}
		}
	}
	return settle(&hits, out);
}

enum err staff_find_class(const struct staff_known *known, struct str text, size_t *out) {
	_cleanup_(buf_finish) struct buf name = buf_make(KEY_BYTES);
	unsigned grade = 0;
	enum err e = roster_class_parse(text, &name, &grade);
	if (e && e != ERR_INVAL) {
		return e == ERR_MISSING || e == ERR_LIMIT ? ERR_NOT_FOUND : e;
	}
	_cleanup_(buf_finish) struct buf key = buf_make(KEY_BYTES);
	e = roster_class_key(of(&name), &key);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < known->class_count; i++) {
		if (str_eq(known->classes[i].key, of(&key))) {
			*out = i;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

bool staff_teaches(const struct staff_known *known, uint64_t class_id, uint64_t subject_id,
		uint64_t person_id) {
	for (size_t i = 0; i < known->teaching_count; i++) {
		const struct staff_teaching *t = &known->teaching[i];
		if (t->class_id == class_id && t->subject_id == subject_id &&
				t->person_id == person_id) {
			return true;
		}
	}
	return false;
}

const struct staff_teacher *staff_teacher_by_id(
		const struct staff_known *known, uint64_t person_id) {
	for (size_t i = 0; i < known->teacher_count; i++) {
		if (known->teachers[i].person_id == person_id) {
			return &known->teachers[i];
		}
	}
	return NULL;
}
