#include "ws/http/school_json.h"

#include "core/base/cleanup.h"
#include "core/school/calendar_store.h"
#include "ws/app.h"

enum {
	SEAL_KEY_ID = 2, /* of KEYS_COLUMN_CONTEXT; 1 is the key of hashes */
	PHONE_CHARS_MAX = 32,
};

void school_put_date(struct json_out *w, const char *name, struct date d) {
	if (d.year == 0) {
		jo_knull(w, name);
		return;
	}
	char text[DATE_ISO_BYTES];
	date_print_iso(d, text);
	jo_kstrz(w, name, text);
}

void school_put_sex(struct json_out *w, enum sex sex) {
	switch (sex) {
	case SEX_NOT_SAID:
		jo_knull(w, "sex");
		return;
	case SEX_MALE:
		jo_kstrz(w, "sex", "male");
		return;
	case SEX_FEMALE:
		jo_kstrz(w, "sex", "female");
		return;
	}
}

void school_put_or_null(struct json_out *w, const char *name, struct str text) {
	if (text.n > 0) {
		jo_kstr(w, name, text);
	} else {
		jo_knull(w, name);
	}
}

void school_put_time(struct json_out *w, const char *name, int64_t at_ms) {
	if (at_ms) {
		jo_ki64(w, name, at_ms);
	} else {
		jo_knull(w, name);
	}
}

void school_put_person(struct json_out *w, const char *name, uint64_t id, struct str full_name) {
	if (id == 0) {
		jo_knull(w, name);
		return;
	}
	jo_kobj(w, name);
	jo_kid(w, "id", id);
	jo_kstr(w, "fullName", full_name);
	jo_end_obj(w);
}

void school_seal_key(const struct request *req, uint8_t out[KEYS_BYTES]) {
	keys_derive(request_app(req)->keys, KEYS_COLUMN_CONTEXT, SEAL_KEY_ID, out);
}

enum err school_wanted_year(const struct request *req, struct school_year *out) {
	uint64_t id = 0;
	enum err e = request_query_u64(req, "year", 0, &id);
	if (e) {
		return e;
	}
	if (id) {
		return calendar_store_year(request_db(req), request_school_id(req), id, out);
	}
	struct date today;
	e = date_in_vietnam(request_now_ms(req), &today);
	return e ? e
		 : calendar_store_current_year(request_db(req), request_school_id(req), today, out);
}

struct date school_form_date(struct form *f, const char *name) {
	struct date d = { 0 };
	struct str text;
	enum err e = json_opt_str(f->body, name, str_from(""), &text);
	if (!e && text.n > 0) {
		e = date_parse_iso(text, &d);
	}
	if (e) {
		form_fault(f, name, "school.date");
		d = (struct date){ 0 };
	}
	return d;
}

void school_form_name(struct form *f, const char *name, struct account_name *out) {
	struct str text;
	enum err e = json_get_str(f->body, name, &text);
	e = e ? e : account_name_parse(text, out);
	if (e) {
		form_fault(f, name, e == ERR_MISSING ? "form.required" : "school.full_name");
	}
}

void school_form_phone(struct form *f, char out[ACCOUNT_PHONE_BYTES]) {
	_cleanup_(mem_freep) char *text = form_text(f, "phone", 0, PHONE_CHARS_MAX);
	out[0] = '\0';
	if (text && text[0] && account_phone_parse(str_from(text), out)) {
		form_fault(f, "phone", "school.phone");
	}
}
