#include "ws/http/exchange_reason.h"

#include <string.h>

#include "core/base/json.h"

enum {
	PARAMS_MAX = 8,
	PARAMS_BYTES_MAX = 4 << 10,
	CODE_BYTES = 64,
	NUMBER_BYTES = 24,
	WORDS_BYTES_MAX = 4 << 10,
};

struct filled {
	struct message_param items[PARAMS_MAX];
	char names[PARAMS_MAX][NUMBER_BYTES];
	char numbers[PARAMS_MAX][NUMBER_BYTES];
	size_t count;
	struct buf words; /* of the member that is named */
};

/* "record.diemx10" in the catalogue: its words and, for whoever looks into the data, its name. */
static struct str member_words(struct str member, enum lang lang, struct buf *words) {
	_cleanup_(buf_finish) struct buf code = buf_make(CODE_BYTES);
	buf_add_str(&code, "record.");
	buf_add(&code, member.p, member.n);
	if (buf_err(&code) || messages_print(buf_str(&code), lang, NULL, 0, words)) {
		return member;
	}
	buf_add_str(words, " (");
	buf_add(words, member.p, member.n);
	buf_add_str(words, ")");
	return buf_err(words) ? member : (struct str){ buf_str(words), words->len };
}

static void fill(const struct json *params, enum lang lang, struct filled *f) {
	for (const struct json *it = json_first(params); it && f->count < PARAMS_MAX;
			it = json_next(it)) {
		size_t i = f->count;
		struct str name = json_name(it);
		struct str text;
		int64_t number = 0;
		if (name.n >= NUMBER_BYTES) {
			continue;
		}
		memcpy(f->names[i], name.p, name.n);
		f->names[i][name.n] = '\0';
		if (!json_as_i64(it, &number)) {
			struct buf digits = buf_make(NUMBER_BYTES - 1);
			buf_add_i64(&digits, number);
			memcpy(f->numbers[i], buf_str(&digits), digits.len + 1);
			buf_finish(&digits);
			text = str_from(f->numbers[i]);
		} else if (json_as_str(it, &text)) {
			continue;
		} else if (str_eq_z(name, "field") && f->words.len == 0) {
			text = member_words(text, lang, &f->words);
		}
		f->items[i] = (struct message_param){ f->names[i], text };
		f->count++;
	}
}

enum err exchange_reason_print(
		struct str code, struct str params, enum lang lang, struct buf *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct filled f = { .words = buf_make(WORDS_BYTES_MAX) };
	char text[CODE_BYTES] = "";
	if (code.n < sizeof(text)) {
		memcpy(text, code.p, code.n);
		text[code.n] = '\0';
	}
	enum err e = json_parse(params, PARAMS_BYTES_MAX, &root);
	if (e == ERR_NOMEM) {
		return e;
	}
	if (!e) {
		fill(root, lang, &f);
	}
	e = messages_print(text, lang, f.items, f.count, out);
	buf_finish(&f.words);
	if (e == ERR_NOMEM || e == ERR_LIMIT) {
		return e;
	}
	if (e) {
		buf_add(out, code.p, code.n);
	}
	return buf_err(out);
}
