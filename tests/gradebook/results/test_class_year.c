/*
 * Random classes in the database, loaded and worked out, against `truongthi gradebook compute` on
 * lines that are written here from the same draw: not one student may differ in a letter. And who
 * sees what: a student of another class, another school, a family.
 */
#include "gradebook/results/class_year_store.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/rng.h"
#include "core/school/calendar_store.h"
#include "core/school/lessons_store.h"
#include "core/school/teaching_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

enum {
	SUBJECTS = 10,
	PLACES = 6, /* TX 1-4, GK, CK */
	ROUNDS = 12,
	STUDENTS = 3, /* of the first class */
	JSON_BYTES = 1 << 20,
	NONE = -1,
};

static const struct {
	const char *code;
	bool is_comment;
	unsigned lessons; /* 0: not set */
	unsigned columns; /* regular ones */
} subjects[SUBJECTS] = {
	{ "toan", false, 105, 4 },
	{ "gdtc", true, 0, 2 },
	{ "van", false, 105, 4 },
	{ "anh", false, 70, 3 },
	{ "li", false, 71, 4 },
	{ "hoa", false, 35, 2 },
	{ "sinh", false, 0, 3 }, /* lessons not known: as many as columns */
	{ "su", false, 36, 3 },
	{ "tin", false, 35, 2 },
	{ "gddp", true, 35, 2 },
};

/* One student as drawn. */
struct drawn {
	int marks[SUBJECTS][2][PLACES];
	bool exempt[SUBJECTS][2];
	int conduct[2]; /* 1 Tốt … 4 Chưa đạt, or NONE */
	int excused;
	int unexcused;
	int again[SUBJECTS]; /* in summer */
	int conduct_again;
	bool has_summer;
};

struct world {
	struct db *db;
	struct seed seed;
	uint64_t subject_ids[SUBJECTS];
	struct rng rng;
	struct drawn drawn[STUDENTS];
};

static int below(struct world *w, int n) {
	return (int)rng_below(&w->rng, (uint64_t)n);
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

static unsigned long long u(uint64_t id) {
	return (unsigned long long)id;
}

/* ---- the school ---- */

static void add_subjects(struct world *w) {
	const struct seed *s = &w->seed;
	for (int i = 0; i < SUBJECTS; i++) {
		if (i < 2) {
			w->subject_ids[i] = s->subject_ids[i];
			continue;
		}
		struct subject one = { .code = str_from(subjects[i].code),
			.name = str_from(subjects[i].code),
			.kind = subjects[i].is_comment ? SUBJECT_COMMENT : SUBJECT_MARK,
			.position = (unsigned)i + 1 };
		CHECK_INT("subject",
				calendar_store_add_subject(
						w->db, s->school_id, &one, &w->subject_ids[i]),
				ERR_OK);
		if (subjects[i].lessons) {
			const struct lessons lessons = { .subject_id = w->subject_ids[i],
				.grade = 10,
				.a_year = subjects[i].lessons };
			CHECK_INT("lessons",
					lessons_store_set(
							w->db, s->school_id, s->year_id, &lessons),
					ERR_OK);
		}
	}
	for (int i = 1; i < SUBJECTS - 1; i++) { /* the last has columns, but no teacher */
		CHECK_INT("teaching",
				teaching_store_add(w->db, s->school_id, s->class_ids[0],
						w->subject_ids[i], s->teacher_ids[1]),
				ERR_OK);
	}
	/* Taught in the other class alone: counts nowhere here. */
	struct subject other = { .code = str_from("nhat"),
		.name = str_from("Tiếng Nhật"),
		.kind = SUBJECT_MARK,
		.position = 99 };
	uint64_t id = 0;
	CHECK_INT("subject", calendar_store_add_subject(w->db, s->school_id, &other, &id), ERR_OK);
	CHECK_INT("teaching",
			teaching_store_add(w->db, s->school_id, s->class_ids[1], id,
					s->teacher_ids[1]),
			ERR_OK);
}

static void kind_of(int place, int *kind, int *position) {
	*kind = place < 4 ? 1 : place - 2;
	*position = place < 4 ? place + 1 : 1;
}

static bool has_place(int subject, int place) {
	return place >= 4 || place < (int)subjects[subject].columns;
}

static void add_columns(struct world *w) {
	for (int i = 0; i < SUBJECTS; i++) {
		for (int k = 0; k < 2; k++) {
			for (int p = 0; p < PLACES; p++) {
				int kind = 0;
				int position = 0;
				kind_of(p, &kind, &position);
				if (has_place(i, p)) {
					run(w,
							"INSERT INTO mark_column (school_id, class_id, subject_id,"
							" term_id, kind, position) VALUES (%llu, %llu, %llu, %llu,"
							" %d, %d)",
							u(w->seed.school_id),
							u(w->seed.class_ids[0]),
							u(w->subject_ids[i]),
							u(w->seed.term_ids[k]), kind, position);
				}
			}
		}
	}
}

/* ---- a draw ---- */

static void draw_marks(struct world *w, struct drawn *d, int i) {
	static const int centres[] = { 93, 85, 80, 65, 50, 35 };
	int centre = centres[below(w, 6)];
	for (int k = 0; k < 2; k++) {
		for (int p = 0; p < PLACES; p++) {
			int mark = centre - 8 + below(w, 17);
			mark = mark > 100 ? 100 : mark;
			if (subjects[i].is_comment) {
				mark = below(w, 12) > 0;
			}
			bool is_there = has_place(i, p) && below(w, 150) > 0;
			d->marks[i][k][p] = is_there ? mark : NONE;
		}
		d->exempt[i][k] = below(w, 30) == 0;
	}
}

static void draw(struct world *w, struct drawn *d) {
	memset(d, 0, sizeof(*d));
	for (int i = 0; i < SUBJECTS; i++) {
		draw_marks(w, d, i);
		d->again[i] = NONE;
	}
	for (int k = 0; k < 2; k++) {
		d->conduct[k] = below(w, 25) ? 1 + below(w, 4) : NONE;
	}
	d->excused = below(w, 40);
	d->unexcused = below(w, 8);
	d->conduct_again = NONE;
}

static void clear(struct world *w) {
	static const char *const tables[] = { "mark", "exemption", "conduct", "absence",
		"roll_call", "reassessment" };
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		run(w, "DELETE FROM %s", tables[i]);
	}
	run(w, "INSERT INTO roll_call VALUES (%llu, %llu, '2026-09-07', 1, 1, 1, 1)",
			u(w->seed.school_id), u(w->seed.class_ids[0]));
}

static void store_marks(struct world *w, uint64_t student, const struct drawn *d, int i, int k) {
	for (int p = 0; p < PLACES; p++) {
		int kind = 0;
		int position = 0;
		kind_of(p, &kind, &position);
		if (!has_place(i, p)) {
			continue;
		}
		/* An empty cell, one that was taken back, and one to be made up are all nothing. */
		int how = d->marks[i][k][p] == NONE ? below(w, 3) : 3;
		char value[16] = "NULL";
		if (how == 3) {
			(void)snprintf(value, sizeof(value), "%d", d->marks[i][k][p]);
		}
		if (how > 0) {
			run(w,
					"INSERT INTO mark (school_id, column_id, student_id, value_x10, state,"
					" version, changed_by, changed_at_ms) SELECT school_id, id, %llu, %s, %d,"
					" 1, 1, 1 FROM mark_column WHERE class_id = %llu AND subject_id = %llu"
					" AND term_id = %llu AND kind = %d AND position = %d",
					u(student), value, how == 2 ? 2 : 1,
					u(w->seed.class_ids[0]), u(w->subject_ids[i]),
					u(w->seed.term_ids[k]), kind, position);
		}
	}
}

/* Days one after the other, in both terms; a late arrival counts nothing. */
static void store_absences(struct world *w, uint64_t student, const struct drawn *d) {
	for (int n = 0; n < d->excused + d->unexcused; n++) {
		const char *from = n % 2 ? "2026-09-07" : "2027-02-01";
		run(w,
				"INSERT INTO absence VALUES (%llu, %llu, %llu, '%s' + INTERVAL %d DAY, 1, %d, '',"
				" 1, 1)",
				u(w->seed.school_id), u(w->seed.class_ids[0]), u(student), from, n,
				n < d->excused ? 1 : 2);
	}
	run(w, "INSERT INTO absence VALUES (%llu, %llu, %llu, '2027-05-28', 1, 3, '', 1, 1)",
			u(w->seed.school_id), u(w->seed.class_ids[0]), u(student));
}

static void store_conduct(struct world *w, uint64_t student, int k, int stage, int level) {
	if (level != NONE) {
		run(w, "INSERT INTO conduct VALUES (%llu, %llu, %llu, %llu, %d, %d, 1, 1, 1)",
				u(w->seed.school_id), u(w->seed.class_ids[0]), u(student),
				u(w->seed.term_ids[k]), stage, level);
	}
}

static void store(struct world *w, uint64_t student, const struct drawn *d) {
	for (int i = 0; i < SUBJECTS; i++) {
		for (int k = 0; k < 2; k++) {
			store_marks(w, student, d, i, k);
			if (d->exempt[i][k]) {
				run(w, "INSERT INTO exemption VALUES (%llu, %llu, %llu, %llu, 'x', 1, 1)",
						u(w->seed.school_id), u(student),
						u(w->subject_ids[i]), u(w->seed.term_ids[k]));
			}
		}
	}
	store_absences(w, student, d);
	for (int k = 0; k < 2; k++) {
		store_conduct(w, student, k, 1, d->conduct[k]);
	}
}

/* ---- the line, from the draw alone ---- */

static void put_value(struct buf *b, int i, int value) {
	if (value == NONE) {
		buf_add_str(b, "null");
	} else if (subjects[i].is_comment) {
		buf_add_str(b, value ? "\"D\"" : "\"C\"");
	} else {
		buf_addf(b, "%d", value);
	}
}

/* How many regular marks the circular asks for; without lessons as many as there are columns. */
static int needed(int i) {
	unsigned lessons = subjects[i].lessons;
	if (subjects[i].is_comment) {
		return 2;
	}
	if (!lessons) {
		return (int)subjects[i].columns;
	}
	return lessons <= 35 ? 2 : lessons <= 70 ? 3 : 4;
}

static void put_term(struct buf *b, const struct drawn *d, int i, int k) {
	int count = 0;
	buf_addf(b, "%s{\"tx\":[", k ? "," : "");
	for (int p = 0; p < 4; p++) {
		if (d->marks[i][k][p] != NONE) {
			buf_add_str(b, count++ ? "," : "");
			put_value(b, i, d->marks[i][k][p]);
		}
	}
	for (; count < needed(i); count++) {
		buf_add_str(b, count ? ",null" : "null");
	}
	buf_add_str(b, "],\"gk\":");
	put_value(b, i, d->marks[i][k][4]);
	buf_add_str(b, ",\"ck\":");
	put_value(b, i, d->marks[i][k][5]);
	buf_addf(b, "%s}", d->exempt[i][k] ? ",\"exempt\":true" : "");
}

static const char *level_text(int level) {
	static const char *const names[] = { "null", "\"tot\"", "\"kha\"", "\"dat\"",
		"\"chua_dat\"" };
	return names[level == NONE ? 0 : level];
}

static void put_after(struct buf *b, const struct drawn *d) {
	bool is_next = false;
	buf_addf(b, ",\"after\":{\"conduct\":%s,\"subjects\":{", level_text(d->conduct_again));
	for (int i = 0; i < SUBJECTS; i++) {
		if (d->again[i] != NONE) {
			buf_addf(b, "%s\"%s\":", is_next ? "," : "", subjects[i].code);
			put_value(b, i, d->again[i]);
			is_next = true;
		}
	}
	buf_add_str(b, "}}");
}

static void line_of(const struct drawn *d, struct buf *b) {
	buf_clear(b);
	buf_add_str(b, "{\"schoolYear\":\"2026-2027\",\"grade\":10,\"level\":\"thpt\",\"subjects\":[");
	for (int i = 0; i < SUBJECTS; i++) {
		buf_addf(b, "%s{\"code\":\"%s\",\"kind\":\"%s\",", i ? "," : "", subjects[i].code,
				subjects[i].is_comment ? "comment" : "mark");
		if (subjects[i].lessons) {
			buf_addf(b, "\"lessons\":%u,", subjects[i].lessons);
		}
		buf_add_str(b, "\"terms\":[");
		put_term(b, d, i, 0);
		put_term(b, d, i, 1);
		buf_add_str(b, "]}");
	}
	buf_addf(b, "],\"conduct\":[%s,%s],\"absences\":%d", level_text(d->conduct[0]),
			level_text(d->conduct[1]), d->excused + d->unexcused);
	if (d->has_summer) {
		put_after(b, d);
	}
	buf_add_char(b, '}');
}

static void compute(const struct buf *line, bool explains, struct buf *out) {
	const struct compute_options options = { explains, LANG_VI };
	struct diag why;
	memset(&why, 0, sizeof(why));
	buf_clear(out);
	CHECK_INT("compute",
			compute_line((struct str){ buf_str(line), line->len }, &options, out, &why),
			ERR_OK);
	diag_finish(&why);
}

/* What the answer allows is done in summer. */
static void spend_summer(struct world *w, uint64_t student, struct drawn *d, const char *answer) {
	const char *retest = strstr(answer, "\"retest\":[");
	for (int i = 0; i < SUBJECTS && retest; i++) {
		char code[32];
		(void)snprintf(code, sizeof(code), "\"%s\"", subjects[i].code);
		const char *at = strstr(retest, code);
		if (at && at < strchr(retest, ']') && below(w, 3)) {
			d->again[i] = subjects[i].is_comment ? below(w, 2) : 40 + below(w, 30);
			d->has_summer = true;
			run(w, "INSERT INTO reassessment VALUES (%llu, %llu, %llu, %llu, %llu, 0, %d, 1, 1, 1)",
					u(w->seed.school_id), u(w->seed.class_ids[0]),
					u(w->seed.year_id), u(student), u(w->subject_ids[i]),
					d->again[i]);
		}
	}
	if (strstr(answer, "\"summer\":true") && below(w, 2)) {
		d->has_summer = true;
		d->conduct_again = 1 + below(w, 4);
		store_conduct(w, student, 1, 2, d->conduct_again);
	}
}

/* ---- comparing ---- */

static enum err load(
		struct world *w, const struct class_year_wanted *wanted, struct class_year *out) {
	class_year_init(out);
	return class_year_load(w->db, wanted, out);
}

/* The member "result" as it goes out, and the line. */
static void answer_of(const struct class_year *y, size_t i, bool explains, struct buf *line,
		struct buf *out) {
	struct json_out w;
	struct json *root = NULL;
	buf_clear(out);
	jo_begin(&w, out);
	jo_obj(&w);
	const struct class_json how = { SCOPE_YEAR, explains, LANG_VI };
	CHECK_INT("json", class_year_put_student(&w, y, &y->students[i], &how), ERR_OK);
	jo_end_obj(&w);
	CHECK_INT("is json", json_parse((struct str){ buf_str(out), out->len }, JSON_BYTES, &root),
			ERR_OK);
	json_free(root);
	static const char line_name[] = "\"line\":";
	const char *own = strstr(buf_str(out), line_name) + sizeof(line_name) - 1;
	const char *result = strstr(buf_str(out), ",\"result\":{");
	buf_clear(line);
	buf_add(line, own, (size_t)(result - own));
	size_t from = (size_t)(result - buf_str(out)) + strlen(",\"result\":");
	size_t n = out->len - from - 1;
	memmove(out->data, out->data + from, n);
	out->len = n;
	out->data[n] = '\0';
}

static void compare(struct world *w, const struct class_year *y, size_t i, bool explains) {
	_cleanup_(buf_finish) struct buf line = buf_make(JSON_BYTES);
	_cleanup_(buf_finish) struct buf own_line = buf_make(JSON_BYTES);
	_cleanup_(buf_finish) struct buf want = buf_make(JSON_BYTES);
	_cleanup_(buf_finish) struct buf got = buf_make(JSON_BYTES);
	line_of(&w->drawn[i], &line);
	compute(&line, explains, &want);
	answer_of(y, i, explains, &own_line, &got);
	CHECK_STR("the result", buf_str(&got), buf_str(&want));
	compute(&own_line, explains, &want);
	CHECK_STR("of its own line", buf_str(&got), buf_str(&want));
	if (strcmp(buf_str(&got), buf_str(&want)) != 0) {
		fprintf(stderr, "line %s\nown %s\n", buf_str(&line), buf_str(&own_line));
	}
}

static void check_round(struct world *w, unsigned round) {
	testdb_run(w->db, "START TRANSACTION"); /* one commit instead of hundreds */
	clear(w);
	for (int i = 0; i < STUDENTS; i++) {
		_cleanup_(buf_finish) struct buf line = buf_make(JSON_BYTES);
		_cleanup_(buf_finish) struct buf answer = buf_make(JSON_BYTES);
		draw(w, &w->drawn[i]);
		store(w, w->seed.student_ids[i], &w->drawn[i]);
		line_of(&w->drawn[i], &line);
		compute(&line, false, &answer);
		spend_summer(w, w->seed.student_ids[i], &w->drawn[i], buf_str(&answer));
	}
	testdb_run(w->db, "COMMIT");
	struct class_year_wanted wanted = { .school_id = w->seed.school_id,
		.class_id = w->seed.class_ids[0] };
	_cleanup_(class_year_finish) struct class_year y;
	CHECK_INT("load", load(w, &wanted, &y), ERR_OK);
	CHECK_INT("students", y.student_count, STUDENTS);
	CHECK_INT("subjects", y.subject_count, SUBJECTS);
	for (size_t i = 0; i < y.student_count; i++) {
		size_t seat = 0;
		while (w->seed.student_ids[seat] != y.students[i].id) {
			seat++;
		}
		CHECK("listed as seeded", seat < STUDENTS);
		struct drawn own = w->drawn[seat];
		struct drawn at = w->drawn[i];
		w->drawn[i] = own; /* in the order of the list */
		compare(w, &y, i, round % 2);
		w->drawn[i] = at;
	}
	/* One alone is the same as one of all. */
	wanted.student_id = w->seed.student_ids[1];
	_cleanup_(class_year_finish) struct class_year one;
	CHECK_INT("load one", load(w, &wanted, &one), ERR_OK);
	CHECK_INT("one", one.student_count, 1);
	struct drawn first = w->drawn[0];
	w->drawn[0] = w->drawn[1];
	compare(w, &one, 0, false);
	w->drawn[0] = first;
}

/* ---- who sees what ---- */

static void check_scope(struct world *w, const struct seed *other) {
	struct class_year_wanted wanted = { .school_id = other->school_id,
		.class_id = w->seed.class_ids[0] };
	_cleanup_(class_year_finish) struct class_year y;
	CHECK_INT("another school", load(w, &wanted, &y), ERR_NOT_FOUND);
	wanted.school_id = w->seed.school_id;
	wanted.student_id = w->seed.student_ids[4];
	_cleanup_(class_year_finish) struct class_year z;
	CHECK_INT("a student of another class", load(w, &wanted, &z), ERR_NOT_FOUND);
}

static int means_known(const struct class_year *y) {
	int count = 0;
	for (size_t i = 0; i < y->subject_count; i++) {
		count += y->students[0].outcome.terms[i][0] != TT22_MARK_NONE;
	}
	return count;
}

static void check_family(struct world *w) {
	struct class_year_wanted wanted = { .school_id = w->seed.school_id,
		.class_id = w->seed.class_ids[0],
		.student_id = w->seed.student_ids[0],
		.is_for_family = true };
	clear(w);
	draw(w, &w->drawn[0]);
	for (int i = 0; i < SUBJECTS; i++) {
		for (int n = 0; n < 2 * PLACES; n++) {
			w->drawn[0].marks[i][n / PLACES][n % PLACES] = 1;
		}
		w->drawn[0].exempt[i][0] = w->drawn[0].exempt[i][1] = false;
	}
	w->drawn[0].conduct[0] = 1;
	store(w, w->seed.student_ids[0], &w->drawn[0]);
	_cleanup_(class_year_finish) struct class_year hidden;
	CHECK_INT("nothing published", load(w, &wanted, &hidden), ERR_OK);
	CHECK_INT("no mean", means_known(&hidden), 0);
	CHECK_INT("no conduct", hidden.students[0].input.conduct[0], PACK_LEVEL_NONE);

	run(w, "UPDATE mark_column SET published_at_ms = 1 WHERE subject_id = %llu",
			u(w->subject_ids[3]));
	_cleanup_(class_year_finish) struct class_year one;
	CHECK_INT("one subject published", load(w, &wanted, &one), ERR_OK);
	CHECK_INT("one mean", means_known(&one), 1);

	run(w, "INSERT INTO class_closing VALUES (%llu, %llu, 1, 1, 1, 1, 1, '')",
			u(w->seed.school_id), u(w->seed.class_ids[0]));
	_cleanup_(class_year_finish) struct class_year closed;
	CHECK_INT("closed", load(w, &wanted, &closed), ERR_OK);
	CHECK_INT("conduct", closed.students[0].input.conduct[0], PACK_TOT);
	CHECK("is closed", closed.closed[SCOPE_TERM_1].is_closed);
	run(w, "DELETE FROM class_closing");
}

/* A class of a year before any circular that the program knows. */
static void check_no_rules(struct world *w) {
	struct class_year_wanted wanted = { .school_id = w->seed.school_id,
		.class_id = w->seed.class_ids[0] };
	run(w, "UPDATE school_year SET code = '2015-2016' WHERE school_id = %llu",
			u(w->seed.school_id));
	_cleanup_(class_year_finish) struct class_year y;
	CHECK_INT("no rules", load(w, &wanted, &y), ERR_UNSUPPORTED);
	CHECK_INT("but its students", y.student_count, STUDENTS);
	run(w, "UPDATE school_year SET code = '2026-2027' WHERE school_id = %llu",
			u(w->seed.school_id));
}

int main(void) {
	struct testdb t;
	struct world w = { 0 };
	struct seed other;
	testdb_start(&t, "class_year");
	w.db = t.db;
	seed_school(t.db, "thisone", &w.seed);
	seed_school(t.db, "otherone", &other);
	rng_init(&w.rng, 22, 3);
	add_subjects(&w);
	add_columns(&w);
	for (unsigned round = 0; round < ROUNDS; round++) {
		check_round(&w, round);
	}
	check_scope(&w, &other);
	check_family(&w);
	check_no_rules(&w);
	testdb_stop(&t);
	return check_failures != 0;
}
