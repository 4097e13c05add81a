#include "ws/http/people_http.h"

#include <string.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/school/member_store.h"
#include "core/school/proof_store.h"
#include "ws/app.h"
#include "ws/http/activation_code.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"
#include "ws/http/slip_sheet.h"
#include "ws/service/session_cache.h"

enum { SLIP_TEXTS_BYTES_MAX = 4096 };

static enum err write_member(const struct member_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", row->person_id);
	jo_kstr(w, "fullName", row->full_name);
	jo_kstr(w, "login", row->login);
	school_put_or_null(w, "phone", row->phone);
	jo_kbool(w, "activated", row->is_activated);
	jo_end_obj(w);
	return ERR_OK;
}

enum err staff_list(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = member_store_list(
			request_db(req), request_school_id(req), ROLE_OFFICE, write_member, w);
	jo_end_arr(w);
	return e;
}

/* ---- a new code ---- */

static enum err run_renew(struct db *db, void *ctx) {
	struct slips *slips = ctx;
	uint64_t person_id = slips->codes[0].person_id;
	bool only_joins = false; /* a password that this school did not give stays */
	enum err e = proof_store_is_asked(
			db, request_school_id(slips->req), person_id, &only_joins);
	if (!e && !only_joins) {
		e = activation_code_end_sign_in(slips->req, db, person_id);
	}
	return e ? e : slips_store(db, slips);
}

/* Why this office makes no code for the person; NULL when it may. */
static const char *why_not(const struct request *req, const struct member *m) {
	if (m->person_id == request_person_id(req)) {
		return "school.code_own";
	}
	if (m->is_activated && m->is_elsewhere) {
		return "school.code_elsewhere";
	}
	return m->login[0] || m->phone[0] ? NULL : "school.code_no_name";
}

static enum err add_slip(const struct member *m, struct arena *arena, struct slips *slips) {
	struct slip slip = { .full_name = str_from(m->full_name), .login = str_from(m->login) };
	enum err e = slips_begin(slips, 1);
	if (!e && m->login[0] == '\0') {
		e = slips_children(slips->req, m->person_id, arena, &slip.children);
		e = e ? e : slips_phone(arena, str_from(m->phone), &slip.phone);
	}
	if (!e) {
		slips_add(slips, m->person_id, slip);
	}
	return e;
}

static enum err renew(const struct request *req, const struct member *m, struct slips *slips) {
	struct audit_deed deed = { "person.code", "account", &m->person_id };
	enum err e = audit_run(req, &deed, run_renew, slips);
	session_cache_drop_person(request_app(req)->sessions, m->person_id);
	return e;
}

enum err person_activation(const struct request *req, struct reply *reply) {
	bool is_pdf = str_eq_z(request_query(req, "as"), "pdf");
	_cleanup_(arena_finish) struct arena arena = arena_make(SLIP_TEXTS_BYTES_MAX);
	_cleanup_(buf_finish) struct buf pdf = buf_make(SLIPS_BYTES_MAX);
	_cleanup_(slips_finish) struct slips slips = { .req = req };
	struct member m;
	enum err e = member_store_load(
			request_db(req), request_school_id(req), request_path_id(req, 0), &m);
	if (e) {
		return e;
	}
	const char *why = why_not(req, &m);
	if (why) {
		return reply_problem(reply, 409, why, NULL);
	}
	e = add_slip(&m, &arena, &slips);
	e = e || !is_pdf ? e : slips_print(&slips, &pdf);
	e = e ? e : renew(req, &m, &slips);
	if (e) {
		return e == ERR_CONFLICT ? reply_problem(reply, 409, "school.account_closed", NULL)
					 : e;
	}
	if (is_pdf) {
		reply_file(reply, "application/pdf", "phieu-dang-nhap.pdf", &pdf);
	} else {
		jo_kstrz(reply_json(reply, 200), "code", slips.texts[0]);
	}
	return ERR_OK;
}
