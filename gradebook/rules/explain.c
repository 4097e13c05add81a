#include "gradebook/rules/explain.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"

enum { SENTENCE_BYTES_MAX = 16384 };

void explain_begin(struct explain *x, const char *code) {
	x->code = code;
	x->count = 0;
}

static struct explain_param *add(struct explain *x, const char *name, enum explain_kind kind) {
	assert(x->count < EXPLAIN_PARAMS_MAX);
	struct explain_param *p = &x->params[x->count++];
	p->name = name;
	p->kind = kind;
	return p;
}

void explain_int(struct explain *x, const char *name, int64_t n) {
	add(x, name, EXPLAIN_INT)->v.n = n;
}

void explain_tenths(struct explain *x, const char *name, int x10) {
	assert(x10 >= 0);
	add(x, name, EXPLAIN_TENTHS)->v.n = x10;
}

void explain_sum(struct explain *x, const char *name, const int *x10, size_t count) {
	assert(count <= PACK_REGULAR_MAX);
	struct explain_param *p = add(x, name, EXPLAIN_SUM);
	p->v.sum.count = count;
	memcpy(p->v.sum.x10, x10, count * sizeof(*x10));
}

void explain_text(struct explain *x, const char *name, struct str text) {
	add(x, name, EXPLAIN_TEXT)->v.text = text;
}

void explain_list(struct explain *x, const char *name, const struct str *texts, size_t count) {
	struct explain_param *p = add(x, name, EXPLAIN_LIST);
	p->v.list.texts = texts;
	p->v.list.count = count;
}

void explain_word(struct explain *x, const char *name, const char *code) {
	add(x, name, EXPLAIN_WORD)->v.word = code;
}

void explain_article(struct explain *x, const char *name, struct pack_article article) {
	add(x, name, EXPLAIN_ARTICLE)->v.article = article;
}

static void print_tenths(int64_t x10, enum lang lang, struct buf *out) {
	buf_add_i64(out, x10 / 10);
	buf_add_char(out, lang == LANG_VI ? ',' : '.');
	buf_add_i64(out, x10 % 10);
}

static void print_article(const struct pack_article *a, enum lang lang, struct buf *out) {
	bool is_vi = lang == LANG_VI;
	buf_addf(out, is_vi ? "Điều %u" : "article %u", a->article);
	if (a->clause) {
		buf_addf(out, is_vi ? " khoản %u" : ", clause %u", a->clause);
	}
	if (a->point[0]) {
		buf_addf(out, is_vi ? " điểm %s" : ", point %s", a->point);
	}
}

static enum err print_param(const struct explain_param *p, enum lang lang, struct buf *out) {
	switch (p->kind) {
	case EXPLAIN_INT:
		buf_add_i64(out, p->v.n);
		break;
	case EXPLAIN_TENTHS:
		print_tenths(p->v.n, lang, out);
		break;
	case EXPLAIN_SUM:
		for (size_t i = 0; i < p->v.sum.count; i++) {
			buf_add_str(out, i ? " + " : "");
			print_tenths(p->v.sum.x10[i], lang, out);
		}
		break;
	case EXPLAIN_TEXT:
		buf_add(out, p->v.text.p, p->v.text.n);
		break;
	case EXPLAIN_LIST:
		for (size_t i = 0; i < p->v.list.count; i++) {
			buf_add_str(out, i ? ", " : "");
			buf_add(out, p->v.list.texts[i].p, p->v.list.texts[i].n);
		}
		break;
	case EXPLAIN_WORD:
		return messages_print(p->v.word, lang, NULL, 0, out);
	case EXPLAIN_ARTICLE:
		print_article(&p->v.article, lang, out);
		break;
	}
	return buf_err(out);
}

enum err explain_print(const struct explain *x, enum lang lang, struct buf *out) {
	_cleanup_(buf_finish) struct buf values = buf_make(EXPLAIN_TEXT_BYTES_MAX);
	size_t ends[EXPLAIN_PARAMS_MAX];
	for (size_t i = 0; i < x->count; i++) {
		enum err e = print_param(&x->params[i], lang, &values);
		if (e) {
			return e;
		}
		ends[i] = values.len;
	}
	struct message_param params[EXPLAIN_PARAMS_MAX];
	for (size_t i = 0; i < x->count; i++) {
		size_t start = i ? ends[i - 1] : 0;
		params[i].name = x->params[i].name;
		params[i].value = (struct str){ buf_str(&values) + start, ends[i] - start };
	}
	return messages_print(x->code, lang, params, x->count, out);
}

/* "rule.word_chua_dat" gives "chua_dat". */
static const char *short_word(const char *code) {
	static const char mark[] = "word_";
	const char *at = strstr(code, mark);
	return at ? at + sizeof(mark) - 1 : code;
}

static void put_article(const struct pack_article *a, struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(64);
	buf_addf(&text, "%u", a->article);
	if (a->clause) {
		buf_addf(&text, ".%u", a->clause);
	}
	if (a->point[0]) {
		buf_addf(&text, ".%s", a->point);
	}
	jo_strz(w, buf_str(&text));
}

static void put_param(const struct explain_param *p, struct json_out *w) {
	jo_key(w, p->name);
	switch (p->kind) {
	case EXPLAIN_INT:
	case EXPLAIN_TENTHS:
		jo_i64(w, p->v.n);
		break;
	case EXPLAIN_SUM:
		jo_arr(w);
		for (size_t i = 0; i < p->v.sum.count; i++) {
			jo_i64(w, p->v.sum.x10[i]);
		}
		jo_end_arr(w);
		break;
	case EXPLAIN_TEXT:
		jo_str(w, p->v.text);
		break;
	case EXPLAIN_LIST:
		jo_arr(w);
		for (size_t i = 0; i < p->v.list.count; i++) {
			jo_str(w, p->v.list.texts[i]);
		}
		jo_end_arr(w);
		break;
	case EXPLAIN_WORD:
		jo_strz(w, short_word(p->v.word));
		break;
	case EXPLAIN_ARTICLE:
		put_article(&p->v.article, w);
		break;
	}
}

void explain_members(const struct explain *x, struct json_out *w) {
	jo_kstrz(w, "code", x->code);
	jo_kobj(w, "params");
	for (size_t i = 0; i < x->count; i++) {
		put_param(&x->params[i], w);
	}
	jo_end_obj(w);
}

enum err explain_json(const struct explain *x, enum lang lang, struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
	enum err e = explain_print(x, lang, &text);
	if (e) {
		return e;
	}
	jo_obj(w);
	explain_members(x, w);
	jo_kstr(w, "text", (struct str){ buf_str(&text), text.len });
	jo_end_obj(w);
	return ERR_OK;
}
