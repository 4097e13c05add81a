/* What is entered in the gradebook, as records: columns, marks, conduct, remarks, exemptions,
 * absences. */
#include "gradebook/records/gradebook_records_store.h"

#include "core/db/db.h"
#include "gradebook/marks/mark.h"

enum {
	STATE_MISSING = 2,   /* mark.state */
	SUBJECT_COMMENT = 2, /* subject.kind */
	LEVEL_POSITION = 2,  /* of GK and CK: the level of a primary subject, no mark */
	SUMMER = 3,          /* hocky of conduct after training */
};

static const char *const kinds[] = { "tx", "gk", "ck" };
static const char *const passed[] = { "C", "D" };      /* 0, 1 */
static const char *const levels[] = { "C", "H", "T" }; /* 0, 1, 2 */
static const char *const sessions[] = { "sang", "chieu" };
static const char *const absence_kinds[] = { "phep", "khongphep" };

#define SQL_CLASS_OF(table)                            \
	" JOIN class cl ON cl.id = " table ".class_id" \
	" JOIN school_year y ON y.id = cl.school_year_id"

/* The key of a column, from the index: year, class, subject, term, kind, position. */
static void key_column(struct record_draft *d, const struct db_stmt *row, unsigned i) {
	uint64_t kind = db_col_u64(row, i + 4);
	const char *name = kind >= MARK_TX && kind <= MARK_CK ? kinds[kind - 1] : "";
	record_key_class(d, row, i, i + 1);
	record_key_text(d, "mamon", row, i + 2);
	record_key_term(d, row, i + 3);
	record_id_add(&d->id, str_from(name));
	jo_kstrz(&d->w, "loai", name);
	record_key_number(d, "lan", row, i + 5);
}

/* ---- cotdiem ---- */

static const char sql_column[] =
		"SELECT k.class_id, 0, k.id, y.code, cl.name, sb.code, t.number, k.kind, k.position,"
		" k.published_at_ms FROM mark_column k" SQL_CLASS_OF(
				"k") " JOIN subject sb ON sb.id = k.subject_id JOIN term t ON t.id = k.term_id"
				     " WHERE k.school_id = ?";

static enum err read_column(const struct db_stmt *row, struct record_draft *d) {
	key_column(d, row, 3);
	jo_ki64(&d->w, "heso", db_col_i64(row, 7)); /* the kinds' numbers are their weights */
	record_number(d, "congbo", row, 9);
	return ERR_OK;
}

const struct record_kind record_kind_column = {
	.name = "cotdiem",
	.sql = sql_column,
	.class_column = "k.class_id",
	.place_column = "k.id",
	.follows = { [RECORD_OF_COLUMN] = RECORD_BY_CLASS | RECORD_BY_PLACE,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_column,
};

/* ---- diem ---- */

/* A mark that was taken back is there no more. */
static const char sql_mark[] =
		"SELECT k.class_id, m.student_id, m.column_id, y.code, cl.name, sb.code, t.number,"
		" k.kind, k.position, s.code, m.value_x10, m.state, sb.kind"
		" FROM mark m JOIN mark_column k ON k.id = m.column_id" SQL_CLASS_OF(
				"k") " JOIN subject sb ON sb.id = k.subject_id JOIN term t ON t.id = k.term_id"
				     " JOIN student s ON s.id = m.student_id"
				     " WHERE (m.value_x10 IS NOT NULL OR m.state = 2) AND k.school_id = ?";

/* The letter of a value, in a column that has letters; NULL: it has numbers, or there is none. */
static const char *letter_of(const struct db_stmt *row) {
	uint64_t v = db_col_u64(row, 10);
	if (db_col_is_null(row, 10)) {
		return NULL;
	}
	if (db_col_u64(row, 7) != MARK_TX && db_col_u64(row, 8) == LEVEL_POSITION) {
		return v < 3 ? levels[v] : NULL;
	}
	return db_col_u64(row, 12) == SUBJECT_COMMENT && v < 2 ? passed[v] : NULL;
}

static enum err read_mark(const struct db_stmt *row, struct record_draft *d) {
	const char *letter = letter_of(row);
	key_column(d, row, 3);
	record_key_student(d, row, 9);
	if (letter) {
		jo_knull(&d->w, "diemx10");
	} else {
		record_number(d, "diemx10", row, 10);
	}
	jo_kstrz(&d->w, "nhanxet", letter);
	jo_kstrz(&d->w, "trangthai", db_col_u64(row, 11) == STATE_MISSING ? "vang" : "co");
	return ERR_OK;
}

const struct record_kind record_kind_mark = {
	.name = "diem",
	.sql = sql_mark,
	.class_column = "k.class_id",
	.student_column = "m.student_id",
	.place_column = "m.column_id",
	.follows = { [RECORD_OF_MARK] = RECORD_BY_CLASS | RECORD_BY_PLACE,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_mark,
};

/* ---- renluyen ---- */

static const char sql_conduct[] =
		"SELECT c.class_id, c.student_id, 0, y.code, cl.name,"
		" IF(c.stage = 2, 3, t.number), s.code, c.level FROM conduct c" SQL_CLASS_OF(
				"c") " JOIN term t ON t.id = c.term_id JOIN student s ON s.id = c.student_id"
				     " WHERE c.level IS NOT NULL AND c.school_id = ?";

static enum err read_conduct(const struct db_stmt *row, struct record_draft *d) {
	record_key_class(d, row, 3, 4);
	record_key_term(d, row, 5);
	record_key_student(d, row, 6);
	record_number(d, "muc", row, 7);
	return ERR_OK;
}

const struct record_kind record_kind_conduct = {
	.name = "renluyen",
	.sql = sql_conduct,
	.class_column = "c.class_id",
	.student_column = "c.student_id",
	.follows = { [RECORD_OF_CONDUCT] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT },
	.read = read_conduct,
};

/* ---- nhanxet ---- */

static const char sql_remark[] =
		"SELECT r.class_id, r.student_id, 0, y.code, cl.name, t.number, sb.code, s.code, r.text"
		" FROM remark r" SQL_CLASS_OF(
				"r") " JOIN term t ON t.id = r.term_id"
				     " JOIN student s ON s.id = r.student_id LEFT JOIN subject sb ON sb.id = r.subject_id"
				     " WHERE r.text <> '' AND r.school_id = ?";

static enum err read_remark(const struct db_stmt *row, struct record_draft *d) {
	record_key_class(d, row, 3, 4);
	record_key_term(d, row, 5);
	if (db_col_is_null(row, 6)) { /* the homeroom teacher's */
		record_id_add(&d->id, str_from("-"));
		jo_knull(&d->w, "mamon");
	} else {
		record_key_text(d, "mamon", row, 6);
	}
	record_key_student(d, row, 7);
	record_text(d, "noidung", row, 8);
	return ERR_OK;
}

const struct record_kind record_kind_remark = {
	.name = "nhanxet",
	.sql = sql_remark,
	.class_column = "r.class_id",
	.student_column = "r.student_id",
	.follows = { [RECORD_OF_REMARK] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_remark,
};

/* ---- miengiam ---- */

/* Of a term, in whatever class; the reason is health, and stays in the school. */
static const char sql_exemption[] =
		"SELECT 0, x.student_id, 0, y.code, t.number, sb.code, s.code FROM exemption x"
		" JOIN term t ON t.id = x.term_id JOIN school_year y ON y.id = t.school_year_id"
		" JOIN subject sb ON sb.id = x.subject_id JOIN student s ON s.id = x.student_id"
		" WHERE x.school_id = ?";

static enum err read_exemption(const struct db_stmt *row, struct record_draft *d) {
	record_key_text(d, "namhoc", row, 3);
	record_key_term(d, row, 4);
	record_key_text(d, "mamon", row, 5);
	record_key_student(d, row, 6);
	return ERR_OK;
}

const struct record_kind record_kind_exemption = {
	.name = "miengiam",
	.sql = sql_exemption,
	.student_column = "x.student_id",
	.follows = { [RECORD_OF_EXEMPTION] = RECORD_BY_STUDENT,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_exemption,
};

/* ---- vang ---- */

/* Somebody who comes late was there. */
static const char sql_absence[] =
		"SELECT a.class_id, a.student_id, 0, s.code, a.on_date, a.session, y.code, cl.name,"
		" a.kind FROM absence a" SQL_CLASS_OF(
				"a") " JOIN student s ON s.id = a.student_id"
				     " WHERE a.kind IN (1, 2) AND a.school_id = ?";

static enum err read_absence(const struct db_stmt *row, struct record_draft *d) {
	uint64_t session = db_col_u64(row, 5);
	const char *half = session >= 1 && session <= 2 ? sessions[session - 1] : "";
	record_key_student(d, row, 3);
	record_key_date(d, "ngay", row, 4);
	record_id_add(&d->id, str_from(half));
	jo_kstrz(&d->w, "buoi", half);
	record_class(d, row, 6, 7);
	record_word(d, "loai", row, 8, absence_kinds, 2);
	return ERR_OK;
}

const struct record_kind record_kind_absence = {
	.name = "vang",
	.sql = sql_absence,
	.class_column = "a.class_id",
	.student_column = "a.student_id",
	.follows = { [RECORD_OF_ABSENCE] = RECORD_BY_STUDENT,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT },
	.read = read_absence,
};
