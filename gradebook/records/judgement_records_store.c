/*
 * What a primary pupil's homeroom teacher says at the four moments of the year, as records: one of
 * each quality and competence, and of what an award asks for.
 */
#include "gradebook/records/gradebook_records_store.h"

#include "core/db/db.h"
#include "gradebook/primary/judgement.h"

static const char sql_judgement[] =
		"SELECT j.class_id, j.student_id, 0, y.code, cl.name, j.moment, j.item, s.code, j.level,"
		" cl.grade FROM judgement j JOIN class cl ON cl.id = j.class_id"
		" JOIN school_year y ON y.id = cl.school_year_id JOIN student s ON s.id = j.student_id"
		" WHERE j.level IS NOT NULL AND j.school_id = ?";

static const char *const levels[PACK_PRIMARY_LEVELS] = { "C", "D", "T" };
static const char *const answers[] = { "khong", "co" };

/* By the rules of the class's grade and year; ERR_NOT_FOUND when they know no such item. */
static enum err find_item(const struct db_stmt *row, struct judgement_item *out) {
	const struct primary_pack *pack = NULL;
	struct judgement_item items[JUDGEMENT_ITEMS_MAX];
	int year = 0;
	if (pack_parse_year(db_col_str(row, 3), &year) ||
			pack_find_primary((unsigned)db_col_u64(row, 9), year, &pack)) {
		return ERR_NOT_FOUND;
	}
	size_t count = judgement_items(
			pack, (unsigned)db_col_u64(row, 9), (unsigned)db_col_u64(row, 5), items);
	for (size_t i = 0; i < count; i++) {
		if (items[i].number == db_col_u64(row, 6)) {
			*out = items[i];
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

static enum err read_judgement(const struct db_stmt *row, struct record_draft *d) {
	struct judgement_item item;
	uint64_t level = db_col_u64(row, 8);
	if (find_item(row, &item) || judgement_check(&item, (int)level)) {
		return ERR_NOT_FOUND;
	}
	record_key_class(d, row, 3, 4);
	record_key_number(d, "thoidiem", row, 5);
	d->term = judgement_term((unsigned)db_col_u64(row, 5));
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
