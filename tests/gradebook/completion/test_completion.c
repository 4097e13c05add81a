/* How far a school's marks are, counted by a few statements, against what closing finds class by
 * class: the same in worlds made by chance. */
#include "gradebook/completion/completion_store.h"

#include <stdarg.h>
#include <stdio.h>

#include "core/base/rng.h"
#include "gradebook/results/class_year_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

enum { WORLDS = 12, KINDS = 3, CLASSES = 2 };

struct world {
	struct db *db;
	struct seed seed;
	struct rng rng;
	size_t seen_missing; /* over all worlds: the comparison is of something */
};

static unsigned long long u(uint64_t id) {
	return (unsigned long long)id;
}

static void run(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void run(struct world *w, const char *format, ...) {
	char sql[1024];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);
	testdb_run(w->db, sql);
}

static bool one_in(struct world *w, uint32_t n) {
	return rng_below(&w->rng, n) == 0;
}

/* ---- a world ---- */

static void add_cell(struct world *w, uint64_t student, int subject) {
	bool is_away = one_in(w, 6);
	char value[8] = "NULL";
	if (!is_away && !one_in(w, 8)) {
		(void)snprintf(value, sizeof(value), "%u",
				(unsigned)rng_below(&w->rng, subject ? 2 : 101));
	}
	run(w,
			"INSERT INTO mark (school_id, column_id, student_id, value_x10, state, version,"
			" changed_by, changed_at_ms) SELECT %llu, MAX(id), %llu, %s, %d, 1, 1, 1"
			" FROM mark_column",
			u(w->seed.school_id), u(student), value, is_away ? 2 : 1);
}

static void add_column(struct world *w, int in, int subject, int term, const int at[2]) {
	const struct seed *s = &w->seed;
	run(w,
			"INSERT INTO mark_column (school_id, class_id, subject_id, term_id, kind,"
			" position, published_at_ms) VALUES (%llu, %llu, %llu, %llu, %d, %d, %s)",
			u(s->school_id), u(s->class_ids[in]), u(s->subject_ids[subject]),
			u(s->term_ids[term]), at[0], at[1], one_in(w, 2) ? "5" : "NULL");
	for (int i = 0; i < SEED_STUDENTS; i++) {
		/* Also of the other class: marks of those who are not in it count nowhere. */
		bool is_its = i / (SEED_STUDENTS / CLASSES) == in;
		if (is_its ? !one_in(w, 5) : one_in(w, 9)) {
			add_cell(w, s->student_ids[i], subject);
		}
	}
}

static void add_columns(struct world *w, int in, int subject, int term) {
	static const int most[KINDS] = { 4, 1, 1 };
	for (int kind = 1; kind <= KINDS; kind++) {
		for (int n = 1; n <= most[kind - 1]; n++) {
			const int at[2] = { kind, n };
			if (!one_in(w, 4)) {
				add_column(w, in, subject, term, at);
			}
		}
	}
}

static void add_said(struct world *w) {
	const struct seed *s = &w->seed;
	for (int i = 0; i < SEED_STUDENTS; i++) {
		for (int term = 0; term < PACK_TERMS; term++) {
			if (!one_in(w, 3)) {
				run(w,
						"INSERT INTO conduct VALUES (%llu, %llu, %llu, %llu, 1,"
						" %s, 1, 1, 1)",
						u(s->school_id), u(s->class_ids[0]),
						u(s->student_ids[i]), u(s->term_ids[term]),
						one_in(w, 4) ? "NULL" : "2");
			}
			if (one_in(w, 5)) {
				run(w, "INSERT INTO exemption VALUES (%llu, %llu, %llu, %llu, '', 1, 1)",
						u(s->school_id), u(s->student_ids[i]),
						u(s->subject_ids[rng_below(&w->rng, 2)]),
						u(s->term_ids[term]));
			}
		}
	}
}

static void clear(struct world *w) {
	static const char *const tables[] = { "mark", "mark_column", "conduct", "exemption",
		"roll_call", "class_closing", "subject_load" };
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		run(w, "DELETE FROM %s", tables[i]);
	}
	run(w, "DELETE FROM enrolment WHERE from_on > '2026-09-30'");
	run(w, "UPDATE enrolment SET to_on = NULL");
}

/* Somebody goes to the other class, and may come back: the marks come along. */
static void move(struct world *w) {
	const struct seed *s = &w->seed;
	int i = (int)rng_below(&w->rng, SEED_STUDENTS);
	int from = i / (SEED_STUDENTS / CLASSES);
	uint64_t student = s->student_ids[i];
	run(w,
			"INSERT IGNORE INTO enrolment (school_id, class_id, student_id, position,"
			" from_on) VALUES (%llu, %llu, %llu, 9, '2026-10-01')",
			u(s->school_id), u(s->class_ids[1 - from]), u(student));
	run(w, "UPDATE enrolment SET to_on = %s WHERE student_id = %llu AND class_id = %llu",
			"'2026-10-01'", u(student), u(s->class_ids[from]));
	if (one_in(w, 4)) {
		run(w,
				"UPDATE enrolment SET to_on = IF(class_id = %llu, NULL, '2026-11-01')"
				" WHERE student_id = %llu",
				u(s->class_ids[from]), u(student));
	}
}

static void fill(struct world *w) {
	const struct seed *s = &w->seed;
	static const int lessons[] = { 35, 36, 70, 71 };
	clear(w);
	for (int subject = 0; subject < 2; subject++) {
		if (!one_in(w, 3)) {
			run(w,
					"INSERT INTO subject_load (school_id, school_year_id, subject_id,"
					" grade, lessons_a_year) VALUES (%llu, %llu, %llu, 10, %d)",
					u(s->school_id), u(s->year_id), u(s->subject_ids[subject]),
					lessons[rng_below(&w->rng, 4)]);
		}
		for (int in = 0; in < CLASSES; in++) {
			for (int term = 0; term < PACK_TERMS; term++) {
				add_columns(w, in, subject, term);
			}
		}
	}
	add_said(w);
	if (one_in(w, 2)) {
		run(w, "INSERT INTO roll_call VALUES (%llu, %llu, '2026-09-07', 1, 1, 1, 1)",
				u(s->school_id), u(s->class_ids[0]));
	}
	if (one_in(w, 3)) {
		run(w, "UPDATE enrolment SET to_on = '2026-10-01' WHERE student_id = %llu",
				u(s->student_ids[rng_below(&w->rng, SEED_STUDENTS)]));
	}
	for (int n = 0; n < 2; n++) {
		if (one_in(w, 2)) {
			move(w);
		}
	}
	if (one_in(w, 2)) {
		run(w, "INSERT INTO class_closing VALUES (%llu, %llu, %u, 1, %d, %llu, 9, '')",
				u(s->school_id), u(s->class_ids[1]),
				(unsigned)rng_below(&w->rng, 2) + 1, !one_in(w, 3),
				u(s->office_id));
	}
}

/* ---- the comparison ---- */

struct tally {
	const struct class_year *year;
	struct completion_missing sum;
	size_t by_subject[TT22_SUBJECTS_MAX];
	size_t cells[PACK_TERMS][TT22_SUBJECTS_MAX];
};

static void count_missing(const struct class_missing *m, void *ctx) {
	struct tally *t = ctx;
	t->sum.count++;
	if (m->subject) {
		size_t at = (size_t)(m->subject - t->year->subjects);
		t->by_subject[at]++;
		t->cells[m->term - 1][at] += m->need - m->have;
	} else if (m->what == CLASS_MISSING_CONDUCT) {
		t->sum.conduct++;
	} else {
		t->sum.of_class++;
	}
}

static void compare_subjects(const struct completion *c, const struct completion_class *in,
		const struct tally *t, enum class_scope scope) {
	CHECK_INT("subjects", in->place_count, t->year->subject_count);
	for (size_t i = 0; i < t->year->subject_count; i++) {
		const struct completion_place *place = &c->places[in->first_place + i];
		CHECK_INT("subject", place->subject_id, t->year->subjects[i].id);
		CHECK_INT("of it", completion_missing_in(place, scope), t->by_subject[i]);
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			if (scope == SCOPE_YEAR || scope == (enum class_scope)(k + 1)) {
				CHECK_INT("cells", place->terms[k].missing_cells, t->cells[k][i]);
			}
		}
	}
}

static void compare_class(struct world *w, const struct completion *c,
		const struct completion_class *in, enum class_scope scope) {
	_cleanup_(class_year_finish) struct class_year y;
	class_year_init(&y);
	const struct class_year_wanted wanted = { .school_id = w->seed.school_id,
		.class_id = in->id };
	CHECK_INT("load the class", class_year_load(w->db, &wanted, &y), ERR_OK);
	struct tally t = { .year = &y };
	class_year_missing(&y, scope, count_missing, &t);
	struct completion_missing got = completion_missing_of(c, in, scope);
	CHECK_INT("count", got.count, t.sum.count);
	CHECK_INT("conduct", got.conduct, t.sum.conduct);
	CHECK_INT("of the class", got.of_class, t.sum.of_class);
	CHECK_INT("students", in->student_count, y.student_count);
	for (unsigned i = 0; i < CLASS_YEAR_SCOPES; i++) {
		CHECK_INT("closed", in->closed[i].is_closed, y.closed[i].is_closed);
		CHECK_INT("version", in->closed[i].version, y.closed[i].version);
	}
	compare_subjects(c, in, &t, scope);
	w->seen_missing += t.sum.count;
}

static void compare(struct world *w) {
	for (unsigned i = 0; i < CLASS_YEAR_SCOPES; i++) {
		enum class_scope scope = (enum class_scope)i;
		_cleanup_(completion_finish) struct completion c;
		completion_init(&c);
		CHECK_INT("load",
				completion_load(w->db, w->seed.school_id, w->seed.year_id, scope,
						&c),
				ERR_OK);
		CHECK_INT("classes", c.class_count, CLASSES);
		for (size_t n = 0; n < c.class_count; n++) {
			compare_class(w, &c, &c.classes[n], scope);
		}
	}
}

/* ---- by hand ---- */

static void test_by_hand(struct world *w) {
	const struct seed *s = &w->seed;
	clear(w);
	run(w,
			"INSERT INTO subject_load (school_id, school_year_id, subject_id, grade,"
			" lessons_a_year) VALUES (%llu, %llu, %llu, 10, 105)",
			u(s->school_id), u(s->year_id), u(s->subject_ids[0]));
	run(w,
			"INSERT INTO mark_column (school_id, class_id, subject_id, term_id, kind, position,"
			" published_at_ms) VALUES (%llu, %llu, %llu, %llu, 1, 1, 7)",
			u(s->school_id), u(s->class_ids[0]), u(s->subject_ids[0]),
			u(s->term_ids[0]));
	run(w,
			"INSERT INTO mark (school_id, column_id, student_id, value_x10, version, changed_by,"
			" changed_at_ms) SELECT school_id, id, %llu, 80, 1, 1, 1 FROM mark_column",
			u(s->student_ids[0]));
	_cleanup_(completion_finish) struct completion c;
	completion_init(&c);
	CHECK_INT("load", completion_load(w->db, s->school_id, s->year_id, SCOPE_TERM_1, &c),
			ERR_OK);
	const struct completion_class *in = completion_class_of(&c, s->class_ids[0]);
	const struct completion_place *toan = completion_place_of(&c, in, s->subject_ids[0]);
	const struct completion_term *term = &toan->terms[0];
	CHECK_INT("four regular marks of 105 lessons", term->kinds[MARK_TX].need, 4);
	CHECK_INT("columns", term->kinds[MARK_TX].there, 1);
	CHECK_INT("published", term->kinds[MARK_TX].published, 1);
	CHECK_INT("midterm", term->kinds[MARK_GK].need, 1);
	/* Three students: 4 + 1 + 1 each, one mark is there. */
	CHECK_INT("cells", term->missing_cells, 17);
	CHECK_INT("as closing counts", term->missing, 9);
	CHECK_INT("one teacher", toan->teacher_count, 1);
	CHECK_INT("who", c.teachers[toan->first_teacher].person_id, s->teacher_ids[0]);
	_cleanup_(completion_finish) struct completion none;
	completion_init(&none);
	CHECK_INT("a year of nobody",
			completion_load(w->db, s->school_id, s->year_id + 1000, SCOPE_YEAR, &none),
			ERR_NOT_FOUND);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "completion");
	struct world w = { .db = t.db };
	struct seed other;
	seed_school(t.db, "ALPHA", &w.seed);
	seed_school(t.db, "BETA", &other);
	test_by_hand(&w);
	CHECK_INT("not theirs",
			completion_load(t.db, other.school_id, w.seed.year_id, SCOPE_YEAR,
					&(struct completion){ .arena = arena_make(1) }),
			ERR_NOT_FOUND);
	for (uint64_t seed = 1; seed <= WORLDS; seed++) {
		rng_init(&w.rng, seed, 1);
		run(&w, "START TRANSACTION"); /* one commit for the hundred rows of a world */
		fill(&w);
		run(&w, "COMMIT");
		compare(&w);
	}
	CHECK("something was missing", w.seen_missing > 300);
	testdb_stop(&t);
	return check_done();
}
