/* One school's year as a OneRoster bundle, from what the province holds of it. */
#include <stdio.h>

#include "core/base/cleanup.h"
#include "core/base/mem.h"
#include "core/school/account_store.h"
#include "gradebook/oneroster/province_source_store.h"
#include "gradebook/oneroster/writer.h"
#include "ws/http/audit_http.h"
#include "ws/http/desk_http.h"
#include "ws/http/desk_view.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"

enum {
	YEAR_CHARS_MAX = 64,
	MARK_BYTES_MAX = 4 << 10, /* who took it and what for, in the manifest */
	NAME_BYTES = 64,
};

struct bundle_job {
	const struct request *req;
	struct province_source_wish wish;
	struct buf system; /* the manifest's source.systemName */
	struct buf out;
};

static void job_finish(struct bundle_job *job) {
	buf_finish(&job->system);
	buf_finish(&job->out);
}

static enum err run_bundle(struct db *db, void *ctx) {
	struct bundle_job *job = ctx;
	_cleanup_(province_source_freep) struct province_source *source = NULL;
	buf_clear(&job->out); /* of a run that failed */
	enum err e = province_source_new(db, &job->wish, &source);
	if (e) {
		return e;
	}
	const struct zip_sink sink = zip_sink_buf(&job->out);
	const struct oneroster_source walker = province_source_walker(source);
	const struct oneroster_wish how = { .now_ms = request_now_ms(job->req),
		.system_name = { job->system.data, job->system.len },
		.system_code = province_source_code(source) };
	return oneroster_write(&walker, &how, &sink, NULL);
}

/* Who takes it and what for: it goes along in the manifest. */
static enum err print_mark(const struct request *req, const char *purpose, struct buf *out) {
	struct account_sign_in who;
	enum err e = account_store_by_id(request_db(req), request_person_id(req), 0, &who);
	if (!e) {
		buf_addf(out, "Trường Thi; %s; %s", who.full_name, purpose);
		e = buf_err(out);
	}
	return e;
}

enum err desk_bundle_create(const struct request *req, struct reply *reply) {
	_cleanup_(job_finish) struct bundle_job job = { .req = req,
		.system = buf_make(MARK_BYTES_MAX),
		.out = buf_make(REPLY_BODY_BYTES_MAX) };
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *year = form_text(&form, "year", 1, YEAR_CHARS_MAX);
	_cleanup_(mem_freep) char *purpose =
			form_text(&form, "purpose", DESK_PURPOSE_CHARS_MIN, DESK_PURPOSE_CHARS_MAX);
	job.wish = (struct province_source_wish){ .province_id = desk_province(req),
		.school_id = request_path_id(req, 0),
		.year = str_from(year) };
	enum err e = desk_has_school(req, job.wish.school_id);
	if (e || !form_is_good(&form)) {
		return e ? e : form_refuse(&form, reply);
	}
	struct audit_deed deed = { "department.bundle", "province_school", &job.wish.school_id };
	e = print_mark(req, purpose, &job.system);
	const struct desk_fact facts[] = { { "why", str_from(purpose) },
		{ "year", job.wish.year } };
	e = e ? e : desk_audit_run(req, &deed, facts, 2, run_bundle, &job);
	if (e == ERR_MISSING) {
		return reply_field(reply, "year", "desk.no_year", NULL);
	}
	if (!e) {
		char name[NAME_BYTES];
		(void)snprintf(name, sizeof(name), "oneroster-%s.zip", year); /* cut at its size */
		reply_file(reply, "application/zip", name, &job.out);
	}
	return e;
}
