#include "core/province/projection_store.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/rng.h"
#include "core/province/projection.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

/*
 * A world of records that change at random, in batches, with repeats and with classes that come
 * after their marks or get another grade. After every few batches the typed rows are held against
 * the lines, and the tallies against the typed rows.
 */

enum {
	CLASSES = 3,
	STUDENTS = 5,
	BATCHES = 40,
	BATCH_MAX = 60,
	CHANGES_MAX = 200,
	LINE_BYTES = 1024,
	SCHOOL = 7,
	OTHER_SCHOOL = 8,
};

/* One record of the world: the line that is held, "" when it never was. */
struct thing {
	char bang[16];
	char id[128];
	char line[LINE_BYTES];
	int64_t value; /* drawn anew at each change */
	bool is_there; /* and not cancelled */
	int a, b, c;   /* class, student, what else */
};

enum {
	CLASS_AT = 0,
	STUDENT_AT = CLASS_AT + CLASSES,
	ENROL_AT = STUDENT_AT + STUDENTS,
	MARK_AT = ENROL_AT + CLASSES * STUDENTS,
	RESULT_AT = MARK_AT + CLASSES * STUDENTS * 3,
	SUBJECT_AT = RESULT_AT + CLASSES * STUDENTS,
	JUDGED_AT = SUBJECT_AT + CLASSES * STUDENTS,
	CLOSED_AT = JUDGED_AT + CLASSES * STUDENTS,
	THINGS = CLOSED_AT + CLASSES
};

static const char *const judged[] = { "T", "D", "C", "co", "khong" };
static const char *const mark_kinds[] = { "tx", "gk", "ck" };

/* dulieu of a thing, with its value. */
static void print_data(const struct thing *t, char out[LINE_BYTES]) {
	int64_t v = t->value;
	char number[24];
	snprintf(number, sizeof(number), v % 7 == 0 ? "null" : "%d", (int)(v % 101));
	const char *letter = v % 7 == 0 && v % 2 ? "\"D\"" : "null";
	if (strcmp(t->bang, "lophoc") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"khoi\":%d,\"magvcn\":null}",
				t->a, (int)(4 + v % 3));
	} else if (strcmp(t->bang, "hocsinh") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"mahocsinh\":\"H%d\",\"hoten\":\"Nguyễn Văn %d\",\"ngaysinh\":\"2010-09-05\","
				"\"gioitinh\":%s,\"dantoc\":\"Kinh\",\"noisinh\":null,\"trangthai\":\"%s\"}",
				t->b, (int)v,
				v % 3 == 0                   ? "null"
						: v % 3 == 1 ? "\"nam\""
							     : "\"nu\"",
				v % 4 ? "danghoc" : "dathoi");
	} else if (strcmp(t->bang, "xeplop") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"mahocsinh\":\"H%d\",\"sott\":%d,"
				"\"tungay\":\"2026-09-05\",\"denngay\":%s}",
				t->a, t->b, (int)(v % 50), v % 4 ? "null" : "\"2026-12-01\"");
	} else if (strcmp(t->bang, "diem") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"mamon\":\"toan\",\"hocky\":1,"
				"\"loai\":\"%s\",\"lan\":1,\"mahocsinh\":\"H%d\",\"diemx10\":%s,"
				"\"nhanxet\":%s,\"trangthai\":\"co\"}",
				t->a, mark_kinds[t->c], t->b, number, letter);
	} else if (strcmp(t->bang, "ketqua") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"hocky\":0,\"mahocsinh\":\"H%d\","
				"\"khoi\":%d,\"mahocluc\":%d,\"mahanhkiem\":%s,\"lenlop\":%d,"
				"\"madanhhieu\":%s,\"songaynghi\":1,\"goiluat\":\"tt22\"}",
				t->a, t->b, (int)(4 + v % 6), (int)(1 + v % 4),
				v % 5 ? "2" : "null", (int)(1 + v % 3),
				v % 2 ? "\"gioi\"" : "null");
	} else if (strcmp(t->bang, "danhgia") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"thoidiem\":%d,"
				"\"matieuchi\":\"nhan_ai\",\"mahocsinh\":\"H%d\",\"muc\":\"%s\"}",
				t->a, 1 + t->b % 4, t->b, judged[v % 5]);
	} else if (strcmp(t->bang, "khoaso") == 0) {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"hocky\":%d,\"khoaluc\":%d}",
				t->a, t->a % 3, (int)v);
	} else {
		snprintf(out, LINE_BYTES,
				"{\"namhoc\":\"N\",\"malop\":\"L%d\",\"hocky\":1,\"mamon\":\"toan\","
				"\"mahocsinh\":\"H%d\",\"diemx10\":%s,\"nhanxet\":%s}",
				t->a, t->b, number, letter);
	}
}

static struct thing things[THINGS];

__attribute__((format(printf, 3, 4))) static void name_thing(
		struct thing *t, const char *bang, const char *format, ...) {
	va_list ap;
	va_start(ap, format);
	snprintf(t->bang, sizeof(t->bang), "%s", bang);
	vsnprintf(t->id, sizeof(t->id), format, ap);
	va_end(ap);
}

static void name_things(void) {
	memset(things, 0, sizeof(things));
	for (int a = 0; a < CLASSES; a++) {
		things[CLASS_AT + a].a = a;
		name_thing(&things[CLASS_AT + a], "lophoc", "S/lophoc/N/L%d", a);
		things[CLOSED_AT + a].a = a;
		name_thing(&things[CLOSED_AT + a], "khoaso", "S/khoaso/N/L%d/%d", a, a % 3);
		for (int b = 0; b < STUDENTS; b++) {
			int n = a * STUDENTS + b;
			things[STUDENT_AT + b].b = b;
			name_thing(&things[STUDENT_AT + b], "hocsinh", "S/hocsinh/H%d", b);
			struct thing *of[] = { &things[ENROL_AT + n], &things[MARK_AT + 3 * n],
				&things[MARK_AT + 3 * n + 1], &things[MARK_AT + 3 * n + 2],
				&things[RESULT_AT + n], &things[SUBJECT_AT + n],
				&things[JUDGED_AT + n] };
			for (int i = 0; i < 7; i++) {
				of[i]->a = a;
				of[i]->b = b;
				of[i]->c = i - 1;
			}
			name_thing(of[0], "xeplop", "S/xeplop/N/L%d/H%d", a, b);
			for (int c = 0; c < 3; c++) {
				name_thing(of[1 + c], "diem", "S/diem/N/L%d/toan/1/%s/1/H%d", a,
						mark_kinds[c], b);
			}
			name_thing(of[4], "ketqua", "S/ketqua/N/L%d/0/H%d", a, b);
			name_thing(of[5], "ketquamon", "S/ketquamon/N/L%d/1/toan/H%d", a, b);
			name_thing(of[6], "danhgia", "S/danhgia/N/L%d/%d/nhan_ai/H%d", a, 1 + b % 4,
					b);
		}
	}
}

/* ---- batches ---- */

struct batch {
	struct projection_change changes[CHANGES_MAX];
	struct projection_row rows[CHANGES_MAX];
	char before[CHANGES_MAX][LINE_BYTES];
	size_t count;
	uint64_t school_id;
};

static struct arena values; /* of all rows */

/* As the inbox reads a line. */
static void read_row(const struct thing *t, const char *data, struct projection_row *out) {
	_cleanup_(json_freep) struct json *doc = NULL;
	const char *member = NULL;
	CHECK_INT("json", json_parse(str_from(data), LINE_BYTES, &doc), ERR_OK);
	CHECK_INT(t->id,
			projection_read(str_from(t->bang), str_from(t->id), doc, &values, out,
					&member),
			ERR_OK);
}

static void change(struct batch *batch, struct thing *t, int64_t value, bool cancels) {
	size_t n = batch->count++;
	t->value = value;
	char data[LINE_BYTES];
	print_data(t, data);
	snprintf(batch->before[n], LINE_BYTES, "%s", t->line);
	int written = snprintf(t->line, LINE_BYTES,
			"{\"bang\":\"%s\",\"idbanghi\":\"%s\",\"sukien\":\"%s\",\"phienban\":1,"
			"\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":",
			t->bang, t->id,
			cancels                       ? "CANCEL"
					: t->is_there ? "UPDATE"
						      : "NEW");
	snprintf(t->line + written, (size_t)(LINE_BYTES - written), "%s}", data);
	t->is_there = !cancels;
	read_row(t, data, &batch->rows[n]);
	batch->changes[n] = (struct projection_change){ str_from(t->bang), str_from(t->id),
		str_from(batch->before[n]), &batch->rows[n], cancels };
}

static enum err apply(struct db *db, void *ctx) {
	const struct batch *batch = ctx;
	return projection_store_apply(db, batch->school_id, batch->changes, batch->count);
}

/* ---- the tallies again, from the typed rows ---- */

#define GRADE_OF(table)                                                                    \
	" LEFT JOIN desk_class c ON c.school_id = " table ".school_id AND c.year = " table \
	".year AND c.class = " table ".class"
#define MARK_VALUE "COALESCE(m.value_x10, 200 + m.letter)"

/* Each key on one side alone, or with another count, is a row. */
#define RECOUNTED                                                                                                                                                                       \
	"SELECT school_id, year, 1 measure, 0 part, '' subject, grade, 0 value, COUNT(*) n"                                                                                             \
	" FROM desk_class GROUP BY school_id, year, grade"                                                                                                                              \
	" UNION ALL SELECT school_id, '', 2, 0, '', 0, COALESCE(sex, 0), COUNT(*)"                                                                                                      \
	" FROM desk_student WHERE state = 1 GROUP BY school_id, COALESCE(sex, 0)"                                                                                                       \
	" UNION ALL SELECT m.school_id, m.year, 4, 0, '', COALESCE(c.grade, 0), 0, COUNT(*)"                                                                                            \
	" FROM desk_enrolment m" GRADE_OF(                                                                                                                                              \
			"m") " WHERE m.to_on IS NULL"                                                                                                                                   \
			     " GROUP BY m.school_id, m.year, COALESCE(c.grade, 0)"                                                                                                      \
			     " UNION ALL SELECT m.school_id, m.year, 4 + m.kind, m.part, m.subject,"                                                                                    \
			     " COALESCE(c.grade, 0), " MARK_VALUE                                                                                                                       \
			     ", COUNT(*) FROM desk_mark m" GRADE_OF(                                                                                                                    \
					     "m") " WHERE " MARK_VALUE                                                                                                                  \
						  " IS NOT NULL GROUP BY m.school_id, m.year, m.kind, m.part, m.subject,"                                                               \
						  " COALESCE(c.grade, 0), " MARK_VALUE                                                                                                  \
						  " UNION ALL SELECT m.school_id, m.year, 8, m.part, m.subject, COALESCE(c.grade, 0),"                                                  \
						  " " MARK_VALUE                                                                                                                        \
						  ", COUNT(*) FROM desk_subject_result m" GRADE_OF(                                                                                     \
								  "m") " WHERE " MARK_VALUE                                                                                             \
								       " IS NOT NULL GROUP BY m.school_id, m.year, m.part, m.subject,"                                                  \
								       " COALESCE(c.grade, 0), " MARK_VALUE                                                                             \
								       " UNION ALL SELECT school_id, year, IF(grade <= 5, 13, 9), part, '', grade, learning, COUNT(*) FROM desk_result" \
								       " WHERE learning IS NOT NULL GROUP BY school_id, year, part, grade, learning"                                    \
								       " UNION ALL SELECT school_id, year, 10, part, '', grade, conduct, COUNT(*) FROM desk_result"                     \
								       " WHERE conduct IS NOT NULL GROUP BY school_id, year, part, grade, conduct"                                      \
								       " UNION ALL SELECT school_id, year, 11, part, '', grade, promotion, COUNT(*)"                                    \
								       " FROM desk_result WHERE promotion IS NOT NULL"                                                                  \
								       " GROUP BY school_id, year, part, grade, promotion"                                                              \
								       " UNION ALL SELECT school_id, year, 12, part, award, grade, 0, COUNT(*) FROM desk_result"                        \
								       " WHERE award IS NOT NULL GROUP BY school_id, year, part, award, grade"                                          \
								       " UNION ALL SELECT m.school_id, m.year, 14, IF(m.moment = 2, 1, 0), m.item, COALESCE(c.grade, 0),"               \
								       " m.level, COUNT(*) FROM desk_judgement m" GRADE_OF(                                                             \
										       "m") " WHERE m.level < 4 AND m.moment % 2 = 0"                                                   \
											    " GROUP BY m.school_id, m.year, m.moment, m.item, COALESCE(c.grade, 0), m.level"            \
											    " UNION ALL SELECT m.school_id, m.year, 15, m.part, '', COALESCE(c.grade, 0), 0, COUNT(*)"  \
											    " FROM desk_closing m" GRADE_OF(                                                            \
													    "m") " GROUP BY m.school_id, m.year, m.part, COALESCE(c.grade, 0)"

static const char sql_differ[] =
		"SELECT COUNT(*) FROM (SELECT school_id, year, measure, part, subject, grade, value,"
		" SUM(n) s FROM (" RECOUNTED
		" UNION ALL SELECT school_id, year, measure, part, subject, grade, value, -count"
		" FROM desk_tally) both_sides"
		" GROUP BY school_id, year, measure, part, subject, grade, value) sums WHERE s <> 0";

/* The row's table and key. */
static void print_place(const struct thing *t, char out[256]) {
	if (strcmp(t->bang, "lophoc") == 0) {
		snprintf(out, 256, "desk_class WHERE class = 'L%d'", t->a);
	} else if (strcmp(t->bang, "hocsinh") == 0) {
		snprintf(out, 256, "desk_student WHERE student = 'H%d'", t->b);
	} else if (strcmp(t->bang, "diem") == 0) {
		snprintf(out, 256,
				"desk_mark WHERE class = 'L%d' AND student = 'H%d' AND kind = %d",
				t->a, t->b, t->c + 1);
	} else if (strcmp(t->bang, "khoaso") == 0) {
		snprintf(out, 256, "desk_closing WHERE class = 'L%d' AND part = %d", t->a,
				t->a % 3);
	} else {
		const char *table = strcmp(t->bang, "xeplop") == 0 ? "enrolment"
				: strcmp(t->bang, "ketqua") == 0   ? "result"
				: strcmp(t->bang, "danhgia") == 0  ? "judgement"
								   : "subject_result";
		snprintf(out, 256, "desk_%s WHERE class = 'L%d' AND student = 'H%d'", table, t->a,
				t->b);
	}
}

/* What the row says. */
static void print_says(const struct thing *t, char out[256]) {
	int v = (int)t->value;
	if (strcmp(t->bang, "lophoc") == 0) {
		snprintf(out, 256, "grade = %d", 4 + v % 3);
	} else if (strcmp(t->bang, "hocsinh") == 0) {
		snprintf(out, 256, "full_name = 'Nguyễn Văn %d' AND state = %d", v, v % 4 ? 1 : 2);
	} else if (strcmp(t->bang, "xeplop") == 0) {
		snprintf(out, 256, "to_on IS %s", v % 4 ? "NULL" : "NOT NULL");
	} else if (strcmp(t->bang, "ketqua") == 0) {
		snprintf(out, 256, "learning = %d AND award IS %s", 1 + v % 4,
				v % 2 ? "NOT NULL" : "NULL");
	} else if (strcmp(t->bang, "danhgia") == 0) {
		snprintf(out, 256, "level = %d", 1 + v % 5);
	} else if (strcmp(t->bang, "khoaso") == 0) {
		snprintf(out, 256, "closed_at_ms = %d", v);
	} else if (v % 7 == 0) {
		snprintf(out, 256, "value_x10 IS NULL AND letter IS %s",
				v % 2 ? "NOT NULL" : "NULL");
	} else {
		snprintf(out, 256, "value_x10 = %d AND letter IS NULL", v % 101);
	}
}

/* The typed row of a thing says what its line says. */
static void check_thing(struct db *db, const struct thing *t) {
	char place[256];
	char says[256] = "1";
	print_place(t, place);
	if (t->is_there) {
		print_says(t, says);
	}
	char text[600];
	snprintf(text, sizeof(text), "SELECT COUNT(*) FROM %s AND school_id = %d AND %s", place,
			SCHOOL, says);
	CHECK_INT(t->id, testdb_number(db, text), t->is_there);
}

static void check_world(struct db *db) {
	for (size_t i = 0; i < THINGS; i++) {
		check_thing(db, &things[i]);
	}
	CHECK_INT("tallies that differ from the rows", testdb_number(db, sql_differ), 0);
	CHECK_INT("tallies below nothing",
			testdb_number(db, "SELECT COUNT(*) FROM desk_tally WHERE count < 0"), 0);
}

static void run_random(struct db *db, struct batch *batch, uint64_t seed) {
	struct rng rng;
	rng_init(&rng, seed, 0);
	name_things();
	for (int n = 0; n < BATCHES; n++) {
		*batch = (struct batch){ .school_id = SCHOOL };
		for (uint64_t left = 1 + rng_below(&rng, BATCH_MAX); left; left--) {
			struct thing *t = &things[rng_below(&rng, THINGS)];
			change(batch, t, (int64_t)rng_below(&rng, 1000), rng_below(&rng, 4) == 0);
		}
		CHECK_INT("a batch", db_transact(db, apply, batch), ERR_OK);
		if (n % 8 == 7) {
			check_world(db);
		}
	}
	CHECK("there is something", testdb_number(db, "SELECT SUM(count) FROM desk_tally") > 20);
}

/* All is taken back: nothing is left but tallies of nothing. */
static void run_end(struct db *db, struct batch *batch) {
	*batch = (struct batch){ .school_id = SCHOOL };
	for (size_t i = 0; i < THINGS; i++) {
		change(batch, &things[i], things[i].value, true);
	}
	CHECK_INT("the last batch", db_transact(db, apply, batch), ERR_OK);
	check_world(db);
	CHECK_INT("nothing is left",
			testdb_number(db, "SELECT COUNT(*) FROM desk_tally WHERE count <> 0"), 0);
}

/* Another school with the same keys is another school. */
static void run_other(struct db *db, struct batch *batch) {
	struct thing other = things[CLASS_AT];
	other.line[0] = '\0';
	other.is_there = false;
	*batch = (struct batch){ .school_id = OTHER_SCHOOL };
	change(batch, &other, 1, false);
	CHECK_INT("the other school", db_transact(db, apply, batch), ERR_OK);
	CHECK_INT("its class",
			testdb_number(db, "SELECT grade FROM desk_class WHERE school_id = 8"), 5);
	CHECK_INT("not the first one's",
			testdb_number(db, "SELECT COUNT(*) FROM desk_class WHERE school_id = 7"),
			0);
}

static void run_wrong(struct db *db, struct batch *batch) {
	*batch = (struct batch){ .school_id = SCHOOL };
	struct thing *t = &things[CLASS_AT];
	change(batch, t, 1, false);
	batch->changes[0].idbanghi = str_from("S/lophoc/N/other");
	CHECK_INT("a line of another key", db_transact(db, apply, batch), ERR_CORRUPT);
	batch->changes[0].bang = str_from("luong");
	CHECK_INT("a kind that is none", db_transact(db, apply, batch), ERR_CORRUPT);
	CHECK_INT("nothing was written",
			testdb_number(db, "SELECT COUNT(*) FROM desk_class WHERE school_id = 7"),
			0);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "projection");
	struct batch *batch = calloc(1, sizeof(*batch));
	if (!batch) {
		return 1;
	}
	values = arena_make(PROJECTION_ARENA_BYTES_MAX);
	for (uint64_t seed = 1; seed <= 3; seed++) {
		run_random(t.db, batch, seed);
		run_end(t.db, batch);
	}
	run_other(t.db, batch);
	run_wrong(t.db, batch);
	free(batch);
	arena_finish(&values);
	testdb_stop(&t);
	return check_done();
}
