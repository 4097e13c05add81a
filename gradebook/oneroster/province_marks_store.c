/* The columns of a school year as a province holds it, and what stands in them. */

#include "gradebook/oneroster/province_source_inner_store.h"

#include "gradebook/oneroster/words.h"

enum {
	LAST_GRADE_OF_PRIMARY = 5,
	/* desk_mark.letter, desk_subject_result.letter */
	LETTER_PASSED = 1,
	LETTER_NOT = 2, /* Chưa đạt, or Chưa hoàn thành */
	LETTER_DONE_WELL = 3,
	LETTER_DONE = 4,
};

static const char sql_columns[] =
		"SELECT d.subject, d.name, d.kind, x.part, x.kind, x.number, MAX(x.published) FROM"
		" (SELECT subject, part, kind, number, 0 published FROM desk_mark"
		" WHERE school_id = ? AND year = ? AND class = ? GROUP BY subject, part, kind, number"
		" UNION ALL SELECT " MEMBER("mamon") ", " MEMBER(
				"hocky") " + 0,"
					 " FIELD(" MEMBER("loai") ", 'tx', 'gk', 'ck'), " MEMBER(
							 "lan") " + 0,"
								" COALESCE(" MEMBER("congbo") ", 0) + 0" OF_CLASS(
										"'cotdiem'") ") x"
											     " JOIN desk_subject d ON d.school_id = ? AND d.subject = x.subject"
											     " GROUP BY d.subject, d.name, d.kind, x.part, x.kind, x.number"
											     " ORDER BY d.subject, x.part, x.kind, x.number";

static const char sql_marks[] =
		"SELECT d.subject, d.name, d.kind, m.part, m.kind, m.number, m.student, m.value_x10,"
		" m.letter, COALESCE(m.state, '') = 'vang' FROM desk_mark m JOIN desk_subject d"
		" ON d.school_id = m.school_id AND d.subject = m.subject JOIN desk_enrolment e"
		" ON e.school_id = m.school_id AND e.year = m.year AND e.class = m.class"
		" AND e.student = m.student JOIN desk_student s ON s.school_id = m.school_id"
		" AND s.student = m.student WHERE m.school_id = ? AND m.year = ? AND m.class = ?"
		" ORDER BY d.subject, m.part, m.kind, m.number, m.student";

static const char sql_means[] =
		"SELECT d.subject, d.name, d.kind, m.part, 4, 0, m.student, m.value_x10, m.letter, 0"
		" FROM desk_subject_result m JOIN desk_subject d ON d.school_id = m.school_id"
		" AND d.subject = m.subject JOIN desk_enrolment e ON e.school_id = m.school_id"
		" AND e.year = m.year AND e.class = m.class AND e.student = m.student"
		" JOIN desk_student s ON s.school_id = m.school_id AND s.student = m.student"
		" WHERE m.school_id = ? AND m.year = ? AND m.class = ?"
		" ORDER BY d.subject, m.student, m.part";

/* The column of subject (0..2), term, kind and position (3..5); ERR_CORRUPT for none. */
static enum err read_column(const struct province_giving *g, const struct db_stmt *stmt,
		struct oneroster_column_fact *out) {
	uint64_t term = db_col_u64(stmt, 3);
	uint64_t kind = db_col_u64(stmt, 4);
	struct oneroster_subject subject = { .code = db_col_str(stmt, 0),
		.name = db_col_str(stmt, 1),
		.is_comment = db_col_u64(stmt, 2) == PROVINCE_KIND_COMMENT };
	if (term > PROVINCE_TERMS || kind < ONEROSTER_TX || kind > ONEROSTER_MEAN) {
		return ERR_CORRUPT;
	}
	*out = (struct oneroster_column_fact){ .class = province_class_fact(g->c, &subject),
		.term = (unsigned)term,
		.kind = (enum oneroster_kind)kind,
		.position = (unsigned)db_col_u64(stmt, 5),
		.starts_on = g->s->sessions[term].starts_on,
		.ends_on = g->s->sessions[term].ends_on };
	return ERR_OK;
}

/* In primary school nothing is worked out of marks. */
static bool has_means(const struct province_giving *g) {
	return g->c->grade > LAST_GRADE_OF_PRIMARY;
}

static enum err give_means_columns(const struct province_giving *g) {
	enum err e = ERR_OK;
	for (size_t k = 0; k < g->c->pair_count && has_means(g) && !e; k++) {
		for (unsigned n = 0; n <= PROVINCE_TERMS && !e; n++) {
			unsigned term = n == PROVINCE_TERMS ? 0
							    : n + 1; /* the year behind its terms */
			struct oneroster_fact f = province_fact(g, ONEROSTER_PART_COLUMNS);
			f.of.column = (struct oneroster_column_fact){
				.class = province_class_fact(
						g->c, &g->s->pairs.items[g->c->first_pair + k]),
				.term = term,
				.kind = ONEROSTER_MEAN,
				.starts_on = g->s->sessions[term].starts_on,
				.ends_on = g->s->sessions[term].ends_on,
			};
			e = province_give(g, &f);
		}
	}
	return e;
}

enum err province_give_columns(const struct province_giving *g) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql_columns, &stmt);
	if (e) {
		return e;
	}
	unsigned at = province_bind_class(g->s, g->c, stmt, 0);
	(void)province_bind_records(g->s, g->c, stmt, at); /* the last of it */
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = province_fact(g, ONEROSTER_PART_COLUMNS);
		e = read_column(g, stmt, &f.of.column);
		f.of.column.published_at_ms = db_col_i64(stmt, 6);
		e = e ? e : province_give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? give_means_columns(g) : e;
}

/* What a letter says on that scale; -1 for one that it does not have. */
static int value_of(enum oneroster_scale scale, uint64_t letter) {
	static const int comments[] = { [LETTER_PASSED] = 1, [LETTER_NOT] = 0 };
	static const int levels[] = { [LETTER_NOT] = 0, [LETTER_DONE_WELL] = 2, [LETTER_DONE] = 1 };
	if (scale == ONEROSTER_COMMENTS) {
		return letter == LETTER_PASSED || letter == LETTER_NOT ? comments[letter] : -1;
	}
	return letter >= LETTER_NOT && letter <= LETTER_DONE ? levels[letter] : -1;
}

/* The value of a row: tenths, or what is said of a comment or a level; false when it says nothing. */
static bool read_value(const struct db_stmt *stmt, struct oneroster_result_fact *out) {
	enum oneroster_scale scale = oneroster_scale_of(&out->column);
	out->state = db_col_bool(stmt, 9) ? ONEROSTER_MISSING : ONEROSTER_VALUE;
	if (out->state == ONEROSTER_MISSING) {
		return true;
	}
	if (scale != ONEROSTER_MARKS) {
		out->value_x10 = value_of(scale, db_col_u64(stmt, 8));
		return out->value_x10 >= 0;
	}
	out->value_x10 = (int)db_col_u64(stmt, 7);
	return !db_col_is_null(stmt, 7);
}

static enum err give_results_of(const struct province_giving *g, const char *sql) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(g->s->db, sql, &stmt);
	if (e) {
		return e;
	}
	(void)province_bind_class(g->s, g->c, stmt, 0); /* the last of it */
	while ((e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = province_fact(g, ONEROSTER_PART_RESULTS);
		struct oneroster_result_fact *r = &f.of.result;
		e = read_column(g, stmt, &r->column);
		r->student = db_col_str(stmt, 6);
		r->on = r->column.ends_on;
		e = e || !read_value(stmt, r) ? e : province_give(g, &f);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err province_give_results(const struct province_giving *g) {
	enum err e = give_results_of(g, sql_marks);
	return e || !has_means(g) ? e : give_results_of(g, sql_means);
}
