#include "exam/bank/question.h"

#include <stdlib.h>
#include <string.h>

#include "exam/bank/rich.h"

static const enum question_kind kinds[] = { QUESTION_SINGLE, QUESTION_MULTIPLE, QUESTION_TRUEFALSE,
	QUESTION_NUMERIC, QUESTION_TEXT, QUESTION_ESSAY };

enum { KIND_COUNT = sizeof(kinds) / sizeof(kinds[0]) };

const char *question_kind_name(enum question_kind kind) {
	switch (kind) {
	case QUESTION_SINGLE:
		return "single";
	case QUESTION_MULTIPLE:
		return "multiple";
	case QUESTION_TRUEFALSE:
		return "truefalse";
	case QUESTION_NUMERIC:
		return "numeric";
	case QUESTION_TEXT:
		return "text";
	case QUESTION_ESSAY:
		return "essay";
	}
	return "";
}

enum err question_kind_parse(struct str name, enum question_kind *out) {
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (str_eq_z(name, question_kind_name(kinds[i]))) {
			*out = kinds[i];
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

/* A leading U+2212 becomes '-', a leading '+' goes. */
static struct str number_sign(struct str s, bool *out_negative) {
	*out_negative = false;
	if (str_starts(s, "\xE2\x88\x92")) {
		*out_negative = true;
		return (struct str){ s.p + 3, s.n - 3 };
	}
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		*out_negative = s.p[0] == '-';
		return (struct str){ s.p + 1, s.n - 1 };
	}
	return s;
}

enum err question_number_parse(struct str s, int64_t *out_x1e6) {
	s = str_trim(s);
	if (s.n > QUESTION_NUMBER_BYTES_MAX) {
		return ERR_LIMIT;
	}
	bool is_negative = false;
	s = number_sign(s, &is_negative);
	if (s.n == 0 || s.p[0] == '-' || s.p[0] == '+') {
		return ERR_INVAL;
	}
	int64_t v = 0;
	enum err e = str_parse_decimal(s, QUESTION_NUMBER_PLACES, &v);
	if (e) {
		return e;
	}
	*out_x1e6 = is_negative ? -v : v;
	return ERR_OK;
}

void question_finish(struct question *q) {
	free(q->stem);
	for (size_t i = 0; i < QUESTION_CHOICES_MAX; i++) {
		free(q->choices[i]);
	}
	free(q->key.value);
	free(q->key.tolerance);
	for (size_t i = 0; i < QUESTION_ACCEPTED_MAX; i++) {
		free(q->key.accepted[i]);
	}
	free(q->key.guide);
	*q = (struct question){ 0 };
}

/* Problems about one thing carry its name: an option's letter or a text. */
static void check_error(struct diag *out, const char *code, const char *name) {
	diag_add(out, DIAG_ERROR, NULL, 0, 0, code, "name", name, NULL);
}

static void check_choice(const struct question *q, size_t i, struct diag *out) {
	char name[2] = { (char)((q->kind == QUESTION_TRUEFALSE ? 'a' : 'A') + (int)i), '\0' };
	if (rich_is_empty(str_from(q->choices[i]))) {
		check_error(out, "question.choice_empty", name);
		return;
	}
	for (size_t k = 0; k < i; k++) {
		if (strcmp(q->choices[k], q->choices[i]) == 0) {
			diag_add(out, DIAG_WARNING, NULL, 0, 0, "question.choice_twice", "name",
					name, NULL);
			return;
		}
	}
}

static unsigned count_bits(uint32_t bits) {
	unsigned n = 0;
	for (; bits; bits &= bits - 1) {
		n++;
	}
	return n;
}

static void check_option_key(const struct question *q, struct diag *out) {
	uint32_t all = q->choice_count ? (UINT32_C(2) << (q->choice_count - 1)) - 1 : 0;
	unsigned right = count_bits(q->key.right & all);
	if (q->key.right & ~all) {
		check_error(out, "question.key_outside", "");
	} else if (right == 0) {
		check_error(out, "question.key_missing", "");
	} else if (q->kind == QUESTION_SINGLE && right > 1) {
		check_error(out, "question.key_many", "");
	} else if (q->kind == QUESTION_MULTIPLE && right == q->choice_count) {
		diag_add(out, DIAG_WARNING, NULL, 0, 0, "question.key_all", NULL);
	}
}

static void check_options(const struct question *q, struct diag *out) {
	if (q->choice_count < 2) {
		check_error(out, "question.options_few", "");
	}
	for (size_t i = 0; i < q->choice_count; i++) {
		check_choice(q, i, out);
	}
	check_option_key(q, out);
}

static void check_statements(const struct question *q, struct diag *out) {
	if (q->choice_count != 4) {
		diag_add(out, q->choice_count ? DIAG_WARNING : DIAG_ERROR, NULL, 0, 0,
				"question.statements_count", NULL);
	}
	for (size_t i = 0; i < q->choice_count; i++) {
		check_choice(q, i, out);
	}
	uint32_t all = q->choice_count ? (UINT32_C(2) << (q->choice_count - 1)) - 1 : 0;
	if ((q->key.told & all) != all) {
		check_error(out, "question.key_missing", "");
	}
}

static void check_number(const struct question *q, struct diag *out) {
	const char *value = q->key.value ? q->key.value : "";
	const char *tolerance = q->key.tolerance ? q->key.tolerance : "0";
	int64_t v = 0;
	if (question_number_parse(str_from(value), &v)) {
		check_error(out, "question.number_bad", value);
	} else if (str_utf8_count(str_from(value)) > QUESTION_NUMBER_CHARS_THPT) {
		diag_add(out, DIAG_WARNING, NULL, 0, 0, "question.number_long", "name", value,
				NULL);
	}
	if (question_number_parse(str_from(tolerance), &v) || v < 0) {
		check_error(out, "question.tolerance_bad", tolerance);
	}
}

static void check_accepted(const struct question *q, struct diag *out) {
	bool has_any = false;
	for (size_t i = 0; i < q->key.accepted_count; i++) {
		has_any = has_any || str_trim(str_from(q->key.accepted[i])).n > 0;
	}
	if (!has_any) {
		check_error(out, "question.key_missing", "");
	}
}

void question_check(const struct question *q, struct diag *out) {
	if (!q->stem || rich_is_empty(str_from(q->stem))) {
		check_error(out, "question.stem_empty", "");
	}
	if (!q->key.is_known && q->kind != QUESTION_ESSAY && q->kind != QUESTION_SINGLE &&
			q->kind != QUESTION_MULTIPLE && q->kind != QUESTION_TRUEFALSE) {
		check_error(out, "question.key_missing", "");
		return;
	}
	switch (q->kind) {
	case QUESTION_SINGLE:
	case QUESTION_MULTIPLE:
		check_options(q, out);
		break;
	case QUESTION_TRUEFALSE:
		check_statements(q, out);
		break;
	case QUESTION_NUMERIC:
		check_number(q, out);
		break;
	case QUESTION_TEXT:
		check_accepted(q, out);
		break;
	case QUESTION_ESSAY:
		break;
	}
}
