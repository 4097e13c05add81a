/*
 * That a class's part is closed, and what its students came to, as it was kept then: told as long as
 * the part is closed, cancelled when it is opened again. A subject's result is read from the kept JSON, where
 * it stands as it was worked out then.
 */
#include "gradebook/records/gradebook_records_store.h"

#include "core/db/db.h"
#include "gradebook/rules/pack.h"

/* Of the last closing alone: who left the class before it has a row of an older one. */
#define SQL_KEPT                                                                    \
	" FROM student_result r JOIN class_closing x ON x.class_id = r.class_id"    \
	" AND x.term_number = r.term_number AND x.is_closed = 1"                    \
	" AND x.changed_at_ms = r.closed_at_ms JOIN class cl ON cl.id = r.class_id" \
	" JOIN school_year y ON y.id = cl.school_year_id JOIN student s ON s.id = r.student_id"

/* ---- khoaso ---- */

static const char sql_closing[] =
		"SELECT x.class_id, 0, 0, y.code, cl.name, x.term_number, x.changed_at_ms"
		" FROM class_closing x JOIN class cl ON cl.id = x.class_id"
		" JOIN school_year y ON y.id = cl.school_year_id"
		" WHERE x.is_closed = 1 AND x.school_id = ?";

static enum err read_closing(const struct db_stmt *row, struct record_draft *d) {
	record_key_class(d, row, 3, 4);
	record_key_term(d, row, 5);
	record_number(d, "khoaluc", row, 6);
	return ERR_OK;
}

const struct record_kind record_kind_closing = {
	.name = "khoaso",
	.sql = sql_closing,
	.class_column = "x.class_id",
	.follows = { [RECORD_OF_RESULT] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS },
	.read = read_closing,
};

/* ---- ketqua ---- */

static const char sql_result[] =
		"SELECT r.class_id, r.student_id, 0, y.code, cl.name, r.term_number, s.code, cl.grade,"
		" r.learning, r.conduct, r.promotion, r.award, r.absences, r.pack" SQL_KEPT
		" WHERE r.school_id = ?";

/* The award's code in the pack that gave it; NULL for none. */
static const char *award_of(const struct db_stmt *row) {
	const struct rule_pack *pack = NULL;
	const struct primary_pack *primary = NULL;
	struct str code = db_col_str(row, 13);
	uint64_t award = db_col_u64(row, 11);
	if (award == 0) {
		return NULL;
	}
	if (!pack_primary_by_code(code, &primary)) {
		return award <= PACK_PRIMARY_ROWS ? primary->rows[award - 1].award : NULL;
	}
	return pack_by_code(code, &pack) || award > pack->award_count
			? NULL
			: pack->awards[award - 1].code;
}

static enum err read_result(const struct db_stmt *row, struct record_draft *d) {
	record_key_class(d, row, 3, 4);
	record_key_term(d, row, 5);
	record_key_student(d, row, 6);
	record_number(d, "khoi", row, 7);
	record_number(d, "mahocluc", row, 8);
	record_number(d, "mahanhkiem", row, 9);
	record_number(d, "lenlop", row, 10);
	jo_kstrz(&d->w, "madanhhieu", award_of(row));
	record_number(d, "songaynghi", row, 12);
	record_text(d, "goiluat", row, 13);
	return ERR_OK;
}

const struct record_kind record_kind_result = {
	.name = "ketqua",
	.sql = sql_result,
	.class_column = "r.class_id",
	.student_column = "r.student_id",
	.follows = { [RECORD_OF_RESULT] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT },
	.read = read_result,
};

/* ---- ketquamon ---- */

/* The subjects are those of the closing: their codes of then stand in the JSON. A primary class's
 * terms come to no results: theirs is the level of the subject at the term's end. */
#define SQL_LEVEL(moment) \
	"JSON_VALUE(r.result, CONCAT('$.line.subjects[', j.at - 1, '].moments[" moment "]'))"
static const char sql_subject_result[] =
		"SELECT r.class_id, r.student_id, 0, y.code, cl.name, r.term_number, j.code, s.code,"
		" CASE r.term_number WHEN 0 THEN j.in_year"
		" WHEN 1 THEN COALESCE(j.in_1, " SQL_LEVEL(
				"1") ")"
				     " ELSE COALESCE(j.in_2, " SQL_LEVEL(
						     "3") ") END, cl.grade" SQL_KEPT
							  " CROSS JOIN JSON_TABLE(r.result, '$.result.subjects[*]' COLUMNS ("
							  " at FOR ORDINALITY,"
							  " code VARCHAR(64) PATH '$.code', in_year VARCHAR(8) PATH '$.year',"
							  " in_1 VARCHAR(8) PATH '$.terms[0]', in_2 VARCHAR(8) PATH '$.terms[1]')) j"
							  " WHERE r.school_id = ?";

static enum err read_subject_result(const struct db_stmt *row, struct record_draft *d) {
	struct str value = db_col_str(row, 8);
	int64_t x10 = 0;
	if (value.n == 0) {
		return ERR_NOT_FOUND; /* exempt, or not taught in that part */
	}
	record_key_class(d, row, 3, 4);
	record_key_term(d, row, 5);
	record_key_text(d, "mamon", row, 6);
	record_key_student(d, row, 7);
	record_number(d, "khoi", row, 9);
	if (str_parse_i64(value, &x10)) {
		jo_knull(&d->w, "diemx10");
		jo_kstr(&d->w, "nhanxet", value);
	} else {
		jo_ki64(&d->w, "diemx10", x10);
		jo_knull(&d->w, "nhanxet");
	}
	return ERR_OK;
}

const struct record_kind record_kind_subject_result = {
	.name = "ketquamon",
	.sql = sql_subject_result,
	.class_column = "r.class_id",
	.student_column = "r.student_id",
	.follows = { [RECORD_OF_RESULT] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT },
	.read = read_subject_result,
};
