/*
 * The gradebook's records: what each change tells, what another class's name or another code of a
 * student pulls along, and that nothing is left untold.
 */
#include "gradebook/records/gradebook_records_store.h"

#include "core/school/roster_store.h"
#include "core/school/calendar_store.h"
#include "gradebook/conduct/conduct_store.h"
#include "gradebook/marks/mark_change_store.h"
#include "gradebook/marks/remark_store.h"
#include "gradebook/presence/presence_store.h"
#include "tests/core/outbox/told.h"
#include "tests/gradebook/records/keys.h"

static const struct record_kind *const list[] = { &record_kind_column, &record_kind_mark,
	&record_kind_conduct, &record_kind_reassessment, &record_kind_remark, &record_kind_absence,
	&record_kind_closing, &record_kind_result, &record_kind_subject_result };
static const struct record_kinds kinds = { list, sizeof(list) / sizeof(list[0]) };

/* ---- deeds ---- */

struct marks {
	struct world *w;
	uint64_t column;
	int count; /* students, from the first */
	const int *values;
	unsigned version; /* that each has */
	enum err end;
};

static enum err run_marks(struct db *db, void *ctx) {
	const struct marks *m = ctx;
	const struct seed *s = &m->w->s;
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	enum err e = mark_desk_open_column(db, s->school_id, m->column, SEED_NOW_MS, &desk);
	for (int i = 0; i < m->count && !e; i++) {
		const struct mark_stored wanted = { .column_id = m->column,
			.student_id = s->student_ids[i],
			.cell = { .value_x10 = m->values[i] },
			.version = m->version };
		const struct mark_actor actor = { .person_id = s->teacher_ids[0],
			.now_ms = SEED_NOW_MS };
		unsigned version = 0;
		e = mark_desk_set(db, desk, &wanted, &actor, &version);
	}
	return e ? e : m->end;
}

static void set_marks(struct world *w, const char *name, uint64_t column, const int values[3],
		unsigned version) {
	struct marks m = { w, column, 3, values, version, ERR_OK };
	CHECK_INT(name, db_transact(w->db, run_marks, &m), ERR_OK);
}

static uint64_t add_column(struct world *w, int subject, enum mark_kind kind, unsigned position) {
	const struct mark_place place = { w->s.school_id, w->s.class_ids[0],
		w->s.subject_ids[subject], w->s.term_ids[0] };
	uint64_t id = 0;
	CHECK_INT("column", mark_store_add_column(w->db, &place, kind, position, &id), ERR_OK);
	return id;
}

static uint64_t test_marks(struct world *w) {
	uint64_t toan = add_column(w, 0, MARK_GK, 1);
	uint64_t gdtc = add_column(w, 1, MARK_TX, 2);
	check_told(w, "columns",
			"NEW 1 cotdiem/2026-2027/10A1/toan/1/gk/1;"
			"NEW 1 cotdiem/2026-2027/10A1/gdtc/1/tx/2;");
	static const int first[3] = { 85, 100, 0 };
	set_marks(w, "marks", toan, first, 0);
	check_told(w, "marks",
			"NEW 1 diem/2026-2027/10A1/toan/1/gk/1/A001;"
			"NEW 1 diem/2026-2027/10A1/toan/1/gk/1/A002;"
			"NEW 1 diem/2026-2027/10A1/toan/1/gk/1/A003;");
	check_data(w, "A/diem/2026-2027/10A1/toan/1/gk/1/A001",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"mamon\":\"toan\","
			"\"hocky\":1,\"loai\":\"gk\",\"lan\":1,\"mahocsinh\":\"A001\",\"diemx10\":85,"
			"\"nhanxet\":null,\"trangthai\":\"co\"}}");
	check_data(w, "A/cotdiem/2026-2027/10A1/toan/1/gk/1",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"mamon\":\"toan\","
			"\"hocky\":1,\"loai\":\"gk\",\"lan\":1,\"heso\":2,\"congbo\":null}}");
	static const int then[3] = { 85, MARK_NONE, 5 };
	set_marks(w, "the first as it was", toan, then, 1);
	check_told(w, "changed and taken back",
			"CANCEL 2 diem/2026-2027/10A1/toan/1/gk/1/A002;"
			"UPDATE 2 diem/2026-2027/10A1/toan/1/gk/1/A003;");
	static const int letters[3] = { 1, 0, 1 };
	set_marks(w, "letters", gdtc, letters, 0);
	check_told(w, "letters",
			"NEW 1 diem/2026-2027/10A1/gdtc/1/tx/2/A001;"
			"NEW 1 diem/2026-2027/10A1/gdtc/1/tx/2/A002;"
			"NEW 1 diem/2026-2027/10A1/gdtc/1/tx/2/A003;");
	check_data(w, "A/diem/2026-2027/10A1/gdtc/1/tx/2/A002",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"mamon\":\"gdtc\","
			"\"hocky\":1,\"loai\":\"tx\",\"lan\":2,\"mahocsinh\":\"A002\",\"diemx10\":null,"
			"\"nhanxet\":\"C\",\"trangthai\":\"co\"}}");
	const struct mark_actor actor = { .person_id = w->s.teacher_ids[0], .now_ms = SEED_NOW_MS };
	CHECK_INT("publish", mark_store_publish(w->db, w->s.school_id, toan, &actor), ERR_OK);
	CHECK_INT("twice", mark_store_publish(w->db, w->s.school_id, toan, &actor), ERR_OK);
	check_told(w, "published", "UPDATE 2 cotdiem/2026-2027/10A1/toan/1/gk/1;");
	check_whole(w, "marks");
	return gdtc;
}

static void test_rollback(struct world *w, uint64_t column) {
	static const int values[3] = { 0, 1, 0 };
	struct marks m = { w, column, 3, values, 1, ERR_DENIED };
	CHECK_INT("fails", db_transact(w->db, run_marks, &m), ERR_DENIED);
	check_told(w, "a rollback leaves nothing", "");
}

struct say {
	struct conduct_change conduct;
	struct mark_place place;
	struct remark remark;
};

static enum err run_conduct(struct db *db, void *ctx) {
	return conduct_store_set(db, &((struct say *)ctx)->conduct);
}

static enum err run_remark(struct db *db, void *ctx) {
	const struct say *say = ctx;
	const struct mark_actor actor = { .person_id = 1, .now_ms = SEED_NOW_MS };
	return remark_store_set(db, &say->place, &say->remark, &actor);
}

/* Says it of the first student, in that class. */
static void say(struct world *w, int class_index, enum pack_level level, const char *text,
		unsigned version) {
	const struct seed *s = &w->s;
	struct say say = {
		.conduct = { .place = { s->school_id, s->class_ids[class_index], s->term_ids[0], 1,
					     CONDUCT_TERM },
				.student_id = s->student_ids[0],
				.level = level,
				.version = version,
				.person_id = 1,
				.now_ms = SEED_NOW_MS },
		.place = { s->school_id, s->class_ids[class_index], 0, s->term_ids[0] },
		.remark = { .student_id = s->student_ids[0],
				.text = str_from(text),
				.version = version },
	};
	CHECK_INT(text, db_transact(w->db, run_conduct, &say), ERR_OK);
	CHECK_INT(text, db_transact(w->db, run_remark, &say), ERR_OK);
}

static enum err run_take(struct db *db, void *ctx) {
	unsigned version = 0;
	return presence_store_take(db, ctx, &version);
}

static void take(struct world *w, int class_index, unsigned version,
		const struct presence_mark *marks, size_t count) {
	struct presence_take t = { .call = { w->s.school_id, w->s.class_ids[class_index],
						   { 2026, 10, 20 }, 2 },
		.term_number = 1,
		.version = version,
		.marks = marks,
		.count = count,
		.person_id = 1,
		.now_ms = SEED_NOW_MS };
	CHECK_INT("take", db_transact(w->db, run_take, &t), ERR_OK);
}

static void test_daily(struct world *w) {
	say(w, 0, PACK_KHA, "Chăm \"chỉ\"\nhơn", 0);
	check_told(w, "conduct and remark",
			"NEW 1 renluyen/2026-2027/10A1/1/A001;NEW 1 nhanxet/2026-2027/10A1/1/-/A001;");
	check_data(w, "A/nhanxet/2026-2027/10A1/1/-/A001",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"hocky\":1,"
			"\"mamon\":null,\"mahocsinh\":\"A001\",\"noidung\":\"Chăm \\\"chỉ\\\"\\nhơn\"}}");
	say(w, 0, PACK_LEVEL_NONE, "", 1);
	check_told(w, "taken back",
			"CANCEL 2 renluyen/2026-2027/10A1/1/A001;"
			"CANCEL 2 nhanxet/2026-2027/10A1/1/-/A001;");
	const struct presence_mark away[2] = {
		{ .student_id = w->s.student_ids[0], .kind = PRESENCE_EXCUSED },
		{ .student_id = w->s.student_ids[1], .kind = PRESENCE_LATE },
	};
	take(w, 0, 0, away, 2);
	check_told(w, "absent; late is not", "NEW 1 vang/A001/2026-10-20/chieu;");
	check_data(w, "A/vang/A001/2026-10-20/chieu",
			"\"dulieu\":{\"mahocsinh\":\"A001\",\"ngay\":\"2026-10-20\",\"buoi\":\"chieu\","
			"\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"loai\":\"phep\"}}");
	take(w, 0, 1, NULL, 0);
	check_told(w, "there after all", "CANCEL 2 vang/A001/2026-10-20/chieu;");
	take(w, 0, 2, away, 1);
	check_told(w, "away again", "NEW 3 vang/A001/2026-10-20/chieu;");
	check_whole(w, "daily");
}

/* Somebody changes class: what is said anew is of the new one, and no more of the old one. */
static void test_moves(struct world *w) {
	const struct seed *s = &w->s;
	say(w, 0, PACK_TOT, "Tốt", 2);
	skip_told(w);
	CHECK_INT("leave",
			roster_store_leave(w->db, s->school_id, s->class_ids[0], s->student_ids[0],
					(struct date){ 2026, 10, 25 }),
			ERR_OK);
	CHECK_INT("enrol",
			roster_store_enrol(w->db, s->school_id, s->class_ids[1], s->student_ids[0],
					9, (struct date){ 2026, 10, 1 }),
			ERR_OK);
	check_told(w, "what was said stays", "");
	say(w, 1, PACK_DAT, "Khá", 3);
	check_told(w, "of the new class",
			"CANCEL 4 renluyen/2026-2027/10A1/1/A001;NEW 1 renluyen/2026-2027/10A2/1/A001;"
			"CANCEL 4 nhanxet/2026-2027/10A1/1/-/A001;NEW 1 nhanxet/2026-2027/10A2/1/-/A001;");
	take(w, 1, 0, NULL, 0);
	check_told(w, "an absence noted by the former class",
			"CANCEL 4 vang/A001/2026-10-20/chieu;");
	check_whole(w, "moves");
}

static void test_keys(struct world *w) {
	set_student_code(w, "B7", 1);
	check_told(w, "another code",
			"CANCEL 2 diem/2026-2027/10A1/gdtc/1/tx/2/A001;"
			"CANCEL 2 diem/2026-2027/10A1/toan/1/gk/1/A001;"
			"NEW 1 diem/2026-2027/10A1/gdtc/1/tx/2/B7;"
			"NEW 1 diem/2026-2027/10A1/toan/1/gk/1/B7;"
			"CANCEL 2 renluyen/2026-2027/10A2/1/A001;NEW 1 renluyen/2026-2027/10A2/1/B7;"
			"CANCEL 2 nhanxet/2026-2027/10A2/1/-/A001;NEW 1 nhanxet/2026-2027/10A2/1/-/B7;");
	set_class(w, "10/1", 10);
	check_told(w, "another name of the class",
			"CANCEL 2 cotdiem/2026-2027/10A1/gdtc/1/tx/2;"
			"CANCEL 3 cotdiem/2026-2027/10A1/toan/1/gk/1;"
			"NEW 1 cotdiem/2026-2027/10%2F1/gdtc/1/tx/2;"
			"NEW 1 cotdiem/2026-2027/10%2F1/toan/1/gk/1;"
			"CANCEL 2 diem/2026-2027/10A1/gdtc/1/tx/2/A002;"
			"CANCEL 2 diem/2026-2027/10A1/gdtc/1/tx/2/A003;"
			"CANCEL 2 diem/2026-2027/10A1/gdtc/1/tx/2/B7;"
			"CANCEL 3 diem/2026-2027/10A1/toan/1/gk/1/A003;"
			"CANCEL 2 diem/2026-2027/10A1/toan/1/gk/1/B7;"
			"NEW 1 diem/2026-2027/10%2F1/gdtc/1/tx/2/A002;"
			"NEW 1 diem/2026-2027/10%2F1/gdtc/1/tx/2/A003;"
			"NEW 1 diem/2026-2027/10%2F1/gdtc/1/tx/2/B7;"
			"NEW 1 diem/2026-2027/10%2F1/toan/1/gk/1/A003;"
			"NEW 1 diem/2026-2027/10%2F1/toan/1/gk/1/B7;");
	check_whole(w, "keys");
}

/* What was kept, as long as the part is closed. The rows are written here as closing writes them;
 * the whole way is walked by tests/e2e/class_year.test.mjs. */
static void test_results(struct world *w) {
	char sql[2000];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO student_result VALUES (1, %llu, %llu, 1, 'tt22', 2, 1, NULL, NULL, 3,"
			" '{\"subjects\":[{\"code\":\"toan\"},{\"code\":\"gdtc\"}],\"result\":{\"subjects\":"
			"[{\"code\":\"toan\",\"terms\":[81,null],\"year\":null},"
			"{\"code\":\"gdtc\",\"terms\":[\"D\",null],\"year\":null},"
			"{\"code\":\"tin\",\"terms\":[null,null],\"year\":null}]}}', REPEAT('x', 32), 1, 77)",
			(unsigned long long)w->s.class_ids[1],
			(unsigned long long)w->s.student_ids[3]); /* fits */
	testdb_run(w->db, sql);
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (1, %llu, 1, 1, 1, 1, 77, '')",
			(unsigned long long)w->s.class_ids[1]); /* fits */
	testdb_run(w->db, sql);
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "closed",
			"NEW 1 khoaso/2026-2027/10A2/1;NEW 1 ketqua/2026-2027/10A2/1/A004;NEW 1 ketquamon/2026-2027/10A2/1/gdtc/A004;"
			"NEW 1 ketquamon/2026-2027/10A2/1/toan/A004;");
	check_data(w, "A/khoaso/2026-2027/10A2/1",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A2\",\"hocky\":1,"
			"\"khoaluc\":77}}");
	check_data(w, "A/ketqua/2026-2027/10A2/1/A004",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A2\",\"hocky\":1,"
			"\"mahocsinh\":\"A004\",\"khoi\":10,\"mahocluc\":2,\"mahanhkiem\":1,"
			"\"lenlop\":null,\"madanhhieu\":null,\"songaynghi\":3,\"goiluat\":\"tt22\"}}");
	check_data(w, "A/ketquamon/2026-2027/10A2/1/toan/A004",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A2\",\"hocky\":1,"
			"\"mamon\":\"toan\",\"mahocsinh\":\"A004\",\"khoi\":10,\"diemx10\":81,\"nhanxet\":null}}");
	check_data(w, "A/ketquamon/2026-2027/10A2/1/gdtc/A004",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A2\",\"hocky\":1,"
			"\"mamon\":\"gdtc\",\"mahocsinh\":\"A004\",\"khoi\":10,\"diemx10\":null,\"nhanxet\":\"D\"}}");
	testdb_run(w->db, "UPDATE class_closing SET is_closed = 0");
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "opened again",
			"CANCEL 2 khoaso/2026-2027/10A2/1;CANCEL 2 ketqua/2026-2027/10A2/1/A004;"
			"CANCEL 2 ketquamon/2026-2027/10A2/1/gdtc/A004;"
			"CANCEL 2 ketquamon/2026-2027/10A2/1/toan/A004;");
}

/* Of secondary school: a subject's mark, or its comment. */
static void test_reassessments(struct world *w) {
	char sql[600];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO reassessment (school_id, class_id, school_year_id, student_id,"
			" subject_id, item, value_x10, version, changed_by, changed_at_ms) SELECT 1, %llu,"
			" %llu, %llu, id, 0, IF(kind = 2, 1, 55), 1, 1, 1 FROM subject WHERE school_id = 1",
			(unsigned long long)w->s.class_ids[1], (unsigned long long)w->s.year_id,
			(unsigned long long)w->s.student_ids[3]); /* fits */
	testdb_run(w->db, sql);
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "in summer",
			"NEW 1 danhgialai/2026-2027/10A2/diem/toan/A004;"
			"NEW 1 danhgialai/2026-2027/10A2/muc/gdtc/A004;");
	check_data(w, "A/danhgialai/2026-2027/10A2/muc/gdtc/A004",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A2\",\"loai\":\"muc\","
			"\"ma\":\"gdtc\",\"mahocsinh\":\"A004\",\"diemx10\":null,\"muc\":\"D\"}}");
	check_data(w, "A/danhgialai/2026-2027/10A2/diem/toan/A004",
			"\"dulieu\":{\"namhoc\":\"2026-2027\",\"malop\":\"10A2\",\"loai\":\"diem\","
			"\"ma\":\"toan\",\"mahocsinh\":\"A004\",\"diemx10\":55,\"muc\":null}}");
}

static int64_t statements(struct db *db) {
	return testdb_number(db,
			"SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS"
			" WHERE VARIABLE_NAME = 'COM_STMT_EXECUTE'");
}

/* How many statements it takes to set the marks of a column that is new. */
static int64_t cost_of(struct world *w, const int values[3]) {
	uint64_t column = add_column(w, 0, MARK_CK, 1);
	int64_t before = statements(w->db);
	set_marks(w, "cost", column, values, 0);
	return statements(w->db) - before;
}

/* However many marks, telling them takes the same few statements; a school that exchanges nothing
 * pays one. */
static void test_cost(const struct testdb *t) {
	static const int values[3] = { 70, 80, 90 };
	struct world on = { .db = connect_paying(t, &kinds), .kinds = &kinds };
	struct world off = { .db = connect_paying(t, &kinds), .kinds = &kinds };
	seed_school(on.db, "B", &on.s);
	seed_school(off.db, "C", &off.s);
	CHECK_INT("begin", outbox_store_begin(on.db, on.s.school_id), ERR_OK);
	int64_t with_exchange = cost_of(&on, values);
	int64_t without = cost_of(&off, values);
	CHECK_INT("statements of telling", (int)(with_exchange - without), 7);
	db_free(on.db);
	db_free(off.db);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "gradebook_records");
	struct world w = { .db = connect_paying(&t, &kinds), .kinds = &kinds };
	seed_school(w.db, "A", &w.s);
	CHECK_INT("begin", outbox_store_begin(w.db, w.s.school_id), ERR_OK);
	CHECK_INT("seed", seed_store_run(w.db, w.s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(&w, "nothing yet", "");
	uint64_t column = test_marks(&w);
	test_rollback(&w, column);
	test_daily(&w);
	test_moves(&w);
	test_keys(&w);
	test_results(&w);
	test_reassessments(&w);
	test_cost(&t);
	db_free(w.db);
	testdb_stop(&t);
	return check_failures != 0;
}
