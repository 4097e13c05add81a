#include "ws/http/roster_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/activation_store.h"
#include "core/auth/ticket.h"
#include "core/base/grow.h"
#include "core/doc/xlsx_read.h"
#include "core/doc/xlsx_write.h"
#include "core/school/calendar_store.h"
#include "core/school/guardian_store.h"
#include "core/school/place_store.h"
#include "core/school/plan_store.h"
#include "core/school/roster_export.h"
#include "core/school/roster_import_store.h"
#include "core/school/roster_store.h"
#include "core/school/slip.h"
#include "core/school/teaching_store.h"
#include "ws/app.h"
#include "ws/http/activation_code.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum {
	FILE_MIB_MAX = 8,
	SLIPS_BYTES_MAX = 64 << 20,
	CLASS_STUDENTS_MAX = 200,
	CLASS_GUARDIANS_MAX = 4 * CLASS_STUDENTS_MAX,
};

/* ---- the preview ---- */

static enum err reply_plan(
		const struct request *req, struct reply *reply, uint64_t id, int status) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	enum err e = plan_store_load(
			request_db(req), request_school_id(req), PLAN_ROSTER, id, &plan);
	if (e) {
		return e;
	}
	struct str preview = roster_plan_preview((struct str){ plan.plan, plan.plan_n });
	if (preview.n < 2) {
		return ERR_CORRUPT;
	}
	char hex[2 * PLAN_HASH_BYTES + 1];
	str_hex(plan.hash, PLAN_HASH_BYTES, hex);
	_cleanup_(buf_finish) struct buf whole = buf_make(PLAN_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &whole);
	jo_obj(&w);
	jo_kid(&w, "plan", id);
	jo_kstrz(&w, "fileName", plan.file_name);
	jo_kstrz(&w, "hash", hex);
	jo_kbool(&w, "isCommitted", plan.state == PLAN_COMMITTED);
	/* The kept preview is an object: its members go on behind these. */
	buf_add_char(&whole, ',');
	buf_add(&whole, preview.p + 1, preview.n - 1);
	if (buf_err(&whole)) {
		return buf_err(&whole);
	}
	jo_raw(reply_json_value(reply, status), (struct str){ whole.data, whole.len });
	return ERR_OK;
}

/* The sheets of an uploaded workbook. */
struct sheets {
	struct grid *grids[ROSTER_SHEETS_MAX];
	size_t count;
};

static void sheets_free(struct sheets *s) {
	for (size_t i = 0; s && i < s->count; i++) {
		grid_free(s->grids[i]);
	}
	free(s);
}
DEFINE_FREEP(struct sheets *, sheets_free);

static enum err read_sheets(struct str bytes, struct sheets *out) {
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	enum err e = xlsx_read_new(bytes.p, bytes.n, &book);
	for (size_t i = 0; !e && i < xlsx_read_sheet_count(book) && i < ROSTER_SHEETS_MAX; i++) {
		e = xlsx_read_grid(book, i, &out->grids[i]);
		out->count += !e;
	}
	return e;
}

static enum err refuse_file(struct reply *reply, enum err e) {
	char max[16];
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(reply, 422, "import.file_kind", NULL);
	}
	if (e == ERR_FORMAT) {
		return reply_problem(reply, 422, "import.file_damaged", NULL);
	}
	if (e == ERR_LIMIT) {
		(void)snprintf(max, sizeof(max), "%d", ROSTER_ROWS_MAX); /* a short number */
		return reply_problem(reply, 422, "import.file_large", "max", max, NULL);
	}
	return e;
}

static enum err take_target(const struct request *req, const struct school_year *year,
		struct roster_target *out) {
	struct school school;
	enum err e = place_store_school(request_db(req), request_school_id(req), &school);
	if (e) {
		return e;
	}
	*out = (struct roster_target){ .year = year->starts_on.year,
		.personal_id_key = request_app(req)->column_key };
	place_level_grades(school.level, &out->grade_min, &out->grade_max);
	return ERR_OK;
}

static enum err keep_plan(const struct request *req, const struct roster_plan *plan,
		const struct school_year *year, struct str file_name, uint64_t *out_id) {
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	uint8_t seal_key[KEYS_BYTES];
	struct hash hash;
	school_seal_key(req, seal_key);
	enum err e = roster_plan_save(plan, request_lang(req), seal_key, &saved);
	explicit_bzero(seal_key, sizeof(seal_key));
	if (e) {
		return e;
	}
	hash_bytes(NULL, saved.data, saved.len, &hash);
	struct plan_new row = { request_school_id(req), PLAN_ROSTER, year->id,
		request_person_id(req), request_now_ms(req), file_name, { saved.data, saved.len },
		hash.b };
	return plan_store_add(request_db(req), &row, out_id);
}

static enum err plan_sheets(const struct request *req, const struct sheets *sheets,
		const struct school_year *year, struct roster_plan **out) {
	struct roster_target target;
	_cleanup_(roster_known_finish) struct roster_known known = { 0 };
	enum err e = take_target(req, year, &target);
	if (!e) {
		e = roster_import_load(request_db(req), request_school_id(req), year->id, &known);
	}
	return e ? e
		 : roster_plan_new((const struct grid *const *)sheets->grids, sheets->count,
				   &target, &known, out);
}

enum err roster_import_create(const struct request *req, struct reply *reply) {
	const struct request_part *part = request_part(req, "file");
	if (!part) {
		return reply_field(reply, "file", "form.required", NULL);
	}
	if (part->bytes.n > (size_t)FILE_MIB_MAX << 20) {
		return reply_file_large(reply, FILE_MIB_MAX);
	}
	struct school_year year;
	enum err e = school_wanted_year(req, &year);
	if (e) {
		return e;
	}
	_cleanup_(sheets_freep) struct sheets *sheets = calloc(1, sizeof(*sheets));
	if (!sheets) {
		return ERR_NOMEM;
	}
	e = read_sheets(part->bytes, sheets);
	if (e) {
		return refuse_file(reply, e);
	}
	_cleanup_(roster_plan_freep) struct roster_plan *plan = NULL;
	e = plan_sheets(req, sheets, &year, &plan);
	if (e) {
		return refuse_file(reply, e);
	}
	if (plan->row_count == 0) {
		return reply_problem(reply, 422, "import.file_no_list", NULL);
	}
	uint64_t id = 0;
	e = keep_plan(req, plan, &year, part->file_name, &id);
	return e ? e : reply_plan(req, reply, id, 200);
}

enum err roster_import_get(const struct request *req, struct reply *reply) {
	return reply_plan(req, reply, request_path_id(req, 0), 200);
}

enum err roster_import_drop(const struct request *req, struct reply *reply) {
	enum err e = plan_store_drop(request_db(req), request_school_id(req), PLAN_ROSTER,
			request_path_id(req, 0));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* ---- the commit ---- */

struct commit {
	struct roster_import import;
	const struct roster_plan *read;
	struct roster_import_done done;
};

static enum err run_commit(struct db *db, void *ctx) {
	struct commit *c = ctx;
	return roster_import_commit(db, &c->import, c->read, &c->done);
}

static enum err commit(const struct request *req, const struct plan *plan,
		const struct roster_plan *read, const uint8_t *seal_key,
		struct roster_import_done *out) {
	struct commit c = { .import = { request_school_id(req), plan->target_id, plan->id,
					    plan->hash, request_now_ms(req), seal_key,
					    request_app(req)->column_key },
		.read = read };
	struct audit_deed deed = { "roster.commit", "plan", &plan->id };
	enum err e = audit_run(req, &deed, run_commit, &c);
	if (!e) {
		*out = c.done;
	}
	return e;
}

/* The doubtful rows that the office says yes to, by what the preview called "confirm". */
static enum err agree(const struct json *body, struct roster_plan *plan) {
	const struct json *list = NULL;
	if (!json_get(body, "confirmed")) {
		return ERR_OK;
	}
	enum err e = json_get_array(body, "confirmed", &list);
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		uint64_t student = 0;
		e = json_as_id(it, &student);
		e = e ? e : roster_plan_agree(plan, student);
	}
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

enum err roster_import_commit_post(const struct request *req, struct reply *reply) {
	struct str hex;
	uint8_t hash[PLAN_HASH_BYTES];
	if (json_get_str(request_json(req), "hash", &hex) || str_unhex(hex, hash, sizeof(hash))) {
		return reply_field(reply, "hash", "form.required", NULL);
	}
	_cleanup_(plan_finish) struct plan plan = { 0 };
	_cleanup_(roster_plan_freep) struct roster_plan *read = NULL;
	uint8_t seal_key[KEYS_BYTES];
	enum err e = plan_store_load(request_db(req), request_school_id(req), PLAN_ROSTER,
			request_path_id(req, 0), &plan);
	if (e) {
		return e;
	}
	if (memcmp(hash, plan.hash, sizeof(hash)) != 0) {
		return ERR_STALE;
	}
	school_seal_key(req, seal_key);
	struct roster_import_done done = { 0 };
	e = roster_plan_load((struct str){ plan.plan, plan.plan_n }, seal_key, &read);
	e = e ? e : agree(request_json(req), read);
	/* Sent again after its answer was lost: the deed is done. */
	if (!e && plan.state != PLAN_COMMITTED) {
		e = commit(req, &plan, read, seal_key, &done);
	}
	explicit_bzero(seal_key, sizeof(seal_key));
	if (e) {
		return e;
	}
	size_t left_out = roster_plan_left_out(read);
	struct json_out *w = reply_json(reply, 200);
	jo_ki64(w, "new", (int64_t)read->counts[ROSTER_NEW]);
	jo_ki64(w, "changed", (int64_t)(read->counts[ROSTER_CHANGE] - left_out));
	jo_ki64(w, "leftOut", (int64_t)left_out);
	jo_ki64(w, "classesMade", (int64_t)done.classes_made);
	jo_ki64(w, "personalIdsTaken", (int64_t)done.personal_ids_taken);
	return ERR_OK;
}

/* ---- a class on paper and in Excel ---- */

struct class_students {
	struct arena arena;
	struct slip_person {
		uint64_t person_id;
		uint64_t student_id;
		struct str full_name;
		struct str login;
		unsigned position;
		bool is_activated;
	} * items;
	size_t count;
	size_t cap;
	struct str class_name;
	uint64_t school_year_id;
};

static void class_students_finish(struct class_students *c) {
	free(c->items);
	arena_finish(&c->arena);
}

static enum err take_class(const struct class_row *row, void *ctx) {
	struct class_students *c = ctx;
	c->school_year_id = row->school_year_id;
	return arena_copy(&c->arena, row->name, &c->class_name);
}

static enum err take_student(const struct student_row *row, void *ctx) {
	struct class_students *c = ctx;
	enum err e = GROW(c, CLASS_STUDENTS_MAX);
	if (e) {
		return e;
	}
	struct slip_person *p = &c->items[c->count++];
	p->person_id = row->person_id;
	p->student_id = row->id;
	p->position = row->position;
	p->is_activated = row->is_activated;
	e = arena_copy(&c->arena, row->full_name, &p->full_name);
	return e ? e : arena_copy(&c->arena, row->login, &p->login);
}

static enum err load_class(const struct request *req, struct class_students *out) {
	uint64_t school = request_school_id(req);
	out->arena = arena_make(MIB(1));
	enum err e = roster_store_class(
			request_db(req), school, request_path_id(req, 0), take_class, out);
	return e ? e
		 : roster_store_class_students(request_db(req), school, request_path_id(req, 0),
				   take_student, out);
}

/* Slips of a class, and what the database keeps of their codes. */
struct slips {
	const struct request *req;
	struct slip *items;
	struct activation_new *codes;
	char (*texts)[TICKET_TEXT_BYTES];
	size_t count;
	size_t room;
};

static void slips_finish(struct slips *s) {
	free(s->items);
	free(s->codes);
	if (s->texts) {
		explicit_bzero(s->texts, s->room * sizeof(*s->texts));
	}
	free(s->texts);
}

static enum err slips_begin(struct slips *s, size_t most) {
	s->room = most + 1;
	s->items = calloc(s->room, sizeof(*s->items));
	s->codes = calloc(s->room, sizeof(*s->codes));
	s->texts = calloc(s->room, sizeof(*s->texts));
	return s->items && s->codes && s->texts ? ERR_OK : ERR_NOMEM;
}

/* A slip with a fresh code. */
static void slips_add(struct slips *s, uint64_t person_id, struct slip slip) {
	struct ticket code;
	struct hash hash;
	ticket_make(TICKET_ACTIVATION, &code);
	ticket_print(&code, s->texts[s->count]);
	ticket_hash(&code, request_app(s->req)->ticket_key, &hash);
	ticket_wipe(&code);
	memcpy(s->codes[s->count].code_hash, hash.b, sizeof(s->codes[0].code_hash));
	s->codes[s->count].person_id = person_id;
	slip.code = str_from(s->texts[s->count]);
	s->items[s->count++] = slip;
}

/* One for each student who has not activated yet. */
static enum err add_students(const struct class_students *c, struct slips *s) {
	enum err e = slips_begin(s, c->count);
	for (size_t i = 0; i < c->count && !e; i++) {
		const struct slip_person *p = &c->items[i];
		if (!p->is_activated) {
			slips_add(s, p->person_id,
					(struct slip){ .full_name = p->full_name,
							.class_name = c->class_name,
							.login = p->login });
		}
	}
	return e;
}

/* The guardians of a class, each once, with the names of the children there. */
struct class_guardians {
	struct class_students *class;
	struct slip_guardian {
		uint64_t person_id;
		struct str full_name;
		struct str phone;
		struct str children;
	} * items;
	size_t count;
	size_t cap;
};

static void class_guardians_finish(struct class_guardians *g) {
	free(g->items);
}

static struct str name_of(const struct class_students *c, uint64_t student_id) {
	for (size_t i = 0; i < c->count; i++) {
		if (c->items[i].student_id == student_id) {
			return c->items[i].full_name;
		}
	}
	return str_from("");
}

/* "+84912345678" as people write it: "0912345678". */
static enum err copy_phone(struct arena *arena, struct str phone, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(ACCOUNT_PHONE_BYTES + 1);
	bool is_vn = str_starts(phone, "+84");
	buf_add_str(&text, is_vn ? "0" : "");
	buf_add(&text, phone.p + (is_vn ? 3 : 0), phone.n - (is_vn ? 3 : 0));
	return text.err ? text.err
			: arena_copy(arena, (struct str){ buf_str(&text), text.len }, out);
}

static enum err take_guardian(const struct guardian_row *row, void *ctx) {
	struct class_guardians *g = ctx;
	struct arena *arena = &g->class->arena;
	struct str child = name_of(g->class, row->student_id);
	if (row->is_activated || row->phone.n == 0) {
		return ERR_OK;
	}
	for (size_t i = 0; i < g->count; i++) {
		if (g->items[i].person_id == row->person_id) {
			_cleanup_(buf_finish) struct buf both = buf_make(SLIP_TEXT_BYTES_MAX);
			buf_add(&both, g->items[i].children.p, g->items[i].children.n);
			buf_add_str(&both, ", ");
			buf_add(&both, child.p, child.n);
			return both.err ? both.err
					: arena_copy(arena,
							  (struct str){ buf_str(&both), both.len },
							  &g->items[i].children);
		}
	}
	enum err e = GROW(g, CLASS_GUARDIANS_MAX);
	if (e) {
		return e;
	}
	struct slip_guardian *one = &g->items[g->count++];
	*one = (struct slip_guardian){ .person_id = row->person_id, .children = child };
	e = arena_copy(arena, row->full_name, &one->full_name);
	return e ? e : copy_phone(arena, row->phone, &one->phone);
}

static enum err add_guardians(
		const struct request *req, struct class_students *c, struct slips *s) {
	_cleanup_(class_guardians_finish) struct class_guardians g = { .class = c };
	enum err e = guardian_store_of_class(request_db(req), request_school_id(req),
			request_path_id(req, 0), take_guardian, &g);
	e = e ? e : slips_begin(s, g.count);
	for (size_t i = 0; i < g.count && !e; i++) {
		slips_add(s, g.items[i].person_id,
				(struct slip){ .full_name = g.items[i].full_name,
						.class_name = c->class_name,
						.children = g.items[i].children,
						.phone = g.items[i].phone });
	}
	return e;
}

static enum err run_store(struct db *db, void *ctx) {
	const struct slips *s = ctx;
	return activation_store_add(db, request_school_id(s->req), s->codes, s->count,
			request_person_id(s->req), request_now_ms(s->req),
			activation_code_ends_ms(s->req));
}

static enum err print_slips(const struct request *req, const struct slips *slips, struct buf *out) {
	struct school school;
	enum err e = place_store_school(request_db(req), request_school_id(req), &school);
	if (e) {
		return e;
	}
	struct slip_sheet sheet = { .school_name = str_from(school.name),
		.school_code = str_from(school.code),
		.address = request_origin(req),
		.created_ms = request_now_ms(req),
		.expires_ms = activation_code_ends_ms(req),
		.lang = LANG_VI };
	return slip_print(&sheet, slips->items, slips->count, out);
}

enum err roster_slips_create(const struct request *req, struct reply *reply) {
	_cleanup_(class_students_finish) struct class_students c = { 0 };
	enum err e = load_class(req, &c);
	if (e) {
		return e;
	}
	_cleanup_(slips_finish) struct slips slips = { .req = req };
	_cleanup_(buf_finish) struct buf bytes = buf_make(SLIPS_BYTES_MAX);
	struct str whom = request_query(req, "for");
	bool is_guardians = str_eq_z(whom, "guardians");
	if (whom.n > 0 && !is_guardians && !str_eq_z(whom, "students")) {
		return reply_field(reply, "for", "form.invalid", NULL);
	}
	e = is_guardians ? add_guardians(req, &c, &slips) : add_students(&c, &slips);
	if (!e && slips.count == 0) {
		return reply_problem(reply, 409,
				is_guardians ? "import.slips_none_guardians" : "import.slips_none",
				NULL);
	}
	/* Printed first: what cannot be printed makes no older slip void. */
	uint64_t id = request_path_id(req, 0);
	struct audit_deed deed = { "class.slips", "class", &id };
	e = e ? e : print_slips(req, &slips, &bytes);
	e = e ? e : audit_run(req, &deed, run_store, &slips);
	if (e) {
		return e;
	}
	reply_file(reply, "application/pdf", "phieu-dang-nhap.pdf", &bytes);
	return ERR_OK;
}

static const struct roster_known_student *find_known(
		const struct roster_known *known, uint64_t student_id) {
	for (size_t i = 0; i < known->student_count; i++) {
		if (known->students[i].student_id == student_id) {
			return &known->students[i];
		}
	}
	return NULL;
}

static enum err export_class(
		const struct request *req, const struct class_students *c, struct buf *out) {
	_cleanup_(roster_known_finish) struct roster_known known = { 0 };
	enum err e = roster_import_load(
			request_db(req), request_school_id(req), c->school_year_id, &known);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct roster_known_student *list =
			calloc(c->count + 1, sizeof(*list));
	_cleanup_(mem_freep) unsigned *positions = calloc(c->count + 1, sizeof(*positions));
	if (!list || !positions) {
		return ERR_NOMEM;
	}
	struct roster_export_class class = { c->class_name, list, positions, 0 };
	for (size_t i = 0; i < c->count; i++) {
		const struct roster_known_student *s = find_known(&known, c->items[i].student_id);
		if (s) {
			positions[class.count] = c->items[i].position;
			list[class.count++] = *s;
		}
	}
	return roster_export(&class, 1, request_now_ms(req), out);
}

enum err roster_export_get(const struct request *req, struct reply *reply) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req),
			request_path_id(req, 0), 0, request_person_id(req), &what);
	if (e) {
		return e;
	}
	if (!access_class_contacts(request_who(req), &what)) {
		return ERR_DENIED;
	}
	_cleanup_(class_students_finish) struct class_students c = { 0 };
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	e = load_class(req, &c);
	if (!e) {
		e = export_class(req, &c, &bytes);
	}
	if (e) {
		return e;
	}
	reply_file(reply, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			"danh-sach-lop.xlsx", &bytes);
	return ERR_OK;
}
