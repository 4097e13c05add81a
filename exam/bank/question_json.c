/* Questions from and to JSON: see question_parse() in exam/bank/question.h. */

#include "exam/bank/question.h"

#include <stdlib.h>
#include <string.h>

#include "exam/bank/rich.h"

/* Notes which member is wrong and hands the error on. */
static enum err fail(struct diag *why, const char *member, enum err e) {
	if (e && e != ERR_NOMEM) {
		diag_add(why, DIAG_ERROR, NULL, 0, 0,
				e == ERR_LIMIT ? "question.member_long" : "question.member_bad",
				"name", member, NULL);
	}
	return e;
}

/* A required or (fallback "") optional text, rebuilt as HTML. */
static enum err take_html(struct str html, char **out) {
	_cleanup_(buf_finish) struct buf b = buf_make(RICH_BYTES_MAX);
	enum err e = rich_rebuild(html, &b, NULL);
	return e ? e : str_dup(buf_str(&b), out);
}

static enum err take_text(struct str s, size_t max_bytes, char **out) {
	_cleanup_(buf_finish) struct buf b = buf_make(max_bytes);
	enum err e = str_nfc(str_trim(s), &b);
	e = e ? e : buf_err(&b);
	return e ? e : str_dup(buf_str(&b), out);
}

static enum err parse_choice(const struct json *item, char first, struct question *q) {
	struct str html;
	struct str id;
	char letter[2] = { (char)(first + (int)q->choice_count), '\0' };
	if (q->choice_count == QUESTION_CHOICES_MAX) {
		return ERR_LIMIT;
	}
	enum err e = json_get_str(item, "html", &html);
	e = e ? e : json_opt_str(item, "id", str_from(letter), &id);
	if (e) {
		return e;
	}
	if (!str_eq_z(id, letter)) {
		return ERR_INVAL;
	}
	e = take_html(html, &q->choices[q->choice_count]);
	q->choice_count += e == ERR_OK;
	return e;
}

static enum err parse_choices(const struct json *content, struct question *q, struct diag *why) {
	bool is_truefalse = q->kind == QUESTION_TRUEFALSE;
	bool has_choices =
			is_truefalse || q->kind == QUESTION_SINGLE || q->kind == QUESTION_MULTIPLE;
	const char *member = is_truefalse ? "statements" : "options";
	const struct json *list = NULL;
	if (!has_choices) {
		return ERR_OK;
	}
	enum err e = json_get_array(content, member, &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		e = parse_choice(it, is_truefalse ? 'a' : 'A', q);
	}
	return fail(why, member, e);
}

/* A letter of an option as a bit. */
static enum err parse_letter(const struct json *node, uint32_t *bits) {
	struct str letter;
	enum err e = json_as_str(node, &letter);
	if (e) {
		return e;
	}
	if (letter.n != 1 || letter.p[0] < 'A' || letter.p[0] >= 'A' + QUESTION_OPTIONS_MAX) {
		return ERR_INVAL;
	}
	*bits |= UINT32_C(1) << (letter.p[0] - 'A');
	return ERR_OK;
}

static enum err parse_truths(const struct json *node, struct question_key *k) {
	size_t i = 0;
	for (const struct json *it = json_first(node); it; it = json_next(it), i++) {
		if (i == QUESTION_STATEMENTS_MAX) {
			return ERR_LIMIT;
		}
		bool truth = false;
		if (json_kind(it) == JSON_NULL) {
			continue;
		}
		enum err e = json_as_bool(it, &truth);
		if (e) {
			return e;
		}
		k->told |= UINT32_C(1) << i;
		k->right |= (uint32_t)truth << i;
	}
	return json_kind(node) == JSON_ARRAY ? ERR_OK : ERR_INVAL;
}

static enum err parse_number(const struct json *node, struct question_key *k) {
	struct str value;
	struct str tolerance;
	enum err e = json_get_str(node, "value", &value);
	e = e ? e : json_opt_str(node, "tolerance", str_from("0"), &tolerance);
	e = e ? e : take_text(value, QUESTION_NUMBER_BYTES_MAX, &k->value);
	return e ? e : take_text(tolerance, QUESTION_NUMBER_BYTES_MAX, &k->tolerance);
}

static enum err parse_accepted(const struct json *node, struct question_key *k) {
	const struct json *list = NULL;
	enum err e = json_get_array(node, "accepted", &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		struct str text;
		if (k->accepted_count == QUESTION_ACCEPTED_MAX) {
			return ERR_LIMIT;
		}
		e = json_as_str(it, &text);
		e = e ? e
		      : take_text(text, QUESTION_ACCEPTED_BYTES_MAX,
					&k->accepted[k->accepted_count]);
		k->accepted_count += e == ERR_OK;
	}
	return e;
}

static enum err parse_guide(const struct json *node, struct question_key *k) {
	struct str html;
	enum err e = json_opt_str(node, "guide", str_from(""), &html);
	return e ? e : take_html(html, &k->guide);
}

static enum err parse_letters(const struct json *node, struct question_key *k) {
	enum err e = json_kind(node) == JSON_ARRAY ? ERR_OK : ERR_INVAL;
	for (const struct json *it = json_first(node); it && !e; it = json_next(it)) {
		e = parse_letter(it, &k->right);
	}
	return e;
}

static enum err parse_key(const struct json *node, struct question *q) {
	if (!node || json_kind(node) == JSON_NULL) {
		return ERR_OK;
	}
	q->key.is_known = true;
	switch (q->kind) {
	case QUESTION_SINGLE:
		return parse_letter(node, &q->key.right);
	case QUESTION_MULTIPLE:
		return parse_letters(node, &q->key);
	case QUESTION_TRUEFALSE:
		return parse_truths(node, &q->key);
	case QUESTION_NUMERIC:
		return parse_number(node, &q->key);
	case QUESTION_TEXT:
		return parse_accepted(node, &q->key);
	case QUESTION_ESSAY:
		return parse_guide(node, &q->key);
	}
	return ERR_INVAL;
}

static enum err parse_into(const struct json *content, const struct json *key, struct question *q,
		struct diag *why) {
	struct str kind;
	struct str stem;
	enum err e = json_get_str(content, "kind", &kind);
	e = e ? e : question_kind_parse(kind, &q->kind);
	if (e) {
		return fail(why, "kind", e);
	}
	e = json_get_str(content, "stem", &stem);
	e = e ? e : take_html(stem, &q->stem);
	if (e) {
		return fail(why, "stem", e);
	}
	e = parse_choices(content, q, why);
	if (e) {
		return e;
	}
	e = json_opt_bool(content, "shuffle", true, &q->shuffle);
	if (e) {
		return fail(why, "shuffle", e);
	}
	e = json_opt_bool(content, "keepLast", false, &q->keep_last);
	if (e) {
		return fail(why, "keepLast", e);
	}
	return fail(why, "key", parse_key(key ? key : json_get(content, "key"), q));
}

enum err question_parse(const struct json *content, const struct json *key, struct question *out,
		struct diag *why) {
	_cleanup_(question_finish) struct question q = { 0 };
	enum err e = parse_into(content, key, &q, why);
	if (e) {
		return e;
	}
	*out = q;
	q = (struct question){ 0 };
	return ERR_OK;
}

static void print_choices(
		const struct question *q, struct json_out *w, const char *member, char first) {
	jo_karr(w, member);
	for (size_t i = 0; i < q->choice_count; i++) {
		char letter[2] = { (char)(first + (int)i), '\0' };
		jo_obj(w);
		jo_kstrz(w, "id", letter);
		jo_kstrz(w, "html", q->choices[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

void question_print(const struct question *q, struct json_out *w) {
	jo_kstrz(w, "kind", question_kind_name(q->kind));
	jo_kstrz(w, "stem", q->stem ? q->stem : "");
	if (q->kind == QUESTION_SINGLE || q->kind == QUESTION_MULTIPLE) {
		print_choices(q, w, "options", 'A');
	} else if (q->kind == QUESTION_TRUEFALSE) {
		print_choices(q, w, "statements", 'a');
	}
	jo_kbool(w, "shuffle", q->shuffle);
	jo_kbool(w, "keepLast", q->keep_last);
}

static void print_letters(const struct question *q, struct json_out *w) {
	for (size_t i = 0; i < QUESTION_OPTIONS_MAX; i++) {
		char letter[2] = { (char)('A' + (int)i), '\0' };
		if (q->key.right >> i & 1) {
			jo_strz(w, letter);
			if (q->kind == QUESTION_SINGLE) {
				return;
			}
		}
	}
}

static void print_truths(const struct question *q, struct json_out *w) {
	jo_arr(w);
	for (size_t i = 0; i < q->choice_count; i++) {
		if (q->key.told >> i & 1) {
			jo_bool(w, q->key.right >> i & 1);
		} else {
			jo_null(w);
		}
	}
	jo_end_arr(w);
}

static void print_accepted(const struct question *q, struct json_out *w) {
	jo_obj(w);
	jo_karr(w, "accepted");
	for (size_t i = 0; i < q->key.accepted_count; i++) {
		jo_strz(w, q->key.accepted[i]);
	}
	jo_end_arr(w);
	jo_end_obj(w);
}

static void print_number(const struct question *q, struct json_out *w) {
	jo_obj(w);
	jo_kstrz(w, "value", q->key.value ? q->key.value : "");
	jo_kstrz(w, "tolerance", q->key.tolerance ? q->key.tolerance : "0");
	jo_end_obj(w);
}

void question_print_key(const struct question *q, struct json_out *w) {
	bool is_empty_single = q->kind == QUESTION_SINGLE && q->key.right == 0;
	if (!q->key.is_known || is_empty_single) {
		jo_null(w);
		return;
	}
	switch (q->kind) {
	case QUESTION_SINGLE:
		print_letters(q, w);
		break;
	case QUESTION_MULTIPLE:
		jo_arr(w);
		print_letters(q, w);
		jo_end_arr(w);
		break;
	case QUESTION_TRUEFALSE:
		print_truths(q, w);
		break;
	case QUESTION_NUMERIC:
		print_number(q, w);
		break;
	case QUESTION_TEXT:
		print_accepted(q, w);
		break;
	case QUESTION_ESSAY:
		jo_obj(w);
		jo_kstrz(w, "guide", q->key.guide ? q->key.guide : "");
		jo_end_obj(w);
		break;
	}
}
