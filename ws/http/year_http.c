#include "ws/http/year_http.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/calendar_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_http.h"
#include "ws/http/school_json.h"

static const char *const members[CALENDAR_FIELD_COUNT_] = {
	[CALENDAR_CODE] = "code",
	[CALENDAR_YEAR_START] = "startsOn",
	[CALENDAR_YEAR_END] = "endsOn",
	[CALENDAR_TERM1_START] = "term1StartsOn",
	[CALENDAR_TERM1_END] = "term1EndsOn",
	[CALENDAR_TERM2_START] = "term2StartsOn",
	[CALENDAR_TERM2_END] = "term2EndsOn",
};

struct change {
	uint64_t school_id;
	struct school_year year;
	uint64_t before_id;   /* the year before: its lessons are taken over; 0: none */
	const char *overlaps; /* code of another year that these dates run into, or NULL */
	char overlap[CALENDAR_YEAR_CODE_BYTES];
};

static struct date read_date(struct form *f, enum calendar_field field) {
	struct date d = school_form_date(f, members[field]);
	struct str text;
	if (!json_opt_str(f->body, members[field], str_from(""), &text) && text.n == 0) {
		form_fault(f, members[field], "form.required");
	}
	return d;
}

static void read_dates(struct form *f, struct school_year *year) {
	year->starts_on = read_date(f, CALENDAR_YEAR_START);
	year->ends_on = read_date(f, CALENDAR_YEAR_END);
	year->term_count = CALENDAR_TERMS_MAX;
	for (unsigned i = 0; i < CALENDAR_TERMS_MAX; i++) {
		year->terms[i].number = i + 1;
		year->terms[i].starts_on = read_date(f, CALENDAR_TERM1_START + 2 * i);
		year->terms[i].ends_on = read_date(f, CALENDAR_TERM1_END + 2 * i);
	}
}

static void check_dates(struct form *f, const struct school_year *year) {
	const char *faults[CALENDAR_FIELD_COUNT_];
	(void)calendar_year_faults(year, faults); /* each is noted below */
	for (size_t i = 0; i < CALENDAR_FIELD_COUNT_; i++) {
		if (faults[i]) {
			form_fault(f, members[i], faults[i]);
		}
	}
}

/* Another year of the school: whether the two overlap, and the last that is before this one. */
static enum err see_other(const struct school_year *other, void *ctx) {
	struct change *c = ctx;
	const struct school_year *year = &c->year;
	if (other->id == year->id) {
		return ERR_OK;
	}
	bool is_before = date_compare(other->ends_on, year->starts_on) < 0;
	bool is_after = date_compare(other->starts_on, year->ends_on) > 0;
	if (!is_before && !is_after) {
		(void)snprintf(c->overlap, sizeof(c->overlap), "%s", other->code); /* same size */
		c->overlaps = c->overlap;
	}
	if (is_before && c->before_id == 0) {
		c->before_id = other->id; /* the newest come first */
	}
	return ERR_OK;
}

static enum err run_change(struct db *db, void *ctx) {
	struct change *c = ctx;
	if (c->year.id) {
		return calendar_store_update_year(db, c->school_id, &c->year);
	}
	uint64_t id = 0;
	enum err e = calendar_store_add_year(db, c->school_id, &c->year, &id);
	if (!e && c->before_id) {
		e = calendar_store_copy_lessons(db, c->school_id, c->before_id, id);
	}
	return e;
}

static enum err carry_out(const struct request *req, struct reply *reply, struct change *c) {
	bool is_new = c->year.id == 0;
	enum err e = calendar_store_years(request_db(req), c->school_id, see_other, c);
	if (e) {
		return e;
	}
	if (c->overlaps) {
		return reply_field(reply, "startsOn", "school.year_overlap", "code", c->overlaps,
				NULL);
	}
	struct audit_deed deed = { is_new ? "year.add" : "year.change", "school", &c->school_id };
	e = audit_run(req, &deed, run_change, c);
	if (e == ERR_EXISTS) {
		return reply_field(reply, "code", "school.year_taken", NULL);
	}
	return e ? e : school_reply(req, reply, is_new ? 201 : 200);
}

enum err year_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct change c = { .school_id = request_school_id(req) };
	struct str code;
	enum err e = json_opt_str(f.body, "code", str_from(""), &code);
	if (e || code.n != CALENDAR_YEAR_CODE_BYTES - 1) {
		form_fault(&f, "code", "school.year_code");
	} else {
		memcpy(c.year.code, code.p, code.n);
	}
	read_dates(&f, &c.year);
	if (form_is_good(&f)) {
		check_dates(&f, &c.year);
	}
	return form_is_good(&f) ? carry_out(req, reply, &c) : form_refuse(&f, reply);
}

enum err year_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct change c = { .school_id = request_school_id(req) };
	enum err e = calendar_store_year(
			request_db(req), c.school_id, request_path_id(req, 0), &c.year);
	if (e) {
		return e;
	}
	read_dates(&f, &c.year);
	if (form_is_good(&f)) {
		check_dates(&f, &c.year);
	}
	return form_is_good(&f) ? carry_out(req, reply, &c) : form_refuse(&f, reply);
}

struct choice {
	uint64_t school_id;
	uint64_t year_id;
};

static enum err run_choose(struct db *db, void *ctx) {
	const struct choice *c = ctx;
	return calendar_store_choose_year(db, c->school_id, c->year_id);
}

enum err year_choose(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct choice c = { request_school_id(req), form_id(&f, "year", true) };
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct audit_deed deed = { "year.choose", "school", &c.school_id };
	enum err e = audit_run(req, &deed, run_choose, &c);
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "year", "form.invalid", NULL);
	}
	return e ? e : school_reply(req, reply, 200);
}
