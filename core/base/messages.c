#include "core/base/messages.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	CODE_BYTES_MAX = 80,
	WEIGHT_WHOLE = 1000, /* q=1 of an Accept-Language header, in thousandths */
};

static int compare_code(const void *key, const void *row) {
	return strcmp(key, ((const struct messages_row *)row)->code);
}

static const struct messages_row *find(const char *code) {
	return bsearch(code, messages_table_, messages_table_count_, sizeof(messages_table_[0]),
			compare_code);
}

static const struct message_param *find_param(
		struct str name, const struct message_param *params, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq_z(name, params[i].name)) {
			return &params[i];
		}
	}
	return NULL;
}

/* The generator has checked that every brace opens a parameter that is closed. */
static enum err print_text(const char *text, const struct message_param *params, size_t count,
		struct buf *out) {
	for (;;) {
		const char *open = strchr(text, '{');
		if (!open) {
			buf_add_str(out, text);
			return buf_err(out);
		}
		const char *close = strchr(open, '}');
		assert(close);
		buf_add(out, text, (size_t)(open - text));
		struct str name = { open + 1, (size_t)(close - open - 1) };
		const struct message_param *param = find_param(name, params, count);
		if (!param) {
			return ERR_MISSING;
		}
		buf_add(out, param->value.p, param->value.n);
		text = close + 1;
	}
}

enum err messages_print(const char *code, enum lang lang, const struct message_param *params,
		size_t count, struct buf *out) {
	assert(lang < LANG_COUNT_);
	const struct messages_row *row = find(code);
	if (!row) {
		return ERR_NOT_FOUND;
	}
	size_t len = out->len;
	enum err e = print_text(row->text[lang], params, count, out);
	if (e && out->data) {
		out->len = len;
		out->data[len] = '\0';
	}
	return e;
}

enum err messages_print_item(const struct diag_item *item, enum lang lang, struct buf *out) {
	struct message_param params[DIAG_PARAMS_MAX];
	size_t count = 0;
	while (count < DIAG_PARAMS_MAX && item->names[count]) {
		params[count].name = item->names[count];
		params[count].value = str_from(item->values[count]);
		count++;
	}
	return messages_print(item->code, lang, params, count, out);
}

enum err messages_print_err(enum err which, enum lang lang, struct buf *out) {
	char code[CODE_BYTES_MAX];
	int n = snprintf(code, sizeof(code), "err.%s", err_name(which));
	assert(n > 0 && (size_t)n < sizeof(code));
	return messages_print(code, lang, NULL, 0, out);
}

static const char *const lang_names[LANG_COUNT_] = { [LANG_VI] = "vi", [LANG_EN] = "en" };

enum err messages_lang_parse(struct str s, enum lang *out) {
	for (size_t i = 0; i < LANG_COUNT_; i++) {
		if (str_eq_z(s, lang_names[i])) {
			*out = (enum lang)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

const char *messages_lang_name(enum lang lang) {
	assert(lang < LANG_COUNT_);
	return lang_names[lang];
}

/* Cuts the part before `sep` off the front of *rest. */
static struct str cut(struct str *rest, char sep) {
	const char *at = rest->n ? memchr(rest->p, sep, rest->n) : NULL;
	struct str part = { rest->p, at ? (size_t)(at - rest->p) : rest->n };
	size_t used = at ? part.n + 1 : part.n;
	rest->p += used;
	rest->n -= used;
	return str_trim(part);
}

/* The weight of the parameters behind a language range, in thousandths; 0 when it is odd. */
static int64_t weight_of(struct str rest) {
	if (rest.n == 0) {
		return WEIGHT_WHOLE;
	}
	struct str q = cut(&rest, ';');
	if (!str_starts(q, "q=")) {
		return 0;
	}
	q.p += 2;
	q.n -= 2;
	int64_t weight = 0;
	enum err e = str_parse_decimal(q, 3, &weight);
	return e || weight < 0 || weight > WEIGHT_WHOLE ? 0 : weight;
}

enum lang messages_lang_accept(struct str header) {
	enum lang best = LANG_VI;
	int64_t best_weight = 0;
	while (header.n > 0) {
		struct str range = cut(&header, ',');
		struct str tag = cut(&range, ';');
		struct str primary = cut(&tag, '-');
		for (size_t i = 0; i < LANG_COUNT_; i++) {
			int64_t weight = str_eq_nocase(primary, lang_names[i]) ? weight_of(range)
									       : 0;
			if (weight > best_weight) {
				best = (enum lang)i;
				best_weight = weight;
			}
		}
	}
	return best;
}

size_t messages_count(void) {
	return messages_table_count_;
}

const struct messages_row *messages_at(size_t index) {
	assert(index < messages_table_count_);
	return &messages_table_[index];
}
