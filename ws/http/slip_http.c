#include "ws/http/slip_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/member_store.h"
#include "core/school/guardian_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/class_list.h"
#include "ws/http/reply.h"
#include "ws/http/slip_sheet.h"

enum { CANDIDATES_MAX = ACTIVATION_ADD_MAX, CANDIDATE_TEXT_BYTES_MAX = 8 << 20 };

/* Those who have not activated yet, each with what stands on the slip. */
struct candidates {
	struct arena arena;
	struct candidate {
		uint64_t person_id;
		struct slip slip;
		int64_t printed_ms; /* of the code in this person's hands; 0: none */
		uint64_t with_id;   /* the class it was printed with; 0: with none */
		struct str with_name;
	} * items;
	size_t count;
	size_t cap;
};

static struct candidates candidates_make(void) {
	return (struct candidates){ .arena = arena_make(CANDIDATE_TEXT_BYTES_MAX) };
}

static void candidates_finish(struct candidates *list) {
	free(list->items);
	arena_finish(&list->arena);
}

static struct candidate *find(struct candidates *list, uint64_t person_id) {
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].person_id == person_id) {
			return &list->items[i];
		}
	}
	return NULL;
}

static enum err add(struct candidates *list, uint64_t person_id, struct candidate **out) {
	enum err e = GROW(list, CANDIDATES_MAX);
	if (e) {
		return e;
	}
	*out = &list->items[list->count++];
	(*out)->person_id = person_id;
	return ERR_OK;
}

/* ---- who ---- */

static enum err add_students(const struct class_list *class, struct candidates *out) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < class->count && !e; i++) {
		const struct class_member *m = &class->items[i];
		struct candidate *c = NULL;
		if (m->is_activated) {
			continue;
		}
		e = add(out, m->person_id, &c);
		if (!e) {
			c->slip = (struct slip){ .full_name = m->full_name,
				.class_name = class->class_name,
				.login = m->login };
		}
	}
	return e;
}

static enum err take_guardian(const struct guardian_row *row, void *ctx) {
	struct candidates *list = ctx;
	struct candidate *c = NULL;
	if (row->is_activated || row->phone.n == 0 || find(list, row->person_id)) {
		return ERR_OK;
	}
	enum err e = add(list, row->person_id, &c);
	e = e ? e : arena_copy(&list->arena, row->full_name, &c->slip.full_name);
	return e ? e : slips_phone(&list->arena, row->phone, &c->slip.phone);
}

/* One slip a guardian, with all the children at the school: in whichever class it is printed. */
static enum err add_guardians(
		const struct request *req, const struct class_list *class, struct candidates *out) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	enum err e = guardian_store_of_class(db, school, class->class_id, take_guardian, out);
	for (size_t i = 0; i < out->count && !e; i++) {
		struct slip *slip = &out->items[i].slip;
		slip->class_name = class->class_name;
		e = slips_children(req, out->items[i].person_id, &out->arena, &slip->children);
	}
	return e;
}

static enum err take_teacher(const struct member_row *t, void *ctx) {
	struct candidates *list = ctx;
	struct candidate *c = NULL;
	if (t->is_activated) {
		return ERR_OK;
	}
	enum err e = add(list, t->person_id, &c);
	e = e ? e : arena_copy(&list->arena, t->full_name, &c->slip.full_name);
	return e ? e : arena_copy(&list->arena, t->login, &c->slip.login);
}

static enum err take_live(const struct activation_live *live, void *ctx) {
	struct candidates *list = ctx;
	struct candidate *c = find(list, live->person_id);
	if (!c) {
		return ERR_OK;
	}
	c->printed_ms = live->created_at_ms;
	c->with_id = live->class_id;
	return arena_copy(&list->arena, live->class_name, &c->with_name);
}

static enum err mark_live(const struct request *req, struct candidates *list) {
	return activation_store_live(request_db(req), request_school_id(req), request_now_ms(req),
			take_live, list);
}

/* ---- what printing would do ---- */

static void put_candidates(struct json_out *w, const struct candidates *list) {
	size_t fresh = 0;
	jo_karr(w, "printed");
	for (size_t i = 0; i < list->count; i++) {
		const struct candidate *c = &list->items[i];
		if (c->printed_ms == 0) {
			fresh++;
			continue;
		}
		jo_obj(w);
		jo_kstr(w, "fullName", c->slip.full_name);
		jo_ki64(w, "printedAt", c->printed_ms);
		if (c->with_id) {
			jo_kid(w, "classId", c->with_id);
			jo_kstr(w, "className", c->with_name);
		} else {
			jo_knull(w, "classId");
			jo_knull(w, "className");
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_ki64(w, "fresh", (int64_t)fresh);
}

enum err slip_class_get(const struct request *req, struct reply *reply) {
	_cleanup_(class_list_finish) struct class_list class = { 0 };
	_cleanup_(candidates_finish) struct candidates students = candidates_make();
	_cleanup_(candidates_finish) struct candidates guardians = candidates_make();
	enum err e = class_list_load(req, request_path_id(req, 0), &class);
	e = e ? e : add_students(&class, &students);
	e = e ? e : add_guardians(req, &class, &guardians);
	e = e ? e : mark_live(req, &students);
	e = e ? e : mark_live(req, &guardians);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kobj(w, "students");
	put_candidates(w, &students);
	jo_end_obj(w);
	jo_kobj(w, "guardians");
	put_candidates(w, &guardians);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err load_teachers(const struct request *req, struct candidates *out) {
	enum err e = member_store_list(
			request_db(req), request_school_id(req), ROLE_TEACHER, take_teacher, out);
	return e ? e : mark_live(req, out);
}

enum err slip_teachers_get(const struct request *req, struct reply *reply) {
	_cleanup_(candidates_finish) struct candidates teachers = candidates_make();
	enum err e = load_teachers(req, &teachers);
	if (!e) {
		put_candidates(reply_json(reply, 200), &teachers);
	}
	return e;
}

/* ---- printing ---- */

struct printing {
	const struct candidates *list;
	uint64_t class_id;
	struct audit_deed deed;
	const char *none;      /* why there is no slip: all have activated */
	const char *file_name; /* of the PDF */
};

static enum err print(const struct request *req, struct reply *reply, const struct printing *p) {
	bool is_again = str_eq_z(request_query(req, "again"), "true");
	_cleanup_(slips_finish) struct slips slips = {
		.req = req, .class_id = p->class_id, .keeps_live = !is_again
	};
	_cleanup_(buf_finish) struct buf bytes = buf_make(SLIPS_BYTES_MAX);
	if (p->list->count == 0) {
		return reply_problem(reply, 409, p->none, NULL);
	}
	enum err e = slips_begin(&slips, p->list->count);
	for (size_t i = 0; i < p->list->count && !e; i++) {
		const struct candidate *c = &p->list->items[i];
		if (is_again || c->printed_ms == 0) {
			slips_add(&slips, c->person_id, c->slip);
		}
	}
	if (!e && slips.count == 0) {
		return reply_problem(reply, 409, "import.slips_printed", NULL);
	}
	e = e ? e : slips_print(&slips, &bytes);
	e = e ? e : audit_run(req, &p->deed, slips_store, &slips);
	if (e == ERR_STALE) {
		return reply_problem(reply, 409, "import.slips_meanwhile", NULL);
	}
	if (!e) {
		reply_file(reply, "application/pdf", p->file_name, &bytes);
	}
	return e;
}

enum err slip_class_create(const struct request *req, struct reply *reply) {
	uint64_t id = request_path_id(req, 0);
	struct str whom = request_query(req, "for");
	bool is_guardians = str_eq_z(whom, "guardians");
	if (whom.n > 0 && !is_guardians && !str_eq_z(whom, "students")) {
		return reply_field(reply, "for", "form.invalid", NULL);
	}
	_cleanup_(class_list_finish) struct class_list class = { 0 };
	_cleanup_(candidates_finish) struct candidates list = candidates_make();
	enum err e = class_list_load(req, id, &class);
	e = e ? e : is_guardians ? add_guardians(req, &class, &list) : add_students(&class, &list);
	e = e ? e : mark_live(req, &list);
	if (e) {
		return e;
	}
	struct printing p = { &list, id, { "class.slips", "class", &id },
		is_guardians ? "import.slips_none_guardians" : "import.slips_none",
		is_guardians ? "phieu-phu-huynh.pdf" : "phieu-dang-nhap.pdf" };
	return print(req, reply, &p);
}

enum err slip_teachers_create(const struct request *req, struct reply *reply) {
	uint64_t school = request_school_id(req);
	_cleanup_(candidates_finish) struct candidates list = candidates_make();
	enum err e = load_teachers(req, &list);
	if (e) {
		return e;
	}
	struct printing p = { &list, 0, { "teacher.slips", "school", &school },
		"import.slips_none_teachers", "phieu-giao-vien.pdf" };
	return print(req, reply, &p);
}
