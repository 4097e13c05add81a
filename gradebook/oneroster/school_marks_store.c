/* The columns of a school year, what stands in them, and what comes of it by the rules. */

#include "gradebook/oneroster/school_source_inner_store.h"

#include "gradebook/closing/kept_year_store.h"

static const char sql_columns[] =
		"SELECT k.subject_id, t.number, k.kind, k.position, k.published_at_ms"
		" FROM mark_column k JOIN term t ON t.id = k.term_id"
		" JOIN subject s ON s.id = k.subject_id WHERE k.school_id = ? AND k.class_id = ?"
		" ORDER BY s.position, s.name, s.code, t.number, k.kind, k.position";
/* A cell that was emptied says nothing. */
static const char sql_marks[] =
		"SELECT k.subject_id, t.number, k.kind, k.position, st.code, m.value_x10, m.state,"
		" m.is_makeup, m.changed_at_ms FROM mark_column k JOIN mark m ON m.column_id = k.id"
		" JOIN student st ON st.id = m.student_id JOIN term t ON t.id = k.term_id"
		" JOIN subject s ON s.id = k.subject_id WHERE k.school_id = ? AND k.class_id = ?"
		" AND (m.value_x10 IS NOT NULL OR m.state = 2)"
		" ORDER BY s.position, s.name, s.code, t.number, k.kind, k.position, st.code";

enum { STATE_MISSING = 2 };

struct giving {
	const struct school_source *s;
	const struct oneroster_take *to;
	const struct source_class *class;
};

/* The place of subject, term, kind and position: the first four columns of a row. */
static enum err read_place(const struct giving *g, const struct db_stmt *stmt,
		struct oneroster_column_fact *out) {
	const struct source_subject *subject = source_find_subject(g->s, db_col_u64(stmt, 0));
	uint64_t term = db_col_u64(stmt, 1);
	uint64_t kind = db_col_u64(stmt, 2);
	if (!subject || term < 1 || term > PACK_TERMS || kind < ONEROSTER_TX ||
			kind > ONEROSTER_CK) {
		return ERR_CORRUPT;
	}
	*out = (struct oneroster_column_fact){ .class = source_class_fact(g->class, subject),
		.term = (unsigned)term,
		.kind = (enum oneroster_kind)kind,
		.position = (unsigned)db_col_u64(stmt, 3),
		.starts_on = g->s->sessions[term].starts_on,
		.ends_on = g->s->sessions[term].ends_on };
	return ERR_OK;
}

static struct oneroster_column_fact mean_of(
		const struct giving *g, const struct source_subject *subject, unsigned term) {
	return (struct oneroster_column_fact){ .class = source_class_fact(g->class, subject),
		.term = term,
		.kind = ONEROSTER_MEAN,
		.starts_on = g->s->sessions[term].starts_on,
		.ends_on = g->s->sessions[term].ends_on };
}

/* ---- columns ---- */

static enum err give_columns(const struct giving *g) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(g->s, sql_columns, g->class->id, &stmt);
	while (!e && (e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = source_fact(g->s, ONEROSTER_PART_COLUMNS);
		e = read_place(g, stmt, &f.of.column);
		if (!e) {
			f.of.column.published_at_ms = db_col_i64(stmt, 4);
			e = g->to->take(g->to->ctx, &f);
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err give_mean_columns(const struct giving *g) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < g->class->pair_count && g->class->pack && !e; i++) {
		size_t subject = g->s->pairs.items[g->class->first_pair + i];
		for (unsigned n = 0; n <= PACK_TERMS && !e; n++) {
			struct oneroster_fact f = source_fact(g->s, ONEROSTER_PART_COLUMNS);
			unsigned term = n == PACK_TERMS ? 0 : n + 1; /* the year behind its terms */
			f.of.column = mean_of(g, &g->s->subjects.items[subject], term);
			e = g->to->take(g->to->ctx, &f);
		}
	}
	return e;
}

enum err source_columns(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		const struct giving g = { s, to, &s->classes.items[i] };
		e = give_columns(&g);
		e = e ? e : give_mean_columns(&g);
	}
	return e;
}

/* ---- results ---- */

static enum err give_marks(const struct giving *g) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = source_begin(g->s, sql_marks, g->class->id, &stmt);
	while (!e && (e = db_next(stmt)) == ERR_OK) {
		struct oneroster_fact f = source_fact(g->s, ONEROSTER_PART_RESULTS);
		struct oneroster_result_fact *r = &f.of.result;
		bool is_missing = db_col_u64(stmt, 6) == STATE_MISSING;
		r->student = db_col_str(stmt, 4);
		r->state = is_missing ? ONEROSTER_MISSING : ONEROSTER_VALUE;
		r->value_x10 = (int)db_col_u64(stmt, 5);
		r->is_makeup = db_col_bool(stmt, 7);
		e = read_place(g, stmt, &r->column);
		e = e ? e : date_in_vietnam(db_col_i64(stmt, 8), &r->on);
		e = e ? e : g->to->take(g->to->ctx, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The subject as the class has it now; NULL when it has it no more, or judged by other marks than
 * when the class was closed. */
static const struct source_subject *find_taught(
		const struct giving *g, const struct class_subject *kept) {
	const struct school_source *s = g->s;
	for (size_t i = 0; i < g->class->pair_count; i++) {
		const struct source_subject *subject =
				&s->subjects.items[s->pairs.items[g->class->first_pair + i]];
		if (subject->id == kept->id) {
			return subject->fact.is_comment == kept->is_comment ? subject : NULL;
		}
	}
	return NULL;
}

/* What one student came to in one subject, of a term or (0) the year; nothing while it is open. */
static enum err give_mean(const struct giving *g, const struct class_year *year,
		const struct class_student *student, size_t subject, unsigned term) {
	const struct tt22_subject *in = &student->input.subjects[subject];
	const struct source_subject *known = find_taught(g, &year->subjects[subject]);
	bool is_exempt = term ? in->is_term_exempt[term - 1] : in->is_exempt;
	int value = term ? student->outcome.terms[subject][term - 1]
			 : student->outcome.years[subject];
	struct oneroster_fact f = source_fact(g->s, ONEROSTER_PART_RESULTS);
	bool is_open = !is_exempt && value == TT22_MARK_NONE;
	if (!known || (is_open && !g->s->wish.tells_open_means)) {
		return ERR_OK;
	}
	f.is_gone = is_open;
	f.of.result = (struct oneroster_result_fact){ .column = mean_of(g, known, term),
		.student = student->code,
		.state = is_exempt ? ONEROSTER_EXEMPT : ONEROSTER_VALUE,
		.value_x10 = is_exempt || is_open ? 0 : value,
		.on = g->s->sessions[term].ends_on };
	return g->to->take(g->to->ctx, &f);
}

/* Of what is closed as it was closed. What was kept and then edited is told nobody: such a class leaves
 * without its means. */
static enum err give_means(const struct giving *g) {
	int64_t closed_at_ms = 0;
	const struct class_year_wanted wanted = { .school_id = g->s->wish.school_id,
		.class_id = g->class->id };
	_cleanup_(class_year_finish) struct class_year year;
	class_year_init(&year);
	enum err e = kept_year_store_load(g->s->db, &wanted, SCOPE_YEAR, &year, &closed_at_ms);
	if (e == ERR_CORRUPT) {
		return ERR_OK;
	}
	for (size_t i = 0; i < year.subject_count && !e; i++) {
		for (size_t n = 0; n < year.student_count && !e; n++) {
			for (unsigned term = 0; term <= PACK_TERMS && !e; term++) {
				e = give_mean(g, &year, &year.students[n], i, term);
			}
		}
	}
	return e;
}

enum err source_results(struct school_source *s, const struct oneroster_take *to) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < s->classes.count && !e; i++) {
		const struct giving g = { s, to, &s->classes.items[i] };
		e = give_marks(&g);
		if (!e && g.class->pack) {
			e = give_means(&g);
		}
	}
	return e;
}
