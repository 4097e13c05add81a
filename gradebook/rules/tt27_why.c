#include "gradebook/rules/tt27.h"

struct round {
	const struct primary_pack *pack;
	const struct tt27_pupil *pupil;
	const struct tt27_outcome *o;
	const struct tt27_why_sink *sink;
	enum err err; /* the first one ends the round */
	struct explain x;
};

static void send(struct round *r, const char *what) {
	if (!r->err) {
		r->err = r->sink->take(what, &r->x, r->sink->ctx);
	}
}

static void cite(struct round *r, struct pack_article article) {
	explain_text(&r->x, "circular", str_from(r->pack->circular));
	explain_article(&r->x, "article", article);
}

static const char *row_word(const struct round *r, int row) {
	static const struct {
		const char *code;
		const char *word;
	} words[] = { { "htxs", "rule.word_htxs" }, { "htt", "rule.word_htt" },
		{ "ht", "rule.word_ht" }, { "cht", "rule.word_cht" } };
	struct str code = str_from(tt27_row_code(r->pack, row));
	size_t i = 0;
	while (i + 1 < sizeof(words) / sizeof(words[0]) && !str_eq_z(code, words[i].code)) {
		i++;
	}
	return words[i].word;
}

static void send_list(struct round *r, const char *code, const struct str *texts, size_t count) {
	if (count) {
		explain_begin(&r->x, code);
		explain_list(&r->x, "subjects", texts, count);
		send(r, "learning");
	}
}

static void send_count(struct round *r, const char *code, size_t have, size_t need) {
	if (have < need) {
		explain_begin(&r->x, code);
		explain_int(&r->x, "have", (int64_t)have);
		explain_int(&r->x, "need", (int64_t)need);
		send(r, "learning");
	}
}

static void why_missing(struct round *r) {
	struct tt27_short missing;
	tt27_find_missing(r->pupil, &missing);
	send_list(r, "rule.primary_missing_subjects", missing.subjects, missing.subject_count);
	send_list(r, "rule.primary_missing_tests", missing.tests, missing.test_count);
	send_list(r, "rule.primary_missing_traits", missing.traits, missing.trait_count);
	send_count(r, "rule.primary_few_qualities", r->pupil->qualities.count,
			r->pack->qualities_least);
	send_count(r, "rule.primary_few_competences", r->pupil->competences.count,
			r->pack->competences_least);
	send_count(r, "rule.primary_no_subjects", r->pupil->subject_count, 1);
}

static const char *subject_level_word(enum pack_primary_level level) {
	return level == PACK_PRIMARY_T ? "rule.word_subject_t" : "rule.word_subject_h";
}

static const char *trait_level_word(enum pack_primary_level level) {
	return level == PACK_PRIMARY_T ? "rule.word_tot" : "rule.word_dat";
}

/* What keeps the pupil below the next higher result. */
static void why_stopped(struct round *r, int row) {
	const struct pack_primary_row *above = &r->pack->rows[row];
	struct tt27_short s;
	tt27_find_short(r->pupil, above, &s);
	const struct {
		const char *code;
		const struct str *texts;
		size_t count;
	} parts[] = {
		{ "rule.primary_stop_subjects", s.subjects, s.subject_count },
		{ "rule.primary_stop_traits", s.traits, s.trait_count },
		{ "rule.primary_stop_tests", s.tests, s.test_count },
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!parts[i].count) {
			continue;
		}
		explain_begin(&r->x, parts[i].code);
		explain_word(&r->x, "level", row_word(r, row));
		explain_list(&r->x, "subjects", parts[i].texts, parts[i].count);
		explain_word(&r->x, "subject_least", subject_level_word(above->subject_least));
		explain_word(&r->x, "trait_least", trait_level_word(above->trait_least));
		explain_tenths(&r->x, "least", above->test_least_x10);
		cite(r, r->pack->year_article);
		send(r, "learning");
	}
}

static void send_left(struct round *r, const char *code, const struct str *texts, size_t count) {
	if (count) {
		explain_begin(&r->x, code);
		explain_list(&r->x, "subjects", texts, count);
		cite(r, r->pack->again_article);
		send(r, "promotion");
	}
}

/* What was assessed again came to, and what was decided then. */
static void why_after(struct round *r) {
	struct tt27_short left;
	bool is_done = r->o->after == PACK_PRIMARY_ROWS - 1;
	if (is_done) {
		explain_begin(&r->x, "rule.primary_again_done");
		cite(r, r->pack->again_article);
		send(r, "promotion");
	} else if (r->o->after != TT27_ROW_OPEN) {
		tt27_find_left(r->pack, r->pupil, &left);
		send_left(r, "rule.primary_again_subjects", left.subjects, left.subject_count);
		send_left(r, "rule.primary_again_traits", left.traits, left.trait_count);
		send_left(r, "rule.primary_again_tests", left.tests, left.test_count);
	}
	if (!is_done && r->o->promotion != PACK_CONDITIONAL) {
		explain_begin(&r->x,
				r->o->promotion == PACK_PROMOTED ? "rule.primary_advanced"
								 : "rule.primary_stays");
		cite(r, r->pack->decision_article);
		send(r, "promotion");
	}
}

static void why_promotion(struct round *r) {
	bool is_rest = r->o->row == PACK_PRIMARY_ROWS;
	explain_begin(&r->x, is_rest ? "rule.primary_conditional" : "rule.primary_promoted");
	explain_word(&r->x, "level", row_word(r, r->o->row));
	cite(r, is_rest ? r->pack->again_article : r->pack->promotion_article);
	send(r, "promotion");
	if (is_rest) {
		why_after(r);
	}
}

static void why_year(struct round *r) {
	int row = r->o->row;
	bool is_rest = row == PACK_PRIMARY_ROWS;
	explain_begin(&r->x, is_rest ? "rule.primary_rest" : "rule.primary_year");
	explain_word(&r->x, "level", row_word(r, row));
	if (!is_rest) {
		const struct pack_primary_row *own = &r->pack->rows[row];
		explain_word(&r->x, "subject_least", subject_level_word(own->subject_least));
		explain_word(&r->x, "trait_least", trait_level_word(own->trait_least));
		explain_tenths(&r->x, "least", own->test_least_x10);
	}
	cite(r, r->pack->year_article);
	send(r, "learning");
	if (row > 0) {
		why_stopped(r, row - 1);
	}
	why_promotion(r);
}

static void why_award(struct round *r) {
	const char *code = "rule.primary_award_none";
	if (r->o->award >= 0) {
		code = r->pack->rows[r->o->award].award_is_chosen ? "rule.primary_award_chosen"
								  : "rule.primary_award";
	}
	explain_begin(&r->x, code);
	explain_word(&r->x, "level", row_word(r, r->o->row));
	cite(r, r->pack->award_article);
	send(r, "award");
}

enum err tt27_why_all(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		const struct tt27_outcome *outcome, bool only_missing,
		const struct tt27_why_sink *sink) {
	struct round r = { .pack = pack, .pupil = pupil, .o = outcome, .sink = sink };
	if (outcome->row == TT27_ROW_OPEN) {
		why_missing(&r);
		return r.err;
	}
	if (outcome->award == TT27_AWARD_OPEN) {
		explain_begin(&r.x, "rule.primary_award_open");
		explain_word(&r.x, "level", row_word(&r, outcome->row));
		cite(&r, pack->award_article);
		send(&r, "award");
	}
	if (!only_missing) {
		why_year(&r);
		if (outcome->award != TT27_AWARD_OPEN) {
			why_award(&r);
		}
	}
	return r.err;
}
