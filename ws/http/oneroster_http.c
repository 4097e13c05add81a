#include "ws/http/oneroster_http.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/mem.h"
#include "core/school/calendar_store.h"
#include "gradebook/oneroster/export_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/request.h"

enum { PURPOSE_CHARS_MAX = 300, FILE_NAME_BYTES = 64 };

struct job {
	struct oneroster_export wish;
	struct buf bytes;
};

static void job_finish(struct job *j) {
	buf_finish(&j->bytes);
}

static enum err run_export(struct db *db, void *ctx) {
	struct job *j = ctx;
	buf_clear(&j->bytes); /* of a run that failed */
	const struct zip_sink sink = zip_sink_buf(&j->bytes);
	return oneroster_export(db, &j->wish, &sink, NULL);
}

static void read_wish(struct form *f, struct job *j) {
	j->wish.year_id = form_id(f, "year", true);
	j->wish.has_guardians = form_bool(f, "guardians", false);
	j->wish.since_ms = form_int(f, "since", 0, 0, INT64_C(1) << 52);
	if (j->wish.since_ms && j->wish.has_guardians) {
		form_fault(f, "guardians", "oneroster.delta_guardians");
	}
}

enum err oneroster_export_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(job_finish) struct job j = { .wish = { .school_id = request_school_id(req),
							       .now_ms = request_now_ms(req) },
		.bytes = buf_make(REPLY_BODY_BYTES_MAX) };
	struct school_year year;
	char name[FILE_NAME_BYTES];
	read_wish(&f, &j);
	_cleanup_(mem_freep) char *purpose = form_text(&f, "purpose", 1, PURPOSE_CHARS_MAX);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	enum err e = calendar_store_year(request_db(req), j.wish.school_id, j.wish.year_id, &year);
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "year", "form.invalid", NULL);
	}
	const struct audit_deed deed = { "bundle.export", "year", &j.wish.year_id };
	e = e ? e : audit_run_why(req, &deed, str_from(purpose), run_export, &j);
	if (e == ERR_UNSUPPORTED || e == ERR_EARLY) {
		return reply_problem(reply, 409,
				e == ERR_EARLY ? "oneroster.delta_early" : "oneroster.delta_none",
				NULL);
	}
	if (e) {
		return e;
	}
	(void)snprintf(name, sizeof(name), "oneroster-%s.zip", year.code); /* fits */
	reply_file(reply, "application/zip", name, &j.bytes);
	return ERR_OK;
}
