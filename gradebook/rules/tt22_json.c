#include "gradebook/rules/tt22_json.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "gradebook/rules/tt22_why.h"

enum { SENTENCE_BYTES_MAX = 16384 };

void tt22_put_value(struct json_out *w, bool is_comment, int value) {
	if (value == TT22_MARK_NONE) {
		jo_null(w);
	} else if (is_comment) {
		jo_strz(w, value == TT22_PASSED ? "D" : "C");
	} else {
		jo_i64(w, value);
	}
}

static void put_level(struct json_out *w, const char *name, enum pack_level level) {
	jo_kstrz(w, name, level == PACK_LEVEL_NONE ? NULL : pack_level_name(level));
}

/* ---- the line ---- */

static void put_row(struct json_out *w, const struct tt22_subject *s, unsigned k) {
	const struct tt22_term *term = &s->terms[k];
	jo_obj(w);
	jo_karr(w, "tx");
	for (size_t i = 0; i < term->regular_count; i++) {
		tt22_put_value(w, s->is_comment, term->regular_x10[i]);
	}
	jo_end_arr(w);
	jo_key(w, "gk");
	tt22_put_value(w, s->is_comment, term->midterm_x10);
	jo_key(w, "ck");
	tt22_put_value(w, s->is_comment, term->final_x10);
	if (s->given[k] != TT22_MARK_NONE) {
		jo_key(w, "result");
		tt22_put_value(w, s->is_comment, s->given[k]);
	}
	if (s->is_term_exempt[k]) {
		jo_kbool(w, "exempt", true);
	}
	jo_end_obj(w);
}

static void put_subject(struct json_out *w, const struct tt22_subject *s) {
	jo_obj(w);
	jo_kstr(w, "code", s->code);
	jo_kstrz(w, "kind", s->is_comment ? "comment" : "mark");
	if (s->lessons_a_year) {
		jo_ki64(w, "lessons", s->lessons_a_year);
	}
	if (s->is_exempt) {
		jo_kbool(w, "exempt", true);
	}
	jo_karr(w, "terms");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		put_row(w, s, k);
	}
	jo_end_arr(w);
	jo_end_obj(w);
}

static void put_after(struct json_out *w, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	jo_kobj(w, "after");
	if (o->summer == PACK_YES && student->conduct_again != PACK_LEVEL_NONE) {
		put_level(w, "conduct", student->conduct_again);
	}
	jo_kobj(w, "subjects");
	for (size_t i = 0; i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		char code[COMPUTE_CODE_BYTES_MAX + 1] = "";
		if (!o->is_retest[i] || s->again == TT22_MARK_NONE ||
				s->code.n > COMPUTE_CODE_BYTES_MAX) {
			continue;
		}
		memcpy(code, s->code.p, s->code.n);
		jo_key(w, code);
		tt22_put_value(w, s->is_comment, s->again);
	}
	jo_end_obj(w);
	jo_end_obj(w);
}

void tt22_put_line(struct json_out *w, const struct rule_pack *pack, const char *school_level,
		const struct tt22_student *student, const struct tt22_outcome *outcome) {
	jo_obj(w);
	jo_kstrz(w, "pack", pack->code);
	jo_kstrz(w, "level", school_level);
	jo_karr(w, "subjects");
	for (size_t i = 0; i < student->subject_count; i++) {
		put_subject(w, &student->subjects[i]);
	}
	jo_end_arr(w);
	jo_karr(w, "conduct");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		enum pack_level level = student->conduct[k];
		jo_strz(w, level == PACK_LEVEL_NONE ? NULL : pack_level_name(level));
	}
	jo_end_arr(w);
	if (student->absences != TT22_ABSENCES_NONE) {
		jo_ki64(w, "absences", student->absences);
	}
	if (student->has_summer) {
		put_after(w, student, outcome);
	}
	jo_end_obj(w);
}

/* ---- what came of it ---- */

static void put_subjects(struct json_out *w, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	jo_karr(w, "subjects");
	for (size_t i = 0; i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		jo_obj(w);
		jo_kstr(w, "code", s->code);
		jo_karr(w, "terms");
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			tt22_put_value(w, s->is_comment, o->terms[i][k]);
		}
		jo_end_arr(w);
		jo_key(w, "year");
		tt22_put_value(w, s->is_comment, o->years[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_karr(w, "terms");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		jo_obj(w);
		put_level(w, "learning", o->term_learning[k].level);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_retest(struct json_out *w, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	if (o->retest == PACK_OPEN) {
		jo_knull(w, "retest");
		return;
	}
	jo_karr(w, "retest");
	for (size_t i = 0; i < student->subject_count; i++) {
		if (o->is_retest[i]) {
			jo_str(w, student->subjects[i].code);
		}
	}
	jo_end_arr(w);
}

const char *tt22_award_name(const struct rule_pack *pack, int award) {
	if (award == TT22_AWARD_OPEN) {
		return NULL;
	}
	return award == TT22_AWARD_NONE ? "none" : pack->awards[award].code;
}

static void put_year(struct json_out *w, const struct rule_pack *pack,
		const struct tt22_student *student, const struct tt22_outcome *o) {
	jo_kobj(w, "year");
	put_level(w, "learning", o->learning.level);
	put_level(w, "conduct", o->conduct);
	jo_kstrz(w, "promotion", pack_promotion_name(o->promotion));
	put_retest(w, student, o);
	if (o->summer == PACK_OPEN) {
		jo_knull(w, "summer");
	} else {
		jo_kbool(w, "summer", o->summer == PACK_YES);
	}
	jo_kstrz(w, "award", tt22_award_name(pack, o->award));
	jo_end_obj(w);
	if (student->has_summer) {
		jo_kobj(w, "after");
		put_level(w, "learning", o->learning_again.level);
		put_level(w, "conduct", o->conduct_again);
		jo_kstrz(w, "promotion", pack_promotion_name(o->promotion_again));
		jo_end_obj(w);
	}
}

/* Where the explanations go. */
struct put_why {
	struct json_out *w;
	const struct tt22_student *student;
	const struct compute_options *options;
	struct buf text;
};

static void put_why_finish(struct put_why *p) {
	buf_finish(&p->text);
}

static enum err put_one(const struct tt22_why *why, void *ctx) {
	struct put_why *p = ctx;
	jo_obj(p->w);
	jo_kstrz(p->w, "what", tt22_what_name(why->what));
	if (why->has_subject) {
		jo_kstr(p->w, "subject", p->student->subjects[why->subject].code);
	}
	jo_kstrz(p->w, "scope", tt22_scope_name(why->scope));
	explain_members(&why->x, p->w);
	enum err e = ERR_OK;
	if (p->options->explains) {
		buf_clear(&p->text);
		e = explain_print(&why->x, p->options->lang, &p->text);
		jo_kstr(p->w, "text", (struct str){ buf_str(&p->text), p->text.len });
	}
	jo_end_obj(p->w);
	return e;
}

enum err tt22_put_outcome(struct json_out *w, const struct rule_pack *pack,
		const struct tt22_student *student, const struct tt22_outcome *outcome,
		const struct compute_options *options) {
	put_subjects(w, student, outcome);
	put_year(w, pack, student, outcome);
	_cleanup_(put_why_finish) struct put_why to = {
		.w = w, .student = student, .options = options, .text = buf_make(SENTENCE_BYTES_MAX)
	};
	const struct tt22_why_sink sink = { put_one, &to };
	jo_karr(w, "explain");
	enum err e = options ? tt22_why_all(pack, student, outcome, !options->explains, &sink)
			     : ERR_OK;
	if (!e) {
		jo_end_arr(w);
	}
	return e;
}
