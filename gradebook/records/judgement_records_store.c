/*
 * What is said of a student beside the marks, as records: a primary pupil's qualities and
 * competences at the four moments of the year with what an award asks for, and what was assessed
 * again after the year.
 */
#include "gradebook/records/gradebook_records_store.h"

#include "core/db/db.h"
#include "gradebook/primary/judgement.h"
#include "gradebook/reassess/reassess.h"

static const char sql_judgement[] =
		"SELECT j.class_id, j.student_id, 0, y.code, cl.name, j.moment, j.item, s.code, j.level,"
		" cl.grade FROM judgement j JOIN class cl ON cl.id = j.class_id"
		" JOIN school_year y ON y.id = cl.school_year_id JOIN student s ON s.id = j.student_id"
		" WHERE j.level IS NOT NULL AND j.school_id = ?";

static const char *const levels[PACK_PRIMARY_LEVELS] = { "C", "D", "T" };
static const char *const subject_levels[PACK_PRIMARY_LEVELS] = { "C", "H", "T" };
static const char *const answers[] = { "khong", "co" };

/* By the rules of the class's grade and year; ERR_NOT_FOUND when they know no such item. */
static enum err find_item(struct str year_code, unsigned grade, unsigned moment, uint64_t number,
		struct judgement_item *out) {
	const struct primary_pack *pack = NULL;
	struct judgement_item items[JUDGEMENT_ITEMS_MAX];
	int year = 0;
	if (pack_parse_year(year_code, &year) || pack_find_primary(grade, year, &pack)) {
		return ERR_NOT_FOUND;
	}
	size_t count = judgement_items(pack, grade, moment, items);
	for (size_t i = 0; i < count; i++) {
		if (items[i].number == number) {
			*out = items[i];
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

static enum err read_judgement(const struct db_stmt *row, struct record_draft *d) {
	struct judgement_item item;
	uint64_t level = db_col_u64(row, 8);
	unsigned moment = (unsigned)db_col_u64(row, 5);
	if (find_item(db_col_str(row, 3), (unsigned)db_col_u64(row, 9), moment, db_col_u64(row, 6),
			    &item) ||
			judgement_check(&item, (int)level)) {
		return ERR_NOT_FOUND;
	}
	record_key_class(d, row, 3, 4);
	record_key_number(d, "thoidiem", row, 5);
	d->term = judgement_term(moment);
	record_id_add(&d->id, str_from(item.code));
	jo_kstrz(&d->w, "matieuchi", item.code);
	record_key_student(d, row, 7);
	jo_kstrz(&d->w, "muc", item.is_answer ? answers[level] : levels[level]);
	return ERR_OK;
}

const struct record_kind record_kind_judgement = {
	.name = "danhgia",
	.sql = sql_judgement,
	.class_column = "j.class_id",
	.student_column = "j.student_id",
	.follows = { [RECORD_OF_JUDGEMENT] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT },
	.read = read_judgement,
};

/* ---- danhgialai ---- */

static const char sql_reassessment[] =
		"SELECT x.class_id, x.student_id, 0, y.code, cl.name, x.item, sb.code, s.code,"
		" x.value_x10, cl.grade, sb.kind FROM reassessment x JOIN class cl ON cl.id = x.class_id"
		" JOIN school_year y ON y.id = cl.school_year_id JOIN student s ON s.id = x.student_id"
		" LEFT JOIN subject sb ON sb.id = x.subject_id"
		" WHERE x.value_x10 IS NOT NULL AND x.school_id = ?";

/* Its kind, its code and its value, as a mark or as a word. */
struct again {
	const char *kind;
	struct str code;
	const char *word; /* NULL: it is a mark */
};

enum { SUBJECT_COMMENT = 2 }; /* subject.kind */

/* A subject's: of secondary school a mark or a comment, of primary a level and a test. */
static enum err read_subject_again(const struct db_stmt *row, struct again *out) {
	uint64_t item = db_col_u64(row, 5);
	uint64_t value = db_col_u64(row, 8);
	bool is_comment = item == REASSESS_RESULT && db_col_u64(row, 10) == SUBJECT_COMMENT;
	bool is_level = item == REASSESS_LEVEL;
	if (db_col_is_null(row, 6) || (is_comment && value > 1) ||
			(is_level && value >= PACK_PRIMARY_LEVELS)) {
		return ERR_NOT_FOUND;
	}
	out->kind = is_comment || is_level ? "muc" : "diem";
	out->code = db_col_str(row, 6);
	out->word = is_level ? subject_levels[value] : is_comment ? levels[value] : NULL;
	return ERR_OK;
}

static enum err read_again(const struct db_stmt *row, struct again *out) {
	uint64_t item = db_col_u64(row, 5);
	uint64_t value = db_col_u64(row, 8);
	struct judgement_item trait;
	if (item < REASSESS_TRAITS) {
		return read_subject_again(row, out);
	}
	if (item == REASSESS_DECISION) {
		*out = (struct again){ "quyetdinh", str_from("-"), answers[value != 0] };
		return ERR_OK;
	}
	if (find_item(db_col_str(row, 3), (unsigned)db_col_u64(row, 9), JUDGEMENT_MOMENTS,
			    item - REASSESS_TRAITS, &trait) ||
			trait.is_answer || judgement_check(&trait, (int)value)) {
		return ERR_NOT_FOUND;
	}
	*out = (struct again){ "tieuchi", str_from(trait.code), levels[value] };
	return ERR_OK;
}

static enum err read_reassessment(const struct db_stmt *row, struct record_draft *d) {
	struct again again;
	if (read_again(row, &again)) {
		return ERR_NOT_FOUND;
	}
	record_key_class(d, row, 3, 4);
	record_id_add(&d->id, str_from(again.kind));
	jo_kstrz(&d->w, "loai", again.kind);
	record_id_add(&d->id, again.code);
	jo_kstr(&d->w, "ma", again.code);
	record_key_student(d, row, 7);
	if (again.word) {
		jo_knull(&d->w, "diemx10");
	} else {
		record_number(d, "diemx10", row, 8);
	}
	jo_kstrz(&d->w, "muc", again.word);
	return ERR_OK;
}

const struct record_kind record_kind_reassessment = {
	.name = "danhgialai",
	.sql = sql_reassessment,
	.class_column = "x.class_id",
	.student_column = "x.student_id",
	.follows = { [RECORD_OF_REASSESSMENT] = RECORD_BY_CLASS,
			[RECORD_OF_CLASS_NAME] = RECORD_BY_CLASS,
			[RECORD_OF_STUDENT_CODE] = RECORD_BY_STUDENT,
			[RECORD_OF_SUBJECT_CODE] = RECORD_ANYWHERE },
	.read = read_reassessment,
};
