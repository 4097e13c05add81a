#include "gradebook/rules/explain.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "core/base/cleanup.h"

enum { TEXT_BYTES_MAX = 4096 };

void explain_begin(struct explain *x, const char *code) {
	*x = (struct explain){ .code = code };
}

void explain_add(struct explain *x, const char *name, const char *format, ...) {
	assert(x->count < EXPLAIN_PARAMS_MAX);
	va_list ap;
	va_start(ap, format);
	int n = vsnprintf(x->values[x->count], EXPLAIN_VALUE_BYTES, format, ap);
	va_end(ap);
	assert(n >= 0 && n < EXPLAIN_VALUE_BYTES);
	x->names[x->count++] = name;
}

enum err explain_print(const struct explain *x, enum lang lang, struct buf *out) {
	struct message_param params[EXPLAIN_PARAMS_MAX];
	for (size_t i = 0; i < x->count; i++) {
		params[i].name = x->names[i];
		params[i].value = str_from(x->values[i]);
	}
	return messages_print(x->code, lang, params, x->count, out);
}

enum err explain_json(const struct explain *x, enum lang lang, struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	enum err e = explain_print(x, lang, &text);
	if (e) {
		return e;
	}
	jo_obj(w);
	jo_kstrz(w, "code", x->code);
	jo_kobj(w, "params");
	for (size_t i = 0; i < x->count; i++) {
		jo_kstrz(w, x->names[i], x->values[i]);
	}
	jo_end_obj(w);
	jo_kstr(w, "text", (struct str){ buf_str(&text), text.len });
	jo_end_obj(w);
	return ERR_OK;
}
