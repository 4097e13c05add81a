#include "ws/http/document_http.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/school/place_store.h"
#include "gradebook/documents/document_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/child.h"
#include "ws/http/class_year_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum {
	FACTS_BYTES_MAX = 8 << 20,
	STATEMENT_TEXT_BYTES = 1024,
	TITLE_BYTES = 256,
};

/* What is printed: every year that is needed is loaded once. */
struct job {
	const struct request *req;
	enum document_kind kind;
	enum class_scope scope;
	uint64_t school_id;
	uint64_t class_id;
	uint64_t student_id;         /* asked for by the student or a guardian; 0: by the school */
	const struct json *students; /* NULL: all of the class */
	struct report_year *years;   /* the class's own first, then those of transcripts */
	size_t year_count;
	size_t year_cap;
	struct report_of *items;
	size_t count;
	struct buf *codes; /* of the items */
	struct buf heads;
};

static void job_clear(struct job *j) {
	for (size_t i = 0; i < j->year_count; i++) {
		report_year_finish(&j->years[i]);
	}
	for (size_t i = 0; j->codes && i < j->count; i++) {
		buf_finish(&j->codes[i]);
	}
	free(j->years);
	free(j->items);
	free(j->codes);
	buf_finish(&j->heads);
	j->years = NULL;
	j->items = NULL;
	j->codes = NULL;
	j->year_count = 0;
	j->count = 0;
}

static bool is_of_all_years(const struct job *j) {
	return j->kind == DOCUMENT_TRANSCRIPT;
}

/* ---- what goes on paper ---- */

/* Whether the student was asked for; ids that are not of the class are found by their count. */
static bool is_wanted(const struct job *j, uint64_t student_id) {
	bool is_found = !j->students;
	for (const struct json *it = json_first(j->students); it && !is_found; it = json_next(it)) {
		uint64_t id = 0;
		is_found = json_as_id(it, &id) == ERR_OK && id == student_id;
	}
	return is_found;
}

static enum err take_year(
		struct job *j, struct db *db, uint64_t class_id, uint64_t student_id, size_t *out) {
	assert(j->year_count < j->year_cap);
	struct report_year *year = &j->years[j->year_count];
	const struct class_year_wanted wanted = {
		.school_id = j->school_id, .class_id = class_id, .student_id = student_id
	};
	report_year_init(year);
	*out = j->year_count++;
	return student_id ? document_store_year(db, &wanted, j->scope, year)
			  : document_store_class(db, wanted.school_id, class_id, year);
}

/* A transcript: the years before this one, loaded for that student alone. Years without rules of
 * this program are left out. */
static enum err add_years(struct job *j, struct db *db, struct report_of *of, uint64_t student_id) {
	struct document_classes classes;
	enum err e = document_store_classes(db, j->school_id, student_id, &classes);
	for (size_t i = 0; i < classes.count && !e && classes.ids[i] != j->class_id; i++) {
		size_t at = 0;
		e = take_year(j, db, classes.ids[i], student_id, &at);
		if (e == ERR_UNSUPPORTED) {
			e = ERR_OK;
			continue;
		}
		of->years[of->year_count] = &j->years[at];
		of->students[of->year_count++] = 0;
	}
	return e;
}

/* The year that is printed itself: once it is closed, what was kept of the student. */
static enum err add_own_year(struct job *j, struct db *db, struct report_of *of, size_t student) {
	const struct class_year *y = &j->years[0].year;
	size_t at = 0;
	enum err e = ERR_OK;
	bool is_one = j->student_id != 0; /* then the year is that student's already */
	if (y->closed[j->scope].is_closed && !is_one && j->kind != DOCUMENT_MARK_BOOK) {
		e = take_year(j, db, j->class_id, y->students[student].id, &at);
		student = 0;
	}
	of->years[of->year_count] = &j->years[at];
	of->students[of->year_count++] = student;
	return e;
}

static enum err add_items(struct job *j, struct db *db) {
	const struct class_year *y = &j->years[0].year;
	bool is_book = j->kind == DOCUMENT_MARK_BOOK;
	j->items = calloc(y->student_count + 1, sizeof(*j->items));
	j->codes = calloc(y->student_count + 1, sizeof(*j->codes));
	if (!j->items || !j->codes) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < (is_book ? 1 : y->student_count); i++) {
		if (!is_book && !is_wanted(j, y->students[i].id)) {
			continue;
		}
		struct report_of *of = &j->items[j->count];
		j->codes[j->count++] = buf_make(STATEMENT_TEXT_BYTES);
		enum err e = is_of_all_years(j) ? add_years(j, db, of, y->students[i].id) : ERR_OK;
		e = e ? e : add_own_year(j, db, of, i);
		if (e) {
			return e;
		}
	}
	return j->count ? ERR_OK : ERR_NOT_FOUND;
}

/* ---- what is signed ---- */

/* The hash of what the documents about one student, or of a whole class, show. */
static enum err hash_facts(
		const struct report_of *of, const struct statement *s, struct hash *out) {
	_cleanup_(buf_finish) struct buf facts = buf_make(FACTS_BYTES_MAX);
	enum err e = ERR_OK;
	if (s->kind == DOCUMENT_MARK_BOOK) {
		for (size_t i = 0; i < of->years[0]->year.student_count && !e; i++) {
			e = report_facts(of->years[0], i, SCOPE_YEAR, &facts);
		}
	}
	for (size_t n = 0; n < of->year_count && !e && s->kind != DOCUMENT_MARK_BOOK; n++) {
		e = report_facts(of->years[n], of->students[n], s->scope, &facts);
	}
	if (!e) {
		hash_bytes(NULL, buf_str(&facts), facts.len, out);
	}
	return e;
}

static enum err sign_item(struct job *j, struct db *db, size_t i, int64_t now_ms) {
	const struct keys *keys = request_app(j->req)->keys;
	struct report_of *of = &j->items[i];
	struct document_issue issue = { .statement = { .kind = j->kind,
							.scope = j->scope,
							.school_id = j->school_id,
							.class_id = j->class_id,
							.issued_at_ms = now_ms },
		.heads = { buf_str(&j->heads), j->heads.len },
		.issued_by = request_person_id(j->req) };
	struct statement *s = &issue.statement;
	uint8_t bytes[STATEMENT_BYTES];
	uint8_t all[STATEMENT_SIGNED_BYTES];
	if (j->kind != DOCUMENT_MARK_BOOK) {
		size_t last = of->year_count - 1;
		s->student_id = of->years[last]->year.students[of->students[last]].id;
	}
	memcpy(s->sign_kid, keys_sign_kid(keys), SIGN_KID_BYTES);
	enum err e = hash_facts(of, s, &s->data);
	if (e) {
		return e;
	}
	hash_bytes(NULL, issue.heads.p, issue.heads.n, &s->heads);
	statement_print(s, bytes);
	keys_sign(keys, bytes, STATEMENT_BYTES, issue.signature);
	memcpy(all, bytes, STATEMENT_BYTES);
	memcpy(all + STATEMENT_BYTES, issue.signature, SIGN_BYTES);
	struct str origin = request_origin(j->req);
	buf_add(&j->codes[i], origin.p, origin.n);
	buf_add_str(&j->codes[i], "/verify#");
	str_b64_add(&j->codes[i], all, sizeof(all));
	of->code = (struct str){ buf_str(&j->codes[i]), j->codes[i].len };
	e = buf_err(&j->codes[i]);
	return e ? e : document_store_add(db, &issue);
}

/* A family gets what the school has closed: that part of the year, and every year of a transcript. */
static bool is_closed(const struct job *j) {
	bool all = j->years[0].year.closed[j->scope].is_closed;
	for (size_t i = 1; i < j->year_count; i++) {
		all = all &&
				(!class_year_pack(&j->years[i].year) ||
						j->years[i].year.closed[SCOPE_YEAR].is_closed);
	}
	return all;
}

static enum err run_job(struct db *db, void *ctx) {
	struct job *j = ctx;
	size_t at = 0;
	job_clear(j); /* of a run that failed */
	j->heads = buf_make(DOCUMENT_HEADS_BYTES_MAX);
	j->year_cap = 1 + CLASS_YEAR_STUDENTS_MAX * (is_of_all_years(j) ? REPORT_YEARS_MAX : 1);
	j->years = calloc(j->year_cap, sizeof(*j->years));
	if (!j->years) {
		return ERR_NOMEM;
	}
	enum err e = take_year(j, db, j->class_id, j->student_id, &at);
	e = e ? e : add_items(j, db);
	e = e || !j->student_id || is_closed(j) ? e : ERR_EARLY;
	e = e ? e : document_store_heads(db, j->school_id, j->class_id, &j->heads);
	for (size_t i = 0; i < j->count && !e; i++) {
		e = sign_item(j, db, i, request_now_ms(j->req));
	}
	return e;
}

/* ---- printing ---- */

static const char *file_stem(enum document_kind kind) {
	switch (kind) {
	case DOCUMENT_TERM_REPORT:
	case DOCUMENT_YEAR_REPORT:
		return "phieu-bao-ket-qua";
	case DOCUMENT_TRANSCRIPT_YEAR:
	case DOCUMENT_TRANSCRIPT:
		return "hoc-ba";
	case DOCUMENT_MARK_BOOK:
		return "so-theo-doi";
	}
	return "tai-lieu";
}

static enum err reply_job(struct reply *reply, const struct job *j) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(REPLY_BODY_BYTES_MAX);
	const struct class_year *y = &j->years[0].year;
	char name[TITLE_BYTES];
	(void)snprintf(name, sizeof(name), "%s-%.*s-%.*s.pdf", file_stem(j->kind),
			(int)y->class_name.n, y->class_name.p, (int)y->year_code.n,
			y->year_code.p); /* cut at worst */
	const struct report_file file = { .kind = j->kind,
		.scope = j->scope,
		.title = str_from(name),
		.issued_at_ms = request_now_ms(j->req),
		.items = j->items,
		.count = j->count };
	enum err e = j->kind == DOCUMENT_MARK_BOOK ? report_print_book(&file, &bytes)
						   : report_print(&file, &bytes);
	if (!e) {
		reply_file(reply, "application/pdf", name, &bytes);
	}
	return e;
}

static void read_wish(struct form *f, struct job *j) {
	_cleanup_(mem_freep) char *kind = form_text(f, "kind", 1, 32);
	_cleanup_(mem_freep) char *part = form_text(f, "part", 0, 4);
	if (kind && document_kind_parse(str_from(kind), &j->kind)) {
		form_fault(f, "kind", "form.invalid");
	}
	j->scope = SCOPE_YEAR;
	bool is_term = j->kind == DOCUMENT_TERM_REPORT;
	bool is_bad = part && part[0] && class_scope_parse(str_from(part), &j->scope);
	if (is_bad || is_term != (j->scope != SCOPE_YEAR)) {
		form_fault(f, "part", "form.invalid");
	}
	j->students = form_list(f, "students", false);
}

enum err document_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(job_clear) struct job j = {
		.req = req, .school_id = request_school_id(req), .class_id = request_path_id(req, 0)
	};
	read_wish(&f, &j);
	enum err e = class_results_allowed(req, j.class_id);
	if (e) {
		return e;
	}
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct audit_deed deed = { "document.print", "class", &j.class_id };
	e = audit_run(req, &deed, run_job, &j);
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(reply, 409, "results.no_rules", NULL);
	}
	if (e == ERR_CORRUPT) {
		return reply_problem(reply, 409, "results.closed_edited", NULL);
	}
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "students", "form.invalid", NULL);
	}
	return e ? e : reply_job(reply, &j);
}

/* ---- of one student, for the family ---- */

static enum err create_own(
		const struct request *req, struct reply *reply, const struct child *child) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(job_clear) struct job j = {
		.req = req, .school_id = child->school_id, .student_id = child->student_id
	};
	read_wish(&f, &j);
	j.students = NULL;
	j.class_id = form_id(&f, "class", true);
	if (j.kind == DOCUMENT_MARK_BOOK) {
		form_fault(&f, "kind", "form.invalid");
	}
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct access_actor by = { .person_id = request_person_id(req),
		.school_id = child->school_id };
	struct audit_deed deed = { "document.own", "student", &j.student_id };
	enum err e = audit_run_by(req, &by, &deed, run_job, &j);
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(reply, 409, "results.no_rules", NULL);
	}
	if (e == ERR_CORRUPT) {
		return reply_problem(reply, 409, "results.closed_edited", NULL);
	}
	if (e == ERR_EARLY) {
		return reply_problem(reply, 409, "results.not_closed", NULL);
	}
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "class", "form.invalid", NULL);
	}
	return e ? e : reply_job(reply, &j);
}

enum err document_child_create(const struct request *req, struct reply *reply) {
	struct child child;
	enum err e = child_wanted(req, &child);
	return e ? e : create_own(req, reply, &child);
}

enum err document_mine_create(const struct request *req, struct reply *reply) {
	struct child child;
	enum err e = child_self(req, &child);
	return e ? e : create_own(req, reply, &child);
}

/* ---- what a code proves ---- */

/* What the records say now, beside what was signed. */
struct judgement {
	bool is_same;          /* the data */
	bool is_grounded;      /* the histories still hold the rows that it rested on */
	int64_t changed_at_ms; /* 0: not known, or it did not change */
	const char *pack;      /* of the class's year; NULL: not known */
	char name[MASKED_NAME_BYTES];
	char class_name[160];
	char year[16];
};

/* Loads again what the document showed. */
static enum err reload(
		struct db *db, const struct statement *s, struct job *j, struct report_of *of) {
	struct document_classes classes = { .ids = { s->class_id }, .count = 1 };
	enum err e = ERR_OK;
	if (s->kind == DOCUMENT_TRANSCRIPT) {
		e = document_store_classes(db, s->school_id, s->student_id, &classes);
	}
	j->years = calloc(REPORT_YEARS_MAX, sizeof(*j->years));
	if (!j->years) {
		return ERR_NOMEM;
	}
	bool is_last = false;
	for (size_t i = 0; i < classes.count && !e && !is_last; i++) {
		struct report_year *year = &j->years[j->year_count++];
		report_year_init(year);
		is_last = classes.ids[i] == s->class_id;
		const struct class_year_wanted wanted = { .school_id = s->school_id,
			.class_id = classes.ids[i],
			.student_id = s->student_id };
		e = s->student_id ? document_store_year(db, &wanted, s->scope, year)
				  : document_store_class(db, s->school_id, s->class_id, year);
		if (e == ERR_UNSUPPORTED && !is_last) {
			e = ERR_OK;
			continue;
		}
		of->years[of->year_count] = year;
		of->students[of->year_count++] = 0;
	}
	/* A transcript of a student who is in no class any more. */
	return e ? e : of->year_count > 0 ? ERR_OK : ERR_NOT_FOUND;
}

static void copy(char *out, size_t size, struct str s) {
	size_t n = s.n < size - 1 ? s.n : size - 1;
	memcpy(out, s.p, n);
	out[n] = '\0';
}

static enum err judge(
		struct db *db, const struct statement *s, struct str heads, struct judgement *out) {
	_cleanup_(job_clear) struct job j = { .kind = s->kind };
	struct report_of of = { .year_count = 0 };
	struct hash data;
	struct hash heads_hash;
	enum err e = reload(db, s, &j, &of);
	if (e == ERR_NOT_FOUND || e == ERR_CORRUPT) {
		/* The student is not there any more, or what was closed was edited. */
		return ERR_OK;
	}
	e = e ? e : hash_facts(&of, s, &data);
	if (e) {
		return e;
	}
	const struct class_year *y = &of.years[of.year_count - 1]->year;
	copy(out->class_name, sizeof(out->class_name), y->class_name);
	copy(out->year, sizeof(out->year), y->year_code);
	out->pack = class_year_pack(y);
	if (s->student_id && y->student_count) {
		statement_mask_name(y->students[0].full_name, out->name);
	}
	out->is_same = hash_equal(&data, &s->data);
	hash_bytes(NULL, heads.p, heads.n, &heads_hash);
	e = document_store_check_heads(db, s->school_id, heads);
	out->is_grounded = !e && hash_equal(&heads_hash, &s->heads);
	if (e && e != ERR_CORRUPT && e != ERR_FORMAT) {
		return e;
	}
	return out->is_same ? ERR_OK
			    : document_store_changed(db, s->school_id, s->class_id, s->student_id,
					      s->issued_at_ms, &out->changed_at_ms);
}

static void put_judgement(struct json_out *w, const struct statement *s, const struct judgement *g,
		const struct school *school) {
	jo_kbool(w, "isGenuine", true);
	jo_kbool(w, "isSame", g->is_same && g->is_grounded);
	jo_kbool(w, "isGrounded", g->is_grounded);
	if (g->changed_at_ms) {
		jo_ki64(w, "changedAt", g->changed_at_ms);
	} else {
		jo_knull(w, "changedAt");
	}
	jo_kstrz(w, "kind", document_kind_name(s->kind));
	jo_kstrz(w, "part", class_scope_name(s->scope));
	jo_kstrz(w, "pack", g->pack);
	jo_kstrz(w, "school", school->name);
	jo_kstrz(w, "student", g->name);
	jo_kstrz(w, "class", g->class_name);
	jo_kstrz(w, "year", g->year);
	jo_ki64(w, "issuedAt", s->issued_at_ms);
}

/* Whether the bytes are a statement that one of this deployment's keys has signed. */
static bool is_genuine(const struct request *req, struct str bytes, struct statement *out) {
	if (bytes.n != STATEMENT_SIGNED_BYTES ||
			statement_parse((struct str){ bytes.p, STATEMENT_BYTES }, out)) {
		return false;
	}
	const uint8_t *key = keys_public_find(request_app(req)->keys, out->sign_kid);
	return key && !statement_verify(bytes, key, out);
}

enum err document_verify(const struct request *req, struct reply *reply) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(STATEMENT_TEXT_BYTES);
	_cleanup_(buf_finish) struct buf heads = buf_make(DOCUMENT_HEADS_BYTES_MAX);
	struct str text = { 0 };
	struct statement s;
	struct school school;
	struct judgement g = { .is_same = false };
	if (json_get_str(request_json(req), "statement", &text)) {
		return reply_field(reply, "statement", "form.required", NULL);
	}
	if (text.n == 0 || str_unb64_add(text, &bytes)) {
		return reply_field(reply, "statement", "form.invalid", NULL);
	}
	if (!is_genuine(req, (struct str){ buf_str(&bytes), bytes.len }, &s)) {
		jo_kbool(reply_json(reply, 200), "isGenuine", false);
		return ERR_OK;
	}
	enum err e = document_store_find(
			request_db(req), (struct str){ buf_str(&bytes), bytes.len }, &heads);
	if (e == ERR_NOT_FOUND) { /* signed, but the row is gone: its ground is not known */
		e = ERR_OK;
	}
	e = e ? e : place_store_school(request_db(req), s.school_id, &school);
	e = e ? e : judge(request_db(req), &s, (struct str){ buf_str(&heads), heads.len }, &g);
	if (e) {
		return e;
	}
	put_judgement(reply_json(reply, 200), &s, &g, &school);
	return ERR_OK;
}
