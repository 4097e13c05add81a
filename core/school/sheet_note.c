#include "core/school/sheet_note.h"

#include "core/base/cleanup.h"

enum { VALUE_CHARS_MAX = 100, SENTENCE_BYTES = 4096 };

/* The beginning of a value, whole characters. */
static struct str cut(struct str s) {
	size_t at = 0;
	for (size_t chars = 0; at < s.n && chars < VALUE_CHARS_MAX; chars++) {
		if (str_utf8_next(s, &at) < 0) {
			break;
		}
	}
	return (struct str){ s.p, at };
}

enum err sheet_note_v(struct arena *arena, struct sheet_notes *notes, bool is_error,
		unsigned column, const char *code, va_list ap) {
	if (notes->count == SHEET_MESSAGES_MAX) {
		return ERR_OK;
	}
	if (!notes->items) {
		void *memory = NULL;
		enum err e = arena_take(arena, SHEET_MESSAGES_MAX * sizeof(*notes->items), &memory);
		if (e) {
			return e;
		}
		notes->items = memory;
	}
	struct sheet_message *m = &notes->items[notes->count];
	*m = (struct sheet_message){
		.is_error = is_error, .column = column, .code = str_from(code)
	};
	enum err e = ERR_OK;
	while (!e && m->param_count < SHEET_PARAMS_MAX) {
		const char *name = va_arg(ap, const char *);
		if (!name) {
			break;
		}
		m->names[m->param_count] = str_from(name);
		e = arena_copy(arena, cut(str_from(va_arg(ap, const char *))),
				&m->values[m->param_count]);
		m->param_count++;
	}
	notes->count += !e;
	return e;
}

enum err sheet_note(struct arena *arena, struct sheet_notes *notes, bool is_error, unsigned column,
		const char *code, ...) {
	va_list ap;
	va_start(ap, code);
	enum err e = sheet_note_v(arena, notes, is_error, column, code, ap);
	va_end(ap);
	return e;
}

static enum err put_message(struct json_out *w, const struct sheet_message *m, enum lang lang) {
	struct message_param params[SHEET_PARAMS_MAX];
	for (size_t i = 0; i < m->param_count; i++) {
		params[i] = (struct message_param){ m->names[i].p, m->values[i] };
	}
	_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES);
	enum err e = messages_print(m->code.p, lang, params, m->param_count, &sentence);
	if (e) {
		return e;
	}
	jo_obj(w);
	jo_kstrz(w, "level", m->is_error ? "error" : "warning");
	jo_ki64(w, "column", m->column);
	jo_kstr(w, "code", m->code);
	jo_kstr(w, "detail", (struct str){ buf_str(&sentence), sentence.len });
	jo_end_obj(w);
	return ERR_OK;
}

enum err sheet_notes_put(struct json_out *w, const struct sheet_message *items, size_t count,
		enum lang lang) {
	jo_karr(w, "messages");
	for (size_t i = 0; i < count; i++) {
		enum err e = put_message(w, &items[i], lang);
		if (e) {
			return e;
		}
	}
	jo_end_arr(w);
	return ERR_OK;
}
