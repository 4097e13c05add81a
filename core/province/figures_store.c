#include "core/province/figures_store.h"

#include <stddef.h>

#include "core/base/buf.h"

enum { SQL_BYTES_MAX = 4096 };

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char *const measure_names[TALLY_MEASURE_END_] = {
	[TALLY_CLASSES] = "classes",
	[TALLY_STUDENTS] = "students",
	[TALLY_TEACHERS] = "teachers",
	[TALLY_ENROLLED] = "enrolled",
	[TALLY_MARK_REGULAR] = "mark_regular",
	[TALLY_MARK_MIDTERM] = "mark_midterm",
	[TALLY_MARK_FINAL] = "mark_final",
	[TALLY_SUBJECT_RESULT] = "subject_result",
	[TALLY_LEARNING] = "learning",
	[TALLY_CONDUCT] = "conduct",
	[TALLY_PROMOTION] = "promotion",
	[TALLY_AWARD] = "award",
	[TALLY_COMPLETION] = "completion",
	[TALLY_JUDGEMENT] = "judgement",
	[TALLY_CLOSED] = "closed",
};

/* What makes a group, and what it is called; s: the school, t: its tally or typed row. */
static const struct {
	const char *name;
	const char *key;
	const char *title;
	const char *join;
} groups[] = {
	[FIGURES_BY_NOTHING] = { "all", "''", "''", "" },
	[FIGURES_BY_COMMUNE] = { "commune", "s.commune_code", "MAX(COALESCE(a.name, ''))",
			" LEFT JOIN area a ON a.tier = 2 AND a.code = s.commune_code"
			" AND a.valid_to IS NULL" },
	[FIGURES_BY_LEVEL] = { "level", "s.level", "''", "" },
	[FIGURES_BY_SCHOOL] = { "school", "CAST(s.id AS CHAR)", "MAX(s.name)", "" },
	[FIGURES_BY_GRADE] = { "grade", "LPAD(t.grade, 2, '0')", "''", "" },
	[FIGURES_BY_SUBJECT] = { "subject", "t.subject", "MAX(COALESCE(d.name, ''))",
			" LEFT JOIN desk_subject d ON d.school_id = s.id AND d.subject = t.subject" },
	[FIGURES_BY_CLASS] = { "class", "t.class", "''", "" },
};

#define OF_CLASS                                                                   \
	" LEFT JOIN desk_class c ON c.school_id = y.school_id AND c.year = y.year" \
	" AND c.class = y.class"
#define VALUE "COALESCE(y.value_x10, 200 + y.letter)"
#define ROWS(columns, from, where)                                                              \
	"(SELECT y.school_id, y.year, y.class, " columns " FROM " from " WHERE y.school_id = ?" \
	" AND y.year = ?" where ")"

/* The typed rows of one school's year, as the tallies would be if they knew classes. */
static const char *const class_rows[TALLY_MEASURE_END_] = {
	[TALLY_ENROLLED] = ROWS("0 part, '' subject, COALESCE(c.grade, 0) grade, 0 value, 1 count",
			"desk_enrolment y" OF_CLASS, " AND y.to_on IS NULL"),
	[TALLY_MARK_REGULAR] = ROWS("y.part, y.subject, COALESCE(c.grade, 0) grade, " VALUE
				    " value, 1 count",
			"desk_mark y" OF_CLASS, " AND y.kind = 1 AND " VALUE " IS NOT NULL"),
	[TALLY_MARK_MIDTERM] = ROWS("y.part, y.subject, COALESCE(c.grade, 0) grade, " VALUE
				    " value, 1 count",
			"desk_mark y" OF_CLASS, " AND y.kind = 2 AND " VALUE " IS NOT NULL"),
	[TALLY_MARK_FINAL] = ROWS("y.part, y.subject, COALESCE(c.grade, 0) grade, " VALUE
				  " value, 1 count",
			"desk_mark y" OF_CLASS, " AND y.kind = 3 AND " VALUE " IS NOT NULL"),
	[TALLY_SUBJECT_RESULT] = ROWS("y.part, y.subject, COALESCE(c.grade, 0) grade, " VALUE
				      " value, 1 count",
			"desk_subject_result y" OF_CLASS, " AND " VALUE " IS NOT NULL"),
	[TALLY_LEARNING] = ROWS("y.part, '' subject, y.grade, y.learning value, 1 count",
			"desk_result y", " AND y.learning IS NOT NULL AND y.grade > 5"),
	[TALLY_COMPLETION] = ROWS("y.part, '' subject, y.grade, y.learning value, 1 count",
			"desk_result y", " AND y.learning IS NOT NULL AND y.grade <= 5"),
	[TALLY_JUDGEMENT] = ROWS("IF(y.moment = 2, 1, 0) part, y.item subject,"
				 " COALESCE(c.grade, 0) grade, y.level value, 1 count",
			"desk_judgement y" OF_CLASS, " AND y.moment IN (2, 4) AND y.level <= 3"),
	[TALLY_CONDUCT] = ROWS("y.part, '' subject, y.grade, y.conduct value, 1 count",
			"desk_result y", " AND y.conduct IS NOT NULL"),
	[TALLY_PROMOTION] = ROWS("y.part, '' subject, y.grade, y.promotion value, 1 count",
			"desk_result y", " AND y.promotion IS NOT NULL"),
	[TALLY_AWARD] = ROWS("y.part, y.award subject, y.grade, 0 value, 1 count", "desk_result y",
			" AND y.award IS NOT NULL"),
};

enum err figures_measure_parse(struct str s, enum tally_measure *out) {
	for (unsigned i = TALLY_CLASSES; i < TALLY_MEASURE_END_; i++) {
		if (str_eq_z(s, measure_names[i])) {
			*out = (enum tally_measure)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

enum err figures_by_parse(struct str s, enum figures_by *out) {
	for (size_t i = 0; i < COUNT_OF(groups); i++) {
		if (str_eq_z(s, groups[i].name)) {
			*out = (enum figures_by)i;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

static bool has_year(enum tally_measure m) {
	return m != TALLY_STUDENTS && m != TALLY_TEACHERS;
}

/* The text of the statement; what is bound follows in the same order in bind_ask(). */
static void print_sql(const struct figures_ask *ask, struct buf *out) {
	bool by_class = ask->by == FIGURES_BY_CLASS;
	buf_addf(out, "SELECT %s, %s, t.value, SUM(t.count) FROM province_school s JOIN %s t",
			groups[ask->by].key, groups[ask->by].title,
			by_class ? class_rows[ask->measure] : "desk_tally");
	buf_addf(out, " ON t.school_id = s.id%s WHERE s.province_id = ? AND t.part = ?",
			groups[ask->by].join);
	buf_add_str(out, by_class ? "" : " AND t.year = ? AND t.measure = ?");
	buf_add_str(out, ask->school_id ? " AND s.id = ?" : "");
	buf_add_str(out, ask->level.n ? " AND s.level = ?" : "");
	buf_add_str(out, ask->commune.n ? " AND s.commune_code = ?" : "");
	buf_add_str(out, ask->subject.n ? " AND t.subject = ?" : "");
	buf_add_str(out, ask->grade ? " AND t.grade = ?" : "");
	buf_add_str(out, " GROUP BY 1, t.value HAVING SUM(t.count) > 0 ORDER BY 1, t.value");
}

static void bind_ask(struct db_stmt *stmt, const struct figures_ask *ask) {
	unsigned at = 0;
	bool by_class = ask->by == FIGURES_BY_CLASS;
	if (by_class) {
		db_bind_u64(stmt, at++, ask->school_id);
		db_bind_str(stmt, at++, ask->year);
	}
	db_bind_u64(stmt, at++, ask->province_id);
	db_bind_u64(stmt, at++, ask->part);
	if (!by_class) {
		db_bind_str(stmt, at++, has_year(ask->measure) ? ask->year : str_from(""));
		db_bind_u64(stmt, at++, ask->measure);
	}
	if (ask->school_id) {
		db_bind_u64(stmt, at++, ask->school_id);
	}
	const struct str texts[] = { ask->level, ask->commune, ask->subject };
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		if (texts[i].n) {
			db_bind_str(stmt, at++, texts[i]);
		}
	}
	if (ask->grade) {
		db_bind_u64(stmt, at++, ask->grade);
	}
}

enum err figures_store_each(struct db *db, const struct figures_ask *ask,
		enum err (*each)(const struct figures_row *row, void *ctx), void *ctx) {
	if (ask->by == FIGURES_BY_CLASS && (!ask->school_id || !class_rows[ask->measure])) {
		return ERR_INVAL;
	}
	_cleanup_(buf_finish) struct buf sql = buf_make(SQL_BYTES_MAX);
	print_sql(ask, &sql);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = buf_err(&sql);
	e = e ? e : db_prepare_text(db, (struct str){ sql.data, sql.len }, &stmt);
	if (e) {
		return e;
	}
	bind_ask(stmt, ask);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct figures_row row = { .key = db_col_str(stmt, 0),
			.name = db_col_str(stmt, 1),
			.value = (unsigned)db_col_u64(stmt, 2),
			.count = db_col_i64(stmt, 3) };
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static const char *const sql_choices[] = {
	[FIGURES_YEARS] = "SELECT DISTINCT t.year, t.year FROM province_school s"
			  " JOIN desk_class t ON t.school_id = s.id WHERE s.province_id = ?"
			  " ORDER BY t.year DESC LIMIT 50",
	[FIGURES_SUBJECTS] = "SELECT d.subject, MAX(d.name) FROM province_school s"
			     " JOIN desk_subject d ON d.school_id = s.id WHERE s.province_id = ?"
			     " GROUP BY d.subject ORDER BY 2, 1 LIMIT 500",
	[FIGURES_COMMUNES] = "SELECT s.commune_code, MAX(COALESCE(a.name, s.commune_code))"
			     " FROM province_school s LEFT JOIN area a ON a.tier = 2"
			     " AND a.code = s.commune_code AND a.valid_to IS NULL"
			     " WHERE s.province_id = ? AND s.commune_code <> ''"
			     " GROUP BY s.commune_code ORDER BY 2, 1 LIMIT 2000",
};

enum err figures_store_choices(struct db *db, uint32_t province_id, enum figures_choice what,
		enum err (*each)(struct str code, struct str name, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_choices[what], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = each(db_col_str(stmt, 0), db_col_str(stmt, 1), ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
