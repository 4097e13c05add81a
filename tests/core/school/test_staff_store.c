/* Lists of teachers and of who teaches what, from the sheet to the tables and back to a workbook. */
#include "core/school/staff_store.h"

#include "core/doc/xlsx_read.h"
#include "core/school/account_store.h"
#include "core/school/teaching_export.h"
#include "tests/core/school/staff_of.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

/* A plan as it was kept, ready to be carried out. */
struct kept {
	struct staff_plan *plan;
	uint64_t id;
	struct hash hash;
	enum plan_kind kind;
};

static struct kept keep(
		struct db *db, const struct seed *seed, enum plan_kind kind, struct grid *grid) {
	struct kept k = { .kind = kind };
	struct staff_known known;
	CHECK_INT("load", staff_store_load(db, seed->school_id, seed->year_id, &known), ERR_OK);
	struct staff_plan *plan = staff_plan_of(
			kind == PLAN_TEACHERS ? staff_plan_teachers : staff_plan_teaching, &known,
			grid);
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	CHECK_INT("save", staff_plan_save(plan, LANG_VI, &saved), ERR_OK);
	staff_plan_free(plan);
	staff_known_finish(&known);
	hash_bytes(NULL, saved.data, saved.len, &k.hash);
	struct plan_new row = { seed->school_id, kind, seed->year_id, seed->office_id, SEED_NOW_MS,
		str_from("gv.xlsx"), { saved.data, saved.len }, k.hash.b };
	CHECK_INT("keep", plan_store_add(db, &row, &k.id), ERR_OK);
	CHECK_INT("read back", staff_plan_load(row.plan, &k.plan), ERR_OK);
	return k;
}

static enum err commit(struct db *db, const struct seed *seed, const struct kept *k,
		struct staff_import_done *done) {
	struct staff_import import = { seed->school_id, seed->year_id, k->kind, k->id, k->hash.b,
		SEED_NOW_MS };
	return staff_store_commit(db, &import, k->plan, done);
}

static int64_t count(struct db *db, const char *sql) {
	return testdb_number(db, sql);
}

static void test_teachers(struct db *db, const struct seed *a, const struct seed *b) {
	struct kept k = keep(db, a, PLAN_TEACHERS,
			GRID_OF("GV", "Mã|Họ tên|Điện thoại|Môn|Ngày sinh",
					"moi|Ngô Mới|0911000301|toan|@1985-01-02",
					"teacher1|Trần Thị ALPHA||toan, gdtc|@1979-03-04",
					"la|Lê Lạ|0911000999"));
	struct staff_import_done done = { .phones_taken = 77 };
	struct kept other = k;
	other.hash.b[0] ^= 1;
	CHECK_INT("a number elsewhere",
			account_store_set_phone(db, b->school_id, b->teacher_ids[0],
					str_from("+84911000999")),
			ERR_OK);
	CHECK_INT("not what was shown", commit(db, a, &other, &done), ERR_STALE);
	CHECK_INT("untouched", done.phones_taken, 77);
	CHECK_INT("commit", commit(db, a, &k, &done), ERR_OK);
	CHECK_INT("taken", done.phones_taken, 1);
	CHECK("which", str_eq_z(done.taken[0]->full_name, "Lê Lạ") && done.taken[0]->number == 4);
	CHECK_INT("once", commit(db, a, &k, &done), ERR_CONFLICT);
	CHECK_INT("new teachers",
			count(db,
					"SELECT COUNT(*) FROM membership m JOIN person p ON p.id = m.person_id"
					" JOIN account a ON a.person_id = p.id WHERE m.role = 2 AND m.state = 1"
					" AND (m.login, p.full_name) IN (('moi', 'Ngô Mới'), ('la', 'Lê Lạ'))"),
			2);
	CHECK_INT("the number",
			count(db,
					"SELECT COUNT(*) FROM account a JOIN person p"
					" ON p.id = a.person_id WHERE a.phone = '+84911000301'"
					" AND p.full_name = 'Ngô Mới' AND p.birth_date = '1985-01-02'"),
			1);
	CHECK_INT("subjects", count(db, "SELECT COUNT(*) FROM teacher_subject"), 3);
	CHECK_INT("a birth date",
			count(db,
					"SELECT COUNT(*) FROM person WHERE birth_date ="
					" '1979-03-04' AND version = 2"),
			1);
	staff_plan_free(k.plan);
}

static void test_teaching(struct db *db, const struct seed *a) {
	struct kept k = keep(db, a, PLAN_TEACHING,
			GRID_OF("PC", "Môn|10A1|10A2", "toan|teacher2|teacher1", "gdtc|teacher2"));
	struct kept late = keep(db, a, PLAN_TEACHING,
			GRID_OF("PC", "Giáo viên|Môn|Lớp", "teacher2|gdtc|10A2"));
	struct staff_import_done done;
	CHECK_INT("new", k.plan->counts[ROSTER_NEW], 1);
	CHECK_INT("replaced", k.plan->counts[ROSTER_CHANGE], 1);
	CHECK_INT("commit", commit(db, a, &k, &done), ERR_OK);
	CHECK_INT("overtaken", commit(db, a, &late, &done), ERR_STALE);
	struct staff_known known;
	CHECK_INT("load", staff_store_load(db, a->school_id, a->year_id, &known), ERR_OK);
	CHECK("instead",
			staff_teaches(&known, a->class_ids[0], a->subject_ids[0],
					a->teacher_ids[1]) &&
					!staff_teaches(&known, a->class_ids[0], a->subject_ids[0],
							a->teacher_ids[0]));
	CHECK("as it was",
			staff_teaches(&known, a->class_ids[1], a->subject_ids[0],
					a->teacher_ids[0]));
	CHECK_INT("three", known.teaching_count, 3);
	staff_known_finish(&known);
	staff_plan_free(k.plan);
	staff_plan_free(late.plan);
}

/* What was exported, imported: nothing to do, in either form. */
static void test_export(struct db *db, const struct seed *a) {
	struct staff_known known;
	CHECK_INT("load", staff_store_load(db, a->school_id, a->year_id, &known), ERR_OK);
	for (enum teaching_form form = TEACHING_LIST; form <= TEACHING_MATRIX; form++) {
		_cleanup_(buf_finish) struct buf bytes = buf_make(1 << 22);
		_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
		struct grid *grid = NULL;
		CHECK_INT("export", teaching_export(&known, form, SEED_NOW_MS, &bytes), ERR_OK);
		CHECK_INT("open", xlsx_read_new(bytes.data, bytes.len, &book), ERR_OK);
		CHECK_INT("sheet", xlsx_read_grid(book, 0, &grid), ERR_OK);
		struct staff_plan *plan = staff_plan_of(staff_plan_teaching, &known, grid);
		CHECK_INT("rows", plan->row_count, known.teaching_count);
		CHECK_INT("the same", plan->counts[ROSTER_SAME], known.teaching_count);
		staff_plan_free(plan);
	}
	staff_known_finish(&known);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "staff_store");
	struct seed alpha;
	struct seed beta;
	seed_school(t.db, "ALPHA", &alpha);
	seed_school(t.db, "BETA", &beta);
	test_teachers(t.db, &alpha, &beta);
	test_teaching(t.db, &alpha);
	test_export(t.db, &alpha);
	CHECK_INT("nothing of the other school",
			testdb_number(t.db,
					"SELECT COUNT(*) FROM teacher_subject s JOIN school h"
					" ON h.id = s.school_id WHERE h.code <> 'ALPHA'"),
			0);
	testdb_stop(&t);
	return check_done();
}
