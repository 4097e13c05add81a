/*
 * The outbox of a school with the kinds of core/school: what each deed tells, that nothing is told
 * which is not new, and that after every deed looking at everything again finds nothing.
 */
#include "core/outbox/outbox_store.h"

#include "core/outbox/school_records_store.h"
#include "core/outbox/touch_store.h"
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/member_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "tests/core/outbox/told.h"

static const struct record_kind *const list[] = { &record_kind_school, &record_kind_year,
	&record_kind_subject, &record_kind_teacher, &record_kind_class, &record_kind_teaching,
	&record_kind_student, &record_kind_enrolment };
static const struct record_kinds kinds = { list, sizeof(list) / sizeof(list[0]) };

/* ---- the first time ---- */

static void test_off(struct world *w) {
	struct outbox_head head;
	CHECK_INT("no head", outbox_store_head(w->db, w->s.school_id, &head), ERR_NOT_FOUND);
	CHECK_INT("no check", outbox_store_check(w->db, w->s.school_id, &kinds, note_untold, NULL),
			ERR_NOT_FOUND);
	CHECK_INT("no seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL),
			ERR_NOT_FOUND);
	const struct record_scope whole = { 0 };
	CHECK_INT("no touch", outbox_touch(w->db, w->s.school_id, kinds.list[0], &whole), ERR_OK);
	CHECK_INT("nothing", testdb_number(w->db, "SELECT COUNT(*) FROM record"), 0);
}

static void test_seed(struct world *w) {
	CHECK_INT("begin", outbox_store_begin(w->db, w->s.school_id), ERR_OK);
	CHECK_INT("again", outbox_store_begin(w->db, w->s.school_id), ERR_OK);
	struct outbox_head head = { 0 };
	CHECK_INT("head", outbox_store_head(w->db, w->s.school_id, &head), ERR_OK);
	CHECK("not yet", head.number == 0 && head.seeded_at_ms == 0 && head.begun_at_ms > 0);
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "all of it",
			"NEW 1 truong;NEW 1 namhoc/2026-2027;NEW 1 monhoc/gdtc;NEW 1 monhoc/toan;"
			"NEW 1 giaovien/teacher1;NEW 1 giaovien/teacher2;"
			"NEW 1 hocsinh/A001;NEW 1 hocsinh/A002;NEW 1 hocsinh/A003;NEW 1 hocsinh/A004;"
			"NEW 1 hocsinh/A005;NEW 1 hocsinh/A006;"
			"NEW 1 lophoc/2026-2027/10A1;NEW 1 phancong/2026-2027/10A1/toan/teacher1;"
			"NEW 1 xeplop/2026-2027/10A1/A001;NEW 1 xeplop/2026-2027/10A1/A002;"
			"NEW 1 xeplop/2026-2027/10A1/A003;"
			"NEW 1 lophoc/2026-2027/10A2;NEW 1 phancong/2026-2027/10A2/toan/teacher1;"
			"NEW 1 xeplop/2026-2027/10A2/A004;NEW 1 xeplop/2026-2027/10A2/A005;"
			"NEW 1 xeplop/2026-2027/10A2/A006;");
	CHECK_INT("head", outbox_store_head(w->db, w->s.school_id, &head), ERR_OK);
	CHECK("seeded", head.seeded_at_ms > 0 && head.number == w->seen);
	CHECK_INT("twice", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "nothing new", "");
	check_whole(w, "whole");
}

/* ---- who tells it ---- */

static const uint8_t me[SEED_BY_BYTES] = { 1 };
static const uint8_t other[SEED_BY_BYTES] = { 2 };

static struct seed_lease at(const uint8_t *by, int64_t now_ms) {
	return (struct seed_lease){ by, now_ms, now_ms + 1000 };
}

struct steps {
	struct db *db;
	unsigned left;
};

static enum err step(void *ctx) {
	struct steps *s = ctx;
	return s->left-- > 0 ? ERR_OK : ERR_CLOSED;
}

static void test_telling(struct world *w) {
	uint64_t school = w->s.school_id;
	uint64_t id = 0;
	struct seed_lease mine = at(me, 5000);
	struct seed_lease theirs = at(other, 5500);
	struct seed_lease later = at(other, 6000);
	struct outbox_head head = { .number = 0 };
	CHECK_INT("nothing to tell", seed_store_take(w->db, &mine, 0, &id), ERR_NOT_FOUND);
	CHECK_INT("nor of this one", seed_store_take(w->db, &mine, school, &id), ERR_NOT_FOUND);
	testdb_run(w->db, "UPDATE outbox_head SET seeded_at_ms = NULL");
	CHECK_INT("taken", seed_store_take(w->db, &mine, 0, &id), ERR_OK);
	CHECK("the school", id == school);
	CHECK_INT("by one alone", seed_store_take(w->db, &theirs, 0, &id), ERR_NOT_FOUND);
	CHECK_INT("also by name", seed_store_take(w->db, &theirs, school, &id), ERR_BUSY);
	CHECK_INT("who has it keeps it", seed_store_renew(w->db, &mine, school), ERR_OK);
	CHECK_INT("run out", seed_store_take(w->db, &later, 0, &id), ERR_OK);
	CHECK_INT("another's", seed_store_renew(w->db, &mine, school), ERR_STALE);

	CHECK_INT("failed", seed_store_fail(w->db, school, "ERR_LIMIT", 9000), ERR_OK);
	CHECK_INT("said", outbox_store_head(w->db, school, &head), ERR_OK);
	CHECK_STR("why", head.seed_error, "ERR_LIMIT");
	CHECK_INT("and waits", seed_store_take(w->db, &later, 0, &id), ERR_NOT_FOUND);
	mine = at(me, 9000);
	CHECK_INT("then once more", seed_store_take(w->db, &mine, 0, &id), ERR_OK);

	struct steps steps = { w->db, 1 };
	CHECK_INT("broken off", seed_store_run(w->db, school, &kinds, step, &steps), ERR_CLOSED);
	CHECK_INT("head", outbox_store_head(w->db, school, &head), ERR_OK);
	CHECK("not done", head.seeded_at_ms == 0);
	CHECK_INT("done", seed_store_run(w->db, school, &kinds, NULL, NULL), ERR_OK);
	CHECK_INT("head", outbox_store_head(w->db, school, &head), ERR_OK);
	CHECK("done, and no error any more", head.seeded_at_ms > 0 && !head.seed_error[0]);
	CHECK_INT("no lease on what is done", seed_store_renew(w->db, &mine, school), ERR_STALE);
	check_told(w, "nothing twice", "");
}

static enum err take_line(const struct outbox_row *row, void *ctx) {
	struct buf *out = ctx;
	buf_clear(out);
	buf_add(out, row->line.p, row->line.n);
	return buf_err(out);
}

/* The bytes themselves, but for the time. */
static void check_line(struct world *w, const char *id, const char *want_tail) {
	_cleanup_(buf_finish) struct buf sql = buf_make(1000);
	_cleanup_(buf_finish) struct buf line = buf_make(10000);
	buf_addf(&sql, "SELECT id FROM record WHERE idbanghi = '%s'", id);
	uint64_t record = (uint64_t)testdb_number(w->db, buf_str(&sql));
	CHECK_INT(id, outbox_store_newest(w->db, w->s.school_id, record, take_line, &line), ERR_OK);
	const char *tail = strstr(buf_str(&line), ",\"lop\":");
	CHECK(id, tail != NULL);
	CHECK_STR(id, tail ? tail : "", want_tail);
}

static void test_lines(struct world *w) {
	check_line(w, "A/truong",
			",\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{\"matruong\":\"A\","
			"\"tentruong\":\"Trường THPT A\",\"cap\":\"thpt\",\"maxa\":\"A\",\"matinh\":\"01\"}}");
	check_line(w, "A/namhoc/2026-2027",
			",\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{\"namhoc\":\"2026-2027\","
			"\"ngaybatdau\":\"2026-09-05\",\"ngayketthuc\":\"2027-05-31\",\"hocky\":["
			"{\"so\":1,\"ngaybatdau\":\"2026-09-05\",\"ngayketthuc\":\"2027-01-15\"},"
			"{\"so\":2,\"ngaybatdau\":\"2027-01-18\",\"ngayketthuc\":\"2027-05-31\"}]}}");
	check_line(w, "A/giaovien/teacher1",
			",\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{\"magiaovien\":\"teacher1\","
			"\"hoten\":\"Trần Thị A\",\"ngaysinh\":\"2010-09-05\",\"gioitinh\":\"nu\","
			"\"mon\":[],\"trangthai\":\"danglam\"}}");
	check_line(w, "A/lophoc/2026-2027/10A1",
			",\"lop\":\"2026-2027/10A1\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{"
			"\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"khoi\":10,\"magvcn\":\"teacher1\"}}");
	check_line(w, "A/xeplop/2026-2027/10A1/A001",
			",\"lop\":\"2026-2027/10A1\",\"hocky\":0,\"hocsinh\":\"A001\",\"dulieu\":{"
			"\"namhoc\":\"2026-2027\",\"malop\":\"10A1\",\"mahocsinh\":\"A001\",\"sott\":null,"
			"\"tungay\":\"2026-09-05\",\"denngay\":null}}");
	check_line(w, "A/hocsinh/A004",
			",\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"A004\",\"dulieu\":{\"mahocsinh\":\"A004\","
			"\"hoten\":\"A Phạm Ánh\",\"ngaysinh\":\"2010-09-05\",\"gioitinh\":\"nu\","
			"\"dantoc\":null,\"noisinh\":null,\"trangthai\":\"danghoc\"}}");
}

/* ---- deeds ---- */

static struct student_change change_of(const char *name, const char *code) {
	struct student_change c = { .birth = { 2010, 9, 5 },
		.sex = SEX_FEMALE,
		.code = str_from(code),
		.state = STUDENT_LEARNING };
	CHECK_INT("name", account_name_parse(str_from(name), &c.name), ERR_OK);
	return c;
}

static unsigned student_version(struct world *w, uint64_t id) {
	char sql[100];
	(void)snprintf(sql, sizeof(sql), "SELECT version FROM student WHERE id = %llu",
			(unsigned long long)id); /* fits */
	return (unsigned)testdb_number(w->db, sql);
}

static void update_student(struct world *w, const char *name, const char *code) {
	struct student_change c = change_of(name, code);
	uint64_t id = w->s.student_ids[0];
	CHECK_INT(code,
			roster_store_update_student(
					w->db, w->s.school_id, id, student_version(w, id), &c),
			ERR_OK);
}

static void test_student(struct world *w) {
	update_student(w, "A Nguyễn Thị Hoà", "A001");
	check_told(w, "the same again", "");
	update_student(w, "Nguyễn Thị Huệ", "A001");
	check_told(w, "a name", "UPDATE 2 hocsinh/A001;");
	update_student(w, "Nguyễn Thị Huệ", "B/1%");
	check_told(w, "another code: all that hangs on it",
			"CANCEL 3 hocsinh/A001;NEW 1 hocsinh/B%2F1%25;"
			"CANCEL 2 xeplop/2026-2027/10A1/A001;NEW 1 xeplop/2026-2027/10A1/B%2F1%25;");
	check_line(w, "A/hocsinh/A001",
			",\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"A001\",\"dulieu\":{\"mahocsinh\":\"A001\","
			"\"hoten\":\"Nguyễn Thị Huệ\",\"ngaysinh\":\"2010-09-05\",\"gioitinh\":\"nu\","
			"\"dantoc\":null,\"noisinh\":null,\"trangthai\":\"danghoc\"}}");
	update_student(w, "Nguyễn Thị Huệ", "A001");
	check_told(w, "and back: versions go on",
			"CANCEL 2 hocsinh/B%2F1%25;NEW 4 hocsinh/A001;"
			"CANCEL 2 xeplop/2026-2027/10A1/B%2F1%25;NEW 3 xeplop/2026-2027/10A1/A001;");
	check_whole(w, "student");
}

static void test_class(struct world *w) {
	uint64_t class_id = w->s.class_ids[0];
	CHECK_INT("homeroom",
			roster_store_update_class(w->db, w->s.school_id, class_id, 10,
					str_from("10A1"), w->s.teacher_ids[1]),
			ERR_OK);
	check_told(w, "homeroom", "UPDATE 2 lophoc/2026-2027/10A1;");
	CHECK_INT("name",
			roster_store_update_class(w->db, w->s.school_id, class_id, 10,
					str_from("10B"), w->s.teacher_ids[1]),
			ERR_OK);
	check_told(w, "another name: all that is in it",
			"CANCEL 3 lophoc/2026-2027/10A1;NEW 1 lophoc/2026-2027/10B;"
			"CANCEL 2 phancong/2026-2027/10A1/toan/teacher1;"
			"NEW 1 phancong/2026-2027/10B/toan/teacher1;"
			"CANCEL 4 xeplop/2026-2027/10A1/A001;CANCEL 2 xeplop/2026-2027/10A1/A002;"
			"CANCEL 2 xeplop/2026-2027/10A1/A003;NEW 1 xeplop/2026-2027/10B/A001;"
			"NEW 1 xeplop/2026-2027/10B/A002;NEW 1 xeplop/2026-2027/10B/A003;");
	uint64_t made = 0;
	CHECK_INT("another takes the name",
			roster_store_add_class(w->db, w->s.school_id, w->s.year_id, 10,
					str_from("10A1"), 0, &made),
			ERR_OK);
	check_told(w, "a key that was there goes on", "NEW 4 lophoc/2026-2027/10A1;");
	CHECK_INT("taken",
			roster_store_add_class(w->db, w->s.school_id, w->s.year_id, 10,
					str_from("10A1"), 0, &made),
			ERR_EXISTS);
	check_told(w, "what fails tells nothing", "");
	CHECK_INT("leave",
			roster_store_leave(w->db, w->s.school_id, w->s.class_ids[0],
					w->s.student_ids[1], (struct date){ 2026, 10, 1 }),
			ERR_OK);
	CHECK_INT("enrol",
			roster_store_enrol(w->db, w->s.school_id, made, w->s.student_ids[1], 3,
					(struct date){ 2026, 10, 2 }),
			ERR_OK);
	CHECK_INT("number",
			roster_store_set_position(
					w->db, w->s.school_id, made, w->s.student_ids[1], 4),
			ERR_OK);
	check_told(w, "moved",
			"UPDATE 2 xeplop/2026-2027/10B/A002;NEW 3 xeplop/2026-2027/10A1/A002;"
			"UPDATE 4 xeplop/2026-2027/10A1/A002;");
	check_whole(w, "class");
}

static void test_calendar(struct world *w) {
	struct school_year year;
	CHECK_INT("year", calendar_store_year(w->db, w->s.school_id, w->s.year_id, &year), ERR_OK);
	CHECK_INT("same", calendar_store_update_year(w->db, w->s.school_id, &year), ERR_OK);
	check_told(w, "the same dates", "");
	year.ends_on.day = 30;
	year.terms[1].ends_on.day = 30;
	CHECK_INT("dates", calendar_store_update_year(w->db, w->s.school_id, &year), ERR_OK);
	check_told(w, "dates", "UPDATE 2 namhoc/2026-2027;");
	struct subject subject = { .id = w->s.subject_ids[0],
		.code = str_from("toan"),
		.name = str_from("Toán học"),
		.kind = SUBJECT_MARK };
	CHECK_INT("name", calendar_store_update_subject(w->db, w->s.school_id, &subject), ERR_OK);
	check_told(w, "a subject's name", "UPDATE 2 monhoc/toan;");
	subject.code = str_from("TOAN");
	CHECK_INT("code", calendar_store_update_subject(w->db, w->s.school_id, &subject), ERR_OK);
	check_told(w, "a subject's code",
			"CANCEL 3 monhoc/toan;NEW 1 monhoc/TOAN;"
			"CANCEL 2 phancong/2026-2027/10B/toan/teacher1;"
			"NEW 1 phancong/2026-2027/10B/TOAN/teacher1;"
			"CANCEL 2 phancong/2026-2027/10A2/toan/teacher1;"
			"NEW 1 phancong/2026-2027/10A2/TOAN/teacher1;");
	check_whole(w, "calendar");
}

static void test_staff(struct world *w) {
	struct db *db = w->db;
	uint64_t school = w->s.school_id;
	uint64_t teacher = w->s.teacher_ids[1];
	CHECK_INT("teaching",
			teaching_store_add(db, school, w->s.class_ids[1], w->s.subject_ids[1],
					teacher),
			ERR_OK);
	check_told(w, "teaching", "NEW 1 phancong/2026-2027/10A2/gdtc/teacher2;");
	CHECK_INT("no more",
			teaching_store_drop(db, school, w->s.class_ids[1], w->s.subject_ids[1],
					teacher),
			ERR_OK);
	check_told(w, "dropped", "CANCEL 2 phancong/2026-2027/10A2/gdtc/teacher2;");
	CHECK_INT("ends", account_store_end_membership(db, school, teacher, ROLE_TEACHER), ERR_OK);
	check_told(w, "left", "UPDATE 2 giaovien/teacher2;");
	CHECK_INT("again",
			account_store_add_membership(
					db, school, teacher, ROLE_TEACHER, str_from("gv2")),
			ERR_OK);
	check_told(w, "back with another name",
			"CANCEL 3 giaovien/teacher2;NEW 1 giaovien/gv2;"
			"UPDATE 2 lophoc/2026-2027/10B;");
	uint64_t person = seed_person(db, "Hoàng Thị Lan");
	CHECK_INT("by phone only",
			account_store_add_membership(
					db, school, person, ROLE_TEACHER, str_from("")),
			ERR_OK);
	check_told(w, "who has no number is not told", "");
	CHECK_INT("parent",
			account_store_add_membership(db, school, person, ROLE_PARENT, str_from("")),
			ERR_OK);
	check_told(w, "nor are parents", "");
	check_whole(w, "staff");
}

/* A person is one in every school. */
static void test_two_schools(struct world *w, struct world *b) {
	CHECK_INT("begin", outbox_store_begin(b->db, b->s.school_id), ERR_OK);
	CHECK_INT("seed", seed_store_run(b->db, b->s.school_id, &kinds, NULL, NULL), ERR_OK);
	CHECK_INT("there too",
			account_store_add_membership(b->db, b->s.school_id, w->s.teacher_ids[0],
					ROLE_TEACHER, str_from("x1")),
			ERR_OK);
	skip_told(b);
	struct account_name name;
	CHECK_INT("name", account_name_parse(str_from("Trần Thị Bưởi"), &name), ERR_OK);
	CHECK_INT("rename",
			member_store_rename(w->db, w->s.school_id, w->s.teacher_ids[0], &name, 1),
			ERR_OK);
	check_told(w, "here", "UPDATE 2 giaovien/teacher1;");
	check_told(b, "and there", "UPDATE 2 giaovien/x1;");
	CHECK_INT("stale",
			member_store_rename(w->db, w->s.school_id, w->s.teacher_ids[0], &name, 1),
			ERR_STALE);
	check_told(w, "nothing", "");
	check_whole(w, "here");
	check_whole(b, "there");
}

struct half {
	struct world *w;
	enum err end;
};

static enum err change_and_fail(struct db *db, void *ctx) {
	const struct half *h = ctx;
	uint64_t id = 0;
	CHECK_INT("class",
			roster_store_add_class(db, h->w->s.school_id, h->w->s.year_id, 11,
					str_from("11X"), 0, &id),
			ERR_OK);
	return h->end;
}

static void test_rollback(struct world *w) {
	struct half half = { w, ERR_DENIED };
	CHECK_INT("fails", db_transact(w->db, change_and_fail, &half), ERR_DENIED);
	check_told(w, "a rollback leaves nothing", "");
	half.end = ERR_OK;
	CHECK_INT("holds", db_transact(w->db, change_and_fail, &half), ERR_OK);
	check_told(w, "a commit does", "NEW 1 lophoc/2026-2027/11X;");
	check_whole(w, "after");
}

/* ---- carrying it out ---- */

static uint64_t record_of(struct world *w, const char *id) {
	char sql[200];
	(void)snprintf(sql, sizeof(sql), "SELECT id FROM record WHERE idbanghi = '%s'", id);
	return (uint64_t)testdb_number(w->db, sql);
}

static void test_raise(struct world *w) {
	uint64_t school = w->s.school_id;
	uint64_t there = record_of(w, "A/lophoc/2026-2027/11X");
	CHECK_INT("raise", outbox_store_raise(w->db, school, there, 0), ERR_OK);
	CHECK_INT("far", outbox_store_raise(w->db, school, there, 40), ERR_OK);
	CHECK_INT("less than it has", outbox_store_raise(w->db, school, there, 7), ERR_OK);
	CHECK_INT("what is gone",
			outbox_store_raise(w->db, school, record_of(w, "A/monhoc/toan"), 9),
			ERR_OK);
	check_told(w, "told again",
			"UPDATE 2 lophoc/2026-2027/11X;UPDATE 40 lophoc/2026-2027/11X;"
			"UPDATE 41 lophoc/2026-2027/11X;CANCEL 9 monhoc/toan;");
	check_line(w, "A/lophoc/2026-2027/11X",
			",\"lop\":\"2026-2027/11X\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{"
			"\"namhoc\":\"2026-2027\",\"malop\":\"11X\",\"khoi\":11,\"magvcn\":null}}");
	CHECK_INT("the largest", outbox_store_raise(w->db, school, there, INT32_MAX), ERR_OK);
	CHECK_INT("no larger", outbox_store_raise(w->db, school, there, 0), ERR_LIMIT);
	CHECK_INT("none", outbox_store_raise(w->db, school, 999999, 0), ERR_NOT_FOUND);
	skip_told(w);
	check_whole(w, "raised");
}

static void test_prune(struct world *w) {
	int64_t rows = testdb_number(w->db, "SELECT COUNT(*) FROM outbox WHERE school_id = 1");
	int64_t records = testdb_number(w->db, "SELECT COUNT(*) FROM record WHERE school_id = 1");
	CHECK("there is something old", rows > records);
	uint64_t count = 0;
	CHECK_INT("too young", outbox_store_prune(w->db, 1, w->seen, 1, 1000, &count), ERR_OK);
	CHECK_INT("nothing", (int)count, 0);
	CHECK_INT("not everybody has them",
			outbox_store_prune(w->db, 1, 0, INT64_MAX, 1000, &count), ERR_OK);
	CHECK_INT("nothing", (int)count, 0);
	CHECK_INT("one", outbox_store_prune(w->db, 1, w->seen, INT64_MAX, 1, &count), ERR_OK);
	CHECK_INT("one", (int)count, 1);
	CHECK_INT("all", outbox_store_prune(w->db, 1, w->seen, INT64_MAX, 10000, &count), ERR_OK);
	CHECK_INT("one row a record stays",
			(int)testdb_number(
					w->db, "SELECT COUNT(*) FROM outbox WHERE school_id = 1"),
			(int)records);
	check_whole(w, "pruned");
	CHECK_INT("cancelling still finds what it said",
			teaching_store_drop(w->db, w->s.school_id, w->s.class_ids[1],
					w->s.subject_ids[0], w->s.teacher_ids[0]),
			ERR_OK);
	check_told(w, "cancelled", "CANCEL 2 phancong/2026-2027/10A2/TOAN/teacher1;");
}

static enum err note_kind(const struct outbox_untold *untold, void *ctx) {
	buf_addf(ctx, "%s %llu %.*s;", untold->kind, (unsigned long long)untold->count,
			(int)untold->first.n, untold->first.p);
	return buf_err(ctx);
}

/* What somebody writes into the tables behind the program's back is found. */
static void test_check(struct world *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(1000);
	testdb_run(w->db, "UPDATE enrolment SET position = 40 WHERE school_id = 1");
	testdb_run(w->db, "UPDATE subject SET code = 'SU' WHERE school_id = 1 AND code = 'gdtc'");
	CHECK_INT("check", outbox_store_check(w->db, w->s.school_id, &kinds, note_kind, &text),
			ERR_OK);
	CHECK_STR("found", buf_str(&text),
			"monhoc 2 A/monhoc/gdtc;xeplop 7 A/xeplop/2026-2027/10B/A001;");
	check_told(w, "and nothing was written", "");
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_whole(w, "then it is told");
	skip_told(w);
}

/* Off and on again: what happened meanwhile is told, with versions that go on. */
static void test_pause(struct world *w) {
	CHECK_INT("end", outbox_store_end(w->db, w->s.school_id), ERR_OK);
	update_student(w, "Nguyễn Thị Hồng", "A001");
	CHECK_INT("begin", outbox_store_begin(w->db, w->s.school_id), ERR_OK);
	CHECK_INT("seed", seed_store_run(w->db, w->s.school_id, &kinds, NULL, NULL), ERR_OK);
	check_told(w, "what happened", "UPDATE 5 hocsinh/A001;");
}

static enum err note_count(const struct outbox_count *count, void *ctx) {
	buf_addf(ctx, "%.*s %llu %llu;", (int)count->kind.n, count->kind.p,
			(unsigned long long)count->told, (unsigned long long)count->cancelled);
	return buf_err(ctx);
}

static void test_counts(struct world *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(1000);
	CHECK_INT("counts", outbox_store_counts(w->db, w->s.school_id, note_count, &text), ERR_OK);
	CHECK_STR("counts", buf_str(&text),
			"giaovien 2 1;hocsinh 6 1;lophoc 4 0;monhoc 2 1;namhoc 1 0;phancong 1 5;"
			"truong 1 0;xeplop 7 3;");
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "outbox");
	struct world a = { .db = connect_paying(&t, &kinds), .kinds = &kinds };
	struct world b = { .db = connect_paying(&t, &kinds), .kinds = &kinds };
	seed_school(a.db, "A", &a.s);
	seed_school(b.db, "B", &b.s);
	test_off(&a);
	test_seed(&a);
	test_telling(&a);
	test_lines(&a);
	test_student(&a);
	test_class(&a);
	test_calendar(&a);
	test_staff(&a);
	test_two_schools(&a, &b);
	test_rollback(&a);
	test_raise(&a);
	test_prune(&a);
	test_pause(&a);
	test_counts(&a);
	test_check(&a);
	db_free(a.db);
	db_free(b.db);
	testdb_stop(&t);
	return check_failures != 0;
}
