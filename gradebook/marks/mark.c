#include "gradebook/marks/mark.h"

#include <assert.h>

#include "core/base/cleanup.h"
#include "gradebook/rules/tt22.h"

enum { WORD_BYTES = 16 };

const char *mark_kind_name(enum mark_kind kind) {
	switch (kind) {
	case MARK_TX:
		return "tx";
	case MARK_GK:
		return "gk";
	case MARK_CK:
		return "ck";
	}
	return "";
}

enum err mark_kind_parse(struct str s, enum mark_kind *out) {
	for (enum mark_kind kind = MARK_TX; kind <= MARK_CK; kind++) {
		if (str_eq_z(s, mark_kind_name(kind))) {
			*out = kind;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err mark_kind_from_db(uint64_t v, enum mark_kind *out) {
	if (v < MARK_TX || v > MARK_CK) {
		return ERR_CORRUPT;
	}
	*out = (enum mark_kind)v;
	return ERR_OK;
}

enum err mark_subject_from_db(uint64_t v, enum mark_subject *out) {
	if (v != MARK_SUBJECT_MARK && v != MARK_SUBJECT_COMMENT) {
		return ERR_CORRUPT;
	}
	*out = (enum mark_subject)v;
	return ERR_OK;
}

enum mark_scale mark_scale_of_subject(enum mark_subject subject) {
	return subject == MARK_SUBJECT_COMMENT ? MARK_SCALE_PASSED : MARK_SCALE_TENTHS;
}

enum mark_scale mark_scale_of(enum mark_subject subject, enum mark_kind kind, unsigned position) {
	bool is_level = kind != MARK_TX && position == MARK_LEVEL_POSITION;
	return is_level ? MARK_SCALE_LEVEL : mark_scale_of_subject(subject);
}

static int most_of(enum mark_scale scale) {
	switch (scale) {
	case MARK_SCALE_TENTHS:
	case MARK_SCALE_WHOLE:
		break;
	case MARK_SCALE_PASSED:
		return TT22_PASSED;
	case MARK_SCALE_LEVEL:
		return PACK_PRIMARY_T;
	}
	return MARK_MAX_X10;
}

enum err mark_check_value(enum mark_scale scale, int value_x10) {
	bool is_whole = value_x10 == MARK_NONE || value_x10 % 10 == 0;
	bool is_good = value_x10 >= MARK_NONE && value_x10 <= most_of(scale) &&
			(is_whole || scale != MARK_SCALE_WHOLE);
	return is_good ? ERR_OK : ERR_INVAL;
}

static enum err parse_comment(struct str s, int *out) {
	_cleanup_(buf_finish) struct buf folded = buf_make(WORD_BYTES);
	if (str_fold(s, &folded)) {
		return ERR_INVAL; /* longer than any word here, or no text */
	}
	struct str word = { buf_str(&folded), folded.len };
	if (str_eq_z(word, "d") || str_eq_z(word, "dat")) {
		*out = TT22_PASSED;
		return ERR_OK;
	}
	if (str_eq_z(word, "cd") || str_eq_z(word, "chua dat")) {
		*out = TT22_NOT_PASSED;
		return ERR_OK;
	}
	return ERR_INVAL;
}

static const char level_letters[PACK_PRIMARY_LEVELS] = { 'C', 'H', 'T' };

static enum err parse_level(struct str s, int *out) {
	for (int i = 0; i < PACK_PRIMARY_LEVELS && s.n == 1; i++) {
		if (s.p[0] == level_letters[i] || s.p[0] == level_letters[i] - 'A' + 'a') {
			*out = i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err mark_parse(enum mark_scale scale, struct str s, int *out_value_x10) {
	s = str_trim(s);
	if (s.n == 0) {
		*out_value_x10 = MARK_NONE;
		return ERR_OK;
	}
	if (scale == MARK_SCALE_PASSED) {
		return parse_comment(s, out_value_x10);
	}
	if (scale == MARK_SCALE_LEVEL) {
		return parse_level(s, out_value_x10);
	}
	int64_t x10 = 0;
	if (str_parse_decimal(s, 1, &x10) || x10 < 0 || x10 > MARK_MAX_X10 ||
			mark_check_value(scale, (int)x10)) {
		return ERR_INVAL;
	}
	*out_value_x10 = (int)x10;
	return ERR_OK;
}

void mark_print(enum mark_scale scale, int value_x10, enum lang lang, struct buf *out) {
	if (value_x10 == MARK_NONE) {
		return;
	}
	if (scale == MARK_SCALE_PASSED) {
		buf_add_str(out, value_x10 == TT22_PASSED ? "Đ" : "CĐ");
		return;
	}
	if (scale == MARK_SCALE_LEVEL) {
		buf_add_char(out, value_x10 <= PACK_PRIMARY_T ? level_letters[value_x10] : '?');
		return;
	}
	buf_add_i64(out, value_x10 / 10);
	if (value_x10 % 10) {
		buf_add_char(out, lang == LANG_VI ? ',' : '.');
		buf_add_i64(out, value_x10 % 10);
	}
}

static size_t regular_needed(
		const struct rule_pack *pack, enum mark_subject subject, unsigned lessons_a_year) {
	return subject == MARK_SUBJECT_COMMENT ? pack->comment_regular_count
					       : pack_regular_count(pack, lessons_a_year);
}

enum err mark_check_column(const struct rule_pack *pack, enum mark_subject subject,
		unsigned lessons_a_year, enum mark_kind kind, unsigned position) {
	size_t most = 0;
	switch (kind) {
	case MARK_TX:
		most = lessons_a_year == 0 && subject == MARK_SUBJECT_MARK
				? MARK_POSITION_MAX
				: regular_needed(pack, subject, lessons_a_year);
		break;
	case MARK_GK:
		most = pack->midterm_count;
		break;
	case MARK_CK:
		most = pack->final_count;
		break;
	}
	return position >= 1 && position <= most ? ERR_OK : ERR_INVAL;
}

enum err mark_check_change(const struct mark_change *change) {
	bool is_same = change->old_code == change->new_code;
	return change->is_published && !is_same && !change->has_why ? ERR_MISSING : ERR_OK;
}

struct mark_plan mark_plan_of(const struct rule_pack *pack, enum mark_subject subject,
		unsigned lessons_a_year, size_t regular_columns) {
	size_t needed = regular_needed(pack, subject, lessons_a_year); /* for 0: the least */
	if (lessons_a_year == 0 && subject == MARK_SUBJECT_MARK && regular_columns > needed) {
		needed = regular_columns;
	}
	return (struct mark_plan){
		.subject = subject,
		.regular_count = needed,
		.midterm_count = pack->midterm_count,
		.final_count = pack->final_count,
		.pack = pack,
	};
}

/* What a primary class has of a kind at a place: the levels everywhere, tests by the rules. */
static bool has_test(const struct mark_primary *of, enum mark_kind kind) {
	if (of->subject == MARK_SUBJECT_COMMENT || kind == MARK_TX) {
		return false;
	}
	return kind == MARK_CK || pack_primary_tests_midterm(of->pack, of->grade, of->code);
}

struct mark_plan mark_plan_primary(const struct mark_primary *of) {
	return (struct mark_plan){
		.subject = of->subject,
		.midterm_count = 1U + has_test(of, MARK_GK),
		.final_count = 1U + has_test(of, MARK_CK),
	};
}

enum err mark_check_primary_column(
		const struct mark_primary *of, enum mark_kind kind, unsigned position) {
	bool is_level = kind != MARK_TX && position == MARK_LEVEL_POSITION;
	return is_level || (position == 1 && has_test(of, kind)) ? ERR_OK : ERR_INVAL;
}

/* A student's cells by kind, the empty ones left out. */
static enum err sort_cells(const struct mark_plan *plan, const struct mark_cell *cells,
		size_t count, struct tt22_term *out) {
	struct tt22_term s = { .midterm_x10 = MARK_NONE, .final_x10 = MARK_NONE };
	for (size_t i = 0; i < count; i++) {
		int v = cells[i].value_x10;
		if (mark_check_value(mark_scale_of_subject(plan->subject), v)) {
			return ERR_INVAL;
		}
		if (v == MARK_NONE) {
			continue;
		}
		int *one = cells[i].kind == MARK_GK ? &s.midterm_x10 : &s.final_x10;
		bool is_regular = cells[i].kind == MARK_TX;
		if (is_regular ? s.regular_count == TT22_REGULAR_MAX : *one != MARK_NONE) {
			return ERR_INVAL;
		}
		if (is_regular) {
			s.regular_x10[s.regular_count++] = v;
		} else {
			*one = v;
		}
	}
	*out = s;
	return ERR_OK;
}

static enum err marked_result(const struct rule_pack *pack, const struct tt22_term *term,
		struct mark_result *out) {
	enum err e = tt22_term_mean(pack, term, &out->value_x10);
	if (e) {
		return e;
	}
	tt22_explain_term(pack, term, out->value_x10, &out->why);
	return ERR_OK;
}

static enum err comment_result(const struct rule_pack *pack, const struct tt22_term *term,
		struct mark_result *out) {
	enum tt22_comment result = TT22_COMMENT_NONE;
	enum err e = tt22_comment_result(term, &result);
	if (e) {
		return e;
	}
	out->value_x10 = (int)result;
	tt22_explain_comment(pack, result, &out->why);
	return ERR_OK;
}

enum err mark_term_result(const struct mark_plan *plan, const struct mark_cell *cells, size_t count,
		struct mark_result *out) {
	struct tt22_term term;
	enum err e = sort_cells(plan, cells, count, &term);
	if (e) {
		return e;
	}
	if (term.regular_count < plan->regular_count || term.midterm_x10 == MARK_NONE ||
			term.final_x10 == MARK_NONE) {
		out->value_x10 = MARK_NONE;
		tt22_explain_missing(&term, plan->subject == MARK_SUBJECT_COMMENT,
				plan->regular_count, &out->why);
		return ERR_OK;
	}
	return plan->subject == MARK_SUBJECT_COMMENT ? comment_result(plan->pack, &term, out)
						     : marked_result(plan->pack, &term, out);
}

enum err mark_year_result(const struct rule_pack *pack, enum mark_subject subject, int term_1_x10,
		int term_2_x10, struct mark_result *out) {
	enum mark_scale scale = mark_scale_of_subject(subject);
	if (mark_check_value(scale, term_1_x10) || mark_check_value(scale, term_2_x10)) {
		return ERR_INVAL;
	}
	bool is_comment = subject == MARK_SUBJECT_COMMENT;
	if (term_2_x10 == MARK_NONE || (term_1_x10 == MARK_NONE && !is_comment)) {
		out->value_x10 = MARK_NONE;
		explain_begin(&out->why, "mark.year_missing");
		explain_int(&out->why, "term", term_1_x10 == MARK_NONE && !is_comment ? 1 : 2);
		return ERR_OK;
	}
	if (is_comment) {
		out->value_x10 = term_2_x10;
		tt22_explain_comment_year(pack, &out->why);
		return ERR_OK;
	}
	enum err e = tt22_year_mean(pack, term_1_x10, term_2_x10, &out->value_x10);
	if (e) {
		return e;
	}
	tt22_explain_year(pack, term_1_x10, term_2_x10, out->value_x10, &out->why);
	return ERR_OK;
}
