/* A class list from the sheet to the tables: planned, kept, carried out once, exactly as shown. */
#include "core/school/roster_import_store.h"

#include <stdlib.h>

#include "core/school/account_store.h"
#include "core/school/guardian_store.h"
#include "core/school/plan_store.h"
#include "core/school/roster_store.h"
#include "core/seal/box.h"
#include "core/seal/secret.h"
#include "tests/core/school/grid_of.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

static const uint8_t id_key[32] = { 1 };
static const uint8_t seal_key[32] = { 2 };

/* A plan as it was kept, ready to be carried out. */
struct kept {
	struct roster_plan *shown; /* as it was made */
	struct roster_plan *plan;  /* as it was read back */
	uint64_t id;
	struct hash hash;
};

static void kept_finish(struct kept *k) {
	roster_plan_free(k->shown);
	roster_plan_free(k->plan);
}

static struct kept keep(struct db *db, const struct seed *seed, struct grid *grid) {
	struct kept k = { 0 };
	_cleanup_(roster_known_finish) struct roster_known known = { 0 };
	CHECK_INT("load", roster_import_load(db, seed->school_id, seed->year_id, &known), ERR_OK);
	const struct roster_target target = { 2026, 10, 12, id_key };
	const struct grid *grids[] = { grid };
	CHECK_INT("plan", roster_plan_new(grids, 1, &target, &known, &k.shown), ERR_OK);
	grid_free(grid);
	_cleanup_(buf_finish) struct buf saved = buf_make(ROSTER_BYTES_MAX);
	CHECK_INT("save", roster_plan_save(k.shown, LANG_VI, seal_key, &saved), ERR_OK);
	hash_bytes(NULL, saved.data, saved.len, &k.hash);
	struct plan_new row = { seed->school_id, PLAN_ROSTER, seed->year_id, seed->office_id,
		SEED_NOW_MS, str_from("lop.xlsx"), { saved.data, saved.len }, k.hash.b };
	CHECK_INT("keep", plan_store_add(db, &row, &k.id), ERR_OK);
	CHECK_INT("read back", roster_plan_load(row.plan, seal_key, &k.plan), ERR_OK);
	return k;
}

static enum err commit(struct db *db, const struct seed *seed, const struct kept *k,
		struct roster_import_done *done) {
	struct roster_import import = { seed->school_id, seed->year_id, k->id, k->hash.b,
		SEED_NOW_MS, seal_key, id_key };
	return roster_import_commit(db, &import, k->plan, done);
}

static struct grid *make_list(void) {
	return GRID_OF("10A3",
			"Mã HS|Họ và tên|Ngày sinh|GT|Lớp|CCCD|Địa chỉ|Họ tên cha|SĐT cha|Họ tên mẹ|SĐT mẹ",
			"N1|Đỗ Một|01/02/2011|Nam|10A3|001211000001|Số 1|Đỗ Cha|0911000001|Lê Mẹ|0911000002",
			"N2|Đỗ Hai|01/02/2012|Nữ|10A3|||Đỗ Cha|0911000001",
			"|Hồ Ba|03/03/2011||10A1||||0911000003|Hồ Mẹ",
			"teacher1|Trùng Tên|04/04/2011|Nữ|10A3", "N5||05/05/2011||10A4");
}

static void check_new(struct db *db, const struct seed *seed) {
	_cleanup_(kept_finish) struct kept k = keep(db, seed, make_list());
	CHECK_INT("new", k.shown->counts[ROSTER_NEW], 4);
	CHECK_INT("error", k.shown->counts[ROSTER_ERROR], 1);
	struct roster_import_done done = { .classes_made = 77, .personal_ids_taken = 77 };
	struct kept other = k;
	other.hash.b[0] ^= 1;
	CHECK_INT("not what was shown", commit(db, seed, &other, &done), ERR_STALE);
	CHECK_INT("untouched", done.classes_made, 77);
	CHECK_INT("commit", commit(db, seed, &k, &done), ERR_OK);
	CHECK_INT("10A3, not 10A4", done.classes_made, 1);
	CHECK_INT("ids", done.personal_ids_taken, 0);
	CHECK_INT("once", commit(db, seed, &k, &done), ERR_CONFLICT);
	CHECK_INT("students",
			testdb_number(db,
					"SELECT COUNT(*) FROM student WHERE code IN"
					" ('N1', 'N2', '2600001', 'teacher1')"),
			4);
	CHECK_INT("nobody without a name",
			testdb_number(db,
					"SELECT COUNT(*) FROM student WHERE"
					" code = 'N5'"),
			0);
	CHECK_INT("in their classes",
			testdb_number(db,
					"SELECT COUNT(*) FROM enrolment e"
					" JOIN class c ON c.id = e.class_id JOIN student s ON s.id = e.student_id"
					" WHERE c.name = '10A3' AND e.to_on IS NULL AND s.code IN ('N1', 'N2',"
					" 'teacher1')"),
			3);
	CHECK_INT("one father, two children",
			testdb_number(db,
					"SELECT COUNT(*) FROM guardian g JOIN account a ON a.person_id = g.person_id"
					" WHERE a.phone = '+84911000001'"),
			2);
	CHECK_INT("a name for a number",
			testdb_number(db,
					"SELECT COUNT(*) FROM person WHERE"
					" full_name = 'Phụ huynh em Hồ Ba'"),
			1);
	CHECK_INT("a mother without a number has no account",
			testdb_number(db,
					"SELECT COUNT(*) FROM person p LEFT JOIN account a ON a.person_id = p.id"
					" WHERE p.full_name = 'Hồ Mẹ' AND a.person_id IS NULL"),
			1);
	CHECK_INT("sign-in by code",
			testdb_number(db,
					"SELECT COUNT(*) FROM membership WHERE"
					" login = 'n1' AND role = 3"),
			1);
	CHECK_INT("a code that is a teacher's name",
			testdb_number(db,
					"SELECT COUNT(*) FROM"
					" membership WHERE login = 'hs-teacher1' AND role = 3"),
			1);
	CHECK_INT("no personal id in plain",
			testdb_number(db,
					"SELECT COUNT(*) FROM person WHERE"
					" personal_id_box LIKE '%001211000001%'"),
			0);
	CHECK_INT("nor in the plan",
			testdb_number(db,
					"SELECT COUNT(*) FROM import_plan WHERE"
					" plan LIKE '%001211000001%'"),
			0);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("box",
			db_prepare(db,
					"SELECT personal_id_box FROM person p JOIN student s"
					" ON s.person_id = p.id WHERE s.code = 'N1'",
					&stmt),
			ERR_OK);
	CHECK_INT("box", db_next(stmt), ERR_OK);
	_cleanup_(buf_finish) struct buf digits = buf_make(100);
	CHECK_INT("opens", box_open(seal_key, db_col_str(stmt, 0), &digits), ERR_OK);
	CHECK_STR("personal id", buf_str(&digits), "001211000001");

	_cleanup_(kept_finish) struct kept again = keep(db, seed, make_list());
	CHECK_INT("the same list again", again.shown->counts[ROSTER_SAME], 4);
	CHECK_INT("is nothing new", again.plan->row_count, 0);
}

static void check_change(struct db *db, const struct seed *seed) {
	_cleanup_(kept_finish) struct kept k = keep(db, seed,
			GRID_OF("x", "Mã HS|Họ và tên|Ngày sinh|Lớp|CCCD|Địa chỉ|Họ tên mẹ|SĐT mẹ|Ghi chú",
					"N1|Đỗ Mốt|01/02/2011|10A1||Số 11",
					"2600001|Hồ Ba|03/03/2011|10A1|001211000003||Hồ Mẹ|"
					"0911000009|mới",
					"N2|Đỗ Hai|01/02/2012|10A3||"));
	CHECK_INT("changes", k.shown->counts[ROSTER_CHANGE], 2);
	CHECK_INT("same", k.shown->counts[ROSTER_SAME], 1);
	struct roster_import_done done;
	CHECK_INT("commit", commit(db, seed, &k, &done), ERR_OK);
	CHECK_INT("name, address",
			testdb_number(db,
					"SELECT COUNT(*) FROM student s JOIN person p"
					" ON p.id = s.person_id WHERE p.full_name = 'Đỗ Mốt' AND s.address = 'Số 11'"
					" AND p.birth_date = '2011-02-01' AND p.sex = 1 AND s.code = 'N1'"),
			1);
	CHECK_INT("personal id stays",
			testdb_number(db,
					"SELECT COUNT(*) FROM student s JOIN person p"
					" ON p.id = s.person_id WHERE s.code = 'N1' AND personal_id_hash IS NOT NULL"),
			1);
	CHECK_INT("moved",
			testdb_number(db,
					"SELECT COUNT(*) FROM enrolment e JOIN class c ON c.id ="
					" e.class_id JOIN student s ON s.id = e.student_id WHERE s.code = 'N1' AND"
					" (c.name = '10A1') = (e.to_on IS NULL)"),
			2);
	CHECK_INT("a number for the mother",
			testdb_number(db,
					"SELECT COUNT(*) FROM account a JOIN"
					" person p ON p.id = a.person_id WHERE p.full_name = 'Hồ Mẹ' AND a.phone ="
					" '+84911000009'"),
			1);
	CHECK_INT("a personal id",
			testdb_number(db,
					"SELECT COUNT(*) FROM student s JOIN person p"
					" ON p.id = s.person_id WHERE s.code = '2600001' AND s.note = 'mới' AND"
					" personal_id_hash IS NOT NULL"),
			1);
}

/* A personal id that is somebody else's stays with that person; all else of the row is written. */
static void check_id_taken(struct db *db, const struct seed *seed) {
	static const char owner[] = "SELECT p.id FROM person p JOIN student s ON s.person_id = p.id"
				    " WHERE s.code = 'N1' AND p.personal_id_hash IS NOT NULL";
	int64_t before = testdb_number(db, owner);
	_cleanup_(kept_finish) struct kept k = keep(db, seed,
			GRID_OF("10B", "Mã HS|Họ và tên|Ngày sinh|Lớp|CCCD|Địa chỉ",
					"B1|Người Khác|02/02/2010|10A1|001211000001|Số 21"));
	struct roster_import_done done = { 0 };
	CHECK_INT("commit", commit(db, seed, &k, &done), ERR_OK);
	CHECK_INT("told", done.personal_ids_taken, 1);
	CHECK_INT("which row", done.taken[0]->number, 2);
	CHECK("of which sheet",
			str_eq_z(done.taken[0]->sheet_name, "10B") &&
					str_eq_z(done.taken[0]->full_name, "Người Khác"));
	CHECK_INT("nobody else became that person",
			testdb_number(db,
					"SELECT COUNT(*) FROM student s JOIN person p ON p.id = s.person_id"
					" WHERE s.code = 'B1' AND p.full_name = 'Người Khác'"
					" AND p.personal_id_hash IS NULL AND p.personal_id_box IS NULL"
					" AND s.address = 'Số 21'"),
			1);
	CHECK_INT("the owner keeps it", testdb_number(db, owner), before);

	_cleanup_(kept_finish) struct kept c = keep(db, seed,
			GRID_OF("10B", "Mã HS|Họ và tên|Ngày sinh|Lớp|CCCD|Địa chỉ",
					"B1|Người Khác|02/02/2010|10A1|001211000001|Số 23"));
	CHECK_INT("a change", c.shown->counts[ROSTER_CHANGE], 1);
	CHECK_INT("commit", commit(db, seed, &c, &done), ERR_OK);
	CHECK_INT("told again", done.personal_ids_taken, 1);
	CHECK_INT("which row again", done.taken[0]->number, 2);
	CHECK_INT("without the id, with the rest",
			testdb_number(db,
					"SELECT COUNT(*) FROM student s JOIN person p ON p.id = s.person_id"
					" WHERE s.code = 'B1' AND p.personal_id_hash IS NULL"
					" AND s.address = 'Số 23'"),
			1);
	CHECK_INT("the owner keeps it still", testdb_number(db, owner), before);
}

/* A doubtful row is written only when the office said yes to it. */
static void check_doubt(struct db *db, const struct seed *seed) {
	static const char renamed[] = "SELECT COUNT(*) FROM student s JOIN person p"
				      " ON p.id = s.person_id WHERE s.code = 'N2' AND"
				      " p.full_name = 'Vương Khác' AND s.address = 'Số 31'";
	for (int is_agreed = 0; is_agreed < 2; is_agreed++) {
		_cleanup_(kept_finish) struct kept k = keep(db, seed,
				GRID_OF("10A3", "Mã HS|Họ và tên|Ngày sinh|Địa chỉ",
						"N2|Vương Khác|01/02/2012|Số 31"));
		CHECK_INT("one row", k.plan->row_count, 1);
		CHECK("kept as doubtful", k.plan->rows[0].is_doubtful);
		if (is_agreed) {
			uint64_t student = k.plan->rows[0].student_id;
			CHECK_INT("yes", roster_plan_agree(k.plan, student), ERR_OK);
		}
		struct roster_import_done done;
		CHECK_INT("commit", commit(db, seed, &k, &done), ERR_OK);
		CHECK_INT("renamed", testdb_number(db, renamed), is_agreed);
	}
}

/* A plan holds only as long as the school is what it was made from. */
static void check_stale(struct db *db, const struct seed *seed) {
	_cleanup_(kept_finish) struct kept k = keep(db, seed,
			GRID_OF("10A1", "Mã HS|Họ và tên|Ngày sinh", "N9|Lê Chín|09/09/2011"));
	testdb_run(db, "UPDATE student SET note = 'khác', version = version + 1 WHERE code = 'N2'");
	struct roster_import_done done;
	int64_t people = testdb_number(db, "SELECT COUNT(*) FROM person");
	CHECK_INT("stale", commit(db, seed, &k, &done), ERR_STALE);
	CHECK_INT("nothing of it", testdb_number(db, "SELECT COUNT(*) FROM person"), people);
	CHECK_INT("still to be dropped", plan_store_drop(db, seed->school_id, PLAN_ROSTER, k.id),
			ERR_OK);
}

/* Another school: a person with a known number or personal id is the same person there; a plan of
 * one school is none of the other. */
static void check_other_school(struct db *db, const struct seed *a, const struct seed *b) {
	_cleanup_(kept_finish) struct kept k = keep(db, b,
			GRID_OF("10A1", "Mã HS|Họ và tên|Ngày sinh|CCCD|Họ tên cha|SĐT cha",
					"N1|Đỗ Mốt|01/02/2011|001211000001|Đỗ Cha|0911000001",
					"BETA001|Học Sinh|06/06/2011|001211000003"));
	struct roster_import_done done;
	struct kept stolen = { .shown = NULL, .plan = k.plan, .id = k.id, .hash = k.hash };
	CHECK_INT("not of this school", commit(db, a, &stolen, &done), ERR_NOT_FOUND);
	CHECK_INT("says nothing of the other school", k.shown->rows[0].guardians[0].person_id, 0);
	CHECK_INT("commit", commit(db, b, &k, &done), ERR_OK);
	CHECK_INT("a pupil of two schools",
			testdb_number(db,
					"SELECT COUNT(DISTINCT s.person_id) * 10"
					" + COUNT(*) FROM student s WHERE s.code = 'N1'"),
			12);
	CHECK_INT("a father at two schools",
			testdb_number(db,
					"SELECT COUNT(*) FROM membership m JOIN"
					" account a ON a.person_id = m.person_id WHERE a.phone = '+84911000001' AND"
					" m.role = 4"),
			2);
}

static void check_known(struct db *db, const struct seed *seed) {
	struct roster_known known;
	CHECK_INT("load", roster_import_load(db, seed->school_id, seed->year_id, &known), ERR_OK);
	CHECK_INT("students", known.student_count, SEED_STUDENTS);
	CHECK_INT("classes", known.class_count, 2);
	size_t guardians = 0;
	for (size_t i = 0; i < known.student_count; i++) {
		guardians += known.students[i].guardian_count;
		CHECK("in a class", known.students[i].class_id != 0);
		for (size_t g = 0; g < known.students[i].guardian_count; g++) {
			CHECK_INT("mother", known.students[i].guardians[g].person_id,
					seed->parent_id);
		}
	}
	CHECK_INT("mother of two", guardians, 2);
	roster_known_finish(&known);
}

int main(void) {
	if (secret_init()) {
		return 1;
	}
	struct testdb t;
	testdb_start(&t, "roster_import");
	struct seed a;
	struct seed b;
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	check_known(t.db, &a);
	check_new(t.db, &a);
	check_change(t.db, &a);
	check_doubt(t.db, &a);
	check_stale(t.db, &a);
	check_id_taken(t.db, &b);
	check_other_school(t.db, &a, &b);
	testdb_stop(&t);
	return check_done();
}
