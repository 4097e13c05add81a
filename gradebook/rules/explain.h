#ifndef GRADEBOOK_RULES_EXPLAIN_H
#define GRADEBOOK_RULES_EXPLAIN_H

/*
 * Why a result is what it is, for the person it concerns: a message code of core/base/messages
 * (mark.json, rule.json) and its parameters, such as the numbers of a formula. A parameter keeps
 * its kind, so that it is written as each language writes it (8,3 or 8.3) and travels in JSON as a
 * number. Pure; the sentence itself is made by core/base/messages.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/json_out.h"
#include "core/base/messages.h"
#include "gradebook/rules/pack.h"

enum {
	EXPLAIN_PARAMS_MAX = 14,
	EXPLAIN_TEXT_BYTES_MAX = 8192, /* of the parameters of one sentence, printed */
};

enum explain_kind {
	EXPLAIN_INT,     /* 12 */
	EXPLAIN_TENTHS,  /* 83: "8,3" */
	EXPLAIN_SUM,     /* several tenths: "8,0 + 9,0" */
	EXPLAIN_TEXT,    /* as it is: a subject's code */
	EXPLAIN_LIST,    /* several texts: "toan, van" */
	EXPLAIN_WORD,    /* a message code of its own: "rule.word_tot" is "Tốt", in JSON "tot" */
	EXPLAIN_ARTICLE, /* "Điều 9 khoản 2 điểm a", in JSON "9.2.a" */
};

struct explain_param {
	const char *name; /* static storage */
	enum explain_kind kind;
	union {
		int64_t n; /* INT, TENTHS */
		struct {
			int x10[PACK_REGULAR_MAX];
			size_t count;
		} sum;
		struct str text; /* owned by the caller: must outlive the explanation */
		struct {
			const struct str *texts; /* owned by the caller */
			size_t count;
		} list;
		const char *word; /* static storage */
		struct pack_article article;
	} v;
};

struct explain {
	const char *code; /* static storage; NULL until set */
	size_t count;
	struct explain_param params[EXPLAIN_PARAMS_MAX];
};

/* Starts anew with that code. */
void explain_begin(struct explain *x, const char *code);
/* Add a parameter. Each asserts that there is room for it. */
void explain_int(struct explain *x, const char *name, int64_t n);
void explain_tenths(struct explain *x, const char *name, int x10);
void explain_sum(struct explain *x, const char *name, const int *x10, size_t count);
void explain_text(struct explain *x, const char *name, struct str text);
void explain_list(struct explain *x, const char *name, const struct str *texts, size_t count);
void explain_word(struct explain *x, const char *name, const char *code);
void explain_article(struct explain *x, const char *name, struct pack_article article);

/* Appends the sentence. Errors of messages_print. */
enum err explain_print(const struct explain *x, enum lang lang, struct buf *out) MUST_CHECK;
/* Writes the members "code" and "params" into the object that is open. */
void explain_members(const struct explain *x, struct json_out *w);
/* Writes {"code":…,"params":{…},"text":…} as a value. Errors of messages_print. */
enum err explain_json(const struct explain *x, enum lang lang, struct json_out *w) MUST_CHECK;

#endif
