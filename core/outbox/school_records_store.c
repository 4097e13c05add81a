#include "core/outbox/school_records_store.h"

#include <string.h>

#include "core/db/db.h"

/* A person's sign-in name as one of the staff; membership.role: core/auth/access.h. Somebody who
 * has none (signs in by phone) has no number that could be told: such rows are left out. */
#define SQL_LOGIN(school, person)                                            \
	"(SELECT MIN(l.login) FROM membership l WHERE l.school_id = " school \
	" AND l.person_id = " person " AND l.role IN (1, 2))"

static const char *const sexes[] = { "nam", "nu" };
static const char *const subject_kinds[] = { "diem", "nhanxet" };
static const char *const teacher_states[] = { "danglam", "danghi" };
static const char *const student_states[] = { "danghoc", "dathoi" };

enum { LIST_BYTES_MAX = 4 << 10 }; /* of a list inside a record: the rest of it is left out */

/* The next piece up to a line feed; false at the end. */
static bool next_piece(struct str *rest, struct str *out) {
	if (rest->n == 0) {
		return false;
	}
	const char *end = memchr(rest->p, '\n', rest->n);
	out->p = rest->p;
	out->n = end ? (size_t)(end - rest->p) : rest->n;
	size_t used = end ? out->n + 1 : out->n;
	rest->p += used;
	rest->n -= used;
	return true;
}

/* A column of pieces as an array of texts. */
static void text_list(struct record_draft *d, const char *name, struct str pieces) {
	jo_karr(&d->w, name);
	struct str piece;
	size_t before = d->data.len;
	while (next_piece(&pieces, &piece) && d->data.len - before < LIST_BYTES_MAX) {
		jo_str(&d->w, piece);
	}
	jo_end_arr(&d->w);
}

/* ---- truong, namhoc, monhoc ---- */

static const char sql_school[] =
		"SELECT 0, 0, 0, s.code, s.name, s.level, c.code, p.code FROM school s"
		" JOIN commune c ON c.id = s.commune_id JOIN province p ON p.id = c.province_id"
		" WHERE s.id = ?";

static enum err read_school(const struct db_stmt *row, struct record_draft *d) {
	record_text(d, "matruong", row, 3);
	record_text(d, "tentruong", row, 4);
	record_text(d, "cap", row, 5);
	record_text(d, "maxa", row, 6);
	record_text(d, "matinh", row, 7);
	return ERR_OK;
}

const struct record_kind record_kind_school = {
	.name = "truong",
	.sql = sql_school,
	.read = read_school,
};

static const char sql_year[] =
		"SELECT 0, 0, y.id, y.code, y.starts_on, y.ends_on, (SELECT GROUP_CONCAT("
		" CONCAT(t.number, '\\n', t.starts_on, '\\n', t.ends_on) ORDER BY t.number SEPARATOR '\\n')"
		" FROM term t WHERE t.school_year_id = y.id AND t.school_id = y.school_id)"
		" FROM school_year y WHERE y.school_id = ?";

static enum err read_year(const struct db_stmt *row, struct record_draft *d) {
	record_key_text(d, "namhoc", row, 3);
	record_date(d, "ngaybatdau", row, 4);
	record_date(d, "ngayketthuc", row, 5);
	jo_karr(&d->w, "hocky");
	struct str rest = db_col_str(row, 6);
	struct str number;
	struct str from;
	struct str to;
	while (next_piece(&rest, &number) && next_piece(&rest, &from) && next_piece(&rest, &to)) {
		jo_obj(&d->w);
		jo_kraw(&d->w, "so", number);
		jo_kstr(&d->w, "ngaybatdau", from);
		jo_kstr(&d->w, "ngayketthuc", to);
		jo_end_obj(&d->w);
	}
	jo_end_arr(&d->w);
	return ERR_OK;
}

const struct record_kind record_kind_year = {
	.name = "namhoc",
	.sql = sql_year,
	.place_column = "y.id",
	.follows = { [RECORD_OF_YEAR] = RECORD_BY_PLACE },
	.read = read_year,
};

static const char sql_subject[] = "SELECT 0, 0, sb.id, sb.code, sb.name, sb.kind FROM subject sb"
				  " WHERE sb.school_id = ?";

static enum err read_subject(const struct db_stmt *row, struct record_draft *d) {
	record_key_text(d, "mamon", row, 3);
	record_text(d, "tenmon", row, 4);
	record_word(d, "loai", row, 5, subject_kinds, 2);
	return ERR_OK;
}

const struct record_kind record_kind_subject = {
	.name = "monhoc",
	.sql = sql_subject,
	.place_column = "sb.id",
	.follows = { [RECORD_OF_SUBJECT] = RECORD_BY_PLACE,
			[RECORD_OF_SUBJECT_CODE] = RECORD_BY_PLACE },
	.read = read_subject,
};

/* ---- giaovien, lophoc, phancong ---- */

static const char sql_teacher[] = "SELECT 0, 0, m.person_id, " SQL_LOGIN("m.school_id",
		"m.person_id") ","
			       " p.full_name, p.birth_date, p.sex,"
			       " (SELECT GROUP_CONCAT(sb.code ORDER BY sb.code SEPARATOR '\\n') FROM teacher_subject ts"
			       "  JOIN subject sb ON sb.id = ts.subject_id AND sb.school_id = ts.school_id"
			       "  WHERE ts.school_id = m.school_id AND ts.person_id = m.person_id), m.state"
			       " FROM membership m JOIN person p ON p.id = m.person_id"
			       " WHERE m.role = 2 AND m.school_id = ?";

static enum err read_teacher(const struct db_stmt *row, struct record_draft *d) {
	if (db_col_is_null(row, 3)) {
		return ERR_NOT_FOUND;
	}
	record_key_text(d, "magiaovien", row, 3);
	record_text(d, "hoten", row, 4);
	record_date(d, "ngaysinh", row, 5);
	record_word(d, "gioitinh", row, 6, sexes, 2);
	text_list(d, "mon", db_col_str(row, 7));
	record_word(d, "trangthai", row, 8, teacher_states, 2);
	return ERR_OK;
}

const struct record_kind record_kind_teacher = {
	.name = "giaovien",
	.sql = sql_teacher,
	.place_column = "m.person_id",
	.follows = { [RECORD_OF_TEACHER] = RECORD_BY_PLACE,
			[RECORD_OF_TEACHER_LOGIN] = RECORD_BY_PLACE,
			[RECORD_OF_PERSON] = RECORD_BY_PLACE,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_teacher,
};

static const char sql_class[] = "SELECT cl.id, 0, 0, y.code, cl.name, cl.grade, " SQL_LOGIN(
		"cl.school_id",
		"cl.homeroom_person_id") " FROM class cl"
					 " JOIN school_year y ON y.id = cl.school_year_id WHERE cl.school_id = ?";

static enum err read_class(const struct db_stmt *row, struct record_draft *d) {
	record_key_class(d, row, 3, 4);
	record_number(d, "khoi", row, 5);
	record_text(d, "magvcn", row, 6);
	return ERR_OK;
}

const struct record_kind record_kind_class = {
	.name = "lophoc",
	.sql = sql_class,
	.class_column = "cl.id",
	.follows = { [RECORD_OF_CLASS] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_TEACHER_LOGIN] = RECORD_ANYWHERE },
	.read = read_class,
};

static const char sql_teaching[] = "SELECT t.class_id, 0, t.person_id, y.code, cl.name, sb.code, " SQL_LOGIN(
		"t.school_id",
		"t.person_id") " FROM teaching t"
			       " JOIN class cl ON cl.id = t.class_id JOIN school_year y ON y.id = cl.school_year_id"
			       " JOIN subject sb ON sb.id = t.subject_id WHERE t.school_id = ?";

static enum err read_teaching(const struct db_stmt *row, struct record_draft *d) {
	if (db_col_is_null(row, 6)) {
		return ERR_NOT_FOUND;
	}
	record_key_class(d, row, 3, 4);
	record_key_text(d, "mamon", row, 5);
	record_key_text(d, "magiaovien", row, 6);
	return ERR_OK;
}

const struct record_kind record_kind_teaching = {
	.name = "phancong",
	.sql = sql_teaching,
	.class_column = "t.class_id",
	.place_column = "t.person_id",
	.follows = { [RECORD_OF_TEACHING] = RECORD_BY_CLASS | RECORD_BY_PLACE,
			[RECORD_OF_TEACHER_LOGIN] = RECORD_BY_PLACE,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_teaching,
};

/* ---- hocsinh, xeplop ---- */

static const char sql_student[] =
		"SELECT 0, s.id, s.person_id, s.code, p.full_name, p.birth_date, p.sex,"
		" NULLIF(s.ethnicity, ''), NULLIF(s.birth_place, ''), s.state"
		" FROM student s JOIN person p ON p.id = s.person_id WHERE s.school_id = ?";

static enum err read_student(const struct db_stmt *row, struct record_draft *d) {
	record_key_student(d, row, 3);
	record_text(d, "hoten", row, 4);
	record_date(d, "ngaysinh", row, 5);
	record_word(d, "gioitinh", row, 6, sexes, 2);
	record_text(d, "dantoc", row, 7);
	record_text(d, "noisinh", row, 8);
	record_word(d, "trangthai", row, 9, student_states, 2);
	return ERR_OK;
}

const struct record_kind record_kind_student = {
	.name = "hocsinh",
	.sql = sql_student,
	.student_column = "s.id",
	.place_column = "s.person_id",
	.follows = { [RECORD_OF_STUDENT] = RECORD_BY_STUDENT,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT,
			[RECORD_OF_PERSON] = RECORD_BY_PLACE },
	.read = read_student,
};

static const char sql_enrolment[] =
		"SELECT e.class_id, e.student_id, 0, y.code, cl.name, s.code, NULLIF(e.position, 0),"
		" e.from_on, e.to_on FROM enrolment e JOIN class cl ON cl.id = e.class_id"
		" JOIN school_year y ON y.id = cl.school_year_id JOIN student s ON s.id = e.student_id"
		" WHERE e.school_id = ?";

static enum err read_enrolment(const struct db_stmt *row, struct record_draft *d) {
	record_key_class(d, row, 3, 4);
	record_key_student(d, row, 5);
	record_number(d, "sott", row, 6);
	record_date(d, "tungay", row, 7);
	record_date(d, "denngay", row, 8);
	return ERR_OK;
}

const struct record_kind record_kind_enrolment = {
	.name = "xeplop",
	.sql = sql_enrolment,
	.class_column = "e.class_id",
	.student_column = "e.student_id",
	.follows = { [RECORD_OF_ENROLMENT] = RECORD_BY_CLASS | RECORD_BY_STUDENT,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT },
	.read = read_enrolment,
};
