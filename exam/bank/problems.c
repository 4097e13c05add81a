#include "exam/bank/problems.h"

#include <stdio.h>

enum { SENTENCE_BYTES_MAX = 4096, NAME_BYTES = 32, CODE_BYTES = 64 };

static const char *level_name(enum diag_level level) {
	switch (level) {
	case DIAG_ERROR:
		return "error";
	case DIAG_WARNING:
		return "warning";
	}
	return "";
}

void problems_store(const struct diag *diag, struct json_out *w) {
	jo_arr(w);
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_item *item = &diag->items[i];
		jo_obj(w);
		jo_kstrz(w, "code", item->code);
		jo_kstrz(w, "level", level_name(item->level));
		jo_kobj(w, "params");
		for (size_t p = 0; p < DIAG_PARAMS_MAX && item->names[p]; p++) {
			jo_kstrz(w, item->names[p], item->values[p]);
		}
		jo_end_obj(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

/* The sentence, or the code when there is none. */
static void show(struct json_out *w, struct str code, struct str level, struct str sentence) {
	jo_obj(w);
	jo_kstr(w, "code", code);
	jo_kstr(w, "level", level);
	jo_kstr(w, "detail", sentence.n ? sentence : code);
}

static size_t take_params(
		const struct json *params, char names[][NAME_BYTES], struct message_param *out) {
	size_t count = 0;
	for (const struct json *it = json_first(params); it && count < DIAG_PARAMS_MAX;
			it = json_next(it)) {
		struct str name = json_name(it);
		if (name.n >= NAME_BYTES || json_as_str(it, &out[count].value)) {
			continue;
		}
		(void)snprintf(names[count], NAME_BYTES, "%.*s", (int)name.n, name.p); /* fits */
		out[count].name = names[count];
		count++;
	}
	return count;
}

void problems_show_stored(const struct json *stored, enum lang lang, struct json_out *w) {
	for (const struct json *it = json_first(stored); it; it = json_next(it)) {
		char names[DIAG_PARAMS_MAX][NAME_BYTES];
		struct message_param params[DIAG_PARAMS_MAX];
		char code_z[CODE_BYTES];
		struct str code;
		struct str level;
		_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
		if (json_get_str(it, "code", &code) || code.n >= sizeof(code_z) ||
				json_opt_str(it, "level", str_from("warning"), &level)) {
			continue;
		}
		(void)snprintf(code_z, sizeof(code_z), "%.*s", (int)code.n, code.p); /* fits */
		size_t count = take_params(json_get(it, "params"), names, params);
		enum err e = messages_print(code_z, lang, params, count, &sentence);
		show(w, code, level, e ? (struct str){ "", 0 } : str_from(buf_str(&sentence)));
		jo_end_obj(w);
	}
}

void problems_show_text(struct str stored, enum lang lang, struct json_out *w) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(stored, PROBLEMS_BYTES_MAX, &root);
	if (!e && json_kind(root) == JSON_ARRAY) {
		problems_show_stored(root, lang, w);
	}
}

void problems_show(const struct diag *diag, enum lang lang, struct json_out *w) {
	for (size_t i = 0; i < diag->count; i++) {
		const struct diag_item *item = &diag->items[i];
		_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
		enum err e = messages_print_item(item, lang, &sentence);
		show(w, str_from(item->code), str_from(level_name(item->level)),
				e ? (struct str){ "", 0 } : str_from(buf_str(&sentence)));
		if (item->row) {
			jo_ki64(w, "row", item->row);
		}
		jo_end_obj(w);
	}
}
