#include "ws/http/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES_A_CHAR = 4 };

void form_finish(struct form *f) {
	diag_finish(&f->errors);
}

void form_fault(struct form *f, const char *name, const char *code) {
	char where[DIAG_TEXT_BYTES];
	(void)snprintf(where, sizeof(where), "/%s", name); /* a cut path still helps */
	diag_add(&f->errors, DIAG_ERROR, where, 0, 0, code, NULL);
}

static void note(struct form *f, const char *name, enum err e) {
	form_fault(f, name, e == ERR_MISSING ? "form.required" : "form.invalid");
}

static char *take_text(struct form *f, const char *name, struct str text, size_t chars_max) {
	_cleanup_(buf_finish) struct buf nfc = buf_make(chars_max * TEXT_BYTES_A_CHAR + 1);
	enum err e = str_nfc(str_trim(text), &nfc);
	struct str done = { buf_str(&nfc), nfc.len };
	if (e == ERR_LIMIT || (!e && str_utf8_count(done) > chars_max)) {
		form_fault(f, name, "form.too_long");
		return NULL;
	}
	if (!e && str_has_bidi(done)) {
		form_fault(f, name, "form.direction");
		return NULL;
	}
	char *copy = e ? NULL : strndup(done.p, done.n);
	if (!copy) {
		form_fault(f, name, "form.invalid");
	}
	return copy;
}

char *form_text(struct form *f, const char *name, size_t chars_min, size_t chars_max) {
	struct str text = { "", 0 };
	enum err e = chars_min ? json_get_str(f->body, name, &text)
			       : json_opt_str(f->body, name, text, &text);
	if (e) {
		note(f, name, e);
		return NULL;
	}
	char *copy = take_text(f, name, text, chars_max);
	if (copy && str_utf8_count(str_from(copy)) < chars_min) {
		form_fault(f, name, "form.required");
		free(copy);
		return NULL;
	}
	return copy;
}

uint64_t form_id(struct form *f, const char *name, bool is_required) {
	uint64_t id = 0;
	enum err e = is_required ? json_get_id(f->body, name, &id)
				 : json_opt_id(f->body, name, 0, &id);
	if (e) {
		note(f, name, e);
		return 0;
	}
	return id;
}

int64_t form_int(struct form *f, const char *name, int64_t fallback, int64_t least, int64_t most) {
	int64_t v = fallback;
	enum err e = json_opt_i64(f->body, name, fallback, &v);
	bool is_there = json_get(f->body, name) != NULL;
	if (!e && (v < least || v > most)) {
		e = is_there ? ERR_INVAL : ERR_MISSING;
	}
	if (e) {
		note(f, name, e);
		return fallback;
	}
	return v;
}

bool form_bool(struct form *f, const char *name, bool fallback) {
	bool v = fallback;
	enum err e = json_opt_bool(f->body, name, fallback, &v);
	if (e) {
		note(f, name, e);
		return fallback;
	}
	return v;
}

const struct json *form_list(struct form *f, const char *name, bool is_required) {
	const struct json *list = json_get(f->body, name);
	if (!list || json_kind(list) == JSON_NULL) {
		if (is_required) {
			form_fault(f, name, "form.required");
		}
		return NULL;
	}
	if (json_kind(list) != JSON_ARRAY) {
		form_fault(f, name, "form.invalid");
		return NULL;
	}
	return list;
}

bool form_is_good(const struct form *f) {
	return f->errors.errors == 0;
}

enum err form_refuse(const struct form *f, struct reply *reply) {
	return reply_problem_list(reply, 422, "form.refused", &f->errors);
}
